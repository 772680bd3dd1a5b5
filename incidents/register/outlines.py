"""The outlines of our maps: Natural Earth, in which Crimea and all occupied regions are Ukraine.

The projection is Web Mercator (EPSG:3857), as in Leaflet, so that Leaflet's layers align with the drawing. Coordinates
are WGS 84 in degrees; units are those of the drawing, WIDTH of them across.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from incidents.gazetteer import models
from incidents.gazetteer.outlines import douglas_peucker

type Point = tuple[float, float]
type Ring = Sequence[Point]

FILE = Path(models.__file__).parent / "data" / "oblasts_ne10m.topo.json"
UKRAINE = "UA"

# The extent of a drawing: all of Ukraine, and its neighbours as far as Kursk.
WEST, SOUTH, EAST, NORTH = 21.9, 44.1, 41.4, 52.7
WIDTH = 800.0
SCALE = WIDTH / (EAST - WEST)  # units per degree of longitude, and per degree of latitude at the equator
KILOMETRES = 111.32  # in a degree of the equator


@dataclass(frozen=True)
class Outline:
    """A region's border as an SVG path; `label` is the centroid of its largest part, as longitude and latitude."""

    id: str
    country: str
    path: str
    label: Point


def x(longitude: float) -> float:
    """The x coordinate in units, from the left edge."""
    return (longitude - WEST) * SCALE


def y(latitude: float) -> float:
    """The y coordinate in units, from the top edge."""
    return (_mercator(NORTH) - _mercator(latitude)) * SCALE


def radius(metres: float, latitude: float) -> float:
    """The length of a distance at a latitude, in units."""
    return metres / 1000 / KILOMETRES / math.cos(math.radians(latitude)) * SCALE


def height() -> float:
    """The height of a drawing, in units."""
    return y(SOUTH)


def _mercator(latitude: float) -> float:
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


@cache
def outlines(tolerance: float = 0) -> tuple[Outline, ...]:
    """All regions of the file: the neighbours first, so that the border of Ukraine is drawn on top.

    A simplified border deviates from the file by at most `tolerance` units; the paths are then a tenth as long.
    """
    topology = json.loads(FILE.read_text())
    # A border of two regions is one arc, so that it stays identical for both.
    arcs = [simplified(arc, tolerance) for arc in _arcs(topology)]
    smallest = (2 * tolerance / SCALE) ** 2
    found = [_outline(geometry, arcs, smallest) for geometry in topology["objects"]["regions"]["geometries"]]
    return tuple(sorted(found, key=lambda outline: (outline.country == UKRAINE, outline.id)))


def as_file() -> str:
    """All outlines as an SVG file, each under its id: pages reference them with `use`, and the file is fetched once.

    It has no colours, so that the page's own apply.
    """
    paths = "\n".join(
        f'<path id="{each.id}" vector-effect="non-scaling-stroke" d="{each.path}"/>' for each in outlines()
    )
    box = f"0 0 {units(WIDTH)} {units(height())}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" fill="none" stroke="gray">\n{paths}\n</svg>\n'


def _arcs(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """The arcs in degrees: the file (TopoJSON) stores them as integers, each point as the difference to the previous
    one."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        at_x = at_y = 0
        points = []
        for step_x, step_y in arc:
            at_x, at_y = at_x + step_x, at_y + step_y
            points.append((at_x * scale_x + left, at_y * scale_y + bottom))
        yield points


def simplified(arc: list[Point], tolerance: float) -> list[Point]:
    """The arc, simplified by Douglas-Peucker with a tolerance in units."""
    drawn = [(x(longitude), y(latitude)) for longitude, latitude in arc]
    return [arc[at] for at in douglas_peucker(drawn, tolerance)]


def _outline(geometry: dict[str, Any], arcs: list[list[Point]], smallest: float) -> Outline:
    """The outline. Rings with an area of at most `smallest`, in square degrees, are left out: islands reduced to a
    line."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [_ring(numbers, arcs) for polygon in polygons for numbers in polygon]
    return _drawn(geometry["id"], geometry["properties"]["cc"], rings, smallest)


def boundary_outline(boundary: models.Boundary, tolerance: float = 0) -> Outline:
    """The outline of a raion or hromada; `id` is its code."""
    rings = [simplified(ring, tolerance) for ring in boundary.rings]
    return _drawn(boundary.place.code, UKRAINE, rings, 0)


def _drawn(code: str, country: str, rings: Sequence[Ring], smallest: float) -> Outline:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    path = "".join(_path(ring) for ring in rings if abs(_area(ring)) > smallest)
    return Outline(code, country, path, label=_middle(largest))


def _ring(numbers: Sequence[int], arcs: list[list[Point]]) -> list[Point]:
    """Arcs joined end to end; the complement of a number (~n) is that arc reversed."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def _path(ring: Ring) -> str:
    """The path of a ring in tenths of a unit, without consecutive duplicates."""
    drawn = [(round(x(longitude), 1), round(y(latitude), 1)) for longitude, latitude in ring]
    kept = [point for before, point in zip([None, *drawn], drawn, strict=False) if point != before]
    return "M" + "L".join(f"{units(at_x)} {units(at_y)}" for at_x, at_y in kept) + "Z"


def _crosses(ring: Ring) -> Iterator[tuple[float, float, float]]:
    """For each side the cross product of its ends (twice the signed area with the origin), and the sums of their
    coordinates."""
    for (left, low), (right, high) in zip(ring, [*ring[1:], ring[0]], strict=True):
        yield left * high - right * low, left + right, low + high


def _area(ring: Ring) -> float:
    """The signed area, in square degrees."""
    return sum(cross for cross, _x, _y in _crosses(ring)) / 2


def _middle(ring: Ring) -> Point:
    """The centroid; the first point of a ring without an area."""
    area = _area(ring)
    if not area:
        return ring[0]
    at_x = sum(cross * both for cross, both, _y in _crosses(ring))
    at_y = sum(cross * both for cross, _x, both in _crosses(ring))
    return at_x / (6 * area), at_y / (6 * area)


def units(value: float) -> str:
    """A coordinate for SVG: a decimal point in every language, at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
