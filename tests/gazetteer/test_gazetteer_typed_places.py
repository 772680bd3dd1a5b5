"""Places are found by what people type: with nouns, prepositions, cases, former names and one wrong letter."""

import csv
import time
from pathlib import Path
from statistics import median

import pytest

from incidents.gazetteer.codifier import DATA
from incidents.gazetteer.hints import find_hint
from incidents.gazetteer.search import find_by_code, find_places

pytestmark = pytest.mark.usefixtures("gazetteer")
HERE = Path(__file__).parent


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


CASES = rows("places.tsv")


@pytest.mark.parametrize("row", CASES, ids=[row["typed"] for row in CASES])
def test_the_first_hit_is_the_place_that_is_meant(row):
    if row["code"]:
        assert find_places(row["typed"])[0].code == row["code"]
    else:
        assert find_hint(row["typed"]) is not None


def test_a_part_of_a_city_leads_to_the_city():
    hint = find_hint("Saltivka, Kharkiv")
    assert hint.name == "Saltivka"
    assert hint.city.name_en == "Kharkiv"
    assert find_hint("Київський район, Харків").city.name_en == "Kharkiv"
    assert find_hint("Snake Island").city is None
    assert find_hint("Роботине") is None


def test_every_city_of_a_hint_is_one():
    with (DATA / "city_parts.tsv").open(encoding="utf-8", newline="") as lines:
        codes = [row["code"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["code"]]
    assert all(find_by_code(code).category in ("M", "K") for code in codes)


def test_almost_all_typed_texts_find_their_place_first(tell):
    """`typed_places.tsv` has places of the reporting as people type them: nouns, cases, one wrong letter."""
    typed = rows("typed_places.tsv")
    missed, times = [], []
    for row in typed:
        started = time.perf_counter()
        hits = find_places(row["typed"], limit=9)
        times.append(time.perf_counter() - started)
        if not hits or hits[0].code != row["code"]:
            missed.append(row["typed"])
    share = 1 - len(missed) / len(typed)
    tell(f"{len(typed)} typed places: {share:.1%} found first, median {1000 * median(times):.1f} ms")
    assert len(typed) == 200
    assert share > 0.95, missed
