"""Pages that say what went wrong: in the page's language, and the one for our own faults without a database."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from incidents.register.views import pages
from portal.views import bad_request, server_error


@pytest.mark.parametrize(("language", "path"), [("en", "/x/"), ("uk", "/uk/x/")])
def test_our_own_fault_is_admitted_without_asking_a_database(language, path):
    # No fixture of this test allows a query: one would fail it.
    with translation.override(language):
        response = server_error(RequestFactory().get(path))
    assert response.status_code == 500
    assert f'<html lang="{language}">' in response.content.decode()


def test_a_fault_in_a_page_is_answered_with_that_page(starting_register, monkeypatch):
    monkeypatch.setattr(pages, "_grades", lambda: 1 / 0)
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
