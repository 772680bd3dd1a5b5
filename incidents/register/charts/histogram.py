"""Incidents by month: those that certainly happened in it, and those that may have.

A column counts what its link lists, so both counts together follow the date rule of the list: overlap. Every coordinate
is a string in percent or SVG user units, because a template would localise the decimal point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

from incidents import dates
from incidents.register.filters.facet_index import Span
from incidents.register.filters.filter_types import DATE_FROM, DATE_TO
from incidents.register.filters.filtersets import IncidentFilter

MOST_COLUMNS = 120
MOST_TICKS = 7
HEIGHT = 76.0
LEAST_HEIGHT = 2.0


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class Axis:
    """Columns of `step` months from `first` on."""

    first: date
    step: int
    n: int

    def column(self, day: date) -> int:
        """The index of the column that contains a day; it may be outside the axis."""
        return _months_between(self.first, day) // self.step

    def start(self, column: int) -> date:
        """The first day of a column."""
        return add_months(self.first, column * self.step)

    def x(self, day: date) -> float:
        """The position of the start of a day, in percent of the width."""
        column = self.column(day)
        start = self.start(column)
        within = (day - start) / (self.start(column + 1) - start)
        return (column + within) / self.n * 100

    @property
    def labels(self) -> tuple[tuple[date, str], ...]:
        """Labels with their days: years, or quarters where the axis has fewer than two years."""
        januaries = [day for day in map(self.start, range(self.n)) if day.month == 1]
        if len(januaries) >= 2:
            return tuple((day, str(day.year)) for day in thinned(januaries))
        months = [self.start(column) for column in range(self.n)]
        return tuple((day, f"{dates.short_month(day)} {day.year}") for day in months[:: -(-len(months) // 4)])

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The labels with their positions, in percent of the width."""
        return tuple(Tick(percent(self.x(day)), label) for day, label in self.labels)


class Column(NamedTuple):
    """One month, or one year where there are too many months. `possible` counts incidents that may have happened
    then."""

    label: str
    certain: int
    possible: int
    query: str
    chosen: bool
    x: str
    width: str
    certain_y: str
    certain_height: str
    possible_y: str
    possible_height: str

    @property
    def said(self) -> str:
        """The two counts as text."""
        return _said(self.certain, self.possible, get_language() or "")


@lru_cache(4_000)
def _said(certain: int, possible: int, _language: str) -> str:
    """ "3 incidents, 2 more that may have happened then"."""
    words = ngettext("%(n)s incident", "%(n)s incidents", certain) % {"n": certain}
    if not possible:
        return words
    more = ngettext("%(n)s more that may have happened then", "%(n)s more that may have happened then", possible)
    return f"{words}, {more % {'n': possible}}"


@dataclass(frozen=True)
class Histogram:
    """`undated` incidents are in no column. The list shows them for every month, since no date excludes them."""

    axis: Axis
    columns: tuple[Column, ...]
    highest: int
    height: str
    undated: int
    by_year: bool

    @property
    def counted(self) -> tuple[Column, ...]:
        """The columns that are not empty, for the table."""
        return tuple(column for column in self.columns if column.certain or column.possible)


def percent(value: float) -> str:
    """A position along the width, with a decimal point in every language."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def thinned[T](values: Sequence[T]) -> Sequence[T]:
    """At most MOST_TICKS of them, evenly spaced."""
    return values[:: -(-len(values) // MOST_TICKS) or 1]


def add_months(day: date, n: int) -> date:
    """The first day of the month `n` months later."""
    months = day.year * 12 + day.month - 1 + n
    return date(months // 12, months % 12 + 1, 1)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def spans(queryset: QuerySet[Any]) -> list[Span]:
    """The incidents of a queryset by the months of their earliest and latest day, in one query."""
    months = {"first": TruncMonth("earliest"), "last": TruncMonth("latest")}
    rows = queryset.order_by().annotate(**months).values_list("first", "last").annotate(n=Count("pk"))
    return [Span(first, last, n) for first, last, n in rows]


def axis_of(found: Iterable[Span]) -> Axis | None:
    """An axis from the first month that any incident names to the last; None if no incident names a month."""
    known = [month for span in found for month in (span.first, span.last) if month]
    if not known:
        return None
    first, last = min(known), max(known)
    if _months_between(first, last) < MOST_COLUMNS:
        return Axis(first, 1, _months_between(first, last) + 1)
    return Axis(date(first.year, 1, 1), 12, last.year - first.year + 1)


def histogram(filterset: IncidentFilter, data: QueryDict, counted: Iterable[Span] | None = None) -> Histogram | None:
    """The histogram of the filtered list without its date limits, since a column is a link that sets them. None if
    empty.

    `counted` saves the query where the spans are known.
    """
    found = spans(filterset.narrowed(DATE_FROM, DATE_TO)) if counted is None else list(counted)
    axis = axis_of(found)
    if axis is None:
        return None
    counts = _counts(found, axis)
    highest = max(certain + possible for certain, possible in counts)
    chosen = (filterset.form.cleaned_data.get("date_from"), filterset.form.cleaned_data.get("date_to"))
    kept = _undated(data)
    columns = tuple(_column(axis, at, count, highest, kept, chosen) for at, count in enumerate(counts))
    undated = sum(span.n for span in found if not span.first and not span.last)
    return Histogram(axis, columns, highest, _units(HEIGHT), undated, axis.step == 12)


def _counts(found: Iterable[Span], axis: Axis) -> list[tuple[int, int]]:
    certain, possible = [0] * axis.n, [0] * axis.n
    for span in found:
        if not span.first and not span.last:
            continue
        first = axis.column(span.first) if span.first else 0
        last = axis.column(span.last) if span.last else axis.n - 1
        # A span with an open end is never certain, even on an axis of one column: it may lie before or after it.
        counts = certain if span.first and span.last and first == last else possible
        for column in range(first, last + 1):
            counts[column] += span.n
    return list(zip(certain, possible, strict=True))


def _column(
    axis: Axis,
    at: int,
    count: tuple[int, int],
    highest: int,
    kept: str,
    chosen: tuple[date | None, date | None],
) -> Column:
    first, last = axis.start(at), axis.start(at + 1) - timedelta(days=1)
    certain, possible = (n / highest * HEIGHT and max(n / highest * HEIGHT, LEAST_HEIGHT) for n in count)
    return Column(
        label=str(first.year) if axis.step == 12 else _month_in_words(first, get_language() or ""),
        certain=count[0],
        possible=count[1],
        query=f"{kept}date_from={first}&date_to={last}",
        chosen=any(chosen) and first <= (chosen[1] or last) and last >= (chosen[0] or first),
        x=percent(at / axis.n * 100),
        width=percent(100 / axis.n),
        certain_y=_units(HEIGHT - certain),
        certain_height=_units(certain),
        possible_y=_units(HEIGHT - certain - possible),
        possible_height=_units(possible),
    )


def in_dates(data: QueryDict, first: date, last: date) -> str:
    """The query with these two days as its only dates, on the first page."""
    return f"{_undated(data)}date_from={first}&date_to={last}"


def _undated(data: QueryDict) -> str:
    """The query without empty values, dates and page, ready for more parameters."""
    kept = urlencode([(name, each) for name, values in data.lists() for each in values if each and name not in DATED])
    return f"{kept}&" if kept else ""


@lru_cache(2_000)
def _month_in_words(month: date, language: str) -> str:
    return date_format(month, "F Y")


DATED = ("page", "date_from", "date_to")


def _units(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
