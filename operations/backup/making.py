"""Makes a backup: one snapshot of the database, the data outside of it, and a manifest."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
from django.conf import settings
from django.db import connection, transaction

from operations.backup import contents, programs
from operations.backup.container import Member, Recipient, Writer, written

PART_BYTES = 8 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024


class BackupError(Exception):
    """No backup was made; the message says why."""


@dataclass(frozen=True)
class Made:
    """A finished backup on disk."""

    path: Path
    size: int
    members: list[Member]
    head: dict[str, Any]
    without: list[str]


def recipients() -> list[Recipient]:
    """The age recipients in BACKUP_RECIPIENTS. Raises BackupError if one is invalid."""
    try:
        return [pyrage.x25519.Recipient.from_str(text) for text in settings.BACKUP_RECIPIENTS]
    except pyrage.RecipientError as problem:
        raise BackupError(
            f"BACKUP_RECIPIENTS holds something that is no public key of age (age1…): {problem}"
        ) from problem


def make(folder: Path, to: Sequence[Recipient]) -> Made:
    """Make a backup in the folder, encrypted to the recipients; without any it is not encrypted.

    Raises BackupError, MissingProgramError and OSError.
    """
    now = datetime.now(UTC)
    ending = "backup.age" if to else "backup"
    path = folder / f"register-{now:%Y%m%dT%H%M%SZ}.{ending}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = programs.server_version()
    dump = programs.program("pg_dump", version)
    head: dict[str, Any] = {}
    members: list[Member] = []

    def fill(writer: Writer) -> None:
        with _one_state() as snapshot:
            state = contents.state()
            head.update(state["head"])
            writer.add(contents.ROLES, contents.as_json(contents.roles()))
            _add_dump(writer, dump, snapshot)
        for name, content in _outside_of_the_database():
            writer.add(name, content)
        manifest = {
            "format": contents.FORMAT,
            "made": now.isoformat(timespec="seconds"),
            "postgresql": version,
            "settings": contents.remembered(),
            "members": {each.name: {"size": each.size, "sha256": each.sha256} for each in writer.members},
            **state,
        }
        writer.add(contents.MANIFEST, contents.as_json(manifest))
        members.extend(writer.members)

    written(path, to, fill)
    return Made(path, path.stat().st_size, members, head, list(_absent()))


@contextmanager
def _one_state() -> Iterator[str]:
    """An exported snapshot, shared with pg_dump, so that everything in the backup is consistent."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _add_dump(writer: Writer, program: Path, snapshot: str) -> None:
    """Add the output of pg_dump in parts. Raises BackupError if it fails."""
    arguments = [
        *("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"),
        *(f"--exclude-table-data=public.{table}" for table in contents.WITHOUT_ROWS),
    ]
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=programs.environment(),
        )
        assert running.stdout is not None
        try:
            writer.add_parts(contents.DATABASE, running.stdout, part_bytes=PART_BYTES)
        finally:
            running.stdout.close()
            status = running.wait()
        if status:
            errors.seek(0)
            told = errors.read().decode(errors="replace").strip().rsplit("\n", 1)[-1]
            raise BackupError(f"pg_dump failed: {told or f'status {status}'}")


def _outside_of_the_database() -> Iterator[tuple[str, bytes]]:
    """The secrets and files that a restore needs. Raises BackupError for a file that is too large."""
    keys = contents.factor_keys()
    if keys:
        yield contents.FACTOR_KEYS, f"{keys}\n".encode()
    for folder in contents.FOLDERS:
        for path in folder.files():
            if path.stat().st_size > LARGEST_FILE:
                raise BackupError(f"{path} is larger than {LARGEST_FILE:,} bytes.")
            yield f"{folder.name}/{path.relative_to(folder.place()).as_posix()}", path.read_bytes()


def _absent() -> Iterator[str]:
    """What a restore will lack, as sentences."""
    if not contents.factor_keys():
        yield "No factor keys were found (FACTOR_KEYS): with this backup alone nobody's second factor comes back."
    for folder in contents.FOLDERS:
        if not any(folder.files()):
            yield f"{folder.place()} holds nothing ({folder.name}): if it is kept on another machine, back it up there."
