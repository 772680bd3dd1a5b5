"""How a place may be shown on a map: as a circle that contains it, or as its hromada, raion or oblast."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal
from typing import NamedTuple

from incidents.vocabulary import PlacePrecision


class Circle(NamedTuple):
    """A circle that contains a place: its centre, in degrees, and the precision, which gives its radius."""

    latitude: float
    longitude: float
    precision: str


class AdministrativeUnits(NamedTuple):
    """The units that contain a place, as far as its public precision allows: ISO 3166-2 and KATOTTH codes, or ""."""

    oblast: str
    raion: str
    hromada: str

    def finest(self, drawable: Container[str]) -> str:
        """The smallest of the units that can be drawn; the oblast if there is none."""
        return next((code for code in (self.hromada, self.raion) if code in drawable), self.oblast)


def metres(precision: str) -> int:
    """The radius of the circle that contains a place, in metres; 0 if the precision is coarser than a circle, or
    unknown."""
    details = PlacePrecision(precision).details if precision in PlacePrecision.values else ()
    return int(details[0]) if details else 0


RADII = {precision: metres(precision) for precision in PlacePrecision.values}


def circle_of(latitude: Decimal | None, longitude: Decimal | None, precision: str) -> Circle | None:
    """The circle; None if the precision allows none, even where coordinates are given."""
    if latitude is None or longitude is None or not RADII.get(precision):
        return None
    return Circle(float(latitude), float(longitude), precision)


_IN_HROMADA = {PlacePrecision.EXACT, PlacePrecision.VICINITY, PlacePrecision.LOCALITY}
_IN_RAION = _IN_HROMADA | {PlacePrecision.NEAR, PlacePrecision.DISTRICT}


def units_of(oblast: str, raion: str | None, hromada: str | None, precision: str) -> AdministrativeUnits:
    """The units of a place that its precision allows, even where finer ones are given."""
    return AdministrativeUnits(
        oblast, raion or "" if precision in _IN_RAION else "", hromada or "" if precision in _IN_HROMADA else ""
    )
