"""The input of `corroboration` from casework rows: as the desk sees it, or as the public will."""

from __future__ import annotations

from collections.abc import Iterable

from incidents.corroboration.independence import CREDIBLE, Corroboration, Node, Report, is_convicted
from incidents.publishing.derivations import Derivations, is_hidden, public_vias
from incidents.publishing.documents import (
    CLOSED,
    publishable_attributions,
    publishable_citations,
    publishable_steps,
    published_along,
)
from incidents.publishing.rows import graph_of
from incidents.records.models import Attribution, Citation, Incident, Investigation, Source
from incidents.register.models import Edition
from incidents.vocabulary import REPEATS, AttributionConfidence, AttributionRole, Distance, RecordKind, speaking_body


def corroboration_of(incident: Incident | object, *, public: bool = False) -> Corroboration:
    """The corroboration of an incident. At the desk, hidden sources link others together but are never counted.

    `public` counts as the register will after this content is published: without hidden sources, and with published
    documents instead of drafts for what is already public. The credibility of reports, which is internal, is used in
    both.
    """
    assert isinstance(incident, Incident)
    if public:
        citations = publishable_citations(incident)
        vias = public_vias(citations)
        reports = tuple(_report(each, vias[each.pk]) for each in citations)
        disputed = _any_disputed(publishable_attributions(incident))
        return Corroboration(reports, _public_graph(incident, reports), _public_judgment(incident), disputed)
    citations = list(incident.citations.select_related("source__publisher", "via__publisher"))
    reports = tuple(_report(each, each.via.code if each.via else None) for each in citations)
    graph = _desk_graph(Derivations([each.source for each in citations] + [each.via for each in citations if each.via]))
    return Corroboration(reports, graph, _desk_judgment(incident), _any_disputed(incident.attributions.all()))


def _report(citation: Citation, via: str | None) -> Report:
    credible = citation.credibility in CREDIBLE
    return Report(citation.source.code, citation.stance, frozenset(citation.facts), via, credible)


def _any_disputed(attributions: Iterable[Attribution]) -> bool:
    return any(
        each.role == AttributionRole.DIRECT_PERPETRATOR and each.confidence == AttributionConfidence.DISPUTED
        for each in attributions
    )


def _desk_graph(known: Derivations) -> dict[str, Node]:
    return {
        source.code: Node(
            source.code,
            tuple(row.upstream.code for row in rows if row.how in REPEATS),
            tuple(row.upstream.code for row in rows if row.how not in REPEATS),
            primary=source.distance == Distance.PRIMARY,
            confidential=is_hidden(source),
            body=speaking_body(source.source_kind, source.publisher_key),
        )
        for source, rows in known.everything()
    }


def _public_graph(incident: Incident, reports: Iterable[Report]) -> dict[str, Node]:
    """The public graph: from the newest documents, and for sources published along from what their first documents
    will be."""
    along = [each for each in published_along(incident) if isinstance(each, Source)]
    known = Derivations(along)
    graph: dict[str, Node] = {}
    for position, source in enumerate(along):
        links = known.public(source, along[:position])
        graph[source.code] = Node(
            source.code,
            tuple(link.upstream.code for link in links if link.how in REPEATS),
            tuple(link.upstream.code for link in links if link.how not in REPEATS),
            primary=source.distance == Distance.PRIMARY,
            body=speaking_body(source.source_kind, source.publisher_key),
        )
    named = {code for report in reports for code in (report.source, report.via) if code}
    named |= {code for node in graph.values() for code in node.repeats + node.draws_on}
    return graph_of(named - graph.keys()) | graph


def _desk_judgment(incident: Incident) -> bool:
    """Whether a court convicted in one of the investigations and the judgment is final."""
    open_ones = incident.investigations.exclude(state__in=CLOSED).prefetch_related("steps")
    return any(is_convicted(step.status for step in each.steps.all()) for each in open_ones)


def _public_judgment(incident: Incident) -> bool:
    """The same, from public statuses only."""
    return any(is_convicted(_public_statuses(each)) for each in incident.investigations.exclude(state__in=CLOSED))


def _public_statuses(investigation: Investigation) -> list[str]:
    if investigation.edition is None:
        return [step.status for step in publishable_steps(investigation)]
    editions = Edition.objects.using("default")
    newest = editions.get(kind=RecordKind.INVESTIGATION, code=investigation.code, number=investigation.edition)
    return [str(step["status"]) for step in newest.content["steps"]]
