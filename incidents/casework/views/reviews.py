"""The review page: old and new side by side, what is counted, and the decision."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from incidents.casework.comparison import document_differences
from incidents.casework.counting import corroboration_of
from incidents.casework.models import Incident, Record, Source
from incidents.casework.preview import layout
from incidents.casework.views.access import DeskRequest, desk, visible_record
from incidents.casework.views.records import record_context
from incidents.publishing.documents import document_of, needed_sources
from incidents.register.models import Edition
from incidents.vocabulary import Grade, RecordKind
from people.models import Role


@desk(Role.DOCUMENTER, Role.REVIEWER)
def review(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """What an approval would publish, compared with the current edition."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/review.html", review_context(request, record))


def review_context(request: DeskRequest, record: Record) -> dict[str, Any]:
    """What the review page shows."""
    current = Edition.objects.using("default").of(record.kind, record.code).first()
    document = _would_publish(record)
    context = record_context(request, record) | {
        "current": current,
        "differences": document_differences(current.content if current else {}, document),
        "along": [
            (each, document_differences({}, document_of(each, 1, None))) for each in _published_along(record.content)
        ],
        "previous": record.reviews.filter(decided_at__isnull=False).order_by("-decided_at")[:3],
        "grades": Grade,
    }
    if record.kind == RecordKind.INCIDENT:
        context |= _counted(record, document)
    return context


def _would_publish(record: Record) -> dict[str, Any]:
    """The public document of the record; of a confidential source there is none."""
    content = record.content
    if isinstance(content, Source) and content.is_confidential:
        return {}
    return document_of(record, (record.edition or 0) + 1, None)


def _published_along(content: Record) -> list[Record]:
    """What gets its first edition with an approval, because the record rests on it; as in `publishing.door`."""
    found: list[Record] = []
    if isinstance(content, Incident):
        for investigation in content.investigations.filter(edition__isnull=True):
            found += [*needed_sources(investigation), investigation]
    found += needed_sources(content)
    return [each for each in dict.fromkeys(found) if each.edition is None and each.pk != content.pk]


def _counted(record: Record, document: dict[str, Any]) -> dict[str, Any]:
    found = corroboration_of(record.content, public=True)
    drawn = layout(document, found)
    return {
        "matrix": drawn.matrix(),
        "tree": drawn.tree(),
        "corroboration": found,
        "proposal": found.proposal,
        "facts": [(fact, count, found.against(fact)) for fact, count in found.facts.items()],
        "document": document,
    }
