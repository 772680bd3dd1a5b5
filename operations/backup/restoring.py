"""Restores a backup into an empty database: checks every byte, restores everything, and verifies it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO, Any

import pyrage  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from operations.backup import contents, programs
from operations.backup.container import ContainerError, Identity, opened
from operations.generated_secrets import KEPT

MOST_TOLD = 10
NEVER_OURS = ("pg_catalog", "information_schema", "pg_toast")

Say = Callable[[str], None]


class RestoreError(Exception):
    """Nothing was restored, or the restored data is wrong; the message says which and why."""


def identities(path: Path | None) -> list[Identity]:
    """The secret keys in a file of `age-keygen`. Raises RestoreError."""
    if path is None:
        return []
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as problem:
        raise RestoreError(f"{path} holds no secret key of age (AGE-SECRET-KEY-1…): {problem}") from None


def restore(path: Path, keys: Sequence[Identity], say: Say) -> None:
    """Check the archive, restore it into the empty database of the owner's connection, and verify the result.

    Raises RestoreError, ContainerError, MissingProgramError and OSError.
    """
    refuse_what_is_not_empty()
    manifest = checked(path, keys)
    say(f"The archive is whole: {len(manifest['members'])} members, each with its digest; made {manifest['made']}.")
    _fits(manifest)
    outside = _restored(path, keys, manifest)
    say(_rows_came_back(manifest))
    for line in _put_back(outside):
        say(line)
    for line in _brought_up_to_date(manifest):
        say(line)
    call_command("setup_roles", verbosity=0)
    for line in (*_other_rights(json.loads(outside[contents.ROLES])), *_other_settings(manifest["settings"])):
        say(line)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say("The database roles have their rights; their passwords are those of the addresses in the settings.")


def refuse_what_is_not_empty() -> None:
    """Raises RestoreError unless the database and the target folders are empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname <> ALL(%s) AND nspname NOT LIKE 'pg\\_temp%%'
            UNION ALL
            SELECT nspname || '.' || proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
            WHERE nspname <> ALL(%s) LIMIT 3
            """,
            [list(NEVER_OURS), list(NEVER_OURS)],
        )
        found = [name for (name,) in cursor.fetchall()]
    if found:
        raise RestoreError(
            f"The database is not empty: it holds {', '.join(found)}. Nothing was restored. Give an empty database "
            "(OWNER_DATABASE_URL), or another DATA_DIR."
        )
    for folder in contents.FOLDERS:
        if any(folder.files()):
            raise RestoreError(f"{folder.place()} is not empty ({folder.name}). Nothing was restored.")


def checked(path: Path, keys: Sequence[Identity]) -> dict[str, Any]:
    """The manifest of an archive, after reading and checking every byte. Raises ContainerError."""
    found: dict[str, dict[str, Any]] = {}
    manifest = b""
    with opened(path, keys) as members:
        for name, content in members:
            if name in found or manifest:
                raise ContainerError(f"The archive holds {name} twice, or behind its end.")
            if name == contents.MANIFEST:
                manifest = content
            else:
                found[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if not manifest:
        raise ContainerError("The archive was cut off: its manifest is missing.")
    told: dict[str, Any] = json.loads(manifest)
    if told.get("format") != contents.FORMAT:
        raise ContainerError(f"The archive is of another format: {str(told.get('format'))[:60]}.")
    different = [name for name in {*found, *told["members"]} if found.get(name) != told["members"].get(name)]
    if different:
        raise ContainerError(f"Not what the manifest says: {', '.join(sorted(different)[:MOST_TOLD])}.")
    return told


def _fits(manifest: dict[str, Any]) -> None:
    """Raises RestoreError if this server or this release is older than the backup's."""
    version = programs.server_version()
    if version < manifest["postgresql"]:
        raise RestoreError(f"The backup is of PostgreSQL {manifest['postgresql']}, this server is {version}: older.")
    known = {tuple(key) for key in MigrationExecutor(connection).loader.disk_migrations}
    unknown = [".".join(each) for each in manifest["migrations"] if tuple(each) not in known and _is_ours(each[0])]
    if unknown:
        raise RestoreError(
            f"The backup was made by a newer version of this program, which knows {', '.join(unknown[:MOST_TOLD])}. "
            "Restore with that version."
        )


def _is_ours(app: str) -> bool:
    from django.apps import apps

    return any(config.label == app for config in apps.get_app_configs())


def _restored(path: Path, keys: Sequence[Identity], manifest: dict[str, Any]) -> dict[str, bytes]:
    """Pipe the dump to pg_restore, in one transaction; returns the members outside of the database.

    The content is checked again while reading, because the file may have been replaced since.
    """
    outside: dict[str, bytes] = {}
    with _pg_restore() as database, opened(path, keys) as members:
        for name, content in members:
            told = manifest["members"].get(name)
            if name != contents.MANIFEST and (told or {}).get("sha256") != hashlib.sha256(content).hexdigest():
                raise ContainerError(f"{name} changed while it was read. Nothing was restored.")
            if name.startswith(f"{contents.DATABASE}/"):
                database.write(content)
            else:
                outside[name] = content
    return outside


@contextmanager
def _pg_restore() -> Iterator[IO[bytes]]:
    """The stdin of pg_restore. It commits when its input ends; on an exception it is killed before that."""
    program = programs.program("pg_restore", programs.server_version())
    name = str(connection.settings_dict["NAME"])
    arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}"]
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(
            [str(program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=programs.environment(),
        )
        assert running.stdin is not None
        try:
            yield running.stdin
            running.stdin.close()
        except BrokenPipeError:
            pass  # the error output below says why it stopped
        except BaseException:
            running.kill()
            running.wait()
            raise
        if running.wait():
            errors.seek(0)
            told = " ".join(errors.read().decode(errors="replace").split())
            raise RestoreError(f"pg_restore failed, and nothing was restored: {told[:500]}")


def _rows_came_back(manifest: dict[str, Any]) -> str:
    """A sentence about the restored rows. Raises RestoreError if a table's row count differs from the manifest."""
    now, then = contents.rows(), manifest["rows"]
    different = [name for name in sorted({*now, *then}) if now.get(name) != then.get(name)]
    if different:
        raise RestoreError(f"Other rows came back than were saved, in {', '.join(different[:MOST_TOLD])}.")
    head = manifest["head"]
    return (
        f"The database is back: {sum(now.values()):,} rows in {len(now)} tables, as many as were saved. The register "
        f"has {head['editions']} editions, the newest of {head['published'] or 'no day'}; the ledger "
        f"{head['leaves']} leaves, of which checkpoints cover {head['signed_leaves']}. Nobody is signed in."
    )


def _put_back(outside: dict[str, bytes]) -> Iterator[str]:
    """Write secrets and files to their places."""
    if contents.FACTOR_KEYS in outside:
        yield _keep_factor_keys(outside[contents.FACTOR_KEYS].decode().strip())
    else:
        yield "The backup holds no factor keys: who used a second factor has to set it up again."
    for folder in contents.FOLDERS:
        files = {name: content for name, content in outside.items() if name.startswith(f"{folder.name}/")}
        for name, content in files.items():
            _write(folder.place() / name.removeprefix(f"{folder.name}/"), content)
        yield f"{folder.name}: {len(files)} files came back to {folder.place()}."


def _keep_factor_keys(saved: str) -> str:
    """Write the key file: the backup's keys first, then existing ones, so that no key is lost."""
    path = Path(settings.DATA_DIR) / KEPT["FACTOR_KEYS"]
    before = path.read_text().strip().split(",") if path.is_file() else []
    keys = list(dict.fromkeys([*saved.split(","), *(key for key in before if key)]))
    path.unlink(missing_ok=True)
    _write(path, ",".join(keys).encode())
    given = set(settings.FACTOR_KEYS) - set(before)
    if given and not set(saved.split(",")) <= set(settings.FACTOR_KEYS):
        return f"FACTOR_KEYS in the settings lacks a key of the backup: put those of {path} there, or unset it."
    return f"The factor keys are in {path}: second factors go on working."


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _brought_up_to_date(manifest: dict[str, Any]) -> Iterator[str]:
    """Apply migrations newer than the backup, and rebuild rows whose search vectors they emptied."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
        yield f"The backup of {manifest['made']} was of an older version: {len(pending)} migrations were made up for."
    call_command("rebuild_register", if_needed=True, stdout=StringIO())


def _other_rights(then: dict[str, Any]) -> Iterator[str]:
    """Roles whose rights differ from the backup's, as sentences."""
    now = contents.roles()
    for name in sorted({*then, *now}):
        before, after = (told.get(name, {}).get("rights", {}) for told in (then, now))
        if not after:
            yield f"The role {name} had rights when the backup was made; it is none of ours and was not made again."
        elif before and before != after:
            tables = [table for table in sorted({*before, *after}) if before.get(table) != after.get(table)]
            yield f"{name} has other rights than then on {', '.join(tables[:MOST_TOLD])}: the present ones hold."


def _other_settings(then: dict[str, Any]) -> Iterator[str]:
    now = contents.remembered()
    for name, value in then.items():
        if now.get(name) != value:
            yield f"{name} was {value!r} and is {now.get(name)!r} now: check that this is meant."


def verify() -> None:
    """Run `manage.py verify` on the restored data. Raises RestoreError if it finds anything."""
    try:
        call_command("verify")
    except (CommandError, SystemExit) as problem:
        if isinstance(problem, SystemExit) and not problem.code:
            return
        raise RestoreError(f"Restored, but `manage.py verify` is not content: {problem}") from problem
