"""Reported totals: each body's numbers with what they count, beside the register's own for the same time; no sums."""

import re
from datetime import date
from itertools import pairwise

import pytest

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
    for address, count in re.findall(r'<td><a href="([^"]+)">(\d+) incidents?</a>', page)[:20]:
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


HELD = [
    Held(date(2024, 5, 1), date(2024, 5, 1), 1, 2, 3),
    Held(None, date(2024, 1, 1), 4, 4, 4),
    Held(date(2025, 1, 1), None, 0, 0, 0),
]


@pytest.mark.parametrize(
    ("first", "last", "incidents", "low", "high"),
    [
        (None, None, 3, 5, 7),
        (date(2024, 5, 1), date(2024, 5, 1), 1, 1, 3),
        (None, date(2023, 1, 1), 1, 4, 4),
        (date(2026, 1, 1), None, 1, 0, 0),
    ],
)
@pytest.mark.urls("portal.urls")
def test_the_registers_own_count_is_by_overlap_and_keeps_its_range(first, last, incidents, low, high):
    counted = own(HELD, first, last)
    assert (counted.incidents, counted.low, counted.high) == (incidents, low, high)


def reading(day, value, series="", *, connected=True):
    return Reading(day, value, f"{day}: {value}", series, series, connected)


def test_a_single_day_is_no_course_of_time():
    assert chart([reading(date(2024, 1, 1), 5), reading(date(2024, 1, 1), 6, "other")], []) is None


def test_counts_of_other_periods_and_scopes_are_not_connected():
    drawn = chart(
        [
            reading(date(2024, 1, 1), 5),
            reading(date(2024, 6, 1), 9),
            reading(date(2024, 7, 1), 2, "2024", connected=False),
            reading(date(2024, 8, 1), 3, "battlefield only"),
        ],
        [],
    )
    assert drawn is not None
    assert [len(line.split()) for line in drawn.lines] == [2, 1]
    assert [mark.hollow for mark in drawn.marks] == [False, False, True, False]
    assert [end.label for end in drawn.ends] == ["", "battlefield only"]


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
