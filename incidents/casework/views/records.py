"""A record at the desk: its page, its form, its history."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from incidents.casework.completeness import missing
from incidents.casework.differences import worded
from incidents.casework.forms.editor import Editor
from incidents.casework.histories import events
from incidents.casework.kept_forms import draft_key, signed_author
from incidents.casework.layout import sections
from incidents.casework.plans import PLANS
from incidents.casework.services.similar_incidents import Similar, saved_in, similar_incidents, typed_in
from incidents.casework.views.access import FORM, DeskRequest, desk, visible_record
from incidents.casework.workflow import allowed_moves, blocked_by_four_eyes, last_decision, may_decide, next_for
from incidents.gazetteer.models import Place
from incidents.languages import offered_languages
from incidents.records.models import EDITABLE, Incident, Investigation, Record, ReportedTotal, Source
from incidents.records.models.incidents import COUNT_ENDS
from incidents.vocabulary import Publication, RecordKind, RejectReason
from people.models import Role, User

# The lookup paths by which each kind of record names a source.
NAMES_SOURCE: dict[type[Record], tuple[str, ...]] = {
    Incident: ("citations__source", "attributions__said_by", "observations__source"),
    Investigation: ("citations__source", "steps__source"),
    ReportedTotal: ("said_by",),
    Source: ("derivations__upstream",),
}


# Why a record that may be seen has no form now.
_NOT_EDITED: dict[str, Any] = {
    Publication.SUBMITTED: gettext_lazy("It is submitted: while it waits for a reviewer it cannot be edited."),
    Publication.REJECTED: gettext_lazy("It was rejected: reopen it to edit it."),
    Publication.DISCARDED: gettext_lazy("It was discarded: reopen it to edit it."),
}


@desk(Role.DOCUMENTER, methods=FORM)
def new(request: DeskRequest, kind: RecordKind) -> HttpResponse:
    """An empty form; the first save creates the draft."""
    return _form(request, Editor(kind, request.user, data=_posted(request)), None)


@desk(Role.DOCUMENTER, methods=FORM)
def edit(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """The form of a draft or a published record; saving the latter starts its next edition."""
    record = visible_record(request.user, kind, code)
    if request.method != "POST" and record.state not in EDITABLE:
        refusal = {"refusal": _NOT_EDITED.get(record.state, _("It is closed, so that it cannot be edited."))}
        return render(request, "casework/record.html", record_context(request, record) | refusal, status=409)
    return _form(request, Editor(kind, request.user, record, _posted(request)), record)


@desk(Role.DOCUMENTER, Role.REVIEWER)
def show(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """The state of a record, what is missing, and the moves that the user may make."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/record.html", record_context(request, record))


@desk(Role.DOCUMENTER, Role.REVIEWER)
def history(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """Every move and every change of a field, with who and when."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/history.html", {"record": record.content, "events": events(record)})


def record_context(request: DeskRequest, record: Record) -> dict[str, Any]:
    """The context of a record's page."""
    return {
        "record": record.content,
        "marks": missing(record),
        "moves": [rule.name for rule in allowed_moves(record, request.user)],
        "kept": blocked_by_four_eyes(record, request.user),
        "last_decision": last_decision(record),
        "next_in_queue": None if may_decide(record, request.user) else next_for(request.user),
        "may_decide": may_decide(record, request.user),
        "may_edit": record.may_be_edited_by(request.user),
        "events": events(record)[:8],
        "reject_reasons": RejectReason,
        "colleagues": record.shared_with.all(),
        "round": record.reviews.filter(decided_at__isnull=True).first(),
        "resting": _resting_on(record.content, request.user),
        **_in_short(record.content),
    }


def _in_short(content: Record) -> dict[str, Any]:
    """The summary of an incident for the head of its page, as far as the template cannot compute it."""
    if not isinstance(content, Incident):
        return {}
    where = content.place or content.region
    language = get_language() or "en"
    place = where.label(language) if isinstance(where, Place) else where.name(language) if where else ""
    counts = {who: {end: getattr(content, f"{who}_{end}") for end in COUNT_ENDS} for who in ("killed", "survived")}
    return {"place": place, "counts": counts}


def _resting_on(content: Record, user: User) -> list[Record]:
    """The records that name this source, or belong to this investigation, and that the user may see."""
    visible = Record.objects.visible_to(user).values("pk")
    if isinstance(content, Investigation):
        return list(content.incidents.filter(pk__in=visible).order_by("code"))
    if not isinstance(content, Source):
        return []
    found: list[Record] = []
    for model, paths in NAMES_SOURCE.items():
        named = Q()
        for path in paths:
            named |= Q(**{path: content})
        found += model._default_manager.filter(named, pk__in=visible).distinct().order_by("code")
    return found


def _posted(request: DeskRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _similar(request: DeskRequest, editor: Editor) -> list[Similar]:
    if not isinstance(editor.instance, Incident):
        return []
    typed = typed_in(editor.data) if editor.data is not None else saved_in(editor.instance)
    return similar_incidents(request.user, typed, editor.record)


def _after_saving(request: DeskRequest, saved: Record) -> str:
    """The URL of the record's page, or of its form at the section that the author was editing."""
    section = request.POST.get("stay", "")
    if section in {plan.id for plan in PLANS[saved.kind]}:
        return f"{reverse('desk:edit', kwargs={'kind': saved.kind, 'code': saved.code})}#{section}"
    return reverse("desk:record", kwargs={"kind": saved.kind, "code": saved.code})


def _form(request: DeskRequest, editor: Editor, record: Record | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and request.POST.get("add"):
        editor.add_row(request.POST["add"])
    elif request.method == "POST" and request.POST.get("part"):
        editor.part_row(request.POST["part"])
    elif request.method == "POST":
        saved = editor.save()
        if saved is not None:
            messages.success(
                request,
                _("%(code)s is saved as revision %(n)d.") % {"code": saved.code, "n": saved.revision},
                extra_tags=editor.key,
            )
            return redirect(_after_saving(request, saved))
        status = 409 if editor.conflict or editor.closed else 422
    return _shown(request, editor, record, status)


@desk(Role.DOCUMENTER, methods=["POST"])
def returned(request: DeskRequest, data: QueryDict, kind: RecordKind, code: str = "") -> HttpResponse:
    """The form as its author sent it in a session that has ended: one click saves it."""
    record = visible_record(request.user, kind, code) if code else None
    editor = Editor(kind, request.user, record, data)
    editor.add_row("")  # unvalidated, as after adding a row
    return _shown(request, editor, record, 409, returned=True)


def _shown(
    request: DeskRequest, editor: Editor, record: Record | None, status: int, *, returned: bool = False
) -> HttpResponse:
    shown = sections(editor, record)
    context = {
        "editor": editor,
        "record": record.content if record else None,
        "kind": RecordKind(editor.kind_code),
        "sections": shown,
        "refusals": [refusal for section in shown for refusal in section.refusals] if editor.data is not None else [],
        "conflict": editor.conflict,
        "theirs": worded(editor.conflict.theirs) if editor.conflict else [],
        "both": worded(editor.conflict.both) if editor.conflict else [],
        "refused": status != 200 and not editor.conflict and not returned,
        "returned": returned,
        "similar": _similar(request, editor),
        "draft_key": draft_key(request.session),
        "written_by": signed_author(request.user),
        "last_decision": last_decision(record) if record else None,
        "languages": offered_languages(),
        "lacking": [mark for section in shown for mark in section.marks if mark.required],
    }
    return render(request, "casework/form.html", context, status=status)
