"""Real web processes as they run in production: configured for https, behind a proxy that says so."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, free_port
from tests.postgres import bare_environment

SITE = "register.example.org"
WAIT_SECONDS = 240


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Process:
    """A running `python -m operations.serve`."""

    port: int
    program: subprocess.Popen[bytes]
    folder: Path

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, *, secure: bool = True, **headers: str
    ) -> Answer:
        """One request over a connection of its own; an underscore in a header's name stands for a hyphen."""
        given = {"Host": SITE, **({"X-Forwarded-Proto": "https"} if secure else {})}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, given)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    @property
    def log(self) -> list[str]:
        """The lines of the error stream so far."""
        return (self.folder / "stderr").read_text("utf-8").splitlines()

    @property
    def printed(self) -> str:
        return (self.folder / "stdout").read_text("utf-8")


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Process]:
    """Start, wait until it answers, and stop at the end."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    given = {
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "SITE_URL": f"https://{SITE}",
        "ALLOWED_HOSTS": SITE,
        "LOG_LEVEL": "INFO",
        "WEB_WORKERS": "1",
    }
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        program = subprocess.Popen(
            [sys.executable, "-m", "operations.serve"],
            cwd=ROOT,
            env=bare_environment() | given | environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    process = Process(port, program, folder)
    try:
        _wait(process)
        yield process
    finally:
        program.terminate()
        program.wait(timeout=60)


def _wait(process: Process) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        assert process.program.poll() is None, process.printed + "\n".join(process.log)
        assert time.monotonic() < deadline, process.printed + "\n".join(process.log)
        try:
            if process.ask("/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.3)


def lines_of(process: Process) -> list[dict[str, Any]]:
    """The log, each line read as what it must be: one JSON object."""
    return [json.loads(line) for line in process.log]
