"""The list of incidents, and one incident in its current or an earlier edition."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.register.as_of import at_the_end_of, list_of_its_day, record_of_its_day, register_at
from incidents.register.charts.histogram import histogram
from incidents.register.filters.facet_forms import facets, number_fields
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.lists import refused_incidents, requested_page, without_empty
from incidents.register.filters.sentences import chips, incidents_sentence, query
from incidents.register.head import public_page
from incidents.register.models import Edition, RegisterIncident
from incidents.register.pages import linked_data
from incidents.register.pages.cards import CARD, cards_of
from incidents.register.pages.linked_data import as_script
from incidents.register.pages.presenters import card, edition_lines, incident_page, investigations_of
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn, to_target, tombstone
from incidents.register.search.ranking import MOST_RANKED
from incidents.vocabulary import EditionChange, RecordKind

PER_PAGE = 25


@public_page
@list_of_its_day
def incidents(request: HttpRequest) -> HttpResponse:
    """Incidents by filter; 400 with the form as it was filled in for an invalid parameter."""
    filterset = IncidentFilter(request.GET, queryset=RegisterIncident.objects.current())
    if not filterset.is_valid():
        return refused_incidents(request, filterset)
    if shorter := without_empty(request):
        return shorter
    chosen = ResultSet(current_index(), filterset)
    page = requested_page(filterset, Paginator(chosen, PER_PAGE))
    if page is None:
        return refused_incidents(request, filterset)
    return render(request, "register/incidents.html", _list_context(request, chosen, page))


def _list_context(request: HttpRequest, chosen: ResultSet, page: Page[int]) -> dict[str, Any]:
    filterset, held, counts = chosen.filterset, chosen.held, chosen.counts()
    total = len(held.everything)
    return {
        "facets": facets(filterset, held, counts),
        "numbers": number_fields(filterset, counts),
        "filterset": filterset,
        "form": filterset.form,
        "page": page,
        "cards": cards_of(list(page), filterset.asked),
        "total": total,
        "killed": chosen.killed(),
        "sentence": incidents_sentence(filterset, len(chosen), total),
        "ranked": MOST_RANKED if filterset.is_ranked and len(chosen) > MOST_RANKED else 0,
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:incidents"),
        "query": query(request.GET),
        "histogram": histogram(filterset, request.GET, chosen.spans()),
    }


@public_page
@record_of_its_day
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """The current edition; 410 with the reason for a withdrawn incident, a redirect for a merged one."""
    editions = editions_of(RecordKind.INCIDENT, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    if editions[0].change == EditionChange.MERGED:
        return to_target(editions[0])
    return render(request, "register/incident.html", _incident_context(editions, editions[0]))


@public_page
def incident_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, current or not; it stays readable when the incident is merged."""
    editions = editions_of(RecordKind.INCIDENT, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    if edition.is_tombstone:
        return to_target(edition)
    return render(request, "register/incident.html", _incident_context(editions, edition, at_edition=True))


def _incident_context(editions: list[Edition], edition: Edition, *, at_edition: bool = False) -> dict[str, Any]:
    """The context of an edition. A replaced edition is shown with the counts as of its replacement."""
    newest = editions[0]
    context = {
        "edition": edition,
        "newest": newest,
        "at_edition": at_edition,
        "is_current": edition is newest,
        "editions": edition_lines(editions),
        "trail": [{"label": _("Incidents"), "url": reverse("register:incidents")}, {"label": edition.code, "url": ""}],
    }
    with nullcontext() if edition is newest else register_at(at_the_end_of(edition)):
        shown = _shown(edition)
        return context | shown | {"linked_data": as_script(linked_data.incident(shown["page"], editions[-1]))}


def _shown(edition: Edition) -> dict[str, Any]:
    """The content of an edition and the parts around it."""
    page = incident_page(edition)
    return {
        "page": page,
        "document": page.document,
        "claims": page.claims(),
        "matrix": page.layout.matrix(),
        "tree": page.layout.tree() if page.counted else None,
        "numbers": {who: page.layout.numbers(who) for who in ("killed", "survived")},
        "asides": page.layout.asides(),
        "investigations": investigations_of(page.document["investigations"]),
        "related": _related(edition.code, page.document["related"]),
        "merged_here": page.merged_here,
    }


def _related(code: str, codes: list[str]) -> list[dict[str, Any]]:
    """The cards of the public incidents that an edition names as related, and of those that name this incident."""
    related = Q(code__in=codes) | Q(related__contains=[code])
    return [card(each) for each in RegisterIncident.objects.current().filter(related).order_by("code").only(*CARD)]
