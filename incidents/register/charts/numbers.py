"""Places the numbers of columns: above the column, or where that is taken, higher up with a leader line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIZE = 12.0  # of the digits
ABOVE = 6.0  # from the top of a column to the base line of its number
STEP = 6.0  # by which a number is moved up at each attempt
HIGHEST = SIZE
MOST_LIFTED = 48  # columns; with more, leader lines would be unreadable


@dataclass(frozen=True)
class Bar:
    """A column: the middle and the top of it, its label, and the width of the label."""

    middle: float
    top: float
    label: str
    breadth: float


@dataclass(frozen=True)
class Number:
    """A number and its base line. `foot` is the end of its leader line; None if there is none."""

    x: float
    y: float
    label: str
    breadth: float
    foot: float | None

    def is_near(self, x: float, top: float, base: float, half: float) -> bool:
        """Whether a box of that half width, from `top` down to `base`, would touch the number or its leader line."""
        beside = abs(self.x - x)
        touches = beside < self.breadth / 2 + half + 3 and top < self.y + 2 and base > self.y - SIZE
        crosses = self.foot is not None and beside < half + 3 and top < self.foot and base > self.y
        return touches or crosses


def placed(bars: Sequence[Bar], thick: float, leftmost: float) -> list[Number]:
    """The numbers that fit, placed from the highest column down. None overlaps a number or a column."""
    found: list[Number] = []
    for bar in sorted(bars, key=lambda each: each.top):
        number = next(
            (each for each in _tried(bar, len(bars), leftmost) if _is_free(each, bar, bars, thick, found)), None
        )
        if number:
            found.append(number)
    return found


def _tried(bar: Bar, n: int, leftmost: float) -> Iterator[Number]:
    """Candidate positions: above the column, then higher and higher."""
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
