"""An investigation is written with its steps, dated and sourced; the last one is its status."""

import pytest

from incidents.records.models import Investigation
from tests.desk import FormPage, refused, said
from tests.factories import make_documenter, make_incident, make_investigation, make_source

pytestmark = pytest.mark.django_db
NEW = "/desk/investigations/new/"
CASE = {"title_en": "Criminal case", "body_uk": "Прокуратура", "body_kind": "national_prosecutor"}


def address(investigation):
    return f"/desk/investigations/{investigation.code}/edit/"


def test_an_investigation_is_kept_with_its_steps_and_citations(desk, documenter):
    source = make_source(documenter)
    page = FormPage(desk.get(NEW))
    sent = page.filled(**CASE, internal_note="Inside.")
    sent = page.with_row(sent, "steps", date="2024-11-28~", status="registered", source=source.code, note_en="Number.")
    sent = page.with_row(sent, "steps", date="2025-01", status="ongoing")
    sent = page.with_row(sent, "citations", source=source.code, facts=["official_position"], quote="a case was opened")
    response = desk.post(NEW, sent)
    assert response.status_code == 302, refused(response)
    case = Investigation.objects.get()
    assert {name: getattr(case, name) for name in CASE} == CASE
    assert [(each.date, each.status, each.source) for each in case.steps.all()] == [
        ("2024-11-28~", "registered", source),
        ("2025-01", "ongoing", None),
    ]
    assert case.citations.get().quote == "a case was opened"


def test_a_step_needs_a_date_that_can_be_read_and_a_status(desk):
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(**CASE), "steps", date="2025-13-45", note_en="Kept words.")
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert set(refused(response)["steps"][0]) == {"date", "status"}
    assert FormPage(response).fields["steps-0-note_en"] == ["Kept words."]
    assert not Investigation.objects.exists()


def test_a_blank_step_that_was_added_by_mistake_is_none(desk):
    page = FormPage(desk.get(NEW))
    assert desk.post(NEW, page.with_row(page.filled(**CASE), "steps")).status_code == 302
    assert Investigation.objects.get().steps.count() == 0


def test_the_kind_of_body_is_chosen(desk):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="Criminal case"))
    assert response.status_code == 422
    assert set(refused(response)) == {"body_kind"}


def test_steps_are_changed_and_removed(desk, documenter):
    case = make_investigation(documenter)
    page = FormPage(desk.get(address(case)))
    sent = page.with_row(page.filled(**{"steps-0-DELETE": "on"}), "steps", date="2025", status="closed")
    assert desk.post(address(case), sent).status_code == 302
    assert [each.status for each in case.steps.all()] == ["closed"]


def test_without_script_a_step_is_added_by_the_server(desk):
    page = FormPage(desk.post(NEW, FormPage(desk.get(NEW)).filled(**CASE, add="steps")))
    assert page.fields["steps-TOTAL_FORMS"] == ["1"]
    assert page.fields["title_en"] == ["Criminal case"]
    assert not Investigation.objects.exists()


def test_an_incident_names_the_investigation_by_its_code(desk, documenter):
    case, incident = make_investigation(documenter), make_incident(documenter)
    form = f"/desk/incidents/{incident.code}/edit/"
    assert desk.post(form, FormPage(desk.get(form)).filled(investigations=case.code.lower())).status_code == 302
    assert list(incident.investigations.all()) == [case]


def test_somebody_elses_draft_cannot_be_named(desk, documenter):
    case, incident = make_investigation(make_documenter()), make_incident(documenter)
    form = f"/desk/incidents/{incident.code}/edit/"
    response = desk.post(form, FormPage(desk.get(form)).filled(investigations=case.code))
    assert response.status_code == 422
    assert f"Nothing has the code {case.code}." in said(response)


def test_what_is_linked_already_stays_nameable(desk, documenter):
    case, incident = make_investigation(make_documenter()), make_incident(documenter)
    incident.investigations.add(case)
    form = f"/desk/incidents/{incident.code}/edit/"
    assert desk.post(form, FormPage(desk.get(form)).filled(title_en="Changed")).status_code == 302
    assert list(incident.investigations.all()) == [case]
