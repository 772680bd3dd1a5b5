"""Secrets that an installation generates on its first start and stores in files."""

import os
import secrets
from pathlib import Path

from portal import env

KEPT = {"SECRET_KEY": "secret-key", "FACTOR_KEYS": "factor-keys"}


def keep_secrets() -> None:
    """Generate the secrets that are not set, and store them under DATA_DIR.

    A public process has no sign-in and gets no keys of second factors.
    """
    needed = ["SECRET_KEY"] if env.text("SURFACE", "all").lower() == "public" else KEPT
    for name in needed:
        if not env.text(name):
            os.environ[name] = kept_secret(env.data_dir() / KEPT[name])


def kept_secret(path: Path, *, length: int = 50) -> str:
    """The secret in the file, which is generated with mode 0600 if missing.

    `length` is the number of random bytes. Raises OSError if the file can be neither read nor written.
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
    """Replace an empty file left by an interrupted start."""
    path.unlink()
    return kept_secret(path, length=length)
