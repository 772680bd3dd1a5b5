"""Two records of one event become one; the address of the other leads there."""

import pytest

from incidents.casework import workflow
from incidents.register.models import RegisterIncident, RegisterUnit
from tests.factories import (
    make_attribution,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    publish,
    revise,
)
from tests.outcomes import editions, fresh, newest, refusal, row, whole

pytestmark = pytest.mark.usefixtures("db")


def test_a_public_incident_leads_to_the_one_that_it_became_part_of():
    author, reviewer = make_documenter(), make_reviewer()
    target = publish(make_incident(author), reviewer)
    incident = make_incident(author)
    unit = make_attribution(incident, incident.citations.get().source).unit
    incident = publish(incident, reviewer)

    workflow.merge(incident, reviewer, target, "The same shooting, told twice.", "Той самий розстріл.")

    merged = fresh(incident)
    assert (merged.state, merged.merged_into.code, merged.edition) == ("merged", target.code, 2)
    tombstone = newest(incident)
    assert (tombstone.change, tombstone.content["merged_into"]) == ("merged", target.code)
    assert tombstone.content["reason"]["en"] == "The same shooting, told twice."
    assert (row(incident).state, row(incident).merged_into, row(incident).title_en) == ("merged", target.code, "")
    assert [each.code for each in RegisterIncident.objects.using("default").current()] == [target.code]
    assert not RegisterUnit.objects.using("default").filter(code=unit.code).exists()
    assert incident.moves.get(name="merge").comment == f"{target.code}. The same shooting, told twice."
    assert len(editions(target)) == 1


def test_a_draft_that_was_never_public_is_merged_without_an_edition():
    author, reviewer = make_documenter(), make_reviewer()
    target, draft = publish(make_incident(author), reviewer), make_incident(author)

    workflow.merge(draft, reviewer, target, "The same shooting.")

    assert (fresh(draft).state, fresh(draft).edition, editions(draft)) == ("merged", None, [])


def test_what_waits_for_a_review_is_closed_with_it():
    author, reviewer = make_documenter(), make_reviewer()
    target, incident = publish(make_incident(author), reviewer), make_incident(author)
    workflow.submit(incident, author)

    workflow.merge(incident, reviewer, target, "The same shooting.")

    review = incident.reviews.get()
    assert (review.decision, review.comment) == ("rejected", "The same shooting.")


def test_the_target_is_another_incident_that_is_public():
    author, reviewer = make_documenter(), make_reviewer()
    incident, draft = publish(make_incident(author), reviewer), make_incident(author)
    gone, case = publish(make_incident(author), reviewer), publish(make_investigation(author), reviewer)
    workflow.withdraw(gone, reviewer, "It was staged.")
    before = whole(incident)

    for target in (incident, case):
        sentence = refusal(lambda target=target: workflow.merge(incident, reviewer, target, "The same."))
        assert sentence == "Choose another incident to merge into."
    for target in (draft, gone):
        sentence = refusal(lambda target=target: workflow.merge(incident, reviewer, target, "The same."))
        assert sentence == "The incident to merge into must be public."
    assert whole(incident) == before


def test_nothing_is_merged_in_a_circle():
    author, reviewer = make_documenter(), make_reviewer()
    one, other = (publish(make_incident(author), reviewer) for _ in range(2))
    workflow.merge(one, reviewer, other, "The same shooting.")

    sentence = refusal(lambda: workflow.merge(other, reviewer, one, "The same shooting."))
    assert sentence == "The incident to merge into must be public."


def test_a_reason_is_needed():
    author, reviewer = make_documenter(), make_reviewer()
    target, incident = publish(make_incident(author), reviewer), publish(make_incident(author), reviewer)
    before = whole(incident)

    assert "Say why" in refusal(lambda: workflow.merge(incident, reviewer, target, "", " "))
    assert whole(incident) == before


def test_only_incidents_are_merged():
    author, reviewer = make_documenter(), make_reviewer()
    target, source = publish(make_incident(author), reviewer), publish(make_source(author), reviewer)

    sentence = refusal(lambda: workflow.merge(source, reviewer, target, "The same."))
    assert sentence == "Only incidents are merged."


def test_the_draft_of_a_next_edition_goes_nowhere():
    author, reviewer = make_documenter(), make_reviewer()
    target, incident = publish(make_incident(author), reviewer), publish(make_incident(author), reviewer)
    revise(incident, author, title_en="Not reviewed by anybody")

    workflow.merge(incident, reviewer, target, "The same shooting.")

    assert not fresh(incident).may_be_edited_by(author)
    assert all("Not reviewed" not in edition.document for edition in editions(incident))
