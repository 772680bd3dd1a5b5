"""The read-only API under `/api/v1/`: lists, single records, and the OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.register.api.cursor import CursorError, TooMuchChanged
from incidents.register.api.lists import LISTINGS, OF_ANOTHER
from incidents.register.api.openapi import description
from incidents.register.as_of import list_of_its_day, record_of_its_day
from incidents.register.exports.choices import words
from incidents.register.pages.citing import absolute, document_of
from incidents.register.pages.records import editions_of, is_withdrawn
from incidents.register.problems import ProblemError, check, data_view
from incidents.register.tables.about import LICENCE, LICENCE_NAME, LICENCE_URL, read_head
from incidents.register.tables.columns import moment_text
from incidents.vocabulary import EditionChange

PLAIN = {"ensure_ascii": False}


def _about() -> dict[str, Any]:
    return {
        "register": str(settings.REGISTER_NAME),
        "made": moment_text(timezone.now()),
        "head": read_head().as_json,
        "licence": {"name": LICENCE, "title": LICENCE_NAME, "url": LICENCE_URL},
    }


def _address(name: str, *args: object) -> str:
    return absolute(reverse(f"register:{name}", args=args))


@data_view
def index(request: HttpRequest) -> HttpResponse:
    """The index of the API: its lists and its documentation."""
    lists = {name: _address("api_list", name) for name in LISTINGS}
    more = {"openapi": _address("api_description"), "documentation": _address("api")}
    return JsonResponse({"about": _about(), "links": lists | more}, json_dumps_params=PLAIN)


@data_view
@list_of_its_day
def listing(request: HttpRequest, name: str) -> HttpResponse:
    """Records of one kind that match a filter, with the URL of the next ones; 400 for a parameter that is not valid."""
    chosen = LISTINGS[name]
    filterset = chosen.asked(request.GET)
    check(filterset)
    about = _about()
    try:
        records, then = chosen.step(filterset, about["head"]["edition"])
    except CursorError:
        detail = str(OF_ANOTHER)
        errors = [{"parameter": "cursor", "detail": detail}]
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail, errors=errors) from None
    except TooMuchChanged:
        detail = _("Too much was published since this walk through the list began. Begin anew, without a cursor.")
        raise ProblemError(HTTPStatus.GONE, detail) from None
    body = {
        "about": about | {"filter": {"query": filterset.query_string, "words": words(filterset)}},
        "count": filterset.qs.count(),
        "data": records,
        "links": {"self": _with(name, request.META.get("QUERY_STRING", "")), "next": None},
    }
    if then:
        asked = [filterset.query_string, f"limit={filterset.limit}", f"cursor={then}"]
        body["links"]["next"] = _with(name, "&".join(part for part in asked if part))
    return JsonResponse(body, json_dumps_params=PLAIN)


def _with(name: str, query: str) -> str:
    address = _address("api_list", name)
    return f"{address}?{query}" if query else address


@data_view
@record_of_its_day
def record(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One record with its newest document and the URLs of all its editions, of today or as of a day; 410 with the
    reason if it was withdrawn."""
    chosen = LISTINGS[name]
    if chosen.kind is None:
        raise Http404(_("There is nothing at this address."))
    editions = editions_of(chosen.kind, code)
    newest = editions[0]
    if is_withdrawn(editions):
        raise ProblemError(HTTPStatus.GONE, _("The record was withdrawn."), reason=newest.content["reason"])
    if newest.change == EditionChange.MERGED:
        return HttpResponsePermanentRedirect(reverse("register:api_record", args=[name, newest.content["merged_into"]]))
    found = next(iter(chosen.table.records(chosen.everything().filter(code=code))), None)
    if found is None:
        raise Http404(_("Nothing has been published under this code."))
    body = {
        "about": _about(),
        "data": found,
        "document": newest.content,
        "editions": [
            {
                "edition": each.number,
                "change": each.change,
                "digest": each.digest,
                "document": None if each.is_tombstone else absolute(document_of(each.kind, code, each.number)),
            }
            for each in editions
        ],
    }
    return JsonResponse(body, json_dumps_params=PLAIN)


@data_view
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document, generated from the columns and filters."""
    return JsonResponse(description(), content_type="application/json", json_dumps_params=PLAIN)


@data_view
def nothing(request: HttpRequest, path: str) -> HttpResponse:
    """404 for every other URL below the API."""
    hint = _("There is nothing at this address. What there is, is listed at %(address)s.")
    raise Http404(hint % {"address": _address("api_index")})


@data_view
def without_slash(request: HttpRequest, path: str) -> HttpResponse:
    """Redirect the URL of a list or record with a trailing slash to the one without."""
    query = request.META.get("QUERY_STRING", "")
    address = request.path.rstrip("/") + (f"?{query}" if query else "")
    return HttpResponsePermanentRedirect(address, preserve_request=True)
