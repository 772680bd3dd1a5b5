"""Reads the vendored data files into plain rows. Their sources: data/LICENCES.md."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from incidents.gazetteer.models import Category

DATA = Path(__file__).parent / "data"
_READ = ("regions.csv", "katottg.tsv", "places.tsv")
_OBLAST = "O"


@dataclass(frozen=True, slots=True)
class Unit:
    """A line of Ukraine's codifier. `name` is bare: a raion's is an adjective without its noun."""

    code: str
    parent: str
    category: Category
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class GeoName:
    """A populated place of GeoNames. `name` is its main name, in Latin letters; `names` are Cyrillic, of several
    languages."""

    id: str
    region: str
    name: str
    names: tuple[str, ...]
    latitude: float
    longitude: float
    population: int | None


@dataclass(frozen=True)
class Codifier:
    """The input of the gazetteer, units in the order of the file: a parent before its children."""

    regions: list[dict[str, str]]
    units: list[Unit]
    geonames: list[GeoName]


def read(folder: Path = DATA) -> Codifier:
    """Read the data files. Raises OSError for a missing file, KeyError or ValueError for a malformed one."""
    regions = list(_rows(folder / "regions.csv", ","))
    iso = {row["katottg"]: row["iso_3166_2"] for row in regions if row["katottg"]}
    units = [_unit(row, iso) for row in _rows(folder / "katottg.tsv", "\t") if row["category"] != _OBLAST]
    return Codifier(regions, units, [_geoname(row) for row in _rows(folder / "places.tsv", "\t")])


def digest(folder: Path = DATA) -> str:
    """SHA-256 of the data files and of this app's code: if either changes, the tables are loaded again."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    parts = (hashlib.sha256(path.read_bytes()).hexdigest() for path in [*(folder / name for name in _READ), *code])
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _rows(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _unit(row: dict[str, str], iso: dict[str, str]) -> Unit:
    return Unit(row["code"], row["parent"], Category(row["category"]), row["name_uk"], iso[row["code"][:4]])


def _geoname(row: dict[str, str]) -> GeoName:
    return GeoName(
        id=row["geonames_id"],
        region=row["region"],
        name=row["name"],
        # Some names contain a Latin ë among Cyrillic letters.
        names=tuple(name.replace("ë", "ё") for name in row["names_cyrillic"].split("|") if name),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"]) or None,
    )
