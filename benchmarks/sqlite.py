"""The same rows as a SQLite file for Datasette, with the indexes and the full-text table that its manual recommends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.registers import Register

COLUMNS = (
    *("code", "title_en", "title_uk", "summary_en", "summary_uk", "date", "sort_date", "place_en", "place_uk"),
    *("oblast", "killed_best", "grade", "setting", "reports", "origins"),
)
SEARCHED = ("title_en", "title_uk", "place_en", "place_uk", "summary_en", "summary_uk", "quotes")
FACETS = ("grade", "oblast", "setting")
ROWS = f"""
SELECT {", ".join(f"incident.{column}::text" for column in COLUMNS)}, (
    SELECT string_agg(concat_ws(' ', quote, quote_en, quote_uk), ' ') FROM register_registercitation citation
    WHERE citation.incident_id = incident.code
)
FROM register_registerincident incident WHERE state = 'published'
"""  # noqa: S608 (our own words)


def as_sqlite(register: Register) -> Path:
    """The file, created if it does not exist."""
    file = register.folder / f"sqlite-{register.incidents}" / "register.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with sqlite3.connect(unfinished) as database:
            _fill(database, register)
        database.close()
        unfinished.rename(file)
    return file


def _fill(database: sqlite3.Connection, register: Register) -> None:
    columns = ", ".join(
        f"{name}{' INTEGER' if name in ('killed_best', 'reports', 'origins') else ''}" for name in COLUMNS
    )
    database.execute(f"CREATE TABLE incidents ({columns}, quotes, PRIMARY KEY (code))")
    places = ", ".join("?" * (len(COLUMNS) + 1))
    database.executemany(f"INSERT INTO incidents VALUES ({places})", _rows(register))  # noqa: S608
    for column in (*FACETS, "sort_date", "killed_best"):
        database.execute(f"CREATE INDEX by_{column} ON incidents ({column})")
    searched = ", ".join(SEARCHED)
    database.execute(f'CREATE VIRTUAL TABLE incidents_fts USING fts5({searched}, content="incidents")')
    database.execute(
        f"INSERT INTO incidents_fts (rowid, {searched}) SELECT rowid, {searched} FROM incidents"  # noqa: S608
    )
    database.execute("ANALYZE")


def _rows(register: Register) -> Iterator[tuple[Any, ...]]:
    with psycopg.connect(register.owner) as postgres, postgres.cursor("rows") as cursor:
        yield from cursor.execute(ROWS)
