"""Clients that send or read a byte at a time, or nothing: behind the proxy nobody else waits for them."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from tests.faults.installation import Installation
from tests.proxied import Proxy, asked, proxied
from tests.running import Browser
from tests.servers import Tell

EACH = 16  # twice as many of each kind as there are threads in both processes together
ENDED = (7, 8)  # TCP_CLOSE and TCP_CLOSE_WAIT of the system's headers: reset, or closed by the other side
PATIENCE = 10  # seconds that deploy/nginx gives to a head, and to each pause in a body or an answer
NOTICED_AFTER = 8  # seconds by which the proxy, or a busy machine, may be late
ANNOUNCED = 4_000  # bytes of a body
PAGES = ("/", "/incidents/", "/incidents/HDC-0001/", "/accounts/login/", "/healthz")
LAST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
NEVER_STARTS, HEAD, SILENT, BODY, READS = (
    "says nothing",
    "sends its head a byte at a time",
    "announces a body and falls silent",
    "sends its body a byte at a time",
    "reads a byte at a time",
)

FILE = "/static/vendor/leaflet-1.9.4/leaflet.js"
TIMES = 40  # so often it is more than the system keeps for a client that does not read
STARTS = {
    NEVER_STARTS: b"",
    HEAD: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    SILENT: b"POST /csp-report HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % ANNOUNCED,
    BODY: b"POST /csp-report HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % ANNOUNCED,
    READS: b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % FILE.encode() * TIMES,
}


class SlowClient:
    """Sends a start, and goes on as slowly as its kind does."""

    def __init__(self, proxy: Proxy, kind: str, source: str) -> None:
        self.kind = kind
        self.connection = proxy.connect(source=source, reads=4096 if kind == READS else None)
        self.connection.sendall(STARTS[kind])
        self.connection.settimeout(0)
        self.began = time.monotonic()
        self.lasted: float | None = None

    def go_on(self) -> None:
        """A byte more, in one direction or the other, and a look whether the other side has closed."""
        with suppress(OSError):
            if self.kind in (HEAD, BODY):
                self.connection.send(b"a")
            if self.kind == READS:
                self.connection.recv(1)
        if self.lasted is None and self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in ENDED:
            self.lasted = time.monotonic() - self.began


@pytest.fixture(scope="module")
def proxy(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    port = urlsplit(installation.web.url).port or 0
    with proxied(tmp_path_factory.mktemp("proxy"), port, port) as running:
        yield running


@pytest.fixture
def slow(proxy: Proxy) -> Iterator[list[SlowClient]]:
    """Of each kind so many, all of them from different addresses; they go on until the test is over."""
    with ExitStack() as stack:
        clients = [
            SlowClient(proxy, kind, f"127.0.{1 + number}.{1 + which}")
            for number, kind in enumerate(STARTS)
            for which in range(EACH)
        ]
        for each in clients:
            stack.enter_context(each.connection)
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(0.2):
                for each in clients:
                    each.go_on()

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield clients
        finally:
            over.set()
            thread.join()


def test_slow_clients_keep_nobody_waiting_and_are_given_up_in_time(
    proxy: Proxy, slow: list[SlowClient], tell: Tell
) -> None:
    bound = PATIENCE + NOTICED_AFTER
    others = Browser(f"http://127.0.0.1:{proxy.http}")
    longest = 0.0
    began = time.monotonic()
    while time.monotonic() < began + PATIENCE - 2:
        asked = time.monotonic()
        for path in PAGES:
            assert others.get(path)[0] == 200
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.5)
    assert longest < PATIENCE, "nobody waits until slow clients are given up"

    awaited = [client for client in slow if client.kind in (NEVER_STARTS, HEAD, SILENT, READS)]
    while time.monotonic() < began + bound and any(client.lasted is None for client in awaited):
        time.sleep(0.1)
    assert {client.kind for client in awaited if client.lasted is None or client.lasted > bound} == set()
    tell(f"{len(slow)} slow clients: {len(PAGES)} pages for others in {longest:.1f} s at the longest")


def test_who_reads_slowly_and_steadily_gets_everything(installation: Installation, proxy: Proxy) -> None:
    whole = TIMES * len(installation.web.get(FILE)[2])
    with proxy.connect(reads=64 * 1024) as reader:
        reader.sendall(STARTS[READS] + LAST)
        found = 0
        while part := reader.recv(64 * 1024):
            found += len(part)
            time.sleep(0.01)
    assert found > whole


@pytest.mark.parametrize("size", [0, 100, 100_000])
def test_a_body_in_pieces_arrives_whole(proxy: Proxy, size: int) -> None:
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    start = b"%bCookie: csrf=%b\r\nContent-Length: %d\r\n\r\n" % (head, b"a" * 32, size)
    with proxy.connect() as connection:
        for piece in (start[:30], start[30:-2], start[-2:], b"a" * (size // 2), b"a" * (size - size // 2), start):
            connection.sendall(piece)
            time.sleep(0.1)
        assert re.findall(r"HTTP/1\.1 (\d+) ", asked(connection, b"a" * size + LAST)) == (["403", "403", "200"]), (
            "one after another: neither form had its token"
        )
