"""Files of an empty register are valid files, and every shape says its head, its filter and its licence."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest

from incidents.register.tables.about import read_head
from tests.answers import taken

SHAPES = [
    f"{name}.{shape}"
    for name in ("incidents", "sources", "citations", "investigations", "totals")
    for shape in ("csv", "json", "xlsx")
]
FIGURES = [f"figures/{name}" for name in ("months.svg", "killed.csv", "oblasts.png", "grades.svg", "totals.csv")]
FILTER = "grade=corroborated&oblast=UA-14"
FEEDS = ["incidents.atom", "corrections.atom"]


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 — our own answer


def opened(data, shape):
    """The rows or entries of a file, read as a program would read it."""
    if shape == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    if shape in ("json", "geojson"):
        told = json.loads(data)
        return told.get("features", told.get("data"))
    if shape == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(data))
        assert [parsed(book.read(name)) is not None for name in book.namelist() if name.endswith(".xml")]
        return re.findall(r"<row ", book.read("xl/worksheets/sheet1.xml").decode())[1:]
    if shape == "atom":
        return parsed(data).findall("{http://www.w3.org/2005/Atom}entry")
    if shape == "svg":
        return [] if parsed(data).tag.endswith("svg") else None
    return [] if data.startswith(b"\x89PNG") else None


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("language", ["", "/uk"])
def test_every_file_of_an_empty_register_is_a_valid_file_of_nothing(client, language):
    for name in [*SHAPES, "incidents.geojson", *FEEDS, *FIGURES]:
        assert opened(taken(client, f"{language}/{name}"), name.rpartition(".")[2]) == [], name


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", ["incidents.atom", "figures/months.svg", "incidents.json", "incidents.geojson"])
def test_a_file_that_holds_words_says_head_filter_and_licence_in_itself(client, name):
    text = taken(client, f"/{name}?{FILTER}").decode()
    head = read_head()
    assert head.digest[:16] in text
    assert str(head.number) in text
    assert "in Donetsk Oblast" in text
    assert "creativecommons.org/licenses/by/4.0" in text


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("name", [*SHAPES, "incidents.geojson", *FEEDS, *FIGURES, "register.zip"])
def test_the_answer_to_whoever_takes_a_file_names_the_head(client, name):
    head = read_head()
    assert client.get(f"/{name}").headers["X-Register-Head"] == f"{head.number} {head.digest}"
