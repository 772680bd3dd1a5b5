"""Taking back what was published: a tombstone stays, and nothing goes on resting on a source that is gone."""

import pytest

from incidents.casework import workflow
from incidents.records.models import SourceDerivation
from incidents.register.models import (
    RegisterCitation,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)
from tests.factories import (
    make_attribution,
    make_citation,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    publish,
    revise,
)
from tests.outcomes import approve, editions, fresh, newest, publish_again, refusal, row, submitted, whole

pytestmark = pytest.mark.usefixtures("db")


def test_a_tombstone_with_the_reason_takes_the_place_of_the_page():
    author, reviewer = make_documenter(), make_reviewer()
    incident = make_incident(author)
    attribution = make_attribution(incident, incident.citations.get().source)
    incident = publish(incident, reviewer)

    edition = workflow.withdraw(incident, reviewer, " The video was staged. ", "Відео постановочне.")

    assert (edition.number, edition.change, edition.is_tombstone) == (2, "withdrawn", True)
    assert edition.content["reason"] == {"en": "The video was staged.", "uk": "Відео постановочне."}
    assert edition.content["withdrawn"] is True
    assert incident.title_en not in edition.document
    assert (fresh(incident).state, fresh(incident).edition) == ("withdrawn", 2)
    stone = row(incident)
    assert (stone.state, stone.title_en, stone.sources, stone.reports) == ("withdrawn", "", [], 0)
    assert not RegisterCitation.objects.using("default").filter(incident=incident.code).exists()
    assert not RegisterUnit.objects.using("default").filter(code=attribution.unit.code).exists()
    assert editions(incident)[0].content["title"]["en"] == incident.title_en


def test_without_a_reason_nothing_is_withdrawn():
    reviewer = make_reviewer()
    incident = publish(make_incident(make_documenter()), reviewer)
    before = whole(incident)

    assert "Give the reason" in refusal(lambda: workflow.withdraw(incident, reviewer, " ", ""))
    assert whole(incident) == before


def test_what_is_closed_or_was_never_public_is_not_withdrawn():
    author, reviewer = make_documenter(), make_reviewer()
    draft = make_incident(author)
    gone = publish(make_incident(author), reviewer)
    workflow.withdraw(gone, reviewer, "It was staged.")

    for record in (draft, gone):
        sentence = refusal(lambda record=record: workflow.withdraw(record, reviewer, "It was staged."))
        assert sentence == "Only what is public can be withdrawn."


def test_what_was_merged_can_be_withdrawn_and_leads_nowhere_then():
    """Its older editions could otherwise not be taken back by anybody but two administrators."""
    author, reviewer = make_documenter(), make_reviewer()
    target, incident = publish(make_incident(author), reviewer), publish(make_incident(author), reviewer)
    workflow.merge(incident, reviewer, target, "The same shooting.")

    edition = workflow.withdraw(incident, reviewer, "It names a witness.", "Названо свідка.")

    assert [each.change for each in editions(incident)] == ["first", "merged", "withdrawn"]
    assert edition.content["withdrawn"] is True
    assert "merged_into" not in edition.content
    assert (fresh(incident).state, fresh(incident).edition, fresh(incident).merged_into) == ("withdrawn", 3, None)
    assert (row(incident).state, row(incident).merged_into, row(incident).title_en) == ("withdrawn", "", "")
    assert (fresh(target).state, len(editions(target))) == ("published", 1)
    assert incident.moves.get(name="withdraw").from_state == "merged"


def test_a_draft_that_was_merged_was_never_public_and_is_not_withdrawn():
    author, reviewer = make_documenter(), make_reviewer()
    target, draft = publish(make_incident(author), reviewer), make_incident(author)
    workflow.merge(draft, reviewer, target, "The same shooting.")

    sentence = refusal(lambda: workflow.withdraw(draft, reviewer, "It was staged."))
    assert sentence == "Only what is public can be withdrawn."


def test_a_next_edition_that_waits_for_its_review_is_closed_with_it():
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    revise(incident, author, killed_high=3)
    workflow.submit(fresh(incident), author, change_en="A number was corrected.")

    workflow.withdraw(incident, reviewer, "It was staged.")

    assert [review.decision for review in incident.reviews.order_by("pk")] == ["approved", "rejected"]
    assert not fresh(incident).may_be_edited_by(author)


@pytest.mark.parametrize("kind", ["investigation", "total", "source"])
def test_every_kind_leaves_the_lists_and_keeps_its_editions(kind):
    author, reviewer = make_documenter(), make_reviewer()
    made = {
        "investigation": (make_investigation, RegisterInvestigation),
        "source": (make_source, RegisterSource),
        "total": (lambda author: make_total(author, make_source(author)), RegisterTotal),
    }
    make, model = made[kind]
    record = publish(make(author), reviewer)

    workflow.withdraw(record, reviewer, "It does not exist.")

    assert not model.objects.using("default").filter(code=record.code).exists()
    assert [edition.change for edition in editions(record)] == ["first", "withdrawn"]


# A source that is withdrawn.


def test_what_rests_on_a_withdrawn_source_is_published_without_it():
    author, reviewer = make_documenter(), make_reviewer()
    gone, other = make_source(author), make_source(author)
    incident = make_incident(author, sources=(gone, other), killed_low_source=gone, killed_high_source=other)
    make_attribution(incident, gone)
    incident.observations.create(source=gone, at="05:12", text_en="Two shots are heard.")
    incident = publish(incident, reviewer)

    workflow.withdraw(gone, reviewer, "It was retracted.")

    first, second = editions(incident)
    document = second.content
    assert (second.number, second.change, second.note_en) == (2, "corrected", f"Source {gone.code} was withdrawn.")
    assert [each["source"] for each in document["citations"]] == [other.code]
    assert (document["attributions"], document["observations"]) == ([], [])
    assert document["killed"]["sources"] == {"high": other.code}
    assert gone.code not in second.document
    assert document["grade"] == first.content["grade"]
    assert (row(incident).reports, row(incident).origins, row(incident).sources) == (1, 1, [other.code])
    assert fresh(incident).edition == 2


def test_unreviewed_drafts_do_not_leak_into_the_corrected_edition():
    author, reviewer = make_documenter(), make_reviewer()
    gone, other, unseen = make_source(author), make_source(author), make_source(author)
    incident = publish(make_incident(author, sources=(gone, other)), reviewer)
    make_citation(incident, unseen)
    revise(incident, author, title_en="Not reviewed by anybody", killed_high=99)

    workflow.withdraw(gone, reviewer, "It was retracted.")

    assert "Not reviewed" not in newest(incident).document
    assert newest(incident).content["killed"]["high"] == 2
    assert unseen.code not in newest(incident).document
    assert (fresh(incident).state, fresh(unseen).state) == ("draft", "draft")


def test_the_next_edition_does_not_bring_a_withdrawn_source_back():
    author, reviewer = make_documenter(), make_reviewer()
    gone, *others = (make_source(author) for _ in range(3))
    incident = publish(make_incident(author, sources=(gone, *others), killed_low_source=gone), reviewer)
    workflow.withdraw(gone, reviewer, "It was retracted.")
    publish_again(incident, author, reviewer, killed_high=3)

    assert [edition.change for edition in editions(incident)] == ["first", "corrected", "updated"]
    assert gone.code not in newest(incident).document


def test_an_incident_whose_proposed_grade_changes_by_it_returns_to_the_queue_with_the_reason():
    author, reviewer = make_documenter(), make_reviewer()
    gone, other = make_source(author), make_source(author)
    incident = publish(make_incident(author, sources=(gone, other)), reviewer)
    untouched = publish(make_incident(author, sources=(other,)), reviewer)
    assert row(incident).corroboration["proposed"] == "corroborated"

    workflow.withdraw(gone, reviewer, "It was retracted.")

    review = incident.reviews.get(decided_at__isnull=True)
    assert (fresh(incident).state, review.submitted_by) == ("submitted", author)
    assert review.note == f"{gone.code}: corroborated → single_origin"
    assert incident.moves.get(name="returned_to_review").comment == review.note
    assert row(incident).corroboration["proposed"] == "single_origin"
    assert row(incident).grade == "corroborated", "the grade is a person's until a person signs another one"
    assert (fresh(untouched).state, len(editions(untouched))) == ("published", 1)
    approve(incident, reviewer)
    assert row(incident).grade == "single_origin"


def test_an_incident_that_loses_its_only_source_returns_to_the_queue():
    author, reviewer = make_documenter(), make_reviewer()
    gone = make_source(author)
    incident = publish(make_incident(author, sources=(gone,)), reviewer)

    workflow.withdraw(gone, reviewer, "It was retracted.")

    assert fresh(incident).state == "submitted"
    assert (row(incident).reports, row(incident).corroboration["proposed"]) == (0, "alleged")


def test_reports_that_repeat_a_withdrawn_source_do_not_become_independent_of_each_other():
    author, reviewer = make_documenter(), make_reviewer()
    root = make_source(author)
    gone = make_source(author, relays=root)
    reports = (make_source(author, relays=gone), make_source(author, relays=gone), make_source(author, relays=root))
    incident = publish(make_incident(author, sources=(*reports, gone)), reviewer)
    assert (row(incident).reports, row(incident).origins) == (4, 1)

    workflow.withdraw(gone, reviewer, "It was retracted.")

    assert (row(incident).reports, row(incident).origins) == (3, 1)
    assert fresh(incident).state == "published"


def test_words_that_come_from_a_withdrawn_source_by_via_do_not_become_independent_either():
    author, reviewer = make_documenter(), make_reviewer()
    gone = make_source(author)
    incident = make_incident(author, sources=())
    for _ in range(2):
        make_citation(incident, make_source(author), via=gone)
    incident = publish(incident, reviewer)
    assert row(incident).origins == 1

    workflow.withdraw(gone, reviewer, "It was retracted.")

    assert (row(incident).reports, row(incident).origins, len(editions(incident))) == (2, 1, 1)


def test_a_change_above_a_withdrawn_source_still_reaches_what_repeats_it():
    author, reviewer = make_documenter(), make_reviewer()
    root, other = make_source(author), make_source(author)
    gone = make_source(author, relays=root)
    reports = (make_source(author, relays=gone), make_source(author, relays=other))
    incident = publish(make_incident(author, sources=reports), reviewer)
    workflow.withdraw(gone, reviewer, "It was retracted.")
    assert row(incident).origins == 2

    SourceDerivation.objects.create(source=root, upstream=other, how="relays")
    publish_again(root, author, reviewer, title="It says where it has it from")

    assert row(incident).origins == 1
    assert fresh(incident).state == "submitted"


# An investigation that is withdrawn.


def test_an_incident_forgets_a_withdrawn_investigation_and_the_grade_that_it_gave():
    author, reviewer = make_documenter(), make_reviewer()
    case = make_investigation(author)
    for day, status in (("2025-03-01", "convicted"), ("2025-06-01", "final")):
        case.steps.create(date=day, status=status)
    incident = make_incident(author)
    incident.investigations.add(case)
    incident = publish(incident, reviewer)
    assert row(incident).grade == "judicially_established"

    workflow.withdraw(case, reviewer, "It concerned another event.")

    assert (row(incident).investigations, row(incident).investigation_statuses) == ([], [])
    assert fresh(incident).state == "submitted"
    assert incident.reviews.get(decided_at__isnull=True).note == (
        f"{case.code}: judicially_established → single_origin"
    )


def test_a_submitted_next_edition_of_an_incident_stays_in_the_queue_when_its_source_goes():
    author, reviewer = make_documenter(), make_reviewer()
    gone, other = make_source(author), make_source(author)
    incident = publish(make_incident(author, sources=(gone, other)), reviewer)
    revise(incident, author, killed_high=3)
    incident = submitted(fresh(incident))

    workflow.withdraw(gone, reviewer, "It was retracted.")

    assert fresh(incident).state == "submitted"
    assert incident.reviews.filter(decided_at__isnull=True).count() == 1
