"""Errors of machine-readable responses: problem details (RFC 9457), in the language of the URL."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, cast

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition

from incidents.register.filters.filtersets import StrictFilterSet
from incidents.register.head import etag, forget_star, one_head

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

METHODS = ("GET", "HEAD", "OPTIONS")
TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("A part of the address is not understood."),
    HTTPStatus.NOT_FOUND: gettext_lazy("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("This can only be read."),
    HTTPStatus.GONE: gettext_lazy("This is no longer here."),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_lazy("This cannot be given in this format."),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Something went wrong on our side."),
    HTTPStatus.SERVICE_UNAVAILABLE: gettext_lazy("Not available for the moment"),
}


class ProblemError(Exception):
    """Raised by a view for an error response. `members` are extension members of the problem object."""

    def __init__(self, status: HTTPStatus, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.members = status, detail, members


def answer(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    """The problem as a response that must not be cached."""
    body = {
        "type": f"{settings.SITE_URL}{reverse('register:api')}#problem-{problem.status}",
        "title": str(TITLES[problem.status]),
        "status": int(problem.status),
        "detail": problem.detail,
        "instance": request.path,
    }
    response = HttpResponse(
        json.dumps(body | problem.members, ensure_ascii=False),
        status=problem.status,
        content_type="application/problem+json",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def shared[R: HttpResponseBase](response: R) -> R:
    """The response with CORS headers for any origin (Fetch standard)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition, X-Register-Head"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def check(filterset: StrictFilterSet) -> None:
    """Raises ProblemError with each invalid parameter and what is accepted, in the words of the page."""
    if filterset.is_valid():
        return
    form = filterset.form
    unknown = form.errors.as_data().get(NON_FIELD_ERRORS, ())
    wrong = [{"parameter": (each.params or {}).get("name"), "detail": each.messages[0]} for each in unknown]
    wrong += [
        {"parameter": name, "detail": str(message)}
        for name, messages in form.errors.items()
        if name in form.fields
        for message in messages
    ]
    raise ProblemError(HTTPStatus.BAD_REQUEST, " ".join(str(each["detail"]) for each in wrong), errors=wrong)


def weak_etag(request: HttpRequest, *args: object, **kwargs: object) -> str | None:
    """The ETag of a file: weak, because a file with the same rows contains the time when it was made."""
    version = etag(request)
    return f"W/{version}" if version else None


def data_view[**P](view: View[P]) -> View[P]:
    """Decorates a data view: CORS for any origin, conditional requests, errors as problem JSON."""
    conditional = condition(etag_func=weak_etag)(view)

    @wraps(view)
    def handled(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        forget_star(request)
        with one_head():
            response = shared(_answered(request, conditional, *args, **kwargs))
        if response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            patch_cache_control(response, public=True, no_cache=True)
        return response

    # Nothing is written here. Without the exemption, a POST would get 403 for a missing token instead of 405.
    return cast("View[P]", csrf_exempt(handled))


def _answered(request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(
            status=HTTPStatus.NO_CONTENT,
            headers={
                "Allow": ", ".join(METHODS),
                "Access-Control-Allow-Methods": ", ".join(METHODS),
                "Access-Control-Allow-Headers": "If-None-Match",
                "Access-Control-Max-Age": "86400",
            },
        )
    try:
        if request.method not in METHODS:
            raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, _("Only GET, HEAD and OPTIONS are answered here."))
        response: HttpResponseBase = view(request, *args, **kwargs)
    except BadRequest as refusal:
        return answer(request, ProblemError(HTTPStatus.BAD_REQUEST, str(refusal)))
    except Http404 as missing:
        return answer(request, ProblemError(HTTPStatus.NOT_FOUND, str(missing.args[0]) if missing.args else ""))
    except ProblemError as problem:
        response = answer(request, problem)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(METHODS)
    return response
