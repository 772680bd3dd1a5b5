"""A column chart over an axis of months, with separate columns for incidents outside the axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from incidents.register.charts.histogram import Axis
from incidents.register.charts.lines import step_of
from incidents.register.charts.numbers import Bar, Number, placed
from incidents.register.charts.svg import LINE, Drawing, Pen, breadth, units, wrapped

PLOT = 190.0  # height of the highest column
TOP, LEFT = 26.0, 34.0
SMALL = 12.0
GAP = 14.0
ROOMY = 60.0  # the least width of a column that has its own label


@dataclass(frozen=True)
class Count:
    """A range of numbers; for a count of incidents the three are equal. Without a best estimate `best` is None."""

    low: int
    best: int | None
    high: int

    @property
    def label(self) -> str:
        """The number, or the range."""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True)
class Aside:
    """A labelled column beside the axis, for what belongs to no single column."""

    label: str
    count: Count


@dataclass(frozen=True)
class _Frame:
    width: float
    right: float
    slot: float
    highest: int
    step: int

    @property
    def base(self) -> float:
        return TOP + PLOT

    def y(self, value: float) -> float:
        return self.base - value / self.highest * PLOT


def draw(pen: Pen, width: float, axis: Axis | None, counts: Sequence[Count], asides: Sequence[Aside]) -> Drawing:
    """Draw the columns and the asides to their right. Without an axis there are only asides."""
    frame = _frame(width, [*counts, *(aside.count for aside in asides)], len(asides), has_axis=axis is not None)
    below = [wrapped(aside.label, frame.slot - 6, SMALL, 4) for aside in asides]
    deepest = max([1.6, *(len(lines) for lines in below)])
    body = [pen.hatch(), _scale(pen, frame)]
    untold: list[str] = []
    if axis:
        numbers = _numbers(frame, axis, counts)
        body.append(_columns(pen, frame, axis, counts, numbers))
        if len(numbers) < sum(1 for count in counts if count.high):
            said = _("Where a bar has no number there is no room for it; the table has them all.")
            untold = wrapped(said, width, SMALL)
    for at, (aside, lines) in enumerate(zip(asides, below, strict=True)):
        middle = (frame.right + GAP if axis else LEFT) + (at + 0.5) * frame.slot
        body.append(_bar(pen, frame, middle - 13, 26, aside.count, hatched=True))
        body.append(_number(pen, frame, middle, aside.count))
        body.append(pen.words(middle, frame.base + 19, lines, size=SMALL, anchor="middle", quiet=True))
    body.append(_base(pen, frame, len(asides), has_axis=axis is not None))
    bottom = frame.base + 12 + deepest * SMALL * LINE
    body.append(pen.words(0, bottom + SMALL, untold, size=SMALL, quiet=True))
    return Drawing(width, bottom + len(untold) * SMALL * LINE, "".join(body))


def _frame(width: float, counts: Sequence[Count], asides: int, *, has_axis: bool) -> _Frame:
    step = step_of(max([1, *(count.high for count in counts)]))
    highest = -(-max([1, *(count.high for count in counts)]) // step) * step
    slot = 96.0 if width > 500 else 70.0
    right = width - asides * slot - (GAP if asides else 4) if has_axis else LEFT
    return _Frame(width, right, slot, highest, step)


def _scale(pen: Pen, frame: _Frame) -> str:
    lines = [
        pen.across(LEFT, frame.width, frame.y(value))
        + pen.words(LEFT - 7, frame.y(value) + 4, str(value), size=SMALL, anchor="end", quiet=True)
        for value in range(0, frame.highest + 1, frame.step)
    ]
    return "".join(lines)


def _columns(pen: Pen, frame: _Frame, axis: Axis, counts: Sequence[Count], numbers: Sequence[Number]) -> str:
    thick = _thick(frame, axis)
    bars = [
        _bar(pen, frame, middle - thick / 2, thick, count)
        for middle, count in zip(_middles(frame, axis), counts, strict=True)
        if count.high
    ]
    above = [_above(pen, number) for number in numbers]
    return "".join([*bars, *above, *_ticks(pen, frame, axis, frame.right - LEFT)])


def _above(pen: Pen, number: Number) -> str:
    line = "" if number.foot is None else f"M{units(number.x)} {units(number.y + 3)}V{units(number.foot)}"
    leader = pen.stroke(line, pen.palette.line_strong) if line else ""
    return leader + pen.words(number.x, number.y, number.label, size=SMALL, anchor="middle")


def _ticks(pen: Pen, frame: _Frame, axis: Axis, span: float) -> Iterator[str]:
    """The labels of the axis: centred below a wide column, else beside a tick where the month or year begins."""
    each = span / axis.n
    for day, label in _fitting(axis, span):
        x = LEFT + axis.x(day) / 100 * span
        if each > ROOMY:
            yield pen.words(x + each / 2, frame.base + 19, label, size=SMALL, anchor="middle", quiet=True)
        else:
            yield pen.stroke(f"M{units(x)} {units(frame.base)}v6", pen.palette.line_strong)
            yield pen.words(x + 3, frame.base + 19, label, size=SMALL, quiet=True)


def _numbers(frame: _Frame, axis: Axis, counts: Sequence[Count]) -> list[Number]:
    """The numbers of the columns, as many as fit."""
    bars = [
        Bar(middle, frame.y(count.high), count.label, breadth(count.label, SMALL))
        for middle, count in zip(_middles(frame, axis), counts, strict=True)
        if count.high
    ]
    return placed(bars, _thick(frame, axis), LEFT)


def _middles(frame: _Frame, axis: Axis) -> list[float]:
    each = (frame.right - LEFT) / axis.n
    return [LEFT + (at + 0.5) * each for at in range(axis.n)]


def _thick(frame: _Frame, axis: Axis) -> float:
    each = (frame.right - LEFT) / axis.n
    return min(max(each * 0.78, each - 4, 1.5), 44)


def _fitting(axis: Axis, span: float) -> list[tuple[date, str]]:
    """The labels that neither overlap nor leave the axis."""
    found: list[tuple[date, str]] = []
    free = 0.0
    for day, label in axis.labels:
        x = axis.x(day) / 100 * span
        long = len(label) * SMALL * 0.6
        if x >= free and x + long <= span + GAP:
            found.append((day, label))
            free = x + long + 6
    return found


def _bar(pen: Pen, frame: _Frame, x: float, thick: float, count: Count, *, hatched: bool = False) -> str:
    low, high, base = frame.y(count.low), frame.y(count.high), frame.base
    parts = []
    if count.low:
        draw_low = pen.hatched if hatched else pen.filled
        parts.append(draw_low(x, low, thick, base - low))
    if count.high > count.low:
        parts.append(pen.outlined(x, high, thick, low - high))
    if count.best is not None and count.high > count.low:
        best = frame.y(count.best)
        parts.append(pen.stroke(f"M{units(x - 2)} {units(best)}h{units(thick + 4)}", pen.palette.accent, 3))
    return "".join(parts)


def _number(pen: Pen, frame: _Frame, middle: float, count: Count) -> str:
    beside_scale = LEFT + breadth(count.label, SMALL) / 2 + 1
    return pen.words(max(middle, beside_scale), frame.y(count.high) - 6, count.label, size=SMALL, anchor="middle")


def _base(pen: Pen, frame: _Frame, asides: int, *, has_axis: bool) -> str:
    parts = [f"M{units(LEFT)} {units(frame.base)}H{units(frame.right)}"] if has_axis else []
    if asides:
        start = frame.right + GAP if has_axis else LEFT
        parts.append(f"M{units(start)} {units(frame.base)}h{units(asides * frame.slot - 4)}")
    return pen.stroke("".join(parts), pen.palette.ink_2)
