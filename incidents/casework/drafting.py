"""Writing a record with its rows: one save is one transaction and one revision, and nobody overwrites unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict

from incidents.casework import workflow
from incidents.casework.conflicts import taken_over
from incidents.casework.contents import Change, changes, content_of
from incidents.casework.forms.fields import DeskForm
from incidents.casework.forms.incidents import (
    AttributionRows,
    CitationRows,
    IncidentForm,
    ObservationRows,
    VictimRows,
)
from incidents.casework.forms.investigations import (
    DerivationRows,
    InvestigationCitationRows,
    InvestigationForm,
    StepRows,
    TotalForm,
)
from incidents.casework.forms.sources import SourceForm
from incidents.casework.models import Incident, Investigation, Record, ReportedTotal, Revision, Source
from incidents.vocabulary import RecordKind
from people.models import User


@dataclass(frozen=True)
class Kind:
    """What is written of one kind of record: its model, its form and its rows."""

    model: type[Record]
    form: type[DeskForm]
    rows: dict[str, Any] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    RecordKind.INCIDENT: Kind(
        Incident,
        IncidentForm,
        {
            "citations": CitationRows,
            "attributions": AttributionRows,
            "observations": ObservationRows,
            "victims": VictimRows,
        },
    ),
    RecordKind.SOURCE: Kind(Source, SourceForm, {"derivations": DerivationRows}),
    RecordKind.INVESTIGATION: Kind(
        Investigation, InvestigationForm, {"steps": StepRows, "citations": InvestigationCitationRows}
    ),
    RecordKind.TOTAL: Kind(ReportedTotal, TotalForm),
}


@dataclass(frozen=True)
class Conflict:
    """Somebody saved in between: who, and what they changed. What could be taken over was; the rest is to be chosen."""

    revision: Revision
    changes: list[Change]
    both: list[Change]


class Editor:
    """A record's form and the forms of its rows, as one.

    `data` is what was posted; it carries the number of the revision that its author started from.
    """

    def __init__(self, kind: str, user: User, record: Record | None = None, data: QueryDict | None = None) -> None:
        self.kind_code, self.kind, self.user = kind, KINDS[kind], user
        self.record = record.content if record is not None else None
        self.data = data
        self.conflict: Conflict | None = None
        self._build()

    def _build(self) -> None:
        self.instance = self.record if self.record is not None else self.kind.model()
        self.form = self.kind.form(self.data, instance=self.instance, author=self.user)
        self.rows = {
            name: formset(self.data, instance=self.instance, prefix=name, form_kwargs={"author": self.user})
            for name, formset in self.kind.rows.items()
        }

    def without_errors(self) -> None:
        """Show what was posted without judging it: the author only asked for another row."""
        for form in [self.form, *(form for rows in self.rows.values() for form in rows.forms)]:
            form._errors = ErrorDict()
        for rows in self.rows.values():
            rows._errors, rows._non_form_errors = [{} for _ in rows.forms], ErrorList()

    @property
    def base_revision(self) -> int:
        """The revision that this form was opened on."""
        posted = self.data.get("revision", "") if self.data is not None else ""
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else self.instance.revision

    @property
    def shown_revision(self) -> int:
        """The revision that the next save starts from: the present one, which the author has now seen."""
        return self.instance.revision

    def is_valid(self) -> bool:
        """Whether the form and all rows are."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def save(self) -> Record | None:
        """The saved record; None when something is wrong or somebody saved in between (then see `conflict`)."""
        with transaction.atomic():
            if self.record is not None:
                self._lock()
                if self.conflict is not None:
                    return None
            if not self.is_valid():
                transaction.set_rollback(True)
                return None
            return self._write()

    def _lock(self) -> None:
        """Lock the record, and stop where somebody saved after this form was opened."""
        assert self.record is not None
        locked = Record.objects.select_for_update().get(pk=self.record.pk)
        if not locked.may_be_edited_by(self.user):
            raise PermissionDenied
        if locked.revision != self.base_revision:
            self._meet(locked)

    def _meet(self, locked: Record) -> None:
        """Take over what the other changed and this author did not; keep everything this author wrote."""
        assert self.data is not None
        base = locked.revisions.filter(number=self.base_revision).first() or locked.revisions.earliest("number")
        latest = locked.revisions.latest("number")
        self.record = locked.content
        theirs = changes(base.content, content_of(locked), self.record.ROWS)
        self.data, both = taken_over(self, base.content, theirs)
        self._build()
        self.conflict = Conflict(latest, theirs, both)

    def _write(self) -> Record:
        if self.record is None:
            self.form.instance.created_by = self.user
        saved: Record = self.form.save()
        for rows in self.rows.values():
            rows.instance = saved
            rows.save()
        if self.record is None:
            workflow.start(saved, self.user)
        else:
            workflow.save_draft(Record.objects.get(pk=saved.pk), self.user)
        saved.refresh_from_db()
        return saved
