"""The programming interface: complete walks while editions are being added, the list's filters, errors as problems."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from incidents.register.api import cursor
from incidents.register.api.cursor import CursorError, Position, position
from incidents.register.filters.filtersets import IncidentFilter, InvestigationFilter, SourceFilter
from incidents.register.filters.incidents import SORTS
from tests.answers import body, listed_on_all_pages
from tests.published import merge, publish, withdraw

NAMES = ("incidents", "sources", "investigations", "totals", "editions")
ORDERS = [f"{sign}{name}" for sign in ("", "-") for name in SORTS]


def got(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def walk(client, address, between=lambda step: None):
    """The records of all answers, from the first to the one without a next."""
    found, step = [], 0
    while address:
        answer = got(client, address)
        found += answer["data"]
        address = answer["links"]["next"] and path_of(answer["links"]["next"])
        step += 1
        if address:
            between(step)
    return found


def codes(records):
    return [each["code"] for each in records]


def problem(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    told = response.json()
    assert told["status"] == status
    assert told["type"].endswith(f"/api/#problem-{status}")
    assert told["detail"]
    return told


def tampered(token, at, value):
    values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    values[at] = value
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("starting_register")
class TestTheStartingRegister:
    @pytest.mark.parametrize(
        "query", ["", "grade=corroborated&oblast=UA-14", "killed_min=5", *(f"sort={o}" for o in ORDERS)]
    )
    @pytest.mark.parametrize("limit", [1, 5, 500])
    def test_a_walk_meets_the_incidents_of_the_list_in_its_order(self, client, query, limit):
        assert codes(
            walk(client, f"/api/v1/incidents?{query}&limit={limit}".replace("?&", "?"))
        ) == listed_on_all_pages(client, query)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_list_can_be_walked_to_its_end(self, client, name):
        records = walk(client, f"/api/v1/{name}?limit=7")
        whole = got(client, f"/api/v1/{name}?limit=500")
        assert len(records) == whole["count"] > 0
        assert len({json.dumps(each) for each in records}) == len(records)

    @pytest.mark.parametrize("name", NAMES)
    def test_an_answer_takes_few_queries_of_the_reader(self, client, name):
        with (
            CaptureQueriesContext(connections["register"]) as reader,
            CaptureQueriesContext(connections["default"]) as desk,
        ):
            got(client, f"/api/v1/{name}?limit=2")
        assert len(desk) == 0
        assert len(reader) <= 9, [query["sql"][:120] for query in reader]

    @pytest.mark.parametrize("name", NAMES)
    def test_every_answer_is_what_the_description_says(self, client, name):
        described = got(client, "/api/v1/openapi.json")
        schema = described["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": described["components"]}).validate(got(client, f"/api/v1/{name}"))

    @pytest.mark.parametrize(
        ("name", "base"),
        [("incidents", IncidentFilter), ("sources", SourceFilter), ("investigations", InvestigationFilter)],
    )
    def test_the_description_names_every_parameter_of_the_list(self, client, name, base):
        described = got(client, "/api/v1/openapi.json")
        names = {each["name"] for each in described["paths"][f"/{name}"]["get"]["parameters"]}
        assert names == {each.name for each in base.parameters} - {"page"} | {"cursor", "limit"}
        assert described["openapi"] == "3.1.0"

    def test_a_record_comes_with_its_document_and_editions(self, client):
        told = got(client, "/api/v1/incidents/HDC-0001")
        assert told["data"]["code"] == told["document"]["code"] == "HDC-0001"
        assert client.get(urlsplit(told["editions"][0]["document"]).path).json() == told["document"]

    @pytest.mark.parametrize(
        "address", ["/api/v1/", "/api/v1/incidents", "/api/v1/incidents/HDC-0001", "/api/v1/openapi.json"]
    )
    def test_any_site_may_read_and_who_has_the_version_gets_304(self, client, address):
        first = client.get(address)
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert not first.cookies
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert client.options(address).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"

    def test_a_list_says_what_it_is_of_as_the_files_do(self, client):
        told = got(client, "/uk/api/v1/incidents?sort=-killed&grade=corroborated&limit=2")["about"]
        file = json.loads(body(client.get("/uk/incidents.json?sort=-killed&grade=corroborated")))["about"]
        assert told["filter"] == {"query": "grade=corroborated&sort=-killed", "words": file["filter"]["words"]}
        assert (told["head"], told["licence"]) == (file["head"], file["licence"])
        assert abs(datetime.fromisoformat(told["made"]) - datetime.now(UTC)) < timedelta(minutes=1)
        assert told["made"].endswith("Z")

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("incidents?q=executed", "containing the words"),
            ("sources?access=public", "Access: "),
            ("totals", "everything, no filter"),
            ("editions?limit=1", "every"),
        ],
    )
    def test_every_list_says_its_filter_in_words(self, client, query, words):
        assert words in got(client, f"/api/v1/{query}")["about"]["filter"]["words"]

    @pytest.mark.parametrize("name", ["incidents", "incidents/HDC-0001"])
    def test_a_slash_too_many_leads_to_the_address_without_it(self, client, name):
        response = client.get(f"/uk/api/v1/{name}/?as_of=2026-11-22")
        assert (response.status_code, response.headers["Location"]) == (308, f"/uk/api/v1/{name}?as_of=2026-11-22")
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("address", ["/api/v2/", "/api/v2/incidents", "/uk/api/incidents/", "/api/v1/x/y/"])
    def test_elsewhere_below_the_interface_a_problem_says_where_it_is(self, client, address):
        assert problem(client.get(address), 404)["detail"].endswith("/api/v1/.")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_can_only_be_read(self, method):
        strict = Client(enforce_csrf_checks=True)
        told = problem(getattr(strict, method)("/api/v1/incidents"), 405)
        assert "GET" in told["detail"]

    @pytest.mark.parametrize(
        "address",
        [
            "x",
            "incidents/HDC-9999",
            "incidents/S-0001",
            "editions/1",
            "incidents/a/b",
            "incidents/%27",
            f"sources/{'S' * 999}",
        ],
    )
    def test_what_is_not_there_is_404(self, client, address):
        problem(client.get(f"/api/v1/{address}"), 404)

    @pytest.mark.parametrize(
        "query",
        [
            "page=1",
            "x=1",
            "limit=0",
            "limit=501",
            "limit=1&limit=2",
            "grade=sure",
            "sort=relevance",
            "cursor=1&cursor=2",
        ],
    )
    def test_what_is_not_understood_is_400_and_named(self, client, query):
        told = problem(client.get(f"/api/v1/incidents?{query}"), 400)
        assert {each["parameter"] for each in told["errors"]} == {query.split("=")[0]}

    @pytest.mark.parametrize("address", ["", "openapi.json", "incidents/HDC-0001"])
    def test_an_address_without_parameters_takes_none(self, client, address):
        problem(client.get(f"/api/v1/{address}?x=1"), 400)

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("token", ["x", "%00", "W10", "e30", "bnVsbA", "A" * 500, "W1tbW1tbW1tb", "ж", "MQ=="])
    def test_a_broken_cursor_is_400(self, client, name, token):
        response = client.get(f"/api/v1/{name}?cursor={token}")
        assert response.status_code == 400

    @pytest.mark.parametrize(
        ("at", "value"),
        [
            *((0, value) for value in (-1, 10**9, 2**70, "1", None, True, 1.5, [])),
            *((1, value) for value in ("", None, "0" * 12)),
            *((2, value) for value in ("", None, "x\0", "'", "9" * 30, "ж")),
            *((3, value) for value in ("", "date", "relevance", "-killed", None)),
            *((4, value) for value in ("x", 5, "9999-99-99", [], {}, 10**400, "2024-01-01T00:00:00")),
        ],
    )
    @pytest.mark.parametrize("name", ["incidents", "editions"])
    def test_a_cursor_that_was_changed_is_400_or_leads_somewhere(self, client, name, at, value):
        token = got(client, f"/api/v1/{name}?limit=1")["links"]["next"].rsplit("cursor=", 1)[1]
        response = client.get(f"/api/v1/{name}?cursor={tampered(token, at, value)}")
        assert response.status_code == (200 if (at, name, value) == (3, "editions", "") else 400) or (at, name) == (
            2,
            "incidents",
        )

    def test_a_cursor_holds_for_its_own_filter_and_order_alone(self, client):
        token = got(client, "/api/v1/incidents?limit=1&grade=corroborated")["links"]["next"].rsplit("cursor=", 1)[1]
        for query in ("", "&grade=contested", "&grade=corroborated&sort=killed"):
            problem(client.get(f"/api/v1/incidents?cursor={token}{query}"), 400)
        problem(client.get(f"/api/v1/sources?cursor={token}"), 400)
        assert got(client, f"/api/v1/incidents?cursor={token}&grade=corroborated&limit=3")["data"]

    @given(
        name=st.sampled_from(NAMES),
        pairs=st.lists(
            st.tuples(st.sampled_from(["cursor", "limit", "q", "kind", "sort", "grade", "ж"]), st.text(max_size=40)),
            max_size=4,
        ),
    )
    @settings(max_examples=40, deadline=None)
    def test_whatever_is_asked_the_answer_is_a_list_or_a_problem(self, name, pairs):
        query = "&".join(f"{quote(key)}={quote(value, errors='replace')}" for key, value in pairs)
        assert Client().get(f"/api/v1/{name}?{query}").status_code in (200, 400)

    def test_the_page_about_the_data_leads_to_the_interface(self, client):
        page = client.get("/api/").content.decode()
        assert 'href="/api/v1/openapi.json"' in page
        assert "<script" not in page


@pytest.mark.usefixtures("committed")
class TestWhileEditionsAreAdded:
    @pytest.fixture(autouse=True)
    def six_incidents(self, committed):
        publish("source", "S-0001")
        for n in range(1, 7):
            day = f"2024-05-0{n}"
            when = {"edtf": day, "earliest": day, "latest": day, "basis": "event"}
            publish("incident", f"HDC-000{n}", date=when, killed={"low": n, "best": n, "high": n, "sources": {}})

    @staticmethod
    def move(code, day, killed):
        when = {"edtf": day, "earliest": day, "latest": day, "basis": "event"}
        publish("incident", code, date=when, killed={"low": killed, "best": killed, "high": killed, "sources": {}})

    @pytest.mark.parametrize("sort", ORDERS)
    def test_nothing_is_missed_and_nothing_repeated(self, client, sort):
        before = codes(walk(client, f"/api/v1/incidents?sort={sort}&limit=500"))

        def publish_between(step):
            # What was met goes behind what is ahead and the other way round, in every order; and one is new.
            for code in before:
                self.move(
                    code, f"2024-0{3 + step}-{10 + before.index(code):02}", 50 * (step % 2) - before.index(code) + 20
                )
            publish("incident", f"HDC-01{step:02}")

        assert codes(walk(client, f"/api/v1/incidents?sort={sort}&limit=2", publish_between)) == before

    def test_what_is_met_later_has_its_present_content(self, client):
        met = walk(client, "/api/v1/incidents?sort=date&limit=3", lambda step: self.move("HDC-0005", "2020-01-01", 99))
        assert codes(met) == [f"HDC-000{n}" for n in range(1, 7)]
        assert met[4]["killed_best"] == 99

    def test_what_is_withdrawn_or_merged_meanwhile_is_not_met(self, client):
        def take_away(step):
            if step == 1:
                withdraw("incident", "HDC-0004", {"en": "It endangered someone."})
                merge("HDC-0006", "HDC-0001", {"en": "The same."})

        assert codes(walk(client, "/api/v1/incidents?sort=date&limit=2", take_away)) == [
            f"HDC-000{n}" for n in (1, 2, 3, 5)
        ]

    def test_a_walk_through_editions_meets_those_that_are_added(self, client):
        met = walk(
            client, "/api/v1/editions?limit=3", lambda step: step < 3 and self.move("HDC-0001", "2024-01-01", step)
        )
        assert [each["id"] for each in met] == sorted({each["id"] for each in met})
        assert len(met) == 9

    def test_after_too_many_changes_a_walk_begins_anew(self, client, monkeypatch):
        monkeypatch.setattr(cursor, "MOST_CHANGED", 1)
        following = path_of(got(client, "/api/v1/incidents?limit=2")["links"]["next"])
        self.move("HDC-0001", "2024-01-01", 1)
        assert client.get(following).status_code == 200
        self.move("HDC-0002", "2024-01-01", 1)
        problem(client.get(following), 410)

    def test_a_new_edition_changes_the_version(self, client):
        first = client.get("/api/v1/incidents")
        self.move("HDC-0001", "2024-01-01", 1)
        assert client.get("/api/v1/incidents", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_a_withdrawn_record_is_410_with_its_reason_and_a_merged_one_leads_on(self, client):
        withdraw("incident", "HDC-0004", {"en": "It endangered someone."})
        assert problem(client.get("/api/v1/incidents/HDC-0004"), 410)["reason"] == {"en": "It endangered someone."}
        merge("HDC-0006", "HDC-0001", {"en": "The same."})
        assert client.get("/api/v1/incidents/HDC-0006").headers["Location"] == "/api/v1/incidents/HDC-0001"


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_none_of_ours(text):
    with suppress(CursorError):
        position(text)


@pytest.mark.parametrize("key", [None, "2024-05-01"])
def test_a_cursor_says_what_it_was_given(key):
    at = Position(7, "ab12", "HDC-0001", "-date", key)
    assert position(str(at)) == at
