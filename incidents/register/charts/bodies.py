"""Totals that other bodies reported: one panel for each body and what it counts, with the register's own line in each.

The filter applies to the register's line only, since a body's total cannot be divided. Totals of different bodies are
never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.charts.figure import Asked, Figure, Line
from incidents.register.charts.lines import Chart, Tick
from incidents.register.charts.reported_totals import Entry, Held, Series, all_series, drawn, held
from incidents.register.charts.svg import LINE, Drawing, Pen, element, units, wrapped
from incidents.register.models import RegisterTotal
from incidents.register.tables.columns import Cell, Column, Kind, Table
from incidents.vocabulary import TotalQualifier, TotalWhat
from incidents.wording import edtf_period, edtf_plainly, pick

OVER_TIME = Table(
    "totals-and-register",
    "One reported total, beside it what the register holds of the same time under a filter. Totals are never added.",
    "Один повідомлений підсумок і поруч те, що реєстр містить за той самий час за фільтром. Підсумки не додають.",
    [
        Column("code", Kind.TEXT, "Code of the total.", "Код підсумку."),
        Column("body_en", Kind.TEXT, "Body in English.", "Орган англійською."),
        Column("body_uk", Kind.TEXT, "Body in Ukrainian.", "Орган українською."),
        Column("what", Kind.TEXT, "What is counted.", "Що пораховано.", term=TotalWhat),
        Column("as_of", Kind.TEXT, "Day of the number, in EDTF.", "День, станом на який наведено число, в EDTF."),
        Column("period", Kind.TEXT, "Period that it is of, in EDTF.", "Період, якого воно стосується, в EDTF."),
        Column("qualifier", Kind.TEXT, "How the body qualifies it.", "Як орган його уточнює.", term=TotalQualifier),
        Column("value", Kind.WHOLE, "The number.", "Число."),
        Column(
            "incidents",
            Kind.WHOLE,
            "Incidents in the register whose date is known to lie in that time; empty if the body counts a scope to "
            "which the register cannot be narrowed.",
            "Випадки в реєстрі, дата яких напевно припадає на цей час; порожньо, якщо орган рахує обсяг, до якого "
            "реєстр не можна звузити.",
        ),
        Column("killed_low", Kind.WHOLE, "Sum of their lowest numbers killed.", "Сума їхніх найменших чисел загиблих."),
        Column("killed_high", Kind.WHOLE, "Sum of their highest.", "Сума їхніх найбільших."),
    ],
)
PANEL, SMALL = 190.0, 12.0
ARROW = "m0 -4v-9m-3 3l3 -3l3 3"  # upwards from a mark: the number or more
MOST_PANELS = 8


@dataclass(frozen=True)
class Panel:
    """One body's counts of one thing."""

    title: str
    chart: Chart
    own: str


def totals_over_time(asked: Asked) -> Figure:
    """Each body's totals and the register's own count over time."""
    incidents = held(asked.filterset.qs)
    series = all_series(list(RegisterTotal.objects.all()), incidents) if incidents else []
    entries = [(each, entry) for each in series for entry in each.entries]
    lines = sorted(series, key=lambda each: each.what != TotalWhat.PERSONS_EXECUTED)
    shown = [each for each in lines if drawn(each, incidents)]
    return Figure(
        "totals",
        _("What other bodies counted, and what this register holds of the same time"),
        tuple(_notes(len(shown), bool(asked.filterset.active))),
        OVER_TIME,
        [_row(each, entry) for each, entry in entries],
        (_("As of"), _("Number"), _("Incidents in this register"), _("Reported killed, lowest"), _("highest")),
        [_line(each, entry) for each, entry in entries],
        lambda pen, width: _draw(pen, width, list(_panels(shown[:MOST_PANELS], incidents, width))),
    )


def _notes(panels: int, narrowed: bool) -> Iterable[str]:  # noqa: FBT001 — private, and two of two arguments
    yield _(
        "Each body counts something else over another time; their numbers are never added, and none of them is the "
        "register's own. A line joins exact counts since the beginning; a ring is the count of a shorter period, or "
        "one that is not exact, and an arrow says “or more”."
    )
    yield _(
        "The broken line is what this register holds: incidents, or people reported killed in them by the lowest "
        "numbers, by the last day on which each may have happened. It is missing where the body counts a part to which "
        "the register cannot be narrowed."
    )
    if narrowed:
        yield _("The filter narrows the register's line only.")
    if panels > MOST_PANELS:
        yield ngettext(
            "%(n)s more is in the table only.", "%(n)s more are in the table only.", panels - MOST_PANELS
        ) % {"n": panels - MOST_PANELS}


def _row(series: Series, entry: Entry) -> list[Cell]:
    row, people = entry.row, series.counts_people
    return [
        *(row.code, row.body_en or None, row.body_uk or None, row.what, row.as_of, row.period or None, row.qualifier),
        row.value,
        *_held(entry, people=people),
    ]


def _held(entry: Entry, *, people: bool) -> tuple[int | None, int | None, int | None]:
    """The incidents of the same time in the register, and the lowest and highest numbers of people killed in them."""
    if entry.own is None:
        return (None, None, None)
    killed = entry.own.killed
    return (killed.incidents, *((killed.low, killed.high) if people else (None, None)))


def _line(series: Series, entry: Entry) -> Line:
    """Where a body counts cases, the columns for people are left out."""
    numbers = (entry.row.value, *_held(entry, people=series.counts_people))
    counted = [str(pick(series.body)), edtf_period(entry.row.period)]
    url = reverse("register:total", args=[entry.row.code])
    shown = numbers if series.counts_people else numbers[:2]
    return Line(edtf_plainly(entry.row.as_of), shown, url, ", ".join(counted))


def _panels(series: Sequence[Series], incidents: Sequence[Held], width: float) -> Iterable[Panel]:
    for each in series:
        chart = drawn(each, incidents, (width, PANEL, 150.0 if width > 500 else 92.0))
        if chart:
            title = f"{pick(each.body)}: {str(TotalWhat(each.what).label).lower()}"
            yield Panel(title, chart, _("this register"))


def _draw(pen: Pen, width: float, panels: Sequence[Panel]) -> Drawing:
    parts, top = [], 0.0
    for panel in panels:
        title = wrapped(panel.title, width, 14, 3)
        parts.append(pen.words(0, top + 15, title, size=14, strong=True))
        top += 15 + (len(title) - 1) * 14 * LINE + 8
        parts.append(element("g", _panel(pen, panel, width), transform=f"translate(0 {units(top)})"))
        top += PANEL + 20
    return Drawing(width, max(top - 16, 1), "".join(parts))


def _panel(pen: Pen, panel: Panel, width: float) -> str:
    chart, palette = panel.chart, pen.palette
    parts = []
    for tick in chart.up:
        parts.append(pen.across(float(chart.left), float(chart.right), float(tick.place)))
        parts.append(pen.words(36, float(tick.place) + 4, tick.label, size=SMALL, anchor="end", quiet=True))
    for tick in _apart(chart):
        parts.append(pen.stroke(f"M{tick.place} {chart.bottom}v6", palette.line_strong))
        parts.append(pen.words(float(tick.place), PANEL - 8, tick.label, size=SMALL, anchor="middle", quiet=True))
    if chart.own:
        parts.append(_polyline(chart.own, palette.accent, stroke_dasharray="5 3"))
    parts += [_polyline(line, palette.ink) for line in chart.lines]
    parts += [
        element(
            "circle", cx=mark.x, cy=mark.y, r=3.5, fill=palette.paper if mark.hollow else palette.ink,
            stroke=palette.ink, stroke_width=1.5,
        )
        for mark in chart.marks
    ]  # fmt: skip
    parts += [pen.stroke(f"M{mark.x} {mark.y}{ARROW}", palette.ink, 1.5) for mark in chart.marks if mark.open]
    return "".join([*parts, *_ends(pen, panel, width)])


def _polyline(points: str, colour: str, **more: str) -> str:
    return element("polyline", points=points, fill="none", stroke=colour, stroke_width=1.75, **more)


def _apart(chart: Chart) -> list[Tick]:
    """The years whose labels do not overlap."""
    found: list[Tick] = []
    for tick in chart.across:
        if not found or float(tick.place) - float(found[-1].place) > 36:
            found.append(tick)
    return found


def _ends(pen: Pen, panel: Panel, width: float) -> list[str]:
    """The labels at the ends of the lines: the number, and below it the name of the line. They do not overlap."""
    chart = panel.chart
    ends = [(float(end.y), float(end.x), end.value, end.label) for end in chart.ends]
    if chart.own_end:
        ends.append((float(chart.own_end.y), float(chart.own_end.x), chart.own_end.value, panel.own))
    parts, free = [], 0.0
    for y, x, value, name in sorted(ends):
        lines = wrapped(name, width - x - 12, SMALL, 3) if name else []
        at = max(y + 4, free)
        parts.append(pen.words(x + 9, at, value, strong=True))
        parts.append(pen.words(x + 9, at + 15, lines, size=SMALL, quiet=True))
        free = at + 17 + len(lines) * SMALL * LINE
    return parts
