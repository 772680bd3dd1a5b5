"""The formats of the exports. Each writer is a generator, so that memory use is constant."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from incidents.register.tables.about import LICENCE_URL, About
from incidents.register.tables.columns import Cell, Column, Kind, Record, Table

BATCH = 200  # rows in a chunk
BOM = "\ufeff"  # without it spreadsheets assume a legacy encoding
SEPARATOR = ";"  # between the codes of a list in a cell
# First characters that make a spreadsheet interpret a cell as a formula.
RUNS = frozenset("=+-@\t\r\n")


def defused(text: str) -> str:
    """The text, prefixed with an apostrophe if a spreadsheet would interpret it as a formula."""
    return f"'{text}" if text.lstrip(" ")[:1] in RUNS and text.strip(" ") else text


def cell_text(cell: Cell) -> str | int | float:
    """A cell for CSV: empty if not given, a list as codes separated by semicolons."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    if isinstance(cell, list):
        return defused(SEPARATOR.join(cell))
    return cell


class _Line:
    """A file object for `csv.writer`."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def taken(self) -> bytes:
        text = "".join(self.written)
        self.written.clear()
        return text.encode()


def header(table: Table) -> bytes:
    """The header line of a CSV file, after a byte order mark."""
    line = _Line()
    line.write(BOM)
    csv.writer(line).writerow(table.names)
    return line.taken()


def as_csv(table: Table, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """RFC 4180, UTF-8 with a byte order mark, one header line."""
    yield header(table)
    line = _Line()
    writer = csv.writer(line)
    for some in batched(rows, BATCH, strict=False):
        writer.writerows([cell_text(cell) for cell in cells] for cells in some)
        yield line.taken()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_json(about: About, records: Iterable[Record]) -> Iterator[bytes]:
    """One object: `about`, and `data` with one object for each row; null if not given."""
    yield f'{{"about":{_dumped(about.as_json)},"data":['.encode()
    yield from _listed(records)
    yield b"]}\n"


def as_geojson(about: About, records: Iterable[Record]) -> Iterator[bytes]:
    """RFC 7946. A point only if the public precision allows one; else no geometry, only the region in `oblast`."""
    yield f'{{"type":"FeatureCollection","about":{_dumped(about.as_json)},"features":['.encode()
    yield from _listed(map(feature, records))
    yield b"]}\n"


def feature(record: Record) -> dict[str, Any]:
    """One incident as a GeoJSON feature."""
    properties = {name: value for name, value in record.items() if name not in ("latitude", "longitude")}
    latitude, longitude = record["latitude"], record["longitude"]
    known = latitude is not None and longitude is not None
    return {
        "type": "Feature",
        "id": record["code"],
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if known else None,
        "properties": properties,
    }


def _listed(items: Iterable[object]) -> Iterator[bytes]:
    before = ""
    for some in batched(items, BATCH, strict=False):
        yield (before + ",\n".join(map(_dumped, some))).encode()
        before = ",\n"


# The datatypes of CSV on the Web; a list is a string with a separator.
CSVW_TYPES = {Kind.ADDRESS: "anyURI", Kind.MOMENT: "datetime", Kind.LIST: "string", Kind.TEXT: "string"}


def csv_metadata(table: Table, about: About, csv_address: str) -> dict[str, Any]:
    """The metadata of a CSV file as W3C "CSV on the Web" (csvw)."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": csv_address,
        "dc:title": table.name,
        "dc:description": table.meaning,
        "dc:license": {"@id": LICENCE_URL},
        "dc:publisher": about.as_json["register"],
        "dc:created": about.as_json["made"],
        "dc:provenance": {"@value": _dumped(about.head.as_json)},
        "dc:coverage": {"@value": about.words},
        "dc:source": csv_address,
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": [_csvw_column(each) for each in table.columns], "primaryKey": list(table.key)},
    }


def _csvw_column(column: Column) -> dict[str, Any]:
    described = {
        "name": column.name,
        "titles": column.name,
        "datatype": CSVW_TYPES.get(column.kind, column.kind.value),
        "dc:description": [{"@value": column.en, "@language": "en"}, {"@value": column.uk, "@language": "uk"}],
    }
    return described | ({"separator": SEPARATOR} if column.kind == Kind.LIST else {})
