"""How a place may be shown: as a circle within which it lies, or only as a region."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from incidents.vocabulary import PlacePrecision


class Whereabouts(NamedTuple):
    """The middle of a circle, in degrees, and the precision that says how large it is."""

    latitude: float
    longitude: float
    precision: str


def metres(precision: str) -> int:
    """The radius of the circle within which such a place lies; 0 for what is known less closely, or not at all."""
    details = PlacePrecision(precision).details if precision in PlacePrecision.values else ()
    return int(details[0]) if details else 0


RADII = {precision: metres(precision) for precision in PlacePrecision.values}


def whereabouts(latitude: Decimal | None, longitude: Decimal | None, precision: str) -> Whereabouts | None:
    """Where a circle may be drawn; None for what no point can stand for, even where coordinates are given."""
    if latitude is None or longitude is None or not RADII.get(precision):
        return None
    return Whereabouts(float(latitude), float(longitude), precision)
