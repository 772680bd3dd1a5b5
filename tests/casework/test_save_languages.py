"""The language of a source is chosen from ISO 639, by code or name, and never free text."""

import pytest

from incidents.languages import find_language, offered_languages, similar_languages
from incidents.records.models import Source
from tests.desk import FormPage, said

pytestmark = pytest.mark.django_db
NEW = "/desk/sources/new/"
SOURCE = {
    "title": "A report",
    "source_kind": "news_original",
    "distance": "secondary",
    "url": "https://a.example/report",
}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(("uk", "uk"), ("ukr", "uk"), ("UKR", "uk"), ("Ukrainian", "uk"), ("українська", "uk"), ("Українська", "uk")),
        *(("російська", "ru"), ("русский", "ru"), ("ger", "de"), ("deu", "de"), ("Deutsch", "de"), ("німецька", "de")),
        *(("Crimean Tatar", "crh"), ("кримськотатарська", "crh"), ("uk · Ukrainian · українська", "uk"), ("zu", "zu")),
        *(("Klingonish", None), ("", None), ("english language", None), ("xx", None)),
    ],
)
def test_a_language_is_found_by_its_codes_and_names(typed, code):
    assert find_language(typed) == code


def test_every_offered_language_is_found_by_its_own_text():
    assert [find_language(text) for text in offered_languages()] == [text.split(" ")[0] for text in offered_languages()]
    assert "uk · Ukrainian · українська" in offered_languages()


def test_a_misspelt_name_proposes_languages():
    assert "uk" in similar_languages("Ukranian")
    assert "uk" in similar_languages("укр")
    assert similar_languages("") == []


@pytest.mark.parametrize("typed", ["ukr", "Ukrainian", "українська", "uk · Ukrainian · українська"])
def test_a_source_keeps_the_code(desk, typed):
    assert desk.post(NEW, FormPage(desk.get(NEW)).filled(**SOURCE, language=typed)).status_code == 302
    source = Source.objects.get()
    assert source.language == "uk"
    edit = FormPage(desk.get(f"/desk/sources/{source.code}/edit/"))
    assert edit.fields["language"] == ["uk · Ukrainian · українська"]


@pytest.mark.parametrize("typed", ["Ukranian", "the language of the post", "x" * 200, "<b>uk</b>"])
def test_free_text_is_refused_with_languages_that_may_be_meant(desk, typed):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(**SOURCE, language=typed))
    assert response.status_code == 422
    assert "No language has this code or name (ISO 639)." in said(response)
    assert ("<li>uk · Ukrainian · українська</li>" in response.content.decode()) is (typed == "Ukranian")
    assert not Source.objects.exists()


def test_the_language_of_a_quote_is_chosen_the_same_way(desk):
    page = FormPage(desk.get("/desk/incidents/new/"))
    row = {
        "new_title": "A report",
        "new_kind": "news_original",
        "new_distance": "secondary",
        "quote": "«…»",
        "quote_language": "nonsense",
    }
    sent = page.with_row(page.filled(title_en="A title"), "citations", **row)
    assert desk.post("/desk/incidents/new/", sent).status_code == 422
    sent["citations-0-quote_language"] = ["російська"]
    assert desk.post("/desk/incidents/new/", sent).status_code == 302
    assert Source.objects.get().citations.get().quote_language == "ru"
