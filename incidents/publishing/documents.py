"""What becomes public of a record: an allowlist, field by field.

A field that is not named here never leaves casework. Confidential sources, and what rests on them alone, are in no
document; of a restricted source its existence is public and its content is not.
"""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils import timezone

from incidents.casework.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    InvestigationStep,
    Observation,
    Record,
    ReportedTotal,
    Review,
    Source,
    SourceDerivation,
)
from incidents.casework.models.incidents import COUNT_ENDS
from incidents.vocabulary import (
    Access,
    AttributionConfidence,
    AttributionLevel,
    Derivation,
    PlacePrecision,
)

Document = dict[str, Any]

REPEATS = (Derivation.RELAYS, Derivation.SAME_MATERIAL)
NAMED_FROM = (AttributionConfidence.ESTABLISHED, AttributionConfidence.ADMITTED, AttributionConfidence.CHARGED)
# Decimal places of a published coordinate: 0.001° is about 100 m, 0.01° about 1 km.
DECIMALS = {PlacePrecision.EXACT: 5, PlacePrecision.VICINITY: 3, PlacePrecision.LOCALITY: 2, PlacePrecision.NEAR: 2}


def canonical(document: Document) -> str:
    """The document as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(document).decode("utf-8")


def document_of(record: Record, number: int, review: Review | None) -> Document:
    """The public document of a record's present content, as its edition `number`."""
    content = record.content
    head = {
        "format": f"hors-de-combat/{record.kind}/1",
        "code": record.code,
        "edition": number,
        "published": timezone.now().isoformat(timespec="seconds"),
        # So that the digest of a document that had to be erased confirms nobody's guess.
        "nonce": secrets.token_hex(16),
    }
    if isinstance(content, Incident):
        return head | _incident(content, review)
    if isinstance(content, Source):
        return head | _source(content)
    if isinstance(content, Investigation):
        return head | _investigation(content)
    assert isinstance(content, ReportedTotal)
    return head | _total(content)


def tombstone(code: str, kind: str, number: int, reason: dict[str, str], merged_into: str | None = None) -> Document:
    """What stays at the address of something withdrawn or merged."""
    body: Document = {
        "format": f"hors-de-combat/{kind}/1",
        "code": code,
        "edition": number,
        "published": timezone.now().isoformat(timespec="seconds"),
        "nonce": secrets.token_hex(16),
        "reason": reason,
    }
    return body | ({"merged_into": merged_into} if merged_into else {"withdrawn": True})


def pair(holder: object, name: str) -> dict[str, str]:
    """A text in the languages it exists in."""
    texts = {language: str(getattr(holder, f"{name}_{language}")).strip() for language in ("en", "uk")}
    return {language: text for language, text in texts.items() if text}


def lines(holder: object, name: str) -> dict[str, list[str]]:
    """A text of one item a line, as lists."""
    return {
        language: [line for line in text.splitlines() if line.strip()] for language, text in pair(holder, name).items()
    }


def public_code(source: Source | None) -> str | None:
    """The code of a source that may be named in public."""
    return source.code if source is not None and not source.is_confidential else None


def _incident(incident: Incident, review: Review | None) -> Document:
    return {
        "title": pair(incident, "title"),
        "summary": pair(incident, "summary"),
        "date": {
            "edtf": incident.date,
            "earliest": incident.date_earliest.isoformat() if incident.date_earliest else None,
            "latest": incident.date_latest.isoformat() if incident.date_latest else None,
            "basis": incident.date_basis,
        },
        "place": _place(incident),
        "killed": _count(incident, "killed"),
        "survived": _count(incident, "survived"),
        "conduct": sorted(incident.conduct),
        "protected_status": sorted(incident.protected_status),
        "setting": incident.setting,
        "grade": _grade(review),
        "attributions": [_attribution(each) for each in incident.attributions.all() if public_code(each.said_by)],
        "not_known": lines(incident, "not_known"),
        "content_warning": pair(incident, "content_warning"),
        "citations": [_citation(each) for each in incident.citations.all() if public_code(each.source)],
        "observations": [_observation(each) for each in incident.observations.all() if public_code(each.source)],
        "investigations": sorted(each.code for each in incident.investigations.all()),
        "related": sorted(each.code for each in incident.related.all() if each.is_public),
    }


def _place(incident: Incident) -> Document:
    """The place at its public precision and no finer; coarser than a district only the region's name is left."""
    precision = PlacePrecision(incident.public_precision)
    place: Document = {"precision": precision.value, "method": incident.place_method}
    if precision.rank >= PlacePrecision.UNKNOWN.rank:
        return place
    if incident.region is not None:
        place["country"] = incident.region.country
    if precision.rank >= PlacePrecision.COUNTRY.rank or incident.region is None:
        return place
    place |= {"oblast": incident.region.iso, "oblast_name": pair(incident.region, "name")}
    if precision.rank >= PlacePrecision.REGION.rank:
        return place
    if incident.place is not None:
        place["raion"] = pair(incident.place, "raion")
    if precision.rank >= PlacePrecision.DISTRICT.rank:
        return place
    return place | {"name": _place_name(incident)} | _coordinates(incident, precision)


def _place_name(incident: Incident) -> dict[str, str]:
    return pair(incident, "place_name") or (pair(incident.place, "name") if incident.place is not None else {})


def _coordinates(incident: Incident, precision: PlacePrecision) -> Document:
    latitude: Decimal | float | None = incident.latitude
    longitude: Decimal | float | None = incident.longitude
    if incident.place is not None and (precision == PlacePrecision.NEAR or latitude is None):
        # "Near" shows where the named settlement is, not what is known of the place itself.
        latitude, longitude = incident.place.latitude, incident.place.longitude
    if latitude is None or longitude is None:
        return {}
    return {"latitude": _rounded(latitude, precision), "longitude": _rounded(longitude, precision)}


def _rounded(value: Decimal | float, precision: PlacePrecision) -> float:
    return round(float(value), DECIMALS[precision])


def _count(incident: Incident, who: str) -> Document:
    count: Document = {end: getattr(incident, f"{who}_{end}") for end in COUNT_ENDS}
    sources = {end: public_code(getattr(incident, f"{who}_{end}_source")) for end in COUNT_ENDS}
    return count | {"sources": {end: code for end, code in sources.items() if code}}


def _grade(review: Review | None) -> Document:
    if review is None:
        return {}
    return {
        "code": review.grade,
        "proposed": review.proposed_grade,
        "rule": review.proposed_rule,
        "reason": pair(review, "grade_reason"),
        "signed_by": "reviewer",
        "signed_on": (review.decided_at or timezone.now()).date().isoformat(),
    }


def _attribution(attribution: Attribution) -> Document:
    unit = attribution.unit
    unnamed = attribution.level == AttributionLevel.INDIVIDUAL and attribution.confidence not in NAMED_FROM
    return {
        "unit": None if unnamed else unit.code,
        "name": {} if unnamed else pair(unit, "name"),
        "level": attribution.level,
        "role": attribution.role,
        "confidence": attribution.confidence,
        "said_by": public_code(attribution.said_by),
    }


def _citation(citation: Citation) -> Document:
    told = citation.source.access != Access.RESTRICTED
    return {
        "source": citation.source.code,
        "via": public_code(citation.via),
        "stance": citation.stance,
        "facts": sorted(citation.facts),
        "quote": citation.quote if told else "",
        "quote_language": citation.quote_language if told else "",
        "translation": pair(citation, "quote") if told else {},
        "locator": pair(citation, "locator"),
        "killed": {"low": citation.killed_low, "high": citation.killed_high},
        "survived": {"low": citation.survived_low, "high": citation.survived_high},
    }


def _observation(observation: Observation) -> Document:
    return {
        "source": observation.source.code,
        "at": observation.at,
        "clock": pair(observation, "clock"),
        "text": pair(observation, "text"),
    }


def _source(source: Source) -> Document:
    assert not source.is_confidential
    return {
        "kind": source.source_kind,
        "distance": source.distance,
        "access": source.access,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url if source.access == Access.PUBLIC else "",
        "published_on": source.published,
        "language": source.language,
        "note": pair(source, "note"),
        "availability": source.availability,
        "derived_from": public_derivations(source),
    }


def public_derivations(source: Source) -> list[Document]:
    """What a source derives from, with confidential sources taken out: what one of them repeats stands in its place."""
    found: dict[str, Document] = {}
    for derivation in source.derivations.select_related("upstream"):
        for each in _public_upstreams(derivation):
            found.setdefault(str(each["source"]), each)
    sibling = _sibling_behind_confidential(source)
    if sibling is not None:
        found.setdefault(sibling, {"source": sibling, "how": Derivation.SAME_MATERIAL.value, "note": ""})
    found.pop(source.code, None)
    return [found[code] for code in sorted(found)]


def _public_upstreams(derivation: SourceDerivation) -> list[Document]:
    if not derivation.upstream.is_confidential:
        return [{"source": derivation.upstream.code, "how": derivation.how, "note": derivation.note}]
    passed_on = []
    for further in derivation.upstream.derivations.select_related("upstream"):
        repeats = derivation.how in REPEATS and further.how in REPEATS
        how = Derivation.RELAYS if repeats else Derivation.DRAWS_ON
        passed_on += [each | {"how": how.value, "note": ""} for each in _public_upstreams(further)]
    return passed_on


def _sibling_behind_confidential(source: Source) -> str | None:
    """An earlier published source that repeats the same confidential one: in public both are the same material.

    Otherwise two repetitions of one hidden source would count as two independent origins.
    """
    ends = _confidential_ends(source)
    if not ends:
        return None
    earlier = Source.objects.filter(edition__isnull=False, access__in=(Access.PUBLIC, Access.RESTRICTED)).exclude(
        pk=source.pk
    )
    if source.edition is not None:
        earlier = earlier.filter(pk__lt=source.pk)
    for other in earlier.filter(derivations__upstream__access=Access.CONFIDENTIAL).order_by("pk").distinct():
        if _confidential_ends(other) & ends:
            return other.code
    return None


def _confidential_ends(source: Source) -> frozenset[str]:
    repeated = source.derivations.filter(how__in=REPEATS, upstream__access=Access.CONFIDENTIAL).select_related(
        "upstream"
    )
    ends = frozenset[str]()
    for derivation in repeated:
        ends |= _confidential_ends(derivation.upstream) or frozenset({derivation.upstream.code})
    return ends


def _investigation(investigation: Investigation) -> Document:
    return {
        "title": pair(investigation, "title"),
        "body": pair(investigation, "body"),
        "body_kind": investigation.body_kind,
        "steps": [_step(each) for each in investigation.steps.all() if each.source is None or public_code(each.source)],
        "citations": [_citation(each) for each in investigation.citations.all() if public_code(each.source)],
    }


def _step(step: InvestigationStep) -> Document:
    return {
        "date": step.date,
        "status": step.status,
        "source": public_code(step.source),
        "note": pair(step, "note"),
    }


def _total(total: ReportedTotal) -> Document:
    return {
        "body": pair(total, "body"),
        "what": total.what,
        "value": total.value,
        "qualifier": total.qualifier,
        "period": total.period,
        "as_of": total.as_of,
        "scope": pair(total, "scope"),
        "source": public_code(total.said_by),
    }


def needed_sources(content: Record) -> list[Source]:
    """The public sources that a record names, and what they derive from, upstreams first."""
    named: list[Source | None] = []
    if isinstance(content, Source):
        named += [content]
    if isinstance(content, Incident):
        named += [each.source for each in content.citations.all()] + [each.via for each in content.citations.all()]
        named += [each.said_by for each in content.attributions.all()]
        named += [each.source for each in content.observations.all()]
        named += [getattr(content, f"{who}_{end}_source") for who in ("killed", "survived") for end in COUNT_ENDS]
    if isinstance(content, Investigation):
        named += [each.source for each in content.steps.all()] + [each.source for each in content.citations.all()]
    if isinstance(content, ReportedTotal):
        named += [content.said_by]
    ordered: dict[int, Source] = {}
    for source in named:
        if source is not None and not source.is_confidential:
            _with_upstreams(source, ordered)
    return list(ordered.values())


def _with_upstreams(source: Source, ordered: dict[int, Source]) -> None:
    if source.pk in ordered:
        return
    for each in public_derivations(source):
        _with_upstreams(Source.objects.get(code=each["source"]), ordered)
    ordered[source.pk] = source


def without_source(document: Document, code: str) -> Document:
    """A published incident's document with everything taken out that rests on one source."""
    changed = dict(document)
    changed["citations"] = [each for each in document["citations"] if each["source"] != code]
    for citation in changed["citations"]:
        if citation["via"] == code:
            citation["via"] = None
    changed["attributions"] = [each for each in document["attributions"] if each["said_by"] != code]
    changed["observations"] = [each for each in document["observations"] if each["source"] != code]
    for who in ("killed", "survived"):
        sources = {end: source for end, source in document[who]["sources"].items() if source != code}
        changed[who] = document[who] | {"sources": sources}
    return changed


__all__ = [
    "canonical",
    "document_of",
    "needed_sources",
    "public_derivations",
    "tombstone",
    "without_source",
]
