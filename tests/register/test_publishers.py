"""The publisher of a source has its name in the language of the reader; the first documents have one text."""

import csv
import io
import json
import re

import pytest

from incidents.register.models import RegisterSource
from incidents.wording import publisher_names, publisher_of
from tests.answers import words
from tests.published import CITATION, publish

pytestmark = pytest.mark.usefixtures("committed")
BOTH = {"en": "Herald", "uk": "Вісник"}


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Herald", {"en": "Herald"}),
        ("Вісник", {"uk": "Вісник"}),
        (BOTH, BOTH),
        ({"en": "A", "uk": ""}, {"en": "A"}),
        ("", {}),
    ],
)
def test_one_text_is_a_name_in_the_language_of_its_letters(said, names):
    assert publisher_names(said) == names


@pytest.mark.parametrize(
    ("said", "columns"),
    [("Herald", ("Herald", "")), ("Вісник", ("Вісник", "Вісник")), (BOTH, ("Herald", "Вісник")), ({}, ("", ""))],
)
def test_a_row_has_the_name_for_everybody_and_the_ukrainian_one(said, columns):
    publish("source", "S-0001", publisher=said)
    row = RegisterSource.objects.get()
    assert (row.publisher, row.publisher_uk) == columns
    assert publisher_of(row) == (BOTH if said == BOTH else columns[0])


@pytest.mark.parametrize(
    "page",
    ["/sources/", "/sources/S-0001/", "/incidents/HDC-0001/", "/sources.atom", "/citations.atom"],
)
def test_every_page_has_the_name_in_its_language(client, page):
    publish("source", "S-0001", publisher=BOTH)
    publish("incident", "HDC-0001")
    for prefix, name, other in (("", "Herald", "Вісник"), ("/uk", "Вісник", "Herald")):
        text = client.get(f"{prefix}{page}").content.decode()
        assert name in text
        assert other not in text


def test_a_source_and_the_incidents_that_cite_it_are_found_by_both_names(client):
    publish("source", "S-0001", publisher=BOTH)
    publish("incident", "HDC-0001")
    for name in ("Herald", "Вісник"):
        assert [each["code"] for each in client.get("/api/v1/sources", {"q": name}).json()["data"]] == ["S-0001"], name
        assert [each["code"] for each in client.get("/api/v1/incidents", {"q": name}).json()["data"]] == ["HDC-0001"], (
            name
        )


def test_files_and_the_api_have_both_names(client):
    publish("source", "S-0001", publisher=BOTH)
    [line] = csv.DictReader(io.StringIO(client.get("/sources.csv").getvalue().decode("utf-8-sig")))
    [entry] = client.get("/api/v1/sources").json()["data"]
    for row in (line, entry):
        assert (row["publisher"], row["publisher_uk"]) == ("Herald", "Вісник")


def test_data_for_search_engines_name_the_publisher_in_the_language_of_the_page(client):
    publish("source", "S-0001", publisher=BOTH)
    publish("incident", "HDC-0001")
    for prefix, name in (("", "Herald"), ("/uk", "Вісник")):
        page = client.get(f"{prefix}/incidents/HDC-0001/").content.decode()
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)[1]
        assert [each["publisher"]["name"] for each in json.loads(data)["citation"]] == [name]


def test_an_edition_that_has_names_instead_of_the_same_text_does_not_differ(client):
    publish("source", "S-0001", publisher="Herald")
    publish("source", "S-0001", publisher={"en": "Herald"}, language="uk")
    assert "publisher" not in words(client.get("/sources/S-0001/")).lower().partition("editions")[2]
    assert "Herald" not in words(client.get("/sources/S-0001/compare/")).partition("differ")[2]


def test_a_name_that_is_added_is_shown_in_the_comparison(client):
    publish("source", "S-0001", publisher="Herald")
    publish("source", "S-0001", publisher=BOTH)
    shown = words(client.get("/sources/S-0001/compare/"))
    assert "Вісник" in shown
    assert "Publisher (Ukrainian)" in shown


def test_a_text_of_a_first_document_is_shown_on_every_page(client):
    publish("source", "S-0001", publisher="Herald")
    publish("incident", "HDC-0001", citations=[CITATION])
    for page in ("/uk/sources/", "/uk/sources/S-0001/", "/uk/incidents/HDC-0001/"):
        assert "Herald" in client.get(page).content.decode(), page
