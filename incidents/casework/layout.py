"""The sections of a record's form, each with its completeness marks (see `plans.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from incidents.casework.completeness import Mark, missing
from incidents.casework.forms.editor import Editor
from incidents.casework.plans import PLANS, Plan
from incidents.records.models import Record
from incidents.vocabulary import RecordKind


@dataclass(frozen=True)
class Refusal:
    """An error: the id of the element that shows it, its label, and the message."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """A section of the page. `linked` are the saved records that a list of codes names."""

    plan: Plan
    lines: list[list[Any]]
    formset: Any
    marks: list[Mark]
    linked: list[Record]
    known_sources_below: int | None = None
    """The line below which the sources stand that look like a new one: that of its address."""

    @property
    def count(self) -> int | None:
        """The number of rows; None for a section without rows."""
        return None if self.formset is None else len(self.formset.forms)

    @property
    def refusals(self) -> list[Refusal]:
        """All errors of the section, in the order of the page."""
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
    """The sections of a record's form, with the completeness marks of the saved record."""
    marks = missing(record) if record is not None else []
    return [
        Section(
            plan,
            [[editor.form[name] for name in line] for line in plan.lines],
            editor.rows.get(plan.rows),
            [mark for mark in marks if mark.section == plan.id],
            _linked(editor, record, plan.id),
            _line_of_address(plan) if record is None and editor.kind_code == RecordKind.SOURCE else None,
        )
        for plan in PLANS[editor.kind_code]
    ]


def _line_of_address(plan: Plan) -> int | None:
    return next((number for number, line in enumerate(plan.lines) if "url" in line), None)


def _linked(editor: Editor, record: Record | None, name: str) -> list[Record]:
    if record is None or record.kind != RecordKind.INCIDENT or name not in LINKED:
        return []
    visible = Record.objects.visible_to(editor.user).values("pk")
    return list(getattr(record.content, name).filter(pk__in=visible))
