"""Search over everything at the desk, and the lists of one kind: what a person may see, by word, code and state."""

import pytest

from incidents.casework import workflow
from tests.desk import said, signed_in
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    make_unit,
    make_user,
    publish,
)

pytestmark = pytest.mark.django_db


def results(desk, text):
    response = desk.get("/desk/search/", {"q": text})
    assert response.status_code == 200
    return {record.code for _kind, records in response.context["found"] for record in records}


def listed(desk, plural, **query):
    response = desk.get(f"/desk/{plural}/", query)
    assert response.status_code == 200
    return [record.code for record in response.context["page"].object_list]


def test_every_kind_is_searched(desk, documenter):
    source = make_source(documenter, title="The harvest report", publisher="Harvest Gazette")
    incident = make_incident(documenter, title_uk="Жнива", summary_en="During the harvest.", sources=(source,))
    case = make_investigation(documenter, body_en="Harvest office")
    total = make_total(documenter, source, body_en="Harvest count")
    make_unit(name_en="Harvest regiment")
    assert results(desk, "harvest") == {each.code for each in (source, incident, case, total)}
    assert "Harvest regiment" in said(desk.get("/desk/search/?q=harvest"))
    assert results(desk, "жнива") == {incident.code}


def test_every_word_must_be_found(desk, documenter):
    source = make_source(documenter, title="A report on the harvest", publisher="Gazette")
    make_source(documenter, title="A report on the weather")
    assert results(desk, "harvest gazette") == {source.code}
    assert results(desk, "harvest weather") == set()


def test_a_code_finds_its_record(desk, documenter):
    incident = make_incident(documenter)
    assert results(desk, incident.code.lower()) == {incident.code}


def test_an_address_finds_its_source(desk, documenter):
    source = make_source(documenter, url="https://gazette.example/2024/11/report")
    assert results(desk, "gazette.example/2024/11/report") == {source.code}
    assert results(desk, "http://amp.gazette.example/2024/11/report/?utm_source=x") == {source.code}


def test_signs_of_the_database_are_only_signs(desk, documenter):
    make_source(documenter, title="Plain")
    exact = make_source(documenter, title="100% of_them\\")
    assert results(desk, "100%") == {exact.code}
    assert results(desk, "of_them\\") == {exact.code}
    assert results(desk, "%") == {exact.code}


def test_nothing_is_found_that_the_person_may_not_see(documenter):
    hidden = make_source(documenter, title="The harvest report", access="confidential")
    draft = make_incident(documenter, title_en="Harvest draft")
    assert results(signed_in(make_documenter()), "harvest") == set()
    assert results(signed_in(make_reviewer()), "harvest") == {hidden.code, draft.code}


def test_without_words_nothing_is_searched(desk, documenter):
    make_incident(documenter)
    assert results(desk, "   ") == set()


@pytest.mark.parametrize(
    "text", ["a" * 7000, "\u202e\u2066", "' OR 1=1 --", "x " * 1000, "𝕏", "<script>alert(1)</script>", "\ufffe\uffff"]
)
def test_strange_words_are_answered_and_shown_as_text(desk, documenter, text):
    make_incident(documenter)
    for page in ("search", "incidents", "sources", "units"):
        response = desk.get(f"/desk/{page}/", {"q": text})
        assert response.status_code == 200, page
        assert "<script>alert" not in response.content.decode()


def test_a_list_is_narrowed_by_state(desk, documenter):
    draft, waiting = make_incident(documenter), make_incident(documenter)
    workflow.submit(waiting, documenter)
    public = publish(make_incident(documenter), make_reviewer())
    assert listed(desk, "incidents", state="draft") == [draft.code]
    assert listed(desk, "incidents", state="submitted") == [waiting.code]
    assert listed(desk, "incidents", state="published") == [public.code]
    assert set(listed(desk, "incidents", state="")) == {draft.code, waiting.code, public.code}


@pytest.mark.parametrize("state", ["garbage", "Draft", "\u202edraft", "x" * 5000])
def test_a_state_that_does_not_exist_is_refused_rather_than_ignored(desk, documenter, state):
    make_incident(documenter)
    assert desk.get("/desk/incidents/", {"state": state}).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "garbage", "9" * 400, "1.5", ""])
def test_any_page_number_leads_to_a_page(desk, documenter, page):
    make_incident(documenter)
    for address in ("incidents", "units"):
        assert desk.get(f"/desk/{address}/", {"page": page}).status_code == 200


def test_pages_keep_the_words_and_the_state(desk, documenter, monkeypatch):
    from incidents.casework.views import lists

    monkeypatch.setattr(lists, "PAGE", 1)
    for n in (1, 2):
        make_incident(documenter, title_en=f"Harvest {n}")
    response = desk.get("/desk/incidents/?q=harvest&state=draft")
    assert 'href="?q=harvest&amp;state=draft&amp;page=2"' in response.content.decode()


def test_units_are_open_to_every_role_and_searched_by_name():
    make_unit(name_en="A regiment")
    make_unit(name_uk="Бригада", level="formation")
    desk = signed_in(make_reviewer())
    assert "A regiment" in said(desk.get("/desk/units/?q=regim"))
    assert "Бригада" not in said(desk.get("/desk/units/?q=regim"))
    assert signed_in(make_user()).get("/desk/units/").status_code == 403
