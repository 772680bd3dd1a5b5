"""The register's head: the newest edition. With the program itself it is the version of every public page.

A public page depends on its address and on these two alone, so that they are its ETag, and any cache may keep it.
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
SETTINGS = ("SITE_URL", "DEMO", "SURFACE", "CODE_PREFIX", "LEDGER_ORIGIN", "LEDGER_PUBLIC_KEY")  # that pages show


# How long a process answers from the head that it has read: of a page that is asked for a thousand times a second, most
# of the work was to ask for it, and to wait for the answer behind other threads.
HELD_SECONDS = 0.01
_held: dict[str, tuple[float, Head]] = {}  # by the database's name: when it was asked for, and the answer

# Today's head, also where an earlier day is shown: what was erased or withdrawn since is gone from that day as well.
_NEWEST = "SELECT id, digest FROM public.register_edition ORDER BY id DESC LIMIT 1"
_SAME = "SELECT EXISTS (SELECT FROM public.register_edition WHERE id = %s AND digest = %s)"


class Head(NamedTuple):
    """The newest edition: its number in the order of publication, and what it says. 0 for an empty register."""

    number: int
    digest: str


@dataclass(frozen=True)
class Version:
    """What everything that is read from the register depends on. `shown` is the head of the day that is shown."""

    database: str
    head: Head
    shown: int

    @property
    def is_past(self) -> bool:
        """Whether an earlier day is shown."""
        return self.shown != self.head.number


_known: ContextVar[Head | None] = ContextVar("head", default=None)


def head(database: str = "register") -> Head:
    """The newest edition, which with the program is the version of everything.

    Asked once for each request, of the server from which the page is read: one that lags behind has its own head.
    """
    known = _known.get()
    if known is not None:
        return known
    connection = connections[database]
    is_kept = connection.connection is not None and not connection.in_atomic_block
    # Of a page that is kept this is the only question, so that it is its own check of a kept connection as well.
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
    """The newest edition as it was at most HELD_SECONDS ago, for what a process keeps.

    A publication returns after that time (`wait_for_head_ttl`), so that no process answers its caller from an older
    head: a withdrawal above all.
    """
    database, now = str(connections["register"].settings_dict["NAME"]), time.monotonic()
    held = _held.get(database)
    if held is None or now - held[0] > HELD_SECONDS:
        held = _held[database] = now, head()
    return held[1]


def wait_for_head_ttl() -> None:
    """Wait, after a publication, until no process answers from the head before it."""
    time.sleep(HELD_SECONDS)


def is_in(past: Head, database: str) -> bool:
    """Whether a register continues from an earlier head, as every register does that was not put back."""
    with connections[database].cursor() as cursor:
        cursor.execute(_SAME, past)
        return bool(cursor.fetchone()[0])


def version(database: str = "register") -> Version:
    """The version of the register as it is shown."""
    at, now = moment(), head(database)
    return Version(str(connections[database].settings_dict["NAME"]), now, at.head if at else now.number)


@contextmanager
def one_head() -> Iterator[Head]:
    """Within it the head is asked for once."""
    token = _known.set(head())
    try:
        yield cast("Head", _known.get())
    finally:
        _known.reset(token)


def cached_per_head[T](function: Callable[[], T]) -> Callable[[], T]:
    """What a function reads from the register, in the language that is active, kept until the head moves."""
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
    """A digest of everything but the register that a page is made of: templates, styles, translations, code, settings.

    Without it a reader's browser would keep the page of an older version, whose style sheets are gone.
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
    """The version of the page at this address. None under DEBUG, where templates change between two requests."""
    if settings.DEBUG:
        return None
    version = f"{head().number} {head().digest} {program()} {request.get_full_path()}"
    return f'"{sha256(version.encode()).hexdigest()[:32]}"'


def forget_star(request: HttpRequest) -> None:
    """Take `If-None-Match: *` for no condition (RFC 9110, 13.1.2).

    It asks for an answer unless there is anything at the address. Whether there is, is known when the view has looked,
    and versions are compared before: every address that is well formed has one, so that 304 would be said of what is
    not there. Who sends it holds no version that could be current, and loses nothing by an answer in full.
    """
    if request.META.get("HTTP_IF_NONE_MATCH", "").strip() == "*":
        del request.META["HTTP_IF_NONE_MATCH"]


def public_page[**P](view: View[P]) -> View[P]:
    """A page of the register: read-only, 304 for who has the current version, kept by caches that ask each time."""
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
    """The head of the register that a public page shows; None for every other answer, which must not be kept."""
    return getattr(response, "register_head", None)
