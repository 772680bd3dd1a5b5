"""The lists of the desk: the user's drafts, the review queue, all records of a kind, units, search."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.casework.completeness import missing
from incidents.casework.services.references import key_of
from incidents.casework.services.values import DIRECTION_MARKS
from incidents.casework.views.access import DeskRequest, desk
from incidents.records.models import Incident, Investigation, Record, ReportedTotal, Review, Source, Unit
from incidents.vocabulary import Publication, RecordKind
from people.models import Role

PAGE = 50
OPEN = (Publication.DRAFT, Publication.CHANGES_REQUESTED, Publication.SUBMITTED)
LONGEST_SEARCH = 200
MODELS: dict[str, type[Record]] = {
    RecordKind.INCIDENT: Incident,
    RecordKind.SOURCE: Source,
    RecordKind.INVESTIGATION: Investigation,
    RecordKind.TOTAL: ReportedTotal,
}
SEARCHED = {
    RecordKind.INCIDENT: ("title_en", "title_uk", "summary_en", "summary_uk", "place_name_en", "place_name_uk"),
    RecordKind.SOURCE: (
        "title",
        "url",
        "archive_url",
        "publisher__name_en",
        "publisher__name_uk",
        "publisher__other_names",
    ),
    RecordKind.INVESTIGATION: ("title_en", "title_uk", "body_en", "body_uk"),
    RecordKind.TOTAL: ("body_en", "body_uk"),
}


@desk(Role.DOCUMENTER, Role.REVIEWER, Role.ADMINISTRATOR)
def drafts(request: DeskRequest) -> HttpResponse:
    """The user's open records, and their last closed ones."""
    mine = Record.objects.visible_to(request.user).filter(Q(created_by=request.user) | Q(shared_with=request.user))
    listed = mine.filter(state__in=OPEN).distinct().order_by("kind", "-updated_at")
    kinds = [kind for kind in RecordKind if kind == RecordKind.INCIDENT or listed.filter(kind=kind).exists()]
    groups = [(kind, _with_marks(listed.filter(kind=kind)[:PAGE])) for kind in kinds]
    done = mine.exclude(state__in=OPEN).distinct().order_by("-updated_at")[:10]
    return render(request, "casework/drafts.html", {"groups": groups, "done": [each.content for each in done]})


@desk(Role.DOCUMENTER, Role.REVIEWER)
def queue(request: DeskRequest) -> HttpResponse:
    """The records waiting for review, the longest waiting first."""
    page = Paginator(Record.objects.visible_to(request.user).awaiting_review(), PAGE).get_page(request.GET.get("page"))
    rounds = Review.objects.filter(record__in=page.object_list, decided_at__isnull=True).select_related("submitted_by")
    by_record = {each.record_id: each for each in rounds}
    entries = [entry | {"round": by_record.get(entry["record"].pk)} for entry in _with_marks(page.object_list)]
    return render(request, "casework/queue.html", {"page": page, "entries": entries})


@desk(Role.DOCUMENTER, Role.REVIEWER)
def records(request: DeskRequest, kind: RecordKind) -> HttpResponse:
    """All records of one kind that the user may see."""
    found = found_records(request, kind, searched_text(request))
    state = request.GET.get("state", "")
    if state and state not in Publication.values:
        raise BadRequest(_("There is no such state of a record."))
    if state:
        found = found.filter(state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "page": page,
        "entries": [_entry(each) if each.state in OPEN else {"record": each, "required": None} for each in page],
        "q": searched_text(request),
        "state": state,
        "states": Publication,
    }
    return render(request, "casework/records.html", context)


@desk(Role.DOCUMENTER, Role.REVIEWER)
def search(request: DeskRequest) -> HttpResponse:
    """All records and units at the desk that contain the words."""
    text = searched_text(request)
    found = [(kind, list(found_records(request, kind, text)[:PAGE])) for kind in MODELS] if text else []
    units = list(Unit.objects.visible_to(request.user).found(text)[:PAGE]) if text else []
    nothing = bool(text) and not units and not any(records for _kind, records in found)
    return render(request, "casework/search.html", {"q": text, "found": found, "units": units, "nothing": nothing})


@desk()
def units(request: DeskRequest) -> HttpResponse:
    """The units that the user may see. Administrators correct them in the admin."""
    text = searched_text(request)
    found = Unit.objects.visible_to(request.user).found(text).order_by("code")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/units.html", {"page": page, "q": text})


def searched_text(request: DeskRequest) -> str:
    """The search text, without bidirectional control characters."""
    return DIRECTION_MARKS.sub("", request.GET.get("q", "")).replace("\0", "").strip()[:LONGEST_SEARCH]


def found_records(request: DeskRequest, kind: str, text: str) -> QuerySet[Any]:
    """The records of one kind that the user may see and that contain every word."""
    visible = Record.objects.visible_to(request.user).filter(kind=kind)
    found = MODELS[kind]._default_manager.filter(pk__in=visible.values("pk")).order_by("-updated_at", "code")
    for word in text.split():
        matches = Q(code__iexact=word)
        for field in SEARCHED[RecordKind(kind)]:
            matches |= Q(**{f"{field}__icontains": word})
        if kind == RecordKind.SOURCE and (key := key_of(word)):
            matches |= Q(address_key=key)
        found = found.filter(matches)
    return found


def _with_marks(records: Any) -> list[dict[str, Any]]:
    return [_entry(record) for record in records]


def _entry(record: Record) -> dict[str, Any]:
    marks = missing(record)
    return {
        "record": record.content,
        "required": [mark for mark in marks if mark.required],
        "advised": [mark for mark in marks if not mark.required],
    }
