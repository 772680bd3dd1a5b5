"""Incidents and people by month. Each incident is in exactly one bar: that of its month, or a separate one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.people_counts import SUMS, KilledSum
from incidents.register.charts.columns import Aside, Count, draw
from incidents.register.charts.figure import Asked, Figure, Line
from incidents.register.charts.histogram import Axis, axis_of
from incidents.register.filters.facet_index import Span
from incidents.register.tables.columns import Cell, Column, Kind, Table

SEVERAL, UNDATED = "several", "not_given"
NOBODY = KilledSum()

_TIME = Column(
    "time",
    Kind.TEXT,
    "Month (ISO 8601), or year where months would be too many; `several` for a date that spans more than one or is "
    "open at an end; `not_given` for none.",
    "Місяць (ISO 8601) або рік, якщо місяців забагато; `several` — дата охоплює кілька або відкрита з одного боку; "
    "`not_given` — дати немає.",
)
_INCIDENTS = Column("incidents", Kind.WHOLE, "Number of incidents.", "Кількість випадків.")
INCIDENTS_BY_MONTH = Table(
    "incidents-by-month",
    "The incidents of a filter, each in one row by the month in which it happened.",
    "Випадки за фільтром, кожен в одному рядку за місяцем, у якому він стався.",
    [_TIME, _INCIDENTS],
    ("time",),
)
KILLED_BY_MONTH = Table(
    "killed-by-month",
    "People reported killed in the incidents of a filter, by the month in which they happened. Each end is the sum of "
    "what the incidents give.",
    "Люди, які, за повідомленнями, загинули у випадках за фільтром, за місяцем. Кожна межа — сума наведеного у "
    "випадках.",
    [
        _TIME,
        Column("killed_low", Kind.WHOLE, "Sum of the lowest numbers.", "Сума найменших чисел."),
        Column(
            "killed_best",
            Kind.WHOLE,
            "Sum of the best estimates; empty where an incident gives none.",
            "Сума найкращих оцінок; порожньо, якщо якийсь випадок її не має.",
        ),
        Column("killed_high", Kind.WHOLE, "Sum of the highest numbers.", "Сума найбільших чисел."),
        Column("counted", Kind.WHOLE, "Incidents that give a number.", "Випадки, у яких наведено число."),
        Column(
            "not_counted",
            Kind.WHOLE,
            "Incidents that give none; nobody is counted for them.",
            "Випадки без числа; за ними нікого не враховано.",
        ),
    ],
    ("time",),
)


@dataclass(frozen=True)
class Tally:
    """Incidents between two months, and the people reported killed in them."""

    first: date | None
    last: date | None
    killed: KilledSum = NOBODY

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.first, self.last, self.killed + other.killed)

    @property
    def n(self) -> int:
        """The number of incidents."""
        return self.killed.incidents


def tallies(queryset: QuerySet[Any]) -> list[Tally]:
    """The incidents of a queryset by the months of their earliest and latest day, in one query."""
    months = {"first": TruncMonth("earliest"), "last": TruncMonth("latest")}
    rows = queryset.order_by().annotate(**months).values_list("first", "last").annotate(**SUMS)
    return [Tally(first, last, KilledSum(*sums)) for first, last, *sums in rows]


@dataclass(frozen=True)
class Placed:
    """The incidents of a filter, each counted once: in a column of the axis, under several columns, or without a
    date."""

    axis: Axis | None
    columns: Sequence[Tally]
    several: Tally
    undated: Tally

    @property
    def everything(self) -> Tally:
        """The sum of all."""
        return sum([*self.columns, self.several, self.undated], Tally(None, None))

    @property
    def by_year(self) -> bool:
        """Whether a column is a year."""
        return self.axis is not None and self.axis.step == 12

    @property
    def named(self) -> list[tuple[str, str, Tally]]:
        """Code, label and tally of each row; the separate bars only if they are not empty."""
        columns = [
            (f"{day.year}" if self.by_year else f"{day:%Y-%m}", _month(day, by_year=self.by_year), tally)
            for day, tally in zip(self._days, self.columns, strict=True)
        ]
        asides = [(SEVERAL, _several(by_year=self.by_year), self.several), (UNDATED, _("no date given"), self.undated)]
        return [*columns, *(aside for aside in asides if aside[2].n)]

    @property
    def _days(self) -> list[date]:
        return [self.axis.start(at) for at in range(self.axis.n)] if self.axis else []


def placed(found: Iterable[Tally]) -> Placed:
    """The axis spans the incidents whose month is known; where that gives too many months, those whose year is
    known."""
    found = list(found)
    axis = axis_of(_spans(each for each in found if each.first and each.first == each.last))
    if axis and axis.step == 12:
        axis = axis_of(_spans(each for each in found if each.first and each.last and each.first.year == each.last.year))
    columns = [Tally(None, None)] * (axis.n if axis else 0)
    several = undated = Tally(None, None)
    for each in found:
        at = _column(axis, each)
        if at is not None:
            columns[at] += each
        elif each.first or each.last:
            several += each
        else:
            undated += each
    return Placed(axis, columns, several, undated)


def _spans(found: Iterable[Tally]) -> list[Span]:
    return [Span(each.first, each.last, each.n) for each in found]


def _column(axis: Axis | None, tally: Tally) -> int | None:
    if axis is None or tally.first is None or tally.last is None:
        return None
    first, last = axis.column(tally.first), axis.column(tally.last)
    return first if first == last and 0 <= first < axis.n else None


def _month(day: date, *, by_year: bool) -> str:
    return str(day.year) if by_year else date_format(day, "F Y")


def _several(*, by_year: bool) -> str:
    return _("not known to the year") if by_year else _("not known to the month")


def _drawn(placed: Placed, count: Callable[[Tally], Count]) -> Any:
    asides = [Aside(label, count(tally)) for code, label, tally in placed.named if code in (SEVERAL, UNDATED)]
    return lambda pen, width: draw(pen, width, placed.axis, [count(each) for each in placed.columns], asides)


def incidents_by_month(asked: Asked) -> Figure:
    """How many incidents each month has."""
    known = placed(tallies(asked.filterset.qs))
    named = known.named if known.everything.n else []
    rows: list[list[Cell]] = [[code, tally.n] for code, _label, tally in named]
    return Figure(
        "months",
        _("In which years the reported incidents happened")
        if known.by_year
        else _("In which months the reported incidents happened"),
        _dated(known),
        INCIDENTS_BY_MONTH,
        rows,
        (_("Year") if known.by_year else _("Month"), _("Incidents")),
        [Line(label, (tally.n,)) for _code, label, tally in named],
        _drawn(known, lambda tally: Count(tally.n, tally.n, tally.n)),
    )


def killed_by_month(asked: Asked) -> Figure:
    """How many people were reported killed in each month, as a range."""
    known = placed(tallies(asked.filterset.qs))
    named = known.named if known.everything.n else []
    figures = [
        (code, label, (killed.low, killed.best, killed.high, killed.counted, killed.uncounted))
        for code, label, killed in ((code, label, tally.killed) for code, label, tally in named)
    ]
    return Figure(
        "killed",
        _("How many people were reported killed, by the year of the incident")
        if known.by_year
        else _("How many people were reported killed, by the month of the incident"),
        (
            _(
                "A bar is filled up to the sum of the lowest numbers and outlined up to that of the highest. The line "
                "across it is the sum of the best estimates; it is missing where an incident gives none."
            ),
            *_uncounted(known.everything.killed),
            *_asides(known),
        ),
        KILLED_BY_MONTH,
        [[code, *numbers] for code, _label, numbers in figures],
        (
            _("Year") if known.by_year else _("Month"),
            _("Lowest"),
            _("Best estimate"),
            _("Highest"),
            _("Incidents counted"),
            _("Incidents without a number"),
        ),
        [Line(label, numbers) for _code, label, numbers in figures],
        _drawn(known, lambda tally: Count(tally.killed.low, tally.killed.best, tally.killed.high)),
    )


def _dated(known: Placed) -> tuple[str, ...]:
    total = known.everything.n
    dated = sum(each.n for each in known.columns)
    said = _known_to_the_year(total) if known.by_year else _known_to_the_month(total)
    return (said % {"dated": dated, "n": total}, *_asides(known))


def _known_to_the_year(n: int) -> str:
    return ngettext(
        "%(dated)s of %(n)s incident is known to the year.", "%(dated)s of %(n)s incidents are known to the year.", n
    )


def _known_to_the_month(n: int) -> str:
    return ngettext(
        "%(dated)s of %(n)s incident is known to the month.", "%(dated)s of %(n)s incidents are known to the month.", n
    )


def _asides(known: Placed) -> list[str]:
    """Notes on the incidents that belong to no column."""
    several, undated = known.several.n, known.undated.n
    said = []
    if several and known.by_year:
        said.append(
            ngettext(
                "The date of %(n)s incident spans several years or is open at one end: it stands at the right.",
                "The dates of %(n)s incidents span several years or are open at one end: they stand at the right.",
                several,
            )
            % {"n": several}
        )
    elif several:
        said.append(
            ngettext(
                "The date of %(n)s incident spans several months or is open at one end: it stands at the right.",
                "The dates of %(n)s incidents span several months or are open at one end: they stand at the right.",
                several,
            )
            % {"n": several}
        )
    if undated:
        said.append(
            ngettext(
                "For %(n)s incident no date is given at all.", "For %(n)s incidents no date is given at all.", undated
            )
            % {"n": undated}
        )
    return said


def _uncounted(everything: KilledSum) -> list[str]:
    """Notes on incidents without a number, and on those whose upper end is open."""
    missing, said = everything.uncounted, []
    if missing:
        said.append(
            ngettext(
                "For %(n)s incident no number is given, and nobody is counted for it.",
                "For %(n)s incidents no number is given, and nobody is counted for them.",
                missing,
            )
            % {"n": missing}
        )
    if everything.open_ended:
        said.append(
            ngettext(
                "For %(n)s incident no highest number is given: there may have been more.",
                "For %(n)s incidents no highest number is given: there may have been more.",
                everything.open_ended,
            )
            % {"n": everything.open_ended}
        )
    return said
