"""Coordinates are read as people have them: no database."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.gazetteer.coordinates import CoordinatesError, is_pair, read_angle, read_coordinates

with (Path(__file__).parent / "coordinates.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
READ = [row for row in CASES if row["how"] == "read"]
ONE_FIELD = [row for row in CASES if row["how"] == "read, one field"]
REFUSED = [row for row in CASES if row["how"] == "refuse"]


def test_every_case_is_tried_here_or_with_a_place():
    assert len(READ) == 7
    assert len(ONE_FIELD) == 2
    assert len(REFUSED) == 2
    assert len([row for row in CASES if "Selydove" in row["typed"]]) == 2


@pytest.mark.parametrize("row", READ, ids=[row["typed"] for row in READ])
def test_both_coordinates_are_read_from_one_text(row):
    assert is_pair(row["typed"])
    assert str(read_coordinates(row["typed"])) == f"{row['latitude']}, {row['longitude']}"


@pytest.mark.parametrize("row", ONE_FIELD, ids=[row["typed"] for row in ONE_FIELD])
def test_one_coordinate_is_rounded_half_to_even(row):
    assert not is_pair(row["typed"])
    assert read_angle(row["typed"], "NS") == Decimal(row["latitude"])


@pytest.mark.parametrize("row", REFUSED, ids=[row["typed"] for row in REFUSED])
def test_what_is_no_place_is_refused(row):
    with pytest.raises(CoordinatesError):
        read_coordinates(row["typed"])


@pytest.mark.parametrize(
    "typed",
    [
        "48,1465 37,3022",
        "48,1465, 37,3022",
        "48,1465,37,3022",
        "(48.1465; 37.3022)",
        "48.1465 пн. ш., 37.3022 сх. д.",
        "37.3022 сх. д. 48.1465 пн. ш.",
        "48.1465 с.ш. 37.3022 в.д.",
        "lat: 48.1465, lon: 37.3022",
        "довгота 37.3022 широта 48.1465",
        "48° 8.79' N, 37° 18.132' E",
        "geo:48.1465,37.3022",
        "https://www.google.com/maps/place/x/@48.2,37.1,15z/data=!3d48.1465!4d37.3022",
        "https://www.openstreetmap.org/?mlat=48.1465&mlon=37.3022#map=12/48.2/37.4",
        "https://www.openstreetmap.org/#map=15/48.1465/37.3022",
        "https://yandex.example.yandex.ru/maps/?ll=37.3022%2C48.1465&z=12",
    ],
)
def test_further_ways_to_write_the_same_point(typed):
    assert str(read_coordinates(typed)) == "48.14650, 37.30220"


def test_south_and_west_are_negative():
    assert str(read_coordinates("33°55'S 18°25'W")) == "-33.91667, -18.41667"


@pytest.mark.parametrize(
    "typed",
    ["", "somewhere", "48 61 0 N 37 0 0 E", "48 N 37 N", "https://maps.example/", "1e5 3", "9" * 600, "N", "48.1"],
)
def test_what_is_not_readable_is_refused(typed):
    with pytest.raises(CoordinatesError):
        read_coordinates(typed)


def test_a_longitude_is_no_latitude():
    with pytest.raises(CoordinatesError):
        read_angle("37.3022 E", "NS")


def test_distances_are_those_on_the_globe():
    assert round(read_coordinates("50.45, 30.52").km_from(48.1465, 37.3022)) == 554


@given(st.text() | st.text("0123456789.,-+ °'\"NSEW;/шд@:", max_size=30))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(text):
    is_pair(text)
    for read in (read_coordinates, lambda typed: read_angle(typed, "EW")):
        try:
            read(text)
        except CoordinatesError:
            continue
