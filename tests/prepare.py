"""Prepares the PostgreSQL that every test process copies: migrated, with the roles' rights and the gazetteer.

Kept until migrations, models or the gazetteer change. A new checkout has none, so that there, and under continuous
integration, everything is made by its own command.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "d"
TEST_DATABASE = "test_hdc"
STARTING_DATABASE = "hdc_starting_register"


def within_reach(folder: Path) -> None:
    """As root: open temporary folders of the tests to the account that runs PostgreSQL, so that no server settles
    elsewhere. The program itself opens none."""
    if os.getuid() == 0:
        shared = Path(tempfile.gettempdir())
        for each in (folder, *folder.parents):
            if shared in each.parents and each.is_dir():
                each.chmod(each.stat().st_mode | 0o001)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Of several processes that test at once, one makes what all of them need; the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(sources: Iterable[Path]) -> str:
    """Of all files of the sources, by path and content."""
    files = sorted(
        path
        for source in sources
        for path in ([source] if source.is_file() else source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )
    digests = (hashlib.sha256(str(path).encode() + b"\0" + path.read_bytes()).digest() for path in files)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16]


def keep_only(kept: Path) -> None:
    """Remove the older folders beside one."""
    for older in kept.parent.iterdir():
        if older != kept and older.is_dir():
            shutil.rmtree(older)


def copy_prepared(folder: Path) -> None:
    """Copy the prepared server's files into a new folder; prepare it first where nobody has."""
    servers = CACHE / "servers"
    with one_at_a_time(servers):
        prepared = servers / digest(_sources())
        if not prepared.exists():
            _prepare(prepared)
            keep_only(prepared)
        subprocess.run(["cp", "-a", str(prepared), str(folder)], check=True)


def _prepare(prepared: Path) -> None:
    """Make the files elsewhere: they get their name when they are complete, and a server's socket a short path."""
    unfinished = prepared.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="hdc-prepared-") as made:
        within_reach(Path(made))
        server = Path(made) / "postgres"
        subprocess.run([sys.executable, "-m", "tests.prepare", str(server)], cwd=ROOT, check=True)
        subprocess.run(["cp", "-a", str(server.resolve()), str(unfinished)], check=True)
    unfinished.rename(prepared)


def _sources() -> Iterator[Path]:
    """Whatever the prepared server depends on."""
    for package in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        yield from (path for path in package.rglob("*") if path.stem in ("apps", "audit", "migrations", "models"))
    yield from (ROOT / "incidents" / "gazetteer", ROOT / "portal" / "settings.py", ROOT / "uv.lock", Path(__file__))


def main(folder: Path) -> None:
    """Prepare a server in the folder, and stop it."""
    from operations.embedded_postgres import EmbeddedServer

    server = EmbeddedServer(folder, durable=False)
    server.join()
    try:
        os.environ |= server.settings() | {"DJANGO_SETTINGS_MODULE": "portal.settings", "CONNECT_AS": "owner"}
        _fill()
    finally:
        server.leave()


def _fill() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection, connections
    from django.test.utils import setup_databases

    django.setup()
    from people.audit.acting import COMMAND, name_process

    name_process(f"{COMMAND}tests")
    setup_databases(verbosity=0, interactive=False)
    assert connection.settings_dict["NAME"] == TEST_DATABASE
    call_command("setup_roles", verbosity=0)
    call_command("load_gazetteer", verbosity=0)
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {STARTING_DATABASE} TEMPLATE {TEST_DATABASE} STRATEGY file_copy")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
