"""Every move by every role in every state: what the table allows passes, all else is refused with a sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from incidents.casework import workflow
from incidents.records.models import Record
from people.models import Role, User
from tests.factories import make_documenter, make_incident, make_reviewer, make_user, publish, revise
from tests.outcomes import CHANGE, approve, fresh, submitted, whole

pytestmark = pytest.mark.usefixtures("db")

DRAFT, SUBMITTED, RETURNED, PUBLISHED, REOPENED = "draft", "submitted", "returned", "published", "reopened"
WAITING_AGAIN, WITHDRAWN, MERGED, REJECTED, DISCARDED = "waiting again", "withdrawn", "merged", "rejected", "discarded"
STATES = (DRAFT, SUBMITTED, RETURNED, PUBLISHED, REOPENED, WAITING_AGAIN, WITHDRAWN, MERGED, REJECTED, DISCARDED)

AUTHOR, COLLEAGUE, STRANGER = "author", "colleague", "another documenter"
REVIEWER, WRITES_AND_REVIEWS, ADMINISTRATOR, NOBODY = "reviewer", "author who reviews", "administrator", "nobody"

# What each person may do with a record in each state; nothing where nothing is said. Who wrote a part decides nothing
# about what is or would be public.
MAY: dict[str, dict[str, set[str]]] = {
    DRAFT: {
        AUTHOR: {"submit", "share", "discard"},
        COLLEAGUE: {"submit", "share"},
        WRITES_AND_REVIEWS: {"submit", "share"},
        REVIEWER: {"merge"},
    },
    SUBMITTED: {
        AUTHOR: {"recall"},
        COLLEAGUE: {"recall"},
        WRITES_AND_REVIEWS: {"recall"},
        REVIEWER: {"approve", "merge", "request_changes", "reject"},
    },
    PUBLISHED: {REVIEWER: {"withdraw", "merge"}},
    REOPENED: {
        AUTHOR: {"submit", "share"},
        COLLEAGUE: {"submit", "share"},
        WRITES_AND_REVIEWS: {"submit", "share"},
        REVIEWER: {"withdraw", "merge"},
    },
    WAITING_AGAIN: {
        AUTHOR: {"recall"},
        COLLEAGUE: {"recall"},
        WRITES_AND_REVIEWS: {"recall"},
        REVIEWER: {"approve", "request_changes", "withdraw", "merge"},
    },
    MERGED: {REVIEWER: {"withdraw", "unmerge"}},
    REJECTED: {
        AUTHOR: {"answer", "reopen"},
        COLLEAGUE: {"answer", "reopen"},
        WRITES_AND_REVIEWS: {"answer", "reopen"},
        REVIEWER: {"reopen"},
    },
    DISCARDED: {
        AUTHOR: {"reopen"},
        COLLEAGUE: {"reopen"},
        WRITES_AND_REVIEWS: {"reopen"},
        REVIEWER: {"reopen"},
    },
}
MAY[RETURNED] = MAY[DRAFT]


class Scene:
    """One record in one state, and everybody who might do something with it."""

    def __init__(self, state: str) -> None:
        both = make_user(Role.DOCUMENTER, Role.REVIEWER)
        self.people: dict[str, User] = {
            AUTHOR: make_documenter(),
            COLLEAGUE: make_documenter(),
            STRANGER: make_documenter(),
            REVIEWER: make_reviewer(),
            WRITES_AND_REVIEWS: both,
            ADMINISTRATOR: make_user(Role.ADMINISTRATOR),
            NOBODY: make_user(),
        }
        self.newcomer = make_documenter()
        self.target = publish(make_incident(make_documenter()), make_reviewer())
        self.record = make_incident(self.people[AUTHOR])
        for person in (self.people[COLLEAGUE], both):
            workflow.share(self.record, self.people[AUTHOR], person)
        revise(self.record, both, killed_high=3)
        getattr(self, f"_{state.replace(' ', '_')}")()
        self.record = Record.objects.get(pk=self.record.pk)

    def _draft(self) -> None: ...

    def _submitted(self) -> None:
        submitted(fresh(self.record))

    def _returned(self) -> None:
        self._submitted()
        workflow.request_changes(self.record, make_reviewer(), "Which day?")

    def _published(self) -> None:
        publish(fresh(self.record), make_reviewer())

    def _reopened(self) -> None:
        self._published()
        revise(self.record, self.people[AUTHOR], killed_high=4)

    def _waiting_again(self) -> None:
        self._reopened()
        self._submitted()

    def _withdrawn(self) -> None:
        self._published()
        workflow.withdraw(self.record, make_reviewer(), "It was staged.")

    def _merged(self) -> None:
        self._published()
        workflow.merge(self.record, make_reviewer(), self.target, "The same.")

    def _rejected(self) -> None:
        self._submitted()
        workflow.reject(self.record, make_reviewer(), "insufficient")

    def _discarded(self) -> None:
        workflow.discard(self.record, self.people[AUTHOR])

    def moves(self, user: User) -> dict[str, Callable[[], Any]]:
        record = self.record
        return {
            "submit": lambda: workflow.submit(record, user, change_en=CHANGE),
            "recall": lambda: workflow.recall(record, user),
            "discard": lambda: workflow.discard(record, user),
            "answer": lambda: workflow.answer(record, user, "The archive has the original."),
            "share": lambda: workflow.share(record, user, self.newcomer),
            "approve": lambda: approve(record, user),
            "request_changes": lambda: workflow.request_changes(record, user, "Which day?"),
            "reject": lambda: workflow.reject(record, user, "insufficient"),
            "reopen": lambda: workflow.reopen(record, user),
            "withdraw": lambda: workflow.withdraw(record, user, "It was staged."),
            "merge": lambda: workflow.merge(record, user, self.target, "The same."),
            "unmerge": lambda: workflow.unmerge(record, user),
        }


@pytest.mark.parametrize("state", STATES)
def test_the_table_of_moves_is_what_pages_offer_and_functions_allow(state):
    scene = Scene(state)
    before = whole(scene.record)
    for role, person in scene.people.items():
        may = MAY.get(state, {}).get(role, set())
        assert {rule.name for rule in workflow.allowed_moves(scene.record, person)} == may, role
        for name, move in scene.moves(person).items():
            if name in may:
                with transaction.atomic():
                    move()
                    assert whole(scene.record) != before, (role, name)
                    transaction.set_rollback(True)
                continue
            with pytest.raises(workflow.Refused) as refused:
                move()
            assert str(refused.value).endswith("."), (role, name)
        assert whole(scene.record) == before, role


def test_every_move_has_its_place_in_the_table():
    assert set(workflow.RULES) == {name for each in MAY.values() for moves in each.values() for name in moves}


def test_an_account_that_was_switched_off_may_do_nothing():
    scene = Scene(SUBMITTED)
    reviewer = scene.people[REVIEWER]
    reviewer.is_active = False
    reviewer.save()

    assert workflow.allowed_moves(scene.record, User.objects.get(pk=reviewer.pk)) == []
