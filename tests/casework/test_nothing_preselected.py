"""A form preselects no judgement: what is saved was chosen by somebody."""

import pytest

from tests.desk import FormPage, refused, signed_in
from tests.factories import make_documenter, make_incident, make_source

pytestmark = pytest.mark.django_db
NEW = "/desk/incidents/new/"


@pytest.fixture
def author():
    return make_documenter()


def test_a_new_incident_its_rows_and_a_new_total_start_without_judgements(author):
    page = FormPage(signed_in(author).get(NEW))
    assert page.fields["date_basis"] == [""]
    citation, attribution = page.blank["citations"], page.blank["attributions"]
    assert citation["citations-__prefix__-stance"] == [""]
    for name in ("role", "level", "confidence"):
        assert attribution[f"attributions-__prefix__-{name}"] == [""], name
    assert FormPage(signed_in(author).get("/desk/totals/new/")).fields["qualifier"] == [""]


def test_a_citation_without_a_stance_is_refused_there_and_a_date_without_its_basis(author):
    desk, source = signed_in(author), make_source(author)
    page = FormPage(desk.get(NEW))
    sent = page.with_row(
        page.filled(title_en="A", date="2024-05-24", date_basis=""), "citations", source=source.code, stance=""
    )

    answer = desk.post(NEW, sent)

    assert answer.status_code == 422
    errors = refused(answer)
    assert set(errors) == {"date_basis", "citations"}
    assert set(errors["citations"][0]) == {"stance"}


def test_a_draft_without_a_date_needs_no_basis_and_shows_none_when_it_is_opened_again(author):
    desk = signed_in(author)
    assert desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="No day is known yet")).status_code == 302
    incident = author.records.get().content
    assert FormPage(desk.get(f"/desk/incidents/{incident.code}/edit/")).fields["date_basis"] == [""]


def test_what_was_chosen_is_shown_as_chosen(author):
    incident = make_incident(author, date="2024-05-24", date_basis="announced")
    page = FormPage(signed_in(author).get(f"/desk/incidents/{incident.code}/edit/"))
    assert page.fields["date_basis"] == ["announced"]
    assert page.fields["citations-0-stance"] == ["supports"]
