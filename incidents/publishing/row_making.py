"""From documents to the rows that filters read: pure functions, for publishing, rebuilding and synthetic registers.
What an incident's row needs beside its own document is an `IncidentContext`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from incidents.corroboration.independence import Corroboration, Graph, Node, Report, is_convicted
from incidents.dates import DateError, parse
from incidents.publishing.documents import Document
from incidents.publishing.search_rows import investigation_vector, source_vector
from incidents.register.filters.incidents import OF_DOCUMENT
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)
from incidents.vocabulary import (
    REPEATS,
    AttributionConfidence,
    AttributionRole,
    Distance,
    EditionChange,
    Publication,
    speaking_body,
)
from incidents.wording import publisher_names


@dataclass(frozen=True)
class IncidentContext:
    """The public sources and investigations that an incident names, and the derivations of its sources.

    `newest` is the number of the newest edition of any of them.
    """

    sources: Mapping[str, RegisterSource]
    investigations: Mapping[str, RegisterInvestigation]
    graph: Graph
    newest: int = 0

    @property
    def judged(self) -> bool:
        """Whether a court convicted in one of the investigations and the judgment is final."""
        return any(
            is_convicted(step["status"] for step in row.document["steps"]) for row in self.investigations.values()
        )


EMPTY_CONTEXT = IncidentContext({}, {}, {})


def node(document: Document) -> Node:
    """A source as a node of the derivation graph."""
    derived = document["derived_from"]
    return Node(
        document["code"],
        tuple(each["source"] for each in derived if each["how"] in REPEATS),
        tuple(each["source"] for each in derived if each["how"] not in REPEATS),
        primary=document["distance"] == Distance.PRIMARY,
        body=speaking_body(document["kind"], _publisher(document)),
    )


def corroboration_of(document: Document, around: IncidentContext) -> Corroboration:
    """The corroboration of a published incident, from public sources alone."""
    reports = tuple(
        Report(each["source"], each["stance"], frozenset(each["facts"]), each["via"]) for each in document["citations"]
    )
    return Corroboration(
        reports,
        around.graph,
        around.judged,
        any(
            each["role"] == AttributionRole.DIRECT_PERPETRATOR and each["confidence"] == AttributionConfidence.DISPUTED
            for each in document["attributions"]
        ),
    )


def counted_sources(document: Document) -> set[str]:
    """The codes of the sources that count as reports of an incident."""
    return {code for each in document["citations"] for code in (each["source"], each["via"]) if code}


def incident_row(edition: Edition, around: IncidentContext, first_published_at: datetime) -> RegisterIncident:
    """The incident's row. A tombstone's holds only where the incident was merged into."""
    document = edition.content
    row = RegisterIncident(**_common(edition, first_published_at), made_from=max(edition.pk, around.newest))
    if edition.is_tombstone:
        row.state = Publication.MERGED if edition.change == EditionChange.MERGED else Publication.WITHDRAWN
        row.merged_into = document.get("merged_into", "")
    else:
        _fill_incident(row, document, around)
    return row


def _fill_incident(row: RegisterIncident, document: Document, around: IncidentContext) -> None:
    _fill_texts(row, document, "title", "summary")
    _fill_place(row, document["place"])
    when = document["date"]
    row.date, row.earliest, row.latest = when["edtf"], _day(when["earliest"]), _day(when["latest"])
    row.sort_date = row.earliest or row.latest
    for who in ("killed", "survived"):
        for end in ("low", "best", "high"):
            setattr(row, f"{who}_{end}", document[who][end])
    for each in OF_DOCUMENT:
        setattr(row, each.column, each.row_value(document))
    row.protected_status, row.related = document["protected_status"], document["related"]
    statuses = {each.status for each in around.investigations.values() if each.status}
    row.investigations, row.investigation_statuses = sorted(around.investigations), sorted(statuses)
    row.sources = sorted(around.sources)
    cited = {each["source"] for each in document["citations"]}
    row.source_kinds = sorted({source.source_kind for code, source in around.sources.items() if code in cited})
    found = corroboration_of(document, around)
    row.reports, row.origins = found.total.reports, found.total.origins
    row.corroboration = found.summary()


def _fill_place(row: RegisterIncident, where: Document) -> None:
    row.place_en, row.place_uk = place_in_words(where, "en"), place_in_words(where, "uk")
    row.country, row.precision = where.get("country", ""), where["precision"]
    row.raion, row.hromada = where.get("raion_code", ""), where.get("hromada_code", "")
    row.latitude, row.longitude = where.get("latitude"), where.get("longitude")


def sources_of(document: Document) -> set[str]:
    """The codes of all sources that an incident's document names."""
    codes = {each["source"] for each in document["citations"]} | {each["via"] for each in document["citations"]}
    codes |= {each["said_by"] for each in document["attributions"]}
    codes |= {each["source"] for each in document["observations"]}
    codes |= {code for who in ("killed", "survived") for code in document[who]["sources"].values()}
    return codes - {None}


def place_in_words(place: Document, language: str) -> str:
    """Settlement, raion and oblast, as far as the public precision allows."""
    other = "uk" if language == "en" else "en"
    parts = [place.get(part, {}) for part in ("name", "raion", "oblast_name")]
    return ", ".join(words for words in (part.get(language) or part.get(other, "") for part in parts) if words)


def citation_rows(document: Document) -> Iterator[RegisterCitation]:
    """The rows of an incident's citations, in their order; a tombstone has none."""
    for position, citation in enumerate(document.get("citations", ()), 1):
        row = RegisterCitation(
            incident_id=document["code"],
            source_id=citation["source"],
            position=position,
            stance=citation["stance"],
            facts=citation["facts"],
            via=citation["via"] or "",
            quote=citation["quote"],
            quote_language=citation["quote_language"],
            quote_en=citation["translation"].get("en", ""),
            quote_uk=citation["translation"].get("uk", ""),
        )
        _fill_texts(row, citation, "locator")
        for who in ("killed", "survived"):
            for end in ("low", "high"):
                setattr(row, f"{who}_{end}", citation[who][end])
        yield row


def unit_row(code: str, document: Document) -> RegisterUnit:
    """A unit, from the document of an incident that names it."""
    named = next(each for each in document["attributions"] if each["unit"] == code)
    row = RegisterUnit(code=code, level=named["level"], other_names=named.get("other_names", []))
    _fill_texts(row, named, "name")
    return row


def source_row(edition: Edition, first_published_at: datetime) -> RegisterSource:
    """The row of a source that is not withdrawn."""
    document = edition.content
    published = _parsed(document["published_on"])
    row = RegisterSource(
        **_common(edition, first_published_at),
        source_kind=document["kind"],
        distance=document["distance"],
        access=document["access"],
        publisher=_publisher(document),
        publisher_uk=publisher_names(document["publisher"]).get("uk", ""),
        title=document["title"],
        url=document["url"],
        published=document["published_on"],
        published_earliest=published.earliest if published else None,
        language=document["language"],
        availability=document["availability"],
    )
    row.vector = source_vector(row)
    return row


def _publisher(document: Document) -> str:
    """The publisher's name that is the same for every reader: the English one, else the Ukrainian one."""
    return next(iter(publisher_names(document["publisher"]).values()), "")


def derivation_rows(document: Document, public: Iterable[str]) -> list[RegisterDerivation]:
    """The rows of a source's derivations from public sources."""
    derived = {each["source"]: each for each in document.get("derived_from", ())}
    return [
        RegisterDerivation(
            source_id=document["code"], upstream_id=code, how=derived[code]["how"], note=derived[code]["note"]
        )
        for code in sorted(derived.keys() & set(public))
    ]


def investigation_row(edition: Edition, first_published_at: datetime) -> RegisterInvestigation:
    """The row of an investigation that is not withdrawn."""
    document = edition.content
    last = document["steps"][-1] if document["steps"] else {"status": "", "date": ""}
    when = _parsed(last["date"])
    row = RegisterInvestigation(
        **_common(edition, first_published_at),
        body_kind=document["body_kind"],
        status=last["status"],
        status_date=last["date"],
        status_earliest=(when.earliest or when.latest) if when else None,
    )
    _fill_texts(row, document, "title", "body")
    row.vector = investigation_vector(row)
    return row


def total_row(edition: Edition, first_published_at: datetime) -> RegisterTotal:
    """The row of a total that is not withdrawn."""
    document = edition.content
    as_of = _parsed(document["as_of"])
    row = RegisterTotal(
        **_common(edition, first_published_at),
        what=document["what"],
        value=document["value"],
        qualifier=document["qualifier"],
        period=document["period"],
        as_of=document["as_of"],
        as_of_latest=as_of.latest if as_of else None,
        source=document["source"] or "",
    )
    _fill_texts(row, {"note": {}} | document, "body", "scope", "note")  # the first documents have no note
    return row


def _common(edition: Edition, first_published_at: datetime) -> dict[str, Any]:
    return {
        "code": edition.code,
        "edition": edition,
        "number": edition.number,
        "first_published_at": first_published_at,
        "published_at": edition.published_at,
    }


def _fill_texts(row: object, document: Document, *names: str) -> None:
    for name in names:
        for language in ("en", "uk"):
            setattr(row, f"{name}_{language}", document[name].get(language, ""))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _parsed(text: str) -> Any:
    try:
        return parse(text) if text else None
    except DateError:
        return None
