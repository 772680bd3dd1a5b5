"""What becomes of hostile texts in files, and how much memory a file takes."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.register.exports.tables import INCIDENTS, TABLES, coordinate
from incidents.register.exports.workbook import LONGEST_CELL, as_workbook
from incidents.register.models import RegisterIncident
from incidents.register.tables.about import About, Head
from incidents.register.tables.columns import Column, Kind, Table, plain
from incidents.register.tables.writing import as_csv, as_json, cell_text, defused
from tests.answers import body, csv_rows, xlsx_cells
from tests.published import publish

WORDS = Table("words", "A word.", "Слово.", [Column("code", Kind.TEXT, "A code.", "Код.")])
ABOUT = About(Head(7, "ab" * 32, None), datetime(2026, 11, 22, tzinfo=UTC), "https://example.org/words", "", "all")
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '=HYPERLINK("https://evil.example")']


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_would_run_has_an_apostrophe_before_it(text):
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["", "killed", "2024-11-24", "../2024-12-02", "“=1”", "'=1", "1=1", " ", "—"])
def test_other_texts_stay_as_they_are(text):
    assert defused(text) == text


@given(st.text())
def test_no_text_leaves_a_cell_that_begins_like_a_formula(text):
    assert not cell_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    written = b"".join(as_csv(WORDS, [[text]])).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[0] == ["code"]
    assert [row for row in rows[1:] if row] == [[defused(text)]]


def test_a_negative_number_stays_a_number():
    assert cell_text(-3) == -3


def test_a_sheet_holds_hostile_texts_as_texts():
    rows = [[text] for text in HOSTILE] + [["x" * 40_000], ["https://evil.example/"]]
    with as_workbook(WORDS, ABOUT, rows) as file:
        cells = xlsx_cells(file.read())
    assert len(cells) == len(rows) + 1
    assert cells[1] == ["=1+1"]
    assert len(cells[-2][0]) == LONGEST_CELL
    assert cells[-2][0].endswith(" […]")


KINDS = Table(
    "kinds",
    "One of each.",
    "По одному.",
    [
        Column("code", Kind.TEXT, "A code.", "Код."),
        Column("summary_en", Kind.TEXT, "A text.", "Текст."),
        Column("date", Kind.TEXT, "In EDTF.", "В EDTF."),
        Column("earliest", Kind.DAY, "A day.", "День."),
        Column("published", Kind.MOMENT, "A moment.", "Мить."),
        Column("reports", Kind.WHOLE, "A number.", "Число."),
    ],
)


def read(file, part):
    with zipfile.ZipFile(file) as book:
        return book.read(f"xl/{part}.xml").decode()


def test_days_and_moments_are_dates_of_the_sheet_and_nothing_else_is():
    row = ["HDC-0001", "A text.", "2024-11-24", "2024-11-24", "2026-11-22T14:30:00Z", 3]
    with as_workbook(KINDS, ABOUT, [row, [None] * 6]) as file:
        sheet, styles = read(file, "worksheets/sheet1"), read(file, "styles")
    shown = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    formats = [shown.get(number) for number in re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs", 1)[1])]
    cells = re.findall(r'<c r="[A-F]2" s="(\d+)"(?: t="(\w+)")?>(?:<is><t>|<v>)([^<]*)<', sheet)
    assert [(formats[int(style)], kind, value) for style, kind, value in cells] == [
        (None, "inlineStr", "HDC-0001"),
        (None, "inlineStr", "A text."),
        (None, "inlineStr", "2024-11-24"),
        ("yyyy-mm-dd", "", "45620"),
        ("yyyy-mm-dd hh:mm:ss", "", "46348.60416666666"),
        (None, "", "3"),
    ]
    assert date(1899, 12, 30) + timedelta(45620) == date(2024, 11, 24)
    moment = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(46348.60416666666)
    assert abs(moment - datetime(2026, 11, 22, 14, 30, tzinfo=UTC)) < timedelta(milliseconds=1)


def test_a_sheets_header_stays_and_narrows_and_its_columns_have_room():
    with as_workbook(KINDS, ABOUT, [["HDC-0001", "A text. " * 40, None, None, None, None]] * 3) as file:
        sheet, styles = read(file, "worksheets/sheet1"), read(file, "styles")
    assert '<autoFilter ref="A1:F4"/>' in sheet
    assert 'state="frozen"' in sheet
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)" style="(\d+)"', sheet)
    widths = {int(at): (float(width), int(style)) for first, last, width, style in columns for at in (first, last)}
    assert widths[2][0] > 60
    wrapped = styles.split("<cellXfs", 1)[1].split("</cellXfs>", 1)[0].split("<xf ")[1:]
    assert ["wrapText" in wrapped[widths[at][1]] for at in range(1, 7)] == [False, True, False, False, False, False]


def test_json_escapes_what_it_has_to():
    text = 'a "quote" </script> \u2028 \ud83d\ude00'.encode("utf-16", "surrogatepass").decode("utf-16")
    assert json.loads(b"".join(as_json(ABOUT, [{"code": text}])))["data"] == [{"code": text}]


def test_a_value_of_an_unexpected_type_is_an_error_and_not_a_leak():
    with pytest.raises(TypeError):
        plain(object())


def test_a_point_is_never_given_for_an_area():
    assert coordinate(48.5, "district") is None
    assert coordinate(48.5, "locality") == 48.5


def test_a_million_cells_take_no_memory():
    rows = ([f"text {n}" * 20] for n in range(50_000))
    tracemalloc.start()
    size = sum(len(piece) for piece in as_csv(WORDS, rows))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 8_000_000
    assert peak < 1_000_000


def test_every_column_has_its_meaning_in_both_languages_and_a_name_of_its_own():
    for table in TABLES:
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            assert column.en.endswith(".") or column.en.endswith("known.")
            assert column.uk != column.en
            assert column.name == column.name.lower()


def test_every_column_of_the_row_is_exported_or_left_out_on_purpose():
    left_out = {"edition", "state", "merged_into", "sort_date", "corroboration", "made_from", "citations", "search"}
    left_out |= {"raion", "hromada"}  # codes of outlines on the map
    read = {field for column in INCIDENTS.columns for field in column.reads}
    assert {field.name for field in RegisterIncident._meta.get_fields()} - read == left_out


@pytest.mark.usefixtures("committed")
def test_a_published_formula_leaves_defused_and_a_district_has_no_point(client):
    publish("source", "S-0001", title='=cmd|"/c calc"!A1')
    publish("incident", "HDC-0001", title={"en": '=1+1 \u202e,\n"x"', "uk": "Є"})
    rows = csv_rows(client, "/incidents.csv")
    assert rows[0]["title_en"].startswith("'=1+1")
    sources = csv_rows(client, "/sources.csv")
    assert sources[0]["title"].startswith("'=cmd")
    found = json.loads(body(client.get("/incidents.geojson")))["features"][0]
    assert found["geometry"] is None
    assert found["properties"]["oblast"] == "UA-14"


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("precision", "radius"),
    [("exact", 10), ("vicinity", 100), ("locality", 1000), ("near", 25000), ("district", None), ("region", None)],
)
def test_a_place_is_a_point_with_its_radius_or_no_point_at_all(client, precision, radius):
    publish("source", "S-0001")
    place = {"precision": precision, "method": "named_by_source", "country": "UA", "oblast": "UA-14"}
    publish("incident", "HDC-0001", place=place | {"latitude": 48.31, "longitude": 37.18})
    found = json.loads(body(client.get("/incidents.geojson")))["features"][0]
    assert found["geometry"] == (radius and {"type": "Point", "coordinates": [37.18, 48.31]})
    row = csv_rows(client, "/incidents.csv")[0]
    assert (row["latitude"], row["longitude"]) == (("48.31", "37.18") if radius else ("", ""))
    assert found["properties"]["radius_m"] == radius
    assert row["radius_m"] == str(radius or "")


@pytest.mark.usefixtures("committed")
def test_an_empty_register_gives_valid_files(client):
    for name in ("incidents", "sources", "citations", "investigations", "totals"):
        assert len(body(client.get(f"/{name}.csv")).decode().splitlines()) == 1
        assert json.loads(body(client.get(f"/{name}.json")))["data"] == []
        assert client.get(f"/{name}.json").headers["X-Register-Head"] == "0"
