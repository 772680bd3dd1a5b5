"""A PostgreSQL of the tests' own, there before Django reads its settings. Loaded by `-p tests.postgres`.

Where `SHARED_SERVER` names the folder of a prepared server that runs (`scripts/mutants.py`), a session uses that one,
with a database of its own.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from operations.embedded_postgres import OWNER, EmbeddedServer
from tests.prepare import CACHE, TEST_DATABASE, copy_prepared, one_at_a_time, within_reach

# Where programs that tests start collect their static files, the next session's too. Processes do not share it.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
STATIC = CACHE / f"static-files-{WORKER or 'alone'}"
UNSET = ("DEBUG", "DEMO", "SURFACE", "SITE_URL", "ALLOWED_HOSTS", "CODE_PREFIX")  # whatever the machine says

_ours = {"DJANGO_SETTINGS_MODULE", *UNSET}  # the first is pytest-django's
_folder: Path | None = None
_server: EmbeddedServer | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the server and point every setting at it. Tests act as the owner, the public side as the reader.

    The process that only hands out tests to others has no server.
    """
    global _folder, _server
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a session as orderly as Ctrl-C does
    _keep_bytecode()
    _sweep()
    _folder = Path(tempfile.mkdtemp(prefix="hdc-tests-"))
    within_reach(_folder)
    shared = os.environ.get("SHARED_SERVER")
    _server = EmbeddedServer(Path(shared) if shared else _folder / "postgres", durable=False)
    atexit.register(pytest_unconfigure)
    static = _folder / "static"
    static.mkdir()
    for name in UNSET:
        os.environ.pop(name, None)
    given = _server.settings() | {
        "CONNECT_AS": "owner",
        "PAGE_CACHE_MB": "0",  # tests change rows behind the back of the register's head
        "SECRET_KEY": "known-to-the-tests-only-and-long-enough-for-every-check-of-it",
        "FACTOR_KEYS": "known-to-the-tests-only,and-the-one-before-it",
        "DATA_DIR": str(_folder),
        "STATIC_ROOT": str(static),
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        # Playwright's event loop runs in this thread, and Django takes that for asynchronous code.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    os.environ |= given
    _ours.update(given)
    if shared:
        _server.join()
    elif WORKER or not getattr(early_config.known_args_namespace, "numprocesses", None):
        copy_prepared(_server.folder)
        _server.join()
    return (yield)


@contextmanager
def own_database() -> Iterator[str]:
    """The name of a prepared database that no other session uses."""
    if "SHARED_SERVER" not in os.environ:
        yield TEST_DATABASE
        return
    assert _server is not None
    name = f"{TEST_DATABASE}_{os.getpid()}"
    with psycopg.connect(_server.url(OWNER, "postgres"), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {TEST_DATABASE} STRATEGY file_copy")
        try:
            yield name
        finally:
            owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def alone_on_the_server() -> Iterator[None]:
    """Roles belong to the whole server: two sessions that share one do not change them at once."""
    assert _server is not None
    with one_at_a_time(_server.given.parent):
        yield


def bare_environment() -> dict[str, str]:
    """The environment without any setting of the tests but where static files are: for programs that have their own."""
    return {name: value for name, value in os.environ.items() if name not in _ours} | {"STATIC_ROOT": str(STATIC)}


def _keep_bytecode() -> None:
    """Where the environment wants no bytecode beside the sources, keep it elsewhere.

    Without any, each of the programs that tests start compiles a thousand modules.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(CACHE / "bytecode")
        sys.dont_write_bytecode = False


def _sweep() -> None:
    """Stop and remove what sessions that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob("hdc-tests-*"):
        if EmbeddedServer(folder / "postgres").stop_if_abandoned():
            shutil.rmtree(folder, ignore_errors=True)


def pytest_unconfigure() -> None:
    """Stop the server, however the session ended; doing so twice does no harm."""
    if _server is not None and _folder is not None:
        _server.leave()
        shutil.rmtree(_folder, ignore_errors=True)
