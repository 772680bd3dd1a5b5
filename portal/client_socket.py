"""A client's socket as gunicorn's threads see it: whatever they read has arrived, whatever they write is taken.

Nothing here waits. A thread that reads on finds the end; what a client has not taken yet is kept, in memory and beyond
that in a temporary file, until the loop of `portal/worker.py` hands it out.
"""

import errno
import os
import re
import socket
import tempfile
import threading
from typing import IO

AT_A_TIME = 64 * 1024  # bytes
PARTS_AT_ONCE = 16
IN_MEMORY = 256 * 1024  # bytes of an answer; the rest goes to a temporary file
MOST_KEPT = 512 * 1024 * 1024  # bytes of answers that clients have not taken yet, in one process

END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n)", re.IGNORECASE)
_ENCODING = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class Room:
    """How much of their answers all clients of a process have not taken."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.Lock()

    def change(self, by: int) -> None:
        """Take bytes, or give them back. Raises ConnectionResetError where there is no room for them."""
        with self._lock:
            if by > 0 and self._taken + by > MOST_KEPT:
                raise ConnectionResetError(errno.ECONNRESET, "no room for an answer that is not taken")
            self._taken += by


class ClientSocket:
    """One request after another comes in whole; their answers go out as fast as the client takes them."""

    def __init__(self, plain: socket.socket, room: Room, longest_head: int, longest_body: int) -> None:
        plain.settimeout(0)
        self._plain = plain
        self._room = room
        self._longest_head, self._longest_body = longest_head, longest_body
        self._kept: IO[bytes] | None = None
        self._handed_out = 0  # bytes of what is kept
        self.left = 0  # bytes that the client has not taken yet
        self.moved = 0  # bytes in both directions
        self.was_whole = False  # of the request that a thread has taken
        self.begin(b"")

    # A request

    def begin(self, start: bytes) -> None:
        """The next request, of which this much has come already."""
        self._bytes = bytearray(start)
        self._head = 0  # bytes, once its end has come
        self.announced = 0
        self._look()

    @property
    def collected(self) -> int:
        """Bytes of the request so far."""
        return len(self._bytes)

    @property
    def is_whole(self) -> bool:
        """Whether head and announced body are here."""
        return bool(self._head) and self.collected >= self._head + self.announced

    @property
    def is_ready(self) -> bool:
        """Whether a thread can answer: the request is whole, or so large that it is refused unread."""
        return self.is_whole or (self.announced > self._longest_body if self._head else self._is_too_long)

    @property
    def _is_too_long(self) -> bool:
        return self.collected > self._longest_head

    def collect(self) -> bool:
        """Take what has arrived; False at the end of what the client sends."""
        while not self.is_ready:
            try:
                more = self._plain.recv(AT_A_TIME)
            except BlockingIOError:
                return True
            if not more:
                return False
            self.moved += len(more)
            self._bytes += more
            self._look(len(more))
        return True

    def take(self) -> bytes:
        """The request, for the thread that answers it."""
        self.was_whole = self.is_whole
        taken, self._bytes = bytes(self._bytes), bytearray()
        return taken

    def _look(self, new: int | None = None) -> None:
        """Find the end of the head, and in the head the length of the body.

        What counts is what gunicorn reads in it later: a length that it reads differently ends the connection.
        """
        if self._head:
            return
        end = self._bytes.find(END_OF_HEAD, 0 if new is None else max(0, self.collected - new - len(END_OF_HEAD)))
        if end < 0:
            return
        self._head = end + len(END_OF_HEAD)
        head = bytes(self._bytes[: self._head])
        lengths = _LENGTH.findall(head)
        # Of two lengths, or a length and chunks, none is waited for: gunicorn refuses such a head.
        self.announced = int(lengths[0]) if len(lengths) == 1 and not _ENCODING.search(head) else 0
        if _EXPECTS.search(head) and not self.is_ready:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # An answer

    def sendall(self, data: bytes) -> None:
        """Take an answer, or a part of it, from the thread that makes it, and hand out what the client takes at once.

        Raises OSError where the client is gone or too much is kept for others.
        """
        self.flush()
        sent = 0 if self.left else self.send(data)
        if sent < len(data):
            self._keep(data[sent:])

    def send(self, data: bytes) -> int:
        """As many bytes as the client takes now."""
        try:
            sent = self._plain.send(data)
        except BlockingIOError:
            return 0
        self.moved += sent
        return sent

    def flush(self) -> bool:
        """Hand out what the client takes now of what is kept, so much at once that others get their turn. True: it is
        still there."""
        for _turn in range(PARTS_AT_ONCE):
            if self._kept is None:
                break
            self._kept.seek(self._handed_out)
            part = self._kept.read(AT_A_TIME)
            sent = self.send(part)
            self._handed_out += sent
            self.left -= sent
            self._room.change(-sent)
            if sent < len(part):
                break
            if not self.left:
                self._forget()
        return True

    def _keep(self, data: bytes) -> None:
        self._room.change(len(data))
        self.left += len(data)
        if self._kept is None:
            self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by `_forget`
        self._kept.seek(0, os.SEEK_END)
        self._kept.write(data)

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept, self._handed_out = None, 0

    # The end

    def say_farewell(self) -> bool:
        """Nothing more will be sent."""
        self._plain.shutdown(socket.SHUT_WR)
        return True

    def discard(self) -> bool:
        """Hear what the client still sends; False when it has closed."""
        return bool(self._plain.recv(AT_A_TIME))

    def close(self) -> None:
        """End the connection, whatever is left."""
        self._room.change(-self.left)
        self.left = 0
        self._forget()
        self._plain.close()

    # What else gunicorn and selectors ask of a socket

    def recv(self, _size: int) -> bytes:
        """The end: what a thread may read it has been given."""
        return b""

    def fileno(self) -> int:
        """The descriptor of the socket, for the loop."""
        return self._plain.fileno()

    def shutdown(self, how: int) -> None:
        """As of a socket."""
        self._plain.shutdown(how)

    def setblocking(self, _flag: bool) -> None:  # noqa: FBT001 - as of a socket
        """Nothing here ever blocks."""

    def settimeout(self, _seconds: float | None) -> None:
        """Nothing here ever waits."""

    def gettimeout(self) -> float:
        """Nothing here ever waits."""
        return 0.0
