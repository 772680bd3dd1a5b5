"""When two people save the same record: what the first changed is carried into the second one's form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from incidents.casework.contents import Change, Content, plain

if TYPE_CHECKING:
    from incidents.casework.drafting import Editor


def taken_over(editor: Editor, base: Content, theirs: list[Change]) -> tuple[QueryDict, list[Change]]:
    """The posted data with the other's changes wherever this author changed nothing, and what both changed."""
    assert editor.data is not None
    data = editor.data.copy()
    both = []
    for change in theirs:
        if not change.rows and change.field in editor.form.fields:
            taken = _taken(editor.form, change, base.get(change.field))
            if taken is None:
                both.append(change)
            else:
                data.setlist(change.field, taken)
    for name in editor.rows:
        both += _PostedRows(editor, data, name).take([change for change in theirs if change.rows == name], base)
    return data, both


def _taken(form: forms.BaseForm, change: Change, old: Any) -> list[Any] | None:
    """The other's value as it would be posted; None when this author changed the field too, otherwise."""
    mine = _posted(form, change.field)
    if mine not in (old, change.new):
        return None
    return _raw(form.fields[change.field], change.new)


def _posted(form: forms.BaseForm, name: str) -> Any:
    """What was posted for a field, as content; nonsense differs from everything, and so is kept."""
    bound = form.fields[name]
    raw = bound.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    try:
        return plain(bound.clean(raw))
    except ValidationError:
        return ("not accepted", raw)


def _raw(bound: forms.Field, value: Any) -> list[Any]:
    """A value of the content as the field's widget would post it."""
    prepared = bound.prepare_value(value)
    if isinstance(prepared, list):
        return prepared
    return ["" if prepared is None else str(prepared)]


@dataclass
class _PostedRows:
    """The posted rows of one kind, numbered anew with the kept ones in front, as the formset wants them."""

    editor: Editor
    data: QueryDict
    name: str
    both: list[Change] = field(default_factory=list)

    def take(self, theirs: list[Change], base: Content) -> list[Change]:
        """Carry the other's rows in; answers the changes that both made."""
        if not theirs:
            return []
        formset = self.editor.rows[self.name]
        old = {row["id"]: row for row in base.get(self.name, [])}
        kept: list[dict[str, list[Any]]] = []
        new: list[dict[str, list[Any]]] = []
        for form in formset.forms:
            row = self._posted_row(form)
            key = int(row["id"][0]) if row.get("id", [""])[0].isdigit() else None
            mine = [change for change in theirs if key is not None and change.row["id"] == key]
            if any(change.went for change in mine):
                if self._changed(form, old.get(key, {}) if key else {}):
                    self.both += mine
                    new.append(row | {"id": [""]})
                continue
            self._take_fields(form, row, mine, old.get(key, {}) if key else {})
            (kept if key is not None else new).append(row)
        kept += [self._came(formset.empty_form, change.new) for change in theirs if change.came]
        self._number(kept, new)
        return self.both

    def _posted_row(self, form: Any) -> dict[str, list[Any]]:
        start = f"{form.prefix}-"
        return {key.removeprefix(start): self.data.getlist(key) for key in self.data if key.startswith(start)}

    def _changed(self, form: Any, old: Content) -> bool:
        return any(_posted(form, name) != value for name, value in old.items() if name in form.fields and name != "id")

    def _take_fields(self, form: Any, row: dict[str, list[Any]], theirs: list[Change], old: Content) -> None:
        for change in theirs:
            if change.field in form.fields:
                taken = _taken(form, change, old.get(change.field))
                if taken is None:
                    self.both.append(change)
                else:
                    row[change.field] = taken

    def _came(self, empty: Any, content: Content) -> dict[str, list[Any]]:
        known = {name: _raw(empty.fields[name], value) for name, value in content.items() if name in empty.fields}
        return known | {"id": [str(content["id"])]}

    def _number(self, kept: list[dict[str, list[Any]]], new: list[dict[str, list[Any]]]) -> None:
        for key in [key for key in self.data if key.startswith(f"{self.name}-") and key.split("-")[1].isdigit()]:
            del self.data[key]
        for position, row in enumerate(kept + new):
            for name, values in row.items():
                self.data.setlist(f"{self.name}-{position}-{name}", values)
        self.data[f"{self.name}-INITIAL_FORMS"] = str(len(kept))
        self.data[f"{self.name}-TOTAL_FORMS"] = str(len(kept) + len(new))
