"""The author of a rejected record answers the reviewer: it waits for a review again, as it is."""

import pytest

from incidents.casework import workflow
from tests.desk import said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer
from tests.outcomes import approve, editions, fresh, refusal, submitted, whole

pytestmark = pytest.mark.django_db


def rejected(author, reviewer):
    incident = submitted(make_incident(author))
    workflow.reject(incident, reviewer, "insufficient", "No source names a day.")
    return fresh(incident)


def test_the_answer_and_the_rejection_are_both_before_the_reviewer():
    author, reviewer = make_documenter(), make_reviewer()
    incident = rejected(author, reviewer)
    desk, page = signed_in(author), f"/desk/incidents/{incident.code}/"

    answer = desk.post(f"{page}move/answer/", {"comment": "The report names it on page 4."})

    assert answer.status_code == 302
    assert (fresh(incident).state, fresh(incident).reject_reason) == ("submitted", "")
    review = said(signed_in(reviewer).get(f"{page}review/"))
    assert "No source names a day." in review
    assert "The report names it on page 4." in review
    approve(fresh(incident), reviewer)
    assert len(editions(incident)) == 1


def test_an_empty_answer_is_refused_and_nobody_else_answers():
    author, reviewer = make_documenter(), make_reviewer()
    incident = rejected(author, reviewer)
    before = whole(incident)

    assert refusal(lambda: workflow.answer(incident, author, " ")) == "Write your answer to the reviewer."
    for person in (reviewer, make_documenter()):
        assert refusal(lambda person=person: workflow.answer(incident, person, "Yes.")) == "Only its author can answer."
    assert whole(incident) == before
