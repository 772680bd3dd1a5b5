"""A unit's page: what is ascribed to it, by whom, with which confidence; its other names are searched for."""

import pytest

from tests.answers import listed_at, words
from tests.published import publish, withdraw

BRIGADE = {
    "unit": "U-0001",
    "name": {"en": "155th Separate Brigade", "uk": "155-та окрема бригада"},
    "other_names": ["Military unit 30926", "Штормова"],
    "level": "formation",
    "role": "direct_perpetrator",
    "confidence": "suspected",
    "said_by": "S-0001",
}


@pytest.fixture
def two_incidents(committed):
    publish("source", "S-0001", publisher="Example News")
    publish("incident", "HDC-0001", attributions=[BRIGADE])
    publish("incident", "HDC-0002", attributions=[BRIGADE | {"role": "ordered", "confidence": "disputed"}])


def test_a_unit_stands_with_each_attribution_its_source_and_its_confidence(client, two_incidents):
    page = words(client.get("/units/U-0001/"))

    assert "155th Separate Brigade" in page
    assert "Also: Military unit 30926; Штормова" in page
    first, second = page.split("HDC-0001")[1], page.split("HDC-0002")[1]
    assert "Direct perpetrator" in first
    assert "confidence: Suspected" in first
    assert "Ordered it" in second
    assert "confidence: Disputed" in second
    assert page.count("According to Example News") == 2
    assert "To ascribe an act is not to find anybody guilty." in page


def test_the_list_of_units_counts_incidents_and_leads_to_each(client, two_incidents):
    page = client.get("/units/").content.decode()

    assert 'href="/units/U-0001/"' in page
    assert '<td class="number" data-label="Incidents">2</td>' in page
    assert "155-та окрема бригада" in words(client.get("/uk/units/"))


def test_an_incident_leads_to_the_page_of_its_unit(client, two_incidents):
    assert '<a href="/units/U-0001/">' in client.get("/incidents/HDC-0001/").content.decode()


def test_an_older_edition_does_not_lead_to_a_unit_that_may_be_gone(client, two_incidents):
    publish("incident", "HDC-0001", attributions=[])
    publish("incident", "HDC-0002", attributions=[])

    assert client.get("/units/U-0001/").status_code == 404
    assert "/units/U-0001/" not in client.get("/incidents/HDC-0001/editions/1/").content.decode()


@pytest.mark.parametrize("code", ["U-9999", "U-0001'", "%00", "x" * 300])
def test_a_unit_that_no_incident_names_is_not_found(client, two_incidents, code):
    assert client.get(f"/units/{code}/").status_code in (400, 404)


def test_a_withdrawn_incident_is_not_on_the_page_of_its_unit(client, two_incidents):
    withdraw("incident", "HDC-0002", {"en": "Fabricated."})

    assert "HDC-0002" not in client.get("/units/U-0001/").content.decode()


def test_an_incident_is_found_by_another_name_of_its_unit(client, two_incidents):
    assert set(listed_at(client, "/incidents/?q=30926")) == {"HDC-0001", "HDC-0002"}


def test_a_name_does_not_find_an_ordinary_word_that_only_sounds_alike(client, committed):
    publish("source", "S-0001")
    group = {"en": "Commander of the assault group", "uk": "Командир штурмової групи"}
    publish("incident", "HDC-0001", attributions=[BRIGADE | {"unit": "U-0002", "name": group, "other_names": []}])
    publish("incident", "HDC-0002", attributions=[BRIGADE | {"name": {"uk": "Підрозділ «Шторм»"}, "other_names": []}])

    assert listed_at(client, "/incidents/?q=Шторм") == ["HDC-0002"]
