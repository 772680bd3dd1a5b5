"""Matches places of GeoNames with those of the codifier. A wrong pin is worse than none, so doubtful pairs are
dropped."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from incidents.gazetteer.codifier import Codifier, GeoName, Unit
from incidents.gazetteer.models import SETTLEMENTS, Category
from incidents.gazetteer.names import normalise, romanised, skeleton
from incidents.gazetteer.russian import is_ukrainian

_KM_PER_DEGREE = 111.2
_NEIGHBOURS = 6
_STRAY_KM = 25
# A city stands out among the places of its name: so many people, and so many times more than in the next one.
_CITY_POPULATION = 2000
_CITY_LEAD = 1.4


class Match(NamedTuple):
    """A unit, its GeoNames place, and the code of its raion ("" if it has none)."""

    unit: Unit
    geoname: GeoName
    raion: str


def match(codifier: Codifier) -> dict[str, GeoName]:
    """The GeoNames place of each unit, by code, where name and region leave exactly one on both sides.

    The common name must be the main name in GeoNames, since a former name may be another place's present one. A village
    whose neighbours are all in other raions is left out: GeoNames also lists villages that became part of cities, and
    namesakes that the codifier no longer has. Cities come first, as their villages of the same name are small.
    Namesakes in different raions are told apart by the raions of their neighbours.
    """
    raions = raions_by_unit(codifier.units)
    cities = _cities(codifier)
    taken = {unit.code for unit, _ in cities} | {geoname.id for _, geoname in cities}
    others = Codifier(
        codifier.regions,
        [unit for unit in codifier.units if unit.code not in taken],
        [geoname for geoname in codifier.geonames if geoname.id not in taken],
    )
    pairs = [*cities, *_same_names(others)]
    matches = [Match(unit, geoname, raions[unit.code]) for unit, geoname in pairs]
    grid = _Grid(matches)
    sure = [each for each in matches if not _is_stray(each, grid)]
    return {each.unit.code: each.geoname for each in sure} | _namesakes(others, raions, sure)


def raions_by_unit(units: Iterable[Unit]) -> dict[str, str]:
    """The code of the raion that each unit is in, or is itself; "" if there is none."""
    raions: dict[str, str] = {}
    for unit in units:
        raions[unit.code] = unit.code if unit.category == Category.RAION else raions.get(unit.parent, "")
    return raions


def _cities(codifier: Codifier) -> list[tuple[Unit, GeoName]]:
    """Each city that is the only one of its name in its region, with the place of that name that has by far the most
    people."""
    cities: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in codifier.units:
        if unit.category in (Category.CITY, Category.CAPITAL):
            cities[unit.region, romanised(unit.name)].append(unit)
    geonames: dict[tuple[str, str], list[GeoName]] = defaultdict(list)
    for geoname in codifier.geonames:
        own = {romanised(name) for name in geoname.names if is_ukrainian(name)}
        for name in own | {romanised(geoname.name)}:
            geonames[geoname.region, name].append(geoname)
    pairs = []
    for key, units in cities.items():
        by_people = sorted(geonames.get(key, []), key=lambda place: -(place.population or 0))
        people = [place.population or 0 for place in by_people] + [0, 0]
        if len(units) == 1 and people[0] >= max(_CITY_POPULATION, _CITY_LEAD * people[1]):
            pairs.append((units[0], by_people[0]))
    return _one_to_one(pairs)


def _namesakes(others: Codifier, raions: Mapping[str, str], sure: list[Match]) -> dict[str, GeoName]:
    """Places of a name that several settlements of a region have, where only one of these is in a raion of the place's
    neighbours. Of 606 that OpenStreetMap has as well, one was more than 5 km away."""
    taken = {each.unit.code for each in sure} | {each.geoname.id for each in sure}
    units: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in others.units:
        if unit.category in SETTLEMENTS and unit.code not in taken:
            units[unit.region, normalise(unit.name)].append(unit)
    grid, pairs = _Grid(sure), []
    for geoname in others.geonames:
        if geoname.id in taken:
            continue
        near = Counter(raion for _, raion in grid.nearest(geoname))
        for name in {normalise(name) for name in geoname.names}:
            namesakes = [unit for unit in units[geoname.region, name] if near[raions[unit.code]]]
            if len(namesakes) == 1 and near[raions[namesakes[0].code]] > 1 and _agree(namesakes[0], geoname):
                pairs.append((namesakes[0], geoname))
    return {unit.code: geoname for unit, geoname in _one_to_one(pairs)}


def _same_names(codifier: Codifier) -> list[tuple[Unit, GeoName]]:
    units: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in codifier.units:
        if unit.category in (*SETTLEMENTS, Category.DISTRICT):
            units[unit.region, normalise(unit.name)].append(unit)
    geonames: dict[tuple[str, str], list[GeoName]] = defaultdict(list)
    for geoname in codifier.geonames:
        for name in {normalise(name) for name in geoname.names}:
            geonames[geoname.region, name].append(geoname)
    shared = units.keys() & geonames.keys()
    pairs = [(unit, geoname) for name in shared for unit in units[name] for geoname in geonames[name]]
    alone = {unit.code for name in shared for unit in units[name] if len(units[name]) == len(geonames[name]) == 1}
    agreeing = [(unit, geoname) for unit, geoname in pairs if _agree(unit, geoname)]
    return [(unit, geoname) for unit, geoname in _one_to_one(agreeing) if unit.code in alone]


def _agree(unit: Unit, geoname: GeoName) -> bool:
    # GeoNames sometimes keeps a city's old main name, and no other place of the region is a city of that name.
    return unit.category == Category.CITY or skeleton(unit.name) == skeleton(geoname.name)


def _one_to_one(pairs: list[tuple[Unit, GeoName]]) -> list[tuple[Unit, GeoName]]:
    claims: dict[str, set[str]] = defaultdict(set)
    for unit, geoname in pairs:
        claims[unit.code].add(geoname.id)
        claims[geoname.id].add(unit.code)
    return [(unit, geoname) for unit, geoname in pairs if len(claims[unit.code]) == len(claims[geoname.id]) == 1]


class _Grid:
    """Matches by whole degrees, so that a search for neighbours reads hundreds of matches, not thousands."""

    def __init__(self, matches: Iterable[Match]) -> None:
        self._cells: dict[tuple[int, int], list[Match]] = defaultdict(list)
        for found in matches:
            self._cells[_cell(found.geoname)].append(found)

    def around(self, geoname: GeoName) -> list[Match]:
        """The matches in its cell and the eight adjacent ones, without itself: all within 60 km, and some farther
        away."""
        row, column = _cell(geoname)
        cells = (self._cells[row + down, column + right] for down in (-1, 0, 1) for right in (-1, 0, 1))
        return [found for cell in cells for found in cell if found.geoname is not geoname]

    def nearest(self, geoname: GeoName) -> list[tuple[float, str]]:
        """The distances in km and the raions of its nearest neighbours."""
        return sorted((km_between(geoname, other.geoname), other.raion) for other in self.around(geoname))[:_NEIGHBOURS]


def _cell(geoname: GeoName) -> tuple[int, int]:
    return math.floor(geoname.latitude), math.floor(geoname.longitude)


def _is_stray(found: Match, grid: _Grid) -> bool:
    if found.unit.category != Category.VILLAGE:
        return False
    near = sorted((km_between(found.geoname, other.geoname), other.raion) for other in grid.around(found.geoname))
    if any(raion == found.raion for _, raion in near[:_NEIGHBOURS]):
        return False
    return min((km for km, raion in near if raion == found.raion), default=math.inf) > _STRAY_KM


class HasPoint(Protocol):
    """Anything with a latitude and a longitude in degrees."""

    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def km_between(one: HasPoint, other: HasPoint) -> float:
    """The distance on a plane, in km, accurate to one percent within a region."""
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return _KM_PER_DEGREE * math.hypot(one.latitude - other.latitude, east)
