"""The lists as files: complete, in the list's order, safe to open, and with an account of where they come from."""

import json
import re
from urllib.parse import quote

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.register.exports.tables import CITATIONS, INCIDENTS, INVESTIGATIONS, SOURCES, TOTALS
from incidents.vocabulary import Conduct, Grade
from tests.answers import body, csv_rows, listed_on_all_pages, taken, xlsx_cells
from tests.asking import LIMITS, ORDERS, queries

pytestmark = pytest.mark.usefixtures("starting_register")

TABLES = {table.name: table for table in (INCIDENTS, SOURCES, CITATIONS, INVESTIGATIONS, TOTALS)}
SIZES = {"incidents": 16, "citations": None, "sources": None, "investigations": None, "totals": None}
FILES = [f"/{name}.{shape}" for name in TABLES for shape in ("csv", "json", "xlsx")] + ["/incidents.geojson"]
FILTER = "grade=corroborated&oblast=UA-14&sort=killed"


def codes_in_every_shape(client, query):
    ask = f"?{query}" if query else ""
    features = json.loads(taken(client, f"/incidents.geojson{ask}"))["features"]
    return {
        "csv": [row["code"] for row in csv_rows(client, f"/incidents.csv{ask}")],
        "json": [row["code"] for row in json.loads(taken(client, f"/incidents.json{ask}"))["data"]],
        "geojson": [each["properties"]["code"] for each in features],
        "xlsx": [row[0] for row in xlsx_cells(taken(client, f"/incidents.xlsx{ask}"))[1:]],
    }


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_stand_in_the_order_of_the_allowlist(client, name):
    rows = csv_rows(client, f"/{name}.csv")
    assert rows
    assert list(rows[0]) == TABLES[name].names
    assert list(json.loads(taken(client, f"/{name}.json"))["data"][0]) == TABLES[name].names
    assert xlsx_cells(taken(client, f"/{name}.xlsx"))[0] == TABLES[name].names
    assert TABLES[name].names[0] == "code"


@pytest.mark.parametrize("address", FILES)
def test_a_file_is_read_by_the_reader_in_few_queries(client, address):
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        taken(client, address)
    assert len(desk) == 0
    assert len(reader) <= 10, [query["sql"][:150] for query in reader]


def test_a_file_has_the_codes_of_the_list_in_its_order(client):
    for query in ("", FILTER, "q=drone", "sort=-published", "killed_min=5&date_from=2024"):
        expected = listed_on_all_pages(client, query)
        assert all(codes == expected for codes in codes_in_every_shape(client, query).values()), query


@pytest.mark.parametrize("query", ["q=drone", "q=drone&sort=relevance", "q=drone&sort=date", "sort=relevance", FILTER])
def test_citations_stand_in_the_order_of_their_incidents(client, query):
    of_citations = list(dict.fromkeys(row["code"] for row in csv_rows(client, f"/citations.csv?{query}")))
    assert of_citations == listed_on_all_pages(client, query)


@given(query=queries(LIMITS | ORDERS))
@settings(max_examples=15, deadline=None)
def test_for_any_filter_every_shape_has_the_same_codes_in_the_same_order(query):
    from django.test import Client

    client = Client()
    expected = listed_on_all_pages(client, query)
    for shape, codes in codes_in_every_shape(client, query).items():
        assert codes == expected, (shape, query)


def test_citations_are_those_of_the_incidents_that_the_filter_leaves(client):
    chosen = [row["code"] for row in csv_rows(client, f"/incidents.csv?{FILTER}")]
    cited = [row["code"] for row in csv_rows(client, f"/citations.csv?{FILTER}")]
    assert list(dict.fromkeys(cited)) == chosen
    everything = csv_rows(client, "/citations.csv")
    assert [row for row in everything if row["code"] in chosen]
    assert len(cited) == len([row for row in everything if row["code"] in chosen])


def test_codes_stand_in_a_file_and_not_labels(client):
    rows = csv_rows(client, "/uk/incidents.csv")
    assert {row["grade"] for row in rows} <= set(Grade.values)
    assert {code for row in rows for code in row["conduct"].split(";")} <= set(Conduct.values)


def test_a_csv_file_begins_with_a_mark_and_its_header_line(client):
    data = taken(client, "/incidents.csv")
    assert data.startswith(b"\xef\xbb\xbfcode,edition,")
    assert "Удачне".encode() in data or "Удачного".encode() in data


def test_json_tells_what_is_not_given_from_zero_and_keeps_lists(client):
    rows = {row["code"]: row for row in json.loads(taken(client, "/incidents.json"))["data"]}
    assert isinstance(rows["HDC-0001"]["conduct"], list)
    assert any(row["survived_best"] is None for row in rows.values())
    assert all(row["title_uk"] is None or row["title_uk"] for row in rows.values())


@pytest.mark.parametrize("address", FILES)
def test_a_file_says_when_it_was_made_from_which_head_with_which_filter_under_which_licence(client, address):
    query = FILTER if address.startswith(("/incidents", "/citations")) else ""
    response = client.get(f"{address}?{query}" if query else address)
    data = body(response)
    number, digest = response.headers["X-Register-Head"].split()
    name = re.search(r'filename="([^"]+)"', response.headers["Content-Disposition"])[1]
    table, shape = address.removeprefix("/").split(".")
    chosen = "-filtered" if query else ""
    assert re.fullmatch(rf"hors-de-combat-{table}-\d{{4}}-\d\d-\d\d-{digest[:12]}{chosen}\.{shape}", name)
    assert 'rel="license"' in response.headers["Link"]
    if address.endswith("xlsx"):
        told = " ".join(text for row in xlsx_cells(data, 2) for text in row)
    elif address.endswith("csv"):
        side = re.search(r'<([^>]+)>; rel="describedby"', response.headers["Link"])[1].replace(
            "http://localhost:8000", ""
        )
        told = client.get(side[side.index("/", 8) :] if side.startswith("http") else side).content.decode()
    else:
        told = json.dumps(json.loads(data)["about"], ensure_ascii=False)
    assert number in told
    assert digest in told
    assert re.search(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", told)
    assert "creativecommons.org/licenses/by/4.0" in told
    if query:
        assert "Donetsk Oblast" in told
        assert "oblast=UA-14" in told.replace("&amp;", "&")


def test_the_filter_is_told_in_the_language_of_the_address(client):
    told = json.loads(taken(client, f"/uk/incidents.json?{FILTER}"))["about"]["filter"]
    assert "Донецька область" in told["words"]
    assert told["query"] == FILTER


def test_the_metadata_beside_a_csv_file_describe_each_column(client):
    response = client.get("/incidents.csv-metadata.json")
    assert response.headers["Content-Type"] == "application/csvm+json"
    told = response.json()
    assert [column["name"] for column in told["tableSchema"]["columns"]] == INCIDENTS.names
    assert told["url"].endswith("/incidents.csv")
    conduct = next(column for column in told["tableSchema"]["columns"] if column["name"] == "conduct")
    assert conduct["separator"] == ";"


def test_a_point_is_drawn_only_where_the_precision_is_one(client):
    features = json.loads(taken(client, "/incidents.geojson"))["features"]
    assert len(features) == 16
    for each in features:
        is_point = each["properties"]["precision"] in ("exact", "vicinity", "locality", "near")
        if not is_point:
            assert each["geometry"] is None
            assert each["properties"]["radius_m"] is None
        if each["geometry"]:
            longitude, latitude = each["geometry"]["coordinates"]
            assert 20 < longitude < 42
            assert 43 < latitude < 54
            assert each["properties"]["radius_m"] >= 10


EMPTY = "oblast=UA-46"


def test_a_file_of_no_rows_is_valid(client):
    assert csv_rows(client, f"/incidents.csv?{EMPTY}") == []
    assert taken(client, f"/incidents.csv?{EMPTY}").decode("utf-8-sig").strip().split(",") == INCIDENTS.names
    assert json.loads(taken(client, f"/incidents.json?{EMPTY}"))["data"] == []
    assert json.loads(taken(client, f"/incidents.geojson?{EMPTY}"))["features"] == []
    assert xlsx_cells(taken(client, f"/incidents.xlsx?{EMPTY}")) == [INCIDENTS.names]


@pytest.mark.parametrize("address", FILES)
def test_who_has_the_file_of_this_head_gets_304(client, address):
    first = client.get(address)
    body(first)
    assert first.headers["ETag"].startswith('W/"')
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"{address}?page=1").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    "query", ["utm=1", "grade=sure", "killed_min=1&killed_min=2", "date_from=2025&date_to=2024", "q=%07"]
)
@pytest.mark.parametrize("shape", ["csv", "json", "xlsx", "geojson", "csv-metadata.json"])
def test_what_the_list_refuses_a_file_refuses_as_a_problem(client, shape, query):
    response = client.get(f"/incidents.{shape}?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "ETag" not in response.headers
    told = response.json()
    assert told["status"] == 400
    assert told["errors"][0]["detail"] in told["detail"]


def test_a_refusal_is_in_the_language_of_the_address(client):
    response = client.get("/uk/incidents.csv?date_from=2025&date_to=2024")
    assert response.headers["Content-Language"] == "uk"
    assert response.json()["errors"][0]["parameter"] == "date_to"


@pytest.mark.parametrize("address", ["/incidents.pdf", "/incidents.CSV", "/sources.geojson", "/totals.exe?x=1"])
def test_a_format_nobody_offers_is_named_with_those_that_exist(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "csv, json, xlsx" in response.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_file_can_only_be_read(method):
    from django.test import Client

    response = getattr(Client(enforce_csrf_checks=True), method)("/incidents.csv")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["status"] == 405


def test_any_site_may_read_a_file_and_no_cookie_comes_with_it(client):
    for address in ("/incidents.csv", "/incidents.csv?x=1", "/incidents.pdf"):
        response = client.get(address)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not response.cookies


@given(
    name=st.sampled_from([*TABLES]),
    shape=st.sampled_from(["csv", "json", "xlsx", "geojson", "csv-metadata.json"]),
    pairs=st.lists(
        st.tuples(
            st.sampled_from(["q", "grade", "date_from", "killed_min", "kind", "page", "sort", "unit", "status", "ж"]),
            st.text(max_size=30),
        ),
        max_size=4,
    ),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_the_answer_is_a_file_or_a_problem(name, shape, pairs):
    from django.test import Client

    query = "&".join(f"{quote(key)}={quote(value, errors='replace')}" for key, value in pairs)
    response = Client().get(f"/{name}.{shape}?{query}")
    assert response.status_code in (200, 400, 404)
    body(response)


@pytest.mark.parametrize("name", ["q", "grade", "x"])
def test_a_megabyte_and_a_null_are_refused(client, name):
    assert client.get("/incidents.csv", {name: "x" * 1_000_000}).status_code == 400
    assert client.get(f"/incidents.csv?{name}=%00").status_code == 400


def test_the_list_offers_its_own_filter_as_files(client):
    page = client.get(f"/incidents/?{FILTER}&page=1").content.decode()
    for shape in ("csv", "xlsx", "json", "geojson"):
        assert f'href="/incidents.{shape}?{FILTER.replace("&", "&amp;")}"' in page


def test_the_page_about_the_data_names_every_column(client):
    for path in ("/api/", "/uk/api/"):
        page = client.get(path).content.decode()
        for table in TABLES.values():
            assert all(f"<code>{name}</code>" in page for name in table.names)
