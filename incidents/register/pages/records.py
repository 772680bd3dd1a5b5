"""What the pages of all kinds of records share: editions, documents, and tombstones."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.register import as_of
from incidents.register.head import public_page
from incidents.register.models import Edition, RedactedError
from incidents.register.pages.citing import page_of
from incidents.register.pages.presenters import COMPARED, edition_lines
from incidents.vocabulary import EditionChange, RecordKind


def editions_of(kind: str, code: str) -> list[Edition]:
    """All editions of a record, the newest first. Raises Http404 if there is none.

    If an earlier day is shown, all up to that day, or all if the record has been withdrawn since. The documents of
    editions that no page compares are deferred.
    """
    if as_of.moment():
        with as_of.register_at(None):
            present = editions_of(kind, code)
        if is_withdrawn(present):
            return present
    newest = list(Edition.objects.of(kind, code)[: COMPARED + 1])
    if not newest and as_of.moment():
        raise Http404(_("Nothing had been published under this code by that day."))
    if not newest:
        raise Http404(_("Nothing has been published under this code."))
    older = Edition.objects.of(kind, code).defer("document")[COMPARED + 1 :] if len(newest) > COMPARED else []
    return [*newest, *older]


def edition_in(editions: Sequence[Edition], number: int) -> Edition:
    """One of a record's editions by its number. Raises Http404."""
    for edition in editions:
        if edition.number == number:
            return edition
    raise Http404(_("There is no such edition."))


def is_withdrawn(editions: Sequence[Edition]) -> bool:
    """Whether the record was withdrawn: then none of its editions is shown."""
    return editions[0].change == EditionChange.WITHDRAWN


def tombstone(request: HttpRequest, editions: Sequence[Edition]) -> HttpResponse:
    """The page of a withdrawn record: the reason, the day, and the digests of its editions."""
    newest = editions[0]
    context = {
        "edition": newest,
        "code": newest.code,
        "kind": newest.kind,
        "reason": newest.content["reason"],
        "editions": edition_lines(editions),
    }
    return render(request, "410.html", context, status=HTTPStatus.GONE)


def to_target(edition: Edition) -> HttpResponse:
    """A redirect from a merged record to its target."""
    return HttpResponsePermanentRedirect(page_of(edition.kind, edition.content["merged_into"]))


@public_page
def document(request: HttpRequest, kind: RecordKind, code: str, number: int) -> HttpResponse:
    """An edition's document, the bytes that its digest is computed from (RFC 8785); for a withdrawn record its
    tombstone."""
    editions = editions_of(kind, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions) and not edition.is_tombstone:
        return HttpResponse(editions[0].document.encode(), status=HTTPStatus.GONE, content_type="application/json")
    if edition.is_redacted:
        raise RedactedError(edition)
    return HttpResponse(edition.document.encode(), content_type="application/json")
