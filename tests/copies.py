"""What takes long to load is loaded once and copied from a file after that, as long as the code that loads it stays.

A new checkout has no copies, so that there, and under continuous integration, everything is loaded by its own command.
"""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql


def load_or_copy(cache: Path, tables: Iterable[str], sources: Iterable[Path], load: Callable[[], object]) -> None:
    """Fill the tables by `load`, or from the copy that an earlier session made of them with the same sources."""
    copy = cache / _digest(sources)
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


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Of several processes that test at once, one makes what all of them need; the others wait for it."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(sources: Iterable[Path]) -> str:
    files = sorted(
        path
        for source in sources
        for path in ([source] if source.is_file() else source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )
    digests = (hashlib.sha256(str(path).encode() + b"\0" + path.read_bytes()).digest() for path in files)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16]


def _write(copy: Path, tables: Iterable[str]) -> None:
    """Write a folder that takes its name only when it is complete, and forget older ones."""
    unfinished = copy.with_suffix(".unfinished")
    unfinished.mkdir(exist_ok=True)
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(_statement("COPY {} TO STDOUT (FORMAT binary)", table)) as rows:
                (unfinished / table).write_bytes(b"".join(rows))
        (unfinished / "sequences.json").write_text(json.dumps(_sequences(cursor)))
    for older in copy.parent.iterdir():
        if older != unfinished and older.is_dir():
            _remove(older)
    unfinished.rename(copy)


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _sequences(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
    return dict(cursor.fetchall())


def _statement(words: str, table: str) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(table))
