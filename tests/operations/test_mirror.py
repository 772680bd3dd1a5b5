"""The mirror: the public register as files that any web server serves, checked from outside by following its links."""

import hashlib
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from incidents.ledger.verify import UNCHANGED
from incidents.ledger.verify import main as verify
from tests.conftest import empty_tables, free_port
from tests.published import merge, publish, withdraw
from tests.servers import Tell
from tests.signer import ORIGIN, Signer

OPENER = urllib.request.build_opener()
INCIDENTS = 28  # more than one page of the list
LINK = re.compile(r'<(?P<tag>[a-z]+)\b[^>]*?\b(?P<name>href|src|action|data-[a-z]+)="(?P<to>[^"]*)"')
FETCHED = re.compile(
    r'<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]*)"|<link\b(?=[^>]*rel="(?:stylesheet|icon)")[^>]*href="([^"]*)"'
)


@dataclass
class Made:
    """A mirror and what its making said."""

    path: Path
    told: str
    signer: Signer


def mirror(path: Path, *options: str) -> str:
    """`manage.py mirror`, and what it says."""
    out = StringIO()
    call_command("mirror", str(path), *options, stdout=out)
    return out.getvalue()


@contextmanager
def as_installed(signer: Signer) -> Iterator[None]:
    """The ledger's settings of an installation that signs."""
    with override_settings(
        LEDGER_ORIGIN=ORIGIN,
        LEDGER_PUBLIC_KEY=[str(signer.key.public)],
        LEDGER_KEY_FILE=signer.folder / "key",
        SITE_URL="http://127.0.0.1:8000",
    ):
        yield


def a_register() -> None:
    """Records of every kind: changed, withdrawn and merged ones among them."""
    publish("source", "S-0001")
    for number in range(1, INCIDENTS + 1):
        publish("incident", f"HDC-{number:04}")
    publish("incident", "HDC-0001", note={"en": "A date was corrected."})
    withdraw("incident", "HDC-0002", {"en": "It was a mistake.", "uk": "Це була помилка."})
    merge("HDC-0003", "HDC-0001", {"en": "The same case.", "uk": "Той самий випадок."})
    publish("investigation", "I-0001")
    publish("total", "T-0001")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A signed mirror of a small register."""
    folder = Path(tmp_path_factory.mktemp("mirror"))
    signer = Signer(folder / "signer")
    with django_db_blocker.unblock(), as_installed(signer):
        a_register()
        signer.sign()
        yield Made(folder / "copy", mirror(folder / "copy"), signer)
        empty_tables()


@pytest.fixture
def again(made: Made, django_db_blocker: Any) -> Iterator[Made]:
    """The same, for tests that publish more."""
    with django_db_blocker.unblock(), as_installed(made.signer):
        yield made


@pytest.fixture
def served(made: Made) -> Iterator[str]:
    """The mirror behind Python's own web server."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(made.path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                OPENER.open(f"http://127.0.0.1:{port}/mirror.txt", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def get(url: str) -> tuple[int, bytes]:
    try:
        with OPENER.open(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as problem:
        return problem.code, b""


def files(path: Path) -> dict[str, tuple[int, int]]:
    """Every file with its number on the disk and the time of its last change: another number is another file."""
    found = {each.relative_to(path).as_posix(): each.stat() for each in path.rglob("*") if each.is_file()}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}


def test_every_internal_link_leads_somewhere_and_nothing_is_fetched_from_elsewhere(made: Made, served: str) -> None:
    waiting, seen, pages = ["/", "/uk/"], {"/", "/uk/"}, 0
    while waiting:
        path = waiting.pop()
        status, body = get(f"{served}{path}")
        assert status == 200, path
        if b"<!doctype html>" not in body[:200].lower():
            continue
        pages += 1
        text = body.decode()
        for found in FETCHED.finditer(text):
            address = unescape(found[1] or found[2])
            assert address.startswith(("/", "data:")), (path, address)
        for found in LINK.finditer(text):
            to = unescape(found["to"])
            if not to.startswith(("/", "?", ".")):
                continue
            assert "?" not in to, (path, to, "a filter, which a static server would not heed")
            address = urlsplit(urljoin(path, to)).path
            if address not in seen:
                seen.add(address)
                waiting.append(address)
    assert pages > 150
    for path in ("/incidents/", "/uk/incidents/HDC-0001/", "/incidents/HDC-0001/editions/1/", "/incidents/page-2/"):
        assert path in seen
    for path in ("/incidents.csv", "/register.zip", "/incidents.atom", "/ledger/checkpoint", "/ledger/verify.py"):
        assert path in seen, path


def test_each_page_says_that_it_is_a_copy_and_what_only_the_register_can_do(made: Made) -> None:
    assert 'href="http://127.0.0.1:8000"' in (made.path / "uk/index.html").read_text()
    text = (made.path / "incidents/index.html").read_text()
    assert "This is a copy of the register" in text
    assert re.search(r'<form[^>]*action="http://127\.0\.0\.1:8000/incidents/"', text), "filters ask the register"
    assert "hx-" not in text


def test_what_was_withdrawn_and_merged_says_so_in_the_copy(made: Made) -> None:
    assert "It was a mistake." in (made.path / "incidents/HDC-0002/index.html").read_text()
    assert "HDC-0001" in (made.path / "incidents/HDC-0003/index.html").read_text()


def test_the_sums_are_those_that_sha256sum_checks(made: Made) -> None:
    done = subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=made.path, check=False)
    assert done.returncode == 0


def test_the_manifest_is_signed_with_the_ledgers_key_and_names_the_checkpoint(again: Made) -> None:
    told = (again.path / "mirror.txt").read_text()
    assert told.startswith("hors-de-combat/mirror/1\n")
    size, root = (again.path / "ledger/checkpoint").read_text().split("\n")[1:3]
    assert f"checkpoint {size} {root}\n" in told
    assert "signed with the ledger's key" in mirror(again.path, "--check")


def test_a_document_of_the_mirror_is_proven_offline_by_its_own_files(made: Made, capsys: Any) -> None:
    edition = made.path / "incidents/HDC-0001/editions/2"
    status = verify(["edition", f"{edition}.json", f"{edition}.tlog-proof", "--key", str(made.path / "ledger/key")])
    assert status == UNCHANGED, capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "damage", "finding"),
    [
        ("incidents/HDC-0001/editions/1.json", lambda file: file.write_text(file.read_text() + " "), "was changed"),
        ("incidents.csv", lambda file: file.unlink(), "is missing"),
        ("more.html", lambda file: file.write_text("more"), "does not belong to the mirror"),
        ("SHA256SUMS", lambda file: file.write_text(file.read_text() + "\n"), "is not the one that mirror.txt names"),
        ("mirror.txt", lambda file: file.write_text(file.read_text().replace("files ", "files 1")), "signature"),
    ],
)
def test_whatever_is_changed_in_a_mirror_is_found(
    again: Made, tmp_path: Path, name: str, damage: Any, finding: str
) -> None:
    subprocess.run(["cp", "-r", str(again.path), str(tmp_path / "copy")], check=True)
    damage(tmp_path / "copy" / name)
    out = StringIO()
    with pytest.raises(CommandError, match="finding"):
        call_command("mirror", str(tmp_path / "copy"), "--check", stdout=out)
    assert finding in out.getvalue()


def test_a_document_exchanged_together_with_its_sum_still_contradicts_the_log(again: Made, tmp_path: Path) -> None:
    """An unsigned mirror: whoever changes a document can write new sums, but no new log."""
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(again.path), str(copy)], check=True)
    (copy / "mirror.txt").write_text((copy / "mirror.txt").read_text().partition("\n\n")[0] + "\n")
    assert "not signed; the checkpoint in it is" in mirror(copy, "--check")
    documents = [copy / language / "incidents/HDC-0001/editions/1.json" for language in ("", "uk")]
    old = documents[0].read_text()
    new = old.replace("An invented case", "Another case")
    for document in documents:
        document.write_text(new)

    sums = (copy / "SHA256SUMS").read_text()
    changed = sums.replace(hashlib.sha256(old.encode()).hexdigest(), hashlib.sha256(new.encode()).hexdigest())
    (copy / "SHA256SUMS").write_text(changed)
    told = (copy / "mirror.txt").read_text()
    (copy / "mirror.txt").write_text(
        told.replace(hashlib.sha256(sums.encode()).hexdigest(), hashlib.sha256(changed.encode()).hexdigest())
    )
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("mirror", str(copy), "--check", stdout=out)
    assert out.getvalue().strip() == (
        "FOUND incidents/HDC-0001/editions/1.json is not the document that the log entered."
    )


def test_an_unchanged_register_rewrites_nothing(again: Made) -> None:
    before = files(again.path)
    assert "Nothing has changed" in mirror(again.path)
    assert files(again.path) == before


def test_a_publication_rewrites_what_it_changes_and_a_checkpoint_the_log_alone(again: Made, tell: Tell) -> None:
    before = files(again.path)
    (again.path / "incidents" / "HDC-9999").mkdir()
    (again.path / "incidents" / "HDC-9999" / "index.html").write_text("left by an older copy")
    publish("total", "T-0002")
    told = mirror(again.path)
    assert not (again.path / "incidents" / "HDC-9999").exists(), "what is gone from the register is removed"
    after = files(again.path)
    changed = {name for name in before if after.get(name) != before[name]}
    assert "totals/T-0002/index.html" in after
    assert {"totals/index.html", "mirror.txt", "SHA256SUMS", "totals.csv"} <= changed
    assert not {name for name in changed if "HDC-" in name}, "pages that the publication does not concern"
    tell(f"mirror after one publication: {told.strip()}")
    assert not {name for name in changed if re.search(r"^static/|editions/\d+\.json$|^ledger/tile/entries/", name)}
    assert "signed with the ledger's key" in mirror(again.path, "--check")

    again.signer.sign()
    mirror(again.path)
    signed = files(again.path)
    changed = {name for name in after if signed.get(name) != after[name]}
    assert "ledger/checkpoint" in changed
    assert "totals/T-0002/editions/1.tlog-proof" in signed
    assert not [name for name in changed if not re.search(r"ledger/|\.tlog-proof$|^mirror\.txt$|^SHA256SUMS$", name)]
    assert "signed with the ledger's key" in mirror(again.path, "--check")


def test_a_folder_that_is_no_mirror_is_left_alone(again: Made, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match="neither empty nor a mirror"):
        mirror(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_the_making_says_how_long_a_page_takes(made: Made, tell: Tell) -> None:
    assert re.search(r"[\d,]+ pages and files asked for in [\d.]+ s, [\d.]+ ms each", made.told)
    assert "Left out" not in made.told
    tell(f"mirror: {made.told.strip()}")
