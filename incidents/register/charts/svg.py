"""SVG primitives for charts. Units are CSS pixels at the size of a drawing.

Colours are presentation attributes: inline they are the custom properties of the style sheet, so that one drawing
serves the light and dark themes and print; in a standalone file they are the values of the light theme. Neither needs a
style attribute, which the CSP would block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

type Value = str | float

# https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SIZE = 13.0  # of most text
LINE = 1.35  # line height, in sizes
# Approximate widths of letters in Source Sans 3, in sizes: good enough to wrap text, not to place it.
NARROW, WIDE = set("iljtfrI.,:;'’|!()[]/ -·"), set("mwMWшщжюфЩШЖЮФ@—…")


@dataclass(frozen=True)
class Palette:
    """The colours that a drawing uses, as attribute values."""

    paper: str
    ink: str
    ink_2: str
    line: str
    line_strong: str
    accent: str


# For inline drawings, and for standalone ones: the latter are the light values of tokens.css.
TOKENS = Palette("var(--paper)", "var(--ink)", "var(--ink-2)", "var(--line)", "var(--line-strong)", "var(--accent)")
LIGHT = Palette("#fcfcfa", "#1a1d21", "#555b62", "#d8d8d1", "#84888b", "#0d5166")


@dataclass(frozen=True)
class Drawing:
    """SVG markup with its width and height."""

    width: float
    height: float
    body: str


def units(value: float) -> str:
    """A coordinate for SVG: a decimal point in every language, at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(tag: str, content: str = "", /, **attributes: Value) -> str:
    """An element. `_` in attribute names becomes `-`. `content` is markup already."""
    pairs = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    named = "".join(f" {name}={quoteattr(value if isinstance(value, str) else units(value))}" for name, value in pairs)
    return f"<{tag}{named}>{content}</{tag}>" if content else f"<{tag}{named}/>"


def written(words: str) -> str:
    """Text escaped for XML. Characters that XML forbids even escaped become U+FFFD."""
    return escape(FORBIDDEN.sub("\ufffd", words))


def breadth(words: str, size: float = SIZE) -> float:
    """The approximate width of a text."""
    return size * sum(
        0.28 if letter in NARROW else 0.86 if letter in WIDE else 0.63 if letter.isupper() else 0.53 for letter in words
    )


def wrapped(words: str, width: float, size: float = SIZE, most: int = 12) -> list[str]:
    """The text wrapped to that width, in at most `most` lines; a word that is too long is cut."""
    lines: list[str] = []
    for word in words.split():
        fitting = word
        while breadth(fitting, size) > width and len(fitting) > 1:
            fitting = f"{fitting[:-2]}…"
        if lines and breadth(f"{lines[-1]} {fitting}", size) <= width:
            lines[-1] = f"{lines[-1]} {fitting}"
        else:
            lines.append(fitting)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


@dataclass(frozen=True)
class Pen:
    """Draws in the colours of a palette. `prefix` makes the ids of one drawing unique on a page."""

    palette: Palette
    prefix: str

    def named(self, suffix: str) -> Pen:
        """The same pen with another prefix."""
        return replace(self, prefix=f"{self.prefix}-{suffix}")

    def words(
        self,
        x: float,
        y: float,
        said: str | Sequence[str],
        *,
        size: float = SIZE,
        anchor: str = "start",
        strong: bool = False,
        quiet: bool = False,
    ) -> str:
        """One or more lines of text; `y` is the base line of the first."""
        lines = [said] if isinstance(said, str) else list(said)
        return "".join(
            element(
                "text",
                written(line),
                x=x,
                y=y + at * size * LINE,
                font_size=size,
                fill=self.palette.ink_2 if quiet else self.palette.ink,
                **({"text_anchor": anchor} if anchor != "start" else {}),
                **({"font_weight": "600"} if strong else {}),
            )
            for at, line in enumerate(lines)
        )

    def filled(self, x: float, y: float, width: float, height: float) -> str:
        """A solid bar, for certain counts."""
        return element("rect", x=x, y=y, width=width, height=height, fill=self.palette.ink)

    def outlined(self, x: float, y: float, width: float, height: float) -> str:
        """A bar with a broken outline, for possible counts."""
        return element(
            "rect", x=x, y=y, width=width, height=height, fill=self.palette.line, stroke=self.palette.ink_2,
            stroke_dasharray="3 2",
        )  # fmt: skip

    def hatched(self, x: float, y: float, width: float, height: float) -> str:
        """A hatched bar, for counts outside the axis; the drawing must contain `hatch`."""
        return element(
            "rect", x=x, y=y, width=width, height=height, fill=f"url(#{self.prefix}-hatch)", stroke=self.palette.ink_2
        )

    def hatch(self) -> str:
        """The definition of the pattern that `hatched` uses."""
        return element("defs", self.pattern("hatch", 5, 1.25, self.palette.ink_2))

    def pattern(self, name: str, distance: float, thickness: float, colour: str) -> str:
        """A pattern of slanted lines."""
        return element(
            "pattern",
            element("path", d=f"M{units(distance / 2)} 0v{units(distance)}", stroke=colour, stroke_width=thickness),
            id=f"{self.prefix}-{name}",
            width=distance,
            height=distance,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )

    def stroke(self, path: str, colour: str, width: float = 1, **more: Value) -> str:
        """A line along a path."""
        return element("path", d=path, fill="none", stroke=colour, stroke_width=width, **more)

    def across(self, left: float, right: float, y: float) -> str:
        """A horizontal grid line."""
        return self.stroke(f"M{units(left)} {units(y)}H{units(right)}", self.palette.line)
