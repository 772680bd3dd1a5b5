"""The response while the database is unreachable, full, overloaded or read-only: 503 with what to do next.

Django passes every uncaught exception to `handler500`, whether from a view or a middleware. This module separates
database outages from bugs.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.csp import build_policy
from django.utils.translation import gettext as _

from incidents.register.problems import ProblemError, answer, shared
from portal import context, views
from portal.paths import is_data, is_desk, language_of

RETRY_SECONDS = 30


class Outage(StrEnum):
    """The kind of outage, as far as the user needs to know."""

    GONE = "gone"
    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "read_only"


# By SQLSTATE (PostgreSQL, appendix A); every other operational error counts as gone.
OF_STATE = {
    "53100": Outage.FULL,  # disk_full
    "53200": Outage.BUSY,  # out_of_memory
    "53300": Outage.BUSY,  # too_many_connections
    "57014": Outage.BUSY,  # query_canceled, also by statement_timeout
    "40001": Outage.BUSY,  # serialization_failure, also on a replica that is catching up
    "40P01": Outage.BUSY,  # deadlock_detected
    "55P03": Outage.BUSY,  # lock_not_available
    "25006": Outage.READ_ONLY,  # read_only_sql_transaction
}


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: an outage of the database, or a bug."""
    outage = outage_of(sys.exception())
    return views.server_error(request) if outage is None else unavailable(request, outage)


def outage_of(problem: BaseException | None) -> Outage | None:
    """The outage that the exception or one of its causes stands for; None if there is none."""
    while problem is not None:
        state = getattr(problem.__cause__, "sqlstate", None) or ""
        if isinstance(problem, OperationalError | InterfaceError):
            return OF_STATE.get(state, Outage.GONE)
        if isinstance(problem, InternalError) and state in OF_STATE:
            return OF_STATE[state]
        problem = problem.__cause__ or problem.__context__
    return None


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """The 503 page, or problem details for a program. It uses no database and must not be cached."""
    # The exception may have been raised before the middleware for language and CSP.
    with translation.override(language_of(request.path_info)):
        if settings.SURFACE != "desk" and is_data(request.path):
            problem = ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, _detail(outage))
            response = shared(answer(request, problem))
        else:
            response = HttpResponse(_page(request, outage), status=HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Content-Language"] = language_of(request.path_info)
    response.headers["Content-Security-Policy"] = build_policy(
        cast("Mapping[str, Collection[str] | str]", settings.SECURE_CSP)
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response


def _page(request: HttpRequest, outage: Outage) -> str:
    """Rendered without context processors, which read the session."""
    told = {
        "outage": outage.value,
        "at_desk": is_desk(request.path_info),
        "was_sent": request.method == "POST",
        "mirrors": settings.MIRRORS,
        "request": request,
        **context.site(request),
        "canonical_url": "",
    }
    return render_to_string("503.html", told)


def _detail(outage: Outage) -> str:
    if outage == Outage.BUSY:
        return _("The database is overloaded, or this took longer than it may. Try again in half a minute.")
    return _("The register's database does not answer. Nothing that is published is lost. Try again in half a minute.")
