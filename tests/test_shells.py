"""A fragment that is drawn once and filled often says what its template would say, and lets no markup in."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from incidents.register.choosing import Option
from incidents.register.shells import filled

ROW = "register/_histogram_row.html"


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("label", ["May 2024", 'a "b" <i>&amp;</i>', "\ue000\ue005", "Травень"])
@pytest.mark.parametrize("chosen", [False, True])
def test_it_equals_the_template(language, label, chosen):
    values = {"query": "a=1&b=%3C", "label": label, "certain": 3, "possible": 0}
    with translation.override(language):
        assert filled(ROW, values, chosen=chosen) == render_to_string(ROW, values | {"chosen": chosen})


def test_an_option_is_counted_escaped_and_checked():
    option = Option("id_unit_0", "U-0001", "<b>Unit</b>", 12, selected=True)
    drawn = option.drawn("unit", "")
    assert "&lt;b&gt;Unit&lt;/b&gt;" in drawn
    assert '<span class="facet-n">12</span>' in drawn
    assert " checked" in drawn
    assert "is-empty" not in drawn
    assert 'class="is-empty"' in option._replace(n=0, selected=False).drawn("unit", "")
    assert "facet-n" not in option._replace(n=None).drawn("unit", "")


def test_a_label_with_a_sign_that_stands_for_a_slot_is_no_error():
    assert "7" in Option("id", "U-0001", "odd \ue000\ue0ff name", 7, selected=False).drawn("unit", "")
