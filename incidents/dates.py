"""Uncertain dates in EDTF: ISO 8601-2 level 0, and of level 1 the qualifiers `~ ? %` and half-open intervals.

`2025-05-22` · `2024-11` · `2024` · `2024-09/2024-10` · `2024-11-23~` about · `2024-11?` uncertain · `2024-11%` both ·
`../2025-05-21` on or before · `2025-05-21/..` on or after. In an interval, something happened between the two days.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

LONGEST = 64
YEARS = range(1900, 2101)

_POINT = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?(?P<qualifier>[~?%]?)")
_OPEN = ".."


class DateError(ValueError):
    """A text that is not a valid date of the register. The message is for readers and says what is accepted."""


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
class _Point:
    """A day, a month or a year, as written."""

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
    def precision(self) -> tuple[bool, bool]:
        return self.month is None, self.day is None


type _Ends = tuple[_Point | None, _Point | None]


def parse(text: str) -> UncertainDate:
    """The date from EDTF text; surrounding space is ignored. Raises DateError."""
    text = text.strip() if len(text) <= 2 * LONGEST else ""
    if not text or len(text) > LONGEST:
        raise DateError(_unreadable())
    return _parse(text)


def overlaps(earliest: date | None, latest: date | None, since: date | None, until: date | None) -> bool:
    """Whether what happened between `earliest` and `latest` may be within the days from `since` to `until`, all
    included; None leaves an end open. `filters.declarations.overlap` is the same in SQL."""
    begins_in_time = until is None or earliest is None or earliest <= until
    ends_in_time = since is None or latest is None or latest >= since
    return begins_in_time and ends_in_time


def in_words(when: UncertainDate | str, language: str | None = None) -> str:
    """When something happened: "some time in November 2024", in `language` or the active one. Raises DateError."""
    words, first, last = _to_word(when, language)
    if first == last and first is not None:
        return words.possibly(words.happened(first), uncertain=first.uncertain)
    return words.possibly(_interval(words, first, last), uncertain=_any_uncertain(first, last))


def plainly(when: UncertainDate | str, language: str | None = None) -> str:
    """The date as a name, for a table or after "as of" («станом на»): "November 2024". Raises DateError."""
    words, first, last = _to_word(when, language)
    if first == last and first is not None:
        return words.possibly(words.named(first), uncertain=first.uncertain)
    return words.possibly(_interval(words, first, last), uncertain=_any_uncertain(first, last))


def period_in_words(when: UncertainDate | str, language: str | None = None) -> str:
    """The whole period of a count: "from October to November 2024", "in 2024". Raises DateError."""
    words, first, last = _to_word(when, language)
    return words.possibly(words.period(first, last), uncertain=_any_uncertain(first, last))


def short_month(day: date) -> str:
    """The abbreviated month for an axis, in the active language: "Apr", «кві»; only English capitalises it."""
    written = date_format(day, "M")
    return written.lower() if (get_language() or "").startswith("uk") else written


@lru_cache(maxsize=4096)
def _parse(text: str) -> UncertainDate:
    first, last = _ends(text)
    begin, end = (_days(point) if point else None for point in (first, last))
    if begin and end and (begin[0] > end[0] or begin[1] > end[1]):
        raise DateError(gettext("The first date must come before the second, as in 2024-09/2024-10."))
    points = [point for point in (first, last) if point]
    return UncertainDate(
        edtf=_written(first, last),
        earliest=begin[0] if begin else None,
        latest=end[1] if end else None,
        approximate=any(point.approximate for point in points),
        uncertain=any(point.uncertain for point in points),
    )


def _ends(text: str) -> _Ends:
    """Both ends of an interval; a single date is both of its own ends."""
    parts = text.split("/")
    if len(parts) > 2 or parts.count(_OPEN) == len(parts):
        raise DateError(_unreadable())
    first, last = (None if part == _OPEN and len(parts) == 2 else _point(part) for part in (parts[0], parts[-1]))
    return first, last


def _point(text: str) -> _Point:
    match = _POINT.fullmatch(text)
    if not match:
        raise DateError(_unreadable())
    year = int(match["year"])
    month, day = (int(match[part]) if match[part] else None for part in ("month", "day"))
    if year not in YEARS:
        raise DateError(
            gettext("The year must be between %(first)d and %(last)d, as in 2025-05-22.")
            % {"first": YEARS[0], "last": YEARS[-1]}
        )
    return _Point(year, month, day, match["qualifier"])


@lru_cache(maxsize=4096)
def _days(point: _Point) -> tuple[date, date]:
    """The first and the last day of a day, month or year."""
    first_month, last_month = (point.month, point.month) if point.month is not None else (1, 12)
    try:
        last_day = point.day if point.day is not None else monthrange(point.year, last_month)[1]
        first_day = point.day if point.day is not None else 1
        return date(point.year, first_month, first_day), date(point.year, last_month, last_day)
    except ValueError as error:  # includes IllegalMonthError: EDTF's seasons are months from 21 on, and not accepted
        raise DateError(gettext("The calendar has no such date. Write it like 2025-05-22 or 2024-11.")) from error


def _bare(point: _Point) -> str:
    return "-".join([f"{point.year:04}", *(f"{part:02}" for part in (point.month, point.day) if part is not None)])


def _written(first: _Point | None, last: _Point | None) -> str:
    ends = [_bare(point) + point.qualifier if point else _OPEN for point in (first, last)]
    return ends[0] if ends[0] == ends[1] else "/".join(ends)


def _unreadable() -> str:
    return gettext(
        "This date cannot be read. Write it like 2025-05-22, 2024-11, 2024, 2024-09/2024-10, 2024-11-23~ (about this "
        "day) or ../2025-05-21 (on or before this day)."
    )


class _Language(Protocol):
    """The phrases of dates in a language."""

    def possibly(self, words: str, *, uncertain: bool) -> str: ...
    def happened(self, point: _Point) -> str: ...
    def named(self, point: _Point) -> str: ...
    def between(self, first: _Point, last: _Point) -> str: ...
    def not_after(self, last: _Point) -> str: ...
    def not_before(self, first: _Point) -> str: ...
    def period(self, first: _Point | None, last: _Point | None) -> str: ...


def _to_word(when: UncertainDate | str, language: str | None) -> tuple[_Language, _Point | None, _Point | None]:
    written = parse(when).edtf if isinstance(when, str) else when.edtf
    ukrainian = (language or get_language() or "").startswith("uk")
    return (_Ukrainian() if ukrainian else _English(), *_ends(written))


def _interval(words: _Language, first: _Point | None, last: _Point | None) -> str:
    if first and last:
        return words.between(first, last)
    return words.not_before(first) if first else words.not_after(_known(last))


def _known(point: _Point | None) -> _Point:
    if point is None:  # `_ends` rejects an interval that is open at both ends
        raise DateError(_unreadable())
    return point


def _any_uncertain(*points: _Point | None) -> bool:
    return any(point.uncertain for point in points if point)


def _shared(first: _Point, last: _Point) -> tuple[bool, bool]:
    """Whether the first of two dates can omit its year, and its month: "28 and 29 July 2022"."""
    same_year = first.precision == last.precision and first.year == last.year and first.month is not None
    return same_year, same_year and first.day is not None and first.month == last.month


def _months(names: str) -> list[str]:
    return names.split()


class _English:
    MONTHS = _months("January February March April May June July August September October November December")

    def possibly(self, words: str, *, uncertain: bool) -> str:
        return f"possibly {words}" if uncertain else words

    def happened(self, point: _Point) -> str:
        if point.day is not None:
            return self.named(point)
        return f"some time in {self._date(point)}" + (", approximately" if point.approximate else "")

    def named(self, point: _Point) -> str:
        return self._about(point) + self._date(point)

    def between(self, first: _Point, last: _Point) -> str:
        return f"between {self._first_of(first, last)} and {self.named(last)}"

    def not_after(self, last: _Point) -> str:
        return f"{self._on(last)} or before {self.named(last)}"

    def not_before(self, first: _Point) -> str:
        return f"{self._on(first)} or after {self.named(first)}"

    def period(self, first: _Point | None, last: _Point | None) -> str:
        if first is None:
            return f"until {self.named(_known(last))}"
        if last is None:
            return f"since {self.named(first)}"
        if first == last:
            return f"{self._on(first)} {self.named(first)}"
        return f"from {self._first_of(first, last)} to {self.named(last)}"

    def _first_of(self, first: _Point, last: _Point) -> str:
        no_year, no_month = _shared(first, last)
        return self._about(first) + self._date(first, year=not no_year, month=not no_month)

    def _date(self, point: _Point, *, year: bool = True, month: bool = True) -> str:
        said_month = self.MONTHS[point.month - 1] if point.month and month else None
        return " ".join(str(part) for part in (point.day, said_month, point.year if year else None) if part)

    @staticmethod
    def _about(point: _Point) -> str:
        return "about " if point.approximate else ""

    @staticmethod
    def _on(point: _Point) -> str:
        return "in" if point.day is None else "on"


class _Ukrainian:
    NOMINATIVE = _months(
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"
    )
    GENITIVE = _months("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня")
    LOCATIVE = _months("січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні")
    INSTRUMENTAL = _months(
        "січнем лютим березнем квітнем травнем червнем липнем серпнем вереснем жовтнем листопадом груднем"
    )

    def possibly(self, words: str, *, uncertain: bool) -> str:
        return f"можливо, {words}" if uncertain else words

    def happened(self, point: _Point) -> str:
        return self._within(point)

    def named(self, point: _Point) -> str:
        return self._about(point) + self._date(point, self.NOMINATIVE, of_year="рік")

    def between(self, first: _Point, last: _Point) -> str:
        of_first = "" if last.month is None else "роком"
        begin = self._about(first) + self._first_of(first, last, self.INSTRUMENTAL, of_year=of_first)
        of_year = "роками" if first.month is None else "роком"
        return f"між {begin} і {self._about(last)}{self._date(last, self.INSTRUMENTAL, of_year=of_year)}"

    def not_after(self, last: _Point) -> str:
        return f"не пізніше {self._genitive(last)}"

    def not_before(self, first: _Point) -> str:
        return f"не раніше {self._genitive(first)}"

    def period(self, first: _Point | None, last: _Point | None) -> str:
        if first is None:
            return f"до {self._genitive(_known(last))} включно"
        if last is None:
            return f"{self._about(first)}від {self._date(first, self.GENITIVE)}"
        if first == last:
            return self._within(first)
        of_year = "" if last.month is None else "року"
        begin = self._first_of(first, last, self.GENITIVE, of_year=of_year)
        return f"{self._about(first)}від {begin} до {self._genitive(last)}"

    def _genitive(self, point: _Point) -> str:
        return self._about(point) + self._date(point, self.GENITIVE)

    def _within(self, point: _Point) -> str:
        if point.day is not None:
            return self._about(point) + self._date(point, self.GENITIVE)
        said = self._date(point, self.LOCATIVE, of_year="році")
        # Ukrainian uses «в» after a vowel, unless the next word begins with «в» or a digit.
        preposition = "в" if point.approximate and point.month and not said.startswith("в") else "у"
        return f"{self._about(point)}{preposition} {said}"

    def _first_of(self, first: _Point, last: _Point, months: list[str], *, of_year: str) -> str:
        no_year, no_month = _shared(first, last)
        return self._date(first, months, of_year=of_year, year=not no_year, month=not no_month)

    def _date(
        self, point: _Point, months: list[str], *, of_year: str = "року", year: bool = True, month: bool = True
    ) -> str:
        """After a day the month is in the genitive, and so is the year after a month, in every case."""
        if point.month is None:
            return f"{point.year} {of_year}".strip()
        said_month = (self.GENITIVE if point.day else months)[point.month - 1] if month else None
        return " ".join(str(part) for part in (point.day, said_month, f"{point.year} року" if year else None) if part)

    @staticmethod
    def _about(point: _Point) -> str:
        return "приблизно " if point.approximate else ""
