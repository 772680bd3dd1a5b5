"""Suggestions while a documenter types: places in either script, sources and units they may see, how a date reads."""

import re

import pytest

from tests.desk import said
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, make_unit, publish

pytestmark = pytest.mark.django_db


def suggested(desk, what, text, language=""):
    """The texts that a click puts into the field."""
    response = desk.get(f"{language}/desk/suggestions/{what}/", {"field": text})
    assert response.status_code == 200
    return re.findall(r'data-value="([^"]*)"', response.content.decode())


@pytest.mark.parametrize("typed", ["Новодар", "Novodar", "новодарівка", "NOVODARIVKA"])
def test_a_part_of_a_places_name_in_either_script_finds_it_with_raion_oblast_and_code(desk, typed):
    places = suggested(desk, "places", typed)
    assert any(
        re.fullmatch(r"Novodarivka, Polohivskyi raion, Zaporizhzhia Oblast \[UA23\d+\]", place) for place in places
    )


def test_on_a_ukrainian_page_places_are_in_ukrainian(desk):
    assert any(
        place.startswith("Новодарівка, Пологівський район, Запорізька область [UA23")
        for place in suggested(desk, "places", "Novodarivka", "/uk")
    )


def test_places_of_one_name_are_told_apart(desk):
    places = suggested(desk, "places", "Роздольне")
    assert len(places) == len(set(places)) == 8
    assert len({place.rsplit(" [", 1)[0] for place in places}) == 8


def test_the_oblast_after_a_comma_comes_first(desk):
    assert "Donetsk Oblast" in suggested(desk, "places", "Rozdolne, Donetsk")[0]


@pytest.mark.parametrize("typed", ["", "a", "Х", "Nowhereville", "%", "_", "\\", "'; DROP TABLE", "x" * 5000])
def test_nothing_is_suggested_for_what_says_nothing(desk, typed):
    assert suggested(desk, "places", typed) == []


def test_that_nothing_was_found_is_said(desk):
    assert "Nothing found yet." in said(desk.get("/desk/suggestions/places/?place=Nowhereville"))


def test_sources_are_suggested_by_code_address_title_and_publisher(desk, documenter):
    source = make_source(documenter, title="A singular headline", publisher="The Gazette", url="https://g.example/a-b")
    for typed in (source.code, source.code.lower(), "singular", "gazette", "g.example/a-b"):
        assert suggested(desk, "sources", typed) == [f"{source.code} · The Gazette · A singular headline"], typed


def test_sources_that_others_keep_to_themselves_are_not_suggested(desk):
    other = make_documenter()
    make_source(other, title="A shared word, draft")
    make_source(other, title="A shared word, confidential", access="confidential")
    assert suggested(desk, "sources", "shared word") == []


def test_ones_own_confidential_source_and_every_public_one_are_suggested(desk, documenter):
    own = make_source(documenter, title="A shared word", access="confidential")
    public = make_source(make_documenter(), title="A shared word in public")
    publish(make_incident(public.created_by, sources=(public,)), make_reviewer())
    found = suggested(desk, "sources", "shared word")
    assert [each.split(" ")[0] for each in found] == [own.code, public.code]


def test_no_more_than_eight_are_suggested(desk, documenter):
    for _ in range(10):
        make_source(documenter, title="Statement of the day")
    assert len(suggested(desk, "sources", "Statement")) == 8


def test_units_are_suggested_by_a_part_of_either_name(desk):
    unit = make_unit(name_en="A motor rifle regiment", name_uk="Мотострілецький полк")
    for typed in ("rifle", "стрілецьк", unit.code):
        assert suggested(desk, "units", typed) == [f"{unit.code} · A motor rifle regiment"], typed
    assert suggested(desk, "units", "x") == []


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("2024-11~", "some time in November 2024, approximately 2024-11~"),
        ("2025-05-22", "22 May 2025 2025-05-22"),
        ("24.05.2025", "24 May 2025 2025-05-24"),
        ("before 6 April 2024", "on or before 5 April 2024 ../2024-04-05"),
        ("", ""),
        ("1941-06-22", "22 June 1941 1941-06-22 This date is before the war, which began on 20 February 2014."),
        (
            "05/06/2025",
            "This has several meanings. Choose the one that is meant: 2025-05-06 · 6 May 2025 2025-06-05 · 5 June 2025",
        ),
        (
            "2025-13-45",
            "The calendar has no such date. Write it like 2025-05-22 or 2024-11. 2025 · some time in 2025",
        ),
    ],
)
def test_a_date_is_read_aloud_with_its_standard_form_or_answered_with_a_proposal(desk, typed, reading):
    assert said(desk.get("/desk/suggestions/date/", {"date": typed})).strip() == reading


def test_a_date_is_read_in_the_language_of_the_page(desk):
    assert "листопад" in desk.get("/uk/desk/suggestions/date/?date=2024-11").content.decode()


@pytest.mark.parametrize("what", ["places", "sources", "units", "publishers", "date"])
@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><img src=x>', "\u202eevil", "\ud7ff", "𝕏" * 400])
def test_what_was_typed_never_becomes_markup(desk, what, typed):
    response = desk.get(f"/desk/suggestions/{what}/", {"field": typed})
    assert response.status_code == 200
    assert "<script" not in response.content.decode()
    assert "<img" not in response.content.decode()


def test_a_title_with_markup_is_suggested_as_text(desk, documenter):
    make_source(documenter, title='"><script>alert(1)</script>')
    assert "<script" not in desk.get("/desk/suggestions/sources/?source=alert").content.decode()


@pytest.mark.parametrize("what", ["places", "sources", "units", "publishers", "date"])
@pytest.mark.parametrize("query", ["", "?", "?a", "?a=1&b=2&a=3", "?%FF=%FE", "?=x"])
def test_any_query_is_answered(desk, what, query):
    assert desk.get(f"/desk/suggestions/{what}/{query}").status_code == 200


@pytest.mark.parametrize("what", ["places", "sources", "units", "publishers", "date"])
def test_a_null_character_is_refused(desk, what):
    assert desk.get(f"/desk/suggestions/{what}/?field=%00").status_code == 400


def test_more_hits_than_are_shown_are_said(desk):
    assert "There are more. Add the raion or oblast after a comma." in said(
        desk.get("/desk/suggestions/places/?q=Rozdolne")
    )
    assert "There are more." not in said(desk.get("/desk/suggestions/places/?q=Novodarivka"))


def test_a_part_of_a_city_leads_to_the_city(desk):
    assert suggested(desk, "places", "Saltivka, Kharkiv")[0].startswith("Kharkiv, ")
    shown = said(desk.get("/desk/suggestions/places/?q=Snake Island"))
    assert "“Snake Island” is no settlement: leave the place empty, choose the oblast and give coordinates." in shown


def test_of_several_lines_the_last_one_is_searched_for(desk, documenter):
    make_incident(documenter, title_en="A harvest")
    make_incident(documenter, title_en="A flood")
    page = desk.get("/desk/suggestions/records/incidents/", {"related": "HDC-0001 · A harvest\nflood"}).content.decode()
    assert "A flood" in page
    assert "A harvest" not in page
