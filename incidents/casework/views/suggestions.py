"""Suggestions below a field, as htmx fragments."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from incidents.casework.forms.fields import date_reading, point_reading
from incidents.casework.services.lookalikes import lookalikes
from incidents.casework.services.references import (
    find_records,
    find_sources,
    place_text,
    publisher_text,
    record_text,
    source_text,
    unit_text,
)
from incidents.casework.services.similar_incidents import CLOSED, similar_incidents, typed_in
from incidents.casework.services.values import SUGGESTIONS, place_in
from incidents.casework.views.access import DeskRequest, desk
from incidents.gazetteer.hints import find_hint
from incidents.gazetteer.search import find_places
from incidents.identity.web_addresses import several_addresses
from incidents.records.models import Incident, Investigation, Publisher, Record, Unit
from incidents.vocabulary import RecordKind
from people.models import Role

LONGEST = 300
TITLED: dict[str, type[Record]] = {RecordKind.INCIDENT: Incident, RecordKind.INVESTIGATION: Investigation}
LONGEST_ADDRESS = 1000


@desk(Role.DOCUMENTER)
def places(request: DeskRequest) -> HttpResponse:
    """Places whose name contains the text, each with raion and oblast."""
    typed = _typed(request)
    hits = find_places(typed, limit=SUGGESTIONS + 1)
    hint = find_hint(typed)
    context = {
        "texts": [place_text(place) for place in hits[:SUGGESTIONS]],
        "typed": bool(typed),
        "hint": hint,
        "city": place_text(hint.city) if hint and hint.city else "",
        "more": len(hits) > SUGGESTIONS,
    }
    return render(request, "casework/_suggestions.html", context)


@desk(Role.DOCUMENTER)
def sources(request: DeskRequest) -> HttpResponse:
    """Sources that contain the text and that the user may see."""
    text = _typed(request)
    visible = Record.objects.visible_to(request.user).values("pk")
    hits = find_sources(text).filter(pk__in=visible)[:SUGGESTIONS] if len(text) > 1 else []
    return _suggested(request, [source_text(source) for source in hits])


@desk(Role.DOCUMENTER, Role.REVIEWER)
def records(request: DeskRequest, kind: RecordKind) -> HttpResponse:
    """Incidents or investigations with these words in their title, as far as the user may see them."""
    if kind not in TITLED:
        raise Http404
    text = _last_line(request)
    visible = Record.objects.visible_to(request.user).exclude(state__in=CLOSED).values("pk")
    hits = find_records(TITLED[kind], text).filter(pk__in=visible)[:SUGGESTIONS] if len(text) > 1 else []
    return _suggested(request, [record_text(record) for record in hits])


@desk(Role.DOCUMENTER)
def known_sources(request: DeskRequest) -> HttpResponse:
    """The sources that look like the one that is being typed, in a row or in the form of a source."""
    row = next((name.removesuffix("new_url") for name in request.GET if name.endswith("-new_url")), "")
    prefix = f"{row}new_" if row else ""
    address, title, published = (_given(request, f"{prefix}{name}") for name in ("url", "title", "published"))
    context = {
        "known": lookalikes(request.user, address, title, published),
        "several": several_addresses(address) if row else [],
        "row": row.removesuffix("-"),
        "address": address,
        "chosen": _given(request, f"{row}new_use"),
    }
    return render(request, "casework/_known_sources.html", context)


@desk(Role.DOCUMENTER, methods=["POST"])
def similar(request: DeskRequest) -> HttpResponse:
    """The incidents that may be the one in the form. It is posted, so that no draft stands in an access log."""
    own = Record.objects.visible_to(request.user).filter(code=_given(request, "own")).first()
    found = similar_incidents(request.user, typed_in(request.POST), own)
    return render(request, "casework/_similar_incidents.html", {"similar": found})


@desk(Role.DOCUMENTER)
def units(request: DeskRequest) -> HttpResponse:
    """Units whose name contains the text and that the user may see."""
    text = _typed(request)
    hits = Unit.objects.visible_to(request.user)
    hits = hits.found(text) | hits.filter(code__iexact=text)
    return _suggested(request, [unit_text(unit) for unit in hits[:SUGGESTIONS]] if len(text) > 1 else [])


@desk(Role.DOCUMENTER)
def publishers(request: DeskRequest) -> HttpResponse:
    """Publishers one of whose names contains the text and that the user may see."""
    text = _typed(request)
    hits = Publisher.objects.visible_to(request.user)
    hits = hits.found(text) | hits.filter(code__iexact=text)
    return _suggested(request, [publisher_text(each) for each in hits[:SUGGESTIONS]] if len(text) > 1 else [])


@desk(Role.DOCUMENTER)
def date(request: DeskRequest) -> HttpResponse:
    """How a date is read."""
    return render(request, "casework/_date_reading.html", {"reading": date_reading(_typed(request))})


@desk(Role.DOCUMENTER)
def point(request: DeskRequest) -> HttpResponse:
    """Where coordinates lie, on a small map, and how far from the chosen place."""
    latitude, longitude, place = (
        str(request.GET.get(name, "")).replace("\0", "")[:500] for name in ("latitude", "longitude", "place")
    )
    return render(request, "casework/_point.html", {"point": point_reading(latitude, longitude, place_in(place))})


def _typed(request: DeskRequest) -> str:
    return str(next(iter(request.GET.values()), "")).replace("\0", "").strip()[:LONGEST]


def _last_line(request: DeskRequest) -> str:
    """What is being typed in a text of several lines."""
    typed = str(next(iter(request.GET.values()), "")).replace("\0", "")
    return typed.replace("\r", "").rpartition("\n")[2].strip()[:LONGEST]


def _given(request: DeskRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_ADDRESS]


def _suggested(request: DeskRequest, texts: list[str]) -> HttpResponse:
    return render(request, "casework/_suggestions.html", {"texts": texts, "typed": bool(_typed(request))})
