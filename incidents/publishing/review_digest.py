"""The documents that an approval publishes, made for the review page and again when publishing, and compared.

The digests name what was read without keeping it: one for each document, so that a refusal can say what changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from incidents.publishing.derivations import Derivations, Link
from incidents.publishing.documents import Document, canonical, document_of
from incidents.records.models import Investigation, Record, Review, Source

GRADE = "grade"
# New in each document; the proposed grade has a digest of its own.
NOT_READ = ("nonce", "published", "grade")


class ChangedSinceReadError(Exception):
    """What would be published differs from what was reviewed. `changed`: codes, and `GRADE` for the proposed grade."""

    def __init__(self, changed: list[str]) -> None:
        super().__init__(", ".join(changed))
        self.changed = changed


class _Along(Derivations):
    """Derivations of sources that are published in one transaction: each sees those before it as public."""

    def __init__(self, order: Sequence[Source]) -> None:
        super().__init__(order)
        self._order = order

    def public(self, source: Source, earlier: Iterable[Source] = ()) -> list[Link]:
        before = self._order[: self._order.index(source)] if not source.is_public else ()
        return super().public(source, earlier or before)


def to_publish(
    record: Record, along: Sequence[Investigation | Source], review: Review | None = None
) -> list[tuple[Record, Document]]:
    """The documents of the dependencies in their order, then the record's own, with the grade of the review."""
    content = record.content
    known = _Along([each for each in (*along, content) if isinstance(each, Source)])
    documents: list[tuple[Record, Document]] = [(each, document_of(each, 1, None, known)) for each in along]
    return [*documents, (record, document_of(record, (record.edition or 0) + 1, review, known))]


def review_digest(documents: Iterable[tuple[Record, Document]], grade: str, rule: str) -> str:
    """The digests of the documents, and of the proposed grade with its rule, as the review form carries them."""
    digests = {record.code: _digest(document) for record, document in documents}
    if grade:
        digests[GRADE] = _digest({"proposed": grade, "rule": rule})
    return " ".join(f"{name}:{digest}" for name, digest in digests.items())


def refuse_unread(present: str, read: str) -> None:
    """Raises ChangedSinceReadError where the digests differ from those that were read."""
    now, then = _named(present), _named(read)
    names = [*now, *(name for name in then if name not in now)]
    if changed := [name for name in names if now.get(name) != then.get(name)]:
        raise ChangedSinceReadError(changed)


def _digest(document: Document) -> str:
    told = {name: value for name, value in document.items() if name not in NOT_READ}
    return hashlib.sha256(canonical(told).encode("utf-8")).hexdigest()


def _named(text: str) -> dict[str, str]:
    return {name: digest for name, _colon, digest in (each.partition(":") for each in text.split())}
