"""The register's head: the newest edition.

A public page is a pure function of URL, head and release. Head and release are its ETag.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Concatenate, NamedTuple, cast

from django.conf import settings
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from incidents.register.as_of import moment

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

PROGRAM = {".py", ".html", ".css", ".js", ".mo", ".tsv", ".json"}
SETTINGS = (
    "SITE_URL",
    "DEMO",
    "SURFACE",
    "CODE_PREFIX",
    "LEDGER_ORIGIN",
    "LEDGER_PUBLIC_KEY",
)  # shown by pages


# The TTL of the head cache. Without it, reading the head is most of the cost of a cached page.
HELD_SECONDS = 0.01
_held: dict[str, tuple[float, Head]] = {}  # by database name: when the head was read, and the head

# The current head, also where an earlier day is shown: what has been redacted or withdrawn since is hidden on that day
# too.
_NEWEST = "SELECT id, digest FROM public.register_edition ORDER BY id DESC LIMIT 1"
_SAME = "SELECT EXISTS (SELECT FROM public.register_edition WHERE id = %s AND digest = %s)"


class Head(NamedTuple):
    """The newest edition: its primary key, in the order of publication, and its digest. 0 for an empty register."""

    number: int
    digest: str


@dataclass(frozen=True)
class Version:
    """The key of everything cached from the register. `shown` is the head of the day that is shown."""

    database: str
    head: Head
    shown: int

    @property
    def is_past(self) -> bool:
        """Whether an earlier day is shown."""
        return self.shown != self.head.number


_known: ContextVar[Head | None] = ContextVar("head", default=None)


def head(database: str = "register") -> Head:
    """The newest edition, read once for each request, from the server that the page is read from: a replica that lags
    behind has its own head.
    """
    known = _known.get()
    if known is not None:
        return known
    connection = connections[database]
    is_kept = connection.connection is not None and not connection.in_atomic_block
    # A cached page runs no other query, so this one is the health check of the connection as well.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _newest(connection)
    except OperationalError:
        if not is_kept:
            raise
        connection.close()
        return _newest(connection)


def _newest(connection: BaseDatabaseWrapper) -> Head:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        return Head(*(cursor.fetchone() or (0, "")))


def head_with_ttl() -> Head:
    """The newest edition as of at most HELD_SECONDS ago, for caches.

    A publication returns after that time (`wait_for_head_ttl`), so that no process answers its caller from an older
    head: a withdrawal above all.
    """
    database, now = str(connections["register"].settings_dict["NAME"]), time.monotonic()
    held = _held.get(database)
    if held is None or now - held[0] > HELD_SECONDS:
        held = _held[database] = now, head()
    return held[1]


def wait_for_head_ttl() -> None:
    """Wait, after a publication, until the head cache of every process has expired."""
    time.sleep(HELD_SECONDS)


def is_in(past: Head, database: str) -> bool:
    """Whether the register still has an edition; false after an older backup was restored."""
    with connections[database].cursor() as cursor:
        cursor.execute(_SAME, past)
        return bool(cursor.fetchone()[0])


def version(database: str = "register") -> Version:
    """The version of the register as it is shown."""
    at, now = moment(), head(database)
    return Version(str(connections[database].settings_dict["NAME"]), now, at.head if at else now.number)


@contextmanager
def one_head() -> Iterator[Head]:
    """Reads the head at most once within the block."""
    token = _known.set(head())
    try:
        yield cast("Head", _known.get())
    finally:
        _known.reset(token)


def cached_per_head[T](function: Callable[[], T]) -> Callable[[], T]:
    """Caches a function's result by head and active language."""
    kept: dict[tuple[str, str], tuple[Version, T]] = {}

    @wraps(function)
    def answer() -> T:
        now = version()
        key = (now.database, get_language() or "")
        if key not in kept or kept[key][0] != now:
            kept[key] = (now, function())
        return kept[key][1]

    return answer


@cache
def program() -> str:
    """A digest of the release: templates, styles, translations, code and settings.

    It is part of the ETag, so that no browser keeps a page whose style sheets are gone.
    """
    digest = sha256(repr([getattr(settings, name) for name in SETTINGS]).encode())
    for path in _files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    folders = [settings.BASE_DIR / "incidents", settings.BASE_DIR / "portal", *settings.STATICFILES_DIRS]
    folders += [*(folder for engine in settings.TEMPLATES for folder in engine["DIRS"]), *settings.LOCALE_PATHS]
    for folder in folders:
        yield from sorted(
            path for path in Path(folder).rglob("*") if path.suffix in PROGRAM and "data" not in path.parts
        )


def etag(request: HttpRequest, *args: object, **kwargs: object) -> str | None:
    """The ETag of a request's page. None under DEBUG, where templates change between requests."""
    if settings.DEBUG:
        return None
    version = f"{head().number} {head().digest} {program()} {request.get_full_path()}"
    return f'"{sha256(version.encode()).hexdigest()[:32]}"'


def forget_star(request: HttpRequest) -> None:
    """Ignore `If-None-Match: *` (RFC 9110, 13.1.2).

    It matches if the URL exists, which only the view knows. The ETag is compared before the view runs, and every
    well-formed URL has one, so Django would answer 304 for URLs that do not exist. A client that sends it has no cached
    version, so a full response costs it nothing.
    """
    if request.META.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        del request.META["HTTP_IF_NONE_MATCH"]


def public_page[**P](view: View[P]) -> View[P]:
    """Decorates a view of the register: GET and HEAD only, 304 for the current ETag, cacheable with revalidation."""
    conditional = condition(etag_func=etag)(view)

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        forget_star(request)
        with one_head() as now:
            response = conditional(request, *args, **kwargs)
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            del response["ETag"]
        patch_cache_control(response, public=True, no_cache=True)
        if not settings.DEBUG:
            response.register_head = now  # type: ignore[attr-defined]
        return response

    return cast("View[P]", answer)


def head_of(response: HttpResponseBase) -> Head | None:
    """The head that a public page shows; None for every other response, which must not be cached."""
    return getattr(response, "register_head", None)
