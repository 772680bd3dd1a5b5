"""Outlines of raions and hromadas from GeoJSON or TopoJSON, by KATOTTH code: which of them holds a point, and their
simplified form for the map."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

type Point = tuple[float, float]  # longitude, latitude
type Ring = Sequence[Point]

TOLERANCE = 0.002  # degrees; the map draws in steps of 0.0024
MOST_POINTS = 1_000  # of a simplified outline

_CELL = 0.25  # degrees
# OpenStreetMap's tags, and the columns of OCHA's COD-AB, whose codes are the beginning of KATOTTH.
_CODES = (
    "katotth",
    "katottg",
    "ref:katottg",
    "ref:katotth",
    "koatuu:katottg",
    "adm3_pcode",
    "adm2_pcode",
    "code",
    "id",
)


class Outlines:
    """Outlines with an index of cells. `rings` are the rings of each unit, outer and inner ones alike: a point is
    inside if it is in an odd number of them."""

    def __init__(self, rings: Mapping[str, list[Ring]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[str, list[Ring]]]] = defaultdict(list)
        for code, parts in rings.items():
            for cell in _cells(parts):
                self._cells[cell].append((code, parts))

    def holding(self, latitude: float, longitude: float) -> list[str]:
        """The codes of the units that hold a point."""
        cell = (math.floor(longitude / _CELL), math.floor(latitude / _CELL))
        return [code for code, rings in self._cells[cell] if _is_inside(longitude, latitude, rings)]


def read_rings(path: Path, codes: Iterable[str]) -> dict[str, list[Ring]]:
    """The outlines of the units with these KATOTTH codes. Raises OSError or ValueError for a file that is not one."""
    known = {code[:length]: code for code in codes for length in (6, 9, 19)}
    data = json.loads(path.read_text(encoding="utf-8"))
    try:
        features = _topojson(data) if data.get("type") == "Topology" else _geojson(data)
        named = [(_code(feature, known), rings) for feature, rings in features]
    except (AttributeError, IndexError, KeyError, TypeError) as problem:
        raise ValueError(f"{path.name} is neither GeoJSON nor TopoJSON: {problem!r}") from problem
    found = {code: rings for code, rings in named if code}
    for rings in found.values():
        if not all(abs(x) <= 180 and abs(y) <= 85 for ring in rings for x, y in ring):
            raise ValueError(f"{path.name} is not in degrees (WGS 84)")
    return found


def simplified(rings: Iterable[Ring]) -> list[Ring]:
    """The rings, simplified until they have at most MOST_POINTS points. Islands that become a line are left out."""
    rounded = [_rounded(ring) for ring in rings]
    tolerance = TOLERANCE
    while True:
        kept: list[Ring] = [[ring[at] for at in douglas_peucker(ring, tolerance)] for ring in rounded]
        # A ring of three points and its end is a triangle; fewer enclose nothing.
        kept = [ring for ring in kept if len(ring) > 3]
        if sum(map(len, kept)) <= MOST_POINTS:
            return kept
        tolerance *= 2


def douglas_peucker(points: Ring, tolerance: float) -> list[int]:
    """The indexes of the points that stay: the ends, and those without which the line would move by more than the
    tolerance.

    A ring ends where it begins; its farthest point is kept as well, so that it stays a ring.
    """
    if tolerance <= 0 or len(points) < 3:
        return list(range(len(points)))
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        distance, farthest = max(
            ((_beside(points[at], points[first], points[last]), at) for at in range(first + 1, last)),
            default=(0.0, 0),
        )
        if distance > tolerance:
            kept.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return sorted(kept)


def _beside(point: Point, first: Point, last: Point) -> float:
    """The distance of a point from the line through two others; from the first if these are equal."""
    across, down = last[0] - first[0], last[1] - first[1]
    length = math.hypot(across, down)
    if not length:
        return math.hypot(point[0] - first[0], point[1] - first[1])
    return abs(across * (first[1] - point[1]) - (first[0] - point[0]) * down) / length


def _rounded(ring: Ring) -> list[Point]:
    """The closed ring in thousandths of a degree, which is finer than the map draws, without repeated points."""
    points = [(round(x, 3), round(y, 3)) for x, y in ring]
    points += points[:1]
    return [point for before, point in zip([None, *points], points, strict=False) if point != before]


def _code(feature: Mapping[str, Any], known: Mapping[str, str]) -> str:
    properties = {str(name).lower(): value for name, value in (feature.get("properties") or {}).items()}
    named = [feature.get("id"), *(properties.get(name) for name in _CODES)]
    return next((known[text] for text in map(str, named) if text in known), "")


def _geojson(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[Ring]]]:
    for feature in data.get("features", []):
        geometry = feature.get("geometry") or {}
        polygons = geometry.get("coordinates", [])
        if geometry.get("type") == "Polygon":
            polygons = [polygons]
        elif geometry.get("type") != "MultiPolygon":
            continue
        yield feature, [[(x, y) for x, y, *_ in ring] for polygon in polygons for ring in polygon]


def _topojson(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[Ring]]]:
    arcs = [_arc(arc, data.get("transform")) for arc in data["arcs"]]
    for collection in data["objects"].values():
        for geometry in collection.get("geometries", []):
            polygons = geometry.get("arcs", [])
            if geometry.get("type") == "Polygon":
                polygons = [polygons]
            elif geometry.get("type") != "MultiPolygon":
                continue
            yield geometry, [_ring(ring, arcs) for polygon in polygons for ring in polygon]


def _arc(arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None) -> list[Point]:
    if transform is None:
        return [(x, y) for x, y, *_ in arc]
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0.0
    points = []
    for right, up, *_ in arc:
        x, y = x + right, y + up
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _ring(indexes: Sequence[int], arcs: list[list[Point]]) -> Ring:
    points: list[Point] = []
    for index in indexes:
        points += arcs[index] if index >= 0 else arcs[~index][::-1]
    return points


def _cells(rings: Iterable[Ring]) -> Iterator[tuple[int, int]]:
    points = [point for ring in rings for point in ring]
    if not points:
        return
    (left, right), (bottom, top) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    for column in range(math.floor(left / _CELL), math.floor(right / _CELL) + 1):
        for row in range(math.floor(bottom / _CELL), math.floor(top / _CELL) + 1):
            yield column, row


def _is_inside(x: float, y: float, rings: Iterable[Ring]) -> bool:
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
