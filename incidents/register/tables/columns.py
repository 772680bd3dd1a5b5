"""A column of an export: its name, its type, its meaning, and the source of its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from incidents.vocabulary import Term
from incidents.wording import term_anchor

CHUNK = 1_000  # rows fetched from the server-side cursor at a time

type Cell = str | int | float | list[str] | None
type Record = dict[str, Cell]


class Kind(StrEnum):
    """The type of a column's values."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    DAY = "date"
    MOMENT = "datetime"
    ADDRESS = "uri"
    LIST = "list"


@dataclass(frozen=True)
class Column:
    """One column. `fields` are read from the row, `make` computes the value from them; without it the field is the
    value.

    `term` is the vocabulary of its codes. An empty value means: not given in the register.
    """

    name: str
    kind: Kind
    en: str
    uk: str
    fields: tuple[str, ...] = ()
    make: Callable[..., object] | None = None
    term: type[Term] | None = None

    @property
    def meaning(self) -> str:
        """The meaning in the active language."""
        return self.uk if (get_language() or "").startswith("uk") else self.en

    @property
    def anchor(self) -> str:
        """The fragment of its vocabulary on the Definitions page; "" if there is none."""
        return term_anchor(self.term.__name__, "").rstrip("-") if self.term else ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields of the row that it needs."""
        return self.fields or (self.name,)


@dataclass(frozen=True)
class Table:
    """One table of the exports: an allowlist of columns in a stable order. New columns are added at the end."""

    name: str
    en: str
    uk: str
    columns: Sequence[Column]
    key: tuple[str, ...] = ("code",)

    @property
    def meaning(self) -> str:
        """The meaning of a row, in the active language."""
        return self.uk if (get_language() or "").startswith("uk") else self.en

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def rows(self, queryset: QuerySet[Any]) -> Iterator[list[Cell]]:
        """The cells of each row, read through a server-side cursor, so that memory use is constant."""
        fields = list(dict.fromkeys(field for column in self.columns for field in column.reads))
        makers = [_maker(column, fields) for column in self.columns]
        for values in queryset.values_list(*fields).iterator(chunk_size=CHUNK):
            yield [make(values) for make in makers]

    def records(self, queryset: QuerySet[Any]) -> Iterator[Record]:
        """The rows as dictionaries by column name."""
        names = self.names
        for cells in self.rows(queryset):
            yield dict(zip(names, cells, strict=True))


def _maker(column: Column, fields: list[str]) -> Callable[[Sequence[Any]], Cell]:
    at = [fields.index(field) for field in column.reads]
    make, first = column.make, at[0]
    if make is None:
        return lambda values: plain(values[first])
    return lambda values: plain(make(*(values[each] for each in at)))


def moment_text(moment: datetime) -> str:
    """A timestamp in RFC 3339, UTC with Z, to the second; used everywhere but in the documents of editions."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def plain(value: object) -> Cell:
    """A value for all formats: days in ISO 8601, timestamps as above, None for an empty text."""
    if value is None or value == "":
        return None
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Iterable):
        return [str(each) for each in value]
    raise TypeError(f"no column holds a {type(value).__name__}")
