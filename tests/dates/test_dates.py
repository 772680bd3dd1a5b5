"""A date is written in EDTF, read out as a careful writer would, and refused with an example when it makes no sense."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.dates import DateError, in_words, overlaps, parse, period_in_words, plainly

POINTS = st.from_regex(r"20[0-9X]{2}(-[0-2][0-9](-[0-3][0-9])?)?[~?%]?", fullmatch=True)
INTERVALS = st.tuples(POINTS | st.just(".."), POINTS | st.just("..")).map("/".join)
ANY_TEXT = st.text() | st.text("0123456789-/~?%.X \x00\u202e", max_size=24) | POINTS | INTERVALS


def parsed_or_none(text):
    try:
        return parse(text)
    except DateError:
        return None


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-05-22", date(2025, 5, 22), date(2025, 5, 22)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-09/2024-10", date(2024, 9, 1), date(2024, 10, 31)),
        ("2024-08~/2025-02-03", date(2024, 8, 1), date(2025, 2, 3)),
        ("2024-11-23~", date(2024, 11, 23), date(2024, 11, 23)),
        ("../2025-05-21", None, date(2025, 5, 21)),
        ("2025-05-21/..", date(2025, 5, 21), None),
        ("2024-21", date(2024, 3, 1), date(2024, 5, 31)),
        ("2024-22~", date(2024, 6, 1), date(2024, 8, 31)),
        ("2024-23?", date(2024, 9, 1), date(2024, 11, 30)),
        ("2024-24", date(2023, 12, 1), date(2025, 2, 28)),  # the winter that ends or the one that begins in 2024
        ("2024-21/2024-22", date(2024, 3, 1), date(2024, 8, 31)),
    ],
)
def test_the_earliest_and_the_latest_day_are_derived(text, earliest, latest):
    assert (parse(text).earliest, parse(text).latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2024-11", False, False),
        ("2024-11~", True, False),
        ("2024-11?", False, True),
        ("2024-11%", True, True),
        ("2024-08~/2025-02-03?", True, True),
    ],
)
def test_the_qualifiers_tell_approximate_from_uncertain(text, approximate, uncertain):
    assert (parse(text).approximate, parse(text).uncertain) == (approximate, uncertain)


def test_space_around_a_date_is_ignored_and_an_interval_of_one_date_is_that_date():
    assert parse("  2024-09/2024-09\n") == parse("2024-09")
    assert parse("2024-09/2024-09").edtf == "2024-09"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2024-XX", "2024"),
        ("2024-XX-XX", "2024"),
        ("2024-11-XX~", "2024-11~"),
        ("2024-11-2X", "2024-11-20/2024-11-29"),
        ("2025-02-2X", "2025-02-20/2025-02-28"),
        ("2024-11-0X", "2024-11-01/2024-11-09"),
        ("2024-1X", "2024-10/2024-12"),
        ("202X", "2020/2029"),
        ("20XX?", "2000?/2099?"),
        ("202X/2024-05", "2020/2024-05"),
        ("2024/", "2024/.."),
        ("/2024-11", "../2024-11"),
    ],
)
def test_unspecified_digits_and_unknown_ends_are_kept_in_their_shorter_form(text, edtf):
    assert parse(text).edtf == edtf


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2024/2024-06", "2024-01/2024-06"),
        ("2024/2024-06-11", "2024-01-01/2024-06-11"),
        ("2024~/2024-06?", "2024-01~/2024-06?"),
        ("2024-06/2024", "2024-06/2024-12"),
        ("2024-02-24/2024-02", "2024-02-24/2024-02-29"),
        ("2024-12-15/2024-12", "2024-12-15/2024-12-31"),
        ("2024-21/2024-04", "2024-03/2024-04"),
        ("2024-05/2024-05-31", "2024-05/2024-05-31"),
    ],
)
def test_an_interval_within_one_of_its_ends_is_not_the_wrong_way_round(text, edtf):
    assert parse(text).edtf == edtf


@pytest.mark.parametrize(
    "text",
    [
        *("[2024-01,2024-03]", "{2024..2025}", "2024?-11", "?2024-11", "2024-~11-05", "Y20240", "2024S2"),
        *("2024-25", "2024-33", "2024-41", "2024-XX-12", "1X24", "XXXX", "202X-05"),
    ],
)
def test_level_2_is_refused_by_its_name(text):
    with pytest.raises(DateError, match="level 2"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("2023-02-29", ("2023-02-28", "2023-02")),
        ("2024-04-31", ("2024-04-30", "2024-04")),
        ("2025-13-45", ("2025",)),
        ("2024-10/2024-09", ("2024-09/2024-10",)),
        ("[2024-01,2024-03]", ("2024-01/2024-03",)),
    ],
)
def test_a_refusal_proposes_what_may_be_meant(text, proposals):
    with pytest.raises(DateError) as refused:
        parse(text)
    assert refused.value.proposals == proposals
    assert all(parse(edtf).edtf == edtf for edtf in proposals)


@pytest.mark.parametrize(
    "text",
    [
        "2025-13-45",
        "2025-02-30",
        "2023-02-29",
        "2024-00",
        "2024-11-00",
        "2024-04-31",
        "2024-45",
        "2024-21-01",
        "2024-02-3X",
        "2024-1",
        "22.05.2025",
        "May 2025",
        "",
        "   ",
        "/",
        "..",
        "../..",
        "2024/2025/2026",
        "2024-11-23~~",
        "2024-11-23T10:00",
        "2025-05-22\x00",
        "\u202e2025-05-22",
        "٢٠٢٤",
        "２０２４",
        "1899-12-31",
        "2101",
        "0000",
        "9" * 65,
        "2024" + " " * 200,
        "9" * 1_000_000,
    ],
)
def test_nonsense_is_refused_with_an_example(text):
    with pytest.raises(DateError, match="2025-05-22"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["2024-10/2024-09", "2025/2024", "2024-05-22/2024-05-21", "2024-06/2023", "2024-22/2024-21"]
)
def test_a_reversed_range_is_refused_with_an_example(text):
    with pytest.raises(DateError, match="2024-09/2024-10"):
        parse(text)


def test_the_refusal_does_not_repeat_what_was_typed():
    with pytest.raises(DateError) as refused:
        parse("<script>\u202e")
    assert "script" not in str(refused.value)


WORDS = [
    ("2025-05-22", "22 May 2025", "22 травня 2025 року"),
    ("2024-11", "some time in November 2024", "у листопаді 2024 року"),
    ("2024", "some time in 2024", "у 2024 році"),
    ("2024-11-23~", "about 23 November 2024", "приблизно 23 листопада 2024 року"),
    ("2024-11~", "some time in November 2024, approximately", "приблизно в листопаді 2024 року"),
    ("2024-09~", "some time in September 2024, approximately", "приблизно у вересні 2024 року"),
    ("2024~", "some time in 2024, approximately", "приблизно у 2024 році"),
    ("2024-11-23?", "possibly 23 November 2024", "можливо, 23 листопада 2024 року"),
    ("2024-11?", "possibly some time in November 2024", "можливо, у листопаді 2024 року"),
    ("2024-11-23%", "possibly about 23 November 2024", "можливо, приблизно 23 листопада 2024 року"),
    ("../2025-05-21", "on or before 21 May 2025", "не пізніше 21 травня 2025 року"),
    ("2025-05-21/..", "on or after 21 May 2025", "не раніше 21 травня 2025 року"),
    ("../2024-11", "in or before November 2024", "не пізніше листопада 2024 року"),
    ("2024/..", "in or after 2024", "не раніше 2024 року"),
    ("2024-09/2024-10", "between September and October 2024", "між вереснем і жовтнем 2024 року"),
    ("2022-07-28/2022-07-29", "between 28 and 29 July 2022", "між 28 і 29 липня 2022 року"),
    ("2022-07-28/2022-08-03", "between 28 July and 3 August 2022", "між 28 липня і 3 серпня 2022 року"),
    (
        "2023-12-01/2024-02-29",
        "between 1 December 2023 and 29 February 2024",
        "між 1 грудня 2023 року і 29 лютого 2024 року",
    ),
    (
        "2023-11/2024-09",
        "between November 2023 and September 2024",
        "між листопадом 2023 року і вереснем 2024 року",
    ),
    ("2022/2024", "between 2022 and 2024", "між 2022 і 2024 роками"),
    ("2022/2024-03", "between 2022 and March 2024", "між 2022 роком і березнем 2024 року"),
    ("2024-21", "some time in spring 2024", "навесні 2024 року"),
    ("2024-22~", "some time in summer 2024, approximately", "приблизно влітку 2024 року"),
    ("2024-23?", "possibly some time in autumn 2024", "можливо, восени 2024 року"),
    ("../2024-24", "in or before winter 2024", "не пізніше зими 2024 року"),
    ("2024-21/2024-22", "between spring and summer 2024", "між весною і літом 2024 року"),
    (
        "2024-11-23?/2024-12-05",
        "between 23 November and 5 December 2024; the first date is uncertain",
        "між 23 листопада і 5 грудня 2024 року; перша дата непевна",
    ),
    (
        "2024-11/2024-12?",
        "between November and December 2024; the second date is uncertain",
        "між листопадом і груднем 2024 року; друга дата непевна",
    ),
    ("2024-11?/2024-12?", "possibly between November and December 2024", "можливо, між листопадом і груднем 2024 року"),
]


IN_MONTHS = (
    *("у січні", "у лютому", "у березні", "у квітні", "у травні", "у червні"),
    *("у липні", "у серпні", "у вересні", "у жовтні", "у листопаді", "у грудні"),
)


@pytest.mark.parametrize(("number", "words"), list(enumerate(IN_MONTHS, 1)))
def test_every_month_stands_in_the_locative(number, words):
    assert in_words(f"2024-{number:02}", "uk") == f"{words} 2024 року"
    assert in_words(f"2024-{number:02}?", "uk") == f"можливо, {words} 2024 року"


@pytest.mark.parametrize(("text", "english", "ukrainian"), WORDS)
def test_a_date_reads_as_a_careful_writer_would_put_it(text, english, ukrainian):
    assert in_words(text, "en") == english
    assert in_words(text, "uk") == ukrainian
    assert in_words(parse(text), "en") == english


def test_a_date_reads_in_the_active_language_unless_told_otherwise():
    with translation.override("uk"):
        assert in_words("2025-05-22") == "22 травня 2025 року"
        assert in_words("2025-05-22", "en") == "22 May 2025"
    with translation.override("en"):
        assert in_words("2025-05-22") == "22 May 2025"


@pytest.mark.parametrize(
    ("text", "english", "ukrainian"),
    [
        ("2022", "in 2022", "у 2022 році"),
        ("2024-11", "in November 2024", "у листопаді 2024 року"),
        ("2024-10/2024-11", "from October to November 2024", "від жовтня до листопада 2024 року"),
        ("2024-02-24/2024-12-31", "from 24 February to 31 December 2024", "від 24 лютого до 31 грудня 2024 року"),
        (
            "2024-08~/2025-02-03",
            "from about August 2024 to 3 February 2025",
            "приблизно від серпня 2024 року до 3 лютого 2025 року",
        ),
        ("2022/2024", "from 2022 to 2024", "від 2022 до 2024 року"),
        ("2022-02-24/..", "since 24 February 2022", "від 24 лютого 2022 року"),
        ("../2024-12-13", "until 13 December 2024", "до 13 грудня 2024 року включно"),
    ],
)
def test_a_period_counted_reads_as_the_whole_of_it(text, english, ukrainian):
    assert period_in_words(text, "en") == english
    assert period_in_words(text, "uk") == ukrainian


@pytest.mark.parametrize(
    ("text", "english", "ukrainian"),
    [
        ("2024-02", "February 2024", "лютий 2024 року"),
        ("2025-01~", "about January 2025", "приблизно січень 2025 року"),
        ("2024", "2024", "2024 рік"),
        ("2025-05-24", "24 May 2025", "24 травня 2025 року"),
        ("../2025-05-21", "on or before 21 May 2025", "не пізніше 21 травня 2025 року"),
    ],
)
def test_a_date_can_be_named_plainly(text, english, ukrainian):
    assert plainly(text, "en") == english
    assert plainly(text, "uk") == ukrainian


@pytest.mark.parametrize(
    ("text", "since", "until", "expected"),
    [
        ("2024-11", date(2024, 11, 30), None, True),
        ("2024-11", date(2024, 12, 1), None, False),
        ("2024-11", None, date(2024, 11, 1), True),
        ("2024-11", None, date(2024, 10, 31), False),
        ("2024", date(2024, 3, 1), date(2024, 3, 2), True),
        ("../2025-05-21", date(2025, 5, 22), None, False),
        ("../2025-05-21", None, date(1950, 1, 1), True),
        ("2025-05-21/..", date(2090, 1, 1), None, True),
        ("2025-05-21/..", None, date(2025, 5, 20), False),
        ("2024", None, None, True),
    ],
)
def test_a_filter_finds_a_date_that_may_lie_within_its_days(text, since, until, expected):
    when = parse(text)
    assert overlaps(when.earliest, when.latest, since, until) is expected


@given(ANY_TEXT)
@settings(deadline=None)
def test_any_text_is_either_a_date_or_refused(text):
    when = parsed_or_none(text)
    if when is None:
        return
    assert parse(when.edtf) == when
    assert len(when.edtf) <= 64
    assert when.earliest is None or when.latest is None or when.earliest <= when.latest
    assert when.earliest or when.latest
    assert overlaps(when.earliest, when.latest, when.earliest, when.latest)


@given(POINTS | INTERVALS)
@settings(deadline=None)
def test_every_date_reads_in_every_way_and_language(text):
    when = parsed_or_none(text)
    if when is None:
        return
    for language in ("en", "uk"):
        for words in (in_words, plainly, period_in_words):
            said = words(when, language)
            assert said == " ".join(said.split())
            assert said
            doubted = ("possibly ", "is uncertain", "можливо, ", "непевна")
            assert any(word in said for word in doubted) is when.uncertain
            assert any(word in said for word in ("about", "approximately", "приблизно")) is when.approximate
