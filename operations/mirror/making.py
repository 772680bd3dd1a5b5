"""Makes a mirror: requests every public URL from the WSGI handler, from one snapshot of the register."""

from __future__ import annotations

import io
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import cast
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from incidents.ledger import checkpoints, keys
from incidents.ledger.notes import NoteError, SigningKey
from incidents.register.head import program
from incidents.register.tables.about import read_head
from operations.mirror.addresses import depends_on_checkpoints, mirrored, place, rewritten, seeds, unsigned_proofs
from operations.mirror.folder import FIRST_LINE, STATEMENT, Folder, MirrorError, named
from portal.paths import language_of

STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
# Statuses that are mirrored: withdrawn records answer 410.
SHOWN = (HTTPStatus.OK, HTTPStatus.GONE)


@dataclass(frozen=True)
class Outcome:
    """The result. `answers` counts the requests, without static files."""

    answers: int = 0
    seconds: float = 0.0
    files: int = 0
    size: int = 0
    written: int = 0
    removed: int = 0
    is_signed: bool = False
    unanswered: Sequence[str] = ()
    statement: str = ""


def make(path: Path, told: Callable[[int], object] = lambda count: None) -> Outcome:
    """Bring the mirror in the folder up to date. Raises MirrorError."""
    if settings.SURFACE == "desk":
        raise MirrorError("With SURFACE=desk this program has no public pages: unset it, or set it to public.")
    began = time.monotonic()
    with _one_state():
        folder = Folder.open(path)
        state = _state()
        before = folder.statement()
        if all(before.get(word) == value for word, value in state.items()):
            return Outcome(files=len(folder.before))
        same_pages = all(before.get(word) == state[word] for word in state if word != "checkpoint")
        folder.begin()
        crawl = _Crawl(folder, only=depends_on_checkpoints if same_pages else None, told=told)
        crawl.run()
    digest = folder.end()
    statement = "\n".join([FIRST_LINE, *(f"{word} {value}" for word, value in state.items())])
    statement += f"\nfiles {len(folder.after)} {folder.size}\nsha256 {digest}\n"
    key = _key()
    folder.state(key.sign(statement) if key else statement)
    return Outcome(
        *(crawl.answers, time.monotonic() - began, len(folder.after), folder.size, folder.written, folder.removed),
        *(key is not None, crawl.unanswered, statement),
    )


@contextmanager
def _one_state() -> Iterator[None]:
    """A REPEATABLE READ transaction, so that all pages are consistent."""
    with transaction.atomic(using="register"):
        with connections["register"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _state() -> dict[str, str]:
    """Everything that the content of a mirror depends on."""
    head, signed = read_head(), checkpoints.newest()
    return {
        "site": settings.SITE_URL,
        "program": program(),
        "edition": f"{head.number} {head.digest or '-'}",
        "checkpoint": named(signed.head) if signed else "none",
    }


def _key() -> SigningKey | None:
    """The ledger's key, if this process can read it; otherwise mirrors are not signed."""
    try:
        key = keys.read(settings.LEDGER_KEY_FILE)
    except (OSError, NoteError):
        return None
    return key if key.name == settings.LEDGER_ORIGIN else None


class _Crawl:
    """Crawls the register from its roots. With `only`, files that do not match are kept."""

    def __init__(self, folder: Folder, *, only: Callable[[str], bool] | None, told: Callable[[int], object]) -> None:
        self.folder, self.only, self.told = folder, only, told
        self.absent = unsigned_proofs()
        self.answers = 0
        self.unanswered: list[str] = []
        self.waiting: deque[str] = deque()
        self.seen: set[str] = set()

    def run(self) -> None:
        """Crawl until no page links to anything new."""
        self._reach(seeds())
        if self.only is not None:
            kept = (name for name in self.folder.before if not self.only(_address(name)))
            for name in kept:
                self.folder.keep(name)
        while self.waiting:
            address = self.waiting.popleft()
            if address.startswith(settings.STATIC_URL):
                self._take_static(address)
            elif self.only is None or self.only(address):
                self._take(address)

    def _reach(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if mirrored(address) not in self.seen:
                self.seen.add(mirrored(address))
                self.waiting.append(address)

    def _take(self, address: str) -> None:
        response = fetched(address)
        self.answers += 1
        self.told(self.answers)
        if response.leads_to:
            target = _path(response.leads_to)
            response = Answer(HTTPStatus.OK, "text/html", "", _moved(address, target))
            self._reach([target])
        if response.status not in SHOWN:
            self.unanswered.append(f"{address} ({response.status})")
            return
        body = response.body
        if response.kind.startswith("text/html"):
            text, reached = rewritten(_unasked(response), address, self.absent, self._banner(address))
            self._reach(reached)
            body = text.encode()
        elif "/sitemap" in address:
            self._reach(_path(each) for each in LOCATION.findall(body.decode()))
        self.folder.put(place(address), body)

    def _take_static(self, address: str) -> None:
        name = address.removeprefix(settings.STATIC_URL)
        found = finders.find(name)
        if not found and staticfiles_storage.exists(name):
            found = staticfiles_storage.path(name)
        if not isinstance(found, str):
            self.unanswered.append(f"{address} (no such static file)")
            return
        content = Path(found).read_bytes()
        if name.endswith(".css"):
            used = STYLE_URL.findall(content.decode())
            self._reach(urljoin(address, each) for each in used if not each.startswith(("data:", "#")))
        self.folder.put(place(address), content)

    def _banner(self, address: str) -> str:
        with translation.override(language_of(address)):
            return render_to_string(
                "mirror/_banner.html", {"site_url": settings.SITE_URL, "statement": f"/{STATEMENT}"}
            )


@dataclass(frozen=True)
class Answer:
    """A response. `leads_to` is its Location; `request` is the request id in error pages."""

    status: int
    kind: str
    leads_to: str
    body: bytes
    request: str = ""


def fetched(address: str) -> Answer:
    """The response for a reader without cookies.

    The request signals are not sent: they would close the connection, and with it the snapshot.
    """
    path, _, query = address.partition("?")
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
    }
    response = _handler().get_response(WSGIRequest(environ))
    body = b"".join(response) if isinstance(response, StreamingHttpResponse) else cast("HttpResponse", response).content
    return Answer(
        response.status_code,
        response.headers.get("Content-Type", ""),
        response.headers.get("Location", ""),
        body,
        response.headers.get("X-Request-ID", ""),
    )


@cache
def _handler() -> BaseHandler:
    """The handler with all middleware and views, without a server."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _unasked(answer: Answer) -> str:
    """The page without the line with the request id, which a copy must not have."""
    text = answer.body.decode()
    if not answer.request:
        return text
    return re.sub(rf"<p\b[^>]*>[^<]*(?:<code>)?{answer.request}(?:</code>)?</p>", "", text)


def _moved(address: str, target: str) -> bytes:
    """A page in place of a redirect."""
    with translation.override(language_of(address)):
        return render_to_string("mirror/moved.html", {"target": target, "site_url": settings.SITE_URL}).encode()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _address(name: str) -> str:
    return f"/{name.removesuffix('index.html')}"
