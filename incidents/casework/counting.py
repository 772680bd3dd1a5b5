"""From casework rows to what `corroboration` counts: with confidential sources marked, or left out as in public."""

from __future__ import annotations

from incidents.casework.corroboration import CREDIBLE, Corroboration, Node, Report
from incidents.casework.models import Incident, Investigation, Source, SourceDerivation
from incidents.vocabulary import Access, AttributionConfidence, AttributionRole, Derivation, Distance, StepStatus


def corroboration_of(incident: Incident | object, *, public: bool = False) -> Corroboration:
    """What is counted about an incident at the desk. Confidential sources never count; `public` drops them."""
    assert isinstance(incident, Incident)
    citations = list(incident.citations.select_related("source", "via"))
    if public:
        citations = [each for each in citations if not each.source.is_confidential]
    reports = tuple(
        Report(
            each.source.code,
            each.stance,
            frozenset(each.facts),
            each.via.code if each.via else None,
            credible=each.credibility in CREDIBLE,
        )
        for each in citations
    )
    disputed = incident.attributions.filter(
        role=AttributionRole.DIRECT_PERPETRATOR, confidence=AttributionConfidence.DISPUTED
    )
    return Corroboration(reports, source_graph(), _final_judgment(incident), disputed.exists())


def source_graph() -> dict[str, Node]:
    """All sources and what each derives from."""
    repeats: dict[str, list[str]] = {}
    draws: dict[str, list[str]] = {}
    for source, upstream, how in SourceDerivation.objects.order_by("pk").values_list(
        "source__code", "upstream__code", "how"
    ):
        (draws if how == Derivation.DRAWS_ON else repeats).setdefault(source, []).append(upstream)
    return {
        code: Node(
            code,
            tuple(repeats.get(code, ())),
            tuple(draws.get(code, ())),
            primary=distance == Distance.PRIMARY,
            confidential=access == Access.CONFIDENTIAL,
        )
        for code, distance, access in Source.objects.values_list("code", "distance", "access")
    }


def _final_judgment(incident: Incident) -> bool:
    """Whether a court convicted in one of the investigations and the judgment is final."""
    return any(
        {StepStatus.CONVICTED, StepStatus.FINAL} <= set(investigation.steps.values_list("status", flat=True))
        for investigation in Investigation.objects.filter(incidents=incident)
    )
