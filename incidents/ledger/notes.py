"""Signed notes, their Ed25519 keys, and checkpoints: the formats of C2SP signed-note and tlog-checkpoint.

Keys have the format of Go's `golang.org/x/mod/sumdb/note`, so that existing tools read them.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
MOST_SIGNATURES = 16
LONGEST_NOTE = 16_384
DASH = "— "
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class NoteError(Exception):
    """A key, a note or a checkpoint that is malformed or not signed by a known key; the message says which."""


@dataclass(frozen=True)
class PublicKey:
    """A verification key: a name, and the 32 bytes of an Ed25519 key."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """From `name+id+base64`. Raises NoteError."""
        name, _, rest = text.strip().partition("+")
        number, _, encoded = rest.partition("+")
        public = cls(name, _key_bytes(encoded, "a public key"))
        if not is_key_name(name) or number != public.id.hex():
            raise NoteError("This is no public key of a log: name+id+key is expected, and the id has to fit.")
        return public

    @cached_property
    def id(self) -> bytes:
        """The key id: four bytes that distinguish keys; not a proof of anything."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Whether this key made the signature (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"


@dataclass(frozen=True)
class SigningKey:
    """The secret key. Its text must not appear in a log or message."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> SigningKey:
        """A new key. Raises NoteError for a name that is not valid."""
        if not is_key_name(name):
            raise NoteError(f"{name!r} is no name of a key: it may hold neither spaces nor a plus sign.")
        return cls(name, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """From `PRIVATE+KEY+name+id+base64`. Raises NoteError."""
        name, _, rest = text.strip().removeprefix("PRIVATE+KEY+").partition("+")
        number, _, encoded = rest.partition("+")
        key = cls(name, _key_bytes(encoded, "a signing key"))
        if not is_key_name(name) or number != key.public.id.hex():
            raise NoteError("This is no signing key of a log, or it was damaged.")
        return key

    @cached_property
    def public(self) -> PublicKey:
        """The public key."""
        return PublicKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: the text, an empty line, and a signature line. The text ends with a line break."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        encoded = base64.b64encode(self.public.id + signature).decode()
        return f"{text}\n{DASH}{self.name} {encoded}\n"

    def text(self) -> str:
        """The text of the key file."""
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"


@dataclass(frozen=True)
class Head:
    """The statement of a checkpoint: the log, its size, its root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Head:
        """From the text of a note. Extension lines are ignored. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or "" in lines[:-1]:
            raise NoteError("A checkpoint has at least three lines: origin, size and root.")
        size, root = lines[1], _decoded(lines[2])
        if not NUMBER.fullmatch(size) or root is None or len(root) != KEY_BYTES:
            raise NoteError("The size or the root of the checkpoint cannot be read.")
        return cls(lines[0], int(size), root)

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def opened(note: str, keys: Iterable[PublicKey]) -> str:
    """The text of a note signed by at least one of the keys, and with no invalid signature of theirs. Raises
    NoteError."""
    text, signatures = _parts(note)
    known = {(key.name, key.id): key for key in keys}
    signed = False
    for name, signature in signatures:
        key = known.get((name, signature[:4]))
        if key is None:
            continue
        if not key.verifies(signature[4:], text.encode()):
            raise NoteError(f"The signature of {name} does not belong to this text.")
        signed = True
    if not signed:
        raise NoteError("No known key signed this.")
    return text


def checkpoint(note: str, keys: Iterable[PublicKey]) -> Head:
    """The head in a checkpoint that one of the keys signed for the log of its name. Raises NoteError."""
    known = list(keys)
    head = Head.parse(opened(note, known))
    if head.origin not in {key.name for key in known}:
        raise NoteError(f"This checkpoint is of another log: {head.origin}.")
    return head


def is_key_name(name: str) -> bool:
    """Whether the name is valid for a key, and so for a log."""
    return bool(name) and "+" not in name and name.isprintable() and not any(letter.isspace() for letter in name)


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text with its last line break, and name and bytes of every signature."""
    text, found, rest = note.rpartition("\n\n")
    if len(note) > LONGEST_NOTE or not found or not rest.endswith("\n"):
        raise NoteError("This is no signed note: a text, an empty line and signature lines are expected.")
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES or any(letter < " " and letter != "\n" for letter in note):
        raise NoteError("This is no signed note: it holds control characters or too many signatures.")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    signature = _decoded(encoded)
    if not line.startswith(DASH) or not is_key_name(name) or signature is None or len(signature) < 5:
        raise NoteError("A signature line of the note cannot be read.")
    return name, signature


def _key_bytes(encoded: str, what: str) -> bytes:
    found = _decoded(encoded)
    if found is None or len(found) != 1 + KEY_BYTES or found[:1] != ED25519:
        raise NoteError(f"This is not {what}: 33 bytes in base64 are expected, the first of them 1 (Ed25519).")
    return found[1:]


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
