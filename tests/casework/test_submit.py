"""From a draft to the review queue."""

import pytest

from incidents.casework import workflow
from incidents.records.models import Record, Review
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
from tests.outcomes import fresh, refusal, submitted, whole

pytestmark = pytest.mark.usefixtures("db")


def test_a_draft_that_lacks_nothing_waits_for_a_reviewer_with_the_note():
    author = make_documenter()
    incident = make_incident(author)

    review = workflow.submit(incident, author, "The video is the main source.")

    assert fresh(incident).state == "submitted"
    assert fresh(incident).submitted_at == review.submitted_at
    assert (review.revision, review.submitted_by, review.note) == (1, author, "The video is the main source.")
    assert incident.moves.get(name="submit").comment == "The video is the main source."


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"title_en": "", "title_uk": ""}, "A title in English or Ukrainian."),
        ({"summary_en": "", "summary_uk": ""}, "A summary in English or Ukrainian."),
        ({"conduct": []}, "At least one kind of conduct."),
        ({"date": ""}, "A date, however uncertain."),
        ({"region": None}, "A place or region, or the precision “unknown”."),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(lacking, said):
    author = make_documenter()
    incident = make_incident(author, **lacking)
    before = whole(incident)

    assert refusal(lambda: workflow.submit(incident, author)) == f"Still missing: {said}"
    assert whole(incident) == before


def test_one_language_is_enough():
    author = make_documenter()

    assert submitted(make_incident(author, title_en="", summary_en="")).state == "submitted"
    assert submitted(make_incident(author, title_uk="", summary_uk="")).state == "submitted"


@pytest.mark.parametrize(
    "source",
    [{"access": "confidential", "url": ""}, {"state": "rejected", "reject_reason": "fabricated"}],
)
def test_an_incident_that_rests_on_sources_which_may_not_be_named_is_not_submitted(source):
    author = make_documenter()
    incident = make_incident(author, sources=(make_source(author, **source),))

    assert "A source that may be public" in refusal(lambda: workflow.submit(incident, author))


def test_a_report_that_only_mentions_the_killing_is_not_enough():
    author = make_documenter()
    incident = make_incident(author, sources=())
    make_citation(incident, make_source(author), stance="mentions")

    assert "A source that may be public" in refusal(lambda: workflow.submit(incident, author))


def test_an_attribution_says_who_says_so():
    author = make_documenter()
    incident = make_incident(author)
    attribution = make_attribution(incident, None)

    assert f"Who says that {attribution.unit} did it." in refusal(lambda: workflow.submit(incident, author))


def test_a_confidential_source_is_never_submitted():
    author = make_documenter()
    source = make_source(author, access="confidential", url="")

    assert refusal(lambda: workflow.submit(source, author)) == "A confidential source is never published."


def test_an_investigation_has_a_step_and_a_total_a_source_that_may_be_named():
    author = make_documenter()
    investigation = make_investigation(author)
    investigation.steps.all().delete()
    total = make_total(author, make_source(author, access="confidential", url=""))

    assert "At least one step." in refusal(lambda: workflow.submit(investigation, author))
    assert "A source that may be public" in refusal(lambda: workflow.submit(total, author))


def test_a_colleague_with_whom_a_draft_is_shared_submits_it_and_another_one_does_not():
    author, colleague, other = make_documenter(), make_documenter(), make_documenter()
    incident = make_incident(author)
    workflow.share(incident, author, colleague)

    assert refusal(lambda: workflow.submit(incident, other)) == "Only a documenter who may edit it can submit it."
    workflow.submit(incident, colleague)
    assert fresh(incident).state == "submitted"


def test_what_changes_were_requested_of_is_submitted_again():
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    workflow.request_changes(incident, reviewer, "Which day?")
    revise(incident, author, date="2024-11-23")

    review = workflow.submit(incident, author)
    assert (fresh(incident).state, review.revision) == ("submitted", 2)


def test_the_longest_waiting_comes_first_in_the_queue():
    author = make_documenter()
    waiting = [submitted(make_incident(author)) for _ in range(3)]
    workflow.request_changes(waiting[0], make_reviewer(), "Which day?")
    workflow.submit(waiting[0], author)

    assert [record.code for record in Record.objects.awaiting_review()] == [
        waiting[number].code for number in (1, 2, 0)
    ]


def test_what_was_submitted_or_is_public_and_unchanged_is_not_submitted_again():
    author = make_documenter()
    incident = make_incident(author)
    workflow.submit(incident, author)

    assert refusal(lambda: workflow.submit(incident, author)) == "Only a draft can be submitted."
    assert Review.objects.filter(record=incident.pk).count() == 1
    public = publish(make_incident(author), make_reviewer())
    assert refusal(lambda: workflow.submit(public, author)) == "Only a draft can be submitted."
