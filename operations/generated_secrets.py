"""Secrets that an installation makes for itself on its first start and keeps in a file of its own."""

import os
import secrets
from pathlib import Path

from portal import env

KEPT = {"SECRET_KEY": "secret-key", "FACTOR_KEYS": "factor-keys"}


def keep_secrets() -> None:
    """Settings that are secrets and not given: each is made on the first start and kept under DATA_DIR.

    A public process signs nobody in and gets no key to anybody's second factor.
    """
    needed = ["SECRET_KEY"] if env.text("SURFACE", "all").lower() == "public" else KEPT
    for name in needed:
        if not env.text(name):
            os.environ[name] = kept_secret(env.data_dir() / KEPT[name])


def kept_secret(path: Path, *, length: int = 50) -> str:
    """The secret kept in the file; made and written, readable by its owner alone, where there is none yet.

    `length` counts the random bytes. Raises OSError where the file can be neither read nor written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip() or _write_again(path, length)
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(length)
        file.write(secret)
    return secret


def _write_again(path: Path, length: int) -> str:
    """A start that was cut short left an empty file behind."""
    path.unlink()
    return kept_secret(path, length=length)
