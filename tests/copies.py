"""What takes long to load is loaded once and copied from a file after that, as long as the code that loads it stays.

A new checkout has no copies, so that there, and under continuous integration, everything is loaded by its own command.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tests.prepare import digest, keep_only, one_at_a_time


def load_or_copy(cache: Path, tables: Iterable[str], sources: Iterable[Path], load: Callable[[], object]) -> None:
    """Fill the tables by `load`, or from the copy that an earlier session made of them with the same sources."""
    copy = cache / digest(sources)
    with one_at_a_time(cache):
        if not copy.exists():
            load()
            _write(copy, tables)
            return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            cursor.execute(_statement("DELETE FROM {}", table).as_string())  # what migrations left is in the copy too
            with cursor.copy(_statement("COPY {} FROM STDIN (FORMAT binary)", table)) as rows:
                rows.write((copy / table).read_bytes())
        for name, last in json.loads((copy / "sequences.json").read_text()).items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, last])


def _write(copy: Path, tables: Iterable[str]) -> None:
    """Write a folder that takes its name only when it is complete, and forget older ones."""
    unfinished = copy.with_suffix(".unfinished")
    unfinished.mkdir(exist_ok=True)
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(_statement("COPY {} TO STDOUT (FORMAT binary)", table)) as rows:
                (unfinished / table).write_bytes(b"".join(rows))
        (unfinished / "sequences.json").write_text(json.dumps(_sequences(cursor)))
    unfinished.rename(copy)
    keep_only(copy)


def _sequences(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
    return dict(cursor.fetchall())


def _statement(words: str, table: str) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(table))
