"""Searches places by a part of their name, in either script and in any usual spelling."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Length, Reverse

from incidents.gazetteer.models import Place, PlaceName, Region
from incidents.gazetteer.names import normalise, skeleton
from incidents.gazetteer.typed import (
    area_stem,
    bare_name,
    follows_preposition,
    is_area,
    nominatives,
    trailing_area,
    within_one_letter,
)

MAX_LENGTH = 300
MAX_HITS = 50
_MIN_LENGTH = 2
# Below these lengths a skeleton matches too many names.
_MIN_MISSPELT = 5  # letters of a name of which one may be wrong
_MIN_LOOSE = {"startswith": 4, "contains": 6, "misspelt": 5, "in area": 3}
_CODE = re.compile(r"UA[0-9]{17}|G[0-9]{1,12}")
_ISO = re.compile(r"([A-Z]{2}-[A-Z0-9]{1,3})?")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]?")


class Query(NamedTuple):
    """A parsed query: the name, its skeleton, the skeletons that it can be a case of, whether it follows a preposition,
    and the areas given with it, each as a skeleton and as its stem."""

    name: str
    loose: str
    forms: tuple[str, ...]
    is_oblique: bool
    area: tuple[tuple[str, str], ...]


class Hit(NamedTuple):
    """The primary key of a place, and how badly it fits the areas of the query."""

    place: int
    elsewhere: int


def find_places(text: str, limit: int = 12, region: Region | str | None = None) -> list[Place]:
    """The settlements and raions that match `text`, best first, with their `region` loaded; at most `MAX_HITS`.

    Nouns and prepositions around a name are ignored (с., м., near, village). Order: exact names, then names that the
    text can be a case of («Роботиного»), then prefixes, then other parts of a name; among these the same spelling
    before a similar one; settlements before raions; then by population if known, then by region. An area after a
    comma, or with its noun without one, goes before that order ("Роздольне, Волноваський район"). If nothing is
    found, or nothing in the area, one letter may be wrong. A whole label, in either language, and a code find that
    place only. `region` limits hits to one region (ISO 3166-2), unless empty. No text raises an error: fewer than two
    letters, or more than `MAX_LENGTH` characters, find nothing.
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
    """Split a text at its commas, and the area from the name. Text in brackets is an area, like text after a comma."""
    brackets = [bracket.strip("()[]") for bracket in _BRACKETS.findall(text)]
    parts = [part for part in map(normalise, _BRACKETS.sub(" ", text).split(",")) if part] or [""]
    if len(parts) > 1 and is_area(parts[0]) and not is_area(parts[-1]):
        parts.reverse()  # Донецька область, Покровський район, с. Удачне
    name, area = trailing_area(bare_name(parts[0]))
    areas = [area, *parts[1:], *map(normalise, brackets)]
    return _query(bare_name(name), areas, is_oblique=follows_preposition(parts[0]))


def _query(name: str, areas: Iterable[str], *, is_oblique: bool) -> Query:
    loose = skeleton(name)
    said = [(skeleton(area), area_stem(area)) for area in areas if area]
    return Query(name, loose, tuple(nominatives(loose)), is_oblique, tuple(both for both in said if both[0])[:5])


def _hits(names: QuerySet[PlaceName], query: Query, limit: int) -> list[int]:
    """The primary keys of places. A match inside a name takes a full scan, so it comes late and only if needed."""
    found = _ranked(names.filter(_like("startswith", query) | _alike(query) | _case(query)), query, limit)
    name, _, last = query.name.rpartition(" ")
    if not found and len(name) >= _MIN_LENGTH:  # Роздольне Донецька: the oblast without comma and noun
        divided = _query(name, [*(area for area, _ in query.area), last], is_oblique=query.is_oblique)
        found = _ranked(names.filter(_alike(divided) | _case(divided)), divided, limit)
        query = divided if found else query
    if query.area and not any(_fits(hit, query) for hit in found):
        misspelt = [hit for hit in _misspelt(names, query, limit, _MIN_LOOSE["in area"]) if _fits(hit, query)]
        found = list(dict.fromkeys(misspelt + found))[:limit]
    if len(found) < limit and not (query.area and any(_fits(hit, query) for hit in found)):
        inside = names.filter(_like("contains", query)).exclude(place__in=[hit.place for hit in found])
        found += _ranked(inside, query, limit - len(found))
    return [hit.place for hit in found or _misspelt(names, query, limit, _MIN_LOOSE["misspelt"])]


def _fits(hit: Hit, query: Query) -> bool:
    return hit.elsewhere < 2 * len(query.area)


def _misspelt(names: QuerySet[PlaceName], query: Query, limit: int, shortest: int) -> list[Hit]:
    """Places whose name differs by one letter, or whose skeleton does. The first or the last half is then the same,
    which an index finds."""
    length, half = len(query.loose), len(query.loose) // 2
    if length < shortest:
        return []
    near = names.annotate(length=Length("skeleton"), reversed=Reverse("skeleton")).filter(
        Q(skeleton__startswith=query.loose[:half]) | Q(reversed__startswith=query.loose[: half - 1 : -1]),
        length__gte=length - 1,
        length__lte=length + 1,
    )
    skeletons = {each for each in near.values_list("skeleton", flat=True) if within_one_letter(each, query.loose)}
    begun = names.filter(key__startswith=query.name[: len(query.name) // 2]).values_list("key", flat=True)
    keys = {each for each in begun if within_one_letter(each, query.name)} if len(query.name) >= _MIN_MISSPELT else ()
    return _ranked(names.filter(Q(skeleton__in=skeletons) | Q(key__in=keys)), query, limit)


def _like(lookup: str, query: Query) -> Q:
    condition = Q((f"key__{lookup}", query.name))
    if len(query.loose) >= _MIN_LOOSE[lookup]:
        condition |= Q((f"skeleton__{lookup}", query.loose))
    return condition


def _alike(query: Query) -> Q:
    return Q(key=query.name) | (Q(skeleton=query.loose) if query.loose else Q())


def _case(query: Query) -> Q:
    return Q(skeleton__in=query.forms)


def _ranked(names: QuerySet[PlaceName], query: Query, limit: int) -> list[Hit]:
    """The best hits: those in the areas of the query first. After a preposition a name is in some case, so that its
    letters do not say which of the like names is meant."""
    begins = Q(key__startswith=query.name[:-3])
    closeness = Case(
        When(key=query.name, alternate=False, then=0),
        When((_alike(query) | _case(query)) & begins if query.is_oblique else _alike(query), then=1),
        When(_case(query) & begins, then=2),
        When(_case(query), then=3),
        When(key__startswith=query.name, alternate=False, then=4),
        When(_like("startswith", query), then=5),
        When(key__contains=query.name, alternate=False, then=6),
        default=7,
    )
    hits = names.values("place_id").annotate(
        closeness=Min(closeness), elsewhere=Min(_elsewhere(query)), order=Min("rank")
    )
    best = hits.order_by("elsewhere", "closeness", "order")[:limit]
    return [Hit(hit["place_id"], hit["elsewhere"]) for hit in best]


def _elsewhere(query: Query) -> Combinable:
    """How badly the given areas fit the place: for each part 0, 1 if it fits without noun and case, else 2."""
    distance: Combinable = Value(0)
    for part, stem in query.area:
        said, bare = Q(place__area__contains=f"|{part}"), Q(place__area__contains=f"|{stem}")
        distance += Case(When(said, then=0), When(bare, then=1), default=2, output_field=IntegerField())
    return distance


def _is_label(text: str, place: Place) -> bool:
    return normalise(text) in (normalise(place.label("uk")), normalise(place.label("en")))


def _places(keys: list[int]) -> list[Place]:
    places = Place.objects.select_related("region").in_bulk(keys)
    return [places[key] for key in keys]
