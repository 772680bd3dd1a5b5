"""The whole register as a Frictionless data package: its tables, their schemas, every published document.

The same head gives the same bytes: every timestamp is that of the newest edition. Everything is read in one REPEATABLE
READ transaction and streamed, so that memory use is constant and a publication meanwhile has no effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import override

from incidents.register.exports.archive import EARLIEST, Archive, gathered
from incidents.register.exports.dictionary import dictionary
from incidents.register.exports.package_words import read_me
from incidents.register.exports.tables import (
    CITATIONS,
    DERIVATIONS,
    EDITIONS,
    INCIDENTS,
    INVESTIGATIONS,
    SOURCES,
    STEPS,
    TOTALS,
    UNITS,
)
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)
from incidents.register.tables.about import LICENCE, LICENCE_NAME, LICENCE_URL, Head, read_head
from incidents.register.tables.columns import Cell, Column, Kind, Table, plain
from incidents.register.tables.writing import BOM, as_csv
from incidents.vocabulary import EditionChange, Publication

CHUNK = 200  # documents that are fetched at a time
BOM_BYTES = len(BOM.encode())


def package() -> Iterator[bytes]:
    """The file in chunks, from one state of the register."""
    with transaction.atomic(using="register"):
        with connections["register"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from gathered(_written(read_head()))


def _written(head: Head) -> Iterator[bytes]:
    archive = Archive(head.published_at or EARLIEST)
    for name, pieces in _members(head):
        yield from archive.member(name, pieces)
    yield from archive.end()


def _members(head: Head) -> Iterator[tuple[str, Iterable[bytes]]]:
    with override("en"):  # the same file at the URL of either language
        described, explained = _dumped(descriptor(head)), dictionary().encode()
    yield "datapackage.json", [described]
    yield "README.md", [read_me(head).encode()]
    yield "data-dictionary.md", [explained]
    for table, rows in TABLES:
        yield f"{table.name}.csv", without_mark(as_csv(table, rows(table)))
    yield "SHA256SUMS", _sums()
    yield from _documents()


def without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The CSV without its byte order mark, which is for spreadsheets only."""
    for at, piece in enumerate(pieces):
        yield piece if at else piece[BOM_BYTES:]


def _dumped(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


# --- documents -------------------------------------------------------------------------------------------------------


def served() -> QuerySet[Edition]:
    """The editions whose documents are public: not the earlier ones of a withdrawn record, of which only the tombstone
    is, and none that was erased."""
    withdrawn = Edition.objects.filter(kind=OuterRef("kind"), code=OuterRef("code"), change=EditionChange.WITHDRAWN)
    shown = ~Exists(withdrawn) | Q(change__in=(EditionChange.WITHDRAWN, EditionChange.MERGED))
    return Edition.objects.filter(shown).exclude(document="").order_by("code", "number")


def document_name(code: str, number: int) -> str:
    """The path of an edition's document in the package."""
    return f"editions/{code}/{number}.json"


def _sums() -> Iterator[bytes]:
    rows = served().values_list("digest", "code", "number").iterator(chunk_size=1_000)
    for some in batched(rows, 1_000, strict=False):
        yield "".join(f"{digest}  {document_name(code, number)}\n" for digest, code, number in some).encode()


def _documents() -> Iterator[tuple[str, Iterable[bytes]]]:
    for code, number, document in served().values_list("code", "number", "document").iterator(chunk_size=CHUNK):
        yield document_name(code, number), [document.encode()]


# --- tables ----------------------------------------------------------------------------------------------------------

type Rows = Callable[[Table], Iterable[list[Cell]]]


def _of(make: Callable[[], QuerySet[Any]]) -> Rows:
    return lambda table: table.rows(make())


def _citations() -> QuerySet[Any]:
    shown = RegisterCitation.objects.filter(incident__state=Publication.PUBLISHED)
    return shown.order_by("incident_id", "position")


def _steps(table: Table) -> Iterator[list[Cell]]:
    """The rows of the steps, which exist only in the documents."""
    rows = RegisterInvestigation.objects.order_by("code").values_list("code", "edition__document")
    for code, document in rows.iterator(chunk_size=CHUNK):
        for position, step in enumerate(json.loads(document)["steps"]):
            told = step | {"code": code, "position": position}
            told |= {f"note_{language}": (step.get("note") or {}).get(language) for language in ("en", "uk")}
            yield [plain(told.get(name)) for name in table.names]


TABLES: tuple[tuple[Table, Rows], ...] = (
    (INCIDENTS, _of(lambda: RegisterIncident.objects.current().order_by("code"))),
    (SOURCES, _of(lambda: RegisterSource.objects.order_by("code"))),
    (CITATIONS, _of(_citations)),
    (DERIVATIONS, _of(lambda: RegisterDerivation.objects.order_by("source_id", "upstream_id"))),
    (INVESTIGATIONS, _of(lambda: RegisterInvestigation.objects.order_by("code"))),
    (STEPS, _steps),
    (TOTALS, _of(lambda: RegisterTotal.objects.order_by("code"))),
    (UNITS, _of(lambda: RegisterUnit.objects.order_by("code"))),
    (EDITIONS, _of(lambda: Edition.objects.order_by("pk"))),
)


# --- the descriptor --------------------------------------------------------------------------------------------------

TYPES = {Kind.MOMENT: "datetime", Kind.DAY: "date", Kind.WHOLE: "integer", Kind.NUMBER: "number"}
# Foreign keys: the column of a table and the table it refers to.
REFERENCES = {
    "citations": (("code", "incidents"), ("source", "sources")),
    "derivations": (("source", "sources"), ("upstream", "sources")),
    "steps": (("code", "investigations"),),
}


def descriptor(head: Head) -> dict[str, Any]:
    """`datapackage.json` (Data Package 1.0), with the number of the head as its version."""
    return {
        "profile": "tabular-data-package",
        "name": "register",
        "title": str(settings.REGISTER_NAME),
        "description": str(settings.REGISTER_SUBTITLE),
        "homepage": settings.SITE_URL,
        "version": str(head.number),
        **({"created": head.as_json["published"]} if head.published_at else {}),
        "head": head.as_json,
        "licenses": [{"name": LICENCE, "title": LICENCE_NAME, "path": LICENCE_URL}],
        "resources": [_resource(table) for table, _rows in TABLES],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": f"{table.en} {table.uk}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema(table),
    }


def schema(table: Table) -> dict[str, Any]:
    """The columns as a Table Schema; a list is a text with `;` between its codes."""
    keys = [
        {"fields": [column], "reference": {"resource": resource, "fields": ["code"]}}
        for column, resource in REFERENCES.get(table.name, ())
    ]
    return {
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": TYPES.get(column.kind, "string")}
    if column.kind == Kind.ADDRESS:
        described["format"] = "uri"
    described["description"] = f"{column.en} {column.uk}"
    limits: dict[str, Any] = {"required": True} if column.name in table.key else {}
    if column.term and column.kind == Kind.TEXT:
        limits["enum"] = [str(code) for code in column.term.values]
    elif column.term:
        codes = "|".join(str(code) for code in column.term.values)
        limits["pattern"] = f"({codes})(;({codes}))*"
    return described | ({"constraints": limits} if limits else {})
