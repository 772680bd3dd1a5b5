"""The home page: what this is, in sentences, with a range and without a sum that claims too much."""

import re

from tests.answers import words
from tests.published import publish


def test_the_starting_register_is_told_in_sentences(client, starting_register):
    page = words(client.get("/"))
    assert "The register holds 16 reported incidents of the years 2022 to 2025." in page
    assert "In the 15 for which a number is given, between 99 and 114 people are reported killed." in page
    assert "For one more, no number is given." in page
    assert (
        "Behind them stand 114 reports, which, counted incident by incident, go back to 51 independent origins" in page
    )


def test_latest_editions_lead_to_what_was_published(client, starting_register):
    assert client.get("/").content.decode().count('class="edition-title"') == 6


def test_an_empty_register_says_so(client, committed):
    assert "Nothing has been published yet." in words(client.get("/"))
    for address in ("/incidents/", "/sources/", "/investigations/", "/totals/", "/corrections/"):
        assert client.get(address).status_code == 200


def test_a_number_without_a_highest_end_is_at_least(client, committed):
    publish("source", "S-0001")
    publish("incident", "HDC-0001", killed={"low": 2, "best": None, "high": None, "sources": {}})
    publish("incident", "HDC-0002", killed={"low": None, "best": 3, "high": 5, "sources": {}})
    page = words(client.get("/"))
    assert "at least 5 people are reported killed; the highest numbers given come to 7." in page
    assert "between" not in page.split("Behind them")[0]


def test_each_grade_leads_to_the_list_of_its_incidents(client, starting_register):
    page = client.get("/").content.decode()
    for code, count in re.findall(r'href="/incidents/\?grade=(\w+)".*?(\d+) incidents?', page, re.DOTALL):
        listed = client.get(f"/incidents/?grade={code}").content.decode()
        assert listed.count('<article class="incident-card">') == int(count)
