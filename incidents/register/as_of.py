"""The register as of an earlier moment: the end of a day (UTC) that a URL asks for, or the replacement of an edition.

Inside `register_at` every query over the reader's connection resolves the names of the read tables to views of their
former rows (see `row_history.py`). So lists, filters, pages and exports need no code of their own for it, and origins
are counted as of that day. What has been withdrawn since is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import Concatenate, cast

from django.core.exceptions import BadRequest, ValidationError
from django.db import connections, transaction
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from incidents.register.models import Edition

type View[**P, R] = Callable[Concatenate[HttpRequest, P], R]

PARAMETER = "as_of"
CONNECTION = "register"
THEN, NOW = "register_then, public", "public"


@dataclass(frozen=True)
class Moment:
    """A state of the register: all editions up to the number `head`.

    Where a URL asks for it, `day` is the day and `today` the same URL without the parameter.
    """

    head: int
    day: date | None = None
    today: str = ""


_moment: ContextVar[Moment | None] = ContextVar("moment", default=None)


def moment() -> Moment | None:
    """The state that is shown; None for the current register."""
    return _moment.get()


def day() -> date | None:
    """The day in the query string; None for today."""
    at = moment()
    return at.day if at else None


def dated(path: str) -> str:
    """A record's path with the parameter of the day that is shown."""
    return f"{path}?{PARAMETER}={day()}" if path and day() else path


@contextmanager
def register_at(at: Moment | None) -> Iterator[None]:
    """Within the block the reader's connection shows this state of the register; None shows the current one."""
    token = _moment.set(at)
    try:
        with transaction.atomic(using=CONNECTION):
            before = _point_to(THEN if at else NOW, str(at.head) if at else "")
            yield
            _point_to(*before)
    finally:
        _moment.reset(token)


def _point_to(schemas: str, head: str) -> tuple[str, str]:
    """Set both settings until the end of the transaction. Returns their former values."""
    names = ("search_path", "register.head")
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute("SELECT current_setting(%s), coalesce(current_setting(%s, true), '')", names)
        before = cursor.fetchone()
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true)", [names[0], schemas, names[1], head or "0"]
        )
    return str(before[0]), str(before[1])


def at_the_end_of(edition: Edition) -> Moment | None:
    """The state just before an edition was replaced; None if it is current."""
    after = Edition.objects.filter(supersedes=edition).values_list("pk", flat=True).first()
    return Moment(after - 1) if after else None


def day_from(text: str) -> date:
    """The day, if the register can be shown as of it. Raises ValidationError in the active language."""
    try:
        asked = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        asked = None
    if asked is None:
        raise ValidationError(_("This is not a day of the calendar. Write it like 2024-11-24."), "day")
    if asked > datetime.now(UTC).date():
        raise ValidationError(
            _("This day is still to come. The register can be shown as of today or earlier."), "future"
        )
    first = Edition.objects.order_by("pk").values_list("published_at", flat=True).first()
    if first is None:
        raise ValidationError(_("Nothing has been published yet."), "empty")
    if asked < first.astimezone(UTC).date():
        message = _("The register began on %(day)s. Before that there is nothing to show.")
        raise ValidationError(message, "before", {"day": first.astimezone(UTC).date().isoformat()})
    return asked


def asked_by(request: HttpRequest) -> Moment | None:
    """The state of the register that a request asks for; None for the current one. Raises ValidationError."""
    given = [value.strip() for value in request.GET.getlist(PARAMETER)]
    if len(given) > 1:
        raise ValidationError(_("This may be given only once."), "repeated")
    if not given or not given[0]:
        return None
    asked = day_from(given[0])
    midnight = datetime.combine(asked + timedelta(days=1), time(), UTC)
    editions = Edition.objects.filter(published_at__lt=midnight).order_by("-pk")
    rest = request.GET.copy()
    del rest[PARAMETER]
    today = f"{request.path}?{rest.urlencode()}" if rest else request.path
    return Moment(editions.values_list("pk", flat=True).first() or 0, asked, today)


def list_of_its_day[**P, R: HttpResponseBase](view: View[P, R]) -> View[P, R]:
    """A decorator for lists in any format: shows the day that the URL asks for. The filter set rejects an invalid
    day."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            at = asked_by(request)
        except ValidationError:
            at = None
        return _shown(at, lambda: view(request, *args, **kwargs))

    return cast("View[P, R]", answer)


def record_of_its_day[**P, R: HttpResponseBase](view: View[P, R]) -> View[P, R]:
    """A decorator for a record's page: shows the day that the URL asks for; 400 for an invalid day."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            at = asked_by(request)
        except ValidationError as error:
            raise BadRequest(f"{PARAMETER}: {' '.join(error.messages)}") from error
        return _shown(at, lambda: view(request, *args, **kwargs))

    return cast("View[P, R]", answer)


def _shown[R: HttpResponseBase](at: Moment | None, respond: Callable[[], R]) -> R:
    if at is None:
        return respond()
    with register_at(at):
        response = respond()
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        response.streaming_content = _at(at, cast("Iterable[bytes]", response.streaming_content))
    return response


def _at(at: Moment, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A stream is read after the view has returned, so it enters the state of the register again."""
    with register_at(at):
        yield from pieces
