"""Finding a place by what a person types: a part of its name, in either script and in any usual spelling."""

import re
from typing import NamedTuple

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from incidents.gazetteer.models import Place, PlaceName, Region
from incidents.gazetteer.names import normalise, skeleton

MAX_LENGTH = 300
MAX_HITS = 50
_MIN_LENGTH = 2
# A skeleton shorter than this begins, or is part of, too many names to be a hint of one.
_MIN_LOOSE = {"startswith": 4, "contains": 6}
_CODE = re.compile(r"UA[0-9]{17}|G[0-9]{1,12}")
_NOUN = re.compile(f" ({'|'.join(map(skeleton, ('район', 'district', 'область', 'region', 'громада')))})$")
_ISO = re.compile(r"([A-Z]{2}-[A-Z0-9]{1,3})?")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]?")


class Query(NamedTuple):
    """What was typed: the name, its skeleton, and the skeletons of what else was said about where it lies."""

    name: str
    loose: str
    area: tuple[str, ...]


def find_places(text: str, limit: int = 12, region: Region | str | None = None) -> list[Place]:
    """The settlements and raions that `text` may mean, best first, with their `region` loaded; at most `MAX_HITS`.

    An exact name comes before one that begins so, and that before one that contains it; of these the same spelling
    before a similar one; settlements before raions; then by population where it is known, then by region. What follows
    a comma ("Роздольне, Волноваський район") lifts the hits that lie there. A whole label, in either language, and a
    code find that place alone. `region` narrows to one (ISO 3166-2), unless empty. Whatever the text, nothing is
    raised: fewer than two letters, or more than `MAX_LENGTH` characters, find nothing."""
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
    """The place of this KATOTTH code, or `G` and GeoNames id, with its region loaded; None for any other text. Finds
    every category, and places that the present edition no longer lists."""
    if not _CODE.fullmatch(code):
        return None
    return Place.objects.select_related("region").filter(code=code).first()


def parse(text: str) -> Query:
    """Split what was typed at its commas. What stands in brackets is about the place, like what follows a comma."""
    brackets = [bracket.strip("()[]") for bracket in _BRACKETS.findall(text)]
    name, *area = _BRACKETS.sub(" ", text).split(",")
    words = (skeleton(part) for part in (*area, *brackets))
    return Query(normalise(name), skeleton(name), tuple(word for word in words if word)[:5])


def _hits(names: QuerySet[PlaceName], query: Query, limit: int) -> list[int]:
    """Primary keys of places. Names that only contain the query take a walk through all names: last, and if needed."""
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
    """How ill what was said about where it lies fits the place: per part 0, 1 if it fits without its noun, else 2."""
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
