"""Outlines of raions and hromadas from GeoJSON or TopoJSON, by KATOTTH code, and which of them holds a point."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

type Ring = Sequence[tuple[float, float]]  # longitude, latitude

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


def read_outlines(paths: Iterable[Path], codes: Iterable[str]) -> Outlines:
    """The outlines of the units with these KATOTTH codes. Raises OSError or ValueError for a file that is not one."""
    known = {code[:length]: code for code in codes for length in (6, 9, 19)}
    rings: dict[str, list[Ring]] = {}
    for path in paths:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError(f"{path.name} is neither GeoJSON nor TopoJSON")
        for feature, parts in _topojson(data) if data.get("type") == "Topology" else _geojson(data):
            code = _code(feature, known)
            if code:
                rings[code] = parts
    return Outlines(rings)


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


def _arc(arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None) -> list[tuple[float, float]]:
    if transform is None:
        return [(x, y) for x, y, *_ in arc]
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0.0
    points = []
    for right, up, *_ in arc:
        x, y = x + right, y + up
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _ring(indexes: Sequence[int], arcs: list[list[tuple[float, float]]]) -> Ring:
    points: list[tuple[float, float]] = []
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
