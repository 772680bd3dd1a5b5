"""The investigations: by their latest step, each with its steps, their sources and its incidents."""

import re

import pytest

from tests.answers import words
from tests.published import publish, withdraw


@pytest.fixture
def inquiry(committed):
    publish("source", "S-0001")
    publish("investigation", "I-0001")
    publish("incident", "HDC-0001", investigations=["I-0001"])


def test_the_list_shows_the_latest_step_first(client, starting_register):
    page = client.get("/investigations/")
    assert "25 investigations, latest step first." in words(page)
    assert re.findall(r"I-\d{4}", page.content.decode())[0] == "I-0024"


def test_the_list_is_filtered_by_current_status_and_by_kind_of_body(client, starting_register):
    assert "2 investigations, latest step first." in words(client.get("/investigations/?status=none_known"))
    assert "1 investigation, latest step first." in words(client.get("/investigations/?body_kind=accused_state"))


def test_the_list_is_searched(client, starting_register):
    assert "Novodarivka" in words(client.get("/investigations/?q=Novodarivka"))
    assert "No investigation in the register fits all of this" in words(client.get("/investigations/?q=qqqqq"))


def test_each_investigation_leads_to_its_incidents(client, starting_register):
    page = client.get("/investigations/?q=Novodarivka").content.decode()
    assert 'href="/incidents/HDC-0001/"' in page


def test_an_investigation_shows_its_steps_in_order_with_their_sources(client, starting_register):
    page = client.get("/investigations/I-0001/").content.decode()
    assert page.index("28 November 2024") < page.index("21 May 2025")
    assert page.index("Registered") < page.index("Ongoing") < page.index("latest known step")
    assert 'href="/sources/S-0141/"' in page
    assert "Killing of captured soldiers near Novodarivka" in page


def test_an_older_edition_of_an_investigation_says_so(client, inquiry):
    publish("investigation", "I-0001", steps=[])
    assert "A case was opened." in words(client.get("/investigations/I-0001/editions/1/"))
    assert "You are reading edition 1 of 2" in words(client.get("/investigations/I-0001/editions/1/"))
    assert "No step is known." in words(client.get("/investigations/I-0001/"))
    assert "Changed since the previous edition: steps." in words(client.get("/investigations/I-0001/"))


def test_a_withdrawn_investigation_leaves_its_reason_and_no_trace_on_its_incident(client, inquiry):
    assert "An invented inquiry" in words(client.get("/incidents/HDC-0001/"))
    withdraw("investigation", "I-0001", {"en": "It was entered twice."})
    assert client.get("/investigations/I-0001/").status_code == 410
    assert "It was entered twice." in words(client.get("/investigations/I-0001/"))
    assert client.get("/incidents/HDC-0001/").status_code == 200
    assert "An invented inquiry" not in words(client.get("/incidents/HDC-0001/"))
