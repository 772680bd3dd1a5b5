"""What becomes public of a record: an allowlist, field by field.

A field that is not named here never leaves casework. Confidential sources, and what rests on them alone, are in no
document; of a restricted source its existence is public and its content is not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils import timezone

from incidents.publishing.derivations import (
    Derivations,
    is_citable,
    is_hidden,
    public_code,
    public_vias,
    quotable,
    repeated_by_hidden,
)
from incidents.records.models import (
    SET_ASIDE,
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
)
from incidents.records.models.incidents import COUNT_ENDS
from incidents.vocabulary import (
    Access,
    AttributionConfidence,
    AttributionLevel,
    PlacePrecision,
    Publication,
)

Document = dict[str, Any]

NO_NUMBER: dict[str, int | None] = {"low": None, "high": None}
CLOSED = (*SET_ASIDE, Publication.WITHDRAWN)
NAMED_FROM = (AttributionConfidence.ESTABLISHED, AttributionConfidence.ADMITTED, AttributionConfidence.CHARGED)
# Decimal places of a published coordinate: 0.001° is about 100 m, 0.01° about 1 km.
DECIMALS = {PlacePrecision.EXACT: 5, PlacePrecision.VICINITY: 3, PlacePrecision.LOCALITY: 2, PlacePrecision.NEAR: 2}


def canonical(document: Document) -> str:
    """The document as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(document).decode("utf-8")


def document_of(record: Record, number: int, review: Review | None, known: Derivations | None = None) -> Document:
    """The public document of a record's present content, as its edition `number`.

    `known` spares a query for the derivations of each of many sources.
    """
    content = record.content
    head = {
        "format": f"hors-de-combat/{record.kind}/1",
        "code": record.code,
        "edition": number,
        "published": timezone.now().isoformat(timespec="seconds"),
        # With it, the digest of an erased document confirms no guess about its content.
        "nonce": secrets.token_hex(16),
    }
    if isinstance(content, Incident):
        return head | _incident(content, review)
    if isinstance(content, Source):
        return head | _source(content, known or Derivations([content]))
    if isinstance(content, Investigation):
        return head | _investigation(content)
    assert isinstance(content, ReportedTotal)
    return head | _total(content)


def tombstone(code: str, kind: str, number: int, reason: dict[str, str], merged_into: str | None = None) -> Document:
    """The document of a withdrawn or merged record."""
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
    """A text by language, without empty ones."""
    texts = {language: str(getattr(holder, f"{name}_{language}")).strip() for language in ("en", "uk")}
    return {language: text for language, text in texts.items() if text}


def lines(holder: object, name: str) -> dict[str, list[str]]:
    """A text with one item a line, as lists by language."""
    return {
        language: [line for line in text.splitlines() if line.strip()] for language, text in pair(holder, name).items()
    }


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
        "attributions": [_attribution(each) for each in publishable_attributions(incident)],
        "not_known": lines(incident, "not_known"),
        "content_warning": pair(incident, "content_warning"),
        "citations": _citations(incident),
        "observations": [_observation(each) for each in publishable_observations(incident)],
        "investigations": sorted(each.code for each in incident.investigations.exclude(state__in=CLOSED)),
        "related": sorted(each.code for each in incident.related.exclude(state__in=CLOSED) if each.is_public),
    }


def _place(incident: Incident) -> Document:
    """The place at its public precision. Coarser than a district, only the region remains. Of a place that is known and
    withheld, not even how it was found."""
    precision = PlacePrecision(incident.public_precision)
    if precision == PlacePrecision.UNKNOWN != incident.precision:
        return {"precision": precision.value, "method": "", "withheld": True}
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
        if incident.place.raion is not None:
            place["raion_code"] = incident.place.raion.code
    if precision.rank >= PlacePrecision.DISTRICT.rank:
        return place
    return place | _hromada(incident, precision) | {"name": _place_name(incident)} | _coordinates(incident, precision)


def _hromada(incident: Incident, precision: PlacePrecision) -> dict[str, str]:
    """The code of the hromada. "Near" a place may be in another one."""
    if incident.place is None or precision.rank >= PlacePrecision.NEAR.rank:
        return {}
    hromada = incident.place.hromada()
    return {"hromada_code": hromada.code} if hromada is not None else {}


def _place_name(incident: Incident) -> dict[str, str]:
    return pair(incident, "place_name") or (pair(incident.place, "name") if incident.place is not None else {})


def _coordinates(incident: Incident, precision: PlacePrecision) -> Document:
    latitude: Decimal | float | None = incident.latitude
    longitude: Decimal | float | None = incident.longitude
    if latitude is None or (precision == PlacePrecision.NEAR != incident.precision):
        # "Near" publishes the point of the named place, never that of a place that is known more precisely.
        place = incident.place
        latitude, longitude = (place.latitude, place.longitude) if place is not None else (None, None)
    if latitude is None or longitude is None:
        return {}
    return {"latitude": _rounded(latitude, precision), "longitude": _rounded(longitude, precision)}


def _rounded(value: Decimal | float, precision: PlacePrecision) -> float:
    return round(float(value), DECIMALS[precision])


def _count(incident: Incident, who: str) -> Document:
    """A count without the ends that only a hidden source gives."""
    sources = {end: getattr(incident, f"{who}_{end}_source") for end in COUNT_ENDS}
    hidden = {end for end, source in sources.items() if source is not None and is_hidden(source)}
    count: Document = {end: None if end in hidden else getattr(incident, f"{who}_{end}") for end in COUNT_ENDS}
    told = {end: source.code for end, source in sources.items() if source is not None and is_citable(source)}
    return count | {"sources": told}


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


def publishable_attributions(incident: Incident) -> list[Attribution]:
    """The attributions whose source may be cited in public."""
    attributions = incident.attributions.select_related("unit", "said_by")
    return [each for each in attributions if each.said_by is not None and is_citable(each.said_by)]


def _attribution(attribution: Attribution) -> Document:
    unit = attribution.unit
    is_individual = AttributionLevel.INDIVIDUAL in (attribution.level, unit.level)
    unnamed = is_individual and attribution.confidence not in NAMED_FROM
    return {
        "unit": None if unnamed else unit.code,
        "name": {} if unnamed else pair(unit, "name"),
        "other_names": [] if unnamed else [name for name in unit.other_names.splitlines() if name.strip()],
        "level": attribution.level,
        "role": attribution.role,
        "confidence": attribution.confidence,
        "said_by": public_code(attribution.said_by),
    }


def _citations(content: Incident | Investigation) -> list[Document]:
    citations = publishable_citations(content)
    vias, opened = public_vias(citations), quotable(each.source for each in citations)
    return [_citation(each, vias[each.pk], told=each.source_id in opened) for each in citations]


def publishable_citations(content: Incident | Investigation) -> list[Citation]:
    """The citations whose source may be cited in public."""
    citations = content.citations.select_related("source__publisher", "via__publisher")
    return [each for each in citations if is_citable(each.source)]


def _citation(citation: Citation, via: str | None, *, told: bool) -> Document:
    """One citation. Of a restricted source the quote and the numbers stay private; its locator is public."""
    return {
        "source": citation.source.code,
        "via": via,
        "stance": citation.stance,
        "facts": sorted(citation.facts),
        "quote": citation.quote if told else "",
        "quote_language": citation.quote_language if told else "",
        "translation": pair(citation, "quote") if told else {},
        "locator": pair(citation, "locator"),
        "killed": {"low": citation.killed_low, "high": citation.killed_high} if told else NO_NUMBER,
        "survived": {"low": citation.survived_low, "high": citation.survived_high} if told else NO_NUMBER,
    }


def publishable_observations(incident: Incident) -> list[Observation]:
    """The observations whose source's content may be public."""
    observations = [each for each in incident.observations.select_related("source") if is_citable(each.source)]
    opened = quotable(each.source for each in observations)
    return [each for each in observations if each.source_id in opened]


def _observation(observation: Observation) -> Document:
    return {
        "source": observation.source.code,
        "at": observation.at,
        "clock": pair(observation, "clock"),
        "text": pair(observation, "text"),
    }


def _source(source: Source, known: Derivations) -> Document:
    assert not source.is_confidential
    return {
        "kind": source.source_kind,
        "distance": source.distance,
        "access": source.access,
        "publisher": pair(source.publisher, "name") if source.publisher is not None else {},
        "title": source.title,
        "url": source.url if source.access == Access.PUBLIC else "",
        "archive_url": source.archive_url if source.access == Access.PUBLIC else "",
        "published_on": source.published,
        "language": source.language,
        "note": pair(source, "note"),
        "availability": source.availability,
        "derived_from": _derivations(source, known),
    }


def _derivations(source: Source, known: Derivations) -> list[Document]:
    return [{"source": link.upstream.code, "how": link.how, "note": link.note} for link in known.public(source)]


def _investigation(investigation: Investigation) -> Document:
    return {
        "title": pair(investigation, "title"),
        "body": pair(investigation, "body"),
        "body_kind": investigation.body_kind,
        "steps": [_step(each) for each in publishable_steps(investigation)],
        "citations": _citations(investigation),
    }


def publishable_steps(investigation: Investigation) -> list[InvestigationStep]:
    """The steps that do not rest on a hidden source."""
    steps = investigation.steps.select_related("source")
    return [each for each in steps if each.source is None or not is_hidden(each.source)]


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
        "note": pair(total, "note"),
        "source": public_code(total.said_by),
    }


def published_along(content: Record) -> list[Investigation | Source]:
    """What an approval publishes for the first time together with a record, in this order: its investigations, and the
    sources that it cites."""
    found: dict[int, Investigation | Source] = {}
    if isinstance(content, Incident):
        for investigation in content.investigations.filter(edition__isnull=True).exclude(state__in=SET_ASIDE):
            found |= {source.pk: source for source in needed_sources(investigation)}
            found[investigation.pk] = investigation
    found |= {source.pk: source for source in needed_sources(content) if source.pk not in found}
    return [each for each in found.values() if not each.is_public and each.pk != content.pk]


def needed_sources(content: Record) -> list[Source]:
    """The publishable sources that a record names, and the upstreams of those not public yet, upstreams first.
    The upstreams of a public source are public already, or not reviewed yet."""
    named = [source for source in _named_sources(content) if source is not None]
    known = Derivations(source for source in named if not source.is_public or is_hidden(source) or source == content)
    ordered: dict[int, Source] = {}
    for source in named:
        for each in repeated_by_hidden(source, known) if is_hidden(source) else [source]:
            _with_upstreams(each, known, content, ordered)
    return list(ordered.values())


def _named_sources(content: Record) -> Iterator[Source | None]:
    """Every source that a record names. A hidden one is included where a public one takes its place."""
    if isinstance(content, Source):
        yield content
    if isinstance(content, Investigation):
        yield from (each.source for each in publishable_steps(content))
    if isinstance(content, Incident | Investigation):
        citations = publishable_citations(content)
        yield from (each.source for each in citations)
        yield from (each.via for each in citations)
    if isinstance(content, Incident):
        ends = [getattr(content, f"{who}_{end}_source") for who in ("killed", "survived") for end in COUNT_ENDS]
        yield from (each.said_by for each in publishable_attributions(content))
        yield from (each.source for each in publishable_observations(content))
        yield from (source for source in ends if source is not None and is_citable(source))
    if isinstance(content, ReportedTotal):
        yield content.said_by if not is_hidden(content.said_by) else None


def _with_upstreams(source: Source, known: Derivations, content: Record, ordered: dict[int, Source]) -> None:
    if source.pk in ordered:
        return
    if not source.is_public or source == content:
        for link in known.links(source):
            _with_upstreams(link.upstream, known, content, ordered)
    ordered[source.pk] = source


def without_source(document: Document, code: str) -> Document:
    """A published incident's document without everything that rests on one source.

    That words come from it (`via`) stays: reports that go back to one origin do not become independent by losing it.
    """
    changed = dict(document)
    changed["citations"] = [each for each in document["citations"] if each["source"] != code]
    changed["attributions"] = [each for each in document["attributions"] if each["said_by"] != code]
    changed["observations"] = [each for each in document["observations"] if each["source"] != code]
    for who in ("killed", "survived"):
        sources = {end: source for end, source in document[who]["sources"].items() if source != code}
        changed[who] = document[who] | {"sources": sources}
    return changed


__all__ = [
    "CLOSED",
    "canonical",
    "document_of",
    "needed_sources",
    "publishable_attributions",
    "publishable_citations",
    "publishable_steps",
    "published_along",
    "tombstone",
    "without_source",
]
