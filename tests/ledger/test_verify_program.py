"""`verify.py` as a journalist runs it: in an empty folder, on downloaded files, whole and tampered with."""

import ast
import base64
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from incidents.ledger import verify
from incidents.ledger.entries import entry
from tests import published
from tests.signer import Signer

PROGRAM = Path(verify.__file__)


@pytest.fixture
def files(client, committed, tmp_path, signer):
    """What somebody downloaded: two editions with their proofs, two checkpoints and the proof between them."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for number in range(1, 6):
        published.publish("source", f"S-{number:04}")
    (folder / "old.txt").write_text(signer.sign().note)
    published.publish("incident", "HDC-0001")
    published.publish("incident", "HDC-0001", summary={"en": "Changed."})
    signer.sign()
    addresses = {
        "verify.py": "/ledger/verify.py",
        "new.txt": "/ledger/checkpoint",
        "key": "/ledger/key",
        "consistency.txt": "/ledger/consistency/5-7",
        "one.json": "/incidents/HDC-0001/editions/1.json",
        "one.tlog-proof": "/incidents/HDC-0001/editions/1.tlog-proof",
        "two.json": "/incidents/HDC-0001/editions/2.json",
        "two.tlog-proof": "/incidents/HDC-0001/editions/2.tlog-proof",
    }
    for name, address in addresses.items():
        (folder / name).write_bytes(client.get(address).content)
    (folder / "other-key").write_text(str(Signer(tmp_path / "other").key.public))
    return folder


def run(folder, *arguments, letters="utf-8"):
    """Its exit status and what it says."""
    with chdir(folder), redirect_stdout(TextIOWrapper(BytesIO(), letters, write_through=True)) as screen:
        try:
            status = verify.main(list(arguments))
        except SystemExit as ended:
            status = ended.code
    return status, screen.buffer.getvalue().decode()


def change(folder, name, before, after):
    text = (folder / name).read_text()
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1))


def test_an_unchanged_edition_is_said_to_be_unchanged_and_not_to_be_true(files):
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 0, said
    assert said.startswith("incident/HDC-0001/1, SHA-256 ")
    assert "was signed with the key of register.example.org/ledger" in said
    assert "UNCHANGED: this is the edition as it was entered in the log. That it is true, this does not say." in said


def test_the_downloaded_program_answers_alone_without_an_environment(files):
    arguments = ("edition", "one.json", "one.tlog-proof", "--key", "key")
    for change_it, status in ((False, 0), (True, 1)):
        if change_it:
            change(files, "one.json", "Two people", "Ten people")
        done = subprocess.run(
            [sys.executable, "-I", "verify.py", *arguments],
            cwd=files,
            capture_output=True,
            text=True,
            check=False,
            env={},
        )
        assert (done.returncode, done.stderr) == (status, "")
        assert done.stdout == run(files, *arguments)[1]


def test_the_key_can_be_given_as_text_too(files):
    status, said = run(files, "edition", "two.json", "two.tlog-proof", "--key", (files / "key").read_text())
    assert status == 0, said


def test_without_a_key_it_says_that_the_signature_was_not_checked(files):
    status, said = run(files, "edition", "one.json", "one.tlog-proof")
    assert status == 2
    assert "ONLY PARTLY CHECKED" in said


def test_with_the_digest_alone_an_erased_edition_can_be_checked(files):
    digest = published.Edition.objects.using("default").get(code="HDC-0001", number=1).digest
    assert run(files, "edition", "--digest", digest, "one.tlog-proof", "--key", "key")[0] == 0
    wrong = digest.replace(digest[0], "0" if digest[0] != "0" else "1")
    status, said = run(files, "edition", "--digest", wrong, "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "The document was changed" in said


def test_a_changed_document_is_named_with_both_digests(files):
    change(files, "one.json", "Two people", "Ten people")
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "NO  The document was changed: its SHA-256 is" in said
    assert "CHANGED. Keep the files as they are" in said


def test_one_more_byte_at_the_end_is_a_change(files):
    with (files / "one.json").open("a") as document:
        document.write("\n")
    assert run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")[0] == 1


def test_the_proof_of_another_edition_is_named(files):
    status, said = run(files, "edition", "one.json", "two.tlog-proof", "--key", "key")
    assert status == 1
    assert "The proof is for another edition, incident/HDC-0001/2; this is incident/HDC-0001/1." in said


def test_a_changed_entry_number_is_named(files):
    change(files, "one.tlog-proof", "index 5", "index 4")
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "The proof was changed: its entry number, one of its hashes" in said


def test_a_changed_hash_of_the_proof_is_named(files):
    lines = (files / "one.tlog-proof").read_text().split("\n")
    found = bytearray(base64.b64decode(lines[3]))
    found[0] ^= 1
    change(files, "one.tlog-proof", lines[3], base64.b64encode(found).decode())
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "The proof was changed" in said


@pytest.mark.parametrize("name", ["old.txt", "new.txt"])
def test_a_changed_root_or_signature_of_a_checkpoint_is_named(files, name):
    lines = (files / name).read_text().split("\n")
    whole = (files / name).read_text()
    for line, place in ((lines[2], 0), (lines[4].rpartition(" ")[2], 20)):
        found = bytearray(base64.b64decode(line))
        found[place] ^= 1
        (files / name).write_text(whole.replace(line, base64.b64encode(found).decode()))
        status, said = run(files, "checkpoints", "old.txt", "new.txt", "consistency.txt", "--key", "key")
        assert status == 1
        which = "first" if name == "old.txt" else "second"
        assert f"The {which} checkpoint was changed after it was signed, or its signature was" in said


def test_a_rewritten_log_that_was_signed_again_with_another_key_is_named(files):
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "other-key")
    assert status == 1
    assert "was not signed with the key that you gave" in said


def test_a_document_and_its_proof_changed_together_do_not_pass(files):
    """Whoever changes the document, and the entry in the proof with it, still has no way to the signed root."""
    change(files, "one.json", "Two people", "Ten people")
    digest = sha256((files / "one.json").read_bytes()).hexdigest()
    forged = base64.b64encode(entry("edition", "incident/HDC-0001/1", digest)).decode()
    extra = (files / "one.tlog-proof").read_text().split("\n")[1]
    change(files, "one.tlog-proof", extra, f"extra {forged}")
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "The proof was changed" in said


def test_a_proof_whose_entry_is_no_text_is_not_of_this_document(files):
    extra = (files / "one.tlog-proof").read_text().split("\n")[1]
    change(files, "one.tlog-proof", extra, f"extra {base64.b64encode(bytes([255, 254])).decode()}")
    change(files, "one.tlog-proof", "index 5", "index 4")
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "The document and the proof do not belong together, or both were changed." in said


def test_a_hash_that_is_too_short_is_named_with_its_file(files):
    hashes = (files / "one.tlog-proof").read_text().split("\n")[3]
    change(files, "one.tlog-proof", hashes, "AAAA")
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert (status, said.split("\n")[0]) == (
        2,
        "  ??  The proof is damaged: a hash is expected where it says 'AAAA'.",
    )


def test_a_window_with_few_letters_shows_the_others_as_question_marks(files):
    status, said = run(files, "edition", "свідчення.json", "one.tlog-proof", letters="ascii")
    assert status == 2
    assert "?????????.json cannot be read" in said


def test_two_checkpoints_show_that_the_log_only_grew(files):
    status, said = run(files, "checkpoints", "old.txt", "new.txt", "consistency.txt", "--key", "key")
    assert status == 0, said
    assert "The log of 7 entries begins with exactly the 5 that it held before." in said
    assert "UNCHANGED: the log only grew between the two checkpoints." in said
    assert run(files, "checkpoints", "new.txt", "new.txt", "--key", "key")[0] == 0


def test_checkpoints_in_the_wrong_order_are_told_from_a_log_that_was_shortened(files):
    status, said = run(files, "checkpoints", "new.txt", "old.txt", "consistency.txt", "--key", "key")
    assert status == 1
    assert "became shorter: the first checkpoint has 7 entries, the second 5" in said


def test_a_log_that_was_rewritten_is_named(files, tmp_path, settings, client):
    """Another history of the same length, signed with the same key, as its owner could."""
    signer = Signer(tmp_path / "signer")
    other = signer.key.sign((files / "new.txt").read_text().split("\n\n")[0].rpartition("\n")[0] + f"\n{'A' * 43}=\n")
    (files / "other.txt").write_text(other)
    status, said = run(files, "checkpoints", "old.txt", "other.txt", "consistency.txt", "--key", "key")
    assert status == 1
    assert "does not begin with the 5 that it held before: it was rewritten" in said
    status, said = run(files, "checkpoints", "new.txt", "other.txt", "--key", "key")
    assert status == 1
    assert "Two checkpoints of the same size have different roots" in said


def test_what_is_missing_or_unreadable_is_not_checked_and_not_called_changed(files):
    for arguments, words in (
        (("edition", "nothing.json", "one.tlog-proof", "--key", "key"), "nothing.json cannot be read"),
        (("edition", "one.json", "one.json", "--key", "key"), "is no .tlog-proof file"),
        (("edition", "one.json", "--key", "key"), "Give the document and the proof"),
        (("edition", "one.json", "one.tlog-proof", "--key", "one.json"), "The key is not complete"),
        (("checkpoints", "old.txt", "new.txt", "--key", "key"), "fetch /ledger/consistency/5-7"),
        (("checkpoints", "old.txt", "new.txt", "one.json", "--key", "key"), "no proof between these two"),
        (("checkpoints", "old.txt", "key", "--key", "key"), "second checkpoint is incomplete"),
    ):
        status, said = run(files, *arguments)
        assert (status, "NOT CHECKED" in said) == (2, True), said
        assert words in said


def test_a_document_that_was_cut_short_is_named(files):
    (files / "one.json").write_bytes((files / "one.json").read_bytes()[:500])
    status, said = run(files, "edition", "one.json", "one.tlog-proof", "--key", "key")
    assert status == 1
    assert "not readable as an edition" in said


def test_it_explains_itself(files):
    status, said = run(files, "--help")
    assert status == 0
    assert "python3 verify.py edition DOCUMENT PROOF --key KEY" in said


def test_it_needs_nothing_but_the_standard_library_of_python_3_9():
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert imported <= set(sys.stdlib_module_names)
    assert not imported & {"socket", "urllib", "http", "ssl", "subprocess", "ctypes"}


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), place=st.integers(0, 511))
def test_its_ed25519_agrees_with_another_implementation(seed, message, place):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    assert verify.ed25519_verify(public, message, bytes(signature))
    signature[place // 8] ^= 1 << place % 8
    assert not verify.ed25519_verify(public, message, bytes(signature))
    assert not verify.ed25519_verify(public, message + b"x", key.sign(message))


def test_the_examples_of_rfc_8032_verify():
    """Section 7.1, tests 1 and 2."""
    for public, message, signature in (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ):
        assert verify.ed25519_verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_a_signature_whose_scalar_is_too_large_is_refused():
    """RFC 8032, section 5.1.7: otherwise every signature could be written in a second way."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = key.sign(b"text")
    scalar = int.from_bytes(signature[32:], "little") + verify.ORDER
    doubled = signature[:32] + scalar.to_bytes(32, "little")
    assert verify.ed25519_verify(key.public_key().public_bytes_raw(), b"text", signature)
    assert not verify.ed25519_verify(key.public_key().public_bytes_raw(), b"text", doubled)
