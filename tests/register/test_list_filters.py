"""The list of incidents narrows to exactly what each parameter says, on the starting register."""

import re

import pytest
from django.test import Client

from tests.answers import listed_at

pytestmark = pytest.mark.usefixtures("starting_register")

ALL = {f"HDC-{number:04}" for number in range(1, 17)}


def listed(client: Client, query: str = "") -> list[str]:
    return listed_at(client, f"/incidents/?{query}")


def codes(*numbers: int) -> set[str]:
    return {f"HDC-{number:04}" for number in numbers}


def test_without_a_filter_every_incident_is_listed(client):
    assert set(listed(client)) == ALL


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/incidents/?grade=&date_from=&killed_min=&q=&sort=&page=&oblast=", "/incidents/"),
        ("/uk/incidents/?q=&grade=corroborated&sort=&grade=", "/uk/incidents/?grade=corroborated"),
        ("/text/incidents/?grade=verified&grade=corroborated&q=", "/text/incidents/?grade=verified&grade=corroborated"),
    ],
)
def test_an_empty_value_counts_as_absent_and_does_not_stay_in_the_address(client, given, kept):
    response = client.get(given, follow=True)
    assert (response.status_code, response.redirect_chain) == (200, [(kept, 302)])


def test_an_empty_value_of_what_is_no_parameter_is_refused_like_any_other(client):
    assert client.get("/incidents/?colour=&q=").status_code == 400


def test_from_a_day_on_leaves_what_may_have_happened_then_or_later(client):
    assert set(listed(client, "date_from=2025-04-11")) == codes(2, 3, 4)


def test_up_to_a_day_leaves_what_may_have_happened_then_or_earlier(client):
    # The three of unknown beginning (7, 10, 14) may have happened at any earlier time.
    assert set(listed(client, "date_to=2022-12-30")) == codes(6, 7, 8, 10, 14)


def test_a_range_of_days_is_an_overlap(client):
    assert set(listed(client, "date_from=2024-08-15&date_to=2024-09-10")) == codes(5, 13, 14)


def test_a_month_stands_for_its_first_and_its_last_day(client):
    assert listed(client, "date_from=2024-11&date_to=2024-11") == ["HDC-0001"]


def test_one_oblast(client):
    assert set(listed(client, "oblast=UA-14")) == codes(2, 3, 4, 6, 8, 10, 14)


def test_several_oblasts_are_either_of_them(client):
    assert set(listed(client, "oblast=UA-63&oblast=RU-KRS")) == codes(5, 13, 15)


def test_an_oblast_without_incidents_gives_an_empty_list_that_says_what_that_means(client):
    response = client.get("/incidents/?oblast=UA-46")
    assert response.status_code == 200
    page = response.content.decode()
    assert "No incident in the register fits all of this" in page
    assert "0 of 16 incidents: in Lviv Oblast." in page


def test_one_grade(client):
    assert set(listed(client, "grade=corroborated")) == codes(1, 2, 15)


def test_several_grades_are_either_of_them(client):
    assert set(listed(client, "grade=corroborated&grade=contested")) == codes(1, 2, 6, 7, 15)


def test_conduct(client):
    assert set(listed(client, "conduct=no_quarter_order")) == codes(1, 5, 12)
    assert set(listed(client, "conduct=human_shield")) == codes(9)
    assert set(listed(client, "conduct=human_shield&conduct=mutilation")) == codes(7, 9)


def test_setting(client):
    assert "HDC-0006" in listed(client, "setting=place_of_detention")
    together = listed(client, "setting=on_capture&setting=during_transfer&setting=place_of_detention&setting=unknown")
    assert set(together) == ALL


def test_killed_at_least_goes_by_the_best_estimate_else_by_the_lowest_number(client):
    # Novodarivka: best 5, lowest 2. Olenivka: no best estimate, lowest 50.
    assert set(listed(client, "killed_min=5")) == codes(1, 6, 14, 15)
    assert set(listed(client, "killed_min=50")) == codes(6)
    assert set(listed(client, "killed_min=51")) == set()


def test_at_least_so_many_independent_origins(client):
    assert set(listed(client, "origins_min=5")) == codes(1, 8, 15)
    assert listed(client, "origins_min=10") == ["HDC-0001"]


def test_any_investigation_leaves_out_where_none_was_found(client):
    assert set(listed(client, "investigation=any")) == ALL - codes(5)


def test_no_investigation_is_where_a_search_found_none(client):
    assert set(listed(client, "investigation=none")) == codes(5)


def test_the_current_status_of_an_investigation(client):
    assert set(listed(client, "investigation=convicted")) == codes(12)
    assert set(listed(client, "investigation=suspicion_notified")) == codes(6)


def test_a_unit_that_an_attribution_names(client):
    assert listed(client, "unit=U-0001") == ["HDC-0001"]


def test_the_kind_of_a_cited_source(client):
    assert "HDC-0001" in listed(client, "source_kind=intercept")
    assert 0 < len(listed(client, "source_kind=intercept")) < 16


def test_words_are_found_in_either_language_and_every_word_counts(client):
    assert listed(client, "q=Novodarivka") == ["HDC-0001"]
    assert listed(client, "q=Новодарівка") == ["HDC-0001"]
    assert set(listed(client, "q=Robotyne")) == codes(9, 11)
    assert listed(client, "q=robotyne+ASSAULT") == ["HDC-0009"]


def test_a_code_is_found_as_a_word(client):
    assert listed(client, "q=HDC-0012") == ["HDC-0012"]


def test_an_apostrophe_of_any_kind_finds_the_same(client):
    found = [listed(client, f"q=п{mark}ятьох") for mark in ("%27", "’", "ʼ", "`")]
    assert found[0]
    assert all(each == found[0] for each in found)


def test_wildcards_of_the_database_match_nothing_by_themselves(client):
    assert set(listed(client, "q=No%25vka")) == set(listed(client, "q=No+vka"))
    assert listed(client, "q=Novodariv__") == listed(client, "q=Novodariv")


def test_all_filters_together_narrow(client):
    query = "oblast=UA-14&setting=on_capture&killed_min=2&date_from=2025&sort=date&investigation=any&origins_min=3"
    assert listed(client, query) == ["HDC-0004", "HDC-0002"]


def test_the_usual_order_is_by_date_the_latest_first(client):
    assert listed(client) == listed(client, "sort=-date")
    assert listed(client)[:3] == ["HDC-0002", "HDC-0004", "HDC-0003"]


def test_by_date_the_earliest_first(client):
    # A date without a beginning sorts at its latest day; the code decides between two of one day.
    assert listed(client, "sort=date")[:4] == ["HDC-0006", "HDC-0007", "HDC-0008", "HDC-0009"]
    assert listed(client, "sort=date")[-3:] == ["HDC-0003", "HDC-0004", "HDC-0002"]


def test_by_killed_those_without_a_number_come_last_in_both_directions(client):
    assert listed(client, "sort=-killed")[:3] == ["HDC-0006", "HDC-0014", "HDC-0015"]
    assert listed(client, "sort=-killed")[-1] == "HDC-0005"
    assert listed(client, "sort=killed")[-1] == "HDC-0005"


def test_ties_are_broken_by_the_code(client):
    ones = [code for code in listed(client, "sort=killed") if code in codes(3, 7, 8, 9, 12)]
    assert ones == sorted(ones)


def test_by_publication(client):
    latest, earliest = listed(client, "sort=-published"), listed(client, "sort=published")
    assert set(latest) == ALL
    assert latest == earliest[::-1]


def test_the_sentence_names_every_active_limit(client):
    page = client.get(
        "/incidents/?oblast=UA-14&grade=single_origin&grade=corroborated&killed_min=2&date_from=2024-05-01"
    ).content
    assert (
        "3 of 16 incidents: in Donetsk Oblast, graded single origin or corroborated, with at least 2 killed, "
        "that may have happened on or after 1 May 2024; sorted by date, latest first."
    ) in page.decode()


def test_each_chip_takes_its_own_limit_away_and_no_other(client):
    page = client.get("/incidents/?grade=corroborated&grade=contested&killed_min=2&page=1").content.decode()
    chips = re.findall(r'<a class="chip" href="([^"]*)"', page)
    assert chips == [
        "?grade=contested&amp;killed_min=2",
        "?grade=corroborated&amp;killed_min=2",
        "?grade=corroborated&amp;grade=contested",
    ]


def test_the_form_shows_what_is_active(client):
    page = client.get("/incidents/?oblast=UA-14&killed_min=2&sort=killed&q=prosecutors").content.decode()
    assert 'value="UA-14" id="id_oblast_0" checked' in page
    assert 'name="killed_min" value="2"' in page
    assert '<option value="killed" selected>' in page
    assert 'value="prosecutors"' in page
