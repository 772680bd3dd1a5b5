"""The map of the filtered incidents on our outlines; a script may put a Leaflet map over it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.register.as_of import list_of_its_day
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.lists import refused_incidents, requested_page
from incidents.register.filters.sentences import chips, incidents_sentence, query
from incidents.register.head import public_page
from incidents.register.maps.map_data import Box, as_json, box_from, how_drawn, picture
from incidents.register.models import RegisterIncident
from incidents.register.pages.cards import HEAVY, rows_of
from incidents.register.pages.presenters import card
from incidents.register.problems import ProblemError, answer, check, shared

PER_PAGE = 50
WITHIN = "within"  # the parameter by which the script requests a part of the map


@public_page
@list_of_its_day
def incidents_map(request: HttpRequest) -> HttpResponse:
    """The filter and the errors of the list. All matching incidents are on the map, one page of them in the list beside
    it."""
    filterset = IncidentFilter(request.GET, queryset=RegisterIncident.objects.current())
    if not filterset.is_valid():
        return refused_incidents(request, filterset)
    chosen = ResultSet(current_index(), filterset)
    page = requested_page(filterset, Paginator(chosen, PER_PAGE))
    if page is None:
        return refused_incidents(request, filterset)
    drawn = picture(chosen, request.GET, get_language() or "en")
    areas = {area.code: area for area in drawn.areas}
    asked = query(request.GET)
    rows = rows_of(page, RegisterIncident.objects.defer(*HEAVY))
    context = {
        "page": page,
        "picture": drawn,
        "rows": [card(row) | {"drawn": how_drawn(row, areas)} for row in rows],
        "sentence": incidents_sentence(filterset, len(chosen), len(chosen.held.everything)),
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:map"),
        "data_url": reverse("register:map_data") + (f"?{asked}" if asked else ""),
        "query": asked,
    }
    return render(request, "register/map.html", context)


@public_page
@list_of_its_day
def map_data(request: HttpRequest) -> HttpResponse:
    """The map data for the script; 400 as problem+json (RFC 9457) for an invalid parameter."""
    data = request.GET.copy()
    given = data.pop(WITHIN, [])
    filterset = IncidentFilter(data, queryset=RegisterIncident.objects.current())
    try:
        check(filterset)
        box = _box(given)
    except ProblemError as problem:
        return shared(answer(request, problem))
    drawn = picture(ResultSet(current_index(), filterset), data, get_language() or "en", box)
    return JsonResponse(as_json(drawn), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _box(given: Sequence[str]) -> Box | None:
    """The requested part of the map; None for all of it. Raises ProblemError."""
    if not given:
        return None
    box = box_from(given[0]) if len(given) == 1 else None
    if box is None:
        detail = _("“%(name)s” takes south, west, north and east in degrees, once: within=44.1,21.9,52.7,41.4")
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail % {"name": WITHIN})
    return box
