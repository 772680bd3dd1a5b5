"""The filtered incidents on one time axis: a point for a day, a bar for a less precise date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from incidents import dates
from incidents.register.as_of import list_of_its_day
from incidents.register.charts.histogram import Axis, histogram, percent
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.lists import refused_incidents, requested_page
from incidents.register.filters.sentences import chips, incidents_sentence, query
from incidents.register.head import public_page
from incidents.register.models import RegisterIncident
from incidents.register.pages.cards import HEAVY
from incidents.register.pages.presenters import card

PER_PAGE = 50


@dataclass(frozen=True)
class Strip:
    """An incident's date on the axis: `dot` for a single day; else a bar from `start` over `length`."""

    dot: str | None
    start: str
    length: str
    end: str
    open_start: bool
    open_end: bool
    approximate: bool


@public_page
@list_of_its_day
def timeline(request: HttpRequest) -> HttpResponse:
    """The filter, order and errors of the list; every incident is on the axis of the histogram."""
    current = RegisterIncident.objects.current()
    filterset = IncidentFilter(request.GET, queryset=current)
    if not filterset.is_valid():
        return refused_incidents(request, filterset)
    paginator = Paginator(filterset.ordered.defer(*HEAVY), PER_PAGE)
    page = requested_page(filterset, paginator)
    if page is None:
        return refused_incidents(request, filterset)
    total = current.count() if filterset.active else paginator.count
    columns = histogram(filterset, request.GET)
    context = {
        "page": page,
        "histogram": columns,
        "rows": [card(row) | {"strip": strip(row, columns.axis) if columns else None} for row in page],
        "sentence": incidents_sentence(filterset, paginator.count, total),
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:timeline"),
        "query": query(request.GET),
    }
    return render(request, "register/timeline.html", context)


def strip(row: RegisterIncident, axis: Axis) -> Strip | None:
    """The strip; None if neither end of the date is known."""
    if row.earliest is None and row.latest is None:
        return None
    left = axis.x(row.earliest) if row.earliest else 0.0
    # A day ends at the start of the next one.
    right = axis.x(row.latest + timedelta(days=1)) if row.latest else 100.0
    one_day = row.earliest is not None and row.earliest == row.latest
    return Strip(
        dot=percent((left + right) / 2) if one_day else None,
        start=percent(left),
        length=percent(right - left),
        end=percent(right),
        open_start=row.earliest is None,
        open_end=row.latest is None,
        approximate=_is_approximate(row.date),
    )


def _is_approximate(edtf: str) -> bool:
    try:
        return dates.parse(edtf).approximate
    except dates.DateError:
        return False
