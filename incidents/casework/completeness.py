"""The completeness checks of a record before it is submitted, by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents import people_counts
from incidents.identity.web_addresses import web_address
from incidents.publishing.derivations import is_citable
from incidents.records.models import Incident, Investigation, Record, ReportedTotal, Source
from incidents.vocabulary import SUPPORTING, Fact, PlacePrecision


@dataclass(frozen=True)
class Mark:
    """One missing thing. A record with a missing `required` one cannot be submitted."""

    section: str
    text: Any
    required: bool = True


def missing(record: Record) -> list[Mark]:
    """Everything that is missing, required things first."""
    content = record.content
    marks: Iterator[Mark] = iter(())
    if isinstance(content, Incident):
        marks = _incident(content)
    elif isinstance(content, Source):
        marks = _source(content)
    elif isinstance(content, Investigation):
        marks = _investigation(content)
    elif isinstance(content, ReportedTotal):
        marks = _total(content)
    return sorted(marks, key=lambda mark: not mark.required)


def _incident(incident: Incident) -> Iterator[Mark]:
    if not (incident.title_en or incident.title_uk):
        yield Mark("what", _("A title in English or Ukrainian."))
    if not (incident.summary_en or incident.summary_uk):
        yield Mark("what", _("A summary in English or Ukrainian."))
    if not incident.conduct:
        yield Mark("what", _("At least one kind of conduct."))
    if not incident.date:
        yield Mark("when", _("A date, however uncertain."))
    if incident.region is None and incident.public_precision != PlacePrecision.UNKNOWN:
        yield Mark("where", _("A place or region, or the precision “unknown”."))
    yield from _incident_citations(incident)
    yield from _incident_advice(incident)


def _incident_citations(incident: Incident) -> Iterator[Mark]:
    citations = list(incident.citations.select_related("source"))
    told = [each for each in citations if is_citable(each.source)]
    if not any(each.stance in SUPPORTING and Fact.OCCURRENCE in each.facts for each in told):
        yield Mark("citations", _("A source that may be public and supports that it happened."))
    for citation in citations:
        if not citation.facts:
            yield Mark("citations", _("The facts that %(code)s is about.") % {"code": citation.source.code})
    for attribution in incident.attributions.all():
        if attribution.said_by is None:
            yield Mark("who", _("Who says that %(unit)s did it.") % {"unit": attribution.unit})


def _incident_advice(incident: Incident) -> Iterator[Mark]:
    advice = (
        ("what", incident.title_en and incident.title_uk, _("The title in both languages.")),
        ("what", incident.summary_en and incident.summary_uk, _("The summary in both languages.")),
        ("where", incident.place_method, _("How the place was found.")),
        (
            "killed",
            people_counts.killed(incident.killed_low, incident.killed_best) is not None,
            _("The number killed."),
        ),
        ("status", incident.protected_status, _("The protected status.")),
        ("who", incident.attributions.exists(), _("An attribution.")),
        ("unknown", incident.not_known_en or incident.not_known_uk, _("What is not known.")),
        ("investigations", incident.investigations.exists(), _("An investigation, or the step “none known”.")),
    )
    for section, present, text in advice:
        if not present:
            yield Mark(section, text, required=False)


def _source(source: Source) -> Iterator[Mark]:
    if source.is_confidential:
        yield Mark("access", _("Another access: a confidential source is never published."))
    if source.publisher is None:
        yield Mark("what", _("The publisher or author."), required=False)
    if not source.published:
        yield Mark("what", _("When it was published."), required=False)
    if source.address_key and web_address(source.url).is_copy:
        yield Mark("what", _("The address of the original; this one is an archived copy."), required=False)


def _investigation(investigation: Investigation) -> Iterator[Mark]:
    if not (investigation.title_en or investigation.title_uk):
        yield Mark("what", _("A title in English or Ukrainian."))
    if not (investigation.body_en or investigation.body_uk):
        yield Mark("what", _("The body that investigates."))
    if not investigation.steps.exists():
        yield Mark("steps", _("At least one step."))


def _total(total: ReportedTotal) -> Iterator[Mark]:
    if not (total.body_en or total.body_uk):
        yield Mark("what", _("The body that counts."))
    if not is_citable(total.said_by):
        yield Mark("what", _("A source that may be public: not confidential, rejected or withdrawn."))
