"""My drafts: what a person is working on, what it lacks, what came of it, and sending it to review."""

import re

import pytest

from incidents.casework import workflow
from incidents.records.models import Record, Review
from tests.desk import FormPage, make_administrator, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish

pytestmark = pytest.mark.django_db


def move(desk, record, name, **sent):
    return desk.post(f"/desk/{record.kind}s/{record.code}/move/{name}/", sent)


def test_who_has_none_is_told_how_to_begin(desk):
    words = said(desk.get("/desk/"))
    assert "Nothing is open." in words
    assert "Start with a new incident" in words


def test_own_and_shared_drafts_are_listed_and_nobody_elses(desk, documenter):
    own, source = make_incident(documenter), make_source(documenter)
    shared, foreign = make_incident(make_documenter()), make_incident(make_documenter())
    shared.shared_with.add(documenter)
    words = said(desk.get("/desk/"))
    assert all(record.code in words for record in (own, source, shared))
    assert foreign.code not in words


def test_a_draft_says_how_much_is_missing(desk):
    desk.post("/desk/incidents/new/", FormPage(desk.get("/desk/incidents/new/")).filled(title_en="A title"))
    assert "things still missing" in said(desk.get("/desk/"))


def test_what_is_missing_is_listed_with_a_way_to_its_section(desk):
    response = desk.post(
        "/desk/incidents/new/", FormPage(desk.get("/desk/incidents/new/")).filled(title_en="A title"), follow=True
    )
    incident = Record.objects.get()
    assert "A summary in English or Ukrainian." in said(response)
    assert f'href="/desk/incidents/{incident.code}/edit/#what"' in response.content.decode()


def test_an_incomplete_draft_cannot_be_submitted_and_says_why(desk):
    desk.post("/desk/incidents/new/", FormPage(desk.get("/desk/incidents/new/")).filled(title_en="A title"))
    incident = Record.objects.get()
    response = move(desk, incident, "submit", note="My note.")
    assert response.status_code == 409
    assert "Still missing:" in said(response)
    assert "My note." in response.content.decode()
    assert not Review.objects.exists()


def test_a_complete_draft_is_submitted_with_a_note(desk, documenter):
    incident = make_incident(documenter)
    response = move(desk, incident, "submit", note="Mind the date.")
    assert response.status_code == 302
    assert f"{incident.code} waits for a reviewer." in said(desk.get(response["Location"]))
    review = Review.objects.get()
    assert (review.record_id, review.submitted_by, review.note) == (incident.pk, documenter, "Mind the date.")


def test_a_second_submission_is_refused(desk, documenter):
    incident = make_incident(documenter)
    move(desk, incident, "submit")
    assert move(desk, incident, "submit").status_code == 409
    assert Review.objects.count() == 1


def test_a_confidential_source_is_never_submitted(desk, documenter):
    source = make_source(documenter, access="confidential")
    response = move(desk, source, "submit")
    assert response.status_code == 409
    assert "A confidential source is never published." in said(response)


def test_requested_changes_come_back_with_the_comment(desk, documenter):
    incident = make_incident(documenter)
    workflow.submit(incident, documenter)
    workflow.request_changes(incident, make_reviewer(), "Say which clock.")
    assert incident.code in said(desk.get("/desk/"))
    for page in ("", "edit/"):
        assert "Say which clock." in said(desk.get(f"/desk/incidents/{incident.code}/{page}"))
    assert move(desk, incident, "submit").status_code == 302


def test_what_was_decided_lately_is_listed(desk, documenter):
    published = publish(make_incident(documenter), make_reviewer())
    rejected = make_incident(documenter)
    workflow.submit(rejected, documenter)
    workflow.reject(rejected, make_reviewer(), "duplicate")
    words = said(desk.get("/desk/"))
    assert "Recently decided" in words
    assert all(record.code in words for record in (published, rejected))


def test_the_next_edition_of_a_colleagues_incident_is_among_ones_drafts(documenter):
    incident = publish(make_incident(make_documenter()), make_reviewer())
    desk = signed_in(documenter)
    address = f"/desk/incidents/{incident.code}/edit/"
    assert desk.post(address, FormPage(desk.get(address)).filled(title_en="Better")).status_code == 302
    assert incident.code in said(desk.get("/desk/"))


def test_an_administrator_is_shown_no_link_that_would_refuse_them():
    client = signed_in(make_administrator())
    links = set(re.findall(r'href="(/(?:desk|admin)/[^"]*)"', client.get("/desk/").content.decode()))
    assert {"/desk/people/", "/desk/trail/", "/desk/redactions/", "/admin/"} <= links
    assert {link: client.get(link).status_code for link in links if client.get(link).status_code != 200} == {}


def test_an_administrator_is_led_to_people_and_reference_data():
    response = signed_in(make_administrator()).get("/desk/")
    assert 'href="/desk/people/"' in response.content.decode()
    assert 'href="/admin/"' in response.content.decode()
    assert "New incident" not in said(response)


@pytest.mark.parametrize(
    "note", ["a" * 20_001, "\u202ereversed", "nul\0", "bell\x07"], ids=["long", "direction", "nul", "control"]
)
def test_a_note_that_could_deceive_or_never_ends_is_refused_and_kept(desk, documenter, note):
    incident = make_incident(documenter)
    response = move(desk, incident, "submit", note=note)
    assert response.status_code == 409
    assert Record.objects.get(pk=incident.pk).state == "draft"
