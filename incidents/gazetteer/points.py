"""Points of settlements from files that an operator downloads: GeoNames' countries and postal codes, tables by code.

A point without a code is taken only where its name is the only one of that name in the outline of the settlement's own
hromada (in Crimea, whose hromadas are not drawn: raion), so that no namesake is placed.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from incidents.gazetteer.matching import km_between
from incidents.gazetteer.models import SETTLEMENTS, Category, LoadedPoint, Place, PointFile
from incidents.gazetteer.names import normalise, romanised
from incidents.gazetteer.outlines import Outlines

CRIMEA = ("UA-43", "UA-40")
CONTRADICTION_KM = 5
GEONAMES = "GeoNames, CC BY 4.0"
_EVERY = 5000  # points between two lines of progress


@dataclass(frozen=True)
class NamedPoint:
    """A point with the names of a place, or with its KATOTTH code."""

    latitude: float
    longitude: float
    names: tuple[str, ...] = ()
    code: str = ""


@dataclass
class Report:
    """What became of the points of a file."""

    placed: int = 0
    known: int = 0
    ambiguous: int = 0
    outside: int = 0
    nameless: int = 0
    contradicting: list[str] = field(default_factory=list)


def geonames_country(path: Path) -> Iterator[NamedPoint]:
    """The populated places (class P) of a country file: https://www.geonames.org/export, 19 columns, or its zip."""
    for row in _rows(path):
        if len(row) >= 19 and row[6] == "P":
            names = (row[1], *(name for name in row[3].split(",") if name))
            yield NamedPoint(float(row[4]), float(row[5]), names)


def geonames_postal(path: Path) -> Iterator[NamedPoint]:
    """The places of a file of postal codes: 12 columns, or its zip."""
    for row in _rows(path):
        if len(row) >= 11 and row[9] and row[10]:
            yield NamedPoint(float(row[9]), float(row[10]), (row[2],))


def table_by_code(path: Path) -> Iterator[NamedPoint]:
    """A table with the columns code, latitude, longitude, separated by tabs or commas."""
    text = _text(path)
    for row in csv.DictReader(io.StringIO(text), delimiter="\t" if "\t" in text.partition("\n")[0] else ","):
        yield NamedPoint(float(row["latitude"]), float(row["longitude"]), code=row["code"])


def _rows(path: Path) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(_text(path)), delimiter="\t", quoting=csv.QUOTE_NONE)


def _text(path: Path) -> str:
    if path.suffix != ".zip":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as files:
        name = next(name for name in files.namelist() if name.endswith(".txt") and "readme" not in name.lower())
        return files.read(name).decode("utf-8")


class Placing:
    """Gives the points of files to settlements that have none."""

    def __init__(self, database: str, outlines: Outlines) -> None:
        self._database, self._outlines = database, outlines
        self._units: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._places: dict[str, Place] = {}
        settlements = Place.objects.using(database).filter(category__in=SETTLEMENTS, region__country="UA")
        for place in settlements.select_related("parent", "raion"):
            self._places[place.code] = place
            for name in {normalise(place.name_uk), romanised(place.name_uk)}:
                self._units[_unit_of(place), name].append(place)

    def load(
        self, name: str, points: Iterable[NamedPoint], credit: str, tell: Callable[[str], object] = lambda line: None
    ) -> Report:
        """Load the points of one file in place of those that a file of this name gave before."""
        report, found = Report(), defaultdict[str, list[NamedPoint]](list)
        for number, point in enumerate(points, 1):
            place = self._place_of(point, report)
            if place is not None:
                found[place.code].append(point)
            if number % _EVERY == 0:
                tell(f"{name}: {number:,} points read")
        with transaction.atomic(using=self._database):
            self._write(name, credit, found, report)
        return report

    def _place_of(self, point: NamedPoint, report: Report) -> Place | None:
        if point.code:
            place = self._places.get(point.code)
            report.nameless += place is None
            return place
        units = self._outlines.holding(point.latitude, point.longitude)
        if not units:
            report.outside += 1
            return None
        keys = {normalise(name) for name in point.names} | {romanised(point.names[0])}
        named = {place.code: place for unit in units for key in keys for place in self._units.get((unit, key), [])}
        report.ambiguous += len(named) > 1
        report.nameless += not named
        return next(iter(named.values())) if len(named) == 1 else None

    def _write(self, name: str, credit: str, found: dict[str, list[NamedPoint]], report: Report) -> None:
        forget(self._database, name)
        file = PointFile.objects.using(self._database).create(name=name, credit=credit)
        located = Place.objects.using(self._database).filter(latitude__isnull=False)
        present = {
            code: NamedPoint(latitude, longitude)
            for code, latitude, longitude in located.values_list("code", "latitude", "longitude")
            if latitude is not None and longitude is not None
        }
        fresh = []
        for code, points in found.items():
            first, known = points[0], present.get(code)
            if any(km_between(first, other) > CONTRADICTION_KM for other in points[1:]):
                report.ambiguous += 1
            elif known is None:
                place = self._places[code]
                fresh.append(LoadedPoint(place=place, latitude=first.latitude, longitude=first.longitude, file=file))
            else:
                report.known += 1
                if km_between(first, known) > CONTRADICTION_KM:
                    report.contradicting.append(code)
        LoadedPoint.objects.using(self._database).bulk_create(fresh, batch_size=4000)
        report.placed = len(fresh)
        apply_points(self._database)


def forget(database: str, name: str) -> None:
    """Remove the points that a file of this name gave."""
    files = PointFile.objects.using(database).filter(name=name)
    given = Place.objects.using(database).filter(loaded_point__file__in=files, coordinate_source__startswith="file:")
    given.update(latitude=None, longitude=None, coordinate_source="")
    files.delete()


def apply_points(database: str) -> None:
    """Give each settlement without a point its loaded one."""
    points = LoadedPoint.objects.using(database).filter(place__latitude__isnull=True)
    places = [
        Place(pk=pk, latitude=latitude, longitude=longitude, coordinate_source=f"file:{file}")
        for pk, latitude, longitude, file in points.values_list("place_id", "latitude", "longitude", "file_id")
    ]
    fields = ["latitude", "longitude", "coordinate_source"]
    Place.objects.using(database).bulk_update(places, fields, batch_size=2000)


def _unit_of(place: Place) -> str:
    """The code of the unit in which a settlement's name must be the only one."""
    if place.region_id in CRIMEA:
        return place.raion.code if place.raion else ""
    return place.parent.code if place.parent and place.parent.category == Category.HROMADA else ""
