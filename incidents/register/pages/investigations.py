"""The list of investigations, and one investigation with its steps."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.as_of import list_of_its_day, record_of_its_day
from incidents.register.filters.filtersets import InvestigationFilter
from incidents.register.filters.lists import refused, requested_page, without_empty
from incidents.register.filters.sentences import chips, query
from incidents.register.head import public_page
from incidents.register.models import Edition, RegisterIncident, RegisterInvestigation
from incidents.register.pages.cards import HEAVY
from incidents.register.pages.citing import citable
from incidents.register.pages.corroboration_layout import cell_of
from incidents.register.pages.presenters import card, edition_lines, steps_of
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn, tombstone
from incidents.register.source_lookup import SourceLookup, sources_of
from incidents.vocabulary import RecordKind

PER_PAGE = 50


@public_page
@list_of_its_day
def investigations(request: HttpRequest) -> HttpResponse:
    """Investigations by filter, the latest step first; 400 for an invalid parameter."""
    filterset = InvestigationFilter(request.GET, queryset=RegisterInvestigation.objects.all())
    if not filterset.is_valid():
        return refused(request, "register/investigations.html", filterset)
    if shorter := without_empty(request):
        return shorter
    paginator = Paginator(filterset.ordered.defer("vector"), PER_PAGE)
    page = requested_page(filterset, paginator)
    if page is None:
        return refused(request, "register/investigations.html", filterset)
    context = {
        "filterset": filterset,
        "form": filterset.form,
        "page": page,
        "lines": _with_incidents(list(page)),
        "sentence": ngettext(
            "%(n)s investigation, latest step first.", "%(n)s investigations, latest step first.", paginator.count
        )
        % {"n": paginator.count},
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:investigations"),
        "query": query(request.GET),
    }
    return render(request, "register/investigations.html", context)


def _with_incidents(rows: list[RegisterInvestigation]) -> list[dict[str, Any]]:
    """Each investigation of a page with its incidents."""
    codes = [row.code for row in rows]
    held = RegisterIncident.objects.current().filter(investigations__overlap=codes).order_by("code")
    named = list(held.only("code", "title_en", "title_uk", "investigations"))
    return [{"row": row, "incidents": [each for each in named if row.code in each.investigations]} for row in rows]


@public_page
@record_of_its_day
def investigation(request: HttpRequest, code: str) -> HttpResponse:
    """The current edition; 410 with the reason for a withdrawn investigation."""
    editions = editions_of(RecordKind.INVESTIGATION, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/investigation.html", _context(editions, editions[0]))


@public_page
def investigation_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, current or not."""
    editions = editions_of(RecordKind.INVESTIGATION, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/investigation.html", _context(editions, edition) | {"at_edition": True})


def _context(editions: list[Edition], edition: Edition) -> dict[str, Any]:
    document = edition.content
    lookup = SourceLookup(sources_of(document))
    held = RegisterIncident.objects.current().filter(investigations__contains=[edition.code]).defer(*HEAVY)
    return {
        "at_edition": False,
        "document": document,
        "edition": edition,
        "newest": editions[0],
        "is_current": edition is editions[0],
        "steps": steps_of(document, lookup),
        "citations": [{"source": lookup[each["source"]], "citation": cell_of(each)} for each in document["citations"]],
        "cards": [card(row) for row in held.order_by("code")],
        "editions": edition_lines(editions),
        "citation": citable(edition, document["title"]),
        "trail": [
            {"label": _("Investigations"), "url": reverse("register:investigations")},
            {"label": edition.code, "url": ""},
        ],
    }
