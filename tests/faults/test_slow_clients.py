"""Clients that send or read a byte at a time, or nothing: nobody else waits for them, and they are given up in time."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from portal.worker import FAREWELL, PATIENCE, seconds_for
from tests.faults.installation import Installation
from tests.servers import Tell

EACH = 16  # twice as many of each kind as there are threads in both processes together
ANNOUNCED = 4_000  # bytes of a body
NOTICED_AFTER = 8  # seconds by which the loop, or the machine, may be late
READS = "reads a byte at a time"
PAGES = ("/", "/incidents/", "/incidents/HDC-0001/", "/accounts/login/", "/healthz")

FILE = "/static/vendor/leaflet-1.9.4/leaflet.js"
TIMES = 40  # so often it is more than the system keeps for a client that does not read
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
FORM = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY = b"POST /csp-report HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % ANNOUNCED


class SlowClient:
    """Sends a start, and a byte more every time it is asked to go on."""

    def __init__(self, port: int, start: bytes) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.connection.sendall(start)
        self.speaks = bool(start)

    def go_on(self) -> None:
        """A byte more."""
        if self.speaks:
            with suppress(OSError):
                self.connection.send(b"a")


class SlowReader(SlowClient):
    """Asks for a file so many times and reads a byte at a time."""

    def __init__(self, port: int, times: int) -> None:
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connection.settimeout(30)
        self.connection.connect(("127.0.0.1", port))
        self.connection.sendall(b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % FILE.encode() * times)

    def go_on(self) -> None:
        """A byte, if one is there."""
        with suppress(OSError):
            self.connection.recv(1, socket.MSG_DONTWAIT)

    def rest(self, pause: float = 0.0) -> int:
        """Bytes that still come when it reads on, as much as 16 KiB between two pauses."""
        found = 0
        with suppress(ConnectionError):
            while part := self.connection.recv(16 * 1024):
                found += len(part)
                time.sleep(pause)
        return found


def held(port: int, clients: list[SlowClient]) -> int:
    """How many of these connections the web server keeps open."""
    theirs = {each.connection.getsockname()[1] for each in clients}
    return sum(
        each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port and each.raddr.port in theirs
        for each in psutil.net_connections("tcp4")
        if each.raddr
    )


def statuses(connection: socket.socket) -> list[int]:
    """Of all answers that come until the other side closes."""
    answer = b""
    with suppress(ConnectionError):
        while part := connection.recv(16 * 1024):
            answer += part
    return [int(each) for each in re.findall(rb"^HTTP/1\.1 (\d+) ", answer, re.MULTILINE)]


@pytest.fixture
def port(installation: Installation) -> int:
    return int(urlsplit(installation.web.url).port or 0)


@pytest.fixture
def slow(installation: Installation, port: int) -> Iterator[dict[str, list[Any]]]:
    """Of each kind so many; they go on until the test is over."""
    for path in (*PAGES, *PAGES):
        installation.web.get(path)  # what a process learns once
    with ExitStack() as stack:
        kinds: dict[str, list[Any]] = {
            "says nothing": [SlowClient(port, b"") for _ in range(EACH)],
            "sends its head a byte at a time": [SlowClient(port, HEAD) for _ in range(EACH)],
            "sends its body a byte at a time": [SlowClient(port, BODY) for _ in range(EACH)],
            READS: [SlowReader(port, TIMES) for _ in range(EACH)],
        }
        clients = [each for kind in kinds.values() for each in kind]
        for each in clients:
            stack.enter_context(each.connection)
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(0.2):
                for each in clients:
                    each.go_on()

        thread = threading.Thread(target=go_on)
        thread.start()
        yield kinds
        over.set()
        thread.join()


def test_slow_clients_keep_nobody_waiting_and_are_given_up_in_time(
    installation: Installation, port: int, slow: dict[str, list[Any]], tell: Tell
) -> None:
    clients = [client for kind in slow.values() for client in kind]
    longest = 0.0
    began = time.monotonic()
    assert held(port, clients) == len(clients)
    while time.monotonic() < began + PATIENCE - 3:
        asked = time.monotonic()
        for path in PAGES:
            assert installation.web.get(path)[0] == 200
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.5)
    assert longest < PATIENCE, "nobody waits until slow clients are given up"

    bound = began + seconds_for(ANNOUNCED) + NOTICED_AFTER
    while left := [name for name, kind in slow.items() if held(port, kind)]:
        assert time.monotonic() < bound, left
        time.sleep(0.2)
    seconds = time.monotonic() - began
    whole = TIMES * len(installation.web.get(FILE)[2])
    assert max(client.rest() for client in slow[READS]) < whole
    tell(
        f"{len(clients)} slow clients: {len(PAGES)} pages for others in {longest:.1f} s at the longest; "
        f"all given up after {seconds:.0f} s",
    )


def test_who_reads_slowly_and_steadily_gets_everything(installation: Installation, port: int) -> None:
    whole = 5 * len(installation.web.get(FILE)[2])
    reader = SlowReader(port, 5)
    with reader.connection:
        assert reader.rest(pause=0.01) > whole


@pytest.mark.parametrize("size", [0, 100, 100_000])
def test_a_body_in_pieces_arrives_whole(installation: Installation, port: int, size: int) -> None:
    start = b"%bCookie: csrf=%b\r\nContent-Length: %d\r\n\r\n" % (FORM, b"a" * 32, size)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in (start[:30], start[30:-2], start[-2:], b"a" * (size // 2), b"a" * (size - size // 2), start):
            connection.sendall(piece)
            time.sleep(0.1)
        connection.sendall(b"a" * size)
        connection.shutdown(socket.SHUT_WR)
        assert statuses(connection) == [403, 403], "one after another: neither form had its token"


def test_a_body_that_is_refused_is_not_waited_for(port: int) -> None:
    request = b"POST /incidents/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000000\r\n\r\nabc"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        assert connection.recv(64).startswith(b"HTTP/1.1 413")
        connection.settimeout(FAREWELL + NOTICED_AFTER)
        while connection.recv(16 * 1024):
            pass


def test_who_asks_before_sending_a_body_is_told_to_go_on(port: int) -> None:
    head = FORM + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(64).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a=b")
        connection.shutdown(socket.SHUT_WR)
        assert statuses(connection)[-1] == 403


def test_what_stands_behind_a_request_that_was_not_read_to_its_end_is_no_request(port: int) -> None:
    """Chunks are not waited for; were the connection kept, the rest of a body could pass for another's request."""
    head = b"POST /incidents/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head + b"ff\r\n")
        time.sleep(0.5)
        with suppress(ConnectionError):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert statuses(connection) in ([], [403]), "one answer, or none"
