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
from django.utils.translation import gettext_lazy as _

from incidents import publishing
from incidents.casework.completeness import missing
from incidents.casework.contents import record_revision
from incidents.casework.corroboration_inputs import corroboration_of
from incidents.casework.review_packet import review_packet
from incidents.publishing.documents import published_along
from incidents.publishing.review_digest import GRADE, ChangedSinceReadError, refuse_unread
from incidents.records.models import EDITABLE, Move, Record, Review, Revision, Source
from incidents.register.models import Edition
from incidents.vocabulary import Grade, Publication, RecordKind, RejectReason
from people.models import User

PUBLISHING_MOVES = ("approve", "withdraw", "merge")
# Moves for a second person: never for an author or submitter of the record.
DECISIONS = ("approve", "request_changes", "reject", "reopen", "withdraw", "merge")
MOST_NAMED = 8
WROTE = _("You wrote part of it: a second person has to approve it (four eyes).")
SUBMITTED = _("You submitted it: a second person has to approve it (four eyes).")
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


def submit(record: Record, user: User, note: str = "") -> Review:
    """Put a draft into the review queue. Raises Refused, also if something required is missing."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "submit")
        lacking = [str(mark.text) for mark in missing(record) if mark.required]
        if lacking:
            raise Refused(_("Still missing: %(list)s") % {"list": " ".join(lacking)})
        review = Review.objects.create(record=record, revision=record.revision, submitted_by=user, note=note)
        record.submitted_at, record.state = review.submitted_at, Publication.SUBMITTED
        record.save(update_fields=["submitted_at", "state"])
        _move("submit", record, user, from_state, note)
    return review


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
    """What an approver signs: the grade, with a reason if it differs from the proposed one, and the edition note."""

    grade: str = ""
    reason_en: str = ""
    reason_uk: str = ""
    note_en: str = ""
    note_uk: str = ""


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
        review.edition_note_en, review.edition_note_uk = signature.note_en, signature.note_uk
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


def reopen(record: Record, user: User, comment: str = "") -> None:
    """Turn a rejected record back into a draft of its author; publishing it takes another review."""
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


def merge(record: Record, user: User, target: Record, reason_en: str, reason_uk: str = "") -> None:
    """Merge an incident into another public one; its URL redirects there."""
    with transaction.atomic():
        record, from_state = _locked(record, user, "merge")
        target = Record.objects.select_for_update().get(pk=target.pk)
        _check_target(record, target, user)
        reason = _needed(reason_en or reason_uk, _("Say why they are one incident."))
        _cancel_open_review(record, user, reason)
        if record.is_public:
            publishing.merge(record, target, {"en": reason_en.strip(), "uk": reason_uk.strip()})
        record.merged_into = target
        record.state = Publication.MERGED
        record.save(update_fields=["merged_into", "state"])
        _move("merge", record, user, from_state, f"{target.code}. {reason}")


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
    return "" if record.state == Publication.SUBMITTED else _("Only what was submitted can be decided.")


def _may_approve(record: Record, user: User) -> Any:
    return _waits_for(record, user) or _had_a_hand(signed_for(record), user)


def _may_request_changes(record: Record, user: User) -> Any:
    return _waits_for(record, user) or _by_another(record, user)


def _may_reject(record: Record, user: User) -> Any:
    if refusal := _waits_for(record, user):
        return refusal
    return _("What is published is withdrawn, not rejected.") if record.is_public else _by_another(record, user)


def _may_reopen(record: Record, user: User) -> Any:
    if not user.is_reviewer:
        return _("Only a reviewer reopens.")
    if record.state != Publication.REJECTED:
        return _("Only what was rejected can be reopened.")
    return _by_another(record, user)


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


RULES = {
    rule.name: rule
    for rule in (
        MoveRule("submit", _("Submit for review"), _may_submit),
        MoveRule("share", _("Share the draft"), _may_share),
        MoveRule("approve", _("Approve and publish"), _may_approve),
        MoveRule("request_changes", _("Request changes"), _may_request_changes),
        MoveRule("reject", _("Reject"), _may_reject),
        MoveRule("reopen", _("Reopen as a draft"), _may_reopen),
        MoveRule("withdraw", _("Withdraw"), _may_withdraw),
        MoveRule("merge", _("Merge into another incident"), _may_merge),
    )
}
