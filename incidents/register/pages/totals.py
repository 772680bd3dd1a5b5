"""Reported totals: each body's totals over time beside the register's own count, and one total with its editions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.register.as_of import record_of_its_day
from incidents.register.charts.reported_totals import all_series, by_body, held
from incidents.register.head import public_page
from incidents.register.models import Edition, RegisterTotal
from incidents.register.pages.citation_formats import total_in_words
from incidents.register.pages.citing import citable
from incidents.register.pages.presenters import edition_lines
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn, tombstone
from incidents.register.source_lookup import SourceLookup
from incidents.vocabulary import RecordKind


@public_page
@record_of_its_day
def totals(request: HttpRequest) -> HttpResponse:
    """All totals, by body."""
    series = all_series(list(RegisterTotal.objects.all()), held())
    return render(request, "register/totals.html", {"bodies": by_body(series)})


@public_page
@record_of_its_day
def total(request: HttpRequest, code: str) -> HttpResponse:
    """The current edition; 410 with the reason for a withdrawn total."""
    editions = editions_of(RecordKind.TOTAL, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/total.html", _context(editions, editions[0]))


@public_page
def total_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, current or not."""
    editions = editions_of(RecordKind.TOTAL, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/total.html", _context(editions, edition) | {"at_edition": True})


def _context(editions: list[Edition], edition: Edition) -> dict[str, Any]:
    document = edition.content
    return {
        "at_edition": False,
        "document": document,
        "edition": edition,
        "newest": editions[0],
        "is_current": edition is editions[0],
        "sources": SourceLookup([document["source"]]).refs([document["source"]]),
        "editions": edition_lines(editions),
        "citation": citable(edition, total_in_words(document)),
        "trail": [
            {"label": _("Reported totals"), "url": reverse("register:totals")},
            {"label": edition.code, "url": ""},
        ],
    }
