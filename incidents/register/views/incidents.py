"""The list of incidents, and one incident in its current or an older edition."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.register.choosing import facets, leasts
from incidents.register.facets import Snapshot, snapshot
from incidents.register.filters import IncidentFilter
from incidents.register.head import public_page
from incidents.register.histogram import histogram
from incidents.register.hits import found_cards
from incidents.register.models import Edition, RegisterIncident
from incidents.register.reading import card, edition_lines, incident_page, investigations_of
from incidents.register.sentences import chips, incidents_sentence, query
from incidents.register.views.lists import refused, requested_page
from incidents.register.views.records import edition_in, editions_of, is_withdrawn, to_target, tombstone
from incidents.vocabulary import EditionChange, RecordKind

PER_PAGE = 25
# What neither a card nor the filter's sentence shows, and what makes a row heavy.
SUMMARIES = ("summary_en", "summary_uk")
HEAVY = ("corroboration", *SUMMARIES, "sources", "source_kinds")


@public_page
def incidents(request: HttpRequest) -> HttpResponse:
    """Incidents by filter: 400 with the form as it was filled for anything that the list does not understand."""
    current = RegisterIncident.objects.current()
    filterset = IncidentFilter(request.GET, queryset=current)
    if not filterset.is_valid():
        return _refused(request, filterset)
    held = snapshot()
    unread = [name for name in HEAVY if not (filterset.asked.terms and name in SUMMARIES)]
    paginator = Paginator(filterset.ordered.defer(*unread), PER_PAGE)
    paginator.count = len(held.left(held.limited(filterset)))  # known without asking the database
    page = requested_page(filterset, paginator)
    if page is None:
        return _refused(request, filterset)
    return render(request, "register/incidents.html", _list_context(request, filterset, page, held))


def _refused(request: HttpRequest, filterset: IncidentFilter) -> HttpResponse:
    return refused(request, "register/incidents.html", filterset, facets=facets(filterset, None, {}))


def _list_context(
    request: HttpRequest, filterset: IncidentFilter, page: Page[RegisterIncident], held: Snapshot
) -> dict[str, Any]:
    total, counts = len(held.everything), held.counts(filterset)
    return {
        "facets": facets(filterset, held, counts),
        "leasts": leasts(filterset, counts["origins_min"]),
        "filterset": filterset,
        "form": filterset.form,
        "page": page,
        "cards": _cards(filterset, page),
        "total": total,
        "sentence": incidents_sentence(filterset, page.paginator.count, total),
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:incidents"),
        "query": query(request.GET),
        "histogram": histogram(filterset, request.GET),
    }


def _cards(filterset: IncidentFilter, page: Page[RegisterIncident]) -> list[dict[str, Any]]:
    if not filterset.asked.terms:
        return [card(row) for row in page]
    return found_cards(list(page), filterset.asked, filterset.queryset.db)


@public_page
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """The current edition; for a withdrawn incident the reason (410), for a merged one the way to its target."""
    editions = editions_of(RecordKind.INCIDENT, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    if editions[0].change == EditionChange.MERGED:
        return to_target(editions[0])
    return render(request, "register/incident.html", _incident_context(editions, editions[0]))


@public_page
def incident_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, whether or not a newer one exists; it stays readable when the incident is merged."""
    editions = editions_of(RecordKind.INCIDENT, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    if edition.is_tombstone:
        return to_target(edition)
    return render(request, "register/incident.html", _incident_context(editions, edition, at_edition=True))


def _incident_context(editions: list[Edition], edition: Edition, *, at_edition: bool = False) -> dict[str, Any]:
    newest = editions[0]
    row = RegisterIncident.objects.get(code=edition.code) if edition is newest else None
    page = incident_page(edition, row)
    related = RegisterIncident.objects.current().filter(code__in=page.document["related"]).defer(*HEAVY)
    return {
        "page": page,
        "document": page.document,
        "edition": edition,
        "newest": newest,
        "at_edition": at_edition,
        "is_current": edition is newest,
        "claims": page.claims(),
        "matrix": page.layout.matrix(),
        "tree": page.layout.tree() if page.counted else None,
        "numbers": {who: page.layout.numbers(who) for who in ("killed", "survived")},
        "asides": page.layout.asides(),
        "investigations": investigations_of(page.document["investigations"]),
        "related": [card(each) for each in related],
        "merged_here": _merged_into(edition.code),
        "editions": edition_lines(editions),
        "trail": [{"label": _("Incidents"), "url": reverse("register:incidents")}, {"label": edition.code, "url": ""}],
    }


def _merged_into(code: str) -> list[str]:
    """The codes of the records that became part of this one."""
    return list(RegisterIncident.objects.filter(merged_into=code).order_by("code").values_list("code", flat=True))
