"""The history of a record: its moves and revisions in one list, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.casework.differences import worded
from incidents.diff.contents import changes
from incidents.diff.documents import Difference
from incidents.records.models import Move, Record, Revision

MOVE_NAMES = {
    "created": _("Created"),
    "reopened": _("Opened for the next edition"),
    "submit": _("Submitted for review"),
    "share": _("Shared with"),
    "request_changes": _("Changes requested"),
    "approve": _("Approved and published"),
    "reject": _("Rejected"),
    "reopen": _("Reopened as a draft"),
    "withdraw": _("Withdrawn"),
    "merge": _("Merged"),
    "unmerge": _("The merge was undone"),
    "citations_moved": _("Citations copied from a merged incident"),
    "citations_taken_back": _("Citations of a merge taken out again"),
    "recall": _("Submission recalled"),
    "discard": _("Discarded"),
    "answer": _("Answered the reviewer"),
    "published_along": _("Published along with what rests on it"),
    "returned_to_review": _("Returned to the review queue: the proposed grade changed"),
}


@dataclass(frozen=True)
class Event:
    """A move, or a revision with its changes."""

    at: datetime
    who: Any
    what: Any
    comment: str = ""
    differences: tuple[Difference, ...] = ()
    revision: int | None = None


def events(record: Record) -> list[Event]:
    """All events of a record."""
    happened = [_of_move(move) for move in record.moves.select_related("by")]
    before: Revision | None = None
    for revision in record.revisions.select_related("author").order_by("number"):
        happened.append(_of_revision(record, before, revision))
        before = revision
    return sorted(happened, key=lambda event: event.at, reverse=True)


def _of_move(move: Move) -> Event:
    return Event(move.at, move.by, MOVE_NAMES.get(move.name, move.name), move.comment)


def _of_revision(record: Record, before: Revision | None, revision: Revision) -> Event:
    differences = worded(changes(before.content, revision.content, record.content.ROWS)) if before else []
    return Event(
        revision.at,
        revision.author,
        _("Revision %(n)d") % {"n": revision.number},
        differences=tuple(differences),
        revision=revision.number,
    )
