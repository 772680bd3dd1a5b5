"""A submission is recalled by its author: a draft again, and the review closed without a decision."""

import pytest

from incidents.casework import workflow
from incidents.records.models import Record
from tests.desk import said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, publish, revise
from tests.outcomes import approve, editions, fresh, refusal, submitted, whole

pytestmark = pytest.mark.django_db


def test_the_author_recalls_it_from_its_page_and_edits_it_again():
    author = make_documenter()
    incident = submitted(make_incident(author))
    desk, page = signed_in(author), f"/desk/incidents/{incident.code}/"
    assert "Recall the submission" in said(desk.get(page))

    answer = desk.post(f"{page}move/recall/")

    assert answer.status_code == 302
    assert f"{incident.code} is a draft again." in said(desk.get(page))
    review = incident.reviews.get()
    assert (fresh(incident).state, review.decision, review.decided_by) == ("draft", "recalled", author)
    assert not Record.objects.awaiting_review().exists()
    assert desk.get(f"{page}edit/").status_code == 200
    assert "Submission recalled" in said(desk.get(f"{page}history/"))


def test_it_can_be_submitted_and_approved_afterwards():
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    workflow.recall(incident, author)

    approve(submitted(fresh(incident)), reviewer)

    assert [edition.change for edition in editions(incident)] == ["first"]


def test_a_recalled_next_edition_leaves_what_is_public_as_it_is():
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    revise(incident, author, killed_high=9)
    workflow.recall(submitted(fresh(incident)), author)

    assert (fresh(incident).state, fresh(incident).edition, len(editions(incident))) == ("draft", 1, 1)


def test_nobody_else_recalls_it():
    incident = submitted(make_incident(make_documenter()))
    before = whole(incident)
    for person in (make_documenter(), make_reviewer()):
        assert refusal(lambda person=person: workflow.recall(incident, person)) == "Only its author can recall it."
    assert whole(incident) == before


def test_what_was_decided_meanwhile_is_not_recalled():
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    approve(incident, reviewer)
    assert refusal(lambda: workflow.recall(incident, author)) == "Only what was submitted can be recalled."
