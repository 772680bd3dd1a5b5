"""The order and the sections of a record's form: its fields and its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.records.models import Incident
from incidents.vocabulary import (
    Access,
    AttributionConfidence,
    AttributionLevel,
    AttributionRole,
    Consent,
    Credibility,
    Derivation,
    Distance,
    Fact,
    Identification,
    RecordKind,
    SourceKind,
    Stance,
    StepStatus,
    Term,
    VictimOutcome,
)

Line = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A section: its anchor, its heading, the lines of fields, and the rows below them."""

    id: str
    title: Any
    lines: tuple[Line, ...] = ()
    rows: str = ""
    intro: Any = ""
    # Vocabularies of the rows, whose definitions are shown once in the head of the section.
    terms: tuple[type[Term], ...] = ()


def counts(who: str) -> tuple[Line, ...]:
    """A line of three numbers and a line of their sources."""
    ends = ("low", "best", "high")
    return tuple(f"{who}_{end}" for end in ends), tuple(f"{who}_{end}_source" for end in ends)


def pair(name: str) -> Line:
    """The English and the Ukrainian text, side by side."""
    return f"{name}_en", f"{name}_uk"


CITATION: tuple[type[Term], ...] = (Stance, Fact, SourceKind, Distance, Access, Derivation, Credibility)
ATTRIBUTION: tuple[type[Term], ...] = (AttributionRole, AttributionLevel, AttributionConfidence)


def with_other_fields(plans: tuple[Plan, ...], model: type[models.Model]) -> tuple[Plan, ...]:
    """The plans with a line for each field of the model that none of them names, after the preceding field of the
    model."""
    before = ""
    for field in model._meta.local_fields:
        named = {name for plan in plans for line in plan.lines for name in line}
        if field.editable and not field.auto_created and field.name not in named:
            plans = tuple(replace(plan, lines=_below(before, field.name, plan.lines)) for plan in plans)
        before = field.name
    return plans


def _below(before: str, name: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(each for line in lines for each in ((line, (name,)) if before in line else (line,)))


INCIDENT = (
    Plan("what", _("What is reported"), (("title_en",), ("title_uk",), pair("summary"), ("conduct",))),
    Plan("when", _("When"), (("date", "date_basis"),)),
    Plan(
        "where",
        _("Where"),
        (
            ("place",),
            pair("place_name"),
            ("region", "place_method"),
            ("latitude", "longitude"),
            ("precision", "public_precision"),
        ),
    ),
    Plan(
        "killed",
        _("Who was killed and who survived"),
        (*counts("killed"), *counts("survived")),
        "victims",
        _("Empty means that the reporting does not say. Nothing about a single person is published."),
        (VictimOutcome, Identification, Consent),
    ),
    Plan("status", _("Protected status"), (("protected_status",), ("setting",))),
    Plan(
        "who",
        _("Who did it"),
        (),
        "attributions",
        _("Each attribution names the source that makes it."),
        ATTRIBUTION,
    ),
    Plan("unknown", _("What is not known"), (pair("not_known"), pair("content_warning"))),
    Plan(
        "citations",
        _("Citations"),
        (),
        "citations",
        _("What each source says: its stance, on which facts, in its own words."),
        CITATION,
    ),
    Plan("observations", _("Timed moments"), (), "observations"),
    Plan("investigations", _("Investigations"), (("investigations",),)),
    Plan("related", _("Related incidents"), (("related",),)),
    Plan("safety", _("Safety"), (("safety_note",), ("internal_note",))),
)
PLANS: dict[str, tuple[Plan, ...]] = {
    RecordKind.INCIDENT: with_other_fields(INCIDENT, Incident),
    RecordKind.SOURCE: (
        Plan(
            "what",
            _("The source"),
            (
                ("title",),
                ("publisher", "url"),
                ("archive_url",),
                ("source_kind", "distance"),
                ("published", "language"),
                ("availability",),
                pair("note"),
            ),
        ),
        Plan("access", _("Access"), (("access", "reliability"), ("internal_note",))),
        Plan("derivations", _("What it derives from"), (), "derivations", terms=(Derivation,)),
    ),
    RecordKind.INVESTIGATION: (
        Plan("what", _("The investigation"), (pair("title"), pair("body"), ("body_kind",))),
        Plan("steps", _("Steps"), (), "steps", _("The last one is the current status."), (StepStatus,)),
        Plan("citations", _("Citations"), (), "citations", terms=CITATION),
        Plan("internal", _("Internal"), (("internal_note",),)),
    ),
    RecordKind.TOTAL: (
        Plan(
            "what",
            _("The count"),
            (
                pair("body"),
                ("what", "qualifier", "value"),
                ("period", "as_of"),
                pair("scope"),
                ("said_by",),
                pair("note"),
            ),
        ),
    ),
}


def fields_of(kind: RecordKind) -> tuple[str, ...]:
    """The fields of a kind's form, in the order of its plans."""
    return tuple(name for plan in PLANS[kind] for line in plan.lines for name in line)
