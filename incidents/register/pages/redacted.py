"""The response for an edition whose document was erased: 410 with the reason.

It is a middleware, because every page, export and comparison reads a document through `Edition.content`.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from incidents.register.models import Edition, RedactedError
from incidents.register.tables.columns import moment_text
from incidents.vocabulary import RedactionReason

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RedactedMiddleware:
    """Handles RedactedError from any view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The tombstone of the edition, as a page or as JSON."""
        if not isinstance(exception, RedactedError):
            return None
        response = _answer(request, exception.edition)
        patch_cache_control(response, public=True, no_cache=True)
        return response


def tombstone(edition: Edition) -> dict[str, object]:
    """The tombstone as JSON members."""
    reason = RedactionReason(edition.redacted_for)
    return {
        "type": "about:blank",
        "title": "Erased",
        "status": HTTPStatus.GONE.value,
        "code": edition.code,
        "edition": edition.number,
        "digest": edition.digest,
        "erased": moment_text(edition.redacted_at) if edition.redacted_at else None,
        "reason": reason.value,
        "detail": str(reason.definition),
    }


def _answer(request: HttpRequest, edition: Edition) -> HttpResponse:
    if "." in request.path.rsplit("/", 1)[-1] or "/api/" in request.path:
        return JsonResponse(tombstone(edition), status=HTTPStatus.GONE, content_type="application/problem+json")
    return render(request, "ledger/redacted.html", {"edition": edition}, status=HTTPStatus.GONE)
