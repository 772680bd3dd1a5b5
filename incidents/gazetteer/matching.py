"""Matches places of GeoNames with those of the codifier. A wrong pin is worse than none, so doubtful pairs are
dropped."""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from incidents.gazetteer.codifier import Codifier, GeoName, Unit
from incidents.gazetteer.models import SETTLEMENTS, Category
from incidents.gazetteer.names import normalise, skeleton

_KM_PER_DEGREE = 111.2
_NEIGHBOURS = 6
_STRAY_KM = 25


class Match(NamedTuple):
    """A unit, its GeoNames place, and the code of its raion ("" if it has none)."""

    unit: Unit
    geoname: GeoName
    raion: str


def match(codifier: Codifier) -> dict[str, GeoName]:
    """The GeoNames place of each unit, by code, where name and region leave exactly one on both sides.

    The common name must be the main name in GeoNames, since a former name may be another place's present one. A village
    whose neighbours are all in other raions is left out: GeoNames also lists villages that became part of cities, and
    namesakes that the codifier no longer has.
    """
    raions = raions_by_unit(codifier.units)
    matches = [Match(unit, geoname, raions[unit.code]) for unit, geoname in _same_names(codifier)]
    grid = _Grid(matches)
    return {found.unit.code: found.geoname for found in matches if not _is_stray(found, grid)}


def raions_by_unit(units: Iterable[Unit]) -> dict[str, str]:
    """The code of the raion that each unit is in, or is itself; "" if there is none."""
    raions: dict[str, str] = {}
    for unit in units:
        raions[unit.code] = unit.code if unit.category == Category.RAION else raions.get(unit.parent, "")
    return raions


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


def _cell(geoname: GeoName) -> tuple[int, int]:
    return math.floor(geoname.latitude), math.floor(geoname.longitude)


def _is_stray(found: Match, grid: _Grid) -> bool:
    if found.unit.category != Category.VILLAGE:
        return False
    near = sorted((_km(found.geoname, other.geoname), other.raion) for other in grid.around(found.geoname))
    if any(raion == found.raion for _, raion in near[:_NEIGHBOURS]):
        return False
    return min((km for km, raion in near if raion == found.raion), default=math.inf) > _STRAY_KM


def _km(one: GeoName, other: GeoName) -> float:
    """The distance on a plane, in km, accurate to one percent within a region."""
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return _KM_PER_DEGREE * math.hypot(one.latitude - other.latitude, east)
