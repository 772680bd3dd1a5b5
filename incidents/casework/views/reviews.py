"""The review page: the differences to the current edition, the counts, and the decision."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from incidents.casework.comparison import review_differences
from incidents.casework.preview import layout
from incidents.casework.review_packet import ReviewPacket, review_packet
from incidents.casework.services.lookalikes import Lookalikes, lookalikes_of
from incidents.casework.views.access import DeskRequest, desk, visible_record
from incidents.casework.views.records import record_context
from incidents.records.models import Record, Source
from incidents.register.models import Edition
from incidents.vocabulary import Grade, RecordKind
from people.models import Role


@desk(Role.DOCUMENTER, Role.REVIEWER)
def review(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """What an approval would publish, compared with the current edition."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/review.html", review_context(request, record))


def review_context(request: DeskRequest, record: Record) -> dict[str, Any]:
    """The context of the review page."""
    current = Edition.objects.using("default").of(record.kind, record.code).first()
    reading = review_packet(record)
    context = record_context(request, record) | {
        "current": current,
        "differences": review_differences(current.content if current else {}, reading.document),
        "along": [(each, review_differences({}, document)) for each, document in reading.along],
        "read": reading.digest,
        "previous": record.reviews.filter(decided_at__isnull=False).order_by("-decided_at")[:3],
        "grades": Grade,
        "lookalikes": _lookalikes(request, record, reading),
    }
    return context | _counted(reading)


def _lookalikes(request: DeskRequest, record: Record, reading: ReviewPacket) -> list[tuple[Source, Lookalikes]]:
    """The sources that an approval would publish, each with those that may be the same publication."""
    sources = [each.content for each in (record, *(along for along, _document in reading.along))]
    found = [(each, lookalikes_of(each, request.user)) for each in sources if isinstance(each, Source)]
    return [(source, known) for source, known in found if known]


def _counted(reading: ReviewPacket) -> dict[str, Any]:
    found = reading.found
    if found is None:
        return {}
    drawn = layout(reading.document, found)
    return {
        "matrix": drawn.matrix(),
        "tree": drawn.tree(),
        "corroboration": found,
        "proposal": found.proposal,
        "facts": [(fact, count, found.against(fact)) for fact, count in found.facts.items()],
        "document": reading.document,
    }
