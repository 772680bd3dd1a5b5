"""The incidents that may be the one that somebody writes: of its days and region, or resting on its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q

from incidents.casework.services.references import key_of, leading_code, place_text
from incidents.casework.services.values import place_value
from incidents.dates import DateError
from incidents.dates.typed import read
from incidents.records.models import SET_ASIDE, Incident, Record, Source
from incidents.vocabulary import Publication
from people.models import User

MOST_SHOWN = 5
MOST_COMPARED = 200  # the latest; a date of a whole year may overlap many
LONGEST = 1000
SOURCE_FIELD = re.compile(r"citations-[0-9]+-(source|new_url)")
CLOSED = (*SET_ASIDE, Publication.MERGED, Publication.WITHDRAWN)


@dataclass(frozen=True)
class Typed:
    """What is known of an incident, as it is typed: a date, a place, the key of a region, and sources."""

    date: str = ""
    place: str = ""
    region: str = ""
    sources: tuple[str, ...] = ()


def typed_in(form: Mapping[str, str]) -> Typed:
    """What the POST data of an incident's form says."""
    date, place, region = (form.get(name, "").replace("\0", "")[:LONGEST] for name in ("date", "place", "region"))
    sources = tuple(
        text.replace("\0", "")[:LONGEST] for name, text in form.items() if SOURCE_FIELD.fullmatch(name) and text
    )
    return Typed(date, place, region, sources)


def saved_in(incident: Incident) -> Typed:
    """What a saved incident says."""
    sources = tuple(incident.citations.values_list("source__code", flat=True)) if incident.pk else ()
    place = incident.place.code if incident.place is not None else ""
    return Typed(incident.date, place, incident.region_id or "", sources)


@dataclass(frozen=True)
class Similar:
    """An incident with what both have in common; `sources` are codes."""

    incident: Incident
    place: bool
    region: bool
    days: bool
    sources: tuple[str, ...]


def similar_incidents(user: User, typed: Typed, own: Record | None = None) -> list[Similar]:
    """Those that the user may see, the most alike first; `own` is the record that is written."""
    regions, places = _where(typed)
    days = _days(typed.date)
    sources = _named(typed.sources, user)
    alike = Q(citations__source__in=sources)
    if days is not None and regions:
        alike |= days & Q(region__in=regions)
    if not sources and (days is None or not regions):
        return []
    visible = Record.objects.visible_to(user).exclude(state__in=CLOSED)
    if own is not None:
        visible = visible.exclude(pk=own.pk)
    alike_to_it = Incident.objects.filter(alike, pk__in=visible.values("pk")).distinct().order_by("-pk")
    found = alike_to_it.prefetch_related("citations__source")[:MOST_COMPARED]
    same_days = (
        set(Incident.objects.filter(days, pk__in=[each.pk for each in found]).values_list("pk", flat=True))
        if days
        else set()
    )
    similar = [
        Similar(
            each,
            place=each.place_id in places,
            region=each.region_id in regions,
            days=each.pk in same_days,
            sources=tuple(sorted({row.source.code for row in each.citations.all() if row.source_id in sources})),
        )
        for each in found
    ]
    similar.sort(key=lambda each: (-(each.place + each.region + each.days + len(each.sources)), each.incident.code))
    return similar[:MOST_SHOWN]


def _where(typed: Typed) -> tuple[set[int | str], set[int]]:
    """The keys of the region and of the place; a place brings its region along."""
    regions: set[int | str] = {typed.region} if typed.region else set()
    try:
        place = place_value(typed.place, place_text)
    except ValidationError:
        place = None
    if place is None:
        return regions, set()
    return {place.region_id}, {place.pk}


def _days(text: str) -> Q | None:
    """The incidents whose days are among those of a typed date, in any of its meanings."""
    try:
        meanings = read(text) if text.strip() else []
    except DateError:
        return None
    found = None
    for when in meanings:
        if when.earliest is not None and when.latest is not None:
            overlap = Q(date_earliest__lte=when.latest, date_latest__gte=when.earliest)
            found = overlap if found is None else found | overlap
    return found


def _named(texts: Iterable[str], user: User) -> set[int]:
    """The sources that texts name by code or address and that the user may see; what cites another one is not told."""
    codes = {leading_code(text) for text in texts} - {""}
    keys = {key_of(text) for text in texts} - {None}
    visible = Source.objects.filter(pk__in=Record.objects.visible_to(user).values("pk"))
    return set(visible.filter(Q(code__in=codes) | Q(address_key__in=keys)).values_list("pk", flat=True))
