"""Feeds (Atom, RFC 4287) by Django's generator. None contains a summary with a content warning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

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
    publisher_of,
    term,
)

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
    facts = [pick(publisher_of(row)).value, edtf_plainly(row.published), kind, term(row.distance, "Distance")]
    facts.append(term(row.access, "Access") if row.access == Access.RESTRICTED else "")
    language = language_of_title(row)
    title = Text(row.title, language, is_other=language not in ("", (get_language() or "en")[:2]))
    return _record(RecordKind.SOURCE, row, title, facts, (row.source_kind, kind))


def citation_entry(row: RegisterCitation) -> Entry:
    """A citation in the incident's current edition, without its quote.

    The next edition of the incident makes a new entry, since it may have changed the citation.
    """
    cited, incident, stance = source_entry(row.source), row.incident, term(row.stance, "Stance")
    facts = [stance, ", ".join(term(fact, "Fact") for fact in row.facts), pick(publisher_of(row.source)).value]
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


class RegisterAtom(Atom1Feed):
    """Django's Atom feed with what it has no argument for: paging links, media types, labels, languages of titles."""

    def latest_post_date(self) -> datetime:
        """When the newest entry changed, else the register. Naive, in UTC: Django writes such a moment with Z."""
        latest = super().latest_post_date() if self.items else self.feed["changed"]
        return cast("datetime", latest).astimezone(UTC).replace(microsecond=0, tzinfo=None)

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Django's, and the feed's own address with those of RFC 5005."""
        super().add_root_elements(handler)
        for relation, path in self.feed["pages"].items():
            address = {"rel": relation, "type": "application/atom+xml", "href": absolute(path)}
            handler.addQuickElement("link", "", address)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """An entry. The language of its title is named where it is not the feed's."""
        entry: Entry = item["entry"]
        page = absolute(edition_page_of(entry.kind, entry.code, entry.number))
        language = {"xml:lang": entry.title_language} if entry.title_language else {}
        handler.addQuickElement("title", possible(entry.title), language)
        handler.addQuickElement("id", entry.identity)
        handler.addQuickElement("link", "", {"rel": "alternate", "type": "text/html", "href": page})
        handler.addQuickElement("published", moment_text(entry.published))
        handler.addQuickElement("updated", moment_text(entry.updated))
        if entry.category[0]:
            code, label = entry.category
            handler.addQuickElement("category", "", {"term": code, "label": possible(label)})
        handler.addQuickElement("summary", possible(entry.summary), {"type": "html" if entry.is_markup else "text"})


def as_atom(
    title: str, subtitle: str, links: dict[str, str], entries: Sequence[Entry], changed: datetime | None = None
) -> bytes:
    """A feed. `links` are paths by relation: `self`, `alternate`, and those of RFC 5005 for its pages.

    `changed` is when the register last changed: the date of a feed without entries.
    """
    feed = RegisterAtom(
        title=possible(title),
        link=absolute(links["alternate"]),
        description="",
        language=(get_language() or "en")[:2],
        author_name=str(settings.REGISTER_NAME),
        subtitle=possible(subtitle),
        feed_copyright=f"{LICENCE_NAME}, {LICENCE_URL}",
        feed_guid=tag(links["self"].lstrip("/")),
        pages={relation: path for relation, path in links.items() if relation != "alternate"},
        changed=changed or NOTHING_YET,
    )
    for each in entries:
        feed.add_item("", "", "", updateddate=each.updated, entry=each)
    return feed.writeString("utf-8").encode()
