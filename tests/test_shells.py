"""A fragment that is drawn once and filled often says what its template would say, and lets no markup in."""

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from incidents.register.filters.facet_forms import Facet, Option
from incidents.register.shells import filled

ROW = "register/_histogram_row.html"


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("label", ["May 2024", 'a "b" <i>&amp;</i>', "\ue000\ue005", "Травень"])
@pytest.mark.parametrize("chosen", [False, True])
def test_it_equals_the_template(language, label, chosen):
    values = {"query": "a=1&b=%3C", "label": label, "certain": 3, "possible": 0}
    with translation.override(language):
        assert filled(ROW, values, chosen=chosen) == render_to_string(ROW, values | {"chosen": chosen})


class Units(forms.Form):
    unit = forms.CharField()


def drawn_option(option: Option) -> str:
    return Facet(Units()["unit"], "", [option], []).drawn


def test_an_option_is_counted_escaped_and_checked():
    option = Option("id_unit_0", "U-0001", "<b>Unit</b>", 12, selected=True)
    drawn = drawn_option(option)
    assert "&lt;b&gt;Unit&lt;/b&gt;" in drawn
    assert '<span class="facet-n">12</span>' in drawn
    assert " checked" in drawn
    assert "is-empty" not in drawn
    assert 'class="is-empty"' in drawn_option(option._replace(n=0, selected=False))
    assert "facet-n" not in drawn_option(option._replace(n=None))


def test_a_label_with_a_sign_that_stands_for_a_slot_is_no_error():
    assert "7" in drawn_option(Option("id", "U-0001", "odd \ue000\ue0ff name", 7, selected=False))


FORMATS = """{% filled "register/takeaway/_formats.html" query=query|printed name=name %}"""


@pytest.mark.parametrize("query", ["", None, "grade=verified&q=%3Cb%3E", '"><b>'])
@pytest.mark.parametrize("name", ["", "sources"])
def test_the_tag_gives_what_including_gives_with_a_value_and_without(query, name):
    included = FORMATS.replace("filled", "include").replace("|printed", "").replace(" query", " with query")
    values = Context({"query": query, "name": name})
    for _again in range(2):
        assert Template(FORMATS).render(values) == Template(included.replace(" %}", " only %}")).render(values)


def test_values_of_two_shapes_are_drawn_from_two_templates():
    footer = Template("""{% filled "_footer.html" text_url=text_url|printed %}""")
    assert "/text/incidents/" in footer.render(Context({"text_url": "/text/incidents/"}))
    assert "/text/" not in footer.render(Context({"text_url": ""}))
    assert "/text/sources/" in footer.render(Context({"text_url": "/text/sources/"}))
