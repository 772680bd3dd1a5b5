"""From documents to the rows that filters read. Pure of casework: the same documents always give the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from incidents.casework.corroboration import Corroboration, Graph, Node, Report, is_convicted
from incidents.dates import DateError, parse
from incidents.gazetteer.names import normalise
from incidents.publishing.derivations import REPEATS
from incidents.publishing.documents import Document
from incidents.publishing.search_rows import write_search
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
    Row,
)
from incidents.vocabulary import (
    AttributionConfidence,
    AttributionRole,
    Distance,
    EditionChange,
    Publication,
    RecordKind,
)

DOOR = "default"


def write_rows(edition: Edition) -> None:
    """Bring the rows of one thing in line with its newest edition."""
    writer = {
        RecordKind.INCIDENT: write_incident,
        RecordKind.SOURCE: _write_source,
        RecordKind.INVESTIGATION: _write_investigation,
        RecordKind.TOTAL: _write_total,
    }[RecordKind(edition.kind)]
    writer(edition)


def graph_of(sources: Iterable[str]) -> dict[str, Node]:
    """The public derivations upstream of some sources, as the newest document of each has them.

    A withdrawn source is not counted, but still ties together what repeats it: by its last document before that.
    """
    graph: dict[str, Node] = {}
    waiting = set(sources)
    while waiting:
        newest = Edition.objects.using(DOOR).filter(kind=RecordKind.SOURCE, superseded_by__isnull=True)
        for edition in newest.filter(code__in=waiting).select_related("supersedes"):
            last = edition.supersedes if edition.is_tombstone else edition
            if last is not None:
                graph[edition.code] = _node(last.content)
        further = {code for source in waiting & graph.keys() for code in graph[source].repeats + graph[source].draws_on}
        waiting = further - graph.keys()
    return graph


def _node(document: Document) -> Node:
    derived = document["derived_from"]
    return Node(
        document["code"],
        tuple(each["source"] for each in derived if each["how"] in REPEATS),
        tuple(each["source"] for each in derived if each["how"] not in REPEATS),
        primary=document["distance"] == Distance.PRIMARY,
    )


def corroboration_of(document: Document, graph: Graph | None = None) -> Corroboration:
    """What is counted about a published incident, from public sources alone."""
    reports = tuple(
        Report(each["source"], each["stance"], frozenset(each["facts"]), each["via"]) for each in document["citations"]
    )
    named = [report.source for report in reports] + [report.via for report in reports if report.via]
    return Corroboration(
        reports,
        graph_of(named) if graph is None else graph,
        _final_judgment(document["investigations"]),
        any(
            each["role"] == AttributionRole.DIRECT_PERPETRATOR and each["confidence"] == AttributionConfidence.DISPUTED
            for each in document["attributions"]
        ),
    )


def _final_judgment(investigations: list[str]) -> bool:
    """Whether a court convicted in one of the investigations and the judgment is final."""
    rows = RegisterInvestigation.objects.using(DOOR).filter(code__in=investigations).select_related("edition")
    return any(is_convicted(step["status"] for step in row.document["steps"]) for row in rows)


def write_incident(edition: Edition) -> None:
    """The incident's row, its citations and the units it names."""
    document = edition.content
    before = (
        RegisterIncident.objects.using(DOOR).filter(code=edition.code).values_list("units", flat=True).first() or []
    )
    row = RegisterIncident(**_common(edition))
    if edition.is_tombstone:
        row.state = Publication.MERGED if edition.change == EditionChange.MERGED else Publication.WITHDRAWN
        row.merged_into = document.get("merged_into", "")
    else:
        _fill_incident(row, document)
    _put(row)
    write_search(row, document)
    RegisterCitation.objects.using(DOOR).filter(incident_id=edition.code).delete()
    RegisterCitation.objects.using(DOOR).bulk_create(
        _citation_row(edition.code, position, each) for position, each in enumerate(document.get("citations", []), 1)
    )
    for unit in {*before, *row.units}:
        _write_unit(unit)


def _fill_incident(row: RegisterIncident, document: Document) -> None:
    _fill_texts(row, document, "title", "summary")
    when, where = document["date"], document["place"]
    row.date, row.earliest, row.latest = when["edtf"], _day(when["earliest"]), _day(when["latest"])
    row.sort_date = row.earliest or row.latest
    row.place_en, row.place_uk = place_in_words(where, "en"), place_in_words(where, "uk")
    row.oblast, row.country, row.precision = where.get("oblast", ""), where.get("country", ""), where["precision"]
    row.latitude, row.longitude = where.get("latitude"), where.get("longitude")
    for who in ("killed", "survived"):
        for end in ("low", "best", "high"):
            setattr(row, f"{who}_{end}", document[who][end])
    row.grade = document["grade"].get("code", "")
    row.conduct, row.protected_status, row.setting = (
        document["conduct"],
        document["protected_status"],
        document["setting"],
    )
    row.units = sorted({each["unit"] for each in document["attributions"] if each["unit"]})
    row.related = document["related"]
    known = RegisterInvestigation.objects.using(DOOR).filter(code__in=document["investigations"])
    statuses = dict(known.values_list("code", "status"))
    row.investigations, row.investigation_statuses = sorted(statuses), sorted(set(filter(None, statuses.values())))
    sources = RegisterSource.objects.using(DOOR).filter(code__in=sources_of(document)).order_by("code")
    row.sources = [source.code for source in sources]
    cited = {each["source"] for each in document["citations"]}
    row.source_kinds = sorted({source.source_kind for source in sources if source.code in cited})
    row.search_text = _search_text(
        row.code,
        *document["title"].values(),
        *document["summary"].values(),
        row.place_en,
        row.place_uk,
        *(text for each in document["citations"] for text in (each["quote"], *each["translation"].values())),
        *(f"{source.publisher} {source.title}" for source in sources),
        *(name for each in document["attributions"] for name in each["name"].values()),
    )
    _fill_corroboration(row, document)


def _fill_corroboration(row: RegisterIncident, document: Document) -> None:
    found = corroboration_of(document)
    row.reports, row.origins = found.total.reports, found.total.origins
    row.corroboration = found.summary()


def sources_of(document: Document) -> set[str]:
    """The codes of all sources that an incident's document names."""
    codes = {each["source"] for each in document["citations"]} | {each["via"] for each in document["citations"]}
    codes |= {each["said_by"] for each in document["attributions"]}
    codes |= {each["source"] for each in document["observations"]}
    codes |= {code for who in ("killed", "survived") for code in document[who]["sources"].values()}
    return codes - {None}


def place_in_words(place: Document, language: str) -> str:
    """Settlement, raion, oblast: as much of it as the public precision allows."""
    other = "uk" if language == "en" else "en"
    parts = [place.get(part, {}) for part in ("name", "raion", "oblast_name")]
    return ", ".join(words for words in (part.get(language) or part.get(other, "") for part in parts) if words)


def _citation_row(incident: str, position: int, citation: Document) -> RegisterCitation:
    row = RegisterCitation(
        incident_id=incident,
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
    return row


def _write_unit(code: str) -> None:
    """The unit as the newest current edition that names it has it; gone when none does."""
    naming = RegisterIncident.objects.using(DOOR).filter(units__contains=[code]).order_by("-edition_id").first()
    if naming is None:
        RegisterUnit.objects.using(DOOR).filter(code=code).delete()
        return
    edition = Edition.objects.using(DOOR).get(pk=naming.edition_id)
    named = next(each for each in edition.content["attributions"] if each["unit"] == code)
    row = RegisterUnit(code=code, level=named["level"])
    _fill_texts(row, named, "name")
    row.save(using=DOOR)


def _write_source(edition: Edition) -> None:
    document = edition.content
    if edition.is_tombstone:
        RegisterSource.objects.using(DOOR).filter(code=edition.code).delete()
        return
    published = _parsed(document["published_on"])
    row = RegisterSource(
        **_common(edition),
        source_kind=document["kind"],
        distance=document["distance"],
        access=document["access"],
        publisher=document["publisher"],
        title=document["title"],
        url=document["url"],
        published=document["published_on"],
        published_earliest=published.earliest if published else None,
        language=document["language"],
        availability=document["availability"],
        search_text=_search_text(edition.code, document["publisher"], document["title"], document["url"]),
    )
    _put(row)
    if edition.number > 1:
        RegisterDerivation.objects.using(DOOR).filter(source_id=edition.code).delete()
    write_derivations(edition)


def write_derivations(edition: Edition) -> None:
    """What a source derives from, as far as it is public still."""
    derived = {} if edition.is_tombstone else {each["source"]: each for each in edition.content["derived_from"]}
    if derived:
        present = RegisterSource.objects.using(DOOR).filter(code__in=derived).values_list("code", flat=True)
        RegisterDerivation.objects.using(DOOR).bulk_create(
            [
                RegisterDerivation(
                    source_id=edition.code, upstream_id=code, how=derived[code]["how"], note=derived[code]["note"]
                )
                for code in sorted(present)
            ],
            ignore_conflicts=True,
        )


def _write_investigation(edition: Edition) -> None:
    document = edition.content
    if edition.is_tombstone:
        RegisterInvestigation.objects.using(DOOR).filter(code=edition.code).delete()
        return
    last = document["steps"][-1] if document["steps"] else {"status": "", "date": ""}
    when = _parsed(last["date"])
    row = RegisterInvestigation(
        **_common(edition),
        body_kind=document["body_kind"],
        status=last["status"],
        status_date=last["date"],
        status_earliest=(when.earliest or when.latest) if when else None,
    )
    _fill_texts(row, document, "title", "body")
    row.search_text = _search_text(row.code, row.title_en, row.title_uk, row.body_en, row.body_uk)
    _put(row)


def _write_total(edition: Edition) -> None:
    document = edition.content
    if edition.is_tombstone:
        RegisterTotal.objects.using(DOOR).filter(code=edition.code).delete()
        return
    as_of = _parsed(document["as_of"])
    row = RegisterTotal(
        **_common(edition),
        what=document["what"],
        value=document["value"],
        qualifier=document["qualifier"],
        period=document["period"],
        as_of=document["as_of"],
        as_of_latest=as_of.latest if as_of else None,
        source=document["source"] or "",
    )
    _fill_texts(row, document, "body", "scope")
    _put(row)


def _common(edition: Edition) -> dict[str, Any]:
    first = edition
    if edition.number > 1:
        first = Edition.objects.using(DOOR).defer("document").get(kind=edition.kind, code=edition.code, number=1)
    return {
        "code": edition.code,
        "edition_id": edition.pk,
        "number": edition.number,
        "first_published_at": first.published_at,
        "published_at": edition.published_at,
    }


def _put(row: Row) -> None:
    """Write the row over the one that is there, if there is one."""
    fields = [field.name for field in row._meta.concrete_fields if not field.primary_key]
    type(row)._default_manager.using(DOOR).bulk_create(
        [row], update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def _fill_texts(row: object, document: Document, *names: str) -> None:
    for name in names:
        for language in ("en", "uk"):
            setattr(row, f"{name}_{language}", document[name].get(language, ""))


def _search_text(*texts: str) -> str:
    return normalise(" ".join(text for text in texts if text))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _parsed(text: str) -> Any:
    try:
        return parse(text) if text else None
    except DateError:
        return None
