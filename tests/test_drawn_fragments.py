"""Fragments that come again are drawn once, and never taken for each other."""

from datetime import date

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from incidents.gazetteer.models import Place
from incidents.register import as_of, drawing
from incidents.register.drawing import UnkeptError, drawn, frozen
from incidents.templatetags.register_tags import Text

SOURCE = {"code": "S-0001", "publisher": "Example Gazette", "title": "A report", "published": "2024-11"}


@pytest.fixture(autouse=True)
def nothing_kept():
    drawing._kept.clear()


@pytest.fixture
def templates(monkeypatch):
    """What was drawn anew."""
    seen = []
    real = drawing.render_to_string
    monkeypatch.setattr(drawing, "render_to_string", lambda *given: seen.append(given[0]) or real(*given))
    return seen


def test_the_same_values_are_drawn_once(templates):
    first, second = (drawn("_source_line.html", {"source": dict(SOURCE)}) for _time in range(2))
    assert first == second
    assert "Example Gazette" in first
    assert templates == ["_source_line.html"]


def test_each_language_has_its_own():
    with override("uk"):
        uk = drawn("_source_line.html", {"source": SOURCE})
    with override("en"):
        en = drawn("_source_line.html", {"source": SOURCE})
    assert "November 2024" in en
    assert "листопад 2024" in uk


def test_a_link_of_an_earlier_day_is_not_that_of_today(committed):
    today = drawn("_source_line.html", {"source": SOURCE})
    with as_of.register_at(as_of.Moment(5, date(2025, 6, 1))):
        earlier = drawn("_source_line.html", {"source": SOURCE})
    assert "as_of=2025-06-01" in earlier
    assert "as_of" not in today


def test_a_text_that_was_marked_as_safe_does_not_lend_its_markup_to_one_that_was_not():
    safe, unsafe = ({"source": SOURCE | {"publisher": text}} for text in (mark_safe("<b>A</b>"), "<b>A</b>"))
    assert "<b>A</b>" in drawn("_source_line.html", safe)
    assert "&lt;b&gt;A&lt;/b&gt;" in drawn("_source_line.html", unsafe)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, None),
        ("1", 1),
        ({"a": 1}, {"a": True}),
        ([1], (1,)),
        ([[1], 2], [1, [2]]),
        (Text("x", "en", is_other=False), Text("x", "en", is_other=True)),
        (Text("x", "en", is_other=False), Text(mark_safe("x"), "en", is_other=False)),
    ],
)
def test_values_that_read_alike_are_told_apart(one, other):
    assert frozen(one) != frozen(other)


def test_a_text_that_waits_for_a_language_is_what_it_says_in_this_one():
    waiting = gettext_lazy("Incidents")
    with override("en"):
        en = frozen(waiting)
    with override("uk"):
        assert frozen(waiting) != en


def test_a_row_of_the_database_is_drawn_anew_each_time(templates):
    with pytest.raises(UnkeptError):
        frozen(Place())
    for _time in range(2):
        drawn("_source_line.html", {"source": Place()})
    assert templates == ["_source_line.html"] * 2
