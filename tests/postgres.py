"""A PostgreSQL of the tests' own, there before Django reads its settings. Loaded by `-p tests.postgres`."""

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from operations.embedded import EmbeddedServer

UNSET = ("DEBUG", "DEMO", "SURFACE", "SITE_URL", "ALLOWED_HOSTS", "CODE_PREFIX")  # whatever the machine says

_ours = {"DJANGO_SETTINGS_MODULE", *UNSET}  # the first is pytest-django's
_folder: Path | None = None
_server: EmbeddedServer | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the server and point every setting at it. Tests act as the owner, the public side as the reader."""
    global _folder, _server
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a session as orderly as Ctrl-C does
    _sweep()
    _folder = Path(tempfile.mkdtemp(prefix="hdc-tests-"))
    _server = EmbeddedServer(_folder / "postgres", durable=False)
    _server.join()
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
    return (yield)


def bare_environment() -> dict[str, str]:
    """The environment without any setting of the tests: for programs that have settings of their own."""
    return {name: value for name, value in os.environ.items() if name not in _ours}


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
