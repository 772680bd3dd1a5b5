"""Every further edition tells readers what it changes and why: the author writes it, the reviewer may edit it."""

import pytest

from incidents.casework import workflow
from tests.desk import FormPage, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, publish, revise
from tests.outcomes import approve, fresh, newest, refusal, whole

pytestmark = pytest.mark.django_db


def corrected(author):
    incident = publish(make_incident(author), make_reviewer())
    revise(incident, author, killed_high=4)
    return fresh(incident)


def test_a_correction_without_its_reason_is_not_submitted_and_keeps_the_note():
    author = make_documenter()
    incident = corrected(author)
    before = whole(incident)
    desk, page = signed_in(author), f"/desk/incidents/{incident.code}/"

    answer = desk.post(f"{page}move/submit/", {"note": "Look at page 4.", "change_en": "", "change_uk": " "})

    assert answer.status_code == 409
    assert "Say what changes for readers" in said(answer)
    assert "Look at page 4." in said(answer)
    assert whole(incident) == before


def test_the_reason_of_the_author_is_published_when_the_reviewer_leaves_it():
    author, reviewer = make_documenter(), make_reviewer()
    incident = corrected(author)
    desk, page = signed_in(author), f"/desk/incidents/{incident.code}/"
    assert desk.post(f"{page}move/submit/", {"change_en": "Four were killed, not three."}).status_code == 302
    review = signed_in(reviewer).get(f"{page}review/")
    form = next(form for form in FormPage(review).forms if "note_en" in form)
    assert form["note_en"] == ["Four were killed, not three."]

    approve(incident, reviewer)

    assert newest(incident).note_en == "Four were killed, not three."


def test_the_reviewer_edits_it_but_does_not_leave_it_out():
    author, reviewer = make_documenter(), make_reviewer()
    incident = corrected(author)
    workflow.submit(incident, author, change_en="Typo", change_uk="Помилка")

    assert "Say what changes" in refusal(lambda: approve(incident, reviewer, note_en="", note_uk=""))
    approve(incident, reviewer, note_en="The highest number is four.")

    edition = newest(incident)
    assert (edition.note_en, edition.note_uk) == ("The highest number is four.", "Помилка")


def test_after_requested_changes_the_author_finds_the_reason_again():
    author, reviewer = make_documenter(), make_reviewer()
    incident = corrected(author)
    workflow.submit(incident, author, change_en="Four were killed, not three.")
    workflow.request_changes(incident, reviewer, "Which page?")

    page = FormPage(signed_in(author).get(f"/desk/incidents/{incident.code}/"))

    form = next(form for form in page.forms if "change_en" in form)
    assert form["change_en"] == ["Four were killed, not three."]


def test_a_first_edition_needs_none():
    author = make_documenter()
    incident = make_incident(author)
    assert "What changes, for readers" not in said(signed_in(author).get(f"/desk/incidents/{incident.code}/"))
    workflow.submit(incident, author)
