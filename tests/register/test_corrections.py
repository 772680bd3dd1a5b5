"""Every change to something published, with its note and what differs; the feed carries the same."""

import re
from xml.etree import ElementTree

import pytest

from tests.answers import words
from tests.published import publish, withdraw

pytestmark = pytest.mark.usefixtures("committed")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def changed(committed):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0001", note={"en": "The date was wrong."}, title={"en": "Another"}, setting="unknown")
    publish("source", "S-0001", note={"en": "Gone from the web."}, availability="removed")
    publish("total", "T-0001")
    withdraw("total", "T-0001", {"en": "It counted something else."})


def test_each_says_what_differs_and_leads_to_the_comparison(client, changed):
    response = client.get("/corrections/")
    text = words(response)
    assert "3 changes, latest first." in text
    assert "The date was wrong." in text
    assert "Changed since the previous edition: title, setting." in text
    assert 'href="/incidents/HDC-0001/compare/?from=1&amp;to=2"' in response.content.decode()
    assert "It counted something else." in text
    assert "/totals/T-0001/compare/" not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("kind=incident", "The date was wrong.", "Gone from the web."),
        ("kind=source&kind=total", "Gone from the web.", "The date was wrong."),
        ("change=withdrawn", "It counted something else.", "The date was wrong."),
        ("change=updated&kind=source", "Gone from the web.", "It counted something else."),
    ],
)
def test_kind_and_change_narrow_the_page_and_the_feed(client, changed, query, there, missing):
    for address in ("/corrections/", "/corrections.atom"):
        text = words(client.get(f"{address}?{query}"))
        assert there in text
        assert missing not in text


@pytest.mark.parametrize(
    ("query", "kept"), [("", ""), ("?kind=incident&change=updated", "?kind=incident&amp;change=updated")]
)
def test_the_page_leads_to_its_feed_with_its_filter(client, changed, query, kept):
    for prefix in ("", "/uk"):
        page = client.get(f"{prefix}/corrections/{query}").content.decode()
        address = f'href="{prefix}/corrections.atom{kept}"'
        assert address in re.search(r"<head>.*</head>", page, flags=re.DOTALL)[0]
        assert f"<a {address}" in page


def test_the_feed_is_offered_before_there_is_anything_in_it(client):
    assert '<a href="/corrections.atom"' in client.get("/corrections/").content.decode()
    assert '<a href="/corrections.atom' not in client.get("/corrections/?kind=person").content.decode()


def test_a_choice_that_nothing_fits_is_empty_and_not_an_error(client, changed):
    assert "0 changes" in words(client.get("/corrections/?change=merged"))


@pytest.mark.parametrize("query", ["kind=person", "change=first", "colour=red", "page=2", "page=1&page=2"])
def test_what_is_not_understood_is_refused(client, changed, query):
    assert client.get(f"/corrections/?{query}").status_code == 400
    assert client.get(f"/uk/corrections/?{query}").status_code == 400
    refused = client.get(f"/corrections.atom?{query}")
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_the_feed_carries_the_same_details(client, changed):
    feed = ElementTree.fromstring(client.get("/corrections.atom").content)  # noqa: S314 — our own answer
    summaries = [entry.findtext(f"{ATOM}summary") for entry in feed.findall(f"{ATOM}entry")]
    assert len(summaries) == 3
    [incident] = [summary for summary in summaries if summary.startswith("The date was wrong.")]
    assert "Changed since the previous edition: title, setting." in incident
    assert incident.endswith("/incidents/HDC-0001/compare/?from=1&to=2")
