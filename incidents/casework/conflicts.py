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

type PostedRow = dict[str, list[Any]]


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
    if not (_same(mine, old) or _same(mine, change.new)):
        return None
    return raw(form.fields[change.field], change.new)


def _posted(form: forms.BaseForm, name: str) -> Any:
    """What was posted for a field, as content; nonsense differs from everything, and so is kept."""
    bound = form.fields[name]
    raw = bound.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    try:
        return plain(bound.clean(raw))
    except ValidationError:
        return ("not accepted", raw)


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same: in a list of codes the order says nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)


def raw(bound: forms.Field, value: Any) -> list[Any]:
    """A value of the content as the field's widget would post it."""
    prepared = bound.prepare_value(value)
    if isinstance(prepared, list):
        return prepared
    return ["" if prepared is None else str(prepared)]


def _id(row: PostedRow) -> int | None:
    """The id of the saved row that a posted one stands for; None for a new one, and for nonsense."""
    text = row.get("id", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


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
        came = [change.new for change in theirs if change.came]
        kept: list[PostedRow] = []
        new: list[PostedRow] = []
        for form in formset.forms:
            row = self._posted_row(form)
            key = _id(row)
            if key is None:
                new += [row] if not any(self._says_the_same(form, each) for each in came) else []
                continue
            mine = [change for change in theirs if change.row["id"] == key]
            if any(change.went for change in mine):
                new += self._rescued(form, row, mine, old.get(key, {}))
            else:
                self._take_fields(form, row, mine, old.get(key, {}))
                kept.append(row)
        kept += [self._came(formset.empty_form, each) for each in came]
        self._number(kept, new)
        return self.both

    def _posted_row(self, form: Any) -> PostedRow:
        start = f"{form.prefix}-"
        return {key.removeprefix(start): self.data.getlist(key) for key in self.data if key.startswith(start)}

    def _says_the_same(self, form: Any, content: Content) -> bool:
        """Whether a new row is one that was saved already, as after a second click on "save"."""
        if not form.is_valid() or not form.has_changed():
            return False
        said = {name: value for name, value in form.cleaned_data.items() if name in content and name != "id"}
        return all(_same(plain(value), content[name]) for name, value in said.items())

    def _rescued(self, form: Any, row: PostedRow, theirs: list[Change], old: Content) -> list[PostedRow]:
        """A row that the other removed comes back as a new one, if this author changed it."""
        if "DELETE" in row or not self._changed(form, old):
            return []
        self.both += theirs
        return [row | {"id": [""]}]

    def _changed(self, form: Any, old: Content) -> bool:
        fields = [name for name in old if name in form.fields and name != "id"]
        return not all(_same(_posted(form, name), old[name]) for name in fields)

    def _take_fields(self, form: Any, row: PostedRow, theirs: list[Change], old: Content) -> None:
        if "DELETE" in row:
            self.both += theirs
            return
        for change in theirs:
            if change.field in form.fields:
                taken = _taken(form, change, old.get(change.field))
                if taken is None:
                    self.both.append(change)
                else:
                    row[change.field] = taken

    def _came(self, empty: Any, content: Content) -> PostedRow:
        known = {name: raw(empty.fields[name], value) for name, value in content.items() if name in empty.fields}
        return known | {"id": [str(content["id"])]}

    def _number(self, kept: list[PostedRow], new: list[PostedRow]) -> None:
        for key in [key for key in self.data if key.startswith(f"{self.name}-") and key.split("-")[1].isdigit()]:
            del self.data[key]
        for position, row in enumerate(kept + new):
            for name, values in row.items():
                self.data.setlist(f"{self.name}-{position}-{name}", values)
        self.data[f"{self.name}-INITIAL_FORMS"] = str(len(kept))
        self.data[f"{self.name}-TOTAL_FORMS"] = str(len(kept) + len(new))
