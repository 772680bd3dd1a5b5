"""What a reviewer reads before deciding: the documents that an approval would publish, and what they are counted to."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.casework.corroboration import Corroboration
from incidents.casework.counting import corroboration_of
from incidents.casework.models import Record, Source
from incidents.publishing.as_read import as_read, to_publish
from incidents.publishing.documents import Document, published_along
from incidents.vocabulary import RecordKind


@dataclass(frozen=True)
class Reading:
    """The documents of what would go along, and the record's own; what is counted, for an incident."""

    along: list[tuple[Record, Document]]
    document: Document
    found: Corroboration | None
    signed: str
    """What an approval of just this is called with: see `workflow.approve`."""


def reading_of(record: Record) -> Reading:
    """What an approval would publish now. Of a confidential source there is nothing."""
    content = record.content
    if isinstance(content, Source) and content.is_confidential:
        return Reading([], {}, None, "")
    documents = to_publish(record, published_along(content))
    found = corroboration_of(content, public=True) if record.kind == RecordKind.INCIDENT else None
    grade, rule = (found.proposal.grade.value, found.proposal.rule.value) if found else ("", "")
    return Reading(documents[:-1], documents[-1][1], found, as_read(documents, grade, rule))
