"""Whole PostgreSQL servers for tests that stop, kill, copy or fill one: never the server of the other tests."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

from operations.embedded_postgres import DATABASE, DESK, OWNER, READER, EmbeddedServer
from tests import postgres
from tests.prepare import STARTING_DATABASE, within_reach

GONE_SECONDS = 20


type Tell = Callable[[str], None]  # the fixture `tell`


@contextmanager
def new_server(folder: Path, *, durable: bool = False) -> Iterator[EmbeddedServer]:
    """An empty server in the folder; or the one that is there already. Durable, where it is to be killed."""
    within_reach(folder.parent)
    server = EmbeddedServer(folder, durable=durable)
    server.join()
    try:
        yield server
    finally:
        server.leave()


def copy_server(source: EmbeddedServer, folder: Path, *options: str) -> None:
    """A copy of a running server's files, as `pg_basebackup` makes it."""
    if os.getuid() == 0:
        os.chown(folder.parent, source._account.pw_uid, source._account.pw_gid)
        within_reach(folder.parent)
    done = source._run(
        *("pg_basebackup", "--pgdata", str(folder), "--checkpoint", "fast", "--no-sync", "--wal-method", "stream"),
        *("--dbname", source.url(OWNER, "postgres"), *options),
    )
    assert done.returncode == 0, done.stderr
    for left in (*folder.glob(".s.PGSQL.*.lock"), folder / "log"):
        left.unlink(missing_ok=True)  # of the source, which keeps its socket among its files


@contextmanager
def server_with_starting_register(folder: Path, *, durable: bool = False) -> Iterator[EmbeddedServer]:
    """A server of one's own whose database holds the starting register: a copy of the tests' own, made in a second.

    Asks for the fixture `starting_database`, which loads the register.
    """
    connections.close_all()
    assert postgres._server is not None
    copy_server(postgres._server, folder)
    with new_server(folder, durable=durable) as server:
        with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            owner.execute(f"ALTER DATABASE {STARTING_DATABASE} RENAME TO {DATABASE}")
        yield server


def postmaster(server: EmbeddedServer) -> int:
    """The number of the server's first process."""
    return int((server.folder / "postmaster.pid").read_text().split("\n", 1)[0])


def kill(server: EmbeddedServer) -> None:
    """As a power cut would: the server and all of its processes, without a word to anybody."""
    first = postmaster(server)
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    for number in (first, *map(int, children)):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + GONE_SECONDS
    while any(_runs(number) for number in (first, *map(int, children))):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(number: int) -> bool:
    """Whether the process still works; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def connections_kept() -> Iterator[None]:
    """Whatever threads do with `led_to` meanwhile, afterwards the process's connections lead where they led before."""
    with _leading_back({alias: dict(connections.settings[alias]) for alias in ("default", "register")}):
        yield


@contextmanager
def led_to(server: EmbeddedServer, *, desk: str = DESK, reader: str = READER) -> Iterator[None]:
    """Point the process's own connections at another server, each with the role that it has in earnest."""
    with _leading_back({alias: dict(connections[alias].settings_dict) for alias in ("default", "register")}):
        for alias, role in (("default", desk), ("register", reader)):
            connections[alias].close()
            connections[alias].settings_dict |= {"HOST": str(server.socket_folder), "NAME": DATABASE, "USER": role}
        yield


@contextmanager
def _leading_back(before: dict[str, dict[str, Any]]) -> Iterator[None]:
    """At the end, each connection is closed and has the settings that it had before."""
    try:
        yield
    finally:
        for alias, found in before.items():
            connections[alias].close()
            connections[alias].settings_dict |= found
