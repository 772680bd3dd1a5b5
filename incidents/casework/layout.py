"""The order in which a record is asked for: sections of lines of fields, each with what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.casework.completeness import Mark, missing
from incidents.casework.forms.editor import Editor
from incidents.records.models import Record
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
    # What the rows choose from: defined once for all of them.
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

PLANS: dict[str, tuple[Plan, ...]] = {
    RecordKind.INCIDENT: (
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
class Refusal:
    """What was not accepted: the id of the place that shows it, what it is called there, and why."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """A section as the page shows it. `linked` are the saved records that a list of codes names."""

    plan: Plan
    lines: list[list[Any]]
    formset: Any
    marks: list[Mark]
    linked: list[Record]

    @property
    def count(self) -> int | None:
        """How many rows there are; nothing for a section without rows."""
        return None if self.formset is None else len(self.formset.forms)

    @property
    def refusals(self) -> list[Refusal]:
        """Everything in it that was refused, in the order of the page."""
        found = [_refusal(field) for line in self.lines for field in line if field.errors]
        if self.formset is not None and self.formset.is_bound:
            found += [Refusal(self.plan.id, str(self.plan.title), error) for error in self.formset.non_form_errors()]
            for number, form in enumerate(self.formset.forms, start=1):
                if form.errors and not form.cleaned_data.get("DELETE"):
                    found += _row_refusals(form, number)
        return found


def _refusal(field: Any, where: str = "") -> Refusal:
    anchor = field.id_for_label or f"div_{field.auto_id}"
    return Refusal(anchor, f"{where} · {field.label}" if where else str(field.label), field.errors[0])


def _row_refusals(form: Any, number: int) -> list[Refusal]:
    where = f"{form.instance._meta.verbose_name} {number}"
    where = where[:1].upper() + where[1:]
    found = [Refusal(f"row-{form.prefix}", where, error) for error in form.non_field_errors()]
    return found + [_refusal(field, where) for field in form if field.errors]


LINKED = ("investigations", "related")


def sections(editor: Editor, record: Record | None) -> list[Section]:
    """The sections of a record's form, with what the saved record lacks."""
    marks = missing(record) if record is not None else []
    return [
        Section(
            plan,
            [[editor.form[name] for name in line] for line in plan.lines],
            editor.rows.get(plan.rows),
            [mark for mark in marks if mark.section == plan.id],
            _linked(editor, record, plan.id),
        )
        for plan in PLANS[editor.kind_code]
    ]


def _linked(editor: Editor, record: Record | None, name: str) -> list[Record]:
    if record is None or record.kind != RecordKind.INCIDENT or name not in LINKED:
        return []
    visible = Record.objects.visible_to(editor.user).values("pk")
    return list(getattr(record.content, name).filter(pk__in=visible))
