"""Differences in words: which field of which row, before and after, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.casework.contents import Change, Content
from incidents.casework.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    InvestigationStep,
    Observation,
    ReportedTotal,
    Source,
    SourceDerivation,
    Victim,
)

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


@dataclass(frozen=True)
class Difference:
    """One line of a comparison."""

    label: str
    old: str
    new: str


def worded(changes: Iterable[Change]) -> list[Difference]:
    """Changes as lines; a row that came or went is one line with everything in it."""
    return [_worded(change) for change in changes]


def _worded(change: Change) -> Difference:
    if change.rows and not change.field:
        label = _row_name(change.rows, change.row)
        return Difference(label, row_text(change.rows, change.old), row_text(change.rows, change.new))
    label = label_of(change.field, change.rows)
    if change.rows:
        label = f"{_row_name(change.rows, change.row)}: {label}"
    return Difference(label, value_text(change.old), value_text(change.new))


def _row_name(rows: str, row: Content) -> str:
    named = row.get("source") or row.get("upstream") or row.get("unit") or row.get("status") or ""
    return f"{ROW_NAMES[rows]} {named}".strip()


def label_of(field: str, rows: str = "") -> str:
    """What people call a field."""
    models = (ROW_MODELS[rows],) if rows else RECORD_MODELS
    for model in models:
        for each in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if each.name == field:
                text = str(each.verbose_name)
                return text[:1].upper() + text[1:]
    return field


def value_text(value: Any) -> str:
    """A value of a content in words; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value_text(each) for each in value)
    return str(value)


def row_text(rows: str, row: Content | None) -> str:
    """A whole row in one text, a line for each field that says something."""
    if row is None:
        return ""
    lines = [f"{label_of(name, rows)}: {value_text(value)}" for name, value in row.items() if name != "id" and value]
    return "\n".join(lines)


def document_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What differs between two public documents, place by place; what only says which edition it is counts not."""
    before, after = dict(_flat(old)), dict(_flat(new))
    paths = list(dict.fromkeys([*after, *before]))
    return [
        Difference(path, before.get(path, ""), after.get(path, ""))
        for path in paths
        if before.get(path, "") != after.get(path, "")
    ]


APPARATUS = frozenset({"format", "code", "edition", "published", "nonce", "grade"})
ROW_KEYS = ("source", "unit", "status", "code")


def _flat(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if not path and name in APPARATUS:
            continue
        yield from _flat_value(f"{path} · {name.replace('_', ' ')}" if path else name.replace("_", " "), value)


def _flat_value(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from _flat(value, path)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        seen: dict[str, int] = {}
        for row in value:
            key = next((str(row[name]) for name in ROW_KEYS if row.get(name)), "")
            seen[key] = seen.get(key, 0) + 1
            number = f" ({seen[key]})" if seen[key] > 1 else ""
            yield f"{path} · {key}{number}", "\n".join(f"{name}: {text}" for name, text in _flat(row) if text)
    elif isinstance(value, list):
        yield path, "\n".join(str(each) for each in value)
    elif value not in (None, ""):
        yield path, str(value)
