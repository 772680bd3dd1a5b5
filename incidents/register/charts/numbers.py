"""Where the numbers of columns stand: right above them, or where that is taken, higher up with a line leading down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIZE = 12.0  # of the digits
ABOVE = 6.0  # from a column to the base of its number
STEP = 6.0  # by which a number is tried higher
HIGHEST = SIZE
MOST_LIFTED = 48  # columns; among more, lines would be a thicket


@dataclass(frozen=True)
class Bar:
    """A column that has a number: where its middle and its top are, and how wide its number is."""

    middle: float
    top: float
    label: str
    breadth: float


@dataclass(frozen=True)
class Number:
    """A number with the base line that it stands on. `foot` is where its line ends; None where it needs none."""

    x: float
    y: float
    label: str
    breadth: float
    foot: float | None

    def is_near(self, x: float, top: float, base: float, half: float) -> bool:
        """Whether something so wide, from `top` down to `base`, would touch the number or its line."""
        beside = abs(self.x - x)
        touches = beside < self.breadth / 2 + half + 3 and top < self.y + 2 and base > self.y - SIZE
        crosses = self.foot is not None and beside < half + 3 and top < self.foot and base > self.y
        return touches or crosses


def placed(bars: Sequence[Bar], thick: float, leftmost: float) -> list[Number]:
    """The numbers for which there is room, those of the highest columns first. Nothing hides a number or a column."""
    found: list[Number] = []
    for bar in sorted(bars, key=lambda each: each.top):
        number = next(
            (each for each in _tried(bar, len(bars), leftmost) if _is_free(each, bar, bars, thick, found)), None
        )
        if number:
            found.append(number)
    return found


def _tried(bar: Bar, n: int, leftmost: float) -> Iterator[Number]:
    """Above the column, then ever higher."""
    x = max(bar.middle, leftmost + bar.breadth / 2 + 1)
    y = bar.top - ABOVE
    yield Number(x, y, bar.label, bar.breadth, None)
    while n <= MOST_LIFTED and x == bar.middle and (y := y - STEP) >= HIGHEST:
        yield Number(x, y, bar.label, bar.breadth, bar.top - 2)


def _is_free(number: Number, own: Bar, bars: Sequence[Bar], thick: float, others: Sequence[Number]) -> bool:
    reach = (number.breadth + thick) / 2 + 3
    on_a_bar = any(abs(bar.middle - number.x) < reach and bar.top < number.y + 2 for bar in bars if bar is not own)
    foot = number.foot or number.y
    return not on_a_bar and not any(
        other.is_near(number.x, number.y - SIZE, number.y, number.breadth / 2)
        or other.is_near(number.x, number.y, foot, 0)
        for other in others
    )
