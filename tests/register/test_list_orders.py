"""Pages of the list are slices of orders that a process holds: they are those of the database, for every order."""

import pytest
from django.http import QueryDict

from incidents.publishing.rows import write_incident
from incidents.register.filters import facet_index
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.incidents import SORT, place_by
from incidents.register.filters.orders import BLOCK, Order
from incidents.register.models import Edition, RegisterIncident
from incidents.register.search import ranking
from tests.published import publish, withdraw

SORT_CODES = [code for code, _label in SORT.choices]


def asked(query: str) -> IncidentFilter:
    filterset = IncidentFilter(QueryDict(query), queryset=RegisterIncident.objects.current())
    assert filterset.is_valid()
    return filterset


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("sort", ["", *SORT_CODES])
@pytest.mark.parametrize("query", ["", "q=drone", "grade=contested&grade=corroborated", "killed_min=2", "q=-drone"])
def test_a_held_order_is_that_of_the_database(sort, query):
    filterset = asked(f"{query}&sort={sort}")
    expected = list(filterset.ordered.values_list("edition_id", flat=True))
    assert expected
    assert list(ResultSet(current_index(), filterset)[: len(expected)]) == expected
    assert ResultSet(current_index(), filterset)[3:5] == expected[3:5]
    assert ResultSet(current_index(), filterset)[-1] == expected[-1]


@pytest.mark.usefixtures("starting_register")
def test_any_stretch_of_an_order_is_found_over_many_blocks(monkeypatch):
    held = current_index()
    fact = next(iter(held.facts.values()))
    many = {number: fact._replace(code=f"HDC-{number:05}") for number in range(1, 3 * BLOCK + 7)}
    order = Order(place_by("-date"), many)
    chosen = facet_index.BitMap(range(2, 3 * BLOCK, 3))
    expected = [number for number in order.numbers if number in chosen]
    for start in (0, 1, 25, BLOCK - 1, BLOCK, len(expected) - 3, len(expected)):
        assert order.slice(chosen, start, start + 25) == expected[start : start + 25]


@pytest.mark.usefixtures("starting_register")
def test_of_many_hits_those_with_the_words_in_their_title_come_first_and_the_rest_by_date(monkeypatch):
    everything = list(ResultSet(current_index(), asked("q=soldier"))[:100])
    monkeypatch.setattr(facet_index, "MOST_RANKED", 3)
    held = facet_index.FacetIndex(current_index().version)
    few = list(ResultSet(held, asked("q=soldier"))[:100])
    assert sorted(few) == sorted(everything)
    by_date = list(ResultSet(held, asked("q=soldier&sort=-date"))[:100])
    rest = [number for number in by_date if number not in few[:3]]
    assert few[3:] == rest
    titled = held.found(asked("q=soldier").asked.tsquery("register"), in_title=True)
    assert titled
    assert len(titled & facet_index.BitMap(few[:3])) == min(3, len(titled))
    assert ranking.MOST_RANKED > 3  # what a reader is told


@pytest.mark.usefixtures("committed")
def test_a_snapshot_that_follows_another_equals_one_made_from_nothing():
    publish("source", "S-0001")
    for n in range(1, 6):
        publish("incident", f"HDC-{n:04}")
    before = current_index()
    before.order("-date")
    publish("incident", "HDC-0002", setting="unknown", conduct=["other"])
    publish("incident", "HDC-0006", grade={"code": "verified"})
    withdraw("incident", "HDC-0003", {"en": "A mistake."})
    after, anew = current_index(), facet_index.FacetIndex(current_index().version)
    assert after is not before
    assert after.everything == anew.everything
    assert {name: dict(after.values(name)) for name in after._sets} == {
        name: dict(anew.values(name)) for name in anew._sets
    }
    assert after.facts == anew.facts
    for sort in ("-date", "date", "-published", "killed"):
        assert after.order(sort).numbers == anew.order(sort).numbers
    assert len(before.everything) == 5, "who still reads the earlier one must not be disturbed"


@pytest.mark.usefixtures("committed")
def test_an_incident_that_is_counted_anew_by_the_edition_of_a_source_is_read_again():
    publish("source", "S-0001")
    publish("source", "S-0002")
    publish("incident", "HDC-0001")
    assert dict(current_index().values("source_kind")).keys() == {"news_original"}
    first = publish("source", "S-0001", kind="video")
    # As the door does in the same transaction.
    write_incident(Edition.objects.using("default").get(kind="incident"))
    assert dict(current_index().values("source_kind")).keys() == {"video"}
    assert next(iter(current_index().facts.values())).made_from == first.pk


@pytest.mark.parametrize(
    "n", [1, facet_index.BLOCK - 1, facet_index.BLOCK, 3 * facet_index.BLOCK, 3 * facet_index.BLOCK + 5]
)
def test_what_is_at_least_or_at_most_a_key_is_found_over_many_blocks(n):
    """Keys are the even numbers, and the incident of each has its half as its number."""
    held = facet_index.Ranked(
        {2 * number: facet_index.BitMap([number]) for number in range(n)}, facet_index.BitMap(range(n + 2))
    )
    assert held.unknown == facet_index.BitMap([n, n + 1])
    for key in {0, 1, 2, 2 * facet_index.BLOCK - 1, 2 * facet_index.BLOCK, n, 2 * n - 2, 2 * n - 1, 2 * n, -1}:
        assert list(held.at_least(key)) == [number for number in range(n) if 2 * number >= key]
        assert list(held.at_most(key)) == [number for number in range(n) if 2 * number <= key]
