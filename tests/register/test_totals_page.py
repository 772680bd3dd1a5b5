"""Reported totals: each body's numbers with what they count, beside the register's own for the same time; no sums."""

import re
from datetime import date
from itertools import pairwise

import pytest

from incidents.people_counts import KilledSum
from incidents.register.charts.lines import Reading, chart
from incidents.register.charts.reported_totals import Held, own
from tests.answers import words
from tests.published import publish, withdraw


@pytest.fixture
def page(client, starting_register):
    return client.get("/totals/").content.decode()


def test_every_total_of_every_body_is_there(page):
    assert len(re.findall(r'<tr id="T-\d{4}">', page)) == 56
    assert page.count('class="section body-totals"') == 5


def test_a_number_stands_with_its_qualifier_period_scope_and_source(page):
    row = words(page.split('<tr id="T-0001">')[1].split("</tr>")[0])
    assert "1 December 2025" in row
    assert "48" in row
    assert "Donetsk oblast only" in row
    assert "S-0036" in row


def test_beside_each_number_stands_what_the_list_holds_of_the_same_time(client, page):
    links = re.findall(r'<a href="([^"]+)">(\d+) incidents?</a>', page)
    assert links
    for address, count in links[:20]:
        listed = client.get(address.replace("&amp;", "&")).content.decode()
        assert listed.count('<article class="incident-card">') == int(count)


def test_no_sum_over_bodies_is_shown(page):
    assert "never added" in words(page)
    assert "Total" not in re.findall(r"<t[hd][^>]*>\s*Total", page)


def test_every_line_has_its_numbers_in_a_table(page):
    assert page.count('<table class="totals stacked">') == page.count('<div class="series"') == 7
    assert 0 < page.count('<figure class="chart">') <= 7


def test_a_total_has_a_page_and_an_older_edition_of_it(client, committed):
    publish("source", "S-0001")
    publish("total", "T-0001")
    publish("total", "T-0001", value=8, note={"en": "Misread."})
    assert "at least 8" in words(client.get("/totals/T-0001/")).lower()
    older = words(client.get("/totals/T-0001/editions/1/"))
    assert "at least 7" in older.lower()
    assert "You are reading edition 1 of 2" in older


def test_a_withdrawn_total_leaves_its_reason_and_no_number(client, committed):
    publish("source", "S-0001")
    publish("total", "T-0001")
    withdraw("total", "T-0001", {"en": "Misquoted."})
    assert client.get("/totals/T-0001/").status_code == 410
    assert "No total has been published yet" in client.get("/totals/").content.decode()


def held(earliest, latest, low, high):
    return Held(earliest, latest, KilledSum(incidents=1, low=low, high=high, counted=1))


HELD = [
    held(date(2024, 5, 1), date(2024, 5, 1), 1, 3),
    held(None, date(2024, 1, 1), 4, 4),
    held(date(2024, 12, 1), date(2025, 1, 31), 7, 9),
    held(date(2025, 1, 1), None, 0, 0),
]
BEGINNING = date(2022, 2, 24)


@pytest.mark.parametrize(
    ("first", "last", "incidents", "low", "high", "uncertain"),
    [
        (BEGINNING, date(2025, 6, 1), 3, 12, 16, 1),
        (BEGINNING, date(2024, 12, 31), 2, 5, 7, 1),
        (BEGINNING, None, 4, 12, 16, 0),
        (date(2024, 1, 1), date(2024, 12, 31), 1, 1, 3, 2),
        (date(2025, 1, 1), date(2025, 12, 31), 0, 0, 0, 2),
        (date(2024, 5, 1), date(2024, 5, 1), 1, 1, 3, 0),
        (date(2024, 5, 2), date(2024, 5, 9), 0, 0, 0, 0),
    ],
)
@pytest.mark.urls("portal.urls")
def test_the_registers_own_count_holds_whole_dates_and_leaves_uncertain_ones_out(
    first, last, incidents, low, high, uncertain
):
    counted = own(HELD, first, last)
    assert (counted.killed.incidents, counted.killed.low, counted.killed.high) == (incidents, low, high)
    assert counted.uncertain == uncertain
    assert bool(counted.url) is not bool(uncertain)


def test_no_incident_is_counted_in_two_years(client, committed):
    publish("source", "S-0001")
    open_start = {"edtf": "../2024-02-01", "earliest": None, "latest": "2024-02-01", "basis": "event"}
    publish("incident", "HDC-0001", date=open_start)
    for number, year in enumerate((2022, 2023, 2024), 1):
        publish("total", f"T-000{number}", period=str(year), scope={}, as_of="2025-01-01")

    page = words(client.get("/totals/"))
    assert page.count("0 incidents") == 3
    assert "The date of 1 incident in this register is not known closely enough" in page


def test_a_scope_that_the_register_cannot_be_narrowed_to_is_not_compared(client, committed):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("total", "T-0001", scope={"en": "battlefield only"}, as_of="2024-05-31")
    publish("total", "T-0002", scope={"en": "battlefield only"}, as_of="2024-07-31")

    page = client.get("/totals/").content.decode()
    assert words(page).count("not compared: this register cannot be narrowed to that scope") == 2
    assert "this register" not in words(page.split('<figure class="chart">')[1].split("</figure>")[0])


def test_a_note_on_a_total_stands_beside_it(client, starting_register):
    assert "looks misprinted" in words(client.get("/totals/T-0013/"))
    page = client.get("/totals/").content.decode()
    for code in ("T-0013", "T-0033"):
        assert "looks misprinted" in page.split(f'<tr id="{code}">')[1].split("</tr>")[0]


def reading(day, value, series="", **more):
    return Reading(day, value, f"{day}: {value}", series, series, **more)


def test_a_single_day_is_no_course_of_time():
    assert chart([reading(date(2024, 1, 1), 5), reading(date(2024, 1, 1), 6, "other")], []) is None


def test_counts_of_other_periods_and_scopes_are_not_connected():
    drawn = chart(
        [
            reading(date(2024, 1, 1), 5),
            reading(date(2024, 6, 1), 9),
            reading(date(2024, 7, 1), 2, "2024", is_part=True),
            reading(date(2024, 8, 1), 3, "battlefield only"),
        ],
        [],
    )
    assert drawn is not None
    assert [len(line.split()) for line in drawn.lines] == [2, 1]
    assert [mark.hollow for mark in drawn.marks] == [False, False, True, False]
    assert [end.label for end in drawn.ends] == ["", "battlefield only"]


def test_a_count_that_is_not_exact_is_an_open_mark_and_no_point_of_a_line():
    drawn = chart(
        [
            reading(date(2024, 1, 1), 5),
            reading(date(2024, 3, 1), 8, is_exact=False, is_open=True),
            reading(date(2024, 4, 1), 8, is_exact=False),
            reading(date(2024, 6, 1), 9),
        ],
        [],
    )
    assert drawn is not None
    assert [len(line.split()) for line in drawn.lines] == [2]
    assert [mark.hollow for mark in drawn.marks] == [False, True, True, False]
    assert [mark.open for mark in drawn.marks] == [False, True, False, False]


def test_the_registers_line_is_steps_within_the_bodys_time():
    drawn = chart(
        [reading(date(2024, 2, 1), 5), reading(date(2024, 12, 31), 9)],
        [(date(2023, 5, 1), 3), (date(2024, 6, 1), 4), (date(2025, 6, 1), 40)],
    )
    assert drawn is not None
    assert drawn.own_end is not None
    assert drawn.own_end.value == "4"
    points = [point.split(",") for point in drawn.own.split()]
    assert len({height for _across, height in points}) == 2
    assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(points))


def test_the_scale_ends_above_the_highest_number_in_at_most_six_lines():
    for highest in (1, 4, 9, 10, 37, 322, 1001):
        drawn = chart([reading(date(2024, 1, 1), 1), reading(date(2024, 2, 1), highest)], [])
        assert drawn is not None
        assert len(drawn.up) <= 7
        assert int(drawn.up[-1].label) >= highest
