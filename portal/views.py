"""Error pages, in the page's language, with what to do next; problem details for programs."""

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.casework.kept_forms import posted_form
from incidents.casework.views.records import returned
from incidents.register.problems import ProblemError, shared
from incidents.register.problems import answer as problem
from people.refusals import NO_TOKEN
from portal.paths import is_data


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. The message of a BadRequest is written for the reader."""
    message = str(exception) if isinstance(exception, BadRequest) else ""
    if _is_read_by_programs(request):
        detail = message or _("The address, or what was sent with it, contains something that cannot be right.")
        return shared(problem(request, ProblemError(HTTPStatus.BAD_REQUEST, detail)))
    return render(request, "400.html", {"message": message}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not permitted."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if _is_read_by_programs(request):
        return shared(problem(request, ProblemError(HTTPStatus.NOT_FOUND, _("There is nothing at this address."))))
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug; uses no database."""
    if _is_read_by_programs(request):
        return shared(problem(request, ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, _("Try again in a minute."))))
    return render(request, "500.html", status=500)


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """405 on a read-only page."""
    if _is_read_by_programs(request):
        detail = _("Only %(methods)s are answered here.") % {"methods": ", ".join(allowed)}
        response = shared(problem(request, ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, detail)))
    else:
        response = render(request, "405.html", {"path": request.path}, status=405)
    response.headers["Allow"] = ", ".join(allowed)
    return response


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413: more data than any form has."""
    return render(request, "413.html", status=413)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a missing CSRF token: cookies are disabled, or the form is old.

    A record's form of an earlier session is shown again to its author, whose signature it carries.
    """
    form = posted_form(request)
    if form is not None and form.is_of(request.user):
        answer: HttpResponse = returned(request, form.data, **form.arguments)
        return answer
    request.refused_because = NO_TOKEN  # type: ignore[attr-defined]  # for the log
    return render(request, "403_csrf.html", status=403)


def _is_read_by_programs(request: HttpRequest) -> bool:
    return settings.SURFACE != "desk" and is_data(request.path)
