"""An HTTP client with little overhead: raw sockets, prepared requests, only lengths are parsed."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CHUNK = 1 << 18


@dataclass(frozen=True)
class Site:
    """A server on this machine. `compressed`: requests ask for gzip, as browsers do."""

    port: int
    compressed: bool = True

    def request(self, path: str) -> bytes:
        """The bytes of a request."""
        encoding = "Accept-Encoding: gzip\r\n" if self.compressed else ""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{encoding}\r\n".encode()


@dataclass
class Answer:
    """The measured values of a response."""

    status: int = 0
    size: int = 0
    seconds: float = 0.0
    first_byte: float = 0.0


@dataclass
class _Reader:
    """Reads successive responses from a connection."""

    head: bytearray = field(default_factory=bytearray)
    left: int = -1  # remaining bytes of the body; -1 while the head is read
    chunked: bool = False
    size: int = 0
    status: int = 0
    tail: bytes = b""

    def take(self, data: bytes) -> bool:
        """Whether the response is complete with these bytes."""
        if self.left < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._understand(bytes(self.head[:end]).lower())
            data = bytes(self.head[end + 4 :])
        self.size += len(data)
        if self.chunked:
            self.tail = (self.tail + data)[-5:]
            return self.tail == b"0\r\n\r\n"
        self.left -= len(data)
        return self.left <= 0

    def _understand(self, head: bytes) -> None:
        self.status = int(head[9:12])
        self.chunked = b"transfer-encoding: chunked" in head
        at = head.find(b"\r\ncontent-length: ")
        self.left = int(head[at + 18 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _connect(site: Site) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=120)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def fetch(site: Site, path: str) -> Answer:
    """One response over a connection of its own. Raises RuntimeError for any status but 200."""
    with _connect(site) as connection:
        began = time.perf_counter()
        connection.sendall(site.request(path))
        reader, answer = _Reader(), Answer()
        while True:
            data = connection.recv(CHUNK)
            answer.first_byte = answer.first_byte or time.perf_counter() - began
            if not data or reader.take(data):
                break
        answer.seconds = time.perf_counter() - began
    answer.status, answer.size = reader.status, reader.size
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with status {answer.status}")
    return answer


def throughput(site: Site, paths: Iterator[str], seconds: float, connections: int = 8) -> float:
    """Responses per second over several connections, each of which sends its next request at once."""
    waiting = selectors.DefaultSelector()
    opened = [_connect(site) for _number in range(connections)]
    done = 0
    try:
        for connection in opened:
            waiting.register(connection, selectors.EVENT_READ, _Reader())
            connection.sendall(site.request(next(paths)))
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds or not done:
            for key, _events in waiting.select(timeout=1):
                done += _answered(site, paths, waiting, key)
        return done / passed
    finally:
        for connection in opened:
            connection.close()


def _answered(site: Site, paths: Iterator[str], waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> int:
    connection, reader = key.fileobj, key.data
    assert isinstance(connection, socket.socket)
    data = connection.recv(CHUNK)
    if not data:
        raise RuntimeError("the server closed a connection")
    if not reader.take(data):
        return 0
    if reader.status != 200:
        raise RuntimeError(f"a page was answered with status {reader.status}")
    waiting.modify(connection, selectors.EVENT_READ, _Reader())
    connection.sendall(site.request(next(paths)))
    return 1


def timed(action: Callable[[], object]) -> float:
    """The duration of an action in seconds."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
