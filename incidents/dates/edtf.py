"""Uncertain dates in EDTF (ISO 8601-2), levels 0 and 1, without times and years of more than four digits.

`2025-05-22` · `2024-11` · `2024` · `2024-21` spring · `2024-09/2024-10` · `2024-11-23~` about · `2024-11?` uncertain ·
`2024-11%` both · `../2025-05-21` on or before · `2025-05-21/..` on or after. In an interval, something happened between
the two days. What has a shorter form is kept in it: `2024-XX` is `2024`, `202X` is `2020/2029`, `2025-05-21/` is
`2025-05-21/..`.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext

LONGEST = 64
YEARS = range(1900, 2101)
SPRING, SUMMER, AUTUMN, WINTER = range(21, 25)  # ISO 8601-2, table 1: they stand in the place of the month

_POINT = re.compile(
    r"(?P<year>[0-9]{2}([0-9]{2}|[0-9]X|XX))(-(?P<month>[0-9]{2}|[01]X|XX)(-(?P<day>[0-9]{2}|[0-3]X|XX))?)?"
    r"(?P<qualifier>[~?%]?)"
)
_LEVEL_2 = re.compile(r"[\[{].*[\]}]|Y-?[0-9].*|[-0-9X]+S[0-9]+|[0-9X]{4}(-[0-9X]{2}){0,2}|[-0-9X/.]*[~?%]-?[0-9X].*")
_SET = re.compile(r"[\[{](?P<first>[-0-9]+)(,|\.\.)(.*[,.])?(?P<last>[-0-9]+)[\]}]")
_OPEN = ".."
_MONTHS = [f"{month:02}" for month in range(1, 13)]
_LEVEL_2_SEASONS = [str(number) for number in range(25, 42)]  # of the southern hemisphere, quarters, halves of a year


class DateError(ValueError):
    """A text that is not a valid date of the register. The message is for readers and says what is accepted;
    `proposals` are dates in EDTF that may be meant."""

    def __init__(self, message: str, proposals: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.proposals = tuple(proposals)


@dataclass(frozen=True)
class UncertainDate:
    """An uncertain date.

    `earliest` and `latest` are the first and the last possible day, None if the interval is open. "Approximate" and
    "uncertain" do not widen them, because the range of "about" is not defined and a filter must not guess it.
    """

    edtf: str
    earliest: date | None
    latest: date | None
    approximate: bool
    uncertain: bool


@dataclass(frozen=True)
class Point:
    """A day, a month, a season (`month` from 21 on) or a year, as written."""

    year: int
    month: int | None
    day: int | None
    qualifier: str

    @property
    def approximate(self) -> bool:
        return self.qualifier in ("~", "%")

    @property
    def uncertain(self) -> bool:
        return self.qualifier in ("?", "%")

    @property
    def precision(self) -> int:
        """0 a year, 1 a season, 2 a month, 3 a day."""
        if self.month is None:
            return 0
        return 3 if self.day is not None else 1 if self.month >= SPRING else 2


type Ends = tuple[Point | None, Point | None]


def parse(text: str) -> UncertainDate:
    """The date from EDTF text; surrounding space is ignored. Raises DateError."""
    text = text.strip() if len(text) <= 2 * LONGEST else ""
    if not text or len(text) > LONGEST:
        raise DateError(unreadable())
    return _parse(text)


def overlaps(earliest: date | None, latest: date | None, since: date | None, until: date | None) -> bool:
    """Whether what happened between `earliest` and `latest` may be within the days from `since` to `until`, all
    included; None leaves an end open. `filters.declarations.overlap` is the same in SQL."""
    begins_in_time = until is None or earliest is None or earliest <= until
    ends_in_time = since is None or latest is None or latest >= since
    return begins_in_time and ends_in_time


def unreadable() -> str:
    """The message for a text that is no date."""
    return gettext(
        "This date cannot be read. Write it like 2025-05-22, 2024-11, 2024, 2024-09/2024-10, 2024-11-23~ (about this "
        "day) or ../2025-05-21 (on or before this day)."
    )


@lru_cache(maxsize=4096)
def _parse(text: str) -> UncertainDate:
    first, last = ends(text)
    begin, end = (days(point) if point else None for point in (first, last))
    points = [point for point in (first, last) if point]
    return UncertainDate(
        edtf=_written(first, last),
        earliest=begin[0] if begin else None,
        latest=end[1] if end else None,
        approximate=any(point.approximate for point in points),
        uncertain=any(point.uncertain for point in points),
    )


def ends(text: str) -> Ends:
    """Both ends of an interval; a single date is both of its own ends. Raises DateError."""
    parts = [part or _OPEN for part in text.split("/")]
    if len(parts) > 2 or parts.count(_OPEN) == len(parts):
        raise _refused(text)
    first, last = (None if part == _OPEN and len(parts) == 2 else _span(part) for part in (parts[0], parts[-1]))
    begin, end = first[0] if first else None, last[1] if last else None
    return _ordered(begin, end) if begin and end else (begin, end)


def _ordered(first: Point, last: Point) -> Ends:
    """Both ends, the coarser one narrowed to the part that the finer one leaves: `2024/2024-06` begins in January."""
    if days(first)[1] > days(last)[1] and first.precision < last.precision:
        first = _narrowed(first, days(first)[0], last.precision)
    if days(first)[0] > days(last)[0] and last.precision < first.precision:
        last = _narrowed(last, days(last)[1], first.precision)
    if days(first)[0] > days(last)[0] or days(first)[1] > days(last)[1]:
        raise DateError(
            gettext("The first date must come before the second, as in 2024-09/2024-10."), [_written(last, first)]
        )
    return first, last


def _narrowed(point: Point, day: date, precision: int) -> Point:
    return replace(point, month=day.month, day=day.day if precision == 3 else None)


def _span(text: str) -> tuple[Point, Point]:
    """The first and the last date that a text with unspecified digits (X) can be; without any, both are the same."""
    match = _POINT.fullmatch(text)
    if not match:
        raise _refused(text)
    year, month, day = match["year"], match["month"] or "XX", match["day"] or "XX"
    if month in _LEVEL_2_SEASONS or ("X" in year and month != "XX") or ("X" in month and day != "XX"):
        raise _refused(text)
    days_of_month = monthrange(int(year), int(month))[1] if month in _MONTHS and "X" not in year else 31
    first, last = (
        _point(
            int(year.replace("X", digit)),
            _filled(month, digit, 12),
            _filled(day, digit, days_of_month),
            match["qualifier"],
        )
        for digit in "09"
    )
    return first, last


def _filled(digits: str, digit: str, largest: int) -> int | None:
    """The number with `digit` for X: the smallest possible with 0, the largest with 9. None for XX."""
    if digits == "XX":
        return None
    number = int(digits.replace("X", digit))
    if "X" not in digits:
        return number
    return max(number, 1) if digit == "0" else min(number, largest)


def _point(year: int, month: int | None, day: int | None, qualifier: str) -> Point:
    if year not in YEARS:
        raise DateError(
            gettext("The year must be between %(first)d and %(last)d, as in 2025-05-22.")
            % {"first": YEARS[0], "last": YEARS[-1]}
        )
    point = Point(year, month, day, qualifier)
    days(point)  # raises DateError for what no calendar has
    return point


@lru_cache(maxsize=4096)
def days(point: Point) -> tuple[date, date]:
    """The first and the last day of a day, month, season or year. Raises DateError.

    Seasons are those of the northern hemisphere, in whole months. ISO 8601-2 does not say whether the winter of a year
    ends or begins in it, so it may be either.
    """
    if point.day is None and point.month == WINTER:
        return date(point.year - 1, 12, 1), date(point.year + 1, 2, monthrange(point.year + 1, 2)[1])
    first, last = _months(point)
    try:
        last_day = point.day if point.day is not None else monthrange(point.year, last)[1]
        first_day = point.day if point.day is not None else 1
        return date(point.year, first, first_day), date(point.year, last, last_day)
    except ValueError as error:  # includes IllegalMonthError
        raise DateError(
            gettext("The calendar has no such date. Write it like 2025-05-22 or 2024-11."), _nearest(point)
        ) from error


def _months(point: Point) -> tuple[int, int]:
    if point.month is None:
        return 1, 12
    if point.day is None and SPRING <= point.month <= AUTUMN:
        first = 3 * (point.month - SPRING + 1)
        return first, first + 2
    return point.month, point.month


def _nearest(point: Point) -> list[str]:
    """What a date that the calendar does not have may have been: the last day of its month, the month, or its year."""
    if point.month is None or not 1 <= point.month <= 12:
        return [f"{point.year}"]
    month = f"{point.year}-{point.month:02}"
    return [f"{month}-{monthrange(point.year, point.month)[1]}", month]


def _bare(point: Point) -> str:
    return "-".join([f"{point.year:04}", *(f"{part:02}" for part in (point.month, point.day) if part is not None)])


def _written(first: Point | None, last: Point | None) -> str:
    both = [_bare(point) + point.qualifier if point else _OPEN for point in (first, last)]
    return both[0] if both[0] == both[1] else "/".join(both)


def _refused(text: str) -> DateError:
    """The error for a text that is not EDTF of level 1."""
    if not _LEVEL_2.fullmatch(text):
        return DateError(unreadable())
    alternatives = _SET.fullmatch(text)
    return DateError(
        gettext(
            "This is EDTF level 2 (sets, qualified parts, quarters, large years), which the register does not keep. "
            "Write the first and the last possible date, as in 2025-05-22/2025-05-24."
        ),
        [f"{alternatives['first']}/{alternatives['last']}"] if alternatives else [],
    )
