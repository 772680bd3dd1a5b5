"""What is refused for good, with a reason of the vocabulary."""

import pytest

from incidents.casework import workflow
from incidents.vocabulary import RejectReason
from tests.factories import make_documenter, make_incident, make_reviewer, publish, revise
from tests.outcomes import editions, fresh, refusal, submitted, whole

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize("reason", RejectReason.values)
def test_every_reason_of_the_vocabulary_closes_the_record(reason):
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))

    workflow.reject(incident, reviewer, reason, "See the note of the archive.")

    rejected = fresh(incident)
    assert (rejected.state, rejected.reject_reason) == ("rejected", reason)
    assert incident.reviews.get().comment == "See the note of the archive."
    assert incident.moves.get(name="reject").comment == f"{reason}. See the note of the archive."
    assert not rejected.may_be_edited_by(author)
    assert editions(incident) == []


@pytest.mark.parametrize("reason", ["", "because", "OUT_OF_SCOPE"])
def test_a_reason_that_is_not_in_the_vocabulary_is_refused(reason):
    incident = submitted(make_incident(make_documenter()))
    before = whole(incident)

    assert refusal(lambda: workflow.reject(incident, make_reviewer(), reason)) == "Choose the reason for rejecting."
    assert whole(incident) == before


def test_what_is_public_is_withdrawn_and_not_rejected():
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    revise(incident, author, killed_high=3)
    workflow.submit(fresh(incident), author, change_en="A number was corrected.")
    before = whole(incident)

    sentence = refusal(lambda: workflow.reject(incident, reviewer, "fabricated"))
    assert sentence == "What is published is withdrawn, not rejected."
    assert whole(incident) == before
