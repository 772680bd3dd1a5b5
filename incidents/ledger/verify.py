#!/usr/bin/env python3
"""Checks, on your own machine and without a network, that a register has not been rewritten.

    python3 verify.py edition DOCUMENT PROOF --key KEY
        Is this document, byte for byte, what was entered in the register's log?
        DOCUMENT is the edition's .json file, PROOF its .tlog-proof file, both from the edition's page.

    python3 verify.py edition --digest SHA256 PROOF --key KEY
        The same where only the document's SHA-256 is known, as for an edition that was erased since.

    python3 verify.py checkpoints OLD NEW [CONSISTENCY] --key KEY
        Does the log of today still begin with everything that it held when you kept OLD?
        OLD and NEW are checkpoints (/ledger/checkpoint), CONSISTENCY the file /ledger/consistency/FROM-TO.

KEY is the log's public key, or a file with it. Take it from somewhere else than the register: a newspaper, a colleague
who noted it earlier, the documentation of another archive. Without --key everything but the signature is checked.

The answer is in the exit status, too: 0 all is as it should be, 1 something was changed, 2 it could not be checked.

"Unchanged" is all that this proves. Whether what a document says is true is for its sources to show.

One file, Python 3.9 or newer, no other software. What is computed: SHA-256 (FIPS 180-4), Merkle trees (RFC 6962),
Ed25519 (RFC 8032). How files look: https://c2sp.org/tlog-proof, https://c2sp.org/tlog-checkpoint. Anybody may use,
change and pass on this file, under the AGPL-3.0-or-later.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys

UNCHANGED, CHANGED, UNCHECKED = 0, 1, 2
LONGEST_FILE = 50_000_000


class Changed(Exception):  # noqa: N818 - it is a finding
    """Something is not what it was when it was entered in the log; the message says what."""


class Unchecked(Exception):  # noqa: N818 - it is an answer
    """It cannot be checked; the message says why."""


# --- What a document, a proof and a checkpoint are -------------------------------------------------------------------


class Proof:
    """A file of c2sp.org/tlog-proof: an entry's number, the hashes beside its way to the root, and a checkpoint."""

    def __init__(self, text: str) -> None:
        head, _, note = text.partition("\n\n")
        lines = head.split("\n")
        if lines.pop(0) != "c2sp.org/tlog-proof@v1":
            raise Unchecked("The proof is no .tlog-proof file: its first line is another.")
        extra = decoded(lines.pop(0)[6:], "proof") if lines and lines[0].startswith("extra ") else b""
        self.entry = extra.decode("utf-8", "replace")
        self.index = number(lines.pop(0), "index", "proof") if lines else 0
        self.hashes = [sha256_in(line, "proof") for line in lines]
        self.checkpoint = Checkpoint(note, "checkpoint in the proof")


class Checkpoint:
    """A signed statement of the log: who it is, how many entries it has, and one hash that stands for all of them."""

    def __init__(self, note: str, name: str) -> None:
        self.text, _, signatures = note.rpartition("\n\n")
        self.text += "\n"
        lines = self.text.split("\n")
        if len(lines) < 4 or not signatures.strip():
            raise Unchecked(f"The {name} is incomplete: a log's name, a size, a root and a signature are expected.")
        self.name, self.origin = name, lines[0]
        self.size = number(f"size {lines[1]}", "size", name)
        self.root = sha256_in(lines[2], name)
        self.signatures = [line for line in signatures.split("\n") if line]


def entry_of(document: bytes) -> str:
    """The line that the log holds for a document: which edition of what it is, and its SHA-256."""
    try:
        content = json.loads(document)
        kind = content["format"].split("/")[1]
        subject = "{}/{}/{}".format(kind, content["code"], int(content["edition"]))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Changed(
            "The document is not readable as an edition of this register: it was cut short or changed, or it is "
            "another file."
        ) from None
    return entry(subject, hashlib.sha256(document).hexdigest())


def subject_of(line: str) -> str:
    """Which edition an entry names, as kind/code/number."""
    return (line.split(" ") + ["?"] * 3)[2]


def entry(subject: str, digest: str) -> str:
    return f"hors-de-combat/leaf/1 edition {subject} sha256:{digest}"


# --- The three questions ---------------------------------------------------------------------------------------------


def check_edition(said: str, proof: Proof, key: PublicKey | None) -> list[str]:
    """Whether the entry `said` is in the log; answers the steps that were right."""
    steps = []
    leaf = leaf_hash(said.encode())
    found = root_from_path(leaf, proof.index, proof.checkpoint.size, proof.hashes)
    if found != proof.checkpoint.root:
        raise Changed(why_not_included(said, proof))
    steps.append(f"The log's entry number {proof.index} names exactly this document.")
    steps.append(
        f"That entry is in the log of {proof.checkpoint.origin}, which had {proof.checkpoint.size} entries then."
    )
    check_signature(proof.checkpoint, key, steps)
    return steps


def why_not_included(said: str, proof: Proof) -> str:
    """What of it was changed: the document, or the proof. The proof says itself which entry it is for."""
    recorded = leaf_hash(proof.entry.encode())
    as_recorded = root_from_path(recorded, proof.index, proof.checkpoint.size, proof.hashes)
    if proof.entry and as_recorded == proof.checkpoint.root:
        if subject_of(proof.entry) != subject_of(said):
            return f"The proof is for another edition, {subject_of(proof.entry)}; this is {subject_of(said)}."
        digest, recorded_digest = said.rpartition(":")[2], proof.entry.rpartition(":")[2]
        return (
            f"The document was changed: its SHA-256 is\n      {digest}\n      and the log recorded\n"
            f"      {recorded_digest}"
        )
    if proof.entry == said:
        return (
            "The proof was changed: its entry number, one of its hashes, or the size or root of its checkpoint. "
            "The document itself agrees with what the proof says of it."
        )
    return "The document and the proof do not belong together, or both were changed."


def check_consistency(old: Checkpoint, new: Checkpoint, proof: str | None, key: PublicKey | None) -> list[str]:
    """Whether the newer log begins with the older one; answers the steps that were right."""
    if old.origin != new.origin:
        raise Changed(f"The checkpoints are of two logs: {old.origin} and {new.origin}.")
    if old.size > new.size:
        raise Changed(
            f"The log became shorter: the first checkpoint has {old.size} entries, the second {new.size}. If you gave "
            "them in the wrong order, turn them round; otherwise something was removed."
        )
    steps: list[str] = []
    check_signature(old, key, steps)
    check_signature(new, key, steps)
    if old.size == new.size:
        if old.root != new.root:
            raise Changed("Two checkpoints of the same size have different roots: the log was rewritten.")
        steps.append("Both checkpoints are of the very same log.")
        return steps
    if not begins_with(old, new, consistency_hashes(proof, old, new)):
        raise Changed(
            f"The log of {new.size} entries does not begin with the {old.size} that it held before: it was rewritten, "
            "or the file with the proof was changed. Fetch the proof again before you conclude anything."
        )
    steps.append(
        f"The log of {new.size} entries begins with exactly the {old.size} that it held before. Nothing of them was "
        "changed, removed or moved; what is new stands behind."
    )
    return steps


def consistency_hashes(proof: str | None, old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """The hashes in a file of consistency between just these two."""
    where = f"/ledger/consistency/{old.size}-{new.size}"
    if proof is None:
        raise Unchecked(f"Between two sizes a proof is needed: fetch {where} and give it as the third file.")
    lines = proof.rstrip("\n").split("\n")
    if lines[:3] != ["hors-de-combat/consistency/1", f"from {old.size}", f"to {new.size}"]:
        raise Unchecked(f"The third file is no proof between these two checkpoints; it should come from {where}.")
    return [sha256_in(line, "proof of consistency") for line in lines[3:]]


def check_signature(checkpoint: Checkpoint, key: PublicKey | None, steps: list[str]) -> None:
    """Whether the key signed this checkpoint."""
    if key is None:
        return
    for line in checkpoint.signatures:
        name, _, encoded = line[2:].partition(" ")
        signature = decoded(encoded, checkpoint.name)
        if not line.startswith("\u2014 ") or (name, signature[:4]) != (key.name, key.id):
            continue
        if not ed25519_verify(key.key, checkpoint.text.encode(), signature[4:]):
            raise Changed(
                f"The {checkpoint.name} was changed after it was signed, or its signature was: they do not belong "
                "together."
            )
        if checkpoint.origin != key.name:
            raise Changed(f"The key of {key.name} signed a checkpoint of another log, {checkpoint.origin}.")
        steps.append(f"The {checkpoint.name} was signed with the key of {key.name} that you gave.")
        return
    raise Changed(f"The {checkpoint.name} was not signed with the key that you gave ({key.name}).")


# --- Merkle trees: RFC 6962, and RFC 9162 for checking ---------------------------------------------------------------


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that the hashes beside a leaf lead to; None where they are too few or too many."""
    if index >= size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def begins_with(old: Checkpoint, new: Checkpoint, path: list[bytes]) -> bool:
    """Whether the hashes lead to the roots of both trees."""
    if old.size == 0:
        return old.root == hashlib.sha256(b"").digest() and not path
    if old.size & (old.size - 1) == 0:
        path = [old.root, *path]
    if not path:
        return False
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old.root and after == new.root


# --- Ed25519: RFC 8032, section 5.1 ----------------------------------------------------------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

# A point of the curve as (x, y, z, t): its coordinates are x/z and y/z, and t is x*y/z.
NEUTRAL = (0, 1, 1, 0)


class PublicKey:
    """A key as `name+id+base64`: the log's name, four bytes that tell its keys apart, and 32 bytes of Ed25519."""

    def __init__(self, text: str) -> None:
        self.name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decoded(encoded, "key")
        self.key = raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] != 1 or self.id.hex() != key_id:
            raise Unchecked("The key is not complete: it looks like name+12345678+AbC… and is one line.")


def add(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The sum of two points."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * p[3] * q[3] * CURVE_D % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A point added to itself so many times."""
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def same(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % PRIME == 0 and (p[1] * q[2] - q[1] * p[2]) % PRIME == 0


def point_of(text: bytes) -> tuple[int, int, int, int] | None:
    """The point that 32 bytes stand for; None where there is none."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def ed25519_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made with the secret half of this key."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, first = point_of(key), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or first is None or BASE is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(times(scalar, BASE), add(first, times(challenge, public)))


# --- Reading ---------------------------------------------------------------------------------------------------------


def number(line: str, word: str, where: str) -> int:
    found = re.fullmatch(word + r" (0|[1-9][0-9]{0,17})", line)
    if not found:
        raise Unchecked(f"The {where} is damaged: a number is expected where it says {line[:60]!r}.")
    return int(found.group(1))


def sha256_in(line: str, where: str) -> bytes:
    found = decoded(line, where)
    if len(found) != 32:
        raise Unchecked(f"The {where} is damaged: a hash is expected where it says {line[:60]!r}.")
    return found


def decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unchecked(f"The {where} is damaged: {text[:60]!r} cannot be decoded.") from None


def read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST_FILE)
    except OSError as problem:
        raise Unchecked(f"{path} cannot be read: {problem.strerror}.") from None


def read_text(path: str) -> str:
    try:
        return read(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unchecked(f"{path} is no text file.") from None


def key_from(given: str | None) -> PublicKey | None:
    """The key itself, or a file with it, also as `LEDGER_PUBLIC_KEY=…`."""
    if given is None:
        return None
    text = read_text(given) if os.path.exists(given) else given
    return PublicKey(text.strip().rpartition("LEDGER_PUBLIC_KEY=")[2])


# --- Answering -------------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Check what was asked, say it in plain words, and answer the exit status."""
    asked = parser().parse_args(arguments)
    try:
        key = key_from(asked.key)
        steps, what = answer(asked, key)
    except Changed as finding:
        say(f"  NO  {finding}\n\nCHANGED. Keep the files as they are, and ask the register what happened.")
        return CHANGED
    except Unchecked as reason:
        say(f"  ??  {reason}\n\nNOT CHECKED.")
        return UNCHECKED
    for step in steps:
        say(f"  ok  {step}")
    if key is None:
        say("  ??  No key was given (--key), so that nobody knows who signed this.\n\nONLY PARTLY CHECKED.")
        return UNCHECKED
    say(f"\nUNCHANGED: {what} That it is true, this does not say.")
    return UNCHANGED


def answer(asked: argparse.Namespace, key: PublicKey | None) -> tuple[list[str], str]:
    """The steps that were right, and what they show."""
    if asked.question == "checkpoints":
        old = Checkpoint(read_text(asked.old), "first checkpoint")
        new = Checkpoint(read_text(asked.new), "second checkpoint")
        proof = read_text(asked.consistency) if asked.consistency else None
        return check_consistency(old, new, proof, key), "the log only grew between the two checkpoints."
    if asked.digest is None and len(asked.files) != 2:
        raise Unchecked("Give the document and the proof, in this order (or --digest and the proof).")
    told = Proof(read_text(asked.files[-1]))
    if asked.digest is None:
        said = entry_of(read(asked.files[0]))
    else:
        said = entry(subject_of(told.entry), asked.digest.lower())
    say("{}, SHA-256 {}\n".format(subject_of(said), said.rpartition(":")[2]))
    return check_edition(said, told, key), "this is the edition as it was entered in the log."


def parser() -> argparse.ArgumentParser:
    """The command line."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    questions = given.add_subparsers(dest="question", required=True)
    edition = questions.add_parser("edition", help="a document and its proof")
    edition.add_argument("files", nargs="+", metavar="FILE", help="DOCUMENT and PROOF")
    edition.add_argument("--digest", help="the document's SHA-256, instead of the document")
    checkpoints = questions.add_parser("checkpoints", help="two checkpoints and the proof between them")
    checkpoints.add_argument("old", help="the earlier checkpoint")
    checkpoints.add_argument("new", help="the later checkpoint")
    checkpoints.add_argument("consistency", nargs="?", help="the proof between them")
    for each in (edition, checkpoints):
        each.add_argument("--key", help="the log's public key, or a file with it")
    return given


def say(line: str) -> None:
    """Also where the window cannot show every letter."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
