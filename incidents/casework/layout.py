"""The order in which a record is asked for: sections of lines of fields, each with what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from incidents.casework.completeness import Mark, missing
from incidents.casework.drafting import Editor
from incidents.casework.forms.fields import definitions
from incidents.casework.models import Record
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
    """A section: its anchor, its heading, the lines of fields, and the rows under them."""

    id: str
    title: Any
    lines: tuple[Line, ...] = ()
    rows: str = ""
    intro: Any = ""
    terms: tuple[type[Term], ...] = ()

    @property
    def definitions(self) -> list[SafeString]:
        """The definitions of the terms that the rows choose from, once for all of them."""
        return [definitions(terms) for terms in self.terms]


def counts(who: str) -> tuple[Line, ...]:
    """A line of three numbers and a line of their sources."""
    ends = ("low", "best", "high")
    return tuple(f"{who}_{end}" for end in ends), tuple(f"{who}_{end}_source" for end in ends)


def pair(name: str) -> Line:
    """The English and the Ukrainian text, side by side."""
    return f"{name}_en", f"{name}_uk"


CITATION: tuple[type[Term], ...] = (Stance, Fact, SourceKind, Distance, Access, Derivation, Credibility)
ATTRIBUTION: tuple[type[Term], ...] = (AttributionRole, AttributionLevel, AttributionConfidence)

PLANS: dict[str, tuple[Plan, ...]] = {
    RecordKind.INCIDENT: (
        Plan("what", _("What is reported"), (pair("title"), pair("summary"), ("conduct",))),
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
    ),
    RecordKind.SOURCE: (
        Plan(
            "what",
            _("The source"),
            (
                ("title",),
                ("publisher", "url"),
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
            (pair("body"), ("what", "qualifier", "value"), ("period", "as_of"), pair("scope"), ("said_by",)),
        ),
    ),
}


@dataclass(frozen=True)
class Section:
    """A section as the page shows it."""

    plan: Plan
    lines: list[list[Any]]
    formset: Any
    marks: list[Mark]

    @property
    def has_errors(self) -> bool:
        """Whether anything in it was refused."""
        refused = any(field.errors for line in self.lines for field in line)
        return refused or (self.formset is not None and self.formset.is_bound and not self.formset.is_valid())


def sections(editor: Editor, record: Record | None) -> list[Section]:
    """The sections of a record's form, with what the saved record lacks."""
    marks = missing(record) if record is not None else []
    return [
        Section(
            plan,
            [[editor.form[name] for name in line] for line in plan.lines],
            editor.rows.get(plan.rows),
            [mark for mark in marks if mark.section == plan.id],
        )
        for plan in PLANS[editor.kind_code]
    ]
