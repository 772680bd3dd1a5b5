"""Differences as text for the desk: the field, the row, and the values before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.diff.contents import Change, Content
from incidents.diff.documents import Difference
from incidents.records.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    InvestigationStep,
    Observation,
    Publisher,
    ReportedTotal,
    Source,
    SourceDerivation,
    Victim,
)
from incidents.vocabulary import Conduct, Fact, ProtectedStatus, Term

ROW_MODELS = {
    "citations": Citation,
    "attributions": Attribution,
    "observations": Observation,
    "victims": Victim,
    "derivations": SourceDerivation,
    "steps": InvestigationStep,
}
RECORD_MODELS = (Incident, Source, Investigation, ReportedTotal)
ROW_NAMES = {
    "citations": gettext_lazy("Citation"),
    "attributions": gettext_lazy("Attribution"),
    "observations": gettext_lazy("Timed moment"),
    "victims": gettext_lazy("Person"),
    "derivations": gettext_lazy("Derivation"),
    "steps": gettext_lazy("Step"),
}
LIST_TERMS: dict[str, type[Term]] = {"conduct": Conduct, "protected_status": ProtectedStatus, "facts": Fact}


def worded(changes: Iterable[Change]) -> list[Difference]:
    """Changes as lines, grouped by row; an added or removed row with all its values."""
    names: dict[tuple[str, int], str] = {}
    return [difference for change in changes for difference in _worded(change, _group(change, names))]


def _group(change: Change, names: dict[tuple[str, int], str]) -> str:
    """The title of the change's row; a second row of the same title gets a number."""
    if not change.rows:
        return ""
    key, name = (change.rows, change.row["id"]), _row_name(change.rows, change.row)
    same = sum(other == name or other.startswith(f"{name} (") for known, other in names.items() if known != key)
    return names.setdefault(key, f"{name} ({same + 1})" if same else name)


def _worded(change: Change, group: str) -> Iterator[Difference]:
    if change.field:
        old, new = (value_text(value, change.field, change.rows) for value in (change.old, change.new))
        yield Difference(label_of(change.field, change.rows), old, new, group)
        return
    row = change.new or change.old
    for name in (field.name for field in ROW_MODELS[change.rows]._meta.concrete_fields):
        text = value_text(row.get(name), name, change.rows)
        if name != "id" and text:
            old, new = ("", text) if change.came else (text, "")
            yield Difference(label_of(name, change.rows), old, new, group, came=change.came, went=change.went)


def _row_name(rows: str, row: Content) -> str:
    name = next((name for name in ("source", "upstream", "unit", "status", "outcome") if row.get(name)), "")
    return f"{ROW_NAMES[rows]} {value_text(row.get(name), name, rows)}".strip()


def label_of(field: str, rows: str = "") -> str:
    """The label of a field."""
    found = _model_field(field, rows)
    text = str(found.verbose_name) if found is not None else field.replace("_", " ")
    return text[:1].upper() + text[1:]


def _model_field(name: str, rows: str) -> Any:
    for model in (ROW_MODELS[rows],) if rows else RECORD_MODELS:
        for each in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if each.name == name:
                return each
    return None


def value_text(value: Any, field: str = "", rows: str = "") -> str:
    """A value as text, a term by its label; "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_term_text(field, rows, each) for each in value)
    return _term_text(field, rows, value)


def _term_text(field: str, rows: str, value: Any) -> str:
    found = _model_field(field, rows) if field else None
    if found is not None and found.related_model is Publisher:
        publisher = Publisher.objects.filter(code=value).first()
        return f"{value} {publisher}" if publisher is not None else str(value)
    if isinstance(found, ArrayField) and value in LIST_TERMS[field].values:
        return str(LIST_TERMS[field](value).label)
    return str(dict(getattr(found, "flatchoices", ())).get(value, value))
