"""Searches places by a part of their name, in either script and in any usual spelling."""

import re
from typing import NamedTuple

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from incidents.gazetteer.models import Place, PlaceName, Region
from incidents.gazetteer.names import normalise, skeleton

MAX_LENGTH = 300
MAX_HITS = 50
_MIN_LENGTH = 2
# Below these lengths a skeleton matches too many names.
_MIN_LOOSE = {"startswith": 4, "contains": 6}
_CODE = re.compile(r"UA[0-9]{17}|G[0-9]{1,12}")
_NOUN = re.compile(f" ({'|'.join(map(skeleton, ('район', 'district', 'область', 'region', 'громада')))})$")
_ISO = re.compile(r"([A-Z]{2}-[A-Z0-9]{1,3})?")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]?")


class Query(NamedTuple):
    """A parsed query: the name, its skeleton, and the skeletons of the areas given with it."""

    name: str
    loose: str
    area: tuple[str, ...]


def find_places(text: str, limit: int = 12, region: Region | str | None = None) -> list[Place]:
    """The settlements and raions that match `text`, best first, with their `region` loaded; at most `MAX_HITS`.

    Order: exact names, then prefixes, then other parts of a name; among these the same spelling before a similar one;
    settlements before raions; then by population if known, then by region. Text after a comma ("Роздольне, Волноваський
    район") raises the hits in that area. A whole label, in either language, and a code find that place only. `region`
    limits hits to one region (ISO 3166-2), unless empty. No text raises an error: fewer than two letters, or more than
    `MAX_LENGTH` characters, find nothing.
    """
    if len(text) > MAX_LENGTH or limit < 1 or (isinstance(region, str) and not _ISO.fullmatch(region)):
        return []
    names = PlaceName.objects.filter(place__region=region) if region else PlaceName.objects.all()
    coded = _CODE.search(text.upper())
    keys = list(names.filter(place__code=coded[0]).values_list("place_id", flat=True)[:1]) if coded else []
    query = parse(text)
    if not keys and len(query.name) >= _MIN_LENGTH:
        keys = _hits(names, query, min(limit, MAX_HITS))
    places = _places(keys)
    return [place for place in places if query.area and _is_label(text, place)] or places


def find_by_code(code: str) -> Place | None:
    """The place of this KATOTTH code, or `G` and GeoNames id, with its region loaded; None for any other text. It
    finds every category, and places that the present edition no longer lists."""
    if not _CODE.fullmatch(code):
        return None
    return Place.objects.select_related("region").filter(code=code).first()


def parse(text: str) -> Query:
    """Split a text at its commas. Text in brackets is an area, like text after a comma."""
    brackets = [bracket.strip("()[]") for bracket in _BRACKETS.findall(text)]
    name, *area = _BRACKETS.sub(" ", text).split(",")
    words = (skeleton(part) for part in (*area, *brackets))
    return Query(normalise(name), skeleton(name), tuple(word for word in words if word)[:5])


def _hits(names: QuerySet[PlaceName], query: Query, limit: int) -> list[int]:
    """The primary keys of places. A match inside a name takes a full scan, so it comes last and only if needed."""
    found = _ranked(names.filter(_like("startswith", query) | _alike(query)), query, limit)
    if len(found) < limit:
        inside = names.filter(_like("contains", query)).exclude(place__in=found)
        found += _ranked(inside, query, limit - len(found))
    return found


def _like(lookup: str, query: Query) -> Q:
    condition = Q((f"key__{lookup}", query.name))
    if len(query.loose) >= _MIN_LOOSE[lookup]:
        condition |= Q((f"skeleton__{lookup}", query.loose))
    return condition


def _alike(query: Query) -> Q:
    return Q(key=query.name) | (Q(skeleton=query.loose) if query.loose else Q())


def _ranked(names: QuerySet[PlaceName], query: Query, limit: int) -> list[int]:
    closeness = Case(
        When(key=query.name, alternate=False, then=0),
        When(_alike(query), then=1),
        When(key__startswith=query.name, alternate=False, then=2),
        When(_like("startswith", query), then=3),
        When(key__contains=query.name, alternate=False, then=4),
        default=5,
    )
    hits = names.values("place_id").annotate(
        closeness=Min(closeness), elsewhere=Min(_elsewhere(query)), order=Min("rank")
    )
    return [hit["place_id"] for hit in hits.order_by("closeness", "elsewhere", "order")[:limit]]


def _elsewhere(query: Query) -> Combinable:
    """How badly the given areas fit the place: for each part 0, 1 if it fits without its noun, else 2."""
    distance: Combinable = Value(0)
    for part in query.area:
        said, bare = Q(place__area__contains=f"|{part}"), Q(place__area__contains=f"|{_NOUN.sub('', part)}")
        distance += Case(When(said, then=0), When(bare, then=1), default=2, output_field=IntegerField())
    return distance


def _is_label(text: str, place: Place) -> bool:
    return normalise(text) in (normalise(place.label("uk")), normalise(place.label("en")))


def _places(keys: list[int]) -> list[Place]:
    places = Place.objects.select_related("region").in_bulk(keys)
    return [places[key] for key in keys]
