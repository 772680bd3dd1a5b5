"""One record at the desk: its page, its form, its history."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from incidents.casework.completeness import missing
from incidents.casework.differences import worded
from incidents.casework.drafting import Editor
from incidents.casework.histories import events
from incidents.casework.layout import sections
from incidents.casework.models import Record
from incidents.casework.views.access import DeskRequest, desk, visible_record
from incidents.casework.workflow import allowed_moves
from incidents.vocabulary import RecordKind, RejectReason
from people.models import Role


@desk(Role.DOCUMENTER)
def new(request: DeskRequest, kind: RecordKind) -> HttpResponse:
    """A blank form; the first save makes the draft."""
    return _form(request, Editor(kind, request.user, data=_posted(request)), None)


@desk(Role.DOCUMENTER)
def edit(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """The form of a draft, or of what is published: saving that starts its next edition."""
    record = visible_record(request.user, kind, code)
    if not record.may_be_edited_by(request.user):
        raise PermissionDenied
    return _form(request, Editor(kind, request.user, record, _posted(request)), record)


@desk(Role.DOCUMENTER, Role.REVIEWER)
def show(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """Where a record stands, what it lacks, and what this person may do with it."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/record.html", record_context(request, record))


@desk(Role.DOCUMENTER, Role.REVIEWER)
def history(request: DeskRequest, kind: RecordKind, code: str) -> HttpResponse:
    """Every move and every change of a field, with who and when."""
    record = visible_record(request.user, kind, code)
    return render(request, "casework/history.html", {"record": record.content, "events": events(record)})


def record_context(request: DeskRequest, record: Record) -> dict[str, Any]:
    """What the page of a record shows."""
    return {
        "record": record.content,
        "marks": missing(record),
        "moves": [rule.name for rule in allowed_moves(record, request.user)],
        "may_edit": record.may_be_edited_by(request.user),
        "events": events(record)[:8],
        "reject_reasons": RejectReason,
        "colleagues": record.shared_with.all(),
    }


def _posted(request: DeskRequest) -> QueryDict | None:
    if request.method != "POST":
        return None
    asked = request.POST.get("add", "")
    if not asked:
        return request.POST
    data = request.POST.copy()
    total = data.get(f"{asked}-TOTAL_FORMS", "")
    if total.isascii() and total.isdigit() and len(total) < 4:
        data[f"{asked}-TOTAL_FORMS"] = str(int(total) + 1)
    return data


def _form(request: DeskRequest, editor: Editor, record: Record | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and request.POST.get("add"):
        editor.without_errors()
    elif request.method == "POST":
        saved = editor.save()
        if saved is not None:
            messages.success(
                request, _("%(code)s is saved as revision %(n)d.") % {"code": saved.code, "n": saved.revision}
            )
            return redirect("desk:record", kind=saved.kind, code=saved.code)
        status = 409 if editor.conflict else 422
    context = {
        "editor": editor,
        "record": record.content if record else None,
        "kind": RecordKind(editor.kind_code),
        "sections": sections(editor, record),
        "conflict": editor.conflict,
        "theirs": worded(editor.conflict.changes) if editor.conflict else [],
        "both": worded(editor.conflict.both) if editor.conflict else [],
        "refused": status == 422,
    }
    return render(request, "casework/form.html", context, status=status)
