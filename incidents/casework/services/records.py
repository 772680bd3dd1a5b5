"""Saving a record: plain data in, one transaction, one revision."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from incidents.casework import workflow
from incidents.casework.contents import content_of
from incidents.casework.services.cleaning import MODELS, clean_record
from incidents.casework.services.errors import (
    EditConflictError,
    FieldError,
    InvalidContentError,
    RecordClosedError,
    SaveCollisionError,
)
from incidents.casework.services.fields import Cleaned
from incidents.casework.services.questions import open_questions
from incidents.casework.services.references import key_of
from incidents.casework.services.sources_first import sources_first
from incidents.diff.contents import Content, changes
from incidents.diff.merge import merge
from incidents.records.models import EDITABLE, Publisher, Record, Revision, Source, Unit
from incidents.vocabulary import RecordKind
from people.models import User

LONGEST_KEY = 64
# The constraints that fail where another connection has saved the same at once: then it can be named.
SAVED_AT_ONCE = ("casework_source_one_per_address", "casework_publisher_named_once")


def save_record(
    kind: str,
    content: Content,
    actor: User,
    base_revision: int = 0,
    *,
    code: str = "",
    key: str | None = None,
    confirmed: Collection[str] | None = None,
) -> Record:
    """Save a new record, or with `code` the next revision of one, and return it.

    `content` is plain data in the form of a revision's content (`casework.contents.content_of`): fields by name,
    records and places by code, rows as lists of dicts with the `id` of the saved row or none. A source may also be
    given by URL or title, a place, unit or publisher by name; a publisher of a new name is created. A citation's
    `new_source` and an attribution's `new_unit` are created as well; other fields may name that source by its address
    or title. A field that is not given keeps its value.

    A source of an address that another source has is refused with that one's code (`FieldError.existing`); in a
    citation that one is cited where `new_source` says nothing else of it.

    `base_revision` is the revision that the content was written from. `key` is an idempotency key: the same key with
    the same content returns the record that it created; with another content, as after going back to a form, it saves
    the next revision of that record. `confirmed` are the questions about unlikely values that the author has answered
    (`FieldError.question`); without it nothing is asked, as nobody is there to answer.

    Raises InvalidContentError with every invalid value, EditConflictError if another revision was saved since
    `base_revision`, RecordClosedError if the record was submitted or closed since, SaveCollisionError if a constraint
    fails because of a concurrent save, and PermissionDenied.
    """
    if not actor.is_documenter:
        raise PermissionDenied
    try:
        return _save(kind, content, actor, base_revision, code, key, confirmed)
    except IntegrityError as error:
        if not any(name in str(error) for name in SAVED_AT_ONCE):
            raise SaveCollisionError from None
    try:
        return _save(kind, content, actor, base_revision, code, key, confirmed)
    except IntegrityError:
        raise SaveCollisionError from None


def _save(*given: Any) -> Record:
    with transaction.atomic():
        return _Save(*given).save()


@dataclass
class _Save:
    """One call of `save_record`, inside its transaction."""

    kind: str
    content: Content
    actor: User
    base_revision: int
    code: str
    key: str | None
    confirmed: Collection[str] | None

    def save(self) -> Record:
        made = self._made_before()
        record = self._locked(made)
        base = self._base(record)
        before = content_of(record) if record is not None else {}
        if record is None or (made is None and record.revision == self.base_revision):
            self.content = sources_first(MODELS[self.kind], self.content, self._write_source)
        cleaned = clean_record(self.kind, self.content, self.actor, record, base)
        if record is not None:
            if not cleaned.errors and made is not None and _equal(cleaned.content, made.content):
                return Record.objects.get(pk=record.pk).content
            self._refuse_closed(record)
            if record.revision != self.base_revision:
                raise self._conflict(record, base, cleaned)
        if self.confirmed is not None:
            cleaned.errors += open_questions(cleaned, before, self.confirmed)
        if cleaned.errors:
            raise InvalidContentError(cleaned.errors)
        return self._write(cleaned) if cleaned.changed else cleaned.instance

    def _write_source(self, new: Content) -> str | None:
        cleaned = clean_record(RecordKind.SOURCE, new, self.actor, None, {})
        return None if cleaned.errors else _save_new_source(cleaned, self.actor, {}).code

    def _made_before(self) -> Revision | None:
        """The revision that the same request has created already. A row lock serialises the requests of one user."""
        if self.key is None:
            return None
        if not self.key or len(self.key) > LONGEST_KEY or not self.key.isprintable():
            raise InvalidContentError(
                [FieldError((), _("A key has 1 to %(limit)s characters.") % {"limit": LONGEST_KEY})]
            )
        User.objects.select_for_update(no_key=True).get(pk=self.actor.pk)
        made = Revision.objects.filter(author=self.actor, request_key=self.key).select_related("record").last()
        if made is None:
            return None
        if made.record.kind != self.kind or self.code not in ("", made.record.code):
            raise InvalidContentError([FieldError((), _("This key was used for another record."))])
        self.code, self.base_revision = made.record.code, made.number
        self.content = _with_ids(self.content, made, MODELS[self.kind].ROWS)
        return made

    def _locked(self, made: Revision | None) -> Record | None:
        if not self.code:
            return None
        found = Record.objects.select_for_update().filter(kind=self.kind, code=self.code).first()
        if found is None or not (made or may_have_written(found, self.actor)):
            raise PermissionDenied
        return found.content

    def _refuse_closed(self, record: Record) -> None:
        if not record.may_be_edited_by(self.actor):
            raise RecordClosedError

    def _base(self, record: Record | None) -> Content:
        """The content that the author started from; the first one if the revision is unknown."""
        if record is None:
            return {}
        if record.revision == self.base_revision:
            return content_of(record)
        found = record.revisions.filter(number=self.base_revision).first() or record.revisions.earliest("number")
        content: Content = found.content
        return content

    def _conflict(self, record: Record, base: Content, cleaned: Cleaned) -> EditConflictError:
        rows, present = type(record).ROWS, content_of(Record.objects.get(pk=record.pk))
        merged = merge(base, present, cleaned.content, rows)
        again = clean_record(self.kind, merged.content, self.actor, Record.objects.get(pk=record.pk).content, {})
        theirs = changes(base, present, rows)
        return EditConflictError(record.revisions.latest("number"), merged.content, theirs, merged.both, again.errors)

    def _write(self, cleaned: Cleaned) -> Record:
        is_new = cleaned.instance.pk is None
        _save_content(cleaned, self.actor)
        # Read again, so that a revision has the values as the database stores them.
        written = Record.objects.get(pk=cleaned.instance.pk)
        if is_new:
            workflow.start(written, self.actor, self.key)
        else:
            workflow.save_draft(written, self.actor, self.key)
        cleaned.instance.refresh_from_db()
        saved: Record = cleaned.instance
        return saved


def may_have_written(record: Record, user: User) -> bool:
    """Whether the user may edit the record now, or could when they opened it: then a refusal returns what they wrote.

    The draft of a next edition belongs to its authors only, even if the record is public.
    """
    if record.may_be_edited_by(user):
        return True
    closed_in_public = record.is_public and record.state not in EDITABLE
    shared = record.shared_with.filter(pk=user.pk).exists()
    return closed_in_public or record.created_by_id == user.pk or shared


def _equal(content: Content, saved: Content) -> bool:
    """Whether a content equals a revision; keys that only the revision has are ignored."""
    for name, value in content.items():
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            kept = {row["id"]: row for row in saved.get(name, [])}
            if len(kept) != len(value) or not all(_equal(row, kept.get(row["id"], {})) for row in value):
                return False
        elif saved.get(name) != value:
            return False
    return True


def _with_ids(content: Content, made: Revision, row_names: tuple[str, ...]) -> Content:
    """The content of a repeated request: its new rows get the ids of those that the first request created, in order."""
    earlier = Revision.objects.filter(record=made.record_id, number=made.number - 1).first()
    known = dict(content)
    for name in (name for name in row_names if isinstance(content.get(name), list)):
        before = {row["id"] for row in earlier.content.get(name, [])} if earlier else set()
        created = iter([row for row in made.content.get(name, []) if row["id"] not in before])
        known[name] = [_as_created(row, created) if _is_new(row) else row for row in content[name]]
    return known


def _is_new(row: Any) -> bool:
    return isinstance(row, dict) and row.get("id") in (None, "")


def _as_created(row: Content, created: Iterator[Content]) -> Content:
    """A new row with the id of the next created one, and with the source or unit created for it."""
    made = next(created, None)
    if made is None:
        return row
    found = {name: made[name] for name, key in (("source", "new_source"), ("unit", "new_unit")) if row.get(key)}
    return {name: value for name, value in row.items() if not name.startswith("new_")} | found | {"id": made["id"]}


def _save_content(cleaned: Cleaned, actor: User) -> None:
    """Write a record and its rows; rows that are no longer in the content are deleted first."""
    instance = cleaned.instance
    if instance.pk is None:
        instance.created_by = actor
    if isinstance(instance, Source):
        instance.publisher = _saved(instance.publisher)
    instance.save()
    for name, value in cleaned.values.items():
        if instance._meta.get_field(name).many_to_many:
            getattr(instance, name).set(value)
    for name, rows in cleaned.rows.items():
        manager = getattr(instance, name)
        manager.exclude(pk__in=[row.instance.pk for row in rows if row.instance.pk is not None]).delete()
        created: dict[str, Source] = {}
        for row in (row for row in rows if row.changed):
            setattr(row.instance, manager.field.name, instance)
            _save_row(row, actor, created)


def _saved(publisher: Publisher | None) -> Publisher | None:
    """The publisher, saved if it is new; if another row has saved one of its names just now, that one."""
    if publisher is None or publisher.pk is not None:
        return publisher
    known = Publisher.objects.called(publisher.key_name)
    if known is None:
        publisher.save()
    return known or publisher


def _save_row(row: Cleaned, actor: User, created: dict[str, Source]) -> None:
    """Write a row, and first what it creates: if two rows create the same, the second uses the first's.

    `created` are the sources of earlier rows by the key of their address.
    """
    if row.new_source is not None:
        row.instance.source = _save_new_source(row.new_source, actor, created)
    unit = getattr(row.instance, "unit", None)
    if isinstance(unit, Unit) and unit.pk is None:
        known = Unit.objects.filter(name_en=unit.name_en, name_uk=unit.name_uk).first()
        if known is None:
            unit.save()
        row.instance.unit = known or unit
    row.instance.save()


def _save_new_source(cleaned: Cleaned, actor: User, created: dict[str, Source]) -> Source:
    source: Source = cleaned.instance
    key = key_of(source.url)
    if key in created:
        return created[key]
    _save_content(cleaned, actor)
    workflow.start(Record.objects.get(pk=source.pk), actor)
    if key is not None:
        created[key] = source
    return source
