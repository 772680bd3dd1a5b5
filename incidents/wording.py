"""The text forms of register data on pages, in files and feeds: bilingual texts, terms, dates, counts, URLs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from urllib.parse import urlsplit

from babel import Locale
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

from incidents import dates, vocabulary
from incidents.languages import language_names

LANGUAGES = ("en", "uk")


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def once_a_language[*Args](function: Callable[[*Args], str]) -> Callable[[*Args], str]:
    """Memoise a function of codes and numbers by language: a page calls some of them fifty times."""

    @lru_cache(4_000)
    def answer(language: str, *args: *Args) -> str:
        return function(*args)

    @wraps(function)
    def ask(*args: *Args) -> str:
        return answer(_language(), *args)

    return ask


def value_of(thing: object, name: str) -> object:
    """The value of `name` in a mapping or on an object."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


# --- texts in two languages ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A text for this reader. `is_other` if it is not in the page's language because there is none."""

    value: str
    language: str
    is_other: bool

    def __str__(self) -> str:
        return self.value


def pick(texts: Mapping[str, str | None] | Text | None) -> Text:
    """The text in the active language, else in the other one, else an empty text."""
    if isinstance(texts, Text):
        return texts
    active = _language()
    for language in (active, *(code for code in LANGUAGES if code != active)):
        value = (texts or {}).get(language)
        if value:
            return Text(value, language, language != active)
    return Text("", active, is_other=False)


def text(thing: object, name: str) -> Text:
    """The text for this reader from `title` = {"en": …, "uk": …}, or from `title_en` and `title_uk`."""
    both = value_of(thing, name)
    if isinstance(both, Mapping):
        return pick(both)
    return pick({language: str(value_of(thing, f"{name}_{language}") or "") for language in LANGUAGES})


# English words that occur in no name of another language: a title with one, and without Cyrillic letters, is English.
_ENGLISH = re.compile(
    r"(?<![\w-])(?:of|the|and|for|by|after|with|copy|author|analyst|news|text|channels?|officials?|servicemen)(?![\w-])|[a-z]['’]s(?!\w)"
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def is_own_words(title: str) -> bool:
    """Whether the title of a source is in brackets: our own description, always in English."""
    return title.startswith("[") and title.endswith("]")


def is_english(words: str) -> bool:
    return is_own_words(words) or bool(_ENGLISH.search(words) and not _CYRILLIC.search(words))


def language_of_title(source: object) -> str:
    """The `lang` of a source's title: "en" for our own description on a page in another language."""
    if is_own_words(str(value_of(source, "title") or "")):
        return "" if _language() == "en" else "en"
    return str(value_of(source, "language") or "")


def name_of_language(code: str | None) -> str:
    """The name of a language in the active language; the code itself if it is unknown."""
    names = language_names(code or "")
    return names[_language() == "uk"] if names else code or ""


def country_names(code: str) -> dict[str, str]:
    """The names of a country by language, from its code in ISO 3166-1; {} if it is unknown."""
    names = {language: Locale(language).territories.get(code) for language in LANGUAGES}
    return {language: str(name) for language, name in names.items() if name}


# --- terms -----------------------------------------------------------------------------------------------------------


def _member(code: str | None, kind: str) -> vocabulary.Term | None:
    terms: type[vocabulary.Term] = getattr(vocabulary, kind)
    return terms(code) if code in terms.values else None


@once_a_language
def term(code: str | None, kind: str) -> str:
    """The label of a code: `{{ "corroborated"|term:"Grade" }}`. A code outside the vocabulary is returned unchanged."""
    member = _member(code, kind)
    return str(member.label) if member else code or ""


@once_a_language
def definition(code: str | None, kind: str) -> str:
    """The one-sentence definition of a code, as on the Definitions page."""
    member = _member(code, kind)
    return str(member.definition) if member else ""


@lru_cache(2_000)
def term_anchor(kind: str, code: str) -> str:
    """The id of a term on the Definitions page: `grade-verified`."""
    return f"{re.sub(r'(?<!^)(?=[A-Z])', '-', kind).lower()}-{code}"


# --- dates -----------------------------------------------------------------------------------------------------------


def edtf_in_words(value: str | None) -> str:
    """An EDTF date as a phrase for a sentence. A missing date has a sentence of its own; an invalid one is returned
    unchanged."""
    if not value:
        return gettext("The date is not given in the available reporting.")
    return _worded(dates.in_words, value)


def edtf_plainly(value: str | None) -> str:
    """An EDTF date as a name, for tables, steps and sources: "November 2024"; "" if missing."""
    return _worded(dates.plainly, value) if value else ""


def edtf_period(value: str | None) -> str:
    """The period of a reported total: "from October to November 2024"; without one, since February 2022."""
    return _worded(dates.period_in_words, value) if value else gettext("since February 2022")


@once_a_language
def _worded(words: Callable[[str, str], str], value: str) -> str:
    try:
        return words(value, _language())
    except dates.DateError:
        return value


def _as_day(value: str | date | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    if isinstance(value, date) or not value:
        return value or None
    try:
        return _as_day(datetime.fromisoformat(value))
    except ValueError:
        return None


def day(value: str | date | None) -> str:
    """A timestamp or day, also in ISO 8601, as a calendar day in UTC: "22 November 2026"."""
    known = _as_day(value)
    return date_format(known, "DATE_FORMAT") if known else ""


# --- numbers in sentences --------------------------------------------------------------------------------------------

Count = Mapping[str, int | None]


def _exactly(kind: str, n: int) -> str:
    if kind == "survived":
        return ngettext("%(n)s survived", "%(n)s survived", n) % {"n": n}
    return ngettext("%(n)s killed", "%(n)s killed", n) % {"n": n}


def _between(kind: str, low: int, high: int) -> str:
    numbers = {"low": low, "high": high}
    if kind == "survived":
        return (
            ngettext("between %(low)s and %(high)s survived", "between %(low)s and %(high)s survived", high) % numbers
        )
    return ngettext("between %(low)s and %(high)s killed", "between %(low)s and %(high)s killed", high) % numbers


def _at_least(kind: str, n: int) -> str:
    if kind == "survived":
        return ngettext("at least %(n)s survived", "at least %(n)s survived", n) % {"n": n}
    return ngettext("at least %(n)s killed", "at least %(n)s killed", n) % {"n": n}


def _at_most(kind: str, n: int) -> str:
    if kind == "survived":
        return ngettext("at most %(n)s survived", "at most %(n)s survived", n) % {"n": n}
    return ngettext("at most %(n)s killed", "at most %(n)s killed", n) % {"n": n}


def _nobody(kind: str) -> str:
    return gettext("no one survived") if kind == "survived" else gettext("no one killed")


def _not_given(kind: str) -> str:
    if kind == "survived":
        return gettext("The number of survivors is not given in the available reporting.")
    return gettext("The number killed is not given in the available reporting.")


def _range(kind: str, low: int | None, high: int | None) -> str:
    """The phrase for the two ends, without the estimate. A low end of zero alone gives no phrase."""
    if low is not None and low == high:
        return _exactly(kind, low) if low else _nobody(kind)
    if low and high is not None:
        return _between(kind, low, high)
    if high is not None:
        return _at_most(kind, high)
    return _at_least(kind, low) if low else ""


def count_sentence(count: Count | None, kind: str = "killed") -> str:
    """{"low": 2, "best": 5, "high": 5} as "between 2 and 5 killed, best estimate 5"; `kind` is `killed` or `survived`.

    A phrase without a capital or full stop, except that an unknown number is a whole sentence."""
    count = count or {}
    return _count_sentence(count.get("low"), count.get("best"), count.get("high"), kind)


@once_a_language
def _count_sentence(low: int | None, best: int | None, high: int | None, kind: str) -> str:
    ends = _range(kind, low, high)
    if best is None:
        return ends or _not_given(kind)
    if low == best == high:
        return ends
    if not ends:
        return gettext("%(count)s by the best estimate") % {"count": _exactly(kind, best)}
    return gettext("%(range)s, best estimate %(best)s") % {"range": ends, "best": best}


def is_given(count: object) -> bool:
    """Whether this is a count with any number."""
    return isinstance(count, Mapping) and any(count.get(end) is not None for end in ("low", "best", "high"))


@once_a_language
def reports_and_origins(n_reports: int, n_origins: int, grade: str = "") -> str:
    """ "36 reports, 10 independent origins": the line beside every claim. Beside the grade of an incident that has
    several origins but one for a part of its core, it says so."""
    reports = ngettext("%(n)s report", "%(n)s reports", n_reports) % {"n": n_reports}
    origins = ngettext("%(n)s independent origin", "%(n)s independent origins", n_origins) % {"n": n_origins}
    said = pgettext("reports, origins", "%(reports)s, %(origins)s") % {"reports": reports, "origins": origins}
    if grade == vocabulary.Grade.SINGLE_ORIGIN and n_origins > 1:
        said += gettext("; one for a part of the core")
    return said


# --- URLs ------------------------------------------------------------------------------------------------------------


def safe_url(address: str | None) -> str:
    """The URL if it is plain http(s) with a host, else "": links from sources are untrusted."""
    return _safe_url(address or "")


@lru_cache(4_000)
def _safe_url(address: str) -> str:
    candidate = address.strip()
    if re.search(r"[\s\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", candidate):
        return ""
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return ""
    return candidate if parts.scheme in ("http", "https") and parts.hostname else ""


def host(address: str | None) -> str:
    """The host of a link: "www.example.org/a/b" gives "example.org"."""
    return (urlsplit(safe_url(address)).hostname or "").removeprefix("www.")


def texts(holder: object, name: str) -> dict[str, str]:
    """`name_en` and `name_uk` by language, without empty ones."""
    pair = {language: str(getattr(holder, f"{name}_{language}")) for language in ("en", "uk")}
    return {language: text for language, text in pair.items() if text}
