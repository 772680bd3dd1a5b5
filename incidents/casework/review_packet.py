"""The packet that a reviewer reads before deciding: the documents that an approval would publish, and their counts."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.casework.corroboration_inputs import corroboration_of
from incidents.corroboration.independence import Corroboration
from incidents.publishing.documents import Document, published_along
from incidents.publishing.review_digest import review_digest, to_publish
from incidents.records.models import Record, Source
from incidents.vocabulary import RecordKind


@dataclass(frozen=True)
class ReviewPacket:
    """The documents of records published along, and the record's own; the corroboration of an incident."""

    along: list[tuple[Record, Document]]
    document: Document
    found: Corroboration | None
    digest: str
    """The value to pass to `workflow.approve` for exactly this packet."""


def review_packet(record: Record) -> ReviewPacket:
    """The packet of what an approval would publish now; empty for a confidential source."""
    content = record.content
    if isinstance(content, Source) and content.is_confidential:
        return ReviewPacket([], {}, None, "")
    documents = to_publish(record, published_along(content))
    found = corroboration_of(content, public=True) if record.kind == RecordKind.INCIDENT else None
    grade, rule = (found.proposal.grade.value, found.proposal.rule.value) if found else ("", "")
    return ReviewPacket(documents[:-1], documents[-1][1], found, review_digest(documents, grade, rule))
