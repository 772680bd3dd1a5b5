"""Search vectors of former rows, rebuilt: any day is searched by today's rule.

Present rows also have an entry among the former ones (see `register/row_history.py`). Its vector gets the value that
the rebuild is about to write to the present row, so that the triggers see no change and the rebuild adds no history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q, QuerySet

from incidents.publishing.search_rows import WRITE_ALIAS, incident_vector, investigation_vector, source_vector
from incidents.register.models import Edition
from incidents.vocabulary import EditionChange, RecordKind

AT_ONCE = 1_000

type Made = Iterator[tuple[int, str]]
"""The `past_id` of rows, and their vectors."""


def write_past_searches() -> None:
    """Rebuild the vectors of all former rows."""
    _write("RegisterSourcePast", _of_rows("RegisterSourcePast", source_vector))
    _write("RegisterInvestigationPast", _of_rows("RegisterInvestigationPast", investigation_vector))
    _write("RegisterSearchPast", _of_incidents())


def _past(name: str) -> QuerySet[Any]:
    """Rows of a table of former rows: the columns of its read table, and some of its own."""
    rows: QuerySet[Any] = apps.get_model("register", name)._default_manager.using(WRITE_ALIAS)
    return rows


def _of_rows(name: str, made: Callable[[Any], str]) -> Made:
    for row in _past(name).defer("vector").iterator(AT_ONCE):
        yield row.past_id, made(row)


def _of_incidents() -> Made:
    """From the document of its edition, and from row and sources as they stood when the search row last did.

    A source that was withdrawn since finds nothing any more, whatever day is searched.
    """
    gone = Edition.objects.using(WRITE_ALIAS).filter(kind=RecordKind.SOURCE, change=EditionChange.WITHDRAWN)
    withdrawn = frozenset(gone.values_list("code", flat=True))
    for found in _past("RegisterSearchPast").defer("vector").iterator(AT_ONCE):
        edition = Edition.objects.using(WRITE_ALIAS).readable().filter(pk=found.number).first()
        rows = _standing_with(_past("RegisterIncidentPast"), found)
        row = rows.filter(code=found.incident_id, edition_id=found.number).first()
        if edition is None or row is None:
            continue
        public = set(row.sources) - withdrawn
        sources = _standing_with(_past("RegisterSourcePast"), found).filter(code__in=public)
        yield found.past_id, incident_vector(row, edition.content, sorted(sources, key=lambda each: str(each.code)))


def _standing_with(rows: QuerySet[Any], found: Any) -> QuerySet[Any]:
    """The rows that were current in the last moment of another row."""
    if found.until is None:
        return rows.filter(until=None)
    return rows.filter(Q(until=None) | Q(until__gte=found.until), since__lt=found.until)


def _write(name: str, made: Iterable[tuple[int, str]]) -> None:
    """Write only the vectors that differ."""
    table = apps.get_model("register", name)._meta.db_table
    statement = f"""
    UPDATE {table} kept SET vector = made.vector::tsvector
    FROM unnest(%s::bigint[], %s::text[]) AS made (past_id, vector)
    WHERE kept.past_id = made.past_id AND kept.vector IS DISTINCT FROM made.vector::tsvector
    """  # noqa: S608 - a name of our own
    with connection.cursor() as cursor:
        for some in batched(made, AT_ONCE, strict=False):
            numbers, vectors = zip(*some, strict=True)
            cursor.execute(statement, [list(numbers), list(vectors)])
