"""gunicorn's threads, none of which ever waits for a client (`worker_class` in `portal/gunicorn.py`).

gunicorn gives a thread to a connection as soon as its first byte is there, and the thread then reads the request and
writes the answer at the client's pace: a few clients that send or read a byte at a time keep everybody else waiting.
Here one loop in each process collects requests and hands out what a client has not taken yet; a thread gets a request
when it is there, and leaves its answer behind. Whoever is slower than SLOWEST, or silent for PATIENCE, is given up.
"""

import selectors
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from portal.client_socket import ClientSocket, Room
from portal.outgoing import allow_only, named_hosts

PATIENCE = 10.0  # seconds without a byte in either direction, and for a head altogether
SLOWEST = 4 * 1024  # bytes a second, on the average of a body or an answer
FAREWELL = 2.0  # seconds in which a client that is told to go may hear it
MAKE_ROOM_AFTER = 1.0  # seconds of an unfinished request, after which others go first where all places are taken
MOST_COLLECTED = 64 * 1024 * 1024  # bytes of unfinished requests in one process
SMALL = 64 * 1024  # bytes of a request that nobody is given up for


@dataclass
class Wait:
    """What the loop waits for on a connection, and until when."""

    collects: bool
    seconds: float  # altogether; silence ends it earlier
    listens: bool = False
    began: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)

    def is_over(self, now: float) -> bool:
        """Whether the client has had its time."""
        return now > self.began + self.seconds or now > self.moved + PATIENCE


def seconds_for(size: int) -> float:
    """How long so many bytes may take."""
    return PATIENCE + size / SLOWEST


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process of the web server. All but `handle` runs in its one loop."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.waits: dict[TConn, Wait] = {}
        self.room = Room()
        fields = self.cfg.limit_request_fields * (self.cfg.limit_request_field_size + 2)
        self.longest_head = self.cfg.limit_request_line + fields + 4  # what is longer gunicorn refuses as it is

    def init_process(self) -> None:
        """In the process of its own, where the settings can be read. From here it connects to nobody unasked for."""
        from django.conf import settings

        self.longest_body = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        allow_only(named_hosts())
        super().init_process()

    def accept(self, listener: Any) -> None:
        """A new connection; where it takes the last place, the oldest unfinished request makes room for the next."""
        super().accept(listener)
        if self.nr_conns >= self.worker_connections:
            oldest = min(
                (conn for conn, wait in self.waits.items() if wait.collects),
                key=lambda conn: self.waits[conn].began,
                default=None,
            )
            if oldest is not None and time.monotonic() > self.waits[oldest].began + MAKE_ROOM_AFTER:
                self._give_up(oldest)

    def enqueue_req(self, conn: TConn) -> None:
        """Every request begins here: of a new connection, of one that was kept, or sent behind another one."""
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(conn.sock, self.room, self.longest_head, self.longest_body)
        conn.sock.begin(conn.parser.unreader.take_buffered() if conn.parser is not None else b"")
        self.waits[conn] = Wait(collects=True, seconds=PATIENCE)
        self._collect(conn)

    def handle(self, conn: TConn) -> bool:
        """In a thread: answer a request that is there. Bytes that were not waited for end the connection."""
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(conn.sock.take())
        return bool(super().handle(conn)) and conn.sock.was_whole

    def finish_request(self, conn: TConn, done: "Future[bool]") -> None:
        """The thread is free again; what the client has not taken yet is handed out from here."""
        self.waits[conn] = Wait(collects=False, seconds=seconds_for(conn.sock.left))
        self._hand_out(conn, done)

    def murder_pending(self) -> None:
        """gunicorn's name for the moment, about once a second, at which connections that had their time are closed."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, wait in self.waits.items() if wait.is_over(now)]:
            self._give_up(conn)

    def _collect(self, conn: TConn) -> None:
        if not self._moves(conn, conn.sock.collect):
            return
        if conn.sock.is_ready:
            del self.waits[conn]
            super().enqueue_req(conn)
        elif conn.sock.collected > SMALL and self._collected() > MOST_COLLECTED:
            self._give_up(conn)
        else:
            self.waits[conn].seconds = seconds_for(conn.sock.announced)
            self._listen(conn, selectors.EVENT_READ, self._collect)

    def _collected(self) -> int:
        return sum(conn.sock.collected for conn, wait in self.waits.items() if wait.collects)

    def _hand_out(self, conn: TConn, done: "Future[bool]") -> None:
        if not self._moves(conn, conn.sock.flush):
            return
        if conn.sock.left:
            self._listen(conn, selectors.EVENT_WRITE, partial(self._hand_out, done=done))
        elif done.cancelled() or done.exception() or done.result():
            del self.waits[conn]
            super().finish_request(conn, done)
        else:
            self._take_leave(conn)

    def _take_leave(self, conn: TConn) -> None:
        """Say that nothing more comes, and hear the client out for a moment: closing at once would take back what is
        still on its way (RFC 9112, section 9.6)."""
        self.waits[conn] = Wait(collects=False, seconds=FAREWELL)
        if self._moves(conn, conn.sock.say_farewell):
            self._listen(conn, selectors.EVENT_READ, self._hear_out)

    def _hear_out(self, conn: TConn) -> None:
        if self._moves(conn, conn.sock.discard):
            self._listen(conn, selectors.EVENT_READ, self._hear_out)

    def _moves(self, conn: TConn, step: Callable[[], bool]) -> bool:
        """Take a step with a client; False where that was the last one, because it is gone."""
        try:
            before = conn.sock.moved
            if step():
                if conn.sock.moved != before:
                    self.waits[conn].moved = time.monotonic()
                return True
        except OSError:
            pass  # gone, and nobody to tell
        self._give_up(conn)
        return False

    def _listen(self, conn: TConn, event: int, then: Callable[[TConn], None]) -> None:
        """Go on with `then` when the client has sent something, or has room for something."""

        def heard(_socket: object) -> None:
            self.poller.unregister(conn.sock)
            self.waits[conn].listens = False
            then(conn)

        self.poller.register(conn.sock, event, heard)
        self.waits[conn].listens = True

    def _give_up(self, conn: TConn) -> None:
        if self.waits.pop(conn).listens:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()
