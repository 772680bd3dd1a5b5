"""The servers to compare, each started as in production, on its own port, while it is measured."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.client import Site
from benchmarks.registers import ROOT, Register

READY_SECONDS = 120


@dataclass(frozen=True)
class Served:
    """A running server."""

    site: Site
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """The unshared memory of it and its workers, in bytes."""
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        return sum(process.memory_full_info().uss for process in family)


@contextmanager
def ours(register: Register) -> Iterator[Served]:
    """The public register as in docker compose: gunicorn with two workers of four threads."""
    environment = register.environment | {"SURFACE": "public", "ALLOWED_HOSTS": "127.0.0.1"}
    with _gunicorn("portal.wsgi:application", environment) as served:
        yield served


@contextmanager
def minimal(register: Register, constant: int) -> Iterator[Served]:
    """A minimal Django for rows of the same table, and a constant of so many bytes."""
    environment = register.environment | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.minimal.settings",
        "CONSTANT_BYTES": str(constant),
    }
    with _gunicorn("benchmarks.minimal.wsgi:application", environment) as served:
        yield served


@contextmanager
def datasette(file: Path) -> Iterator[Served]:
    """Datasette on a SQLite file, without suggested facets, and with enough time for the requested ones."""
    settings = {
        "suggest_facets": "off",
        "facet_time_limit_ms": "60000",
        "sql_time_limit_ms": "60000",
        "default_page_size": "25",
    }
    options = [word for name, value in settings.items() for word in ("--setting", name, value)]
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "-i", str(file), "--port", str(port), *options]
    with _running(command, port, {}) as process:
        yield Served(Site(port), process)


def has_datasette() -> bool:
    """Whether Datasette is installed (`uv sync --group bench`)."""
    return importlib.util.find_spec("datasette") is not None


@contextmanager
def _gunicorn(application: str, environment: Mapping[str, str]) -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "operations/gunicorn.py", application]
    with _running(command, port, environment | {"PORT": str(port), "HOST": "127.0.0.1"}) as process:
        yield Served(Site(port), process)


@contextmanager
def _running(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 (our own command)
        command, cwd=ROOT, env=dict(environment) or None, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer")


def free_port() -> int:
    """A free port on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
