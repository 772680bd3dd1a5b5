"""/timeline/ shows the incidents of the list's filter on one axis: a point for a day, a bar for less."""

from datetime import date

import pytest

from incidents.register.charts.histogram import Axis
from incidents.register.models import RegisterIncident
from incidents.register.pages.timeline import strip
from tests.answers import listed_at

AXIS = Axis(date(2024, 1, 1), 1, 10)


def known(earliest: date | None, latest: date | None, edtf: str = "") -> RegisterIncident:
    return RegisterIncident(code="HDC-0001", date=edtf, earliest=earliest, latest=latest)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    "query", ["", "?oblast=UA-14&sort=date", "?q=drone", "?date_from=2024&date_to=2024", "?grade=verified"]
)
@pytest.mark.parametrize("language", ["", "/uk"])
def test_it_shows_what_the_list_shows_in_the_same_order(client, query, language):
    assert listed_at(client, f"{language}/timeline/{query}") == listed_at(client, f"{language}/incidents/{query}")


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    "query", ["grade=foo", "colour=red", "date_from=2025&date_to=2024", "page=99", "sort=x", "page=1&page=2"]
)
def test_it_refuses_what_the_list_refuses(client, query):
    refusal = client.get(f"/timeline/?{query}")
    assert refusal.status_code == client.get(f"/incidents/?{query}").status_code == 400
    assert "time-row" not in refusal.content.decode()
    assert 'action="/timeline/"' in refusal.content.decode()


@pytest.mark.usefixtures("starting_register")
def test_the_views_lead_to_each_other_with_the_same_filter(client):
    page = client.get("/timeline/?grade=corroborated&oblast=UA-14&page=1").content.decode()
    assert 'href="/incidents/?grade=corroborated&amp;oblast=UA-14"' in page
    page = client.get("/incidents/?grade=corroborated&oblast=UA-14&page=1").content.decode()
    assert 'href="/timeline/?grade=corroborated&amp;oblast=UA-14"' in page


@pytest.mark.usefixtures("starting_register")
def test_nothing_found_is_said_as_on_the_list(client):
    page = client.get("/timeline/?q=zzzz").content.decode()
    assert "No incident in the register fits all of this" in page
    assert "<ol" not in page


def test_a_day_is_a_point_in_its_middle():
    drawn = strip(known(date(2024, 3, 1), date(2024, 3, 1)), Axis(date(2024, 3, 1), 1, 1))
    assert drawn.dot == "1.613%"  # half of one day in 31


def test_a_span_runs_from_its_first_morning_to_the_end_of_its_last_day():
    drawn = strip(known(date(2024, 2, 1), date(2024, 3, 31)), AXIS)
    assert (drawn.dot, drawn.start, drawn.length, drawn.end) == (None, "10%", "20%", "30%")
    assert not drawn.open_start
    assert not drawn.open_end


def test_an_open_end_reaches_the_edge():
    before = strip(known(None, date(2024, 5, 31)), AXIS)
    assert (before.start, before.length, before.open_start, before.open_end) == ("0%", "50%", True, False)
    after = strip(known(date(2024, 6, 1), None), AXIS)
    assert (after.start, after.length, after.open_start, after.open_end) == ("50%", "50%", False, True)


def test_about_a_day_is_a_hollow_point():
    assert strip(known(date(2024, 3, 1), date(2024, 3, 1), "2024-03-01~"), AXIS).approximate
    assert not strip(known(date(2024, 3, 1), date(2024, 3, 1), "2024-03-01"), AXIS).approximate


def test_without_a_date_nothing_is_drawn():
    assert strip(known(None, None), AXIS) is None
