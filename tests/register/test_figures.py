"""Charts of the list's filter: their numbers are the list's, and a picture that travels alone says what it is."""

import csv
import io
import re
import struct
from collections import Counter
from itertools import pairwise
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.conf import settings as configured
from django.db import connections
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.register.charts.catalogue import FIGURES
from incidents.register.charts.figure import Asked
from incidents.register.charts.numbers import Bar, placed
from incidents.register.charts.picture import png
from incidents.register.charts.regions import classes
from incidents.register.charts.svg import LIGHT, breadth, wrapped
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.models import RegisterIncident
from incidents.register.tables.about import read_head
from incidents.register.tables.columns import Kind
from tests.answers import listed_on_all_pages, words
from tests.asking import LIMITS, queries
from tests.published import publish

NAMES = [*FIGURES]
FILTER = "grade=corroborated&oblast=UA-14"
DAY = r"\d{4}-\d\d-\d\d"
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 — our own answer


def asked(query="", language="en"):
    data = QueryDict(query)
    filterset = IncidentFilter(data, queryset=RegisterIncident.objects.current())
    assert filterset.is_valid(), filterset.errors
    return Asked(filterset, data, language)


def figure(name, query=""):
    return FIGURES[name](asked(query))


def numbers(name, query=""):
    """The first number of each row by the row's first cell."""
    return {row[0]: row[-1] if name == "oblasts" else row[1] for row in figure(name, query).rows}


def page(client, query="", language=""):
    response = client.get(f"{language}/figures/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def dated(edtf, earliest, latest):
    return {"edtf": edtf, "earliest": earliest, "latest": latest, "basis": "event"}


@pytest.mark.usefixtures("starting_register")
@given(query=queries(LIMITS))
@settings(max_examples=25, deadline=None)
def test_every_incident_of_the_filter_stands_in_exactly_one_place_of_each_chart(query):
    rows = list(asked(query).filterset.qs)
    for name in ("months", "oblasts", "grades"):
        assert sum(numbers(name, query).values()) == len(rows)
    assert {code: n for code, n in numbers("grades", query).items() if n} == Counter(row.grade for row in rows)
    assert numbers("oblasts", query) == Counter(row.oblast for row in rows)
    for name, n in numbers("months", query).items():
        if re.fullmatch(r"\d{4}-\d\d", name):
            inside = [row for row in rows if row.earliest and row.latest and f"{row.earliest:%Y-%m}" == name]
            assert n == len([row for row in inside if f"{row.latest:%Y-%m}" == name])
    counted = [row for row in rows if row.killed != {"low": None, "best": None, "high": None}]
    killed = figure("killed", query).rows
    assert sum(row[4] for row in killed) == len(counted)
    assert sum(row[5] for row in killed) == len(rows) - len(counted)
    assert all(low <= high and (best is None or low <= best <= high) for _name, low, best, high, *_rest in killed)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("query", ["", FILTER, "q=drone", "date_from=2024&killed_min=2"])
def test_a_link_of_a_chart_lists_as_many_as_the_chart_counts(client, query):
    links = [line for name in ("oblasts", "grades") for line in figure(name, query).lines if line.url]
    assert links
    for line in links:
        listed = listed_on_all_pages(client, line.url.partition("?")[2])
        assert len(listed) == line.numbers[0], line.url


@pytest.mark.usefixtures("starting_register")
def test_the_chart_by_month_agrees_with_the_list_where_a_month_is_known_for_certain(client):
    # Novodarivka on the 24th of November; Hlushkovo "in September 2024" is as certain of its month as a day is.
    assert (numbers("months")["2024-11"], numbers("months")["2024-09"]) == (1, 1)
    assert numbers("months")["several"] == 4
    assert "not_given" not in numbers("months")


@pytest.mark.usefixtures("committed")
def test_an_uncertain_date_has_a_bar_of_its_own_and_is_said():
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0002", date=dated("2024-05/2024-06", "2024-05-01", "2024-06-30"))
    publish("incident", "HDC-0003", date=dated("../2024-05-02", None, "2024-05-02"))
    publish("incident", "HDC-0004", date=dated("", None, None))
    drawn = figure("months")
    assert drawn.rows == [["2024-05", 1], ["several", 2], ["not_given", 1]]
    said = " ".join(drawn.notes)
    assert "1 of 4 incidents are known to the month." in said
    assert "The dates of 2 incidents span several months or are open at one end" in said
    assert "For 1 incident no date is given at all." in said


@pytest.mark.usefixtures("committed")
def test_where_months_would_be_too_many_years_are_counted():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", date=dated("1995-05-01", "1995-05-01", "1995-05-01"))
    publish("incident", "HDC-0002", date=dated("2024-05/2024-06", "2024-05-01", "2024-06-30"))
    publish("incident", "HDC-0003", date=dated("2023-12/2024-01", "2023-12-01", "2024-01-31"))
    publish("incident", "HDC-0004")
    drawn = figure("months")
    assert [row for row in drawn.rows if row[1]] == [["1995", 1], ["2024", 2], ["several", 1]]
    assert "3 of 4 incidents are known to the year." in drawn.notes[0]


@pytest.mark.usefixtures("committed")
def test_who_is_not_counted_among_the_killed_is_said():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", killed={"low": 2, "best": 5, "high": 7, "sources": {}})
    publish("incident", "HDC-0002", killed={"low": 3, "best": None, "high": None, "sources": {}})
    publish("incident", "HDC-0003", killed={"low": None, "best": None, "high": None, "sources": {}})
    drawn = figure("killed")
    assert drawn.rows == [["2024-05", 5, None, 10, 2, 1]]
    said = " ".join(drawn.notes)
    assert "For 1 incident no number is given, and nobody is counted for it." in said
    assert "For 1 incident no highest number is given: there may have been more." in said


@pytest.mark.usefixtures("committed")
def test_best_estimates_are_summed_only_where_every_incident_has_one():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", killed={"low": 2, "best": 5, "high": 7, "sources": {}})
    publish("incident", "HDC-0002", killed={"low": 3, "best": None, "high": 3, "sources": {}})
    assert figure("killed").rows == [["2024-05", 5, 8, 10, 2, 0]]
    publish("incident", "HDC-0003", killed={"low": 1, "best": None, "high": 2, "sources": {}})
    assert figure("killed").rows == [["2024-05", 6, None, 12, 3, 0]]


@pytest.mark.usefixtures("committed")
def test_what_the_map_does_not_show_is_said():
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    publish("incident", "HDC-0002", place={"precision": "region", "country": "RU", "oblast": "RU-KRS"})
    publish("incident", "HDC-0003", place={"precision": "country", "country": "UA"})
    drawn = figure("oblasts")
    assert drawn.rows[-1] == [None, None, None, None, 1]
    said = " ".join(drawn.notes)
    assert "1 incident is placed in a region of Ukraine" in said
    assert "Outside of Ukraine, with a broken outline: Kursk Oblast 1." in said
    assert "1 incident is not on the map" in said


def test_the_classes_of_the_map_hold_every_number_once():
    for most in (1, 2, 3, 7, 49, 50, 51, 999, 100_000):
        found = classes(most)
        assert len(found) <= 5
        assert (found[0].low, found[-1].high) == (1, most)
        assert all(before.high + 1 == after.low for before, after in pairwise(found))
    assert classes(0) == []


@pytest.mark.usefixtures("starting_register")
def test_the_totals_of_each_body_stand_beside_the_registers_own():
    drawn = figure("totals")
    assert len(drawn.rows) == 56
    first = next(row for row in drawn.rows if row[0] == "T-0001")
    assert first[7] == 48
    narrowed = figure("totals", FILTER)
    assert [row[7] for row in narrowed.rows] == [row[7] for row in drawn.rows]
    assert sum(row[8] or 0 for row in narrowed.rows) < sum(row[8] or 0 for row in drawn.rows)
    assert "The filter narrows the register's line only." in narrowed.notes


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("starting_register")
def test_the_page_says_the_filter_in_words_and_leads_to_the_other_views(client):
    shown = page(client, FILTER)
    assert "in Donetsk Oblast, graded corroborated" in words(shown)
    assert "sorted" not in words(shown)
    escaped = FILTER.replace("&", "&amp;")
    for path in ("/incidents/", "/map/", "/timeline/"):
        assert f'href="{path}?{escaped}"' in shown
        assert f'href="/figures/?{escaped}"' in client.get(f"{path}?{FILTER}").content.decode()
    assert shown.count('<a class="chip"') == 2
    for name in NAMES:
        for shape in ("svg", "png", "csv"):
            assert f'href="/figures/{name}.{shape}?{escaped}"' in shown


@pytest.mark.usefixtures("starting_register")
def test_each_chart_has_a_heading_a_drawing_and_a_table_with_its_numbers(client):
    shown = page(client)
    for name in NAMES:
        section = shown.split(f'id="{name}">')[1].split("</section>")[0]
        drawn = figure(name)
        assert words(section.split("</h2>")[0]).strip().endswith(drawn.heading)
        assert section.count('role="img"') == 2
        assert section.count(f'<title id="{name}-') == 2
        table = section.split("<tbody>")[1].split("</tbody>")[0]
        cells = [
            tuple(None if n == "–" else int(n) for n in re.findall(r'<td class="number">(\d+|–)</td>', row))
            for row in table.split("</tr>")[:-1]
        ]
        assert cells == [line.numbers for line in drawn.lines]


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_page_of_charts_breaks_no_policy_and_no_decimal(client, language):
    shown = page(client, language=language)
    assert "style=" not in shown
    assert "<style" not in shown
    drawings = re.findall(r'<svg viewBox="[^"]*".*?</svg>\s*(?=<svg|</div>)', shown, flags=re.DOTALL)
    places = re.findall(r'\s(?:x|y|width|height|cx|cy|r)="([^"]*)"', "".join(drawings))
    assert len(places) > 200
    assert not [place for place in places if not re.fullmatch(r"-?\d+(\.\d+)?", place)]
    ids = re.findall(r'\sid="([^"]*)"', shown)
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("starting_register")
def test_a_filter_that_leaves_nothing_is_said_on_the_page_and_in_every_file(client):
    nothing = "oblast=UA-46"
    assert "No incident in the register fits all of this" in page(client, nothing)
    for name in NAMES:
        drawn = client.get(f"/figures/{name}.svg?{nothing}").content.decode()
        assert "No incident in the register fits all of this." in drawn
        assert client.get(f"/figures/{name}.png?{nothing}").content.startswith(b"\x89PNG")
        lines = client.get(f"/figures/{name}.csv?{nothing}").content.decode("utf-8-sig").splitlines()
        assert lines == [",".join(FIGURES[name](asked(nothing)).table.names)]


@pytest.mark.usefixtures("starting_register")
def test_a_page_of_charts_asks_few_queries_and_none_of_casework(client):
    page(client)
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        page(client)
    assert len(desk) == 0
    assert len(reader) <= 20, [query["sql"][:150] for query in reader]


# --- the files --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("query", ["", FILTER])
def test_the_numbers_of_a_file_are_those_of_the_table(client, name, query):
    text = client.get(f"/figures/{name}.csv?{query}").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    drawn = figure(name, query)
    assert head == drawn.table.names
    whole = [at for at, column in enumerate(drawn.table.columns) if column.kind == Kind.WHOLE]
    counts = [tuple(int(row[at]) for at in whole if row[at]) for row in rows]
    assert counts == [tuple(n for n in line.numbers if n is not None) for line in drawn.lines]


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_drawing_that_travels_alone_says_what_it_is(client, name, language):
    response = client.get(f"{language}/figures/{name}.svg?{FILTER}")
    assert response.headers["Content-Type"] == "image/svg+xml"
    text = response.content.decode()
    root = parsed(text)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text
    said = " ".join(each.text for each in root.iter(f"{SVG}text"))
    head = read_head()
    for part in (
        root.find(f"{SVG}title").text,
        "Donetsk Oblast" if not language else "Донецька область",
        str(head.number),
        head.digest[:16],
        f"{head.published_at:%Y}",
        "CC BY 4.0",
        str(configured.REGISTER_NAME),
        f"/figures/{name}.svg?grade=corroborated",
    ):
        assert part in said, part
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "path", "rect", "g", "text", "circle", "polyline"}
    attributes = {attribute for each in root.iter() for attribute in each.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in ("style", "class")}
    assert "var(" not in text
    assert "href" not in text


@pytest.mark.usefixtures("starting_register")
def test_words_of_the_reader_stay_words_in_a_drawing(client):
    words_asked = 'drone "</text><script>alert(1)</script>"\ufffe'
    text = client.get("/figures/months.svg", {"q": words_asked}).content.decode()
    assert client.get("/figures/months.png", {"q": words_asked}).status_code == 200
    root = parsed(text)
    assert not list(root.iter(f"{SVG}script"))
    assert "&lt;script&gt;" in text


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_two_pixels_for_each_unit_of_its_drawing(client, name):
    drawn = parsed(client.get(f"/figures/{name}.svg").content)
    response = client.get(f"/figures/{name}.png")
    assert response.headers["Content-Type"] == "image/png"
    data = response.content
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width == 2 * round(float(drawn.get("width"))) == 1656
    assert abs(height - 2 * float(drawn.get("height"))) <= 2
    assert height < 8000


def drawn_words(said):
    return png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="5" y="25" font-size="16" '
        f"font-family=\"'Source Sans 3', sans-serif\">{said}</text></svg>"
    )


def test_cyrillic_is_drawn_in_a_picture_letter_by_letter():
    # A letter that the font did not have would be drawn as the same empty box as any other.
    letters = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюяЫЭЁыэё’«»–—…№"
    box = drawn_words("\u4e00")
    assert drawn_words("\u4e8c") == box
    pictures = {letter: drawn_words(letter) for letter in letters}
    assert not [letter for letter, picture in pictures.items() if picture == box]
    assert drawn_words("Випадки") != drawn_words("Випадок")


def test_a_drawing_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match="too large"):
        png("<svg>" + " " * 700_000)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("shape", ["svg", "png", "csv"])
def test_a_file_is_named_by_its_head_and_kept_until_the_next_edition(client, shape):
    response = client.get(f"/figures/grades.{shape}?{FILTER}")
    head = read_head()
    assert re.fullmatch(
        rf'attachment; filename="hors-de-combat-incidents-by-grade-{DAY}-{head.digest[:12]}-filtered\.{shape}"',
        response.headers["Content-Disposition"],
    )
    assert 'rel="license"' in response.headers["Link"]
    assert response.headers["X-Register-Head"] == f"{head.number} {head.digest}"
    again = client.get(f"/figures/grades.{shape}?{FILTER}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.usefixtures("starting_register")
def test_beside_a_file_of_numbers_stands_what_it_cannot_say(client):
    link = client.get(f"/figures/killed.csv?{FILTER}").headers["Link"]
    path = re.match(r'<[^>]*?(/figures/[^>]*)>; rel="describedby"', link).group(1)
    told = client.get(path).json()
    assert [column["name"] for column in told["tableSchema"]["columns"]] == figure("killed").table.names
    assert "Donetsk Oblast" in told["dc:coverage"]["@value"]
    assert told["url"].endswith(f"/figures/killed.csv?{FILTER}")


@pytest.mark.usefixtures("starting_register")
def test_the_same_head_gives_the_same_picture(client):
    for shape in ("svg", "png", "csv"):
        first, second = (client.get(f"/figures/months.{shape}").content for _ in range(2))
        assert first == second


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    "query", ["utm=1", "grade=sure", "killed_min=1&killed_min=2", "date_from=2025&date_to=2024", "q=%07"]
)
def test_what_the_list_refuses_charts_refuse(client, query):
    refused = client.get(f"/figures/?{query}")
    assert refused.status_code == 400
    assert 'role="alert"' in refused.content.decode()
    for shape in ("svg", "png", "csv", "csv-metadata.json"):
        response = client.get(f"/figures/months.{shape}?{query}")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "ETag" not in response.headers


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("path", ["months.pdf", "months.SVG", "years.svg", "months.svg.json", "__init__.csv"])
def test_a_chart_or_format_that_there_is_not_is_not_found(client, path):
    assert client.get(f"/figures/{path}").status_code == 404


@pytest.mark.usefixtures("starting_register")
@given(name=st.sampled_from(NAMES), shape=st.sampled_from(["svg", "png", "csv"]), text=st.text(max_size=40))
@settings(max_examples=25, deadline=None)
def test_whatever_is_searched_for_the_answer_is_a_chart_or_a_problem(name, shape, text):
    from django.test import Client

    response = Client().get(f"/figures/{name}.{shape}?q={quote(text, errors='replace')}")
    assert response.status_code in (200, 400)
    if response.status_code == 200 and shape == "svg":
        parsed(response.content)


def test_the_colours_of_a_picture_are_the_light_tokens():
    tokens = (configured.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    for name, value in vars(LIGHT).items():
        light = re.search(rf"--{name.replace('_', '-')}: light-dark\((#[0-9a-f]+),", tokens).group(1)
        assert value == light, name


def test_words_are_broken_into_lines_and_cut_where_there_are_too_many():
    assert wrapped("one two three", 1000) == ["one two three"]
    assert wrapped("one two three", 30) == ["one", "two", "three"]
    assert wrapped("a b c d e f", 8, most=3) == ["a", "b", "c …"]
    assert wrapped("x" * 500, 100)[0].endswith("…")


# --- the numbers above columns ----------------------------------------------------------------------------------------

HEIGHTS = st.lists(st.integers(1, 60), min_size=1, max_size=60)


def columns(heights, each):
    labels = [f"{height // 2}–{height}" if height % 3 else str(height) for height in heights]
    return [
        Bar(50 + at * each, 216 - height * 3, label, breadth(label, 12))
        for at, (height, label) in enumerate(zip(heights, labels, strict=True))
    ]


def boxes(number):
    """What a number covers: its digits, and its line where it has one."""
    yield number.x - number.breadth / 2, number.y - 12, number.x + number.breadth / 2, number.y
    if number.foot is not None:
        yield number.x, number.y, number.x, number.foot


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@settings(max_examples=200, deadline=None)
@given(heights=HEIGHTS, each=st.sampled_from([6.0, 11.0, 18.0, 44.0]))
def test_no_number_hides_a_column_or_another_number(heights, each):
    bars = columns(heights, each)
    thick = each - 4
    found = placed(bars, thick, 34)
    covered = [box for number in found for box in boxes(number)]
    assert not [(one, other) for at, one in enumerate(covered) for other in covered[at + 1 :] if overlap(one, other)]
    solid = [(bar.middle - thick / 2, bar.top, bar.middle + thick / 2, 216) for bar in bars]
    assert not [(box, bar) for number in found for box in [next(boxes(number))] for bar in solid if overlap(box, bar)]


def test_a_number_beside_a_higher_column_stands_higher_with_a_line_to_its_own():
    bars = columns([9, 4], 11.0)
    high, low = placed(bars, 7.0, 34)
    assert high.foot is None
    assert low.label == "2–4"
    assert low.y < high.y
    assert low.foot == bars[1].top - 2


@pytest.mark.usefixtures("starting_register")
def test_a_drawing_without_room_for_a_number_says_so(client):
    """In the narrow drawing of the starting register one column stays without; in the wide one none does."""
    drawings = page(client).split('id="killed"')[1].split("</section>")[0].split("<svg")[1:]
    assert ["no room for it" in drawing for drawing in drawings] == [False, True]


@pytest.mark.usefixtures("starting_register")
def test_a_line_without_a_scope_says_so_beside_one_that_has_one(client):
    for address in ("/totals/", "/figures/"):
        text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
        assert re.search(r"322\s+no scope\s+stated", text), address
