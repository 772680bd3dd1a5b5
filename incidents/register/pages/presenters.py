"""Presenters: from an edition's document and its rows to the context of a record's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.register.filters.filter_types import OneOf
from incidents.register.filters.incidents import OF_DOCUMENT
from incidents.register.models import Document, Edition, RegisterIncident, RegisterInvestigation
from incidents.register.pages.citing import Citable, citable, comparison_of, document_of, edition_page_of, page_of
from incidents.register.pages.corroboration_layout import Layout
from incidents.register.source_lookup import Line, Links, SourceLookup, sources_of
from incidents.vocabulary import Conduct, Fact, RecordKind
from incidents.wording import country_names, texts

type Pair = Mapping[str, str]

# The number of editions, the newest first, that a page compares with their predecessor; others are listed without.
COMPARED = 20

# The labels of a document's parts. A part without one is metadata of the document.
PARTS: dict[str, str | Promise] = {
    "title": _("title"),
    "summary": _("summary"),
    "date": _("date"),
    "place": _("place"),
    "killed": _("number killed"),
    "survived": _("number who survived"),
    "conduct": _("conduct"),
    "protected_status": _("protected status"),
    "setting": _("setting"),
    "grade": _("grade"),
    "attributions": _("attribution"),
    "not_known": _("what is not known"),
    "content_warning": _("content warning"),
    "citations": _("citations"),
    "observations": _("timed observations"),
    "investigations": _("investigations"),
    "related": _("related incidents"),
    "kind": _("kind of source"),
    "distance": _("distance from the event"),
    "access": _("access"),
    "publisher": _("publisher"),
    "url": _("address"),
    "archive_url": _("archived copy"),
    "published_on": _("date of publication"),
    "language": _("language"),
    "note": _("note"),
    "availability": _("availability"),
    "derived_from": _("what it derives from"),
    "body": _("body"),
    "body_kind": _("kind of body"),
    "steps": _("steps"),
    "what": _("what is counted"),
    "value": _("number"),
    "qualifier": _("qualifier"),
    "period": _("period"),
    "as_of": _("as of"),
    "scope": _("scope"),
    "source": _("source"),
}
# Fields declared as a filter and not labelled above.
PARTS |= {each.document_field: each.label for each in OF_DOCUMENT if each.document_field not in {"", *PARTS}}


def edition_lines(editions: Sequence[Edition]) -> list[dict[str, Any]]:
    """The editions of one record, the newest first, each with its changes and the URL of its comparison."""
    lines = []
    for position, edition in enumerate(editions):
        before = editions[position + 1] if position + 1 < len(editions) else None
        compared = changes(before, edition) if position < COMPARED else []
        lines.append(edition_line(edition) | {"changes": compared, "compare_url": compare_url(before, edition)})
    return lines


def compare_url(before: Edition | None, after: Edition) -> str:
    """The URL of the comparison with the previous edition; "" if one of the two has no content to compare."""
    if before is None or any(each.is_tombstone or each.is_redacted for each in (before, after)):
        return ""
    return comparison_of(after.kind, after.code, before.number, after.number)


def edition_line(edition: Edition) -> dict[str, Any]:
    """One edition for `records.edition_line`."""
    return {
        "kind": edition.kind,
        "code": edition.code,
        "number": edition.number,
        "published_at": edition.published_at,
        "change": edition.change,
        "note": texts(edition, "note"),
        "digest": edition.digest,
        "redacted": edition.is_redacted,
        "url": edition_page_of(edition.kind, edition.code, edition.number),
        "document_url": document_of(edition.kind, edition.code, edition.number),
        "changes": [],
        "compare_url": "",
    }


def changes(before: Edition | None, after: Edition) -> list[str]:
    """The labels of the parts that differ between two editions."""
    if before is None or any(each.is_tombstone or each.is_redacted for each in (before, after)):
        return []
    old, new = before.content, after.content
    return [str(label) for part, label in PARTS.items() if old.get(part) != new.get(part)]


def place_of(place: Document) -> dict[str, str]:
    """Settlement, raion, oblast, else the country: as far as the public precision allows, by language."""
    parts = [place.get(part, {}) for part in ("name", "raion", "oblast_name")]
    named = [part for part in parts if part] or [
        country for country in [country_names(place.get("country", ""))] if country
    ]
    return {
        language: ", ".join(part.get(language) or next(iter(part.values())) for part in named)
        for language in ("en", "uk")
        if any(language in part for part in named)
    }


@dataclass(frozen=True)
class Sentences:
    """Sentences in one language; `is_other` if it is not the page's."""

    sentences: Sequence[str]
    language: str
    is_other: bool


def sentences(texts: Mapping[str, Sequence[str]]) -> Sentences:
    """The sentences in the active language, else in another one."""
    active = (get_language() or "en")[:2]
    language = next((code for code in (active, *texts) if texts.get(code)), active)
    return Sentences(texts.get(language, ()), language, language != active)


class CodedFact(NamedTuple):
    """A term that the document names; `code` is empty if it is not given."""

    label: str
    vocabulary: str
    code: str


@dataclass(frozen=True)
class IncidentPage:
    """One edition of an incident with everything its page shows."""

    edition: Edition
    document: Document
    merged_here: Sequence[str]
    layout: Layout

    @property
    def title(self) -> Pair:
        """The title by language."""
        title: Pair = self.document["title"]
        return title

    @property
    def place(self) -> Pair:
        """The place as text."""
        return place_of(self.document["place"])

    @property
    def counted(self) -> Mapping[str, Any]:
        """The counts in the incident's row: reports, origins, tree. Empty for an older edition."""
        return self.layout.counted

    def claims(self) -> dict[str, dict[str, Any]]:
        """For each fact, the origins that support it."""
        return {fact.value: self.layout.backing(fact.value) for fact in Fact}

    def count_lines(self, who: str) -> list[dict[str, Any]]:
        """The given ends of a count, each with its sources."""
        count = self.document[who]
        return [
            {"end": end, "value": count[end], "sources": self._giving(who, end)}
            for end in ("low", "best", "high")
            if count[end] is not None
        ]

    def _giving(self, who: str, end: str) -> list[Line]:
        """The source named for an end of a count; if there is none, the reports that give the same number."""
        count = self.document[who]
        named = count["sources"].get(end)
        return self.layout.lookup.refs([named] if named else self.layout.giving(who, end, count[end]))

    @cached_property
    def attributions(self) -> list[dict[str, Any]]:
        """The attributions, each with its source."""
        return [
            each | {"sources": self.layout.lookup.refs([each["said_by"]])} for each in self.document["attributions"]
        ]

    @cached_property
    def observations(self) -> list[dict[str, Any]]:
        """Timed observations, grouped by clock."""
        found = [each | {"source": self.layout.lookup[each["source"]]} for each in self.document["observations"]]
        clocks = list({tuple(sorted(each["clock"].items())): None for each in found})
        return sorted(found, key=lambda each: clocks.index(tuple(sorted(each["clock"].items()))))

    @property
    def conduct(self) -> list[Conduct]:
        """The terms of conduct, with their legal provisions."""
        return [Conduct(code) for code in self.document["conduct"] if code in Conduct.values]

    @property
    def coded_facts(self) -> list[CodedFact]:
        """The fields that hold one term of a vocabulary, as declared by the filters."""
        said = [each for each in OF_DOCUMENT if each.document_field and isinstance(each, OneOf)]
        return [CodedFact(str(each.label), each.vocabulary, each.row_value(self.document)) for each in said]

    @property
    def not_known(self) -> Sentences:
        """What is not known, in the active language if available."""
        return sentences(self.document["not_known"])

    @property
    def killed_lines(self) -> list[dict[str, Any]]:
        """The ends of the number killed, with their sources."""
        return self.count_lines("killed")

    @property
    def survived_lines(self) -> list[dict[str, Any]]:
        """The ends of the number who survived, with their sources."""
        return self.count_lines("survived")

    @property
    def killed_scale(self) -> int:
        """The highest number killed that a source gives: the common scale of the bars."""
        return self.layout.highest("killed")

    @property
    def survived_scale(self) -> int:
        """The highest number who survived that a source gives."""
        return self.layout.highest("survived")

    @property
    def citing(self) -> Citable:
        """How to cite this edition."""
        return citable(self.edition, self.title)


def incident_page(edition: Edition) -> IncidentPage:
    """The page of an edition; for the current one with its current counts."""
    document = edition.content
    counted, merged = _counted_since(edition)
    codes = sources_of(document) | _tree_codes(counted)
    return IncidentPage(edition, document, merged, Layout(document, counted, SourceLookup(codes), Links(codes)))


def _counted_since(edition: Edition) -> tuple[Document, list[str]]:
    """The counts of an edition if it is the current one, and the codes of the records merged into its record."""
    own = Q(code=edition.code, edition=edition)
    rows = RegisterIncident.objects.filter(own | Q(merged_into=edition.code)).order_by("code")
    found = list(rows.values_list("code", "corroboration"))
    counted: Document = next((counted for code, counted in found if code == edition.code), {})
    return counted, [code for code, _counted in found if code != edition.code]


def _tree_codes(counted: Mapping[str, Any]) -> set[str]:
    """The sources of the tree, including those between a report and its origin that the incident does not cite."""
    waiting = [branch for origin in counted.get("tree", ()) for branch in origin["roots"]]
    codes = set()
    while waiting:
        branch = waiting.pop()
        codes.add(branch["source"])
        waiting += branch["children"]
    return codes


def steps_of(document: Document, lookup: SourceLookup) -> list[dict[str, Any]]:
    """An investigation's steps for `reporting.timeline_steps`."""
    return [each | {"sources": lookup.refs([each["source"]])} for each in document["steps"]]


def investigations_of(codes: Sequence[str]) -> list[dict[str, Any]]:
    """The investigations of an incident, each with its steps and their sources."""
    if not codes:
        return []
    rows = RegisterInvestigation.objects.filter(code__in=codes).select_related("edition")
    found = list(rows.defer("vector"))
    lookup = SourceLookup(code for row in found for code in sources_of(row.document))
    return [
        {
            "code": row.code,
            "title": texts(row, "title"),
            "body": texts(row, "body"),
            "body_kind": row.body_kind,
            "status": row.status,
            "steps": steps_of(row.document, lookup),
            "href": page_of(RecordKind.INVESTIGATION, row.code),
        }
        for row in found
    ]


def card(row: RegisterIncident) -> dict[str, Any]:
    """An incident for the macro `incident_card`. A search adds `snippet`: texts with their hits marked."""
    return {
        "snippet": {},
        "code": row.code,
        "title": row.title,
        "date": row.date,
        "place": row.place,
        "killed": row.killed,
        "survived": row.survived,
        "grade": row.grade,
        "n_reports": row.reports,
        "n_origins": row.origins,
        "href": page_of(RecordKind.INCIDENT, row.code),
    }
