"""What people type as a date is read where it has one meaning; two meanings are both offered; a refusal proposes."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.dates import DateError, parse
from incidents.dates.typed import doubt, read
from incidents.dates.vocabulary import MONTHS, SEASONS

with (Path(__file__).parent / "dates.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t"))
TODAY = date(2026, 11, 28)
WORDS = [*MONTHS, *SEASONS, "до", "з", "між", "і", "between", "and", "–", "-", "/", "about", "~", "?", "%", "("]
WORDS += [")", "early", "кінець", "half", "of", "10:00", "z", "5", "12", "24", "2024", "99"]


def edtf(text):
    return [when.edtf for when in read(text)]


@pytest.mark.parametrize("case", CASES, ids=[case["typed"] for case in CASES])
def test_what_people_type_is_read_as_they_mean_it(case):
    if case["how"] == "refuse":
        with pytest.raises(DateError):
            read(case["typed"])
        return
    meanings = read(case["typed"])
    assert " | ".join(when.edtf for when in meanings) == case["edtf"]
    assert len(meanings) == (2 if case["how"] == "ask" else 1)
    assert bool(doubt(meanings[0], TODAY)) is (case["how"] == "warn")


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("24.5.25", "2025-05-24"),
        ("24th of May 2025", "2025-05-24"),
        ("Sat, 24 May 2025", "2025-05-24"),
        ("субота, 24 травня 2025 р.", "2025-05-24"),
        ("24.05.2025, 14:30", "2025-05-24"),
        ("11 червня 2024 о 14:30", "2024-06-11"),
        ("11/2024", "2024-11"),
        ("2024/11", "2024-11"),
        ("possibly about 24 May 2025", "2025-05-24%"),
        ("24 May 2025 (?)", "2025-05-24?"),
        ("близько 24 травня 2025 року", "2025-05-24~"),
        ("10–12 March 2025", "2025-03-10/2025-03-12"),
        ("March 10-12, 2025", "2025-03-10/2025-03-12"),
        ("з 10 по 12 березня 2025", "2025-03-10/2025-03-12"),
        ("24 мая – 2 июня 2025 г.", "2025-05-24/2025-06-02"),
        ("10.03-12.03.2025", "2025-03-10/2025-03-12"),
        ("Sept 2023 - Feb 2024", "2023-09/2024-02"),
        ("в ніч на 11 березня 2025", "2025-03-10/2025-03-11"),
        ("mid-November 2024", "2024-11-11/2024-11-20"),
        ("в середині листопада 2024", "2024-11-11/2024-11-20"),
        ("first half of February 2024", "2024-02-01/2024-02-15"),
        ("взимку 2023/24", "2023-12/2024-02"),
        ("before April 2024", "../2024-03"),
        ("after 2024", "2025/.."),
        ("не пізніше 6 квітня 2024 року", "../2024-04-06"),
        ("з 24 лютого 2022 року", "2022-02-24/.."),
        ("~2024-11", "2024-11~"),
        ("2025-05-06 · 6 May 2025", "2025-05-06"),
    ],
)
def test_further_ways_to_write_a_date(typed, meaning):
    assert edtf(typed) == [meaning]


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [
        ("05-06-2025", ["2025-05-06", "2025-06-05"]),
        ("до 6 квітня 2024", ["../2024-04-05", "../2024-04-06"]),
        ("winter 2024", ["2023-12/2024-02", "2024-12/2025-02"]),
        ("2024-06-11T23:20:30Z", ["2024-06-11", "2024-06-12"]),  # the day in UTC and in Kyiv
    ],
)
def test_all_meanings_are_offered(typed, meanings):
    assert edtf(typed) == meanings


@pytest.mark.parametrize(
    ("typed", "proposal"),
    [("Novemebr 2024", "2024-11"), ("31.04.2025", "2025-04-30"), ("[2024-01,2024-03]", "2024-01/2024-03")],
)
def test_a_text_that_is_no_date_is_refused_with_a_proposal(typed, proposal):
    with pytest.raises(DateError) as refused:
        read(typed)
    assert proposal in refused.value.proposals


def test_a_day_without_its_year_is_proposed_in_a_past_year():
    with pytest.raises(DateError) as refused:
        read("24 травня")
    (proposal,) = refused.value.proposals
    assert proposal.endswith("-05-24")
    assert not doubt(parse(proposal))


@pytest.mark.parametrize(
    "typed", ["13/2024", "21/2024", "24.05.2025 12", "early 2024", "soon", "- – /", "2024-1-2-3", "x" * 5000]
)
def test_nothing_is_guessed(typed):
    with pytest.raises(DateError) as refused:
        read(typed)
    assert refused.value.proposals == ()


@given(
    st.text()
    | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
    | st.lists(st.sampled_from(WORDS), max_size=6).map("".join)
)
@settings(deadline=None, max_examples=400)
def test_any_text_is_read_or_refused_and_every_meaning_is_a_date(text):
    try:
        meanings = read(text)
    except DateError as refused:
        meanings = [parse(edtf) for edtf in refused.proposals]
    assert all(parse(when.edtf) == when for when in meanings)
