"""Real processes of ours, as `python -m operations.serve` starts them, and a plain browser for them."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar
from pathlib import Path

from operations.embedded_postgres import EmbeddedServer
from tests.conftest import ROOT, free_port
from tests.postgres import bare_environment

READY_SECONDS = 240
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """Keeps cookies, fills in tokens, follows redirects; an error is an answer."""

    def __init__(self, url: str, *, cookie: str = "") -> None:
        self.url = url
        self._token = ""
        jar = CookieJar()
        if cookie:
            jar.set_cookie(_session_cookie(cookie))
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text."""
        return self._open(urllib.request.Request(f"{self.url}{path}"))  # noqa: S310 - http, to ourselves

    def post(self, path: str, fields: Mapping[str, object], token_from: str = "") -> tuple[int, Mapping[str, str], str]:
        """The answer to a form. Its token comes from the page where it stands, or from the last one that had one."""
        token = TOKEN.search(self.get(token_from or path)[2])
        self._token = token[1] if token else self._token
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self._token, **fields}, doseq=True).encode()
        return self._open(urllib.request.Request(f"{self.url}{path}", body, {"Referer": f"{self.url}{path}"}))  # noqa: S310

    def _open(self, request: urllib.request.Request) -> tuple[int, Mapping[str, str], str]:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read().decode(errors="replace")
        except urllib.error.HTTPError as answer:
            return answer.code, dict(answer.headers), answer.read().decode(errors="replace")


def _session_cookie(value: str) -> Cookie:
    """The cookie of a session on this machine."""
    named = {"version": 0, "name": "session", "value": value, "domain": "127.0.0.1", "path": "/", "rest": {}}
    left = {"port": None, "expires": None, "comment": None, "comment_url": None}
    no = dict.fromkeys(("port_specified", "domain_specified", "domain_initial_dot", "secure", "discard"), False)
    return Cookie(**named, **left, **no, path_specified=True)  # type: ignore[arg-type]


@dataclass
class Running:
    """A web server of ours that answers."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(repr=False)

    def get(self, path: str) -> tuple[int, Mapping[str, str], str]:
        """What a stranger without cookies gets."""
        return Browser(self.url).get(path)

    def kill(self) -> None:
        """SIGKILL to all of its processes at once: none can finish anything."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start(self) -> None:
        """Again, on the same port: gunicorn alone, because nothing has to be prepared a second time."""
        self.process = program(self.environment, "gunicorn", "-c", "python:operations.gunicorn")
        self.wait()

    def wait(self, path: str = "/healthz") -> None:
        """Until it answers there."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            assert self.process.poll() is None, "the web server ended"
            assert time.monotonic() < deadline
            try:
                if self.get(path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)


def program(environment: Mapping[str, str], *words: str) -> subprocess.Popen[bytes]:
    """A module as a program, in a session of its own, with nothing of the tests' own settings."""
    with (Path(environment["DATA_DIR"]).with_suffix(".log")).open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=bare_environment() | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@contextmanager
def served(server: EmbeddedServer, data: Path, **environment: str) -> Iterator[Running]:
    """`python -m operations.serve` for a server that has its tables, on a free port; stopped at the end."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    addresses = server.settings()
    if environment.get("SURFACE") == "public":
        addresses = {"REGISTER_DATABASE_URL": addresses["REGISTER_DATABASE_URL"]}
    given = {
        **addresses,
        "DATA_DIR": str(data),
        "PORT": str(port),
        "SITE_URL": url,
        "LOG_LEVEL": "ERROR",
        "SECRET_KEY": "known-to-the-tests-only-and-long-enough-for-every-check-of-it",
        "FACTOR_KEYS": "a,b",
        **environment,
    }
    running = Running(url, given, program(given, "operations.serve"))
    try:
        running.wait("/readyz")
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(60)
