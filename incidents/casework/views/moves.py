"""The view that every button of the desk posts to; the only caller of the workflow functions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from incidents.casework import workflow
from incidents.casework.services.values import LONG_TEXT, validate_clean_text
from incidents.casework.views.access import DeskRequest, desk, visible_record
from incidents.casework.views.merging import merge_context, merge_target
from incidents.casework.views.records import record_context
from incidents.casework.views.reviews import review_context
from incidents.casework.workflow import Refused, Signature, Unread
from incidents.records.models import Record
from incidents.vocabulary import RecordKind
from people.factors import need_fresh_factor
from people.models import Role, User

LONGEST_LINE = 500
# Moves offered on the record's page; all others are on the review page.
ASKED_ON_RECORD = ("submit", "share", "recall", "discard", "answer", "reopen")
# Moves that publish, which need a fresh second factor.
CANNOT_BE_TAKEN_BACK = ("approve", "withdraw", "merge", "unmerge")


@desk(Role.DOCUMENTER, Role.REVIEWER, methods=["POST"])
def move(request: DeskRequest, kind: RecordKind, code: str, name: str) -> HttpResponse:
    """Make a move; if it is refused, show the page again with the reason and the typed texts."""
    record = visible_record(request.user, kind, code)
    if name not in MOVES:
        raise Http404
    if name in CANNOT_BE_TAKEN_BACK:
        need_fresh_factor(request)
    try:
        said = MOVES[name](record, request.user, _Typed(request))
    except (Refused, ValidationError) as refusal:
        reason = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        record.refresh_from_db()
        said_no = {"refusal": reason, "typed": request.POST, "tried": name}
        if "read" in request.POST and not isinstance(refusal, Unread):
            # Refused for another reason, so the user was not told of changes: keep the digest of what they read.
            said_no["read"] = request.POST["read"]
        if name == "merge":
            context = merge_context(record, merge_target(request.user, request.POST.get("target", ""))) | said_no
            return render(request, "casework/merge.html", context, status=409)
        if name in ASKED_ON_RECORD:
            return render(request, "casework/record.html", record_context(request, record) | said_no, status=409)
        return render(request, "casework/review.html", review_context(request, record) | said_no, status=409)
    messages.success(request, said)
    return redirect("desk:record", kind=record.kind, code=record.code)


class _Typed:
    """The texts of a decision, validated for length and control characters."""

    def __init__(self, request: DeskRequest) -> None:
        self.post = request.POST

    def text(self, name: str, longest: int = LONG_TEXT) -> str:
        """A text. Raises Refused if it is too long or has control characters."""
        text = self.post.get(name, "").strip()
        if len(text) > longest:
            raise Refused(_("This text is longer than %(limit)s characters.") % {"limit": longest})
        if "\0" in text:
            raise Refused(_("Remove the control characters."))
        validate_clean_text(text)
        return text

    def number(self, name: str) -> int:
        """The number of a revision; -1 if it is not valid."""
        text = self.post.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _submit(record: Record, user: User, typed: _Typed) -> str:
    change_en, change_uk = (typed.text(f"change_{language}", LONGEST_LINE) for language in ("en", "uk"))
    workflow.submit(record, user, typed.text("note"), change_en=change_en, change_uk=change_uk)
    return _("%(code)s waits for a reviewer.") % {"code": record.code}


def _recall(record: Record, user: User, typed: _Typed) -> str:
    workflow.recall(record, user)
    return _("%(code)s is a draft again.") % {"code": record.code}


def _discard(record: Record, user: User, typed: _Typed) -> str:
    workflow.discard(record, user)
    return _("%(code)s is discarded. You can reopen it here.") % {"code": record.code}


def _answer(record: Record, user: User, typed: _Typed) -> str:
    workflow.answer(record, user, typed.text("comment"))
    return _("%(code)s waits for a reviewer, with your answer.") % {"code": record.code}


def _approve(record: Record, user: User, typed: _Typed) -> str:
    signature = Signature(
        grade=typed.text("grade", 40),
        reason_en=typed.text("reason_en"),
        reason_uk=typed.text("reason_uk"),
        note_en=typed.text("note_en", LONGEST_LINE) if "note_en" in typed.post else None,
        note_uk=typed.text("note_uk", LONGEST_LINE) if "note_uk" in typed.post else None,
    )
    read = typed.post.get("read", "")
    edition = workflow.approve(record, user, typed.number("revision"), signature, typed.text("comment"), read=read)
    return _("%(code)s is published: edition %(n)d.") % {"code": record.code, "n": edition.number}


def _request_changes(record: Record, user: User, typed: _Typed) -> str:
    workflow.request_changes(record, user, typed.text("comment"))
    return _("%(code)s went back with your comment.") % {"code": record.code}


def _reject(record: Record, user: User, typed: _Typed) -> str:
    workflow.reject(record, user, typed.text("reject_reason", 40), typed.text("comment"))
    return _("%(code)s is rejected.") % {"code": record.code}


def _reopen(record: Record, user: User, typed: _Typed) -> str:
    workflow.reopen(record, user, typed.text("comment"))
    return _("%(code)s is a draft again.") % {"code": record.code}


def _withdraw(record: Record, user: User, typed: _Typed) -> str:
    workflow.withdraw(record, user, typed.text("reason_en", LONGEST_LINE), typed.text("reason_uk", LONGEST_LINE))
    return _("%(code)s is withdrawn; the reason stands at its address.") % {"code": record.code}


def _merge(record: Record, user: User, typed: _Typed) -> str:
    code = typed.text("target", LONGEST_LINE)
    target = merge_target(user, code)
    if target is None:
        raise Refused(_("Nothing has the code %(codes)s.") % {"codes": code or "—"})
    reason_en, reason_uk = (typed.text(f"reason_{language}", LONGEST_LINE) for language in ("en", "uk"))
    workflow.merge(record, user, target, reason_en, reason_uk, move_citations="move_citations" in typed.post)
    return _("%(code)s is merged into %(target)s.") % {"code": record.code, "target": target.code}


def _unmerge(record: Record, user: User, typed: _Typed) -> str:
    workflow.unmerge(record, user)
    return _("The merge of %(code)s is undone.") % {"code": record.code}


def _share(record: Record, user: User, typed: _Typed) -> str:
    address = typed.text("colleague", 254).lower()
    colleague = User.objects.filter(email=address, is_active=True).first()
    if colleague is None or not colleague.is_documenter:
        raise Refused(_("No documenter has this address."))
    workflow.share(record, user, colleague)
    return _("%(code)s is shared with %(who)s.") % {"code": record.code, "who": colleague}


MOVES: dict[str, Callable[[Record, User, _Typed], Any]] = {
    "submit": _submit,
    "share": _share,
    "recall": _recall,
    "discard": _discard,
    "answer": _answer,
    "approve": _approve,
    "request_changes": _request_changes,
    "reject": _reject,
    "reopen": _reopen,
    "withdraw": _withdraw,
    "merge": _merge,
    "unmerge": _unmerge,
}
