"""The signer's key file. Without Django, so that a program can read it before there are settings."""

from __future__ import annotations

import os
from pathlib import Path

from incidents.ledger.notes import SigningKey


def make(path: Path, name: str) -> SigningKey:
    """Create a key with mode 0600, and its public half beside it. Never overwrites a file.

    Raises FileExistsError, OSError, and NoteError for a name that is not valid for a log.
    """
    key = SigningKey.make(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{key.text()}\n")
    path.with_name(f"{path.name}.pub").write_text(f"{key.public}\n")
    return key


def read(path: Path) -> SigningKey:
    """The key in the file. Raises OSError, and NoteError for an invalid key."""
    return SigningKey.parse(path.read_text())


def kept(path: Path, name: str) -> SigningKey:
    """The key in the file, which is created if missing; an existing key keeps its name."""
    return read(path) if path.exists() else make(path, name)
