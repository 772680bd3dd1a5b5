"""Two editions of a record beside each other, in public."""

import re

import pytest

from incidents.register.pages.presenters import PARTS
from tests.answers import words
from tests.published import CITATION, INCIDENT, INVESTIGATION, SAMPLES, merge, publish, withdraw

pytestmark = pytest.mark.usefixtures("committed")

OLD = "Two people were reportedly killed in May near the river crossing."
NEW = "Two people were reportedly shot in May near the river crossing."


@pytest.fixture
def two(committed):
    publish("source", "S-0001")
    publish("source", "S-0002", publisher="The Courier")
    publish("incident", "HDC-0001", summary={"en": OLD})
    return publish(
        "incident",
        "HDC-0001",
        note={"en": "A second report was found."},
        summary={"en": NEW},
        date=INCIDENT["date"] | {"edtf": "2024-05-02"},
        conduct=["killing_in_custody", "mutilation"],
        citations=[CITATION | {"quote": "three people were found"}, CITATION | {"source": "S-0002"}],
    )


def test_what_changed_stands_part_after_part_in_a_readers_words(client, two):
    response = client.get("/incidents/HDC-0001/compare/?from=1&to=2")
    text = words(response)
    assert response.status_code == 200
    assert "What changed between edition 1 and edition 2" in text
    assert "Incidents HDC-0001 Two editions" in text
    assert "4 parts differ." in text
    assert "1 May 2024 (2024-05-01)" in text
    assert "2 May 2024 (2024-05-02)" in text
    assert "Mutilation" in text
    assert "A second report was found." in text
    assert re.findall(r"<h2>(\w+)</h2>", response.content.decode()) == ["Summary", "Date", "Conduct", "Citations"]


def test_changed_words_are_marked_by_elements_and_in_words(client, two):
    page = client.get("/incidents/HDC-0001/compare/?from=1&to=2").content.decode()
    assert re.search(r"<del><span[^>]*>\[removed: </span>killed<span", page)
    assert re.search(r"<ins><span[^>]*>\[added: </span>shot<span", page)
    assert "Two people were reportedly " in page


def test_a_citation_is_the_same_by_its_source_and_a_new_one_says_so(client, two):
    text = words(client.get("/incidents/HDC-0001/compare/"))
    assert "Citation: S-0001 Example Gazette" in text
    assert "Citation: S-0002 The Courier added" in text


def test_without_numbers_the_newest_stands_beside_the_one_before(client, two):
    assert "between edition 1 and edition 2" in words(client.get("/incidents/HDC-0001/compare/"))
    publish("incident", "HDC-0001")
    assert "between edition 2 and edition 3" in words(client.get("/incidents/HDC-0001/compare/"))
    assert "between edition 1 and edition 3" in words(client.get("/incidents/HDC-0001/compare/?from=1&to=3"))
    assert "between edition 1 and edition 3" in words(client.get("/incidents/HDC-0001/compare/?from=1"))


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("from=2&to=1", 400, "The first edition has to be older"),
        ("from=1&to=1", 400, "The first edition has to be older"),
        ("from=a&to=2", 400, "Give a whole number"),
        ("from=-1&to=2", 400, "Give a whole number"),
        ("from=0&to=2", 400, "Give a whole number"),
        ("from=1&from=1&to=2", 400, "only once"),
        ("from=1&to=2&page=2", 400, "is not a parameter"),
        ("from=1&to=9", 404, ""),
        ("from=99998&to=99999", 404, ""),
        (f"from=1&to={'9' * 400}", 400, "Give a whole number"),
    ],
)
def test_numbers_that_name_no_two_editions_are_refused(client, two, query, status, said):
    for language in ("", "/uk"):
        response = client.get(f"{language}/incidents/HDC-0001/compare/?{query}")
        assert response.status_code == status
        if said and not language:
            assert said in words(response)


def test_a_record_of_one_edition_has_nothing_to_compare(client, committed):
    publish("source", "S-0001")
    assert client.get("/sources/S-0001/compare/").status_code == 404
    assert client.get("/sources/S-0009/compare/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "code", "changes", "said"),
    [
        ("source", "S-0001", {"availability": "removed"}, "Availability"),
        ("investigation", "I-0001", {"steps": [*INVESTIGATION["steps"], {"date": "2024-06", "status": "suspects_named",
          "source": "S-0001", "note": {}}]}, "June 2024 (2024-06)"),
        ("total", "T-0001", {"value": 9}, "Number"),
    ],
)  # fmt: skip
def test_every_kind_of_record_is_compared(client, committed, kind, code, changes, said):
    publish("source", "S-0001")
    if kind != "source":
        publish(kind, code)
    publish(kind, code, **changes)
    for language in ("", "/uk"):
        assert client.get(f"{language}/{kind}s/{code}/compare/").status_code == 200
    assert said in words(client.get(f"/{kind}s/{code}/compare/"))


def test_quotes_stand_behind_the_content_warning_of_either_edition(client, committed):
    publish("source", "S-0001")
    publish("incident", "HDC-0001", content_warning={"en": "It describes a killing."})
    publish("incident", "HDC-0001", citations=[CITATION | {"quote": "three were found"}], content_warning={})
    page = client.get("/incidents/HDC-0001/compare/").content.decode()
    before, behind = page.split('<details class="warning">')
    assert "three were found" not in re.sub(r"<[^>]+>", "", before)
    assert "It describes a killing." in behind
    assert "found" in behind


def test_withdrawn_and_merged_records_answer_as_their_other_pages_do(client, two):
    publish("incident", "HDC-0002")
    merge("HDC-0001", "HDC-0002", {"en": "The same event."})
    assert client.get("/incidents/HDC-0001/compare/?from=1&to=2").status_code == 200
    assert client.get("/incidents/HDC-0001/compare/?from=2&to=3").status_code == 301
    withdraw("incident", "HDC-0002", {"en": "Staged."})
    response = client.get("/incidents/HDC-0002/compare/?from=1&to=2")
    assert response.status_code == 410
    assert "Staged." in words(response)


def test_editions_lead_to_their_comparisons(client, two):
    publish("incident", "HDC-0001")
    page = client.get("/incidents/HDC-0001/").content.decode()
    assert 'href="/incidents/HDC-0001/compare/?from=2&amp;to=3"' in page
    assert 'action="/incidents/HDC-0001/compare/"' in page
    publish("source", "S-0001", availability="removed")
    assert 'href="/uk/sources/S-0001/compare/?from=1&amp;to=2"' in client.get("/uk/sources/S-0001/").content.decode()


def test_hostile_words_stay_words(client, committed):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    publish("source", "S-0001", title=evil)
    publish("source", "S-0001", title=f"{evil} again", publisher=evil)
    page = client.get("/sources/S-0001/compare/").content.decode()
    assert "<script>" not in page
    assert "<img" not in page


def test_every_part_of_a_document_has_a_name_for_readers():
    for document in SAMPLES.values():
        assert set(document) <= set(PARTS)
