"""An address that a public list does not understand is refused by name: status 400, never a silent full list."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("starting_register")


def refused(client: Client, query: str, path: str = "/incidents/") -> str:
    """The page that refuses a query; it lists nothing."""
    response = client.get(f"{path}?{query}")
    page = response.content.decode()
    assert response.status_code == 400, f"{query} gave {response.status_code}"
    assert "incident-card" not in page
    return page


@pytest.mark.parametrize(
    ("parameter", "value", "accepted"),
    [
        ("grade", "foo", "corroborated"),
        ("oblast", "XX-99", "UA-14"),
        ("oblast", "UA-14 or 1=1", "UA-14"),
        ("conduct", "anything", "killing_in_custody"),
        ("setting", "moon", "on_capture"),
        ("investigation", "maybe", "any, none"),
        ("unit", "U-9999", "U-0001"),
        ("source_kind", "rumour", "court_document"),
        ("sort", "random()", "-killed"),
        ("date_from", "2025-13-45", "2024-11-24"),
        ("date_to", "yesterday", "2024-11-24"),
        ("date_to", "2024-02-30", "2024-11-24"),
        ("date_from", "2024-09/2024-10", "2024-11-24"),
        ("date_from", "2024~", "2024-11-24"),
        ("killed_min", "-1", "from 1 to"),
        ("killed_min", "0", "from 1 to"),
        ("killed_min", "1000000000000", "from 1 to"),
        ("killed_min", "2.5", "from 1 to"),
        ("killed_min", "1_0", "from 1 to"),
        ("killed_min", "２", "from 1 to"),
        ("origins_min", "many", "from 1 to"),
        ("page", "0", "from 1 to"),
        ("page", "-1", "from 1 to"),
        ("page", "one", "from 1 to"),
        ("q", "x" * 201, "At most 200 characters"),
        ("q", " ".join("bcdefghijklmn"), "At most 12"),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(client, parameter, value, accepted):
    page = refused(client, f"{parameter}={quote(value)}")
    assert f"<code>{parameter}</code>" in page
    assert accepted in page


def test_a_page_beyond_the_end_is_refused_and_leads_to_the_first(client):
    page = refused(client, "grade=corroborated&page=2")
    assert "1 page only" in page
    assert 'href="/incidents/?grade=corroborated"' in page


def test_what_a_reversed_range_is_to_be_exchanged_to_is_what_was_written(client):
    page = client.get("/incidents/?date_from=2025&date_to=2024-03")
    assert "date_from=2024-03 and date_to=2025." in page.content.decode()


def test_a_reversed_range_is_refused_with_both_days_exchanged(client):
    page = refused(client, "date_from=2025-02-01&date_to=2024-01-01")
    assert "date_from=2024-01-01 and date_to=2025-02-01" in page


@pytest.mark.parametrize("name", ["utmost", "Grade", "oblasts", "", "q[]", "csrfmiddlewaretoken"])
def test_an_unknown_parameter_is_named_and_those_that_exist_are_listed(client, name):
    page = refused(client, f"{quote(name)}=1&grade=corroborated")
    assert f"“{name}” is not a parameter of this list" in page
    assert "killed_min" in page


@pytest.mark.parametrize("name", ["q", "date_from", "killed_min", "origins_min", "sort", "page"])
def test_a_parameter_that_takes_one_value_refuses_two(client, name):
    page = refused(client, f"{name}=1&{name}=2")
    assert "only once" in page


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\x07"])
def test_marks_that_turn_or_hide_the_writing_are_refused_and_not_repeated(client, mark):
    page = refused(client, f"q={quote(f'soldiers{mark}killed')}&grade={quote(f'cor{mark}roborated')}")
    assert "invisible characters" in page
    for part in page.split("<form")[:1] + page.split("</form>")[1:]:
        assert mark not in part


def test_a_null_character_is_refused_in_the_words_of_a_page(client):
    response = client.get("/incidents/?q=a%00b")
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize("name", ["q", "grade", "date_from", "page", "x"])
def test_a_megabyte_is_refused(client, name):
    assert client.get("/incidents/", {name: "a" * 1_000_000}).status_code == 400


def test_the_form_stays_filled_in_beside_what_is_refused(client):
    page = refused(client, "grade=corroborated&killed_min=3&q=drone&date_from=2025-13-45&oblast=UA-14")
    assert 'name="killed_min" value="3"' in page
    assert 'value="drone"' in page
    assert 'type="text" name="date_from" value="2025-13-45"' in page
    assert 'value="corroborated" id="id_grade_2" checked' in page
    assert '<details class="filter-sheet" open>' in page


def test_a_refused_value_cannot_become_markup(client):
    page = refused(client, "grade=%3Cscript%3Ealert(1)%3C/script%3E&%3Cimg%20src=x%3E=1")
    assert "<script" not in page
    assert "<img" not in page


def test_a_refusal_is_not_kept_as_an_unchanged_page(client):
    response = client.get("/incidents/?grade=foo")
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/sources/", "kind=foo"),
        ("/sources/", "access=confidential"),
        ("/sources/", "page=99"),
        ("/sources/", "x=1"),
        ("/sources/", "q=%E2%80%AE"),
        ("/investigations/", "status=foo"),
        ("/investigations/", "body_kind=foo"),
        ("/investigations/", "page=0"),
        ("/investigations/", "sort=date"),
        ("/corrections/", "page=2"),
        ("/corrections/", "x=1"),
        ("/uk/incidents/", "grade=foo"),
    ],
)
def test_the_other_lists_are_as_strict(client, path, query):
    assert "refusal" in refused(client, query, path)


PARAMETERS = [
    *("q", "date_from", "date_to", "oblast", "grade", "conduct", "setting", "killed_min", "origins_min"),
    *("investigation", "unit", "source_kind", "sort", "page", "kind", "access", "status", "x"),
]
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["UA-14", "corroborated", "2024-05-01", "2024-13", "any", "-killed", "1", "0", "9" * 30, "null", "None"]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/incidents/", "/sources/", "/investigations/", "/corrections/", "/uk/incidents/"]),
    pairs=st.lists(st.tuples(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=8)), VALUES), max_size=5),
)
def test_whatever_is_asked_the_answer_is_a_list_or_a_refusal(client, path, pairs):
    query = "&".join(f"{quote(name, errors='replace')}={quote(value, errors='replace')}" for name, value in pairs)
    assert client.get(f"{path}?{query}", follow=True).status_code in (200, 400)
