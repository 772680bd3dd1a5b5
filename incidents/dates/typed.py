"""Reading the dates that people type in English, Ukrainian and Russian: 24.05.2025, «навесні 2024», before 6 April.

A text may have several meanings: 05/06/2025 is 5 June or 6 May. All are returned, and a person chooses.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from incidents.dates.edtf import LONGEST, WINTER, DateError, UncertainDate, parse, unreadable
from incidents.dates.vocabulary import (
    APPROXIMATE,
    BOUNDS,
    FILLERS,
    MONTHS,
    PARTS,
    RANGES,
    SEASONS,
    UNCERTAIN,
    WEEKDAYS,
    YEAR_NOUNS,
    Bound,
)

WAR_BEGAN = date(2014, 2, 20)
_KYIV = ZoneInfo("Europe/Kyiv")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_SEPARATORS = re.compile(r"[ .,/-]*")
_TIME = re.compile(
    r"[ t,]+(?:at |о |об )?([0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?) ?(z|utc|[+-][0-9:]{2,5})?$"
)
_DAYS_OF_PART = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), "first half": (1, 15), "second half": (16, 31)}


def read(text: str) -> tuple[UncertainDate, ...]:
    """The dates that a text can mean, the earlier one first; one if there is no doubt. Raises DateError, with proposals
    where something similar makes sense."""
    text = " ".join(unicodedata.normalize("NFC", text[: 4 * LONGEST]).partition(" · ")[0].split())
    try:
        return (parse(text),)
    except DateError as refusal:
        if len(text) > LONGEST or not text.isprintable():
            raise
        meanings = _distinct(_meanings(_normalised(text)))
        if meanings:
            return meanings
        raise _with_proposals(text, refusal) from None


def doubt(when: UncertainDate, today: date | None = None) -> str:
    """Why a date is unlikely in this register, as a sentence; "" if it is not."""
    if when.earliest and when.earliest > (today or timezone.localdate()):
        return gettext("This date is in the future.")
    if when.earliest and when.latest and when.latest < WAR_BEGAN:
        return gettext("This date is before the war, which began on 20 February 2014.")
    return ""


def _distinct(texts: Iterable[str]) -> tuple[UncertainDate, ...]:
    """The dates of EDTF texts. Raises the first error if none is valid."""
    found: dict[str, UncertainDate] = {}
    refusals = []
    for text in texts:
        try:
            found[parse(text).edtf] = parse(text)
        except DateError as refusal:
            refusals.append(refusal)
    if refusals and not found:
        raise refusals[0]
    return tuple(sorted(found.values(), key=lambda when: (when.earliest or date.min, when.latest or date.max)))


def _with_proposals(text: str, refusal: DateError) -> DateError:
    """The refusal with the dates of the same text without a typing error, or with the year that it lacks."""
    if refusal.proposals or str(refusal) != unreadable():
        return refusal
    normalised = _normalised(text)
    today = timezone.localdate()
    corrected = _corrected(normalised)
    years = (today.year, today.year - 1) if {*_TOKEN.findall(corrected)} & {*_NAMES} else ()
    for candidate in (corrected, *(f"{corrected} {year}" for year in years)):
        try:
            found = [when for when in _distinct(_meanings(candidate)) if not doubt(when, today)]
        except DateError:
            continue
        if found:
            return DateError(str(refusal), [when.edtf for when in found])
    return refusal


def _corrected(text: str) -> str:
    """The text with each unknown word replaced by the most similar month or season."""

    def known(word: re.Match[str]) -> str:
        return (get_close_matches(word[0], _NAMES, n=1, cutoff=0.75) or [word[0]])[0]

    return re.sub(r"[^\W\d_]{4,}", known, text)


_NAMES = [*MONTHS, *SEASONS]


def _normalised(text: str) -> str:
    """Lower case, one kind of dash and of space, without what does not change the meaning."""
    text = re.sub("[‐‑‒–—−]", "–", text.casefold().replace("’", "ʼ"))
    text = re.sub(rf"\b(?:{WEEKDAYS})\b[,.]?", " ", text)
    text = re.sub(r"\b([0-9]{1,2})(?:st|nd|rd|th|-?го|-?ого|-?те|-?е)\b", r"\1", text)
    text = re.sub(r"(?<=[0-9]) of ", " ", text)
    text = re.sub(rf"(?<=[0-9])\s*(?:{YEAR_NOUNS})(?!\w)", " ", text)
    return " ".join(text.split())


def _meanings(text: str) -> list[str]:
    """The meanings of a normalised text in EDTF, not all of which need be valid."""
    for form in (_timed, _bounded, _night, _point, _interval):
        if found := form(text):
            return found
    return []


def _timed(text: str) -> list[str]:
    """A date with a time, which is not kept. With another time zone than Kyiv's the day may differ: then both."""
    time = _TIME.search(text)
    if not time:
        return []
    days = _point(text[: time.start()])
    zone = (time[2] or "").replace("utc", "z")
    if not zone or len(days) != 1 or len(days[0]) != 10:
        return days
    hour = time[1].zfill(len(time[1]) + (time[1].index(":") == 1))
    try:
        moment = datetime.fromisoformat(f"{days[0]}T{hour}{zone.upper()}")
    except ValueError:
        return []
    return [days[0], moment.astimezone(_KYIV).date().isoformat()]


def _bounded(text: str) -> list[str]:
    """Before, by, after, since a date."""
    for pattern, bounds in BOUNDS:
        if match := re.fullmatch(rf"(?:{pattern}) (.+)", text):
            return [_bound(point, bound) for point in _point(match[1]) for bound in bounds]
    return []


def _bound(point: str, bound: Bound) -> str:
    bare, qualifier = point.rstrip("~?%"), point[len(point.rstrip("~?%")) :]
    if bound in (Bound.BY, Bound.SINCE):
        return f"../{point}" if bound is Bound.BY else f"{point}/.."
    when = parse(bare)
    assert when.earliest is not None  # a point has both
    assert when.latest is not None
    one_day = timedelta(days=1)
    day = when.earliest - one_day if bound is Bound.BEFORE else when.latest + one_day
    written = day.isoformat()[: len(bare)] + qualifier
    return f"../{written}" if bound is Bound.BEFORE else f"{written}/.."


def _night(text: str) -> list[str]:
    """«У ніч на 11 березня»: the 10th or the 11th."""
    match = re.fullmatch(r"(?:(?:в|у) )?(?:ніч|ночь) на (.+)", text)
    days = [day for day in _point(match[1]) if len(day) == 10] if match else []
    return [f"{date.fromisoformat(day) - timedelta(days=1)}/{day}" for day in days]


def _interval(text: str) -> list[str]:
    """From one date to another, the first of which may lack what the second one says."""
    text = re.sub(r"^([^\W\d_]+) ([0-9]{1,2}) ?[–-] ?([0-9]{1,2}),? ([0-9]{4})$", r"\2 – \3 \1 \4", text)
    for first, last in _pairs(text):
        found = [f"{begin}/{end}" for end in _point(last) for begin in _completed(first, end)]
        if found:
            return found
    return []


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for phrase in RANGES:
        if match := re.fullmatch(phrase, text):
            yield match[1], match[2]
    for separator in ("–", " - ", "/", "-"):
        for match in re.finditer(separator, text):
            yield text[: match.start()].strip(), text[match.end() :].strip()


def _completed(text: str, end: str) -> list[str]:
    """The first date of an interval, with the month and the year of the second one if it has none."""
    if found := _point(text):
        return found
    bare = end.rstrip("~?%")
    if "/" in bare:
        return []
    year, month, *day = [*bare.split("-"), ""][:3]
    if text.isdigit():
        return _point(f"{text}.{month}.{year}" if day and day[0] else f"{text}.{year}")
    return _point(f"{text}.{year}" if re.fullmatch(r"[0-9]{1,2}[.][0-9]{1,2}[.]?", text) else f"{text} {year}")


def _point(text: str) -> list[str]:
    """A day, month, season, year or part of one, with its qualifier."""
    approximate, uncertain = False, False
    for _ in range(4):  # "about", "possibly", and a sign after the date
        text, marked = _without(text, APPROXIMATE)
        text, doubted = _without(text, UNCERTAIN)
        text, both = _without(text, "%")
        approximate, uncertain = approximate or marked or both, uncertain or doubted or both
    text = re.sub(rf"^(?:(?:{FILLERS}) )+", "", text)
    qualifier = {(True, True): "%", (True, False): "~", (False, True): "?"}.get((approximate, uncertain), "")
    return ["/".join(end + qualifier for end in found.split("/")) for found in _part(text) or _plain(text)]


def _without(text: str, signs: str) -> tuple[str, bool]:
    """The text without such a sign or word at its start or end, and whether there was one."""
    match = re.fullmatch(rf"(?:{signs})\s*(.+)|(.+?)\s*(?:{signs}|\((?:{signs})\))", text)
    return ((match[1] or match[2]).strip(), True) if match else (text, False)


def _part(text: str) -> list[str]:
    """The beginning, middle, end or half of a month, in days."""
    for pattern, part in PARTS:
        if match := re.fullmatch(rf"(?:{pattern})[ -]?(.+)", text):
            first, last = _DAYS_OF_PART[part]
            months = [month for month in _plain(match[1]) if len(month) == 7 and int(month[5:]) <= 12]
            return [f"{month}-{first:02}/{month}-{min(last, _length(month)):02}" for month in months]
    return []


def _length(month: str) -> int:
    latest = parse(month).latest
    assert latest
    return latest.day


def _plain(text: str) -> list[str]:
    """A day, month, season or year without a qualifier, by the kinds of its words: N for a number of at most two
    digits, Y for one of four, M for a month, S for a season."""
    tokens = _TOKEN.findall(text)
    separators = _TOKEN.split(text)
    if not tokens or not all(_SEPARATORS.fullmatch(between) for between in separators):
        return []
    kinds = "".join(map(_kind, tokens))
    form = _FORMS.get(f"/{kinds}" if "/" in text or "-" in text else kinds) or _FORMS.get(kinds)
    if form is None or (separators[0] + separators[-1]).strip(" .,"):
        return []
    return form([_number(token) for token in tokens])


def _kind(token: str) -> str:
    if token.isdigit():
        return {1: "N", 2: "N", 4: "Y"}.get(len(token), "?")
    return "M" if token in MONTHS else "S" if token in SEASONS else "?"


def _number(token: str) -> int:
    return int(token) if token.isdigit() else MONTHS.get(token) or SEASONS[token]


def _day(year: int, month: int, day: int) -> list[str]:
    """The day, or its error if the month is one; a day of a month that does not exist has no meaning. Two digits are a
    year of this century."""
    full = year + 2000 if 10 <= year < 100 else year
    return [f"{full}-{month:02}-{day:02}"] if 1 <= month <= 12 and full > 99 else []


def _month(year: int, month: int) -> list[str]:
    return [f"{year}-{month:02}"] if 1 <= month <= 12 else []


def _season(year: int, season: int) -> list[str]:
    if season != WINTER:
        return [f"{year}-{season}"]
    return [*_winter(year - 1), *_winter(year)]


def _winter(year: int) -> list[str]:
    return [f"{year}-12/{year + 1}-02"]


def _european(numbers: list[int]) -> list[str]:
    """24.05.2025 has the day first, unless only the other order is a date."""
    first, second, year = numbers
    return _day(year, second, first) or _day(year, first, second)


def _european_or_american(numbers: list[int]) -> list[str]:
    """With slashes or hyphens the month may be first."""
    first, second, year = numbers
    both = _day(year, second, first) + _day(year, first, second)
    return [text for text in both if _exists(text)] or both


def _exists(text: str) -> bool:
    try:
        return bool(parse(text))
    except DateError:
        return False


def _years(numbers: list[int]) -> list[str]:
    """2024.11 is a month; 2023/24 are two years."""
    year, number = numbers
    following = [f"{year}/{year + 1}"] if number == (year + 1) % 100 else []
    return _month(year, number) + following


# By the kinds of the words; with a slash in front, for texts with slashes or hyphens.
_FORMS: dict[str, Callable[[list[int]], list[str]]] = {
    "Y": lambda n: [f"{n[0]}"],
    "YNN": lambda n: _day(n[0], n[1], n[2]),
    "NNY": _european,
    "NNN": _european,
    "/NNY": _european_or_american,
    "/NNN": _european_or_american,
    "NY": lambda n: _month(n[1], n[0]),
    "YN": _years,
    "NMY": lambda n: _day(n[2], n[1], n[0]),
    "NMN": lambda n: _day(n[2], n[1], n[0]),
    "MNY": lambda n: _day(n[2], n[0], n[1]),
    "YMN": lambda n: _day(n[0], n[1], n[2]),
    "MY": lambda n: _month(n[1], n[0]),
    "YM": lambda n: _month(n[0], n[1]),
    "SY": lambda n: _season(n[1], n[0]),
    "YS": lambda n: _season(n[0], n[1]),
    "SYY": lambda n: _winter(n[1]) if n[0] == WINTER and n[2] == n[1] + 1 else [],
    "SYN": lambda n: _winter(n[1]) if n[0] == WINTER and n[2] == (n[1] + 1) % 100 else [],
}
