"""Requesting and deciding redactions; a second administrator decides. Refusals are raised as `Refused`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents import publishing
from incidents.casework.workflow import Refused
from incidents.publishing.redaction import redact
from incidents.records.models import Move, Record, Redaction, Review
from incidents.register.models import Edition, names_source
from incidents.vocabulary import RecordKind, RedactionReason
from people import grants
from people.models import User


def editions_of(record: Record) -> list[Edition]:
    """The editions of a record that can be erased, the newest first, without their documents."""
    found = Edition.objects.using("default").of(record.kind, record.code)
    return list(found.readable().defer("document"))


class Citing(NamedTuple):
    """A record that names a source: its older editions that do, each with whether it contains a quote, and whether
    its newest edition names it as well."""

    record: Record
    older: list[tuple[int, bool]]
    newest_too: bool


def citing(source: Record) -> list[Citing]:
    """Other records that may contain a source's words: incidents and investigations with an edition that names it.

    Erasing or withdrawing a source removes it from their newest editions only.
    """
    naming = Edition.objects.using("default").readable().filter(names_source(source.code))
    found: dict[str, list[Edition]] = {}
    for edition in naming.filter(kind__in=(RecordKind.INCIDENT, RecordKind.INVESTIGATION)).order_by("code", "number"):
        found.setdefault(edition.code, []).append(edition)
    records = Record.objects.filter(code__in=found).order_by("code")
    return [_citing(record, source, found[record.code]) for record in records]


def _citing(record: Record, source: Record, editions: list[Edition]) -> Citing:
    older = [(each.number, _quotes(each, source.code)) for each in editions if each.number != record.edition]
    return Citing(record, older, newest_too=editions[-1].number == record.edition)


def _quotes(edition: Edition, code: str) -> bool:
    return any(each["source"] == code and each["quote"] for each in edition.content["citations"])


def request_together(
    record: Record, user: User, editions: Iterable[int], others: Mapping[str, Iterable[int]], reason: str, words: str
) -> list[Redaction]:
    """Request the redaction of a record's editions and, by code, of other records' that cite it: all or none. Raises
    Refused.

    Each is decided separately, because each record continues or is withdrawn separately.
    """
    asked = [(record, list(editions))] if editions or not others else []
    asked += [(Record.objects.get(code=code), list(numbers)) for code, numbers in sorted(others.items())]
    with transaction.atomic():
        return [_named(each, user, numbers, reason, words) for each, numbers in asked]


def _named(record: Record, user: User, editions: list[int], reason: str, words: str) -> Redaction:
    try:
        return request(record, user, editions, reason, words)
    except Refused as refusal:
        raise Refused(f"{record.code}: {refusal}") from None


def request(record: Record, user: User, editions: Iterable[int], reason: str, explanation: str) -> Redaction:
    """Request the redaction of some editions of a record. Raises Refused."""
    with transaction.atomic():
        record = Record.objects.select_for_update().get(pk=record.pk)
        chosen = sorted(set(editions))
        refusal = _may_request(record, user, chosen)
        if refusal or reason not in RedactionReason.values:
            raise Refused(refusal or _("Choose the reason."))
        assert record.edition is not None
        if not explanation.strip():
            raise Refused(_("Explain it to the second administrator."))
        return Redaction.objects.create(
            record=record,
            editions=chosen,
            at_edition=record.edition,
            reason=reason,
            explanation=explanation.strip(),
            requested_by=user,
        )


def approve(redaction: Redaction, user: User) -> Edition:
    """Approve and erase at once. Returns the edition that announces it. Raises Refused."""
    with transaction.atomic():
        publishing.lock_publication()
        redaction = _locked(redaction)
        if refusal := may_approve(redaction, user):
            raise Refused(refusal)
        record, from_state = redaction.record, redaction.record.state
        _decide(redaction, user, Redaction.Decision.APPROVED)
        edition = redact(redaction)
        record.refresh_from_db()
        if record.state != from_state:
            _close_reviews(record, user)
        Move.objects.create(
            record=record,
            name="redact",
            from_state=from_state,
            to_state=record.state,
            revision=record.revision,
            by=user,
            comment=history_note(redaction),
        )
    return edition


def refuse(redaction: Redaction, user: User) -> None:
    """Refuse as a second administrator, or cancel one's own request. Raises Refused."""
    with transaction.atomic():
        redaction = _locked(redaction)
        if not user.is_administrator or not redaction.is_open:
            raise Refused(_("Only an administrator decides, and only once."))
        own = redaction.requested_by_id == user.pk
        _decide(redaction, user, Redaction.Decision.CANCELLED if own else Redaction.Decision.REFUSED)


def may_approve(redaction: Redaction, user: User) -> Any:
    """Why the user may not approve it; empty if they may."""
    if not user.is_administrator:
        return _("Only an administrator decides.")
    if not redaction.is_open:
        return _("It is decided already.")
    if redaction.requested_by_id == user.pk:
        return _("You requested it: a second administrator has to agree (four eyes).")
    if grants.brought(redaction.requested_by, user):
        return _(
            "One of you invited the other, or asked for the other's roles: an administrator who came in another way "
            "has to agree."
        )
    if redaction.record.edition != redaction.at_edition:
        return _("A newer edition has been published since the request. Refuse it and request again.")
    return ""


def history_note(redaction: Redaction) -> str:
    """The note in the record's history."""
    numbers = ", ".join(str(number) for number in redaction.editions)
    return f"{redaction.reason}: {numbers}"


def _may_request(record: Record, user: User, editions: list[int]) -> Any:
    if not user.is_administrator:
        return _("Only an administrator can request it.")
    if not record.is_public:
        return _("Only what has been published can be erased here; a draft is not public.")
    if Redaction.objects.filter(record=record, decided_at__isnull=True).exists():
        return _("An erasure has been requested for this record already: decide on that one first.")
    if not editions or not set(editions) <= {edition.number for edition in editions_of(record)}:
        return _("Choose editions that are still there.")
    return ""


def _locked(redaction: Redaction) -> Redaction:
    """The redaction and its record, locked."""
    record = Record.objects.select_for_update().get(pk=redaction.record_id)
    fresh = Redaction.objects.select_for_update().get(pk=redaction.pk)
    fresh.record = record
    return fresh


def _decide(redaction: Redaction, user: User, decision: Redaction.Decision) -> None:
    redaction.decision, redaction.decided_by, redaction.decided_at = decision, user, timezone.now()
    redaction.save(update_fields=["decision", "decided_by", "decided_at"])


def _close_reviews(record: Record, user: User) -> None:
    """Close the open reviews of a record that was withdrawn."""
    for review in record.reviews.filter(decided_at__isnull=True):
        review.decision, review.decided_by, review.decided_at = Review.Decision.REJECTED, user, timezone.now()
        review.save(update_fields=["decision", "decided_by", "decided_at"])
