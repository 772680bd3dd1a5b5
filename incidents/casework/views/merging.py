"""The page that asks before an incident is merged: which one stays, and what will happen."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.casework.services.references import find_records, leading_code
from incidents.casework.views.access import DeskRequest, desk, visible_record
from incidents.casework.views.records import record_context
from incidents.casework.workflow import RULES, citations_to_move
from incidents.records.models import Citation, Incident, Record
from incidents.vocabulary import RecordKind
from people.models import Role, User

LONGEST = 300
REFUSED = 409


@desk(Role.REVIEWER)
def merge(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """The question, once the incident that `target` names is found; until then the field to find it."""
    record = visible_record(request.user, kind, code)
    if refusal := RULES["merge"].refusal(record, request.user):
        context = record_context(request, record) | {"refusal": refusal}
        return render(request, "casework/record.html", context, status=REFUSED)
    typed = request.GET.get("target", "")
    target = merge_target(request.user, typed)
    context = merge_context(record, target) | {"typed": request.GET}
    if typed.strip() and target is None:
        context["refusal"] = _("No incident, or more than one, has this code or title. Choose one of the suggestions.")
    return render(request, "casework/merge.html", context)


def merge_target(user: User, text: str) -> Record | None:
    """The record that a text names by its code, or the only incident with these words in its title. The user may see
    it."""
    text = text.replace("\0", "").strip()[:LONGEST]
    visible = Record.objects.visible_to(user)
    if code := leading_code(text):
        return visible.filter(code=code).first()
    found = list(find_records(Incident, text).filter(pk__in=visible.values("pk"))[:2]) if text else []
    return found[0] if len(found) == 1 else None


def merge_context(record: Record, target: Record | None) -> dict[str, Any]:
    """The context of the page."""
    if target is None:
        return {"record": record.content, "target": None}
    moved = citations_to_move(record, target)
    kept = Citation.objects.filter(incident=record.pk).exclude(pk__in=[each.pk for each in moved])
    return {"record": record.content, "target": target.content, "moved": moved, "kept_citations": kept}
