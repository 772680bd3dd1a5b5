"""CSV written by PostgreSQL's COPY: byte for byte the output of `writing.as_csv`, without passing cells through Python.

Each kind of column has its SQL here and its Python in `columns.py`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Case, CharField, F, Func, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast, Concat

from incidents.register.exports.tables import FOLDERS, POINTS
from incidents.register.tables.columns import Column, Kind, Table
from incidents.register.tables.writing import BATCH, RUNS, SEPARATOR, header

# The reader's statement timeout is ten seconds. COPY of a whole table takes some seconds for 100,000 rows
# (docs/scaling.md), plus the time in which the client receives what the proxy does not buffer (deploy/nginx).
LONGEST_DOWNLOAD = "2min"
_STARTS = "".join(f"\\x{ord(sign):02x}" for sign in sorted(RUNS))


class Defused(Func):
    """`writing.defused` in SQL. It tests the first letter before the whole text, since most texts are long and
    harmless."""

    template = (
        "CASE WHEN left(%(expressions)s, 1) ~ E'^[ {0}]' AND %(expressions)s ~ E'^ *[{0}]' "
        "THEN '''' || %(expressions)s ELSE nullif(%(expressions)s, '') END"
    ).format(_STARTS.replace("\\", "\\\\"))
    output_field = CharField()


class Joined(Func):
    """The codes of a list, separated by semicolons."""

    template = f"array_to_string(%(expressions)s, '{SEPARATOR}')"
    output_field = CharField()


class Moment(Func):
    """A timestamp in UTC, to the second."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    output_field = CharField()


class Degrees(Func):
    """A coordinate without trailing zeros, with at least one decimal."""

    template = "regexp_replace(trim_scale(%(expressions)s)::text, '^(-?[0-9]+)$', '\\1.0')"
    output_field = CharField()


def _as_it_is(column: Column, table: Table) -> Combinable:
    return F(column.reads[0])


def _coordinate(column: Column, table: Table) -> Expression:
    return Case(When(precision__in=list(POINTS), then=Degrees(F(column.name))), output_field=CharField())


def _radius(column: Column, table: Table) -> Expression:
    radii = [When(precision=precision, latitude__isnull=False, then=Value(n)) for precision, n in POINTS.items()]
    return Case(*radii, output_field=IntegerField())


def _address(column: Column, table: Table) -> Expression:
    folder: Combinable = Value(table.name)
    if "kind" in column.reads:
        folder = Case(*(When(kind=kind, then=Value(name)) for kind, name in FOLDERS.items()), output_field=CharField())
    number = Cast("number", CharField())
    parts = (Value(f"{settings.SITE_URL}/"), folder, Value("/"), F("code"), Value("/editions/"), number, Value("/"))
    return Concat(*parts, output_field=CharField())


type Written = Callable[[Column, Table], Any]

PLAIN: dict[Kind, Written] = {
    Kind.TEXT: lambda column, table: Defused(F(column.reads[0])),
    Kind.ADDRESS: lambda column, table: Defused(F(column.reads[0])),
    Kind.LIST: lambda column, table: Defused(Joined(F(column.reads[0]))),
    Kind.MOMENT: lambda column, table: Moment(F(column.reads[0])),
    Kind.DAY: _as_it_is,
    Kind.WHOLE: _as_it_is,
}
# Columns that are computed from several fields.
MADE: dict[str, Written] = {
    "url": _address,
    "latitude": _coordinate,
    "longitude": _coordinate,
    "radius_m": _radius,
}


def copied(table: Table, rows: QuerySet[Any]) -> Iterator[bytes]:
    """The rows as CSV, in chunks, in the caller's transaction. Raises KeyError for a column without SQL."""
    yield header(table)
    cells = {
        f"cell_{at}": (MADE[column.name] if column.make else PLAIN[column.kind])(column, table)
        for at, column in enumerate(table.columns)
    }
    sql, params = rows.annotate(**cells).values_list(*cells).query.get_compiler(rows.db).as_sql()
    with connections[rows.db].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST_DOWNLOAD])
        with cursor.copy(f"COPY ({cursor.mogrify(sql, params)}) TO STDOUT (FORMAT csv)") as lines:
            # COPY yields single lines that end with LF; RFC 4180 requires CRLF.
            for some in batched(lines, BATCH, strict=False):
                yield b"".join([bytes(line[:-1]) + b"\r\n" for line in some])
