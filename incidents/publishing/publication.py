"""Publishing, withdrawing, merging and rebuilding: each in one transaction, one at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from incidents.publishing.documents import Document, canonical, published_along, tombstone, without_source
from incidents.publishing.past_searches import write_past_searches
from incidents.publishing.review_digest import refuse_unread, review_digest, to_publish
from incidents.publishing.rows import WRITE_ALIAS, write_derivations, write_incident, write_rows
from incidents.records.models import Investigation, Move, Record, Review, Source
from incidents.register.head import wait_for_head_ttl
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
    names_source,
)
from incidents.vocabulary import EditionChange, Publication, RecordKind
from people.models import User

PUBLICATION_LOCK = 0x484443  # one transaction publishes at a time, so that editions have one order
BATCH = 500


def publish(review: Review, read: str) -> Edition:
    """Write the edition of an approved review, and first editions of what it depends on.

    The caller (`workflow.approve`) has checked who may and holds the record's lock; the database refuses an approver
    who wrote any revision. `read` is what `review_digest` answered for the page that the approver read. Raises
    ChangedSinceReadError where it would answer something else now, and ValueError for a review that is not approved
    or not of the record's present content.
    """
    record = review.record
    if review.decision != Review.Decision.APPROVED or review.revision != record.revision:
        raise ValueError("only an approved review of the present content is published")
    with publication():
        assert review.decided_by is not None
        name_decider(review.decided_by)
        # The documents that are compared are the ones that are published.
        *along, (_record, document) = documents = to_publish(record, _locked_along(record.content), review)
        refuse_unread(review_digest(documents, review.proposed_grade, review.proposed_rule), read)
        for each, its_document in along:
            _publish_along(each, its_document, review)
        edition = add_edition(record, document, _change(record), _note(review))
        _became_public(record, edition)
        if record.kind in (RecordKind.SOURCE, RecordKind.INVESTIGATION):
            _count_again(_resting_on(record), record.code)
    return edition


def withdraw(record: Record, reason: dict[str, str]) -> Edition:
    """Replace the public page by a tombstone with the reason.

    In place of a redirection too: what was merged leads nowhere then. What rests on a withdrawn source is published
    without it. An incident whose proposed grade changes by that, or because an investigation is gone, returns to the
    review queue.
    """
    with publication():
        resting = _resting_on(record)
        document = tombstone(record.code, record.kind, (record.edition or 0) + 1, reason)
        edition = add_edition(record, document, EditionChange.WITHDRAWN, reason)
        if record.kind == RecordKind.SOURCE:
            _take_source_out(record.code, resting)
        _count_again(resting, record.code)
        record.edition = edition.number
        record.state, record.merged_into = Publication.WITHDRAWN, None
        record.save(update_fields=["edition", "state", "merged_into"])
    return edition


def merge(record: Record, target: Record, reason: dict[str, str]) -> Edition:
    """Replace the public page by a redirection to another incident."""
    with publication():
        number = (record.edition or 0) + 1
        document = tombstone(record.code, record.kind, number, reason, merged_into=target.code)
        edition = add_edition(record, document, EditionChange.MERGED, reason)
        record.edition = edition.number
        record.save(update_fields=["edition"])
    return edition


def published_since(record: Record, target: Record, then: datetime) -> bool:
    """Whether an edition of a merged record, of the one that it was merged into, or of what it cites is newer than the
    merge."""
    named = {record.code, target.code}
    if record.is_public:
        former = _former(record)
        if former.is_redacted:
            return True
        named |= {citation["source"] for citation in former.content["citations"]}
    return Edition.objects.using(WRITE_ALIAS).filter(code__in=named, published_at__gt=then).exists()


def unmerge(record: Record, target: Record) -> Edition:
    """Replace the redirection by an edition from the document before the merge."""
    with publication():
        note = {"en": f"The merge into {target.code} was undone.", "uk": f"Обʼєднання з {target.code} скасовано."}
        edition = edition_from(record, _edition(record, record.edition or 0), _former(record).content, note)
        record.edition = edition.number
    return edition


def _former(record: Record) -> Edition:
    """The edition of a merged record before the redirection."""
    return _edition(record, (record.edition or 0) - 1)


def _edition(record: Record, number: int) -> Edition:
    return Edition.objects.using(WRITE_ALIAS).get(kind=record.kind, code=record.code, number=number)


def rebuild() -> int:
    """Rebuild all read rows from the newest editions, and the search vectors of former rows. Returns the number of
    editions read."""
    with publication():
        write_past_searches()
        return make_rows()


def make_rows() -> int:
    """Rebuild all read rows in the caller's transaction. The caller prevents publishing meanwhile."""
    for model in (
        RegisterCitation,
        RegisterDerivation,
        RegisterUnit,
        RegisterIncident,
        RegisterInvestigation,
        RegisterTotal,
        RegisterSource,
    ):
        model.objects.using(WRITE_ALIAS).all().delete()
    read = 0
    for kind in (RecordKind.SOURCE, RecordKind.INVESTIGATION, RecordKind.TOTAL, RecordKind.INCIDENT):
        current = Edition.objects.using(WRITE_ALIAS).filter(kind=kind, superseded_by__isnull=True)
        for edition in current.order_by("pk").iterator(BATCH):
            write_rows(edition)
            read += 1
        if kind == RecordKind.SOURCE:
            # Again, now that every upstream has its row.
            for edition in current.order_by("pk").iterator(BATCH):
                write_derivations(edition)
    return read


@contextmanager
def publication() -> Iterator[None]:
    """A transaction that publishes. It ends when the head cache of every process has expired."""
    with transaction.atomic(WRITE_ALIAS, savepoint=False):
        lock_publication()
        transaction.on_commit(wait_for_head_ttl, using=WRITE_ALIAS)
        yield


def lock_publication() -> None:
    """Hold the publication lock until the end of the transaction.

    Taken before any record is locked: publishing locks records that others may hold while they wait for this lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLICATION_LOCK])


def name_decider(user: User) -> None:
    """Tell the database who decides in this transaction, so that its trigger can refuse an author."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('register.approver', %s, true)", [str(user.pk)])


def _change(record: Record) -> EditionChange:
    return EditionChange.UPDATED if record.is_public else EditionChange.FIRST


def _note(review: Review) -> dict[str, str]:
    return {"en": review.edition_note_en, "uk": review.edition_note_uk}


def add_edition(record: Record, document: Document, change: EditionChange, note: dict[str, str]) -> Edition:
    """Add a record's next edition and its rows. The caller holds the publication lock; a trigger adds the leaf."""
    number = document["edition"]
    earlier = Edition.objects.using(WRITE_ALIAS).filter(kind=record.kind, code=record.code)
    before = earlier.defer("document").get(number=number - 1) if number > 1 else None
    text = canonical(document)
    edition = Edition.objects.using(WRITE_ALIAS).create(
        kind=record.kind,
        code=record.code,
        number=number,
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
    Record.objects.filter(pk=record.pk).update(
        edition=record.edition, published_revision=record.published_revision, state=record.state
    )


def _publish_along(each: Record, document: Document, review: Review) -> None:
    """Publish the first edition of a record that another one depends on. Later editions need a review of their own."""
    from_state = each.state
    edition = add_edition(each, document, EditionChange.FIRST, {})
    if from_state == Publication.SUBMITTED:
        _approve_too(each, review)
    _became_public(each, edition)
    Move.objects.create(
        record=each, name="published_along", from_state=from_state, to_state=each.state, revision=each.revision
    )


def _locked_along(content: Record) -> list[Investigation | Source]:
    """The dependencies to publish, locked. Read again until nothing changed between reading and locking."""
    while True:
        along = published_along(content)
        locked = Record.objects.select_for_update().filter(pk__in=[each.pk for each in along]).order_by("pk")
        present = {pk: rest for pk, *rest in locked.values_list("pk", "revision", "state")}
        if all(present[each.pk] == [each.revision, each.state] for each in along):
            return along


def _approve_too(record: Record, review: Review) -> None:
    """Close the open review of a dependency with the same decision."""
    for own in record.reviews.filter(decided_at__isnull=True):
        own.decision, own.decided_by, own.decided_at = review.decision, review.decided_by, timezone.now()
        own.save(update_fields=["decision", "decided_by", "decided_at"])


def _resting_on(record: Record) -> list[RegisterIncident]:
    """The incidents whose counts depend on a source or an investigation."""
    rows = RegisterIncident.objects.using(WRITE_ALIAS).current().order_by("code")
    if record.kind == RecordKind.SOURCE:
        return list(rows.filter(sources__overlap=_downstream(record.code)))
    return list(rows.filter(investigations__contains=[record.code]))


def _count_again(rows: list[RegisterIncident], because: str) -> None:
    """Rebuild the rows of incidents. Those whose proposed grade changed return to the review queue."""
    for row in rows:
        before = row.corroboration["proposed"]
        write_incident(
            Edition.objects.using(WRITE_ALIAS).get(kind=RecordKind.INCIDENT, code=row.code, superseded_by=None)
        )
        after = RegisterIncident.objects.using(WRITE_ALIAS).get(pk=row.pk).corroboration["proposed"]
        if after != before:
            _return_to_review(row.code, f"{because}: {before} → {after}")


def _downstream(code: str) -> list[str]:
    """A source and every source that derives from it, directly or not, also through withdrawn ones: they have no rows,
    but what repeats them still counts as one origin."""
    found = [code]
    for upstream in found:
        naming = Edition.objects.using(WRITE_ALIAS).filter(
            Q(superseded_by=None) | Q(superseded_by__change=EditionChange.WITHDRAWN),
            names_source(upstream),
            kind=RecordKind.SOURCE,
        )
        found += [derived for derived in naming.values_list("code", flat=True) if derived not in found]
    return found


def _return_to_review(code: str, reason: str) -> None:
    """Put a published incident back into the review queue, with the reason."""
    record = Record.objects.select_for_update().get(kind=RecordKind.INCIDENT, code=code)
    if record.state != Publication.PUBLISHED:
        return
    submitter = record.reviews.filter(decision=Review.Decision.APPROVED).latest("decided_at").submitted_by
    Review.objects.create(
        record=record,
        revision=record.revision,
        submitted_by=submitter,
        note=reason,
        edition_note_en="The independent origins were counted again.",
        edition_note_uk="Незалежні першоджерела перелічено наново.",
    )
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


def _take_source_out(code: str, rows: list[RegisterIncident]) -> None:
    """Publish the incidents that name a source again, from their published documents without it."""
    note = {"en": f"Source {code} was withdrawn.", "uk": f"Джерело {code} відкликано."}
    for row in rows:
        current = Edition.objects.using(WRITE_ALIAS).get(pk=row.edition_id)
        document = without_source(current.content, code)
        if document == current.content:
            continue
        record = Record.objects.select_for_update().get(kind=RecordKind.INCIDENT, code=row.code)
        edition_from(record, current, document, note)


def edition_from(record: Record, current: Edition, document: Document, note: dict[str, str]) -> Edition:
    """A corrected edition made from a published document, never from a draft."""
    fresh = tombstone(record.code, record.kind, current.number + 1, {})
    document = document | {key: fresh[key] for key in ("edition", "published", "nonce")}
    edition = add_edition(record, document, EditionChange.CORRECTED, note)
    Record.objects.filter(pk=record.pk).update(edition=edition.number)
    return edition
