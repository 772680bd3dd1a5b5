"""The months above the list: each counts exactly what its link lists, apart for what is certain and what may be."""

import re
from datetime import date
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from django.utils import translation

from incidents.register.charts.histogram import Axis, Histogram, histogram
from incidents.register.charts.svg_geometry import date_bar
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.models import RegisterIncident
from tests.answers import listed_on_all_pages
from tests.published import publish


def months(query: str = "") -> Histogram | None:
    data = QueryDict(query)
    filterset = IncidentFilter(data, queryset=RegisterIncident.objects.current())
    assert filterset.is_valid(), filterset.form.errors
    return histogram(filterset, data)


def column(drawn: Histogram, label: str):
    return next(each for each in drawn.columns if each.label == label)


def dated(edtf: str, earliest: str | None, latest: str | None) -> dict[str, str | None]:
    return {"edtf": edtf, "earliest": earliest, "latest": latest, "basis": "event"}


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("query", ["", "oblast=UA-14", "grade=corroborated&grade=verified", "date_from=2024-10-01"])
def test_a_month_counts_exactly_what_its_link_lists(client, query):
    drawn = months(query)
    assert drawn is not None
    for each in drawn.columns:
        assert len(listed_on_all_pages(client, each.query)) == each.certain + each.possible, each.label


@pytest.mark.usefixtures("starting_register")
def test_a_month_known_for_certain_is_told_from_one_that_only_may_be():
    drawn = months()
    # Novodarivka on the 24th; the three of unknown beginning ended before.
    assert (column(drawn, "November 2024").certain, column(drawn, "November 2024").possible) == (1, 0)
    # Hlushkovo "in September 2024" is as certain of its month as a day is; Sukhyi Yar was on or before 1 October.
    assert (column(drawn, "September 2024").certain, column(drawn, "September 2024").possible) == (1, 1)
    # Vovchansk lies somewhere between June and August.
    assert column(drawn, "July 2024").certain == 0
    assert column(drawn, "July 2024").possible == 2


@pytest.mark.usefixtures("starting_register")
def test_a_months_link_keeps_the_rest_of_the_filter_and_begins_on_the_first_page():
    link = column(months("grade=corroborated&page=1&oblast=UA-14&date_from=2023-01-01"), "May 2025").query
    assert parse_qsl(link) == [
        ("grade", "corroborated"),
        ("oblast", "UA-14"),
        ("date_from", "2025-05-01"),
        ("date_to", "2025-05-31"),
    ]


@pytest.mark.usefixtures("starting_register")
def test_the_months_outside_of_the_chosen_dates_stay_so_that_another_can_be_chosen():
    assert len(months("date_from=2024-11-01&date_to=2024-11-30").columns) == len(months().columns)
    chosen = [each.label for each in months("date_from=2024-10-31&date_to=2024-11-01").columns if each.chosen]
    assert chosen == ["October 2024", "November 2024"]
    assert not any(each.chosen for each in months().columns)


@pytest.mark.usefixtures("committed")
def test_an_incident_without_any_date_is_said_and_not_drawn():
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0002", date=dated("", None, None))
    drawn = months()
    assert drawn.undated == 1
    assert [(each.certain, each.possible) for each in drawn.columns] == [(1, 0)]


@pytest.mark.usefixtures("committed")
def test_without_any_date_there_are_no_months():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", date=dated("", None, None))
    assert months() is None


@pytest.mark.usefixtures("committed")
def test_many_years_are_counted_by_year():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", date=dated("1995-05-01", "1995-05-01", "1995-05-01"))
    publish("incident", "HDC-0002", date=dated("2024-11/2025-01", "2024-11-01", "2025-01-31"))
    drawn = months()
    assert drawn.by_year
    assert [(each.label, each.certain, each.possible) for each in drawn.counted] == [
        ("1995", 1, 0),
        ("2024", 0, 1),
        ("2025", 0, 1),
    ]
    assert "date_from=2024-01-01&date_to=2024-12-31" in column(drawn, "2024").query


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("path", ["/incidents/", "/uk/incidents/", "/timeline/", "/uk/timeline/"])
def test_numbers_in_the_drawing_have_no_decimal_comma(client, path):
    page = client.get(path).content.decode()
    drawing = re.search(r'<svg class="histogram-bars".*?</svg>\s*<p', page, flags=re.DOTALL).group()
    numbers = re.findall(r'\s(?:x|y|width|height|d)="([^"]*)"', drawing)
    assert len(numbers) > 100
    assert not [number for number in numbers if "," in number or "\xa0" in number]


@pytest.mark.usefixtures("starting_register")
def test_the_table_has_every_link_of_the_drawing_that_holds_something(client):
    page = client.get("/incidents/?setting=on_capture").content.decode()
    drawing = re.search(r'<svg class="histogram-bars".*?<table>', page, flags=re.DOTALL).group()
    table = page[page.index("<table>") :]
    links = re.findall(r'href="\?([^"]*)" tabindex="-1"><title>[^<]*</title><rect[^>]*/><rect', drawing)
    assert len(links) > 5
    assert all(f'href="?{link}"' in table for link in links)


def test_the_axis_names_quarters_where_it_has_no_two_years():
    with translation.override("en"):
        assert [tick.label for tick in Axis(date(2024, 3, 1), 1, 6).ticks] == ["Mar 2024", "May 2024", "Jul 2024"]
        assert [tick.label for tick in Axis(date(2022, 7, 1), 1, 35).ticks] == ["2023", "2024", "2025"]


def test_a_month_on_an_axis_has_a_capital_in_english_alone():
    with translation.override("uk"):
        assert [tick.label for tick in Axis(date(2024, 3, 1), 1, 2).ticks] == ["бер 2024", "кві 2024"]
        assert [tick.label for tick in date_bar(date(2024, 4, 1), date(2024, 4, 30)).ticks][1:] == ["кві", "лип", "жов"]
    with translation.override("en"):
        assert [tick.label for tick in date_bar(date(2024, 4, 1), date(2024, 4, 30)).ticks][1:] == ["Apr", "Jul", "Oct"]


def test_a_day_stands_in_its_month_in_proportion():
    axis = Axis(date(2024, 1, 1), 1, 4)
    assert axis.x(date(2024, 1, 1)) == 0
    assert axis.x(date(2024, 2, 1)) == 25
    assert axis.x(date(2024, 4, 16)) == pytest.approx(87.5)
