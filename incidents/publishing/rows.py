"""Writes the rows that filters read, as `row_making.py` makes them from the newest editions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q

from incidents.corroboration.independence import Node
from incidents.publishing.row_making import (
    EMPTY_CONTEXT,
    IncidentContext,
    citation_rows,
    counted_sources,
    derivation_rows,
    incident_row,
    investigation_row,
    node,
    source_row,
    sources_of,
    total_row,
    unit_row,
)
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
from incidents.vocabulary import EditionChange, RecordKind

WRITE_ALIAS = "default"


def write_rows(edition: Edition) -> None:
    """Update the rows of one record from its newest edition."""
    writer = {
        RecordKind.INCIDENT: write_incident,
        RecordKind.SOURCE: _write_source,
        RecordKind.INVESTIGATION: _write_investigation,
        RecordKind.TOTAL: _write_total,
    }[RecordKind(edition.kind)]
    writer(edition)


def graph_of(sources: Iterable[str]) -> dict[str, Node]:
    """The public derivations upstream of some sources, from the newest document of each.

    A withdrawn source is not counted, but still ties together what repeats it: by its last document before that which
    was not erased.
    """
    graph: dict[str, Node] = {}
    waiting = set(sources)
    while waiting:
        for edition in _last_told(waiting):
            graph[edition.code] = node(edition.content)
        further = {code for source in waiting & graph.keys() for code in graph[source].repeats + graph[source].draws_on}
        waiting = further - graph.keys()
    return graph


def _last_told(sources: Iterable[str]) -> Iterable[Edition]:
    """The newest edition with a content, for each source."""
    told = Edition.objects.using(WRITE_ALIAS).filter(kind=RecordKind.SOURCE, code__in=sources).readable()
    told = told.exclude(change__in=(EditionChange.WITHDRAWN, EditionChange.MERGED))
    return told.order_by("code", "-number").distinct("code")


def incident_context(edition: Edition) -> IncidentContext:
    """What an incident's row needs beside its document, read from the database."""
    if edition.is_tombstone:
        return EMPTY_CONTEXT
    document = edition.content
    named, graph = sources_of(document), graph_of(counted_sources(document))
    investigations = RegisterInvestigation.objects.using(WRITE_ALIAS).filter(code__in=document["investigations"])
    parts = Q(kind=RecordKind.SOURCE, code__in=named | graph.keys()) | Q(
        kind=RecordKind.INVESTIGATION, code__in=document["investigations"]
    )
    return IncidentContext(
        RegisterSource.objects.using(WRITE_ALIAS).in_bulk(sorted(named)),
        {row.code: row for row in investigations.select_related("edition")},
        graph,
        Edition.objects.using(WRITE_ALIAS).filter(parts).aggregate(newest=Max("pk"))["newest"] or 0,
    )


def write_incident(edition: Edition) -> None:
    """Write the incident's row, its citations, its search vector, and the units that it names."""
    present = RegisterIncident.objects.using(WRITE_ALIAS).filter(code=edition.code)
    before = present.values_list("units", flat=True).first() or []
    known = incident_context(edition)
    row = incident_row(edition, known, _first_published_at(edition))
    _put(row)
    write_search(row, edition.content, known.sources)
    RegisterCitation.objects.using(WRITE_ALIAS).filter(incident_id=edition.code).delete()
    RegisterCitation.objects.using(WRITE_ALIAS).bulk_create(citation_rows(edition.content))
    for unit in {*before, *row.units}:
        _write_unit(unit)


def _write_unit(code: str) -> None:
    """Write the unit from the newest current edition that names it; delete it where none does."""
    naming = RegisterIncident.objects.using(WRITE_ALIAS).filter(units__contains=[code]).order_by("-edition_id").first()
    if naming is None:
        RegisterUnit.objects.using(WRITE_ALIAS).filter(code=code).delete()
        return
    unit_row(code, Edition.objects.using(WRITE_ALIAS).get(pk=naming.edition_id).content).save(using=WRITE_ALIAS)


def _write_source(edition: Edition) -> None:
    if edition.is_tombstone:
        RegisterSource.objects.using(WRITE_ALIAS).filter(code=edition.code).delete()
        return
    _put(source_row(edition, _first_published_at(edition)))
    if edition.number > 1:
        RegisterDerivation.objects.using(WRITE_ALIAS).filter(source_id=edition.code).delete()
    write_derivations(edition)


def write_derivations(edition: Edition) -> None:
    """Write the derivations of a source whose upstreams are still public."""
    derived = [] if edition.is_tombstone else [each["source"] for each in edition.content["derived_from"]]
    if derived:
        present = RegisterSource.objects.using(WRITE_ALIAS).filter(code__in=derived).values_list("code", flat=True)
        RegisterDerivation.objects.using(WRITE_ALIAS).bulk_create(
            derivation_rows(edition.content, present), ignore_conflicts=True
        )


def _write_investigation(edition: Edition) -> None:
    if edition.is_tombstone:
        RegisterInvestigation.objects.using(WRITE_ALIAS).filter(code=edition.code).delete()
        return
    _put(investigation_row(edition, _first_published_at(edition)))


def _write_total(edition: Edition) -> None:
    if edition.is_tombstone:
        RegisterTotal.objects.using(WRITE_ALIAS).filter(code=edition.code).delete()
        return
    _put(total_row(edition, _first_published_at(edition)))


def _first_published_at(edition: Edition) -> datetime:
    if edition.number == 1:
        return edition.published_at
    editions = Edition.objects.using(WRITE_ALIAS).filter(kind=edition.kind, code=edition.code, number=1)
    return editions.values_list("published_at", flat=True).get()


def _put(row: Row) -> None:
    """Insert the row, or update the one with the same code."""
    fields = [field.name for field in row._meta.concrete_fields if not field.primary_key]
    type(row)._default_manager.using(WRITE_ALIAS).bulk_create(
        [row], update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
