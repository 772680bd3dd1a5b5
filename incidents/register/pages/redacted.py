"""What is answered where somebody asks for an edition whose document was erased: 410, and why.

In one place, because every page, export and comparison gets at a document through `Edition.content`.
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
    """Answers RedactedError, whichever view raised it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request pass."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The tombstone of the edition, as a page or as data."""
        if not isinstance(exception, RedactedError):
            return None
        response = _answer(request, exception.edition)
        patch_cache_control(response, public=True, no_cache=True)
        return response


def tombstone(edition: Edition) -> dict[str, object]:
    """What is left of an edition, for programs."""
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
