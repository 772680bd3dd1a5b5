"""What people type finds the same incidents however they type it."""

import csv
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.answers import listed_at

pytestmark = pytest.mark.usefixtures("starting_register")

CASES = Path(__file__).with_name("searches.tsv")
ROWS = list(csv.DictReader(CASES.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))


def found(client, question):
    return set(listed_at(client, f"/incidents/?{urlencode({'q': question})}"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["question"])
def test_both_questions_find_the_same_incidents(client, row):
    incidents = found(client, row["question"])
    assert incidents == found(client, row["same_as"])
    assert len(incidents) >= int(row["least"])
