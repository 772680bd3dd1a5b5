"""Tags and filters of every template (built in, so no template loads them): the reader's language, the terms of the
field, sentences about counts, safe addresses, and the drawings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.template import loader
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext, ngettext, pgettext

from incidents import dates, vocabulary
from incidents.register import as_of, drawing
from incidents.register.charts import svg_geometry
from incidents.register.pages.citing import path_if_served
from incidents.register.pages.source_lookup import LINE, called
from incidents.register.shells import filled

register = template.Library()

register.filter("called", called)

LANGUAGES = ("en", "uk")


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _of(thing: object, name: str) -> object:
    """`name` of a document's mapping or of an object: fragments are given either."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


@register.simple_tag
def drawn(fragment: str, **values: Any) -> SafeString:
    """`{% drawn "_stance.html" stance=cell.stance %}`: as `{% include … only %}`, for what comes again with the same
    values on the same page, or on the next one."""
    return drawing.drawn(fragment, values)


@dataclass(frozen=True)
class Printed:
    """A value that a fragment prints. Whether there is one is all that it may ask about it."""

    value: Any


@register.filter
def printed(value: Any) -> Printed:
    """For the tag `filled`."""
    return Printed(value)


@register.simple_tag(name="filled")
def filled_fragment(fragment: str, **values: Any) -> SafeString:
    """`{% filled "_feed.html" query=query|printed name="sources" %}`: as `{% include … only %}`, from a fragment that
    is drawn once for all that it prints. What it asks about must be hashable, and of few kinds."""
    prints = {name: each.value for name, each in values.items() if isinstance(each, Printed) and each.value}
    asks = {name: each for name, each in values.items() if not isinstance(each, Printed)}
    return filled(fragment, prints, **asks)


@register.filter
def as_input(field: Any) -> SafeString:
    """A field's widget. Of fields that hold nothing, which are most of those of a list, it is drawn once."""
    if field.errors or field.value():
        return SafeString(field)
    key = (get_language() or "", type(field.form).__name__, field.auto_id)
    if key not in _empty_inputs:
        _empty_inputs[key] = SafeString(field)
    return _empty_inputs[key]


_empty_inputs: dict[tuple[str, str, str], SafeString] = {}


@register.filter
def line(source: Any) -> Any:
    """Of a source that stands in a matrix or a tree, what its line says of it; a row of the register as it is."""
    if not isinstance(source, Mapping):
        return source
    return {name: source[name] for name in (*LINE, "href") if name in source}


# --- texts in two languages ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A text as this reader gets it. `is_other` says that it is not in the page's language, for lack of one."""

    value: str
    language: str
    is_other: bool

    def __str__(self) -> str:
        return self.value


def pick(texts: Mapping[str, str | None] | None) -> Text:
    """The active language's text, else the other one's, else an empty text."""
    active = _language()
    for language in (active, *(code for code in LANGUAGES if code != active)):
        value = (texts or {}).get(language)
        if value:
            return Text(value, language, language != active)
    return Text("", active, is_other=False)


@register.simple_tag
def text(thing: object, name: str) -> Text:
    """`{% text incident "title" as title %}` reads `title` = {"en": …, "uk": …}, or `title_en` and `title_uk`."""
    both = _of(thing, name)
    if isinstance(both, Mapping):
        return pick(both)
    return pick({language: str(_of(thing, f"{name}_{language}") or "") for language in LANGUAGES})


@register.filter
def bilingual(texts: Mapping[str, str | None] | Text | str | None) -> str | SafeString:
    """The text for this reader, marked with its language where that is not the page's (WCAG 3.1.2).

    A plain string is a text of no particular language, such as a publisher's name, and stays as it is."""
    if isinstance(texts, str):
        return texts
    chosen = texts if isinstance(texts, Text) else pick(texts)
    if chosen.is_other:
        return format_html('<span lang="{}">{}</span>', chosen.language, chosen.value)
    return chosen.value


# Words of English and of no name in another language: what has one, and no Cyrillic letter, was put into English.
_ENGLISH = re.compile(
    r"(?<![\w-])(?:of|the|and|for|by|after|with|copy|author|analyst|news|text|channels?|officials?|servicemen)(?![\w-])|[a-z]['’]s(?!\w)"
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def is_own_words(title: str) -> bool:
    """Whether the title of a source stands in brackets: our description of it, always in English, not its own title."""
    return title.startswith("[") and title.endswith("]")


def _is_english(words: str) -> bool:
    return is_own_words(words) or bool(_ENGLISH.search(words) and not _CYRILLIC.search(words))


def marked(words: str, language: str) -> str | SafeString:
    """The words, in a `span` with their language unless that is the page's or not known."""
    if not language or language == _language():
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


@register.filter
def in_its_language(texts: Mapping[str, str | None] | Text | str | None) -> str | SafeString:
    """As `bilingual`; of a plain text, such as a publisher, what is certainly an English phrase is marked as one.

    A name alone is left as it is ("CNN", "Ukrinform", "Meduza"): it has no language that a voice should change to."""
    if isinstance(texts, str):
        return marked(texts, "en" if _is_english(texts) else "")
    return bilingual(texts)


@register.filter
def language_of_title(source: object) -> str:
    """What `lang` the title of a source has: "en" for a description of ours on a page in another language."""
    if is_own_words(str(_of(source, "title") or "")):
        return "" if _language() == "en" else "en"
    return str(_of(source, "language") or "")


@register.filter
def named(record: object) -> str | SafeString:
    """What a record of the desk is called (its `name`), marked with its language where that is not the page's."""
    title = _of(record, "title")
    if isinstance(title, str):
        publisher = str(_of(record, "publisher") or "")
        parts = [in_its_language(publisher), marked(title, language_of_title(record))]
        return format_html_join(": ", "{}", ((part,) for part in parts if part))
    texts = [each for each in (text(record, "title"), text(record, "body")) if each.value]
    return marked(str(_of(record, "name")), texts[0].language if texts else "")


@register.filter
def name_of_language(code: str | None) -> str:
    """The name of a language in the reader's language; the code itself if nobody knows it.

    Django's own `language_name`, which `{% load i18n %}` puts in the place of any of that name, fails on such a code.
    """
    try:
        return str(get_language_info(code or "")["name_translated"])
    except KeyError:
        return code or ""


# --- terms -----------------------------------------------------------------------------------------------------------


def _member(code: str | None, kind: str) -> vocabulary.Term | None:
    terms: type[vocabulary.Term] = getattr(vocabulary, kind)
    return terms(code) if code in terms.values else None


@register.filter
def term(code: str | None, kind: str) -> str:
    """The label of a code: `{{ "corroborated"|term:"Grade" }}`. A code outside the vocabulary is shown as it is."""
    member = _member(code, kind)
    return str(member.label) if member else code or ""


@register.filter
def definition(code: str | None, kind: str) -> str:
    """The one-sentence definition of a code, as on the page Definitions."""
    member = _member(code, kind)
    return str(member.definition) if member else ""


def term_anchor(kind: str, code: str) -> str:
    """The id of a term on the page Definitions: `grade-verified`."""
    return f"{re.sub(r'(?<!^)(?=[A-Z])', '-', kind).lower()}-{code}"


@register.simple_tag
def anchor(kind: str, code: str) -> str:
    """`<dt id="{% anchor "Grade" code %}">`: what `defined` links to."""
    return term_anchor(kind, code)


@register.simple_tag
def defined(kind: str, code: str | None) -> str | SafeString:
    """A term that links to its definition and shows it on hover: `{% defined "Grade" incident.grade %}`."""
    label = term(code, kind)
    page = path_if_served("register:definitions")
    if not code or not page:
        return label
    return format_html(
        '<a class="term" href="{}#{}" title="{}">{}</a>', page, term_anchor(kind, code), definition(code, kind), label
    )


# --- dates -----------------------------------------------------------------------------------------------------------


@register.filter
def edtf_in_words(value: str | None) -> str:
    """An EDTF date as a sentence would say it. A missing one is said as well; what is no date is shown as it is."""
    if not value:
        return gettext("The date is not given in the available reporting.")
    return _worded(dates.in_words, value)


@register.filter
def edtf_plainly(value: str | None) -> str:
    """An EDTF date by its name, for tables, steps and sources: "November 2024"; "" if none is given."""
    return _worded(dates.plainly, value) if value else ""


@register.filter
def edtf_period(value: str | None) -> str:
    """The time over which a body counted: "from October to November 2024"; without one, since February 2022."""
    return _worded(dates.period_in_words, value) if value else gettext("since February 2022")


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


@register.filter
def day(value: str | date | None) -> str:
    """A moment or day, also as a document holds it (ISO 8601), as a calendar day in UTC: "22 November 2026"."""
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
    """What the two ends say, without the estimate. A low end of nought says nothing by itself."""
    if low is not None and low == high:
        return _exactly(kind, low) if low else _nobody(kind)
    if low and high is not None:
        return _between(kind, low, high)
    if high is not None:
        return _at_most(kind, high)
    return _at_least(kind, low) if low else ""


@register.filter
def count_sentence(count: Count | None, kind: str = "killed") -> str:
    """{"low": 2, "best": 5, "high": 5} as "between 2 and 5 killed, best estimate 5"; `kind` is `killed` or `survived`.

    A phrase without a capital or full stop, except that an unknown number is a whole sentence."""
    low, best, high = ((count or {}).get(end) for end in ("low", "best", "high"))
    ends = _range(kind, low, high)
    if best is None:
        return ends or _not_given(kind)
    if low == best == high:
        return ends
    if not ends:
        return gettext("%(count)s by the best estimate") % {"count": _exactly(kind, best)}
    return gettext("%(range)s, best estimate %(best)s") % {"range": ends, "best": best}


@register.filter
def unlocalized(n: int) -> str:
    """A number for an address: digits and nothing else, whatever the language."""
    return str(n)


@register.filter
def is_given(count: object) -> bool:
    """Whether this is a count in which the reporting gives any number at all."""
    return isinstance(count, Mapping) and any(count.get(end) is not None for end in ("low", "best", "high"))


@register.filter
def reports_and_origins(n_reports: int, n_origins: int) -> str:
    """ "36 reports, 10 independent origins": the line a reader needs beside any claim."""
    reports = ngettext("%(n)s report", "%(n)s reports", n_reports) % {"n": n_reports}
    origins = ngettext("%(n)s independent origin", "%(n)s independent origins", n_origins) % {"n": n_origins}
    return pgettext("reports, origins", "%(reports)s, %(origins)s") % {"reports": reports, "origins": origins}


@register.simple_tag
def incident_card(incident: Mapping[str, Any], heading: int = 3) -> SafeString:
    """An incident in a list, from a template that is drawn once. It has {"code", "title", "date" (EDTF), "place",
    "killed", "survived", "grade", "n_reports", "n_origins"}, and maybe {"href", "snippet" (texts with hits marked)}."""
    place, snippet = incident.get("place"), incident.get("snippet")
    words = {
        "when": capfirst(edtf_in_words(incident["date"])),
        "place": bilingual(place),
        "href": page_of(incident, "incident"),
        "title": bilingual(incident["title"]),
        "killed": count_sentence(incident["killed"], "killed"),
        "survived": count_sentence(incident["survived"], "survived"),
        "snippet": bilingual(snippet),
        "sources": reports_and_origins(incident["n_reports"], incident["n_origins"]),
        "code": incident["code"],
    }
    return filled(
        "_incident_card.html",
        words,
        heading=heading,
        has_place=bool(place),
        has_killed=is_given(incident["killed"]),
        has_survived=is_given(incident["survived"]),
        has_snippet=bool(snippet),
        grade=incident["grade"],
    )


# --- addresses -------------------------------------------------------------------------------------------------------


@register.filter
def safe_url(address: str | None) -> str:
    """The address if it is plain http(s) to a host, else nothing: other people's links are never trusted."""
    candidate = (address or "").strip()
    if re.search(r"[\s\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", candidate):
        return ""
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return ""
    return candidate if parts.scheme in ("http", "https") and parts.hostname else ""


@register.filter
def host(address: str | None) -> str:
    """Whose site a link leads to: "www.example.org/a/b" reads "example.org"."""
    return (urlsplit(safe_url(address)).hostname or "").removeprefix("www.")


@register.filter
def page_of(record: Mapping[str, Any], kind: str) -> str:
    """Where a record is shown: its own `href` (the desk gives one), else its public page, of the day that is shown; ""
    if there is none.

    `kind` is `incident`, `source` or `investigation`."""
    if own := _of(record, "href"):
        return str(own)
    code = _of(record, "code")
    return as_of.dated(path_if_served(f"register:{kind}", str(code))) if code else ""


@register.filter
def of_its_day(path: str) -> str:
    """A path of the register, leading to the day that is shown."""
    return as_of.dated(path)


@register.filter
def comparisons(edition: Mapping[str, Any]) -> str:
    """Where the editions of the record are compared that an edition is of."""
    return path_if_served(f"register:{edition['kind']}_compare", edition["code"])


# --- drawings --------------------------------------------------------------------------------------------------------


@register.filter
def grade_scale(code: str | None) -> svg_geometry.GradeScale:
    return svg_geometry.grade_scale(code or "")


@register.simple_tag
def count_bar(count: Count | None, scale_max: int | None = None) -> svg_geometry.CountBar | None:
    return svg_geometry.count_bar(count, scale_max or None)


@register.filter
def date_bar(edtf: str | None) -> svg_geometry.DateBar | None:
    try:
        when = dates.parse(edtf or "")
    except dates.DateError:
        return None
    return svg_geometry.date_bar(when.earliest, when.latest, approximate=when.approximate)


@register.filter
def precision_rings(code: str | None) -> tuple[svg_geometry.Ring, ...]:
    return svg_geometry.precision_rings(code or "")


@register.filter
def as_matrix(document: Mapping[str, Any]) -> svg_geometry.Matrix:
    return svg_geometry.matrix(document)


@register.filter
def passages(document: Mapping[str, Any]) -> tuple[svg_geometry.Passage, ...]:
    return svg_geometry.passages(document)


@register.filter
def branches(node: Mapping[str, Any]) -> svg_geometry.Branches:
    return svg_geometry.branches(node)


# --- what stands behind a warning ------------------------------------------------------------------------------------


@register.simple_block_tag
def behind_warning(content: str, warning: Mapping[str, str | None] | Text | str | None) -> str:
    """`{% behind_warning incident.content_warning %}…{% endbehind_warning %}`: shown only when the reader asks for it.

    Without a warning the content stands in the open."""
    if not warning or (isinstance(warning, Mapping) and not pick(warning).value):
        return content
    return loader.render_to_string("_warning.html", {"warning": warning, "content": content})
