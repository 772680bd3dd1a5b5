"""The content of a record as plain data: for revisions, conflicts and the history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from incidents.diff.contents import Content
from incidents.records.models import Record, Revision
from incidents.vocabulary import Publication
from people.models import User


def plain(value: Any) -> Any:
    """A field's value as JSON: records, places, units and publishers by their code, a new publisher by its name."""
    if isinstance(value, models.Model):
        return getattr(value, "code", None) or str(value.pk or value)
    if isinstance(value, models.QuerySet | models.Manager):
        return sorted(plain(each) for each in value.all())
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, list | tuple | set):
        return [plain(each) for each in value]
    return value


def content_fields(model: type[models.Model]) -> list[Any]:
    """The editable fields, in the order of the model."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [field for field in fields if field.editable and not field.primary_key and field.name != "shared_with"]


def content_of(record: Record) -> Content:
    """The whole content: the record's own fields, and its rows with their ids."""
    content = record.content
    fields = {field.name: plain(getattr(content, field.name)) for field in content_fields(type(content))}
    rows = {name: rows_of(content, name) for name in content.ROWS}
    return fields | rows


def rows_of(content: Record, name: str) -> list[Content]:
    """The rows of one kind, each with its id."""
    manager = getattr(content, name)
    owner = manager.field.name
    links = [field.name for field in content_fields(manager.model) if field.many_to_one and field.name != owner]
    return [_row(row, owner) for row in (manager.select_related(*links) if links else manager.all())]


def _row(row: models.Model, owner: str) -> Content:
    fields = {field.name: plain(getattr(row, field.name)) for field in content_fields(type(row)) if field.name != owner}
    return {"id": row.pk} | fields


def record_revision(record: Record, author: User, key: str | None = None) -> Revision | None:
    """Save the present content as the next revision, if it differs from the last one. The caller holds the lock.

    `key` is the idempotency key of the request.
    """
    with transaction.atomic(savepoint=False):
        content = content_of(record)
        last = record.revisions.order_by("-number").first() if record.revision else None
        if last is not None and last.content == content:
            return None
        revision = Revision.objects.create(
            record_id=record.pk, number=record.revision + 1, author=author, content=content, request_key=key
        )
        record.revision, record.updated_at = revision.number, timezone.now()
        # In one statement, because the database allows the state "published" only with the published revision.
        state = Publication.DRAFT if record.state == Publication.PUBLISHED else record.state
        Record.objects.filter(pk=record.pk).update(revision=record.revision, updated_at=record.updated_at, state=state)
    return revision
