"""A chart as SVG: inline in a page, and as a standalone sheet with title, source and licence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from incidents.register.charts.figure import NARROW, WIDE, Figure
from incidents.register.charts.svg import LIGHT, LINE, SIZE, TOKENS, Drawing, Pen, element, units, wrapped, written
from incidents.register.tables.about import LICENCE_URL, About

MARGIN = 34.0
FAMILY = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', 'Noto Sans', Arial, sans-serif"
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Inline:
    """A chart in a page: one SVG for wide screens and print, one for narrow screens."""

    figure: Figure
    wide: SafeString
    narrow: SafeString


def inline(figure: Figure) -> Inline:
    """The two SVGs, in the colours of the page."""
    return Inline(figure, _within(figure, "wide", WIDE), _within(figure, "narrow", NARROW))


def _within(figure: Figure, which: str, width: float) -> SafeString:
    prefix = f"{figure.name}-{which}"
    drawing = figure.draw(Pen(TOKENS, prefix), width)
    # Every text by a reader or a source is escaped by `written` or `quoteattr` in svg.py.
    return mark_safe(_svg(figure, drawing, prefix, {"class": f"figure-{which}"}, said=" ".join(figure.notes)))  # noqa: S308


def _svg(figure: Figure, drawing: Drawing, prefix: str, more: dict[str, str], *, said: str) -> str:
    title = element("title", written(figure.heading), id=f"{prefix}-title")
    told = element("desc", written(said), id=f"{prefix}-desc") if said else ""
    size = f"0 0 {units(drawing.width)} {units(drawing.height)}"
    return element(
        "svg",
        title + told + drawing.body,
        viewBox=size,
        width=drawing.width,
        height=drawing.height,
        role="img",
        aria_labelledby=f"{prefix}-title",
        **({"aria_describedby": f"{prefix}-desc"} if told else {}),
        **more,
    )


def standalone(figure: Figure, about: About) -> str:
    """The chart with its title, filter, notes, state of the register, licence and URL. Deterministic for one head."""
    pen = Pen(LIGHT, figure.name)
    drawing = _drawing(figure, pen)
    parts, y = [], MARGIN + 20
    for lines, size, strong, quiet in _above(figure, about):
        parts.append(pen.words(MARGIN, y, lines, size=size, strong=strong, quiet=quiet))
        y += len(lines) * size * LINE + 4
    parts.append(element("g", drawing.body, transform=f"translate({units(MARGIN)} {units(y + 2)})"))
    y += drawing.height + 34
    foot, bottom = _foot(pen, figure, about, y)
    width = WIDE + 2 * MARGIN
    paper = element("rect", width=width, height=bottom, fill=LIGHT.paper)
    sheet = Drawing(width, bottom, paper + element("g", "".join(parts) + foot, font_family=FAMILY))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{_svg(figure, sheet, figure.name, {"xmlns": SVG}, said=about.words)}'
    )


def _drawing(figure: Figure, pen: Pen) -> Drawing:
    if not figure.is_empty:
        return figure.draw(pen, WIDE)
    return Drawing(WIDE, 40, pen.words(0, 26, _("No incident in the register fits all of this."), size=15))


type Words = tuple[Sequence[str], float, bool, bool]


def _above(figure: Figure, about: About) -> list[Words]:
    return [
        (wrapped(figure.heading, WIDE, 21), 21, True, False),
        (wrapped(about.words, WIDE, 15), 15, False, True),
    ]


def _foot(pen: Pen, figure: Figure, about: About, top: float) -> tuple[str, float]:
    """The notes and the source of the sheet, and its bottom coordinate."""
    parts, y = [], top
    for note in () if figure.is_empty else figure.notes:
        lines = wrapped(note, WIDE)
        parts.append(pen.words(MARGIN, y, lines, quiet=True))
        y += len(lines) * SIZE * LINE + 3
    parts.append(pen.stroke(f"M{units(MARGIN)} {units(y)}h{units(WIDE)}", pen.palette.line_strong))
    y += 24
    name = f"{settings.REGISTER_NAME}: {settings.REGISTER_SUBTITLE}"
    parts.append(pen.words(MARGIN, y, wrapped(name, WIDE, SIZE + 1), size=SIZE + 1, strong=True))
    y += (SIZE + 1) * LINE * len(wrapped(name, WIDE, SIZE + 1)) + 2
    for said in (about.head.words, about.address, f"{_('Licence')}: CC BY 4.0, {LICENCE_URL}", *_credits(figure)):
        lines = wrapped(said, WIDE)
        parts.append(pen.words(MARGIN, y, lines, quiet=True))
        y += len(lines) * SIZE * LINE
    return "".join(parts), y + MARGIN - SIZE


def _credits(figure: Figure) -> list[str]:
    return [_("Outlines: Natural Earth, public domain")] if figure.name == "oblasts" else []
