"""Redactions of published editions: an administrator requests them, and another one decides."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from incidents.casework import redactions
from incidents.casework.views.access import DeskRequest, desk
from incidents.casework.workflow import Refused
from incidents.records.models import Record, Redaction
from incidents.vocabulary import RecordKind, RedactionReason
from people.factors import need_fresh_factor
from people.models import Role

LONGEST_CODE, LONGEST_EXPLANATION, SHOWN = 20, 5_000, 100
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
REFUSED = 409


@desk(Role.ADMINISTRATOR)
def overview(request: DeskRequest) -> HttpResponse:
    """All redactions, the newest first, and the form to request one."""
    context: dict[str, Any] = {"redactions": _all(request)}
    code = request.GET.get("code", "").strip().upper()[:LONGEST_CODE]
    if not code:
        return render(request, "casework/redactions.html", context)
    record = Record.objects.public().filter(code=code).first()
    if record is None:
        refusal = _("Nothing that is public has the code %(code)s.") % {"code": code}
        return render(request, "casework/redactions.html", context | {"refusal": refusal, "code": code}, status=404)
    return render(request, "casework/redactions.html", context | _asking(record))


@desk(Role.ADMINISTRATOR, methods=["POST"])
def ask(request: DeskRequest, code: str) -> HttpResponse:
    """Request the redaction of some editions of a record."""
    need_fresh_factor(request)
    record = get_object_or_404(Record.objects.public(), code=code)
    chosen = [_number(text) for text in request.POST.getlist("editions")]
    others = _others(record, request.POST.getlist("citing"))
    explanation = request.POST.get("explanation", "")[:LONGEST_EXPLANATION]
    try:
        redactions.request_together(record, request.user, chosen, others, request.POST.get("reason", ""), explanation)
    except Refused as refusal:
        typed = {"refusal": refusal, "chosen": chosen, "typed": request.POST, "others": others}
        context = {"redactions": _all(request)} | _asking(record) | typed
        return render(request, "casework/redactions.html", context, status=REFUSED)
    messages.success(request, _("Requested. A second administrator has to agree before anything is erased."))
    return redirect("desk:redactions")


@desk(Role.ADMINISTRATOR, methods=["POST"])
def decide(request: DeskRequest, pk: int, decision: str) -> HttpResponse:
    """Approve and erase at once, or refuse."""
    need_fresh_factor(request)
    redaction = get_object_or_404(Redaction.objects.select_related("record"), pk=pk)
    try:
        if decision == "approve":
            edition = redactions.approve(redaction, request.user)
            messages.success(request, _("Erased. Edition %(n)d says so in public.") % {"n": edition.number})
        elif decision == "refuse":
            redactions.refuse(redaction, request.user)
            messages.success(request, _("Nothing was erased."))
        else:
            raise Http404
    except Refused as refusal:
        context = {"redactions": _all(request), "refusal": refusal}
        return render(request, "casework/redactions.html", context, status=REFUSED)
    return redirect("desk:redactions")


def _asking(record: Record) -> dict[str, Any]:
    return {
        "record": record,
        "code": record.code,
        "editions": redactions.editions_of(record),
        "reasons": RedactionReason,
        "citing": redactions.citing(record) if record.kind == RecordKind.SOURCE else [],
    }


def _number(text: str) -> int:
    """The number of an edition in POST data. Raises BadRequest."""
    if not NUMBER.fullmatch(text):
        raise BadRequest(_("An edition is named by its number."))
    return int(text)


def _others(record: Record, texts: list[str]) -> dict[str, list[int]]:
    """The chosen editions of other records that cite this one, posted as `HDC-0001:2`. Raises BadRequest."""
    offered = {each.record.code for each in redactions.citing(record)} if texts else set()
    others: dict[str, list[int]] = {}
    for code, _colon, number in (text.partition(":") for text in texts):
        if code not in offered:
            raise BadRequest(_("A record that does not cite this source cannot be requested with it."))
        others.setdefault(code, []).append(_number(number))
    return others


def _all(request: DeskRequest) -> list[tuple[Redaction, Any]]:
    """Each redaction with why the user may not approve it; "" if they may."""
    found = Redaction.objects.select_related("record", "requested_by", "decided_by")
    return [
        (each, redactions.may_approve(each, request.user) if each.is_open else "")
        for each in found.order_by("decided_at", "-requested_at")[:SHOWN]
    ]
