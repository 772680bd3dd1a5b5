"""Redaction: the documents of some editions are erased, their digests and leaves stay.

A redaction is itself published: as a tombstone where the newest edition is among those to be erased, else as an edition
with the same content and a note. So caches let go of the old pages, the list of corrections says that something was
erased and why, and the log holds when. What is erased is never the newest edition, so that no row, list, export or
search was made from it. `Edition.content` raises RedactedError for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils import translation

from incidents.publishing.documents import tombstone
from incidents.publishing.publication import add_edition, edition_from, publication, withdraw
from incidents.publishing.rows import WRITE_ALIAS
from incidents.records.models import Record, Redaction
from incidents.register.models import Edition
from incidents.vocabulary import EditionChange, RecordKind, RedactionReason


def redact(redaction: Redaction) -> Edition:
    """Erase the documents of an approved redaction's editions. Returns the edition that announces it.

    The caller has locked the record and checked who may; the database refuses a redaction that two administrators did
    not agree to. Raises ValueError for one that is not approved.
    """
    if redaction.decision != Redaction.Decision.APPROVED:
        raise ValueError("only an approved redaction erases anything")
    with publication():
        editions = Edition.objects.using(WRITE_ALIAS).of(redaction.record.kind, redaction.record.code)
        current = editions.first()
        assert current is not None
        edition = _published(redaction, current)
        with connection.cursor() as cursor:
            for each in editions.readable().filter(number__in=redaction.editions):
                cursor.execute("SELECT register_redact(%s, %s)", [each.pk, redaction.reason])
    return edition


def note_of(redaction: Redaction) -> dict[str, str]:
    """The public note, in both languages. The database refuses a redaction without an edition that announces it."""
    reason = RedactionReason(redaction.reason)
    numbers = in_ranges(redaction.editions)
    with translation.override("en"):
        en = f"Erased: edition {numbers}. Reason: {reason.label}."
    with translation.override("uk"):
        uk = f"Вилучено текст редакцій: {numbers}. Причина: {reason.label}."
    return {"en": en, "uk": uk}


def in_ranges(numbers: Iterable[int]) -> str:
    """Numbers as ranges: `1–3, 5`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _published(redaction: Redaction, current: Edition) -> Edition:
    """The edition that announces the redaction."""
    record, note = redaction.record, note_of(redaction)
    if current.is_tombstone:
        return _tombstone_again(record, current, note)
    if current.number in redaction.editions:
        return withdraw(record, note)
    return edition_from(Record.objects.get(pk=record.pk), current, current.content, note)


def _tombstone_again(record: Record, current: Edition, note: dict[str, str]) -> Edition:
    """A new tombstone, since the reasons of the old one may be what is erased."""
    merged_into = current.content.get("merged_into")
    document = tombstone(record.code, RecordKind(record.kind), current.number + 1, note, merged_into)
    edition = add_edition(record, document, EditionChange(current.change), note)
    Record.objects.filter(pk=record.pk).update(edition=edition.number)
    return edition
