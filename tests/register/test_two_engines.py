"""SQL and the bitmap index leave the same incidents, for every declared filter and order and at every boundary.

Rows and values are made from the declarations and the columns of the model, so that a filter which is declared tomorrow
is compared as well; one of a class that `values_of` does not know fails.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents import dates, people_counts
from incidents.register.filters import editions, investigations, sources
from incidents.register.filters.facet_index import FacetIndex
from incidents.register.filters.fields import Offered
from incidents.register.filters.filter_types import (
    AtLeast,
    Codes,
    DateFrom,
    DateTo,
    Filter,
    OneCode,
    OneOf,
    Search,
    Years,
)
from incidents.register.filters.incidents import FACETS, FILTERS, SORTS, STEADY, place_by
from incidents.register.filters.orders import Order
from incidents.register.head import version
from incidents.register.models import (
    Edition,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSearch,
    RegisterSource,
)
from tests.published import INCIDENT, publish

DAYS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 6, 15), date(2024, 12, 31), date(2025, 1, 1)]
MOMENTS = [datetime(2026, 1, 1, 12, 0, 0, 1, UTC), datetime(2026, 1, 1, 12, 0, 0, 2, UTC)]
NUMBERS = [None, 0, 1, 2, 3]
TEXTS = ["'drone':1A 'video':2", "'drone':1", "'court':1"]
WORDS = ["drone", "drone -video", "court", "nothing at all"]
ABSENT = "no_such_code"
ENDS = [pair for pair in product([None, *DAYS], repeat=2) if None in pair or pair[0] <= pair[1]]
LISTS: list[tuple[type[models.Model], Sequence[Filter]]] = [
    (RegisterIncident, FILTERS),
    (RegisterSource, sources.FILTERS),
    (RegisterInvestigation, investigations.FILTERS),
    (Edition, editions.EDITIONS),
    (Edition, editions.CORRECTIONS),
]
type Row = dict[str, Any]


def codes_of(declared: Codes) -> list[str]:
    """Some codes that a row may have: those of the vocabulary, of the choices, or invented ones of the register's."""
    if isinstance(declared.choices, Offered):
        return ["X-0001", "X-0002", "X-0003"]
    return declared.terms.values[:3] if declared.terms else [code for code, _label in declared.choices][:3]


def cells_of(column: str) -> list[Any]:
    """What a column of the read row may hold, at the boundaries: by its declaration, else by its type."""
    declared = next((each for each in FACETS if each.column == column), None)
    field = RegisterIncident._meta.get_field(column)
    if declared is not None:
        codes = codes_of(declared)
        return [[], codes[:1], codes[1:2], codes[:2]] if declared.is_list else ["", *codes]
    if isinstance(field, ArrayField):
        return [[], ["X-0001"]]
    if isinstance(field, models.DateTimeField):
        return MOMENTS
    if isinstance(field, models.IntegerField):
        return NUMBERS if field.null else NUMBERS[1:]
    raise AssertionError(f"say here what the column {column} may hold")


DATED = {"earliest", "latest", "sort_date"}
# Also the highest number killed, which no filter or order may read.
READ = {column for each in (*FILTERS, *SORTS.values()) for column in each.columns}
COLUMNS = sorted((READ | {"killed_high"}) - DATED)


def row_of(ends: tuple[date | None, date | None], cells: Sequence[Any], text: str) -> Row:
    earliest, latest = ends
    return {
        "earliest": earliest,
        "latest": latest,
        "sort_date": earliest or latest,
        "text": text,
        **dict(zip(COLUMNS, cells, strict=True)),
    }


def every_boundary() -> list[Row]:
    """Each pair of ends of a date, and each two cells of any two columns, beside each other in some row."""
    pools = [cells_of(column) for column in COLUMNS]
    rows = [row_of(ends, [pool[at % len(pool)] for pool in pools], TEXTS[at % 3]) for at, ends in enumerate(ENDS)]
    for first, second in combinations(range(len(pools)), 2):
        for cell, other in product(pools[first], pools[second]):
            cells = [pool[len(rows) % len(pool)] for pool in pools]
            cells[first], cells[second] = cell, other
            rows.append(row_of(ENDS[len(rows) % len(ENDS)], cells, TEXTS[len(rows) % 3]))
    return rows


ROWS = st.lists(
    st.builds(
        row_of,
        st.sampled_from(ENDS),
        st.tuples(*(st.sampled_from(cells_of(column)) for column in COLUMNS)),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=8,
)


def write(rows: Sequence[Row]) -> FacetIndex:
    """The rows in the tables that filters read, and the index of them, both over the test's own connection."""
    added = Edition.objects.using("default").bulk_create(
        Edition(
            kind="incident",
            code=f"HDC-{at:05}",
            number=1,
            change="first",
            document="{}",
            digest=hashlib.sha256(b"{}").hexdigest(),
            published_at=row["published_at"],
        )
        for at, row in enumerate(rows)
    )
    made = [
        RegisterIncident(
            **{name: value for name, value in row.items() if name != "text"},
            code=edition.code,
            edition=edition,
            number=1,
            first_published_at=edition.published_at,
            made_from=edition.pk,
        )
        for edition, row in zip(added, rows, strict=True)
    ]
    RegisterIncident.objects.using("default").bulk_create(made)
    RegisterSearch.objects.using("default").bulk_create(
        RegisterSearch(incident_id=edition.code, number=edition.pk, vector=row["text"])
        for edition, row in zip(added, rows, strict=True)
    )
    return FacetIndex(version("default"), database="default")


def current() -> models.QuerySet[RegisterIncident]:
    return RegisterIncident.objects.using("default").current()


def in_sql(*limits: tuple[Filter, Any]) -> set[int]:
    found = current()
    for declared, value in limits:
        found = declared.narrow(found, value)
    return set(found.values_list("edition_id", flat=True))


def in_index(index: FacetIndex, *limits: tuple[Filter, Any]) -> set[int]:
    return set(index.matching({declared.name: declared.matching(index, value) for declared, value in limits}))


def values_of(declared: Filter) -> list[Any]:
    """Values to ask for: each boundary, what lies on either side of it, and several of what takes several."""
    if isinstance(declared, AtLeast):
        return [1, 2, 3, 4]
    if isinstance(declared, DateFrom | DateTo):
        return sorted({day + timedelta(days=step) for day in DAYS for step in (-1, 0, 1)})
    if isinstance(declared, Search):
        return WORDS
    if isinstance(declared, Years):
        return [["2023"], ["2024"], ["2022"], ["2023", "2025"]]
    if isinstance(declared, Codes):
        offered = [] if isinstance(declared.choices, Offered) else [code for code, _label in declared.choices]
        codes = dict.fromkeys([*offered[:2], *codes_of(declared)])
        return [*([code] for code in (*codes, ABSENT)), *map(list, combinations(codes, 2))]
    raise AssertionError(f"say here which values of {declared.name} lie at a boundary")


def fits(declared: Filter, row: RegisterIncident, value: Any) -> bool | None:
    """The meaning of a filter in plain words of Python, where it has a rule of its own; None where it has none."""
    if declared.name == "killed_min":
        number = people_counts.killed(row.killed_low, row.killed_best)
        return number is not None and number >= value
    if isinstance(declared, DateFrom):
        return dates.overlaps(row.earliest, row.latest, value, None)
    if isinstance(declared, DateTo):
        return dates.overlaps(row.earliest, row.latest, None, value)
    if isinstance(declared, Years):
        return any(
            dates.overlaps(row.earliest, row.latest, date(int(year), 1, 1), date(int(year), 12, 31)) for year in value
        )
    if isinstance(declared, OneOf):
        return getattr(row, declared.column) in value
    return None


@pytest.mark.django_db
@pytest.mark.parametrize("declared", FILTERS, ids=lambda each: each.name)
def test_both_engines_and_the_rule_itself_leave_the_same_at_every_boundary(declared):
    index = write(every_boundary())
    rows = list(current())
    seen = set()
    for value in values_of(declared):
        found = in_sql((declared, value))
        assert in_index(index, (declared, value)) == found, value
        expected = {row.edition_id for row in rows if fits(declared, row, value)}
        assert found == expected or fits(declared, rows[0], value) is None, value
        seen.add(len(found))
    assert len(seen) > 1, "rows and values tell nothing of this filter"
    assert max(seen) > 0


@pytest.mark.django_db
def test_both_engines_leave_the_same_of_any_two_filters():
    index = write(every_boundary())
    for first, second in combinations(FILTERS, 2):
        for value, other in zip(values_of(first) * 2, values_of(second)[::-1] * 2, strict=False):
            limits = (first, value), (second, other)
            assert in_index(index, *limits) == in_sql(*limits), (first.name, value, second.name, other)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [code for code, _label in STEADY])
def test_both_engines_put_rows_in_the_same_order(order):
    index = write(every_boundary())
    sort = SORTS[order.removeprefix("-")]
    expected = current().order_by(*sort.order_by(descending=order.startswith("-")))
    assert Order(place_by(order), index.facts).numbers == list(expected.values_list("edition_id", flat=True))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, data=st.data())
def test_both_engines_agree_on_any_rows_and_any_limits(rows, data):
    with transaction.atomic("default"):
        index = write(rows)
        chosen = data.draw(st.lists(st.sampled_from(FILTERS), min_size=1, max_size=3, unique_by=lambda each: each.name))
        limits = [(declared, data.draw(st.sampled_from(values_of(declared)))) for declared in chosen]
        assert in_index(index, *limits) == in_sql(*limits)
        order = data.draw(st.sampled_from([code for code, _label in STEADY]))
        sort = SORTS[order.removeprefix("-")]
        expected = current().order_by(*sort.order_by(descending=order.startswith("-")))
        assert Order(place_by(order), index.facts).numbers == list(expected.values_list("edition_id", flat=True))
        transaction.set_rollback(True, "default")


@pytest.mark.django_db
def test_an_incident_of_which_only_the_highest_number_is_known_is_not_at_least_any_number():
    index = write([row for row in every_boundary() if row["killed_low"] is None and row["killed_best"] is None])
    declared = next(each for each in FILTERS if each.name == "killed_min")
    assert current().filter(killed_high__gte=1).exists()
    assert in_index(index, (declared, 1)) == in_sql((declared, 1)) == set()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("name", SORTS)
@pytest.mark.parametrize(
    ("ends", "numbers"),
    [
        (("2024-01-01", "2024-06-15"), {"low": 1, "best": 2, "high": 3}),
        ((None, "2024-06-15"), {"low": 1, "best": None, "high": 3}),
        (("2024-01-01", None), {"low": None, "best": None, "high": 3}),
        ((None, None), {"low": 0, "best": None, "high": None}),
    ],
)
def test_an_earlier_edition_stood_where_its_row_stood(name, ends, numbers):
    when = INCIDENT["date"] | {"edtf": "", "earliest": ends[0], "latest": ends[1]}
    edition = publish("incident", "HDC-0001", date=when, killed=numbers | {"sources": {}}, citations=[])
    row = RegisterIncident.objects.using("default").values(*SORTS[name].columns).get(code="HDC-0001")
    assert SORTS[name].value_then(edition) == SORTS[name].value(row)


@pytest.mark.parametrize(("model", "filters"), LISTS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_filter_names_an_index_that_the_model_has(model, filters):
    indexes = {each.name: each.fields for each in model._meta.indexes}
    orders = SORTS.values() if model is RegisterIncident else ()
    named = {each.index for each in (*filters, *orders)} - {""}
    assert named <= indexes.keys()
    columns = {column for each in filters for column in each.columns}
    forgotten = {name for name, fields in indexes.items() if len(fields) == 1 and fields[0] in columns} - named
    assert forgotten - {"register_incident_cases"} == set(), "an index for a filter that does not name it"


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "filters"), LISTS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_filter_is_sql_over_columns_that_the_model_has(model, filters):
    for declared in filters:
        values = [declared.choices[0][0]] if isinstance(declared, OneCode) else values_of(declared)
        for value in values:
            assert declared.narrow(model._default_manager.using("default"), value).count() == 0


@pytest.mark.parametrize("declared", FILTERS, ids=lambda each: each.name)
def test_a_filter_is_said_in_both_languages(declared):
    said = []
    for language in ("en", "uk"):
        with translation.override(language):
            value = values_of(declared)[0]
            offered = isinstance(declared, Codes) and isinstance(declared.choices, Offered)
            phrase = declared.phrase("X-0001") if offered else declared.said({declared.name: value})
            said.append((str(declared.label), phrase))
    (label, phrase), (label_uk, phrase_uk) = said
    assert label != label_uk
    assert phrase != phrase_uk
