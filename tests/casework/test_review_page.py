"""The review page: what changes, who says what, the proposed grade, and a decision that keeps its text when refused."""

import pytest

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.records.models import Incident, Record, Review
from incidents.register.models import Edition
from people.models import Role
from tests.desk import FormPage, said, signed_in
from tests.factories import (
    make_citation,
    make_incident,
    make_investigation,
    make_source,
    make_total,
    make_user,
    publish,
    revise,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(reviewer):
    return signed_in(reviewer)


def submitted(author, **fields):
    incident = make_incident(author, **fields)
    workflow.submit(incident, author)
    return Incident.objects.get(pk=incident.pk)


def review(desk, record):
    return desk.get(f"/desk/{record.kind}s/{record.code}/review/")


def decide(desk, record, name, **sent):
    if name == "approve":
        sent = {"read": review_packet(Record.objects.get(pk=record.pk)).digest} | sent
    return desk.post(f"/desk/{record.kind}s/{record.code}/move/{name}/", sent)


def state(record):
    return Record.objects.get(pk=record.pk).state


# What it shows.


def test_a_first_edition_is_shown_as_a_whole(desk, documenter):
    words = said(review(desk, submitted(documenter)))
    assert "What would become public" in words
    assert "Two soldiers were reportedly shot after capture." in words
    assert "nothing of it is public yet" in words


def test_a_next_edition_shows_what_differs_and_nothing_else(desk, documenter, reviewer):
    incident = publish(make_incident(documenter), reviewer)
    revise(incident, documenter, killed_high=5, title_en="A better title")
    workflow.submit(Record.objects.get(pk=incident.pk), documenter, change_en="A number was corrected.")
    response = review(desk, incident)
    assert "What changes against edition 1" in said(response)
    shown = {(each.old, each.new) for each in response.context["differences"]}
    assert shown == {("2", "5"), (incident.title_en, "A better title")}


def test_what_is_internal_is_no_part_of_what_would_be_published(desk, documenter):
    incident = submitted(documenter, internal_note="Inside only", safety_note="Relatives at risk")
    words = said(review(desk, incident))
    assert "Inside only" not in words
    assert "Relatives at risk" not in words


def test_the_matrix_and_the_proposed_grade_are_those_of_the_public_citations(desk, documenter):
    first, second = make_source(documenter), make_source(documenter)
    confidential = make_source(documenter, access="confidential", publisher="Hidden publisher")
    incident = make_incident(documenter, sources=(first, second))
    make_citation(incident, confidential)
    workflow.submit(incident, documenter)
    response = review(desk, incident)
    words = said(response)
    assert response.context["proposal"].grade == "corroborated"
    assert "2 reports" in words
    assert confidential.code not in words
    assert "Hidden publisher" not in words
    assert all(source.code in words or source.publisher in words for source in (first, second))


def test_what_is_published_along_is_named(desk, documenter):
    upstream = make_source(documenter)
    cited = make_source(documenter, relays=upstream)
    case = make_investigation(documenter)
    incident = make_incident(documenter, sources=(cited,))
    incident.investigations.add(case)
    workflow.submit(incident, documenter)
    words = said(review(desk, incident))
    assert "Published along" in words
    assert all(record.code in words for record in (upstream, cited, case))


def test_what_is_missing_is_still_said(desk, documenter):
    assert "An attribution." in said(review(desk, submitted(documenter)))


def test_the_note_to_the_reviewer_and_earlier_rounds_are_shown(desk, documenter, reviewer):
    incident = make_incident(documenter)
    workflow.submit(incident, documenter, "First note")
    workflow.request_changes(incident, reviewer, "Say which clock.")
    workflow.submit(incident, documenter, "Done, see the clock")
    words = said(review(desk, incident))
    assert "Done, see the clock" in words
    assert "Say which clock." in words


@pytest.mark.parametrize("how", ["draft", "withdrawn", "merged", "rejected", "changes_requested"])
def test_the_page_opens_in_every_state(desk, documenter, reviewer, how):
    incident = make_incident(documenter)
    if how == "rejected":
        workflow.submit(incident, documenter)
        workflow.reject(incident, reviewer, "duplicate")
    elif how == "changes_requested":
        workflow.submit(incident, documenter)
        workflow.request_changes(incident, reviewer, "Please.")
    elif how in ("withdrawn", "merged"):
        publish(incident, reviewer)
        target = publish(make_incident(documenter), reviewer)
        if how == "merged":
            workflow.merge(incident, reviewer, target, "One case.")
        else:
            workflow.withdraw(incident, reviewer, "It did not happen.")
    assert state(incident) == how
    for page in ("", "review/", "history/"):
        assert desk.get(f"/desk/incidents/{incident.code}/{page}").status_code == 200, page


def test_an_empty_draft_has_a_review_page(desk, documenter):
    client = signed_in(documenter)
    client.post("/desk/incidents/new/", FormPage(client.get("/desk/incidents/new/")).filled())
    assert review(desk, Incident.objects.get()).status_code == 200


def test_sources_investigations_and_totals_have_one_too(desk, documenter):
    source = make_source(documenter)
    for record in (source, make_investigation(documenter), make_total(documenter, source)):
        workflow.submit(record, documenter)
        assert "Approve and publish" in said(review(desk, record))
        assert "Proposed grade" not in said(review(desk, record))
        assert decide(desk, record, "approve", revision="1").status_code == 302
        assert state(record) == "published"


# The decision.


def test_an_approval_publishes_and_says_which_edition(desk, documenter, reviewer):
    incident = submitted(documenter)
    page = review(desk, incident)
    sent = next(form for form in FormPage(page).forms if "grade" in form)
    response = desk.post(f"/desk/incidents/{incident.code}/move/approve/", sent)
    assert response.status_code == 302
    assert f"{incident.code} is published: edition 1." in said(desk.get(response["Location"]))
    decided = Review.objects.get()
    assert (decided.decided_by, decided.grade, decided.proposed_grade) == (reviewer, "single_origin", "single_origin")
    assert Edition.objects.using("default").filter(code=incident.code).count() == 1


def test_another_grade_without_a_reason_is_refused_and_the_choice_and_texts_stay(desk, documenter):
    incident = submitted(documenter)
    response = decide(desk, incident, "approve", revision="1", grade="verified", note_en="")
    assert response.status_code == 409
    assert "A grade other than the proposed one needs a reason." in said(response)
    kept = next(form for form in FormPage(response).forms if "grade" in form)
    assert kept["grade"] == ["verified"]
    assert state(incident) == "submitted"


def test_another_grade_with_a_reason_is_signed_with_it(desk, documenter):
    incident = submitted(documenter)
    response = decide(desk, incident, "approve", revision="1", grade="unverifiable", reason_uk="Немає доступу.")
    assert response.status_code == 302
    grade = Edition.objects.using("default").get(code=incident.code).content["grade"]
    assert (grade["code"], grade["proposed"], grade["reason"]) == (
        "unverifiable",
        "single_origin",
        {"uk": "Немає доступу."},
    )


def test_who_wrote_any_part_is_told_that_a_second_person_is_needed(documenter):
    both = make_user(Role.DOCUMENTER, Role.REVIEWER)
    incident = submitted(both)
    desk = signed_in(both)
    assert "You cannot approve this" in said(review(desk, incident))
    assert not [form for form in FormPage(review(desk, incident)).forms if "grade" in form]
    response = decide(desk, incident, "approve", revision="1")
    assert response.status_code == 409
    assert "a second person has to approve it (four eyes)" in said(response)
    assert state(incident) == "submitted"


def test_who_wrote_a_source_that_goes_along_is_told_so_too(documenter):
    both = make_user(Role.DOCUMENTER, Role.REVIEWER)
    source = make_source(both)
    incident = submitted(documenter, sources=(source,))
    response = decide(signed_in(both), incident, "approve", revision="1")
    assert response.status_code == 409
    assert "four eyes" in said(response)
    assert state(source) == "draft"


@pytest.mark.parametrize("revision", ["0", "2", "garbage", "", "-1", "9" * 5000, "1.0", "١", "\0"])
def test_only_the_revision_that_was_read_is_approved(desk, documenter, revision):
    incident = submitted(documenter)
    response = decide(desk, incident, "approve", revision=revision)
    assert response.status_code == 409
    assert "Read the present revision before approving it." in said(response)
    assert state(incident) == "submitted"


def test_a_second_approval_finds_it_done(desk, documenter):
    incident = submitted(documenter)
    assert decide(desk, incident, "approve", revision="1").status_code == 302
    response = decide(desk, incident, "approve", revision="1")
    assert response.status_code == 409
    assert "decided first, on " in said(response)


def test_changes_are_requested_with_a_comment_and_never_without(desk, documenter):
    incident = submitted(documenter)
    response = decide(desk, incident, "request_changes", comment="   ")
    assert response.status_code == 409
    assert "Say what should change." in said(response)
    assert decide(desk, incident, "request_changes", comment="Say which clock.").status_code == 302
    assert state(incident) == "changes_requested"


def test_a_rejection_needs_a_reason_of_the_vocabulary_and_keeps_the_comment(desk, documenter):
    incident = submitted(documenter)
    for reason in ("", "because", "\0", "x" * 10_000):
        response = decide(desk, incident, "reject", reject_reason=reason, comment="Kept comment")
        assert response.status_code == 409
        assert "Kept comment" in response.content.decode()
    assert decide(desk, incident, "reject", reject_reason="insufficient", comment="One post.").status_code == 302
    assert state(incident) == "rejected"


def test_withdrawing_and_merging_ask_for_a_reason_and_a_target(desk, documenter, reviewer):
    incident = publish(make_incident(documenter), reviewer)
    target = publish(make_incident(documenter), reviewer)
    assert decide(desk, incident, "withdraw").status_code == 409
    for code in ("", "HDC-9999", incident.code, "S-0001", "\0", "x" * 10_000):
        response = decide(desk, incident, "merge", target=code, reason_en="One case.")
        assert response.status_code == 409, code
        assert "One case." in response.content.decode()
    assert decide(desk, incident, "merge", target=target.code.lower(), reason_en="One case.").status_code == 302
    assert decide(desk, target, "withdraw", reason_uk="Не підтвердилося.").status_code == 302
    assert (state(incident), state(target)) == ("merged", "withdrawn")


@pytest.mark.parametrize("field", ["reason_en", "reason_uk", "note_en", "note_uk", "comment"])
@pytest.mark.parametrize(
    "text", ["\u202ereversed", "nul\0", "bell\x07", "a" * 1_000_000], ids=["rtl", "nul", "bell", "1MB"]
)
def test_texts_that_could_deceive_or_never_end_are_refused(desk, documenter, field, text):
    incident = submitted(documenter)
    response = decide(desk, incident, "approve", revision="1", **{field: text})
    assert response.status_code == 409
    assert state(incident) == "submitted"


@pytest.mark.parametrize("grade", ["garbage", "\0", "x" * 100, "Verified"])
def test_a_grade_that_does_not_exist_is_refused(desk, documenter, grade):
    incident = submitted(documenter)
    assert decide(desk, incident, "approve", revision="1", grade=grade, reason_en="Because.").status_code == 409
    assert state(incident) == "submitted"
