"""The incidents of a filter on a map of outlines, drawn here; a script may lay a movable map over it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from incidents.register.api.problems import ProblemError, answer, check, shared
from incidents.register.as_of import list_of_its_day
from incidents.register.filters import IncidentFilter
from incidents.register.head import public_page
from incidents.register.mapping import as_json, how_drawn, picture
from incidents.register.models import RegisterIncident
from incidents.register.reading import card
from incidents.register.sentences import chips, incidents_sentence, query
from incidents.register.views.incidents import HEAVY
from incidents.register.views.lists import refused, requested_page

PER_PAGE = 50


@public_page
@list_of_its_day
def incidents_map(request: HttpRequest) -> HttpResponse:
    """The list's filter and refusals; all that the filter leaves is on the map, a page of it in the list beside."""
    current = RegisterIncident.objects.current()
    filterset = IncidentFilter(request.GET, queryset=current)
    if not filterset.is_valid():
        return refused(request, "register/incidents.html", filterset)
    paginator = Paginator(filterset.ordered.defer(*HEAVY), PER_PAGE)
    page = requested_page(filterset, paginator)
    if page is None:
        return refused(request, "register/incidents.html", filterset)
    total = current.count() if filterset.active else paginator.count
    drawn = picture(filterset.ordered, request.GET, get_language() or "en")
    names = {area.iso: area.name for area in drawn.areas}
    asked = query(request.GET)
    context = {
        "page": page,
        "picture": drawn,
        "rows": [card(row) | {"drawn": how_drawn(row, names)} for row in page],
        "sentence": incidents_sentence(filterset, paginator.count, total),
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:map"),
        "data_url": reverse("register:map_data") + (f"?{asked}" if asked else ""),
        "query": asked,
    }
    return render(request, "register/map.html", context)


@public_page
@list_of_its_day
def map_data(request: HttpRequest) -> HttpResponse:
    """What the map shows, for the script: 400 as problem+json (RFC 9457) for what the list does not understand."""
    filterset = IncidentFilter(request.GET, queryset=RegisterIncident.objects.current())
    try:
        check(filterset)
    except ProblemError as problem:
        return shared(answer(request, problem))
    return JsonResponse(as_json(picture(filterset.ordered, request.GET, get_language() or "en")))
