"""Saying an uncertain date in English and Ukrainian, as a careful writer would."""

from datetime import date
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import get_language

from incidents.dates.edtf import SPRING, DateError, Point, UncertainDate, ends, parse, unreadable


def in_words(when: UncertainDate | str, language: str | None = None) -> str:
    """When something happened: "some time in November 2024", in `language` or the active one. Raises DateError."""
    words, first, last = _to_word(when, language)
    if first == last and first is not None:
        return words.possibly(words.happened(first), uncertain=first.uncertain)
    return _doubted(words, _interval(words, first, last), first, last)


def plainly(when: UncertainDate | str, language: str | None = None) -> str:
    """The date as a name, for a table or after "as of" («станом на»): "November 2024". Raises DateError."""
    words, first, last = _to_word(when, language)
    if first == last and first is not None:
        return words.possibly(words.named(first), uncertain=first.uncertain)
    return _doubted(words, _interval(words, first, last), first, last)


def period_in_words(when: UncertainDate | str, language: str | None = None) -> str:
    """The whole period of a count: "from October to November 2024", "in 2024". Raises DateError."""
    words, first, last = _to_word(when, language)
    return _doubted(words, words.period(first, last), first, last)


def short_month(day: date) -> str:
    """The abbreviated month for an axis, in the active language: "Apr", «кві»; only English capitalises it."""
    written = date_format(day, "M")
    return written.lower() if (get_language() or "").startswith("uk") else written


class _Language(Protocol):
    """The phrases of dates in a language."""

    def possibly(self, words: str, *, uncertain: bool) -> str: ...
    def doubted_end(self, words: str, *, first: bool) -> str: ...
    def happened(self, point: Point) -> str: ...
    def named(self, point: Point) -> str: ...
    def between(self, first: Point, last: Point) -> str: ...
    def not_after(self, last: Point) -> str: ...
    def not_before(self, first: Point) -> str: ...
    def period(self, first: Point | None, last: Point | None) -> str: ...


def _to_word(when: UncertainDate | str, language: str | None) -> tuple[_Language, Point | None, Point | None]:
    written = parse(when).edtf if isinstance(when, str) else when.edtf
    ukrainian = (language or get_language() or "").startswith("uk")
    return (_Ukrainian() if ukrainian else _English(), *ends(written))


def _interval(words: _Language, first: Point | None, last: Point | None) -> str:
    if first and last:
        return words.between(first, last)
    return words.not_before(first) if first else words.not_after(_known(last))


def _known(point: Point | None) -> Point:
    if point is None:  # `_ends` rejects an interval that is open at both ends
        raise DateError(unreadable())
    return point


def _doubted(words: _Language, text: str, first: Point | None, last: Point | None) -> str:
    """The text of an interval with its uncertainty: of the whole, or of the one end that is uncertain."""
    if first and last and first.uncertain != last.uncertain:
        return words.doubted_end(text, first=first.uncertain)
    return words.possibly(text, uncertain=any(point.uncertain for point in (first, last) if point))


def _shared(first: Point, last: Point) -> tuple[bool, bool]:
    """Whether the first of two dates can omit its year, and its month: "28 and 29 July 2022"."""
    same_year = first.precision == last.precision and first.year == last.year and first.month is not None
    return same_year, same_year and first.day is not None and first.month == last.month


def _months(months: str, seasons: str) -> dict[int, str]:
    """The names of months and seasons by their number in EDTF."""
    return dict(enumerate(months.split(), 1)) | dict(enumerate(seasons.split(), SPRING))


class _English:
    MONTHS = _months(
        "January February March April May June July August September October November December",
        "spring summer autumn winter",
    )

    def possibly(self, words: str, *, uncertain: bool) -> str:
        return f"possibly {words}" if uncertain else words

    def doubted_end(self, words: str, *, first: bool) -> str:
        return f"{words}; the {'first' if first else 'second'} date is uncertain"

    def happened(self, point: Point) -> str:
        if point.day is not None:
            return self.named(point)
        return f"some time in {self._date(point)}" + (", approximately" if point.approximate else "")

    def named(self, point: Point) -> str:
        return self._about(point) + self._date(point)

    def between(self, first: Point, last: Point) -> str:
        return f"between {self._first_of(first, last)} and {self.named(last)}"

    def not_after(self, last: Point) -> str:
        return f"{self._on(last)} or before {self.named(last)}"

    def not_before(self, first: Point) -> str:
        return f"{self._on(first)} or after {self.named(first)}"

    def period(self, first: Point | None, last: Point | None) -> str:
        if first is None:
            return f"until {self.named(_known(last))}"
        if last is None:
            return f"since {self.named(first)}"
        if first == last:
            return f"{self._on(first)} {self.named(first)}"
        return f"from {self._first_of(first, last)} to {self.named(last)}"

    def _first_of(self, first: Point, last: Point) -> str:
        no_year, no_month = _shared(first, last)
        return self._about(first) + self._date(first, year=not no_year, month=not no_month)

    def _date(self, point: Point, *, year: bool = True, month: bool = True) -> str:
        said_month = self.MONTHS[point.month] if point.month and month else None
        return " ".join(str(part) for part in (point.day, said_month, point.year if year else None) if part)

    @staticmethod
    def _about(point: Point) -> str:
        return "about " if point.approximate else ""

    @staticmethod
    def _on(point: Point) -> str:
        return "in" if point.day is None else "on"


class _Ukrainian:
    NOMINATIVE = _months(
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
        "весна літо осінь зима",
    )
    GENITIVE = _months(
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "весни літа осені зими",
    )
    LOCATIVE = _months(
        "січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні",
        "навесні влітку восени взимку",
    )
    INSTRUMENTAL = _months(
        "січнем лютим березнем квітнем травнем червнем липнем серпнем вереснем жовтнем листопадом груднем",
        "весною літом осінню зимою",
    )

    def possibly(self, words: str, *, uncertain: bool) -> str:
        return f"можливо, {words}" if uncertain else words

    def doubted_end(self, words: str, *, first: bool) -> str:
        return f"{words}; {'перша' if first else 'друга'} дата непевна"

    def happened(self, point: Point) -> str:
        return self._within(point)

    def named(self, point: Point) -> str:
        return self._about(point) + self._date(point, self.NOMINATIVE, of_year="рік")

    def between(self, first: Point, last: Point) -> str:
        of_first = "" if last.month is None else "роком"
        begin = self._about(first) + self._first_of(first, last, self.INSTRUMENTAL, of_year=of_first)
        of_year = "роками" if first.month is None else "роком"
        return f"між {begin} і {self._about(last)}{self._date(last, self.INSTRUMENTAL, of_year=of_year)}"

    def not_after(self, last: Point) -> str:
        return f"не пізніше {self._genitive(last)}"

    def not_before(self, first: Point) -> str:
        return f"не раніше {self._genitive(first)}"

    def period(self, first: Point | None, last: Point | None) -> str:
        if first is None:
            return f"до {self._genitive(_known(last))} включно"
        if last is None:
            return f"{self._about(first)}від {self._date(first, self.GENITIVE)}"
        if first == last:
            return self._within(first)
        of_year = "" if last.month is None else "року"
        begin = self._first_of(first, last, self.GENITIVE, of_year=of_year)
        return f"{self._about(first)}від {begin} до {self._genitive(last)}"

    def _genitive(self, point: Point) -> str:
        return self._about(point) + self._date(point, self.GENITIVE)

    def _within(self, point: Point) -> str:
        if point.day is not None:
            return self._about(point) + self._date(point, self.GENITIVE)
        said = self._date(point, self.LOCATIVE, of_year="році")
        if point.month is not None and point.month >= SPRING:
            return self._about(point) + said  # навесні, влітку: adverbs without a preposition
        # Ukrainian uses «в» after a vowel, unless the next word begins with «в» or a digit.
        preposition = "в" if point.approximate and point.month and not said.startswith("в") else "у"
        return f"{self._about(point)}{preposition} {said}"

    def _first_of(self, first: Point, last: Point, months: dict[int, str], *, of_year: str) -> str:
        no_year, no_month = _shared(first, last)
        return self._date(first, months, of_year=of_year, year=not no_year, month=not no_month)

    def _date(
        self, point: Point, months: dict[int, str], *, of_year: str = "року", year: bool = True, month: bool = True
    ) -> str:
        """After a day the month is in the genitive, and so is the year after a month, in every case."""
        if point.month is None:
            return f"{point.year} {of_year}".strip()
        said_month = (self.GENITIVE if point.day else months)[point.month] if month else None
        return " ".join(str(part) for part in (point.day, said_month, f"{point.year} року" if year else None) if part)

    @staticmethod
    def _about(point: Point) -> str:
        return "приблизно " if point.approximate else ""
