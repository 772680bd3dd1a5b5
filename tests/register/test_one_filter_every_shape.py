"""One filter, every shape: whatever is asked for, list, map, timeline, files, feed and interface give the same."""

import json
import re
from collections import Counter
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.vocabulary import Conduct, Grade, Setting, SourceKind, StepStatus
from tests.answers import csv_rows, listed_on_all_pages, taken, xlsx_cells
from tests.published import INCIDENT, publish

ATOM = "{http://www.w3.org/2005/Atom}"
CODE = re.compile(r"(HDC|S|I|T)-\d{4}")
WORDS = ("Udachne", "Удачного", "executed", "військовополонені", "drone -Robotyne", '"after capture"', "nowhere")
DAYS = ("2022", "2023-03", "2024-05-01", "2024-11-24", "2025-12", "2014")


def some(codes, most=3):
    return st.lists(st.sampled_from([str(code) for code in codes]), max_size=most, unique=True)


FILTERS = st.fixed_dictionaries(
    {
        "q": st.sampled_from(("", "", "", *WORDS)).map(lambda word: [word] if word else []),
        "grade": some(Grade.values),
        "conduct": some(Conduct.values),
        "setting": some(Setting.values),
        "oblast": some(["UA-14", "UA-23", "UA-65", "UA-63", "UA-59"]),
        "year": some(range(2022, 2027)),
        "source_kind": some(SourceKind.values),
        "investigation": some(["any", "none", *StepStatus.values]),
        "killed_min": st.sampled_from(([], [], ["1"], ["3"], ["40"])),
        "origins_min": st.sampled_from(([], [], ["1"], ["2"], ["5"])),
        "dates": st.lists(st.sampled_from(DAYS), max_size=2, unique=True),
        "sort": st.sampled_from(([], [], ["date"], ["-killed"], ["killed"], ["-published"])),
    }
).map(lambda chosen: narrowed(dict(chosen)))


def narrowed(chosen: dict[str, list[str]]) -> str:
    """The query of a choice. Filters of every kind at once leave nothing: of the long ones three are kept."""
    days = sorted(chosen.pop("dates"))
    limits = [name for name in chosen if chosen[name] and name != "sort"]
    kept = {name: chosen[name] for name in (*limits[:3], "sort")}
    kept |= {name: [day] for name, day in zip(("date_from", "date_to"), days, strict=False)}
    return "&".join(f"{name}={quote(value)}" for name, values in kept.items() for value in values)


def at(path, query):
    return f"{path}?{query}" if query else path


def got(client, address):
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return response


def of_csv(client, query):
    return [row["code"] for row in csv_rows(client, at("/incidents.csv", query))]


def of_xlsx(client, query):
    cells = xlsx_cells(taken(client, at("/incidents.xlsx", query)))
    return [row[0] for row in cells[1:]]


def of_atom(client, query, name="incidents"):
    address, found = at(f"/{name}.atom", query), []
    while address:
        feed = ElementTree.fromstring(got(client, address).content)  # noqa: S314 — our own
        found += [CODE.match(entry.findtext(f"{ATOM}title"))[0] for entry in feed.iter(f"{ATOM}entry")]
        further = next((link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "next"), None)
        address = further and f"{urlsplit(further).path}?{urlsplit(further).query}"
    return found


def of_interface(client, query, name="incidents"):
    address, found = at(f"/api/v1/{name}", "&".join(part for part in (query, "limit=3") if part)), []
    while address:
        answer = got(client, address).json()
        found += [each["code"] for each in answer["data"]]
        further = answer["links"]["next"]
        address = further and f"{urlsplit(further).path}?{urlsplit(further).query}"
        assert answer["count"] >= len(found)
    return found


def on_the_map(client, query):
    """How many the map's data count, and the codes that it names."""
    data = got(client, at("/map/data.json", query)).json()
    n = sum(each["n"] for each in (*data["spots"], *data.get("clusters", ()), *data["areas"]))
    named = [each["code"] for spot in data["spots"] for each in spot["incidents"]]
    return n + data.get("elsewhere", 0), named


def every_shape(client, query):
    """Holds all shapes of a filter against its list."""
    codes = listed_on_all_pages(client, query)
    assert len(codes) == len(set(codes))
    shapes = {
        "map": listed_on_all_pages(client, query, "/map/"),
        "timeline": listed_on_all_pages(client, query, "/timeline/"),
        "list in Ukrainian": listed_on_all_pages(client, query, "/uk/incidents/"),
        "list as text": listed_on_all_pages(client, query, "/text/incidents/", mark=""),
        "csv": of_csv(client, query),
        "xlsx": of_xlsx(client, query),
        "json": [each["code"] for each in json_of(client, "/incidents.json", query)["data"]],
    }
    assert {name: found for name, found in shapes.items() if found != codes} == {}
    features = json_of(client, "/incidents.geojson", query)["features"]
    assert Counter(each["properties"]["code"] for each in features) == Counter(codes)
    assert sorted(of_atom(client, query)) == sorted(codes)
    assert sorted(of_interface(client, query)) == sorted(codes)
    n, named = on_the_map(client, query)
    assert n == len(codes)
    assert set(named) <= set(codes)


OF_LISTS = {
    "sources": ["", "q=video", "kind=court_document&kind=news_original", "access=restricted", "q=nowhere+at+all"],
    "investigations": ["", "status=registered&status=convicted", "q=court"],
    "totals": [""],
}


@pytest.mark.parametrize(("name", "query"), [(name, query) for name in OF_LISTS for query in OF_LISTS[name]])
def test_every_shape_of_the_other_lists_gives_the_same_records(client, starting_register, name, query):
    shapes = {
        "xlsx": [row[0] for row in xlsx_cells(taken(client, at(f"/{name}.xlsx", query)))[1:]],
        "json": [each["code"] for each in json_of(client, f"/{name}.json", query)["data"]],
        "atom": of_atom(client, query, name),
        "interface": of_interface(client, query, name),
        "list": of_list(client, query, name),
    }
    codes = [row["code"] for row in csv_rows(client, at(f"/{name}.csv", query))]
    assert len(codes) == len(set(codes))
    assert {shape: found for shape, found in shapes.items() if sorted(found) != sorted(codes)} == {}


def of_list(client, query, name):
    """The records of a list's pages, by the links to them from what is listed."""
    found, page = [], 1
    listing = "" if name == "totals" else "page={}"
    while True:
        response = client.get(at(f"/{name}/", "&".join(part for part in (query, listing.format(page)) if part)))
        if response.status_code == 400 and page > 1:
            return list(dict.fromkeys(found))
        main = response.content.decode().split('id="main"', 1)[1]
        found += re.findall(rf'href="/{name}/([A-Z]-\d{{4}})/"', main)
        page += 1
        if not listing:
            return list(dict.fromkeys(found))


def json_of(client, path, query):
    return json.loads(taken(client, at(path, query)))


ALWAYS_THE_SAME = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ALWAYS_THE_SAME
@given(query=FILTERS)
def test_every_shape_of_a_filter_gives_the_same_incidents(client, starting_register, query):
    every_shape(client, query)


@pytest.mark.parametrize("query", ["", "q=Удачного", "sort=killed&grade=corroborated&grade=contested", "killed_min=5"])
def test_every_shape_of_a_usual_filter_gives_the_same_incidents(client, starting_register, query):
    every_shape(client, query)


def test_every_shape_of_a_varied_register_gives_the_same_incidents(client, committed):
    """More than a page of each view, with all that may be missing."""
    publish("source", "S-0001")
    publish("source", "S-0002", kind="court_document")
    for number in range(60):
        publish("incident", f"HDC-{number + 1:04}", **varied(number))
    for query in (
        "",
        "grade=contested",
        "date_to=2023",
        "killed_min=2&sort=killed",
        "oblast=UA-65",
        "q=third&year=2024",
    ):
        every_shape(client, query)


def varied(number):
    """Every kind of gap in turn: no day, no number, no region, a span, one language."""
    day = f"{2022 + number % 4}-0{1 + number % 9}-1{number % 10}"
    return {
        "title": {"en": f"Case {number}{'' if number % 3 else ' third'}"}
        if number % 2
        else {"uk": f"Випадок {number}"},
        "date": INCIDENT["date"]
        | (
            {"edtf": "", "earliest": None, "latest": None, "basis": ""}
            if number % 11 == 0
            else {"edtf": day, "earliest": day, "latest": day}
        ),
        "killed": {"low": None, "best": None, "high": None, "sources": {}}
        if number % 7 == 0
        else INCIDENT["killed"] | {"low": number % 5, "best": number % 5, "high": number % 5 + 1},
        "place": INCIDENT["place"] | ({"oblast": "UA-65"} if number % 2 else {}),
        "grade": INCIDENT["grade"] | {"code": "contested" if number % 4 == 0 else "single_origin"},
    }
