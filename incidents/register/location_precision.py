"""How a place may be shown on a map: as a circle that contains it, or by its region only."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from incidents.vocabulary import PlacePrecision


class Circle(NamedTuple):
    """A circle that contains a place: its centre, in degrees, and the precision, which gives its radius."""

    latitude: float
    longitude: float
    precision: str


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
