"""Line charts of a body's totals over time and the register's own count: the geometry, computed for the template.

Every coordinate is a string in SVG user units, because a template would localise the decimal point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

BOX = (720.0, 240.0, 170.0)
LEFT, TOP, BOTTOM = 44.0, 14.0, 30.0
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Reading:
    """One count as of a day. Readings of different `series` (another period or scope) are not connected. `name` is the
    label at the end of the line.

    `is_part`: of a shorter period than since the beginning. `is_open`: the number or more. Only readings that are exact
    and of the whole period are connected.
    """

    day: date
    value: int
    label: str
    series: str
    name: str
    is_part: bool = False
    is_open: bool = False
    is_exact: bool = True

    @property
    def is_connected(self) -> bool:
        """Whether it is a point of a line."""
        return self.is_exact and not self.is_part


@dataclass(frozen=True)
class Mark:
    """A point. `hollow`: not on a line. `open`: the number or more."""

    x: str
    y: str
    label: str
    value: str
    hollow: bool = False
    open: bool = False


@dataclass(frozen=True)
class Tick:
    place: str
    label: str


@dataclass(frozen=True)
class Chart:
    """`own` is the line of the register, as steps; `lines` are those of the body, one for each series."""

    width: str
    height: str
    left: str
    right: str
    bottom: str
    lines: tuple[str, ...]
    ends: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    own: str
    own_end: Mark | None
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def chart(
    readings: Sequence[Reading], own: Sequence[tuple[date, int]], box: tuple[float, float, float] = BOX
) -> Chart | None:
    """The chart; None for fewer than two days. `own` are the register's counts by day.

    `box` is the width, the height, and the width reserved on the right for the labels of the ends.
    """
    width, height, right = box
    days = sorted({reading.day for reading in readings})
    if len(days) < 2:
        return None
    first, last = date(days[0].year, 1, 1), days[-1]
    highest = max([reading.value for reading in readings] + [value for day, value in own if day <= last])
    step = step_of(highest)
    top = -(-highest // step) * step

    def x(day: date) -> float:
        return LEFT + (day - first) / max(last - first, timedelta(1)) * (width - LEFT - right)

    def y(value: float) -> float:
        return height - BOTTOM - value / top * (height - TOP - BOTTOM)

    series: dict[str, list[Reading]] = {}
    for reading in sorted((each for each in readings if each.is_connected), key=lambda each: each.day):
        series.setdefault(reading.series, []).append(reading)
    connected = list(series.values())
    lines = [" ".join(f"{_units(x(each.day))},{_units(y(each.value))}" for each in line) for line in connected]
    ends = [line[-1] for line in connected]
    within = _within(own, first, last)
    return Chart(
        width=_units(width),
        height=_units(height),
        left=_units(LEFT),
        right=_units(width - right),
        bottom=_units(height - BOTTOM),
        lines=tuple(lines),
        ends=tuple(Mark(_units(x(each.day)), _units(y(each.value)), each.name, str(each.value)) for each in ends),
        marks=tuple(
            Mark(
                _units(x(each.day)),
                _units(y(each.value)),
                each.label,
                str(each.value),
                hollow=not each.is_connected,
                open=each.is_open,
            )
            for each in readings
        ),
        own=_steps([(x(day), y(value)) for day, value in within]),
        own_end=Mark(_units(x(last)), _units(y(within[-1][1])), "", str(within[-1][1])) if within else None,
        across=tuple(Tick(_units(x(day)), label) for day, label in _years(first, last)),
        up=tuple(Tick(_units(y(value)), str(value)) for value in range(0, top + 1, step)),
    )


def _units(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def step_of(highest: int) -> int:
    """The distance of the grid lines: 1, 2 or 5 times a power of ten, so that there are at most six of them."""
    power = 1
    while True:
        for factor in STEPS:
            if highest <= 5 * factor * power:
                return factor * power
        power *= 10


def _years(first: date, last: date) -> Iterable[tuple[date, str]]:
    for year in range(first.year, last.year + 1):
        yield date(year, 1, 1), str(year)


def _within(own: Sequence[tuple[date, int]], first: date, last: date) -> list[tuple[date, int]]:
    """The register's counts from the chart's first day to its last, including the counts on those two days."""
    before = [value for day, value in own if day <= first]
    inside = [(day, value) for day, value in own if first < day <= last]
    if not before and not inside:
        return []
    begun = [(first, before[-1] if before else 0), *inside]
    return [*begun, (last, begun[-1][1])]


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A polyline in steps: level until the next day with an increase."""
    corners: list[tuple[float, float]] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return " ".join(f"{_units(x)},{_units(y)}" for x, y in corners)
