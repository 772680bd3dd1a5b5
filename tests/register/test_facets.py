"""The number beside a value of a filter is the length of the list that a click gives, whatever else is limited."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import OperationalError, connections
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.register.as_of import Moment, register_at
from incidents.register.filters import facet_index
from incidents.register.filters.facet_index import FacetIndex, ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.incidents import FACETS
from incidents.register.models import Edition, RegisterIncident
from incidents.vocabulary import Conduct, Grade, Setting, SourceKind, StepStatus
from tests.published import publish

ORIGINS = IncidentFilter.filters["origins_min"].minimums
VALUES = {
    "grade": Grade.values,
    "oblast": ["UA-14", "UA-23", "UA-63", "UA-65", "RU-KRS", "UA-46"],
    "conduct": Conduct.values,
    "setting": Setting.values,
    "year": ["2021", "2022", "2023", "2024", "2025"],
    "source_kind": SourceKind.values,
    "investigation": ["any", "none", *StepStatus.values],
    "unit": ["U-0001", "U-0002", "U-0003"],
}
# A facet that was declared since is tried with the terms of its vocabulary.
VALUES = {each.name: VALUES.get(each.name) or each.terms.values for each in FACETS}
DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31)).map(str)
LIMITS = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.lists(st.sampled_from(values), min_size=1, max_size=3) for name, values in VALUES.items()},
        "date_from": DAYS,
        "date_to": DAYS,
        "killed_min": st.integers(1, 6).map(str),
        "origins_min": st.sampled_from(ORIGINS).map(str),
        "q": st.sampled_from(["drone", "військовополонені", "prosecutor -drone", '"in the"', "soldier"]),
    },
)


def asked(limits: dict) -> IncidentFilter | None:
    """A filter with these limits; None for those that the list refuses."""
    data = QueryDict(mutable=True)
    for name, value in limits.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    filterset = IncidentFilter(data, queryset=RegisterIncident.objects.current())
    return filterset if filterset.is_valid() else None


@pytest.mark.usefixtures("starting_register")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=LIMITS, data=st.data())
def test_a_count_is_the_length_of_the_list_that_the_click_gives(limits, data):
    filterset = asked(limits)
    if filterset is None:
        return
    chosen = ResultSet(current_index(), filterset)
    assert len(chosen) == filterset.qs.count()
    counts = chosen.counts()
    facet = data.draw(st.sampled_from([each.name for each in FACETS]))
    for value in data.draw(st.lists(st.sampled_from(VALUES[facet]), max_size=3, unique=True)):
        assert counts[facet].get(value, 0) == asked(limits | {facet: [value]}).qs.count(), (facet, value)
    least = data.draw(st.sampled_from(ORIGINS))
    assert counts["origins_min"][str(least)] == asked(limits | {"origins_min": str(least)}).qs.count()


@pytest.mark.usefixtures("starting_register")
def test_counts_equal_plain_sql():
    counts = ResultSet(current_index(), asked({"oblast": ["UA-14"], "killed_min": "2"})).counts()
    with connections["register"].cursor() as cursor:
        cursor.execute(
            "SELECT grade, count(*) FROM register_registerincident WHERE state = 'published' AND oblast = 'UA-14'"
            " AND coalesce(killed_best, killed_low) >= 2 GROUP BY grade"
        )
        expected = dict(cursor.fetchall())
        cursor.execute(
            "SELECT oblast, count(*) FROM register_registerincident WHERE state = 'published'"
            " AND coalesce(killed_best, killed_low) >= 2 GROUP BY oblast"
        )
        by_oblast = dict(cursor.fetchall())
    assert expected
    assert {grade: n for grade, n in counts["grade"].items() if n} == expected
    assert {oblast: n for oblast, n in counts["oblast"].items() if n} == by_oblast


@pytest.mark.usefixtures("starting_register")
def test_several_values_of_a_facet_are_or_and_facets_among_each_other_and():
    either = {row.code for row in asked({"investigation": ["convicted", "none"]}).qs}
    assert either == {row.code for one in ("convicted", "none") for row in asked({"investigation": [one]}).qs}
    both = {row.code for row in asked({"investigation": ["none"], "grade": ["contested"]}).qs}
    assert both == {
        *(row.code for row in asked({"investigation": ["none"]}).qs),
    } & {row.code for row in asked({"grade": ["contested"]}).qs}


@pytest.mark.usefixtures("starting_register")
def test_a_year_is_the_range_of_its_days():
    for year in VALUES["year"]:
        dates = asked({"date_from": f"{year}-01-01", "date_to": f"{year}-12-31"})
        assert set(asked({"year": [year]}).qs) == set(dates.qs)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/uk", "uk")])
def test_a_year_that_only_open_dates_reach_is_folded_and_still_gives_what_it_says(client, prefix, language):
    """Three incidents have an open beginning: they may have happened in 2014, and nobody says that they did."""
    legend = "Рік" if prefix else "Year"

    def values(query=""):
        """The years in view, those in each fold by its label, and the markup of all."""
        page = client.get(f"{prefix}/incidents/{query}").content.decode()
        facet = page.split(f"<legend>{legend}</legend>")[1].split("</fieldset>")[0]
        shown, *folds = facet.split('<details class="fold"')
        years = re.compile(r'value="([0-9]{4})"')
        labels = [re.search("<summary>(.*?)</summary>", each)[1] for each in folds]
        return years.findall(shown), dict(zip(labels, map(years.findall, folds), strict=True)), facet

    with translation.override(language):
        label = translation.gettext("Years that only open dates reach")
    shown, folds, facet = values()
    assert shown == ["2025", "2024", "2023", "2022"]
    assert folds[label] == [str(year) for year in range(2021, 2013, -1)]
    counted = int(re.search(r'value="2014"(?:(?!<li).)*class="facet-n">([0-9]+)', facet, re.DOTALL)[1])
    assert counted == asked({"year": ["2014"]}).qs.count() == 3
    shown, folds, _facet = values("?year=2014")
    assert "2014" in shown
    assert "2014" not in folds[label]


@pytest.mark.usefixtures("starting_register")
def test_the_list_shows_the_counts_and_keeps_a_value_that_gives_nothing(client):
    page = client.get("/incidents/?oblast=UA-46").content.decode()
    assert 'value="UA-46" id="id_oblast_' in page
    assert '<li class="is-empty"><label' in page
    assert 'origins_min=2"' in client.get("/incidents/?grade=corroborated").content.decode()


@pytest.mark.usefixtures("starting_register")
def test_counts_ask_the_database_nothing_once_the_sets_are_made():
    held = current_index()
    filterset = asked({"grade": ["corroborated"], "q": "drone", "date_from": "2023-01-01"})
    ResultSet(held, filterset).counts()
    with CaptureQueriesContext(connections["register"]) as queries:
        ResultSet(held, filterset).counts()
    assert len(queries) == 0


@pytest.mark.usefixtures("committed")
def test_the_sets_follow_the_head_of_the_register(client):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    first = current_index()
    assert current_index() is first
    publish("incident", "HDC-0002")
    assert len(first.everything) == 1
    assert len(current_index().everything) == 2
    assert isinstance(current_index(), FacetIndex)


@pytest.fixture
def two_days(committed):
    """An incident with two editions, and what the process held of other tests forgotten."""
    facet_index._today, facet_index._past = (
        facet_index.FacetIndexCache(2, patience=-1),
        facet_index.FacetIndexCache(2, patience=0.05),
    )
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0001", title={"en": "Another title"})
    yield list(Edition.objects.order_by("pk").values_list("pk", flat=True))
    facet_index._today, facet_index._past = (
        facet_index.FacetIndexCache(2, patience=-1),
        facet_index.FacetIndexCache(2, patience=2),
    )


def test_days_of_the_past_do_not_push_out_the_present(two_days):
    present = current_index()
    for head in (*two_days[:2], *two_days[:2]):
        with register_at(Moment(head)):
            assert current_index() is not present
    assert current_index() is present


def test_while_an_earlier_day_is_laid_out_the_present_is_read_and_another_day_waits_its_turn(two_days, client):
    with facet_index._past._making:
        assert client.get("/incidents/").status_code == 200
        with register_at(Moment(two_days[1])), pytest.raises(OperationalError):
            current_index()
    with register_at(Moment(two_days[1])):
        assert len(current_index().everything) == 1


@pytest.mark.usefixtures("committed")
def test_a_year_that_begins_while_nothing_is_published_is_known_at_once(monkeypatch):
    publish("source", "S-0001")
    when = {"edtf": "2026-11/..", "earliest": "2026-11-01", "latest": None, "basis": "event"}
    publish("incident", "HDC-0001", date=when)
    held = current_index()
    assert asked({"year": ["2027"]}) is None
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 1, tzinfo=UTC))
    filterset = asked({"year": ["2027"]})
    assert [row.code for row in filterset.qs] == ["HDC-0001"]
    assert current_index() is held
    assert len(ResultSet(held, filterset)) == len(held.values("year")["2027"]) == 1
