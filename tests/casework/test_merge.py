"""Two records of one event become one; the address of the other leads there."""

import pytest

from incidents.casework import workflow
from incidents.register.models import RegisterIncident, RegisterUnit
from tests.desk import FormPage, said, signed_in
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
from tests.outcomes import approve, editions, fresh, newest, refusal, row, whole

pytestmark = pytest.mark.django_db


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


def two(*, public=True):
    """A reviewer, the incident that stays, and one to merge into it that cites one source more."""
    author, reviewer = make_documenter(), make_reviewer()
    target = publish(make_incident(author, title_en="Shooting near the village"), reviewer)
    incident = make_incident(make_documenter(), sources=(target.citations.get().source, make_source(author)))
    return reviewer, target, publish(incident, reviewer) if public else incident


def test_the_page_that_asks_shows_the_title_and_what_becomes_of_the_citations():
    reviewer, target, incident = two()
    desk, page = signed_in(reviewer), f"/desk/incidents/{incident.code}/merge/"
    only = incident.citations.last().source

    for typed in (target.code, f"{target.code} · Shooting near the village", "shooting village"):
        words = said(desk.get(page, {"target": typed}))
        assert "Shooting near the village" in words, typed
        assert f"1 citation that {target.code} does not have {only.code}" in words
        assert f"1 citation is of a source that {target.code} cites already" in words
        assert f"Merge {incident.code} into {target.code}" in words
    assert fresh(incident).state == "published"
    assert "No incident, or more than one" in said(desk.get(page, {"target": "no such words"}))


def test_citations_are_copied_on_request_into_the_draft_of_the_next_edition():
    reviewer, target, incident = two()
    only, wrote = incident.citations.last().source, incident.created_by
    desk, page = signed_in(reviewer), f"/desk/incidents/{incident.code}/"
    sent = next(
        form for form in FormPage(desk.get(f"{page}merge/", {"target": target.code})).forms if "reason_en" in form
    )
    sent |= {"reason_en": ["One shooting."], "move_citations": ["on"]}

    assert desk.post(f"{page}move/merge/", sent).status_code == 302

    draft = fresh(target)
    assert (draft.state, draft.revision, len(editions(target))) == ("draft", 2, 1)
    assert [each.source for each in draft.citations.all()][-1] == only
    assert draft.revisions.last().author == reviewer
    assert draft.may_be_edited_by(wrote)
    workflow.submit(draft, wrote, change_en="Another report of the same shooting.")
    assert "four eyes" in refusal(lambda: approve(draft, reviewer))
    approve(draft, make_reviewer())
    assert only.code in newest(target).document


def test_a_target_that_waits_for_a_review_takes_no_citations():
    reviewer, target, incident = two()
    revise(target, target.created_by, killed_high=7)
    workflow.submit(fresh(target), target.created_by, change_en="More were killed.")
    before = whole(incident)

    sentence = refusal(lambda: workflow.merge(incident, reviewer, target, "One shooting.", move_citations=True))

    assert "waits for a review" in sentence
    assert whole(incident) == before


def test_a_refused_merge_keeps_the_page_and_what_was_typed():
    reviewer, target, incident = two()
    desk = signed_in(reviewer)

    answer = desk.post(f"/desk/incidents/{incident.code}/move/merge/", {"target": target.code, "move_citations": "on"})

    assert answer.status_code == 409
    assert "Say why they are one incident." in said(answer)
    form = next(form for form in FormPage(answer).forms if "reason_en" in form)
    assert (form["target"], form["move_citations"]) == ([target.code], ["on"])


@pytest.mark.parametrize("public", [True, False])
def test_a_merge_is_undone_with_its_citations(public):
    reviewer, target, incident = two(public=public)
    document = newest(incident).content if public else {}
    workflow.merge(incident, reviewer, target, "One shooting.", move_citations=True)
    desk, page = signed_in(reviewer), f"/desk/incidents/{incident.code}/"
    assert "Undo the merge" in said(desk.get(page))

    assert desk.post(f"{page}move/unmerge/").status_code == 302

    undone = fresh(incident)
    assert (undone.state, undone.merged_into) == ("published" if public else "draft", None)
    assert fresh(target).citations.count() == 1
    if public:
        own = ("edition", "published", "nonce")
        again = newest(incident)
        assert (again.number, again.note_en) == (3, f"The merge into {target.code} was undone.")
        assert {k: v for k, v in again.content.items() if k not in own} == {
            k: v for k, v in document.items() if k not in own
        }
        assert (row(incident).state, row(incident).title_en) == ("published", document["title"]["en"])


def test_what_was_published_since_ends_the_undoing():
    reviewer, target, incident = two()
    workflow.merge(incident, reviewer, target, "One shooting.")
    revise(target, target.created_by, killed_high=7)
    workflow.submit(fresh(target), target.created_by, change_en="More were killed.")
    approve(target, reviewer)
    before = whole(incident)

    assert "published since the merge" in refusal(lambda: workflow.unmerge(incident, reviewer))
    assert whole(incident) == before
