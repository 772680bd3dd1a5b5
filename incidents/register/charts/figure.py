"""A chart: its heading, its notes on what is left out, its numbers, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from incidents.register.charts.svg import Drawing, Pen
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.tables.columns import Cell, Table

# Widths in CSS pixels for a page's column and for a phone.
WIDE, NARROW = 760.0, 340.0


@dataclass(frozen=True)
class Line:
    """A row of the table on a page: its label, its numbers, and a link where the list can show exactly these
    incidents."""

    label: str
    numbers: tuple[int | None, ...]
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart. `table` and `rows` are its numbers as a file; `heads` and `lines` are the same numbers on a page."""

    name: str
    heading: str
    notes: tuple[str, ...]
    table: Table
    rows: Sequence[Sequence[Cell]]
    heads: tuple[str, ...]
    lines: Sequence[Line]
    draw: Callable[[Pen, float], Drawing]

    @property
    def is_empty(self) -> bool:
        """Whether the chart has no data."""
        return not self.lines


@dataclass(frozen=True)
class Asked:
    """A valid filter, with the query that it came from."""

    filterset: IncidentFilter
    data: QueryDict
    language: str


type Maker = Callable[[Asked], Figure]
