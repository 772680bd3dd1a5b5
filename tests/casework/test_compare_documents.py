"""What an approval changes, as a reviewer reads it: fields by their names, values in words, rows by what they name."""

import pytest
from django.utils import translation

from incidents.casework.comparison import review_differences
from incidents.diff.documents import marked
from tests.factories import make_source, make_user

pytestmark = pytest.mark.django_db


def citation(source, **given):
    """A citation as it stands in a document."""
    return {"source": source, "stance": "supports", "facts": ["date"], "quote": "", "translation": {}} | given


def lines(old, new):
    return [(each.group, each.label, each.old, each.new) for each in review_differences(old, new)]


def test_a_field_is_called_as_in_the_form_and_a_term_by_its_label():
    old = {"title": {"en": "Two shot"}, "conduct": ["mutilation"], "setting": "unknown"}
    new = {"title": {"en": "Two shot"}, "conduct": ["mutilation", "beheading"], "setting": "on_capture"}
    assert lines(old, new) == [
        ("", "Conduct", "Mutilation", "Mutilation, Beheading"),
        ("", "Setting", "Unknown", "On capture"),
    ]


def test_labels_and_values_are_in_the_language_of_the_page():
    with translation.override("uk"):
        [line] = lines({"conduct": [], "setting": "unknown"}, {"conduct": [], "setting": "on_capture"})
    assert line[2:] == ("Невідомо", "Під час полонення")


def test_a_date_is_shown_once_in_words_and_as_it_was_written():
    old = {"date": {"edtf": "2024-11", "earliest": "2024-11-01", "latest": "2024-11-30"}}
    new = {"date": {"edtf": "2024-11-23~", "earliest": "2024-11-22", "latest": "2024-11-24"}}
    assert lines(old, new) == [("", "Date", "November 2024 (2024-11)", "about 23 November 2024 (2024-11-23~)")]


def test_what_only_says_which_edition_it_is_is_no_difference():
    assert lines({"edition": 1, "nonce": "a", "published": "x"}, {"edition": 2, "nonce": "b", "published": "y"}) == []


def test_a_row_is_named_by_its_source_and_only_what_changed_in_it_is_shown():
    source = make_source(make_user(), publisher="The Courier")
    old, new = ({"citations": [citation(source.code, quote=text)]} for text in ("Two.", "Three."))
    assert lines(old, new) == [(f"Citation {source.code} The Courier", "Quote", "Two.", "Three.")]


def test_rows_of_one_source_are_told_apart_and_their_order_is_no_difference():
    old = {"citations": [citation("S-9001", quote="a"), citation("S-9001", quote="b")]}
    assert lines(old, {"citations": old["citations"][::-1]}) == []
    first, second = lines({"citations": []}, {"citations": [citation("S-9001"), citation("S-9001")]})[::2]
    assert (first[0], second[0]) == ("Citation S-9001", "Citation S-9001 (2)")


def test_a_row_that_came_or_went_says_so():
    [came, *_] = review_differences({"citations": []}, {"citations": [citation("S-9001")]})
    [went, *_] = review_differences({"citations": [citation("S-9001")]}, {"citations": []})
    assert (came.came, came.went, went.came, went.went) == (True, False, False, True)


def test_a_first_document_is_everything_in_the_order_of_a_page():
    new = {
        "title": {"uk": "Двох застрелено"},
        "survived": {"low": 1, "sources": {"low": "S-9001"}},
        "conduct": ["mutilation"],
        "citations": [citation("S-9001")],
        "not_known": {"en": ["Where.", "When."]},
    }
    sections = [each.section for each in review_differences({}, new)]
    assert list(dict.fromkeys(sections)) == [
        "What is reported",
        "Who was killed and who survived",
        "What is not known",
        "Citations",
    ]
    assert ("", "What is not known (English)", "", "Where.\nWhen.") in lines({}, new)


def test_only_the_words_that_differ_are_marked():
    old, new = marked("Two men were shot near the river.", "Three men were shot near the river.")
    assert [piece.text for piece in old if piece.changed] == ["Two"]
    assert [piece.text for piece in new if piece.changed] == ["Three"]
    assert "".join(piece.text for piece in new) == "Three men were shot near the river."


def test_texts_that_share_little_are_left_whole():
    old, new = marked("Two men were shot near the river.", "Nothing is known.")
    assert [*old, *new] == [("Two men were shot near the river.", False), ("Nothing is known.", False)]
