"""What every template can say: texts in two languages, terms, dates, counts in a sentence, safe addresses, signs."""

import re
from typing import Any

import pytest
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from incidents import wording
from incidents.register.charts import svg_geometry
from incidents.register.jinja import date_bar, macro
from incidents.register.pages import links
from incidents.register.source_lookup import NO_LINE
from incidents.templatetags.register_tags import navigation_of

BOTH = {"en": "In English", "uk": "Українською"}
ONLY_UKRAINIAN = {"en": None, "uk": "Лише українською"}


def rendered(source: str, **context: Any) -> str:
    return engines["jinja2"].from_string('{% import "_texts.html" as texts %}' + source).render(context)


# --- two languages ---


@pytest.mark.parametrize(("language", "said"), [("en", "In English"), ("uk", "Українською")])
def test_a_text_is_shown_in_the_language_of_the_page(language: str, said: str) -> None:
    with translation.override(language):
        assert rendered("{{ texts.bilingual(text) }}", text=BOTH) == said


def test_a_text_in_the_other_language_is_marked_with_it() -> None:
    with translation.override("en"):
        assert rendered("{{ texts.bilingual(text) }}", text=ONLY_UKRAINIAN) == '<span lang="uk">Лише українською</span>'


def test_markup_in_a_text_is_shown_as_it_was_written_and_never_run() -> None:
    with translation.override("en"):
        shown = rendered("{{ texts.bilingual(a) }}{{ texts.bilingual(b) }}", a={"en": "<script>"}, b={"uk": "<b>"})
    assert shown == '&lt;script&gt;<span lang="uk">&lt;b&gt;</span>'


def test_a_text_is_found_in_a_document_and_in_a_record_alike() -> None:
    class Record:
        title_en = ""
        title_uk = "Назва"

    with translation.override("en"):
        for thing in ({"title": {"uk": "Назва"}}, {"title_en": None, "title_uk": "Назва"}, Record()):
            found = wording.text(thing, "title")
            assert (str(found), found.language, found.is_other) == ("Назва", "uk", True)


def test_no_text_at_all_is_an_empty_one() -> None:
    assert rendered('[{{ texts.bilingual(text(thing, "title")) }}]', thing={}) == "[]"


def test_a_page_says_when_it_shows_the_other_language() -> None:
    with translation.override("en"):
        assert "Ukrainian only" in macro("texts.language_note")(wording.pick(ONLY_UKRAINIAN))
        assert macro("texts.language_note")(wording.pick(BOTH)).strip() == ""


# --- terms and dates ---


def test_a_code_is_shown_by_its_label_and_explained_by_its_definition() -> None:
    with translation.override("en"):
        assert wording.term("single_origin", "Grade") == "Single origin"
        assert wording.definition("single_origin", "Grade").startswith("The report as a whole")


def test_a_code_outside_the_vocabulary_is_shown_as_it_is() -> None:
    assert wording.term("<new>", "Grade") == "<new>"
    assert wording.definition("<new>", "Grade") == ""
    assert wording.term(None, "Grade") == ""


def test_a_term_has_one_anchor_wherever_it_is_linked_from() -> None:
    assert wording.term_anchor("PlacePrecision", "near") == "place-precision-near"


def test_a_date_that_is_not_given_is_said_to_be_unknown() -> None:
    with translation.override("en"):
        assert wording.edtf_in_words(None) == "The date is not given in the available reporting."


def test_a_date_is_worded_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert wording.edtf_in_words("2024-11") == "some time in November 2024"
        assert wording.edtf_plainly("2024-11") == "November 2024"
    with translation.override("uk"):
        assert "листопад" in wording.edtf_plainly("2024-11")


def test_what_is_no_date_is_shown_rather_than_lost() -> None:
    assert wording.edtf_in_words("2025-13-45") == "2025-13-45"
    assert date_bar("2025-13-45") is None


def test_a_moment_in_a_document_is_a_day_of_the_calendar() -> None:
    with translation.override("en"):
        assert wording.day("2026-11-20T23:30:00-05:00") == "21 November 2026"
        assert wording.day("no moment") == ""
        assert wording.day(None) == ""


# --- counts ---

COUNTS = [
    ((2, 5, 5), "between 2 and 5 killed, best estimate 5", "від 2 до 5 вбитих, найкраща оцінка: 5"),
    ((5, 5, 5), "5 killed", "5 вбитих"),
    ((1, 1, 1), "1 killed", "1 вбитий"),
    ((21, None, 21), "21 killed", "21 вбитий"),
    ((20, None, 21), "between 20 and 21 killed", "від 20 до 21 вбитого"),
    ((2, None, None), "at least 2 killed", "щонайменше 2 вбитих"),
    ((2, 3, None), "at least 2 killed, best estimate 3", "щонайменше 2 вбитих, найкраща оцінка: 3"),
    ((None, None, 3), "at most 3 killed", "щонайбільше 3 вбитих"),
    ((0, None, 1), "at most 1 killed", "щонайбільше 1 вбитий"),
    ((None, 4, None), "4 killed by the best estimate", "4 вбитих за найкращою оцінкою"),
    ((0, 0, 0), "no one killed", "убитих немає"),
]


@pytest.mark.parametrize(("ends", "english", "ukrainian"), COUNTS)
def test_a_count_is_a_phrase_with_its_range(ends: tuple[int | None, ...], english: str, ukrainian: str) -> None:
    count = dict(zip(("low", "best", "high"), ends, strict=True))
    with translation.override("en"):
        assert wording.count_sentence(count, "killed") == english
    with translation.override("uk"):
        assert wording.count_sentence(count, "killed") == ukrainian


@pytest.mark.parametrize(
    ("ends", "english", "ukrainian"),
    [
        ((1, 1, 1), "1 survived", "1 вижив"),
        ((2, 2, 2), "2 survived", "2 вижили"),
        ((0, 0, 0), "no one survived", "не вижив ніхто"),
    ],
)
def test_survivors_are_counted_in_their_own_words(ends: tuple[int, ...], english: str, ukrainian: str) -> None:
    count = dict(zip(("low", "best", "high"), ends, strict=True))
    with translation.override("en"):
        assert wording.count_sentence(count, "survived") == english
    with translation.override("uk"):
        assert wording.count_sentence(count, "survived") == ukrainian


@pytest.mark.parametrize(
    "count", [None, {}, {"low": None, "best": None, "high": None}, {"low": 0, "best": None, "high": None}]
)
def test_a_number_that_is_not_given_is_written_out(count: dict[str, int | None] | None) -> None:
    with translation.override("en"):
        assert wording.count_sentence(count) == "The number killed is not given in the available reporting."


@pytest.mark.parametrize(
    ("reports", "origins", "english", "ukrainian"),
    [
        (36, 10, "36 reports, 10 independent origins", "36 повідомлень, 10 незалежних першоджерел"),
        (1, 1, "1 report, 1 independent origin", "1 повідомлення, 1 незалежне першоджерело"),
        (2, 1, "2 reports, 1 independent origin", "2 повідомлення, 1 незалежне першоджерело"),
        (23, 3, "23 reports, 3 independent origins", "23 повідомлення, 3 незалежні першоджерела"),
    ],
)
def test_reports_never_stand_without_their_origins(reports: int, origins: int, english: str, ukrainian: str) -> None:
    with translation.override("en"):
        assert wording.reports_and_origins(reports, origins) == english
    with translation.override("uk"):
        assert wording.reports_and_origins(reports, origins) == ukrainian


# --- addresses ---


@pytest.mark.parametrize("address", ["https://example.org/a?b=1#c", "http://example.org", "https://приклад.укр/стаття"])
def test_a_web_address_stays_as_it_is(address: str) -> None:
    assert wording.safe_url(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "//example.org",
            "/incidents/",
            "https:",
        ),
        *(
            "https://example.org/\x00",
            "java\nscript:alert(1)",
            "https://example.org/\u202egnp.exe",
            "https://[",
            "",
            None,
        ),
    ],
)
def test_what_is_no_plain_web_address_leads_nowhere(address: str | None) -> None:
    assert wording.safe_url(address) == ""


@given(
    st.sampled_from(["", "javascript:", "data:", "vbscript:", "file:", "http:"]),
    st.sampled_from(["", "//a.org/"]),
    st.text(),
)
def test_no_text_makes_a_dangerous_link(scheme: str, host: str, rest: str) -> None:
    address = scheme + host + rest
    assert wording.safe_url(address) == "" or wording.safe_url(address).lower().startswith(("http://", "https://"))


def test_a_link_says_whose_site_it_leads_to() -> None:
    assert wording.host("https://www.example.org/a/b") == "example.org"
    assert wording.host("javascript:alert(1)") == ""


def test_a_record_leads_to_the_page_it_names_itself() -> None:
    assert links.page_of({"code": "S-0001", "href": "/desk/sources/S-0001/"}, "source") == "/desk/sources/S-0001/"
    assert links.page_of({"title": "no code"}, "source") == ""


def test_navigation_marks_one_page_and_counts_what_waits(rf: RequestFactory) -> None:
    context = Context({"request": rf.get("/desk/queue/"), "desk_counts": {"drafts": 2, "queue": 5}})
    shown = {link.label: link for link in navigation_of(context, "desk")}
    assert [label for label, link in shown.items() if link.is_current] == ["Review queue"]
    assert shown["Review queue"].waiting == 5


# --- signs ---


@pytest.mark.parametrize(
    ("grade", "filled"),
    [("alleged", 1), ("single_origin", 2), ("corroborated", 3), ("verified", 4), ("judicially_established", 5)],
)
def test_a_grade_fills_the_steps_it_has_reached(grade: str, filled: int) -> None:
    assert svg_geometry.grade_scale(grade).reached == filled


@pytest.mark.parametrize("grade", ["contested", "unverifiable", "discounted"])
def test_a_grade_off_the_ladder_has_a_sign_of_its_own(grade: str) -> None:
    assert svg_geometry.grade_scale(grade) == svg_geometry.GradeScale(grade)


def test_a_certain_count_has_no_open_end() -> None:
    bar = svg_geometry.count_bar({"low": 5, "best": 5, "high": 5})
    assert bar is not None
    assert (bar.closed, bar.open_width, bar.best) == (True, "0", None)


def test_a_count_without_an_upper_end_runs_on() -> None:
    bar = svg_geometry.count_bar({"low": 2, "best": None, "high": None})
    assert bar is not None
    assert bar.beyond
    assert float(bar.open_width) > 0


def test_counts_side_by_side_share_their_scale() -> None:
    two, four = (svg_geometry.count_bar({"low": n, "best": n, "high": n}, scale_max=4) for n in (2, 4))
    assert two is not None
    assert four is not None
    assert float(two.certain) * 2 == float(four.certain)


def test_no_number_draws_no_bar() -> None:
    assert svg_geometry.count_bar({"low": None, "best": None, "high": None}) is None
    assert svg_geometry.count_bar(None) is None


@given(st.tuples(*[st.none() | st.integers(0, 10**12)] * 3))
def test_every_count_that_the_register_can_hold_can_be_drawn(ends: tuple[int | None, ...]) -> None:
    low, best, high = sorted((n for n in ends if n is not None), reverse=False) + [None] * ends.count(None)
    bar = svg_geometry.count_bar({"low": low, "best": best, "high": high})
    assert bar is None or 0 <= float(bar.open_from) + float(bar.open_width) <= float(bar.width)
    assert bar is None or len(bar.divisions) < 32


@pytest.mark.parametrize(
    ("sign", "given"),
    [
        ("signs.count_bar", ({"low": 1, "best": 2, "high": 7}, "killed")),
        ("signs.date_bar", ("2024-11",)),
        ("signs.precision", ("near",)),
        ("signs.grade", ("verified",)),
    ],
)
def test_coordinates_have_a_decimal_point_in_every_language(sign: str, given: tuple[Any, ...]) -> None:
    with translation.override("uk"):
        shown = macro(sign)(*given)
    coordinates = re.findall(r'\b(?:x|y|cx|r|width|height|viewBox|d)="([^"]*)"', shown)
    assert coordinates
    assert not any("," in value for value in coordinates)


def test_a_day_is_a_dot_and_a_month_is_a_bar() -> None:
    day, month = date_bar("2024-11-24"), date_bar("2024-11")
    assert day is not None
    assert month is not None
    assert day.dot is not None
    assert month.dot is None
    assert float(month.length) == pytest.approx(29 / 365 * 316, abs=0.1)


def test_a_date_before_some_day_is_open_at_its_start() -> None:
    bar = date_bar("../2022-07-28")
    assert bar is not None
    assert (bar.open_start, bar.open_end) == (True, False)


def test_a_place_has_one_ring_of_its_size_and_an_unknown_place_has_none() -> None:
    assert [ring.current for ring in svg_geometry.precision_rings("near")].count(True) == 1
    assert not any(ring.current for ring in svg_geometry.precision_rings("unknown"))


# --- matrix and tree ---


def source(code: str, relation: str | None, **stances: str) -> dict[str, Any]:
    said = {"quote": f"{code} says", "language": "en", "translation": {}, "locator": {}}
    cells = {fact: said | {"stance": stance} for fact, stance in stances.items()}
    return NO_LINE | {"code": code, "relation": relation, "cells": cells}


MATRIX = {
    "facts": ["occurrence", "place"],
    "groups": [
        {
            "label": "A",
            "sources": [
                source("S-1", None, occurrence="supports", place="supports"),
                source("S-2", "relays", occurrence="contradicts"),
            ],
        },
        {"label": "B", "counts": False, "sources": [source("S-3", None, place="contradicts")]},
    ],
}


def test_a_relay_that_says_otherwise_than_its_origin_is_seen_in_the_cell() -> None:
    cell = svg_geometry.matrix(MATRIX).rows[0].cells[0][1]
    assert cell.stances == ("supports", "contradicts")
    assert [(saying.source["code"], saying.relays) for saying in cell.sayings] == [("S-1", False), ("S-2", True)]


def test_a_source_that_counts_for_nothing_has_a_column_that_says_so() -> None:
    assert [column.counts for column in svg_geometry.matrix(MATRIX).columns] == [True, False]


def test_an_origin_that_is_silent_on_a_fact_has_an_empty_cell() -> None:
    assert svg_geometry.matrix(MATRIX).rows[0].cells[1][1] == svg_geometry.Cell((), ())


def test_a_citation_is_told_once_with_all_its_facts() -> None:
    told = [(passage.source["code"], passage.facts) for passage in svg_geometry.passages(MATRIX)]
    assert told == [("S-1", ("occurrence", "place")), ("S-2", ("occurrence",)), ("S-3", ("place",))]


def test_every_quote_of_a_matrix_is_one_click_away() -> None:
    with translation.override("en"):
        shown = macro("reporting.matrix")(MATRIX)
    assert shown.count("<details") == 3
    assert shown.count("S-2 says") == 1


def tree_nodes() -> st.SearchStrategy[dict[str, Any]]:
    hows = st.sampled_from(["relays", "draws_on", "same_material"])
    codes = st.integers(1, 999).map("S-{}".format)
    leaf = st.fixed_dictionaries({"code": codes, "how": hows, "children": st.just([])})
    return st.recursive(
        leaf, lambda nodes: st.fixed_dictionaries({"code": codes, "how": hows, "children": st.lists(nodes, max_size=6)})
    )


def adds_reporting(node: dict[str, Any]) -> bool:
    return node["how"] == "draws_on" or any(adds_reporting(child) for child in node["children"])


@given(tree_nodes())
def test_a_report_that_adds_something_is_never_folded_away(node: dict[str, Any]) -> None:
    parts = svg_geometry.branches(node)
    assert len(parts.shown) + len(parts.folded) == len(node["children"])
    assert not any(adds_reporting(child) for child in parts.folded)


def test_a_few_relays_stand_open_and_many_are_folded_under_their_number() -> None:
    def relays(n: int) -> dict[str, Any]:
        return {
            "code": "S-0",
            "children": [{"code": f"S-{i}", "how": "relays", "children": []} for i in range(1, n + 1)],
        }

    assert svg_geometry.branches(relays(3)).n_folded == 0
    assert svg_geometry.branches(relays(14)).n_folded == 14


def test_graphic_content_stands_behind_a_warning_that_says_what_it_is() -> None:
    source = "{% call texts.behind_warning(warning) %}<p>graphic</p>{% endcall %}"
    with translation.override("en"):
        shown = rendered(source, warning={"en": "Injuries are described."})
    assert re.search(
        r"<details.*<summary>.*Injuries are described\..*</summary>.*<p>graphic</p>.*</details>", shown, re.DOTALL
    )
    assert "open" not in re.findall(r"<details[^>]*>", shown)[0]
    assert rendered(source, warning=None).strip() == "<p>graphic</p>"


@pytest.mark.parametrize(
    ("grade", "origins", "said"),
    [
        ("single_origin", 1, "3 reports, 1 independent origin"),
        ("single_origin", 2, "3 reports, 2 independent origins; one for a part of the core"),
        ("corroborated", 2, "3 reports, 2 independent origins"),
    ],
)
def test_a_single_origin_among_several_is_that_of_a_part_of_the_core(grade, origins, said):
    with translation.override("en"):
        assert wording.reports_and_origins(3, origins, grade) == said
