"""What a chart is: what it shows in a sentence, what it leaves out in others, its numbers, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from incidents.register.charts.svg import Drawing, Pen
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.tables.columns import Cell, Table

# As wide as a drawing is made for a page's column and for a telephone.
WIDE, NARROW = 760.0, 340.0


@dataclass(frozen=True)
class Line:
    """A row of the table as a page shows it: its name, where the list has exactly these a link, and its numbers."""

    label: str
    numbers: tuple[int, ...]
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart. `table` and `rows` are its file of numbers; `heads` and `lines` are the same numbers on a page."""

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
        """Whether there is nothing to draw."""
        return not self.lines


@dataclass(frozen=True)
class Asked:
    """A valid filter, with the address that it came from."""

    filterset: IncidentFilter
    data: QueryDict
    language: str


type Maker = Callable[[Asked], Figure]
