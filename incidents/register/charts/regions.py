"""A map of incidents by oblast, on our outlines. Each region shows its number; the denser its hatching, the more
incidents.

Hatching instead of tints: it is readable in greyscale print and with every kind of colour vision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.gazetteer.models import Region
from incidents.register import outlines
from incidents.register.charts.figure import Asked, Figure, Line
from incidents.register.charts.svg import SIZE, Drawing, Pen, breadth, element, units
from incidents.register.filters.sentences import in_oblast
from incidents.register.tables.columns import Cell, Column, Kind, Table

BY_OBLAST = Table(
    "incidents-by-oblast",
    "The incidents of a filter by region; empty where the region is not known or not published.",
    "Випадки за фільтром за регіоном; порожньо там, де регіон невідомий або не оприлюднений.",
    [
        Column("oblast", Kind.TEXT, "Region as ISO 3166-2.", "Регіон за ISO 3166-2."),
        Column("name_en", Kind.TEXT, "Name in English.", "Назва англійською."),
        Column("name_uk", Kind.TEXT, "Name in Ukrainian.", "Назва українською."),
        Column("country", Kind.TEXT, "Country as ISO 3166-1 alpha-2.", "Країна за ISO 3166-1 alpha-2."),
        Column("incidents", Kind.WHOLE, "Number of incidents.", "Кількість випадків."),
    ],
    ("oblast",),
)
BOUNDS = tuple(factor * 10**power for power in range(6) for factor in (1, 2, 5))
MOST_CLASSES = 5
# Distance and thickness of the hatching lines of each class, from the fewest incidents to the most.
LINES = ((9.0, 1.0), (6.5, 1.1), (4.6, 1.2), (3.4, 1.35), (2.6, 1.5))
TOLERANCE = 1.0  # units of the drawing; with finer borders the page would be several times as large
# Offsets in units for labels that would otherwise overlap that of an enclosed city.
NUDGED = {"UA-32": (4.0, 30.0), "UA-43": (0.0, -6.0), "UA-40": (-14.0, 14.0)}


@dataclass(frozen=True)
class Counted:
    """A region with its number of incidents."""

    region: Region
    n: int


@dataclass(frozen=True)
class Class:
    """A class of the legend: from `low` to `high` incidents."""

    low: int
    high: int

    @property
    def label(self) -> str:
        """The label in the legend."""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


def classes(most: int) -> list[Class]:
    """At most MOST_CLASSES classes up to the highest count; the bounds are 1, 2 and 5 times powers of ten."""
    lows = [bound for bound in BOUNDS if bound <= most]
    if not lows:
        return []
    lows = [1, *lows[1:][-(MOST_CLASSES - 1) :]]
    return [Class(low, following - 1) for low, following in zip(lows, [*lows[1:], most + 1], strict=True)]


def counted(queryset: QuerySet[Any], language: str) -> tuple[list[Counted], int]:
    """The regions with incidents, in descending order of count, and the number of incidents without a known region."""
    rows = dict(queryset.order_by().values_list("oblast").annotate(n=Count("pk")))
    name = "sort_uk" if language.startswith("uk") else "sort_en"
    regions = Region.objects.using("register").filter(iso__in=rows).order_by(name)
    found = [Counted(region, rows[region.iso]) for region in regions]
    elsewhere = sum(rows.values()) - sum(each.n for each in found)
    return sorted(found, key=lambda each: -each.n), elsewhere


def incidents_by_oblast(asked: Asked) -> Figure:
    """Incidents by region."""
    found, elsewhere = counted(asked.filterset.qs, asked.language)
    listed = reverse("register:incidents")
    lines = [
        Line(each.region.name(asked.language), (each.n,), f"{listed}?{in_oblast(asked.data, each.region.iso)}")
        for each in found
    ]
    rows: list[list[Cell]] = [
        [each.region.iso, each.region.name_en, each.region.name_uk, each.region.country, each.n] for each in found
    ]
    if elsewhere:
        lines.append(Line(_("Region not known or not published"), (elsewhere,)))
        rows.append([None, None, None, None, elsewhere])
    abroad = [each for each in found if each.region.country != outlines.UKRAINE]
    return Figure(
        "oblasts",
        _("In which regions the reported incidents happened"),
        tuple(_notes(found, abroad, elsewhere, asked.language)),
        BY_OBLAST,
        rows,
        (_("Region"), _("Incidents")),
        lines,
        lambda pen, width: _draw(pen, width, found),
    )


def _notes(found: Sequence[Counted], abroad: Sequence[Counted], elsewhere: int, language: str) -> Iterable[str]:
    inside = sum(each.n for each in found) - sum(each.n for each in abroad)
    yield ngettext(
        "%(n)s incident is placed in a region of Ukraine within its internationally recognised borders.",
        "%(n)s incidents are placed in a region of Ukraine within its internationally recognised borders.",
        inside,
    ) % {"n": inside}

    if abroad:
        named = ", ".join(f"{each.region.name(language)} {each.n}" for each in abroad)
        yield _("Outside of Ukraine, with a broken outline: %(regions)s.") % {"regions": named}
    if elsewhere:
        yield ngettext(
            "%(n)s incident is not on the map: its region is not known or not published.",
            "%(n)s incidents are not on the map: their region is not known or not published.",
            elsewhere,
        ) % {"n": elsewhere}


def _draw(pen: Pen, width: float, found: Sequence[Counted]) -> Drawing:
    numbers = {each.region.outline_id: each for each in found}
    steps = classes(max((each.n for each in found), default=0))
    scale = width / outlines.WIDTH
    patterns = element(
        "defs",
        "".join(
            pen.pattern(f"class-{at}", distance / scale * 0.95, thickness / scale, pen.palette.accent)
            for at, (distance, thickness) in enumerate(_lines(steps))
        ),
    )
    height = outlines.height() * scale
    clip = element("svg", _regions(pen, numbers, steps, scale), width=width, height=height)
    legend, below = _legend(pen, width, height + 26, steps)
    return Drawing(width, below + 8, patterns + clip + legend)


def _lines(steps: Sequence[Class]) -> Sequence[tuple[float, float]]:
    """The hatchings to use; of few classes those that are easiest to tell apart."""
    if len(steps) > 3:
        return LINES[: len(steps)]
    return LINES[:1] + LINES[2::2] if len(steps) == 3 else LINES[1::2][: len(steps)]


def _regions(pen: Pen, numbers: Mapping[str, Counted], steps: Sequence[Class], scale: float) -> str:
    shapes, labels = [], []
    for outline in outlines.outlines(TOLERANCE):
        counted = numbers.get(outline.id)
        at_home = outline.country == outlines.UKRAINE
        fill = pen.palette.paper if at_home else "none"
        edge = pen.palette.line_strong if at_home else pen.palette.line
        shapes.append(element("path", d=outline.path, fill=fill, stroke=edge, stroke_width=1 / scale))
        if counted:
            at = next(at for at, step in enumerate(steps) if step.low <= counted.n <= step.high)
            shapes.append(
                element(
                    "path",
                    d=outline.path,
                    fill=f"url(#{pen.prefix}-class-{at})",
                    stroke=pen.palette.ink,
                    stroke_width=1.25 / scale,
                    **({} if at_home else {"stroke_dasharray": f"{units(4 / scale)} {units(2.5 / scale)}"}),
                )
            )
            labels.append(_label(pen, outline, counted, scale))
    return element("g", "".join(shapes), transform=f"scale({scale:.4f})") + "".join(labels)


def _label(pen: Pen, outline: outlines.Outline, counted: Counted, scale: float) -> str:
    """The number on a background, so that no hatching crosses it."""
    aside, down = NUDGED.get(counted.region.iso, (0.0, 0.0))
    x, y = (outlines.x(outline.label[0]) + aside) * scale, (outlines.y(outline.label[1]) + down) * scale
    size = SIZE + 2 if scale > 0.6 else SIZE
    half = breadth(str(counted.n), size) / 2 + 4
    paper = element(
        "rect", x=x - half, y=y - size * 0.75, width=2 * half, height=size * 1.5, rx=2, fill=pen.palette.paper
    )
    return paper + pen.words(x, y + size * 0.35, str(counted.n), size=size, anchor="middle", strong=True)


def _legend(pen: Pen, width: float, top: float, steps: Sequence[Class]) -> tuple[str, float]:
    """One box for each class, wrapped over several lines; and the bottom of the last line."""
    parts, x, y = [], 0.0, top
    for at, step in enumerate(steps):
        label = _incidents(step) if at == 0 else step.label
        needed = 34 + breadth(label) + 18
        if x and x + needed > width:
            x, y = 0.0, y + 28
        parts.append(
            element(
                "rect",
                x=x + 0.5,
                y=y - 13,
                width=26,
                height=17,
                fill=f"url(#{pen.prefix}-class-{at})",
                stroke=pen.palette.ink,
            )
        )
        parts.append(pen.words(x + 34, y, label))
        x += needed
    return "".join(parts), y


def _incidents(step: Class) -> str:
    """The label of the first class, which names what is counted."""
    if step.low == step.high:
        return ngettext("%(n)s incident", "%(n)s incidents", step.low) % {"n": units(step.low)}
    return ngettext("%(range)s incident", "%(range)s incidents", step.high) % {"range": step.label}
