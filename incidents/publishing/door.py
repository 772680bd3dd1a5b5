"""Publishing, withdrawing, merging and rebuilding: each in one transaction, one at a time."""

from __future__ import annotations

import hashlib

from django.db import connection, transaction
from django.utils import timezone

from incidents.casework.models import Incident, Investigation, Move, Record, Review, Source
from incidents.publishing.documents import Document, canonical, document_of, needed_sources, tombstone, without_source
from incidents.publishing.rows import DOOR, write_incident, write_rows
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)
from incidents.vocabulary import EditionChange, Publication, RecordKind

DOOR_LOCK = 0x484443  # one transaction at a time passes the door, so that editions have one order
BATCH = 500


def publish(review: Review) -> Edition:
    """Write the edition of an approved review and everything that goes with it.

    The caller (`workflow.approve`) has checked who may and holds the record's lock; the database refuses an approver
    who wrote any revision. Raises ValueError for a review that is not approved or not of the record's present content.
    """
    record = review.record
    if review.decision != Review.Decision.APPROVED or review.revision != record.revision:
        raise ValueError("only an approved review of the present content is published")
    with transaction.atomic(DOOR):
        _lock_door()
        _name_approver(review)
        content = record.content
        if isinstance(content, Incident):
            for investigation in content.investigations.filter(edition__isnull=True):
                _publish_first(investigation)
        _publish_needed_sources(content)
        edition = _add_edition(
            record, document_of(record, (record.edition or 0) + 1, review), _change(record), _note(review)
        )
        _became_public(record, edition)
        if record.kind in (RecordKind.SOURCE, RecordKind.INVESTIGATION):
            _refresh_incidents(edition)
    return edition


def withdraw(record: Record, reason: dict[str, str]) -> Edition:
    """Replace the public page by a tombstone with the reason; a withdrawn source is taken out of what cites it."""
    with transaction.atomic(DOOR):
        _lock_door()
        downstream = _downstream(record.code)
        document = tombstone(record.code, record.kind, (record.edition or 0) + 1, reason)
        edition = _add_edition(record, document, EditionChange.WITHDRAWN, reason)
        if record.kind == RecordKind.SOURCE:
            _take_source_out(record.code)
            _count_again(downstream, record.code)
        record.edition = edition.number
        record.state = Publication.WITHDRAWN
        record.save(update_fields=["edition", "state"])
    return edition


def merge(record: Record, target: Record, reason: dict[str, str]) -> Edition:
    """Replace the public page by a redirection to another incident."""
    with transaction.atomic(DOOR):
        _lock_door()
        number = (record.edition or 0) + 1
        document = tombstone(record.code, record.kind, number, reason, merged_into=target.code)
        edition = _add_edition(record, document, EditionChange.MERGED, reason)
        record.edition = edition.number
        record.save(update_fields=["edition"])
    return edition


def rebuild() -> int:
    """Make all read rows again from the newest editions; answers how many editions were read."""
    with transaction.atomic(DOOR):
        _lock_door()
        for model in (
            RegisterCitation,
            RegisterDerivation,
            RegisterUnit,
            RegisterIncident,
            RegisterInvestigation,
            RegisterTotal,
            RegisterSource,
        ):
            model.objects.using(DOOR).all().delete()
        read = 0
        for kind in (RecordKind.SOURCE, RecordKind.INVESTIGATION, RecordKind.TOTAL, RecordKind.INCIDENT):
            current = Edition.objects.using(DOOR).filter(kind=kind, superseded_by__isnull=True)
            # Upstreams before what derives from them: they were published in that order at their first edition.
            for edition in current.order_by("pk").iterator(BATCH):
                write_rows(edition)
                read += 1
            if kind == RecordKind.SOURCE:
                for edition in current.order_by("pk").iterator(BATCH):
                    write_rows(edition)
    return read


def _lock_door() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DOOR_LOCK])


def _name_approver(review: Review) -> None:
    """Tell the database who approves, so that it refuses to publish along what this person wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('register.approver', %s, true)", [str(review.decided_by_id)])


def _change(record: Record) -> EditionChange:
    return EditionChange.FIRST if record.edition is None else EditionChange.UPDATED


def _note(review: Review) -> dict[str, str]:
    return {"en": review.edition_note_en, "uk": review.edition_note_uk}


def _add_edition(record: Record, document: Document, change: EditionChange, note: dict[str, str]) -> Edition:
    before = Edition.objects.using(DOOR).filter(kind=record.kind, code=record.code).order_by("-number").first()
    text = canonical(document)
    edition = Edition.objects.using(DOOR).create(
        kind=record.kind,
        code=record.code,
        number=document["edition"],
        change=change,
        document=text,
        digest=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        note_en=note.get("en", ""),
        note_uk=note.get("uk", ""),
        published_at=timezone.now(),
        supersedes=before,
    )
    write_rows(edition)
    return edition


def _became_public(record: Record, edition: Edition) -> None:
    record.edition = edition.number
    record.published_revision = record.revision
    record.state = Publication.PUBLISHED
    record.save(update_fields=["edition", "published_revision", "state"])


def _publish_needed_sources(content: Record) -> None:
    """Sources that are not public yet get their first edition with what needs them, later ones by their own review."""
    for source in needed_sources(content):
        if source.edition is None and source.pk != content.pk:
            _publish_first(source)


def _publish_first(content: Investigation | Source) -> None:
    if isinstance(content, Investigation):
        _publish_needed_sources(content)
    record = Record.objects.select_for_update().get(pk=content.pk)
    from_state = record.state
    edition = _add_edition(content, document_of(content, 1, None), EditionChange.FIRST, {})
    _became_public(record, edition)
    content.refresh_from_db()
    Move.objects.create(
        record=record, name="published_along", from_state=from_state, to_state=record.state, revision=record.revision
    )


def _refresh_incidents(edition: Edition) -> None:
    """Count again what rests on a source or an investigation that has a new edition."""
    if edition.kind == RecordKind.SOURCE:
        _count_again(_downstream(edition.code), edition.code)
        return
    for row in RegisterIncident.objects.using(DOOR).current().filter(investigations__contains=[edition.code]):
        write_incident(Edition.objects.using(DOOR).get(pk=row.edition_id))


def _count_again(sources: list[str], because: str) -> None:
    """Make the rows of the incidents that name any of the sources again, and return those whose grade it changes."""
    affected = RegisterIncident.objects.using(DOOR).current().filter(sources__overlap=sources)
    for row in affected.order_by("code"):
        before = row.corroboration["proposed"]
        write_incident(Edition.objects.using(DOOR).get(pk=row.edition_id))
        after = RegisterIncident.objects.using(DOOR).get(pk=row.pk).corroboration["proposed"]
        if after != before:
            _return_to_review(row.code, f"{because}: {before} → {after}")


def _downstream(code: str) -> list[str]:
    """A source and everything that derives from it, however indirectly."""
    found, waiting = {code}, {code}
    while waiting:
        derived = (
            RegisterDerivation.objects.using(DOOR).filter(upstream__in=waiting).values_list("source_id", flat=True)
        )
        waiting = set(derived) - found
        found |= waiting
    return sorted(found)


def _return_to_review(code: str, reason: str) -> None:
    """An incident whose proposed grade changed under it goes back to the review queue with the reason."""
    record = Record.objects.select_for_update().get(kind=RecordKind.INCIDENT, code=code)
    if record.state != Publication.PUBLISHED:
        return
    submitter = record.reviews.filter(decision=Review.Decision.APPROVED).latest("decided_at").submitted_by
    Review.objects.create(record=record, revision=record.revision, submitted_by=submitter, note=reason)
    record.state, record.submitted_at = Publication.SUBMITTED, timezone.now()
    record.save(update_fields=["state", "submitted_at"])
    Move.objects.create(
        record=record,
        name="returned_to_review",
        from_state=Publication.PUBLISHED,
        to_state=Publication.SUBMITTED,
        revision=record.revision,
        comment=reason,
    )


def _take_source_out(code: str) -> None:
    """New editions of the incidents that name a source, made from their published documents without it."""
    note = {"en": f"Source {code} was withdrawn.", "uk": f"Джерело {code} відкликано."}
    for row in RegisterIncident.objects.using(DOOR).citing(code).order_by("code"):
        current = Edition.objects.using(DOOR).get(pk=row.edition_id)
        record = Record.objects.select_for_update().get(kind=RecordKind.INCIDENT, code=row.code)
        fresh = tombstone(row.code, record.kind, current.number + 1, {})
        document = without_source(current.content, code) | {
            key: fresh[key] for key in ("edition", "published", "nonce")
        }
        edition = _add_edition(record, document, EditionChange.CORRECTED, note)
        record.edition = edition.number
        record.save(update_fields=["edition"])
