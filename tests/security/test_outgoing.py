"""A web process connects to its databases and the mail server and nowhere else, whatever its code is made to ask."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.egress import named_hosts
from tests.conftest import ROOT, free_port
from tests.postgres import bare_environment

PROGRAM = """
import socket, sys, threading
from portal.egress import ConnectionRefusedHereError, allow_only
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
allow_only(set(sys.argv[2:]))
def attempt():
    try:
        exec(sys.argv[1], {"port": port})
        print("passed")
    except OSError as problem:
        cause = getattr(problem, "reason", problem)
        print("refused" if isinstance(cause, ConnectionRefusedHereError) else "passed")
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
"""
ATTEMPTS = {
    "an address": "import socket; socket.create_connection(('{host}', port), timeout=2)",
    "a plain socket": "import socket; s = socket.socket(); s.settimeout(2); s.connect(('127.0.0.1', port))",
    "a web address": "import urllib.request; urllib.request.urlopen('http://{host}:%d/' % port, timeout=1)",
    "a question for a name": "import socket; socket.getaddrinfo('{host}', 80)",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'a', ('127.0.0.1', port))",
    "mail": "import smtplib; smtplib.SMTP('{host}', port, timeout=1)",
}


def outcome(attempt: str, *allowed: str) -> str:
    command = [sys.executable, "-c", PROGRAM, attempt.format(host="localhost"), *allowed]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_what_is_not_on_the_list_is_refused_and_what_is_passes(attempt: str) -> None:
    assert outcome(attempt) == "refused"
    assert outcome(attempt, "192.0.2.1") == "refused"
    assert outcome(attempt, "localhost") == "passed"


def test_no_thread_passes_while_another_one_asks_for_a_name() -> None:
    slow = (
        "import contextlib, socket, threading, time; real = socket.getaddrinfo; asking = threading.Event()\n"
        "def slowly(*a): asking.set(); time.sleep(0.5); return real(*a)\n"
        "def connect():\n"
        "    plain = socket.socket(); plain.settimeout(2); plain.connect(('127.0.0.1', port))\n"
        "def first():\n"
        "    with contextlib.suppress(OSError): connect()\n"
        "socket.getaddrinfo = slowly; other = threading.Thread(target=first); other.start(); asking.wait()\n"
        "try: connect()\n"
        "finally: other.join()"
    )
    assert outcome(slow, "192.0.2.1") == "refused"


def test_a_socket_of_a_file_needs_no_leave() -> None:
    assert outcome("import socket; socket.socket(socket.AF_UNIX).connect('/nowhere')") == "passed"


def test_the_list_is_that_of_the_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_HOST = "mail.example.org"
    assert named_hosts() == {"mail.example.org"}, "the tests' databases are reached through a socket"
    monkeypatch.setitem(settings.DATABASES["register"], "HOST", "database.example.org")
    assert named_hosts() == {"mail.example.org", "database.example.org"}


def test_what_our_web_server_serves_is_held_to_the_list(tmp_path: Path) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:operations.gunicorn",
        "tests.security.asks_elsewhere:application",
    ]
    given = {"PORT": str(port), "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    server = subprocess.Popen(command, cwd=ROOT, env=bare_environment() | given, stderr=subprocess.DEVNULL)
    try:
        assert asked(port) == b"refused"
    finally:
        server.terminate()
        server.wait(30)


def asked(port: int) -> bytes:
    for _second in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server did not start")
