"""Writing a record with its rows: one save is one transaction and one revision, and nobody overwrites unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.casework import workflow
from incidents.casework.conflicts import raw, taken_over
from incidents.casework.contents import Change, changes, content_of
from incidents.casework.forms.fields import DeskForm
from incidents.casework.forms.incidents import (
    MOST_ROWS,
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
from incidents.casework.models import (
    EDITABLE,
    Incident,
    Investigation,
    Record,
    ReportedTotal,
    Revision,
    Source,
)
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

    `data` is what was posted; it carries the number of the revision that its author started from. Raises
    PermissionDenied for somebody who may not write, and never could have had the form open.
    """

    def __init__(self, kind: str, user: User, record: Record | None = None, data: QueryDict | None = None) -> None:
        self.kind_code, self.kind, self.user = kind, KINDS[kind], user
        self.record = record.content if record is not None else None
        self.data = _with_plain_line_breaks(data)
        self.conflict: Conflict | None = None
        self.closed = False
        if self.record is not None and not self.record.may_be_edited_by(user):
            self._check_wrote(self.record)
        self._build()

    def _check_wrote(self, record: Record) -> None:
        """What is posted after a record was closed is refused with its text kept; anything else at once."""
        shared = record.shared_with.filter(pk=self.user.pk).exists()
        # The draft of a next edition is nobody's but its authors', whatever stands in public.
        closed_in_public = record.is_public and record.state not in EDITABLE
        if self.data is None or not (closed_in_public or record.created_by_id == self.user.pk or shared):
            raise PermissionDenied

    def _build(self) -> None:
        self.instance = self.record if self.record is not None else self.kind.model()
        known: dict[str, Any] = {"author": self.user, "named": lambda: self._named_sources}
        self.form = self.kind.form(self.data, instance=self.instance, **known)
        self.rows = {
            name: formset(self.data, instance=self.instance, prefix=name, form_kwargs=known)
            for name, formset in self.kind.rows.items()
        }

    @cached_property
    def _named_sources(self) -> frozenset[int]:
        """The sources that any revision of the record names: who may write it may name them, whoever wrote them."""
        if self.record is None:
            return frozenset()
        codes = set[str]()
        for content in Revision.objects.filter(record=self.record.pk).values_list("content", flat=True):
            codes |= {content.get(link) for link in _source_links(self.kind.model)}
            for name, formset in self.kind.rows.items():
                codes |= {row.get(link) for link in _source_links(formset.model) for row in content.get(name, [])}
        return frozenset(Source.objects.filter(code__in=codes - {None}).values_list("pk", flat=True))

    def add_row(self, name: str) -> None:
        """Show what was posted with one more row of a kind, and without judging it."""
        formset = self.rows.get(name)
        if formset is not None and self.data is not None and len(formset.forms) < MOST_ROWS:
            number, blank = len(formset.forms), formset.empty_form
            for field_name, bound in blank.fields.items():
                if initial := blank.get_initial_for_field(bound, field_name):
                    self.data.setlist(f"{name}-{number}-{field_name}", raw(bound, initial))
            self.data[f"{name}-TOTAL_FORMS"] = str(number + 1)
            self._build()
        self._without_errors()

    def _without_errors(self) -> None:
        for form in [self.form, *(form for rows in self.rows.values() for form in rows.forms)]:
            form._errors = ErrorDict()
        for rows in self.rows.values():
            rows._errors, rows._non_form_errors = [{} for _ in rows.forms], ErrorList()

    @property
    def base_revision(self) -> int:
        """The revision that this form was opened on; 0 where what was posted does not say so."""
        if self.data is None:
            return self.instance.revision
        posted = self.data.get("revision", "")
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else 0

    @property
    def shown_revision(self) -> int:
        """The revision that the next save starts from: the newest one that the author has seen."""
        return self.instance.revision if self.conflict is not None else self.base_revision

    def is_valid(self) -> bool:
        """Whether the form and all rows are."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def save(self) -> Record | None:
        """The saved record.

        None when something is wrong, or when in between somebody saved (then see `conflict`) or closed it (`closed`).
        """
        try:
            with transaction.atomic():
                if self.record is not None:
                    self._lock(self.record)
                if self.conflict is not None or self.closed:
                    return None
                if self.is_valid():
                    return self._write()
        except IntegrityError:
            self._start_again()
        return None

    def _lock(self, record: Record) -> None:
        """Lock the record, and stop where somebody saved or closed it after this form was opened."""
        locked = Record.objects.select_for_update().get(pk=record.pk)
        if not locked.may_be_edited_by(self.user):
            self._check_wrote(locked)
            self.closed = True
            self._refuse(
                _("It was submitted or closed after you opened this form, so it cannot be saved. Copy what you wrote.")
            )
        elif locked.revision != self.base_revision:
            self._meet(locked)
        else:
            # Its state may have changed between the reading and the lock; what is written must not undo that.
            self.instance.refresh_from_db()

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

    def _start_again(self) -> None:
        """The database refused what the forms had let pass, because somebody else saved at the same moment."""
        if self.record is not None:
            self.record = Record.objects.get(pk=self.record.pk).content
        self._build()
        self._refuse(_("Somebody saved the same at this very moment. Nothing of yours was saved: save again."))

    def _refuse(self, reason: str) -> None:
        self.is_valid()
        self.form.add_error(None, reason)

    def _write(self) -> Record:
        if self.record is None:
            self.form.instance.created_by = self.user
        saved: Record = self.form.save()
        for rows in self.rows.values():
            rows.instance = saved
            rows.save()
        # Read again, so that a revision holds values as the database keeps them: 47.85 is 47.85000 there.
        written = Record.objects.get(pk=saved.pk)
        if self.record is None:
            workflow.start(written, self.user)
        else:
            workflow.save_draft(written, self.user)
        saved.refresh_from_db()
        return saved


def _with_plain_line_breaks(data: QueryDict | None) -> QueryDict | None:
    """What was posted, its lines ended as they are kept: browsers send CR LF."""
    if data is None:
        return None
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [each.replace("\r\n", "\n") if isinstance(each, str) else each for each in values])
    return plain


def _source_links(model: type[Model]) -> list[str]:
    return [each.name for each in model._meta.concrete_fields if each.related_model is Source]
