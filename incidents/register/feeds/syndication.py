"""Feeds (Atom, RFC 4287) and the sitemap. Neither contains a summary with a content warning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.register.jinja import macro
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    Row,
)
from incidents.register.pages.citing import absolute, edition_page_of
from incidents.register.tables.about import LICENCE_NAME, LICENCE_URL
from incidents.register.tables.columns import moment_text
from incidents.vocabulary import Access, RecordKind, TotalQualifier
from incidents.wording import (
    Text,
    count_sentence,
    edtf_in_words,
    edtf_period,
    edtf_plainly,
    language_of_title,
    pick,
    term,
)

ATOM = "http://www.w3.org/2005/Atom"
BEGUN = "2026"  # the year of the tag URIs (RFC 4151), which must never change
# Characters that XML 1.0 forbids.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One entry: an edition, so that a feed reader shows a change as a new entry."""

    kind: str
    code: str
    number: int
    title: str
    summary: str
    published: datetime
    updated: datetime
    category: tuple[str, str]  # code and label
    title_language: str = ""  # set if the title is not in the language of the feed
    is_markup: bool = False  # the summary is HTML that marks text in the other language
    part: str = ""  # the part of the edition that the entry is about; empty for the whole edition

    @property
    def identity(self) -> str:
        """The permanent id of the entry, independent of the URLs of the site."""
        return tag("/".join(filter(None, [self.kind, self.code, str(self.number), self.part])))


def tag(path: str) -> str:
    """A tag URI (RFC 4151): an identifier that is not a URL."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{BEGUN}:{path}"


def possible(text: str) -> str:
    """The text with the characters that XML forbids replaced by U+FFFD."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def incident_entry(row: RegisterIncident) -> Entry:
    """An incident: when, where, how many, the grade. With a content warning the summary stays on its page."""
    warning = row.document["content_warning"]
    facts = [edtf_in_words(row.date), str(pick(row.place)), count_sentence(row.killed), term(row.grade, "Grade")]
    told = ". ".join(fact.rstrip(".") for fact in facts if fact) + "."
    if warning:
        told += " " + _("Content warning: %(warning)s The summary is on the page of the incident.") % {
            "warning": str(pick(warning)).rstrip(".") + "."
        }
        return _incident(row, told)
    summary = pick({"en": row.summary_en, "uk": row.summary_uk})
    if summary.is_other:
        return _incident(row, f"{escape(told)} {macro('texts.bilingual')(summary)}", is_markup=True)
    return _incident(row, f"{told} {summary}")


def _incident(row: RegisterIncident, told: str, *, is_markup: bool = False) -> Entry:
    title = pick(row.title)
    return Entry(
        RecordKind.INCIDENT,
        row.code,
        row.number,
        f"{row.code}: {title}",
        told,
        row.first_published_at,
        row.published_at,
        (row.grade, term(row.grade, "Grade")),
        title.language if title.is_other else "",
        is_markup,
    )


def source_entry(row: RegisterSource) -> Entry:
    """A source: publisher, date, kind, access. Its title is in its own language."""
    kind = term(row.source_kind, "SourceKind")
    facts = [row.publisher, edtf_plainly(row.published), kind, term(row.distance, "Distance")]
    facts.append(term(row.access, "Access") if row.access == Access.RESTRICTED else "")
    language = language_of_title(row)
    title = Text(row.title, language, is_other=language not in ("", (get_language() or "en")[:2]))
    return _record(RecordKind.SOURCE, row, title, facts, (row.source_kind, kind))


def citation_entry(row: RegisterCitation) -> Entry:
    """A citation in the incident's current edition, without its quote.

    The next edition of the incident makes a new entry, since it may have changed the citation.
    """
    cited, incident, stance = source_entry(row.source), row.incident, term(row.stance, "Stance")
    facts = [stance, ", ".join(term(fact, "Fact") for fact in row.facts), row.source.publisher]
    facts.append(edtf_plainly(row.source.published))
    return Entry(
        RecordKind.INCIDENT,
        incident.code,
        incident.number,
        f"{incident.code} · {cited.title}",
        ". ".join(fact.rstrip(".") for fact in facts if fact) + ".",
        incident.published_at,
        incident.published_at,
        (row.stance, stance),
        cited.title_language,
        part=f"citations/{row.position}",
    )


def investigation_entry(row: RegisterInvestigation) -> Entry:
    """An investigation: its body and its last known step."""
    status = term(row.status, "StepStatus")
    title, body = pick({"en": row.title_en, "uk": row.title_uk}), pick({"en": row.body_en, "uk": row.body_uk})
    facts = [body.value, status, edtf_plainly(row.status_date)]
    return _record(RecordKind.INVESTIGATION, row, title, facts, (row.status, status))


def total_entry(row: RegisterTotal) -> Entry:
    """A reported total: what is counted, over which period, how many."""
    what = term(row.what, "TotalWhat")
    number = str(row.value)
    if row.qualifier != TotalQualifier.EXACT:
        number = f"{term(row.qualifier, 'TotalQualifier')} {number}"
    facts = [f"{what}: {number}", edtf_period(row.period), _("as of %(day)s") % {"day": edtf_plainly(row.as_of)}]
    return _record(RecordKind.TOTAL, row, pick({"en": row.body_en, "uk": row.body_uk}), facts, (row.what, what))


def _record(kind: RecordKind, row: Row, title: Text, facts: Sequence[str], category: tuple[str, str]) -> Entry:
    return Entry(
        kind,
        row.code,
        row.number,
        f"{row.code}: {title.value}",
        ". ".join(fact.rstrip(".") for fact in facts if fact) + ".",
        row.first_published_at,
        row.published_at,
        category,
        title.language if title.is_other else "",
    )


def correction_entry(edition: Edition, title: object, line: Mapping[str, Any]) -> Entry:
    """An edition after the first: the kind of change, its note, and what changed (`correction_line`)."""
    label = term(edition.change, "EditionChange")
    language = language_of_title({"title": title})
    named = pick(title) if isinstance(title, dict) else Text(str(title), language, is_other=bool(language))
    note = pick({"en": edition.note_en, "uk": edition.note_uk})
    said, differs = str(macro("texts.bilingual")(note) if note.is_other else note) or label, _what_differs(line)
    return Entry(
        edition.kind,
        edition.code,
        edition.number,
        ": ".join(dict.fromkeys([edition.code, named.value])) + f" ({label})",
        " ".join(filter(None, [said, escape(differs) if note.is_other else differs])),
        edition.published_at,
        edition.published_at,
        (edition.change, label),
        named.language if named.is_other else "",
        note.is_other,
    )


def _what_differs(line: Mapping[str, Any]) -> str:
    """The parts that changed since the previous edition, and the URL of the comparison."""
    parts = _("Changed since the previous edition: %(parts)s.") % {"parts": ", ".join(line["changes"])}
    return " ".join(
        filter(None, [parts if line["changes"] else "", line["compare_url"] and absolute(line["compare_url"])])
    )


def as_atom(
    title: str, subtitle: str, links: dict[str, str], entries: Sequence[Entry], changed: datetime | None = None
) -> bytes:
    """A feed. `links` are paths by relation: `self`, `alternate`, and those of RFC 5005 for its pages.

    `changed` is when the register last changed: the date of a feed without entries.
    """
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": (get_language() or "en")[:2]})
    _add(feed, "title", title)
    _add(feed, "subtitle", subtitle)
    _add(feed, "id", tag(links["self"].lstrip("/")))
    for relation, path in links.items():
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        _add(feed, "link", rel=relation, type=kind, href=absolute(path))
    _add(feed, "updated", moment_text(max((each.updated for each in entries), default=changed or NOTHING_YET)))
    _add(feed, "rights", f"{LICENCE_NAME}, {LICENCE_URL}")
    _add(_add(feed, "author"), "name", str(settings.REGISTER_NAME))
    for each in entries:
        _add_entry(feed, each)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _written(feed)


def _add_entry(feed: ElementTree.Element, entry: Entry) -> None:
    element = _add(feed, "entry")
    _add(element, "title", entry.title, **({"xml:lang": entry.title_language} if entry.title_language else {}))
    _add(element, "id", entry.identity)
    page = edition_page_of(entry.kind, entry.code, entry.number)
    _add(element, "link", rel="alternate", type="text/html", href=absolute(page))
    _add(element, "published", moment_text(entry.published))
    _add(element, "updated", moment_text(entry.updated))
    if entry.category[0]:
        _add(element, "category", term=entry.category[0], label=entry.category[1])
    _add(element, "summary", entry.summary, type="html" if entry.is_markup else "text")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, {key: possible(value) for key, value in attributes.items()})
    child.text = possible(text) or None
    return child


def _written(element: ElementTree.Element) -> bytes:
    text: str = ElementTree.tostring(element, encoding="unicode")
    return text.encode()


# --- the sitemap -----------------------------------------------------------------------------------------------------

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def as_sitemap(pages: Iterable[tuple[dict[str, str], datetime | None]]) -> Iterator[bytes]:
    """A sitemap. Each page is given by its paths by language, which are listed as alternates of each other."""
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{SITEMAP}" xmlns:xhtml="{XHTML}">\n'.encode()
    for paths, changed in pages:
        for path in paths.values():
            yield _page(path, paths, changed)
    yield b"</urlset>\n"


def _page(path: str, paths: dict[str, str], changed: datetime | None) -> bytes:
    url = ElementTree.Element("url")
    _add(url, "loc", absolute(path))
    if changed:
        _add(url, "lastmod", moment_text(changed))
    for language, each in (paths | {"x-default": paths["en"]}).items():
        _add(url, "xhtml:link", rel="alternate", hreflang=language, href=absolute(each))
    return _written(url) + b"\n"


def as_sitemap_index(paths: Iterable[str]) -> bytes:
    """The index of sitemaps."""
    index = ElementTree.Element("sitemapindex", {"xmlns": SITEMAP})
    for path in paths:
        _add(_add(index, "sitemap"), "loc", absolute(path))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _written(index)
