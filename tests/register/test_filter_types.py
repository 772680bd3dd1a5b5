"""Each class of filters by itself: its form field, its part of the sentence, its keys and the value of its column."""

from dataclasses import astuple
from datetime import date

import pytest
from django.forms import ValidationError
from django.http import QueryDict

from incidents.register.filters.facet_forms import minimum_options
from incidents.register.filters.fields import DayInput
from incidents.register.filters.filter_types import AnyOf, AtLeast, DateFrom, DateTo, OneCode, OneOf, Search, either
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.sentences import chips, in_oblast, incidents_sentence, limits_sentence, query
from incidents.register.models import RegisterIncident, RegisterSource

PAIRS = [("video", "Video"), ("photo", "Photograph"), ("text", "Text")]
WORDS = Search(name="q", label="Words", vector="vector")
KILLED = AtLeast(name="killed", label="Killed", column="killed", phrase=lambda n: f"with {n} killed")
SINCE, UNTIL = DateFrom(label="From"), DateTo(label="To")
KIND = OneOf(name="kind", label="Kind", column="kind", choices=PAIRS, document_field="kind")
KINDS = AnyOf(name="kinds", label="Kinds", column="kinds", choices=PAIRS, phrase=lambda words: f"of {words}")
CHANGE = OneCode(name="change", label="Change", column="change", choices=PAIRS)


@pytest.mark.parametrize("each", [WORDS, KILLED, SINCE, UNTIL, KIND, KINDS, CHANGE], ids=lambda each: each.name)
def test_its_field_has_its_label_and_may_stay_empty(each):
    field = each.field()
    assert (field.label, field.required) == (each.label, False)
    assert field.clean(field.empty_values[-1]) in field.empty_values


def test_a_month_means_its_first_day_as_a_beginning_and_its_last_as_an_end():
    assert SINCE.field().clean("2024-02") == date(2024, 2, 1)
    assert UNTIL.field().clean("2024-02") == date(2024, 2, 29)


def test_an_unknown_code_is_refused_with_what_is_accepted():
    with pytest.raises(ValidationError) as refused:
        CHANGE.field().clean("sound")
    [error] = refused.value.error_list
    assert error.code == "unknown"
    assert error.messages == ["“sound” is not known here. Accepted are: video, photo, text."]


@pytest.mark.parametrize(
    ("each", "active", "said"),
    [
        (WORDS, {"q": "drone -video"}, "containing the words “drone -video”"),
        (KILLED, {"killed": 3}, "with 3 killed"),
        (KIND, {"kind": ["photo", "text", "video"]}, "kind: photograph, text or video"),
        (KINDS, {"kinds": ["photo"]}, "of Photograph"),
        (SINCE, {"date_from": date(2024, 2, 1)}, "that may have happened on or after 1 February 2024"),
        (UNTIL, {"date_to": date(2024, 2, 1)}, "that may have happened on or before 1 February 2024"),
        (
            SINCE,
            {"date_from": date(2024, 2, 1), "date_to": date(2024, 2, 1)},
            "that may have happened on 1 February 2024",
        ),
        (UNTIL, {"date_from": date(2024, 2, 1), "date_to": date(2024, 3, 1)}, ""),
    ],
)
def test_its_part_of_the_sentence(each, active, said):
    assert each.said(active) == said


def test_a_chip_shows_a_day_or_a_label_or_what_was_typed():
    assert SINCE.shown(date(2024, 2, 1), "2024-02") == UNTIL.shown(date(2024, 2, 1), "2024-02") == "1 February 2024"
    assert CHANGE.shown("photo", "photo") == "Photograph"
    assert KILLED.shown(3, "003") == "003"


def test_its_keys_are_those_of_the_row():
    assert list(KIND.keys({"kind": "video"})) == ["video"]
    assert sorted(KINDS.keys({"kinds": ["video", "text", "video"]})) == ["text", "video"]
    assert list(KILLED.keys({"killed": 0})) == [0]
    assert list(KILLED.keys({"killed": None})) == list(SINCE.keys({"latest": None})) == []
    assert list(SINCE.keys({"latest": date(2024, 2, 1)})) == [date(2024, 2, 1)]
    assert list(UNTIL.keys({"earliest": date(2024, 2, 1)})) == [date(2024, 2, 1)]
    assert list(WORDS.keys({})) == []


def test_the_value_of_its_column_is_that_of_the_document_or_nothing_in_an_older_one():
    computed = AnyOf(
        name="n", label="N", column="n", choices=PAIRS, from_document=lambda document: document["a"] + ["b"]
    )
    assert KIND.row_value({"kind": "video"}) == "video"
    assert (KIND.row_value({}), KINDS.row_value({}), KILLED.row_value({})) == ("", [], None)
    assert computed.row_value({"a": ["a"]}) == ["a", "b"]


def test_words_are_joined_by_commas_and_one_or():
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"


def test_a_link_keeps_every_value_but_the_page_the_empty_ones_and_what_it_removes():
    data = QueryDict("kind=video&kind=photo&q=&page=3&killed=2")
    assert query(data) == "kind=video&kind=photo&killed=2"
    assert query(data, without="kind") == "killed=2"
    assert query(data, without="kind", value="photo") == "kind=video&killed=2"
    assert query(data, without="killed", value="photo") == "kind=video&kind=photo&killed=2"


def test_a_link_to_an_oblast_replaces_the_others_and_begins_at_the_first_page():
    assert in_oblast(QueryDict("oblast=UA-14&q=a&page=2&grade="), "UA-32") == "q=a&oblast=UA-32"


def asked(sent):
    filterset = IncidentFilter(QueryDict(sent), queryset=RegisterIncident.objects.current())
    assert filterset.is_valid()
    return filterset


def test_there_is_a_chip_for_each_limit_with_the_link_that_removes_it(starting_register):
    sent = "killed_min=2&grade=contested&grade=alleged&date_from=2024"
    found = {(chip["label"], chip["value"]): chip["remove_url"] for chip in chips(asked(sent), QueryDict(sent))}

    assert found == {
        ("Killed, at least", "2"): "?grade=contested&grade=alleged&date_from=2024",
        ("Grade", "Contested"): "?killed_min=2&grade=alleged&date_from=2024",
        ("Grade", "Alleged"): "?killed_min=2&grade=contested&date_from=2024",
        ("From", "1 January 2024"): "?killed_min=2&grade=contested&grade=alleged",
    }
    assert chips(asked("q=drone"), QueryDict("q=drone"))[0]["remove_url"] == "./"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (1, "1 of 16 incidents: graded contested."),
        (2, "2 of 16 incidents: graded contested; sorted by date, latest first."),
    ],
)
def test_a_list_of_two_says_how_it_is_sorted_and_one_incident_needs_no_order(starting_register, found, said):
    assert incidents_sentence(asked("grade=contested"), found, 16) == said


def test_all_incidents_are_said_without_a_limit(starting_register):
    assert limits_sentence(asked(""), 16, 16) == "All 16 incidents."


def test_where_nothing_is_offered_a_code_is_refused_without_a_list():
    with pytest.raises(ValidationError) as refused:
        OneCode(name="unit", label="Unit", column="unit", choices=[]).field().clean("U-1")
    assert refused.value.error_list[0].code == "unknown"
    assert refused.value.messages == ["“U-1” is not known here."]


@pytest.mark.parametrize(
    ("value", "kind"), [("", "date"), ("2024-02-29", "date"), ("2024-02", "text"), ("2024-13-01", "text")]
)
def test_a_browser_is_given_a_date_input_only_for_what_that_can_hold(value, kind):
    assert f'type="{kind}"' in DayInput().render("date_from", value)


def test_words_that_search_for_nothing_leave_all_rows(starting_register):
    everything = RegisterSource.objects.all()
    assert 0 < WORDS.narrow(everything, "drone").count() < WORDS.narrow(everything, "«»").count() == everything.count()


def test_a_minimum_is_offered_with_its_count_and_replaces_the_present_one(starting_register):
    filterset = asked("origins_min=2&grade=alleged&q=")
    declared = AtLeast(name="origins_min", label="", column="origins", phrase=str, minimums=(2, 3))

    offered = minimum_options(filterset, declared, {"2": 7, "3": 1})

    assert [astuple(each) for each in offered] == [
        ("2 or more", 7, "?grade=alleged&origins_min=2", True),
        ("3 or more", 1, "?grade=alleged&origins_min=3", False),
    ]
    assert minimum_options(asked(""), declared, {"2": 7, "3": 1})[0].url == "?origins_min=2"
    assert minimum_options(filterset, declared, {}) == []


def test_a_range_that_ends_before_it_begins_is_refused_at_its_end(starting_register):
    filterset = IncidentFilter(QueryDict("date_from=2025&date_to=2024"), queryset=RegisterIncident.objects.current())
    assert not filterset.is_valid()
    assert [error.code for error in filterset.form.errors.as_data()["date_to"]] == ["reversed"]


@pytest.mark.parametrize(
    ("sent", "name", "code"),
    [
        ("q=" + "x" * 201, "q", "long"),
        ("q=a\u202eb", "q", "hidden"),
        ("q=" + "+".join(f"w{n}" for n in range(13)), "q", "many"),
        ("killed_min=0", "killed_min", "number"),
        ("killed_min=2&killed_min=2", "killed_min", "repeated"),
        ("grade=perhaps", "grade", "unknown"),
        ("sort=up", "sort", "unknown"),
    ],
)
def test_a_refusal_has_a_code_for_programs(starting_register, sent, name, code):
    filterset = IncidentFilter(QueryDict(sent), queryset=RegisterIncident.objects.current())
    assert not filterset.is_valid()
    assert {each: [error.code for error in errors] for each, errors in filterset.form.errors.as_data().items()} == {
        name: [code]
    }


def test_what_a_list_takes_is_named_in_the_order_of_its_form_with_the_page_last(starting_register):
    filterset = IncidentFilter(QueryDict("colour=red"), queryset=RegisterIncident.objects.current())
    assert not filterset.is_valid()
    names = [name for name in filterset.form.fields if name != "page"]
    assert str(filterset.form.non_field_errors()[0]) == (
        f"“colour” is not a parameter of this list. It takes: {', '.join([*names, 'page'])}."
    )
