"""A list longer than a page: 25 to a page, none twice, none missing, and the limits are kept from page to page."""

import pytest

from tests.answers import listed
from tests.published import publish


@pytest.fixture
def many(committed):
    publish("source", "S-0001")
    for number in range(1, 31):
        grade = {"code": "verified" if number > 2 else "alleged"}
        publish("incident", f"HDC-{number:04}", grade=grade, title={"en": f"Case {number}"})


def test_every_incident_is_on_exactly_one_page(client, many):
    first, second = (client.get(f"/incidents/?page={number}").content.decode() for number in (1, 2))
    assert len(listed(first)) == 25
    assert listed(first) + listed(second) == [f"HDC-{number:04}" for number in range(1, 31)]
    assert client.get("/incidents/?page=3").status_code == 400


def test_the_pager_keeps_the_limits(client, many):
    page = client.get("/incidents/?grade=verified&sort=killed").content.decode()
    assert 'href="?grade=verified&amp;sort=killed&amp;page=2"' in page
    second = client.get("/incidents/?grade=verified&sort=killed&page=2").content.decode()
    assert len(listed(second)) == 3
    assert "28 of 30 incidents: graded verified" in second
