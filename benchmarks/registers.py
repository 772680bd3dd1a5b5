"""Synthetic registers on a PostgreSQL of the benchmark's own. They are kept for the next run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from operations.embedded_postgres import DESK, OWNER, READER, EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
SEED = 1
PREPARING = (
    ("migrate", "--verbosity=0"),
    ("createcachetable", "--verbosity=0"),
    ("setup_roles", "--verbosity=0"),
    ("load_gazetteer", "--verbosity=0"),
)


@dataclass(frozen=True)
class Register:
    """A register in a database, with the URLs of its three roles and a folder for derived files."""

    incidents: int
    owner: str
    desk: str
    reader: str
    folder: Path
    build_seconds: float = 0.0

    @property
    def environment(self) -> dict[str, str]:
        """The environment that connects the project's programs to it."""
        return {
            **os.environ,
            "OWNER_DATABASE_URL": self.owner,
            "DATABASE_URL": self.desk,
            "REGISTER_DATABASE_URL": self.reader,
            "SECRET_KEY": "of-a-benchmark-that-serves-nobody-but-itself-on-this-machine",
            "DATA_DIR": str(self.folder),
            "STATIC_ROOT": str(self.folder / "static"),
        }


@contextmanager
def kept_server(folder: Path) -> Iterator[EmbeddedServer]:
    """The benchmark's PostgreSQL. An interrupted run loses only the register that it was building."""
    server = EmbeddedServer(folder / "postgres", durable=False)
    server.join()
    try:
        yield server
    finally:
        server.leave()


def built(server: EmbeddedServer, folder: Path, incidents: int) -> Register:
    """A register of so many incidents; built, with the time it took, if it does not exist."""
    name = f"r{incidents}"
    urls = [server.url(role, name) for role in (OWNER, DESK, READER)]
    finished = folder / f"{name}.seconds"
    if not finished.exists():
        _make_database(server, name)
    register = Register(incidents, *urls, folder)
    for command in PREPARING:  # a kept register gets the migrations of a newer release
        manage(register, *command)
    if not finished.exists():
        began = time.monotonic()
        run(register, "-m", "benchmarks.synthetic", f"--incidents={incidents}", f"--seed={SEED}")
        finished.write_text(f"{time.monotonic() - began:.0f}")
    return Register(incidents, *urls, folder, float(finished.read_text()))


def collect_static(register: Register) -> None:
    """Collect the static files with their production names."""
    shutil.rmtree(register.folder / "static", ignore_errors=True)
    manage(register, "collectstatic", "--noinput", "--verbosity=0")


def manage(register: Register, *arguments: str) -> None:
    """Run a management command, as the owner of the database."""
    run(register, "manage.py", *arguments)


def run(register: Register, *arguments: str) -> None:
    """Run a Python program of the project, as the owner of the database."""
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, *arguments],
        cwd=ROOT,
        env=register.environment | {"CONNECT_AS": "owner"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _make_database(server: EmbeddedServer, name: str) -> None:
    """Create an empty database; one left by an interrupted run is dropped."""
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
