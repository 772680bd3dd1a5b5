"""What a reviewer gives back with a comment."""

import pytest

from incidents.casework import workflow
from tests.factories import make_documenter, make_incident, make_reviewer, publish, revise
from tests.outcomes import approve, editions, fresh, refusal, submitted, whole

pytestmark = pytest.mark.usefixtures("db")


def test_the_comment_stays_with_the_round_and_in_the_history():
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))

    workflow.request_changes(incident, reviewer, "  Which day was it?  ")

    review = incident.reviews.get()
    assert fresh(incident).state == "changes_requested"
    assert (review.decision, review.comment, review.decided_by) == ("changes_requested", "Which day was it?", reviewer)
    assert incident.moves.get(name="request_changes").comment == "Which day was it?"


def test_without_a_comment_nothing_is_given_back():
    incident = submitted(make_incident(make_documenter()))
    before = whole(incident)

    assert refusal(lambda: workflow.request_changes(incident, make_reviewer(), " \n ")) == "Say what should change."
    assert whole(incident) == before


def test_the_author_may_edit_again_and_every_round_is_kept():
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    assert not fresh(incident).may_be_edited_by(author)

    workflow.request_changes(incident, reviewer, "Which day was it?")
    assert fresh(incident).may_be_edited_by(author)
    revise(incident, author, date="2024-11-23")
    workflow.submit(incident, author)
    approve(incident, reviewer)

    rounds = [(review.revision, review.decision) for review in incident.reviews.order_by("pk")]
    assert rounds == [(1, "changes_requested"), (2, "approved")]


def test_a_reviewer_does_not_give_back_what_they_wrote_themselves():
    """They could once; but then one person decides about their own work, and holds up who wrote it with them."""
    author = make_documenter()
    author.set_roles(["documenter", "reviewer"])
    incident = submitted(make_incident(author))
    both = type(author).objects.get(pk=author.pk)

    assert "four eyes" in refusal(lambda: workflow.request_changes(incident, both, "The place is missing."))
    assert fresh(incident).state == "submitted"
    workflow.request_changes(incident, make_reviewer(), "The place is missing.")


def test_what_is_public_stays_as_it_is_while_its_next_edition_is_given_back():
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    revise(incident, author, killed_high=9)
    workflow.submit(fresh(incident), author, change_en="A number was corrected.")

    workflow.request_changes(incident, reviewer, "Who says nine?")

    assert fresh(incident).state == "changes_requested"
    assert [edition.content["killed"]["high"] for edition in editions(incident)] == [2]
