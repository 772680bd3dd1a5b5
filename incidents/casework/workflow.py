"""The workflow: one function for each change of state. It locks the record, checks permission, changes it, and logs a
Move.

The buttons on the pages come from `allowed_moves`, which uses the same rules as the functions, so that they agree. A
refusal is raised as `Refused` with a sentence for the user.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from incidents import publishing
from incidents.casework.completeness import missing
from incidents.casework.contents import record_revision
from incidents.casework.corroboration_inputs import corroboration_of
from incidents.casework.review_packet import review_packet
from incidents.publishing.documents import published_along
from incidents.publishing.review_digest import GRADE, ChangedSinceReadError, refuse_unread
from incidents.records.models import EDITABLE, SET_ASIDE, Citation, Move, Record, Review, Revision, Source
from incidents.register.models import Edition
from incidents.vocabulary import Grade, Publication, RecordKind, RejectReason
from people.models import User

PUBLISHING_MOVES = ("approve", "withdraw", "merge", "unmerge")
# Moves for a second person: never for an author or submitter of the record.
DECISIONS = ("approve", "request_changes", "reject", "withdraw", "merge", "unmerge")
MOST_NAMED = 8
WROTE = _("You wrote part of it: a second person has to approve it (four eyes).")
SUBMITTED = _("You submitted it: a second person has to approve it (four eyes).")
NEEDS_CHANGE = _("Say what changes for readers, and why: every further edition carries its reason.")
HAD_A_HAND = _("You wrote or submitted part of it: another reviewer has to decide about it (four eyes).")


class Refused(Exception):  # noqa: N818 - an answer to the user, not an error
    """The move is not allowed; the message tells the user why."""


class Unread(Refused):
    """Something that would be published differs from what the user has read."""


@dataclass(frozen=True)
class MoveRule:
    """A move that can be shown as a button."""

    name: str
    label: Any
    may: Callable[[Record, User], Any]

    def refusal(self, record: Record, user: User) -> Any:
        """Why the user may not make the move now; empty if they may."""
        return self.may(record, user)


def allowed_moves(record: Record, user: User) -> list[MoveRule]:
    """The moves that the user may make with this record now."""
    return [rule for rule in RULES.values() if not rule.refusal(record, user)]


def blocked_by_four_eyes(record: Record, user: User) -> list[str]:
    """The moves that only the four-eyes rule denies: the user wrote or submitted part of the record."""
    if not user.is_reviewer:
        return []
    return [rule.name for rule in RULES.values() if rule.refusal(record, user) in (WROTE, SUBMITTED, HAD_A_HAND)]


def may_decide(record: Record, user: User) -> bool:
    """Whether the record waits for review and the user is a reviewer, whoever wrote it."""
    return not _waits_for(record, user)


def next_for(user: User) -> Record | None:
    """The longest waiting record that a reviewer may decide about; None for others."""
    if not user.is_reviewer:
        return None
    wrote = Revision.objects.filter(author=user).values("record")
    sent = Review.objects.filter(decided_at__isnull=True, submitted_by=user).values("record")
    first = Record.objects.awaiting_review().exclude(pk__in=wrote).exclude(pk__in=sent).first()
    return first.content if first is not None else None


def last_decision(record: Record) -> Review | None:
    """The newest decision, if a reviewer rejected what is closed or a draft now, or requested changes of it."""
    if record.state not in (Publication.DRAFT, Publication.CHANGES_REQUESTED, Publication.REJECTED):
        return None
    last = record.reviews.filter(decided_at__isnull=False).order_by("-decided_at").first()
    asked = (Review.Decision.REJECTED, Review.Decision.CHANGES_REQUESTED)
    return last if last is not None and last.decision in asked else None


def start(record: Record, author: User, key: str | None = None) -> None:
    """Save the first revision of a new draft; `key` is the idempotency key of the request."""
    with transaction.atomic(savepoint=False):
        record_revision(record, author, key)
        _move("created", record, author, from_state="")


def save_draft(record: Record, author: User, key: str | None = None) -> Revision | None:
    """Save the changes as a revision; a published record becomes the draft of its next edition.

    The caller has locked the record and written the new content in the same transaction.
    """
    with transaction.atomic():
        revision = record_revision(record, author, key)
        if revision is not None and record.state == Publication.PUBLISHED:
            _change_state(record, Publication.DRAFT)
            record.shared_with.add(author)
            _move("reopened", record, author, from_state=Publication.PUBLISHED)
    return revision


def submit(record: Record, user: User, note: str = "", *, change_en: str = "", change_uk: str = "") -> Review:
    """Put a draft into the review queue. `change_en` and `change_uk` tell readers what a next edition changes and why.

    Raises Refused, also if something required is missing.
    """
    with transaction.atomic():
        record, from_state = _locked(record, user, "submit")
        if record.is_public:
            _needed(change_en or change_uk, NEEDS_CHANGE)
        review = _submit(record, user, note, change_en, change_uk)
        _move("submit", record, user, from_state, note)
    return review


def recall(record: Record, user: User) -> None:
    """Take a submission back: the record is a draft again, the review is closed without a decision."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "recall")
        _decide(record, user, Review.Decision.RECALLED, "")
        _change_state(record, Publication.DRAFT)
        _move("recall", record, user, from_state)


def discard(record: Record, user: User) -> None:
    """Close a draft that was never public. It keeps its code and can be reopened."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "discard")
        _change_state(record, Publication.DISCARDED)
        _move("discard", record, user, from_state)


def request_changes(record: Record, user: User, comment: str) -> None:
    """Return a submitted record with a comment."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "request_changes")
        comment = _needed(comment, _("Say what should change."))
        _decide(record, user, Review.Decision.CHANGES_REQUESTED, comment)
        _change_state(record, Publication.CHANGES_REQUESTED)
        _move("request_changes", record, user, from_state, comment)


@dataclass(frozen=True)
class Signature:
    """What an approver signs: the grade, with a reason if it differs from the proposed one, and the edition note.

    A note that is None stays as the author wrote it.
    """

    grade: str = ""
    reason_en: str = ""
    reason_uk: str = ""
    note_en: str | None = None
    note_uk: str | None = None


def approve(
    record: Record, user: User, revision: int, signature: Signature | None = None, comment: str = "", *, read: str
) -> Edition:
    """Approve and publish, in one transaction. `revision` and `read` (`ReviewPacket.digest`) identify what was read.

    Raises Refused for an approver who wrote a revision of what is approved, if anything that would be published has
    changed since it was read, and for a grade other than the proposed one without a reason.
    """
    signature = signature or Signature()
    with transaction.atomic():
        record, from_state = _locked(record, user, "approve")
        if record.revision != revision:
            raise Unread(_("It was changed while you were reading. Read the present revision before approving it."))
        review = record.reviews.get(decided_at__isnull=True)
        _note_change(review, record, signature)
        try:
            if record.kind == RecordKind.INCIDENT:
                _sign(review, record, signature, read)
            _close(review, user, Review.Decision.APPROVED, comment)
            edition = publishing.publish(review, read)
        except ChangedSinceReadError as error:
            raise Unread(_unread(error.changed)) from None
        _move("approve", record, user, from_state, comment)
    return edition


def reject(record: Record, user: User, reason: str, comment: str = "") -> None:
    """Reject a submitted record that was never published, with a reason from the vocabulary."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "reject")
        if reason not in RejectReason.values:
            raise Refused(_("Choose the reason for rejecting."))
        _decide(record, user, Review.Decision.REJECTED, comment)
        record.reject_reason = reason
        record.save(update_fields=["reject_reason"])
        _change_state(record, Publication.REJECTED)
        _move("reject", record, user, from_state, f"{reason}. {comment}".strip())


def answer(record: Record, user: User, comment: str) -> Review:
    """Put a rejected record back into the review queue as it is, with its author's answer to the reviewer."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "answer")
        comment = _needed(comment, _("Write your answer to the reviewer."))
        review = _submit(record, user, comment)
        _move("answer", record, user, from_state, comment)
    return review


def reopen(record: Record, user: User, comment: str = "") -> None:
    """Turn a rejected or discarded record back into a draft of its author; publishing it takes another review."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "reopen")
        record.reject_reason, record.state = "", Publication.DRAFT
        record.save(update_fields=["reject_reason", "state"])
        _move("reopen", record, user, from_state, comment)


def withdraw(record: Record, user: User, reason_en: str, reason_uk: str = "") -> Edition:
    """Replace the public page, or the redirect of a merged record, by a tombstone with the reason."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "withdraw")
        reason = _needed(reason_en or reason_uk, _("Give the reason: it stays at the address for everyone to read."))
        _cancel_open_review(record, user, reason)
        edition = publishing.withdraw(record, {"en": reason_en.strip(), "uk": reason_uk.strip()})
        _move("withdraw", record, user, from_state, reason)
    return edition


def merge(
    record: Record, user: User, target: Record, reason_en: str, reason_uk: str = "", *, move_citations: bool = False
) -> None:
    """Merge an incident into another public one; its URL redirects there.

    With `move_citations` the citations of sources that the target does not cite yet are copied into the draft of its
    next edition, which takes a review of its own. The merged record keeps its content, as history.
    """
    with transaction.atomic():
        record, from_state = _locked(record, user, "merge")
        target = Record.objects.select_for_update().get(pk=target.pk)
        _check_target(record, target, user)
        if move_citations and target.state not in EDITABLE:
            raise Refused(
                _("%(code)s waits for a review. Decide about it first, or merge without moving the citations.")
                % {"code": target.code}
            )
        reason = _needed(reason_en or reason_uk, _("Say why they are one incident."))
        _cancel_open_review(record, user, reason)
        if record.is_public:
            publishing.merge(record, target, {"en": reason_en.strip(), "uk": reason_uk.strip()})
        record.merged_into = target
        record.state = Publication.MERGED
        record.save(update_fields=["merged_into", "state"])
        _move("merge", record, user, from_state, f"{target.code}. {reason}")
        if move_citations:
            _copy_citations(record, target, user)


def unmerge(record: Record, user: User) -> None:
    """Undo a merge while nothing was published since: the record is as it was before, or a draft if it was submitted.

    Citations that the merge copied are taken out of the draft of the target again.
    """
    with transaction.atomic():
        record, from_state = _locked(record, user, "unmerge")
        merged = record.moves.filter(name="merge").latest("pk")
        assert record.merged_into is not None
        target = Record.objects.select_for_update().get(pk=record.merged_into.pk)
        if publishing.published_since(record, target, merged.at):
            raise Refused(
                _("Something that it concerns was published since the merge, so that it cannot be undone any more.")
            )
        if record.is_public:
            publishing.unmerge(record, target)
        record.merged_into = None
        record.state = Publication.DRAFT if merged.from_state == Publication.SUBMITTED else merged.from_state
        record.save(update_fields=["merged_into", "state"])
        _move("unmerge", record, user, from_state, target.code)
        _take_citations_back(record, target, user)


def citations_to_move(record: Record, target: Record) -> list[Citation]:
    """The citations that a merge can copy: of sources that the target does not cite yet."""
    cited = Citation.objects.filter(incident=target.pk).values("source")
    return list(Citation.objects.filter(incident=record.pk).exclude(source__in=cited).select_related("source"))


def _copy_citations(record: Record, target: Record, user: User) -> None:
    moved = citations_to_move(record, target)
    if not moved:
        return
    from_state = target.state
    for citation in moved:
        citation.pk, citation.incident_id, citation._state.adding = None, target.pk, True
        citation.save()
    save_draft(target, user)
    target.shared_with.add(record.created_by)  # who knows the sources
    _move("citations_moved", target, user, from_state, record.code)


def _take_citations_back(record: Record, target: Record, user: User) -> None:
    """Remove the citations that the merge copied, as far as the target still has them."""
    copied = target.moves.filter(name="citations_moved", comment=record.code).last()
    if copied is None or target.state not in EDITABLE:
        return
    before, after = (target.revisions.get(number=copied.revision - step).content for step in (1, 0))
    known = {row["id"] for row in before["citations"]}
    added = [row["id"] for row in after["citations"] if row["id"] not in known]
    Citation.objects.filter(incident=target.pk, pk__in=added).delete()
    if save_draft(target, user):
        _move("citations_taken_back", target, user, target.state, record.code)


def share(record: Record, user: User, colleague: User) -> None:
    """Give another documenter access to a draft. Anyone who may edit it may share it."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "share")
        if not colleague.is_documenter:
            raise Refused(_("A draft is shared with documenters only."))
        record.shared_with.add(colleague)
        _move("share", record, user, from_state, str(colleague))


def _unread(changed: list[str]) -> Any:
    """The message about what has changed; of many changes the first ones."""
    names = [str(_("the proposed grade")) if name == GRADE else name for name in changed[:MOST_NAMED]]
    return _(
        "Something that would be published with it has changed since you read it: %(what)s. Read it again before "
        "approving."
    ) % {"what": ", ".join(names) + (" …" if len(changed) > MOST_NAMED else "")}


def _check_target(record: Record, target: Record, user: User) -> None:
    if target.pk == record.pk or target.kind != RecordKind.INCIDENT:
        raise Refused(_("Choose another incident to merge into."))
    if not target.is_public or target.state in (Publication.WITHDRAWN, Publication.MERGED):
        raise Refused(_("The incident to merge into must be public."))
    if _had_a_hand([target.pk], user):
        raise Refused(
            _("You wrote or submitted part of %(code)s: another reviewer has to merge them (four eyes).")
            % {"code": target.code}
        )


def signed_for(record: Record) -> list[int]:
    """The primary keys of what an approval would publish: the record, and what is first published along with it."""
    return [record.pk, *(each.pk for each in published_along(record.content))]


def _locked(record: Record, user: User, name: str) -> tuple[Record, str]:
    """The locked record, after the rule of the move. A move that publishes takes the publication lock first."""
    if name in PUBLISHING_MOVES:
        publishing.lock_publication()
    fresh = Record.objects.select_for_update().get(pk=record.pk)
    refusal = RULES[name].refusal(fresh, user)
    if refusal:
        raise Refused(refusal)
    if name in DECISIONS:
        publishing.name_decider(user)
    return fresh, fresh.state


def _change_state(record: Record, state: Publication) -> None:
    record.state = state
    record.save(update_fields=["state"])


def _move(name: str, record: Record, user: User | None, from_state: str, comment: str = "") -> None:
    Move.objects.create(
        record_id=record.pk,
        name=name,
        from_state=from_state,
        to_state=record.state,
        revision=record.revision,
        by=user,
        comment=comment,
    )


def _needed(text: str, message: Any) -> str:
    if not text.strip():
        raise Refused(message)
    return text.strip()


def _submit(record: Record, user: User, note: str, change_en: str = "", change_uk: str = "") -> Review:
    lacking = [str(mark.text) for mark in missing(record) if mark.required]
    if lacking:
        raise Refused(_("Still missing: %(list)s") % {"list": " ".join(lacking)})
    review = Review.objects.create(
        record=record,
        revision=record.revision,
        submitted_by=user,
        note=note,
        edition_note_en=change_en.strip(),
        edition_note_uk=change_uk.strip(),
    )
    record.submitted_at, record.state, record.reject_reason = review.submitted_at, Publication.SUBMITTED, ""
    record.save(update_fields=["submitted_at", "state", "reject_reason"])
    return review


def _note_change(review: Review, record: Record, signature: Signature) -> None:
    """The edition note as the approver signs it."""
    if signature.note_en is not None:
        review.edition_note_en = signature.note_en.strip()
    if signature.note_uk is not None:
        review.edition_note_uk = signature.note_uk.strip()
    if record.is_public:
        _needed(review.edition_note_en or review.edition_note_uk, NEEDS_CHANGE)


def _sign(review: Review, record: Record, signature: Signature, read: str) -> None:
    proposal = corroboration_of(record.content, public=True).proposal
    review.proposed_grade, review.proposed_rule = proposal.grade.value, proposal.rule.value
    review.grade = signature.grade or proposal.grade.value
    if review.grade not in Grade.values:
        raise Refused(_("Choose a grade."))
    review.grade_reason_en, review.grade_reason_uk = signature.reason_en.strip(), signature.reason_uk.strip()
    if review.grade != proposal.grade and not (review.grade_reason_en or review.grade_reason_uk):
        # If the proposed grade has changed since it was read, that is the message.
        refuse_unread(review_packet(record).digest, read)
        raise Refused(_("A grade other than the proposed one needs a reason."))


def _decide(record: Record, user: User, decision: Review.Decision, comment: str) -> None:
    _close(record.reviews.get(decided_at__isnull=True), user, decision, comment)


def _close(review: Review, user: User, decision: Review.Decision, comment: str) -> None:
    review.decision, review.comment = decision, comment
    review.decided_by, review.decided_at = user, timezone.now()
    review.save()


def _cancel_open_review(record: Record, user: User, comment: str) -> None:
    for review in record.reviews.filter(decided_at__isnull=True):
        _close(review, user, Review.Decision.REJECTED, comment)


def _may_submit(record: Record, user: User) -> Any:
    if record.state not in (Publication.DRAFT, Publication.CHANGES_REQUESTED):
        return _("Only a draft can be submitted.")
    if isinstance(record.content, Source) and record.content.is_confidential:
        return _("A confidential source is never published.")
    return "" if record.may_be_edited_by(user) else _("Only a documenter who may edit it can submit it.")


def _may_share(record: Record, user: User) -> Any:
    if record.state == Publication.PUBLISHED:
        return _("What is published needs no sharing: every documenter can open its next edition.")
    return "" if record.may_be_edited_by(user) else _("Only who may edit a draft can share it.")


def _had_a_hand(pks: list[int], user: User) -> Any:
    """Why the user may not approve these records: they wrote a revision, or submitted the open review; "" if
    neither."""
    if Revision.objects.filter(record__in=pks, author=user).exists():
        return WROTE
    if Review.objects.filter(record__in=pks, decided_at__isnull=True, submitted_by=user).exists():
        return SUBMITTED
    return ""


def _by_another(record: Record, user: User) -> Any:
    return HAD_A_HAND if _had_a_hand([record.pk], user) else ""


def _waits_for(record: Record, user: User) -> Any:
    if not user.is_reviewer:
        return _("Only a reviewer decides.")
    return "" if record.state == Publication.SUBMITTED else _not_waiting(record)


def _not_waiting(record: Record) -> Any:
    """Why there is nothing to decide; after a decision whose it was, for the second of two reviewers."""
    last = record.reviews.filter(decided_at__isnull=False).order_by("-decided_at").first()
    if last is None or last.decided_at is None or record.state == Publication.DRAFT:
        return _("Only what was submitted can be decided.")
    return _("%(who)s decided first, on %(when)s UTC: %(decision)s.") % {
        "who": last.decided_by,
        "when": date_format(last.decided_at, str(_("j M Y, H:i"))),
        "decision": last.get_decision_display(),
    }


def _may_approve(record: Record, user: User) -> Any:
    return _waits_for(record, user) or _had_a_hand(signed_for(record), user)


def _may_request_changes(record: Record, user: User) -> Any:
    return _waits_for(record, user) or _by_another(record, user)


def _may_reject(record: Record, user: User) -> Any:
    if refusal := _waits_for(record, user):
        return refusal
    return _("What is published is withdrawn, not rejected.") if record.is_public else _by_another(record, user)


def _may_recall(record: Record, user: User) -> Any:
    if record.state != Publication.SUBMITTED:
        return _("Only what was submitted can be recalled.")
    return "" if _is_author(record, user) else _("Only its author can recall it.")


def _may_discard(record: Record, user: User) -> Any:
    if record.is_public or record.state not in (Publication.DRAFT, Publication.CHANGES_REQUESTED):
        return _("Only a draft that was never public can be discarded.")
    created = user.is_documenter and record.created_by_id == user.pk
    return "" if created else _("Only who created the draft can discard it.")


def _may_answer(record: Record, user: User) -> Any:
    if record.state != Publication.REJECTED:
        return _("Only what was rejected can be answered.")
    return "" if _is_author(record, user) else _("Only its author can answer.")


def _may_reopen(record: Record, user: User) -> Any:
    if record.state not in SET_ASIDE:
        return _("Only what was rejected or discarded can be reopened.")
    return "" if user.is_reviewer or _is_author(record, user) else _("Only its author or a reviewer reopens it.")


def _is_author(record: Record, user: User) -> bool:
    return user.is_documenter and record.belongs_to(user)


def _may_withdraw(record: Record, user: User) -> Any:
    if not user.is_reviewer:
        return _("Only a reviewer withdraws.")
    if not record.is_public or record.state == Publication.WITHDRAWN:
        return _("Only what is public can be withdrawn.")
    return _by_another(record, user)


def _may_merge(record: Record, user: User) -> Any:
    if not user.is_reviewer:
        return _("Only a reviewer merges.")
    if record.kind != RecordKind.INCIDENT:
        return _("Only incidents are merged.")
    if record.state not in (*EDITABLE, Publication.SUBMITTED):
        return _("It is closed already.")
    return _by_another(record, user)


def _may_unmerge(record: Record, user: User) -> Any:
    if not user.is_reviewer:
        return _("Only a reviewer undoes a merge.")
    return _by_another(record, user) if record.state == Publication.MERGED else _("It is not merged.")


RULES = {
    rule.name: rule
    for rule in (
        MoveRule("submit", _("Submit for review"), _may_submit),
        MoveRule("share", _("Share the draft"), _may_share),
        MoveRule("recall", _("Recall the submission"), _may_recall),
        MoveRule("discard", _("Discard the draft"), _may_discard),
        MoveRule("answer", _("Answer the reviewer"), _may_answer),
        MoveRule("approve", _("Approve and publish"), _may_approve),
        MoveRule("request_changes", _("Request changes"), _may_request_changes),
        MoveRule("reject", _("Reject"), _may_reject),
        MoveRule("reopen", _("Reopen as a draft"), _may_reopen),
        MoveRule("withdraw", _("Withdraw"), _may_withdraw),
        MoveRule("merge", _("Merge into another incident"), _may_merge),
        MoveRule("unmerge", _("Undo the merge"), _may_unmerge),
    )
}
