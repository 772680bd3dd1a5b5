"""Pages that say what went wrong: in the page's language, and the one for our own faults without a database."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from incidents.register.pages import home
from incidents.register.tables.about import LICENCE_URL
from portal.views import bad_request, server_error


@pytest.mark.parametrize(("language", "path"), [("en", "/x/"), ("uk", "/uk/x/")])
def test_our_own_fault_is_admitted_without_asking_a_database(language, path):
    # No fixture of this test allows a query: one would fail it.
    with translation.override(language):
        response = server_error(RequestFactory().get(path))
    assert response.status_code == 500
    assert f'<html lang="{language}">' in response.content.decode()


def test_a_fault_in_a_page_is_answered_with_that_page(starting_register, monkeypatch):
    monkeypatch.setattr(home, "_grades", lambda: 1 / 0)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_what_cannot_be_read_is_refused_in_the_words_of_a_page():
    response = bad_request(RequestFactory().get("/uk/incidents/"), Exception())
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


def test_what_is_not_there_says_how_codes_are_written(client, starting_register):
    response = client.get("/incidents/HDC-123456/")
    assert response.status_code == 404
    assert "HDC-0001" in response.content.decode()
    assert 'href="/incidents/"' in response.content.decode()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/uk", "uk")])
def test_a_parameter_that_a_page_does_not_take_is_named_and_the_page_without_it_is_one_click_away(
    client, prefix, language
):
    response = client.get(f"{prefix}/methodology/?foo=1")
    assert response.status_code == 400
    page = response.content.decode()
    with translation.override(language):
        assert translation.gettext("“%(name)s”") % {"name": "foo"} in page
        assert translation.gettext("Nothing was changed. Go back and correct that, or start from here:") in page
        way = translation.gettext("This page, without what follows the question mark in its address")
    assert f'<a href="{prefix}/methodology/">{way}</a>' in page
    assert client.get(f"{prefix}/methodology/").status_code == 200


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("incidents", "csv, json, xlsx, geojson, atom"),
        ("sources", "csv, json, xlsx, atom"),
        ("citations", "csv, json, xlsx, atom"),
    ],
)
def test_a_format_that_is_not_offered_is_answered_with_all_that_are(client, name, formats):
    problem = client.get(f"/{name}.pdf")
    assert problem.status_code == 404
    assert problem.json()["detail"] == f"This format is not offered. There are: {formats}."
    for shape in formats.split(", "):
        assert client.get(f"/{name}.{shape}").status_code == 200


@pytest.mark.usefixtures("committed")
def test_every_page_names_the_licence_of_its_texts_and_data(client):
    link = f'<a href="{LICENCE_URL}" rel="license noopener noreferrer external">CC BY 4.0</a>'
    for address in ("/", "/uk/", "/methodology/", "/incidents/"):
        assert link in client.get(address).content.decode()
