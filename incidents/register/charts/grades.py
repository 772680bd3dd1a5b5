"""Incidents by grade: one bar below the label of each, in the order of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.register.charts.figure import Asked, Figure, Line
from incidents.register.charts.svg import Drawing, Pen, units
from incidents.register.filters.sentences import query
from incidents.register.tables.columns import Cell, Column, Kind, Table
from incidents.vocabulary import Grade

BY_GRADE = Table(
    "incidents-by-grade",
    "The incidents of a filter by their grade.",
    "Випадки за фільтром за ступенем підтвердження.",
    [
        Column("grade", Kind.TEXT, "How sure it is, as signed by a reviewer.", "Наскільки це певно.", term=Grade),
        Column("incidents", Kind.WHOLE, "Number of incidents.", "Кількість випадків."),
    ],
    ("grade",),
)
ROW, BAR = 46.0, 16.0


def incidents_by_grade(asked: Asked) -> Figure:
    """Incidents by grade. Every grade has a bar, also one without incidents."""
    counts = dict(asked.filterset.qs.order_by().values_list("grade").annotate(n=Count("pk")))
    found = [(grade, counts.pop(grade.value, 0)) for grade in Grade] if counts else []
    lines = [Line(str(grade.label), (n,), _address(asked.data, grade) if n else "") for grade, n in found]
    rows: list[list[Cell]] = [[grade.value, n] for grade, n in found]
    if left := sum(counts.values()):
        lines.append(Line(_("Not graded"), (left,)))
        rows.append([None, left])
    return Figure(
        "grades",
        _("How sure the reported incidents are, by grade"),
        (
            _(
                "A grade says how well the reporting supports that an incident happened, not how grave it is. The page "
                "Definitions says what each requires."
            ),
        ),
        BY_GRADE,
        rows,
        (_("Grade"), _("Incidents")),
        lines,
        lambda pen, width: _draw(pen, width, lines),
    )


def _address(data: QueryDict, grade: Grade) -> str:
    """The URL of the list with this grade as the only one and the rest of the filter."""
    rest = query(data, without="grade")
    return f"{reverse('register:incidents')}?{rest}{'&' if rest else ''}grade={grade.value}"


def _draw(pen: Pen, width: float, lines: Sequence[Line]) -> Drawing:
    counts = [line.numbers[0] or 0 for line in lines]
    most, parts = max([1, *counts]), []
    for at, (line, n) in enumerate(zip(lines, counts, strict=True)):
        top = at * ROW
        long = n / most * (width - 56)
        parts.append(pen.words(0, top + 15, line.label, quiet=not n))
        if n:
            parts.append(pen.filled(0, top + 22, max(long, 2), BAR))
        parts.append(pen.words(long + 8 if n else 6, top + 22 + BAR - 3, str(n), strong=bool(n), quiet=not n))
        parts.append(pen.stroke(f"M.5 {units(top + 20)}v{units(BAR + 4)}", pen.palette.line_strong))
    return Drawing(width, len(lines) * ROW, "".join(parts))
