"""A record's form and the formsets of its rows as one editor: it shows a content, and parses the POST data into one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.casework.contents import content_of, rows_of
from incidents.casework.forms.fields import DeskForm, posted_values
from incidents.casework.forms.incidents import AttributionRows, CitationRows, IncidentForm, ObservationRows, VictimRows
from incidents.casework.forms.investigations import (
    DerivationRows,
    InvestigationCitationRows,
    InvestigationForm,
    StepRows,
    TotalForm,
)
from incidents.casework.forms.sources import ANOTHER, SourceForm
from incidents.casework.services.cleaning import MODELS, MOST_ROWS
from incidents.casework.services.errors import (
    EditConflictError,
    FieldError,
    InvalidContentError,
    RecordClosedError,
    SaveError,
)
from incidents.casework.services.lookalikes import Lookalikes, lookalikes
from incidents.casework.services.records import LONGEST_KEY, may_have_written, save_record
from incidents.diff.contents import Content
from incidents.identity.web_addresses import several_addresses
from incidents.records.models import Record, Revision
from incidents.vocabulary import RecordKind
from people.models import User


@dataclass(frozen=True)
class Forms:
    """The form class of one kind of record, and the formsets of its rows."""

    form: type[DeskForm]
    rows: dict[str, Any] = field(default_factory=dict)


FORMS: dict[str, Forms] = {
    RecordKind.INCIDENT: Forms(
        IncidentForm,
        {
            "citations": CitationRows,
            "attributions": AttributionRows,
            "observations": ObservationRows,
            "victims": VictimRows,
        },
    ),
    RecordKind.SOURCE: Forms(SourceForm, {"derivations": DerivationRows}),
    RecordKind.INVESTIGATION: Forms(InvestigationForm, {"steps": StepRows, "citations": InvestigationCitationRows}),
    RecordKind.TOTAL: Forms(TotalForm),
}


class Editor:
    """The editor of one record for one user. `data` is the POST data, None for an unbound form.

    Raises PermissionDenied if the user may not edit the record and could not have opened the form earlier.
    """

    def __init__(self, kind: str, user: User, record: Record | None = None, data: QueryDict | None = None) -> None:
        self.kind_code, self.user = kind, user
        self.record = record.content if record is not None else None
        self.conflict: EditConflictError | None = None
        self.closed = False
        if self.record is not None and not self._may_open(self.record, posted=data is not None):
            raise PermissionDenied
        self._show(data)

    def _may_open(self, record: Record, *, posted: bool) -> bool:
        """Whether the form is shown. POST data is shown again even if the record was closed meanwhile."""
        return record.may_be_edited_by(self.user) or (posted and may_have_written(record, self.user))

    def _show(self, data: Any) -> None:
        self.data = data
        self.instance = self.record if self.record is not None else MODELS[self.kind_code]()
        kind = FORMS[self.kind_code]
        self.form = kind.form(data, instance=self.instance)
        self.rows = {name: formset(data, instance=self.instance, prefix=name) for name, formset in kind.rows.items()}

    @cached_property
    def key(self) -> str:
        """The idempotency key of the save: the posted one until it succeeds, so that a double submit creates one
        record."""
        posted = str(self.data.get("key", "")) if self.data is not None else ""
        return posted if posted.isascii() and 16 <= len(posted) <= LONGEST_KEY else secrets.token_urlsafe(24)

    @property
    def confirmed(self) -> list[str]:
        """The questions about unlikely values that the author has answered."""
        return self.data.getlist("confirmed") if self.data is not None else []

    @property
    def base_revision(self) -> int:
        """The revision that the form was opened on; 0 if the POST data does not say."""
        if self.data is None:
            return self.instance.revision
        posted = str(self.data.get("revision", ""))
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else 0

    @property
    def shown_revision(self) -> int:
        """The revision that the next save starts from: the newest one that the author has seen."""
        return self.conflict.latest.number if self.conflict is not None else self.base_revision

    def add_row(self, name: str) -> None:
        """Show the POST data with one more row of a kind, without validating it."""
        formset = self.rows.get(name)
        if formset is not None and self.data is not None and len(formset.forms) < MOST_ROWS:
            number, blank = len(formset.forms), formset.empty_form
            data = self.data.copy()
            for field_name, bound in blank.fields.items():
                if initial := blank.get_initial_for_field(bound, field_name):
                    data.setlist(f"{name}-{number}-{field_name}", posted_values(bound, initial))
            data[f"{name}-TOTAL_FORMS"] = str(number + 1)
            self._show(data)
        for form in [self.form, *(form for rows in self.rows.values() for form in rows.forms)]:
            form._errors = ErrorDict()
        for rows in self.rows.values():
            rows._errors, rows._non_form_errors = [{} for _ in rows.forms], ErrorList()

    def part_row(self, prefix: str) -> None:
        """Show the POST data with a row for each of the addresses that stand in one field of a row."""
        name, _dash, _number = prefix.rpartition("-")
        if name not in self.rows or self.data is None:
            return
        for typed_in in ("new_url", "source"):
            for position, address in enumerate(several_addresses(str(self.data.get(f"{prefix}-{typed_in}", "")))):
                if position:
                    self.add_row(name)
                    prefix = self.rows[name].forms[-1].prefix
                data = self.data.copy()
                data[f"{prefix}-{typed_in}"] = address
                self._show(data)
        self.add_row("")  # unvalidated, as after adding a row

    def save(self) -> Record | None:
        """The saved record. None if it was not saved: the form then has the errors and all that was typed.

        Nothing is saved either while it is not chosen whether a new source is one of those that look like it.
        """
        if self._undecided():
            return None
        try:
            return save_record(
                self.kind_code,
                self.content(),
                self.user,
                self.base_revision,
                code=self.record.code if self.record is not None else "",
                key=self.key,
                confirmed=self.confirmed,
            )
        except InvalidContentError as refusal:
            self._show_errors(refusal.errors)
        except EditConflictError as conflict:
            self._show_conflict(conflict)
        except SaveError as refusal:
            self.closed = isinstance(refusal, RecordClosedError)
            self.form.add_error(None, str(refusal))
        return None

    def _undecided(self) -> bool:
        """Look for the sources that look like new ones; whether any choice between them is missing.

        A repeated request would find what it created itself.
        """
        if Revision.objects.filter(author=self.user, request_key=self.key).exists():
            return False
        undecided = False
        if self.record is None and self.kind_code == RecordKind.SOURCE:
            self.form.known = known = self._lookalikes("")
            if known.similar and self.data.get("new_use") != ANOTHER:
                self.form.add_error("title", _may_be(known))
                undecided = True
        for form in self._citations_with_new_source():
            form.several = several_addresses(form["new_url"].data or form["source"].data or "")
            form.known = self._lookalikes(f"{form.prefix}-new_")
            if form.known.similar and not form["new_use"].data:
                form.add_error("new_title", _may_be(form.known))
                undecided = True
        return undecided

    def _citations_with_new_source(self) -> list[Any]:
        rows = self.rows.get("citations")
        return [form for form in rows.filled if "new_url" in form.fields] if rows is not None else []

    def _lookalikes(self, prefix: str) -> Lookalikes:
        """The sources that look like the one of these fields."""
        address, title, published = (str(self.data.get(prefix + name, "")) for name in ("url", "title", "published"))
        return lookalikes(self.user, address, title, published)

    def content(self) -> Content:
        """The POST data as plain data. Raises InvalidContentError if a formset is invalid."""
        uncounted = [
            FieldError((name,), str(message)) for name, rows in self.rows.items() for message in rows.non_form_errors()
        ]
        if uncounted:
            raise InvalidContentError(uncounted)
        rows = {
            name: [*map(_row_content, formset.filled), *self._not_posted(name)] for name, formset in self.rows.items()
        }
        return self.form.content() | rows

    def _not_posted(self, name: str) -> list[Content]:
        """The rows that are missing from the POST data: a row is removed only if it is marked for deletion."""
        posted = {str(form.cleaned_data.get("id")) for form in self.rows[name].forms}
        return [row for row in self._opened_with.get(name, []) if str(row["id"]) not in posted]

    @cached_property
    def _opened_with(self) -> Content:
        """The content that the form was opened with; the present one if the revision is unknown."""
        if self.record is None:
            return {}
        revision = self.record.revisions.filter(number=self.base_revision).first()
        return content_of(self.record) if revision is None else revision.content

    def _show_errors(self, errors: Iterable[FieldError], order: Mapping[str, list[int]] | None = None) -> None:
        """Add each error to its field. `order` maps rows to forms where the order differs."""
        for error in errors:
            formset = self.rows.get(str(error.path[0])) if error.path else None
            if formset is None:
                self.form.show_error(error, error.path)
            elif len(error.path) == 1:
                formset.non_form_errors().append(error.message)
            else:
                position = int(error.path[1])
                form = formset.forms[order[formset.prefix][position]] if order else formset.filled[position]
                form.show_error(error, error.path[2:])

    def _show_conflict(self, conflict: EditConflictError) -> None:
        """Show the merged content: the author's changes, and those of the other person in other places."""
        assert self.record is not None
        self.record = Record.objects.get(pk=self.record.pk).content
        data: QueryDict = self.data.copy()
        for name, values in self.form.as_posted(conflict.merged).items():
            data.setlist(name, values)
        order = {name: self._post_rows(data, formset, conflict.merged[name]) for name, formset in self.rows.items()}
        self._show(data)
        self.conflict = conflict
        self._show_errors(conflict.errors, order)

    def _post_rows(self, data: QueryDict, formset: Any, rows: list[Content]) -> list[int]:
        """Write rows into the POST data as the form would send them: saved ones first, as formsets require.

        A saved row that is not among them is marked for deletion. Returns the index of each row's form.
        """
        assert self.record is not None
        name, blank = formset.prefix, formset.empty_form
        for key in [key for key in data if key.startswith(f"{name}-") and key.split("-")[1].isdigit()]:
            del data[key]
        saved = {row["id"]: row for row in rows_of(self.record, name)}
        kept = {row["id"]: row for row in rows if row["id"] in saved}
        new = [row for row in rows if row["id"] not in saved]
        for position, row in enumerate([*(kept.get(key, row) for key, row in saved.items()), *new]):
            values = blank.as_posted(row) | {"id": [str(row["id"])] if row["id"] in saved else [""]}
            if position < len(saved) and row["id"] not in kept:
                values["DELETE"] = ["on"]
            for field_name, posted in values.items():
                data.setlist(f"{name}-{position}-{field_name}", posted)
        data[f"{name}-INITIAL_FORMS"], data[f"{name}-TOTAL_FORMS"] = str(len(saved)), str(len(saved) + len(new))
        places = list(saved)
        number = iter(range(len(saved), len(saved) + len(new)))
        return [places.index(row["id"]) if row["id"] in saved else next(number) for row in rows]


def _may_be(known: Lookalikes) -> str:
    codes = ", ".join(source.code for source in known.similar)
    return _("This may be %(codes)s. Choose below whether it is.") % {"codes": codes}


def _row_content(form: Any) -> Content:
    """A row's content. A form at the place of a saved row but without an id gets an id that matches none."""
    key = form.cleaned_data.get("id") or (None if form.empty_permitted else "?")
    return {"id": key, **form.content()}
