"""The list, the map and one incident as small pages for the frames of other sites."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from incidents.register.as_of import list_of_its_day, record_of_its_day
from incidents.register.embeds.frames import embeddable, state
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter, StrictFilterSet
from incidents.register.filters.lists import requested_page
from incidents.register.filters.sentences import incidents_sentence, query
from incidents.register.head import public_page
from incidents.register.maps.map_data import picture
from incidents.register.models import RegisterIncident
from incidents.register.pages.cards import CARD, rows_of
from incidents.register.pages.citing import page_of
from incidents.register.pages.presenters import card
from incidents.register.pages.records import editions_of, is_withdrawn
from incidents.register.tables.about import read_head
from incidents.vocabulary import EditionChange, RecordKind
from incidents.wording import texts

PER_EMBED = 10
SIMPLER = 0.3  # units: frames cannot be zoomed, so borders are simplified to what is visible


@embeddable
@public_page
@list_of_its_day
def incidents(request: HttpRequest) -> HttpResponse:
    """The first incidents of a filter, in the list's order, with a link to the full list."""
    filterset = _asked(request)
    if not filterset.is_valid():
        return _refused(request, filterset)
    chosen = ResultSet(current_index(), filterset)
    page = requested_page(filterset, Paginator(chosen, PER_EMBED))
    if page is None:
        return _refused(request, filterset)
    context = _about(request, filterset, chosen, "register:incidents")
    rest = len(chosen) - len(page)
    rows = rows_of(page, RegisterIncident.objects.only(*CARD))
    return render(
        request,
        "embed/incidents.html",
        context
        | {
            "cards": [card(row) for row in rows],
            "rest": rest,
            "n": len(chosen),
        },
    )


@embeddable
@public_page
@list_of_its_day
def incidents_map(request: HttpRequest) -> HttpResponse:
    """The map of the filtered incidents, and the same as text."""
    filterset = _asked(request)
    if not filterset.is_valid():
        return _refused(request, filterset)
    chosen = ResultSet(current_index(), filterset)
    drawn = picture(chosen, request.GET, get_language() or "en", tolerance=SIMPLER)
    return render(request, "embed/map.html", _about(request, filterset, chosen, "register:map") | {"picture": drawn})


@embeddable
@public_page
@record_of_its_day
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """One incident: what is reported, where, when, and the grade. A summary with a content warning stays on its own
    page."""
    editions = editions_of(RecordKind.INCIDENT, code)
    newest = editions[0]
    if is_withdrawn(editions):
        reason = newest.content["reason"]
        return state(request, HTTPStatus.GONE, "", code=code, reason=reason, full_url=page_of(newest.kind, code))
    if newest.change == EditionChange.MERGED:
        return HttpResponsePermanentRedirect(reverse("register:embed_incident", args=[newest.content["merged_into"]]))
    row = RegisterIncident.objects.get(code=code)
    context = {
        "incident": card(row),
        "warning": row.document["content_warning"],
        "summary": {} if row.document["content_warning"] else texts(row, "summary"),
        "edition": newest,
        "full_url": page_of(RecordKind.INCIDENT, code),
    }
    return render(request, "embed/incident.html", context)


def _asked(request: HttpRequest) -> IncidentFilter:
    return IncidentFilter(request.GET, queryset=RegisterIncident.objects.current())


def _about(request: HttpRequest, filterset: IncidentFilter, chosen: ResultSet, full: str) -> dict[str, Any]:
    asked = query(request.GET)
    return {
        "sentence": incidents_sentence(filterset, len(chosen), len(chosen.held.everything)),
        "full_url": reverse(full) + (f"?{asked}" if asked else ""),
        "list_url": reverse("register:incidents"),
        "head": read_head(),
    }


def _refused(request: HttpRequest, filterset: StrictFilterSet) -> HttpResponse:
    """Status 400 with every invalid parameter, in the words of the list."""
    messages = [str(each) for each in filterset.form.non_field_errors()]
    messages += [
        f"{name}: {message}"
        for name, errors in filterset.form.errors.items()
        if name in filterset.form.fields
        for message in errors
    ]
    return state(request, HTTPStatus.BAD_REQUEST, " ".join(messages), full_url=reverse("register:incidents"))
