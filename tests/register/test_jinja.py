"""The public pages' Jinja templates: what is printed is escaped, a mistyped name is an error, nothing is lost."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError
from jinja2.meta import find_referenced_templates

from incidents.htmx import htmx_config
from incidents.register.jinja import macro
from incidents.register.source_lookup import NO_LINE
from tests.addresses import EMBEDS, MISTAKES, PAGES, all_of, in_both
from tests.published import publish

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "public"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
EVIL = """<script>alert("1")</script>'"""
ESCAPED = "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&#39;"
PYTHON = re.compile(r"bound method|built-in method|&lt;function|object at 0x|\bUndefined\b")


def rendered(source: str, **context: Any) -> str:
    return engines["jinja2"].from_string(source).render(context)


# --- escaping ---


@pytest.mark.parametrize(
    "source",
    [
        "{{ evil }}",
        "{{ things.evil }}",
        "{{ evil|capfirst }}",
        "{{ _('%(n)s report') % {'n': evil} }}",
        "{% trans evil=evil %}Edition {{ evil }}{% endtrans %}",
        "{% set kept = evil %}{{ kept }}",
        '{% import "_texts.html" as texts %}{{ texts.bilingual({"en": evil}) }}',
        '{% import "_texts.html" as texts %}{{ texts.in_its_language(evil) }}',
        '{% import "_lists.html" as lists %}{{ lists.empty(evil) }}',
    ],
)
def test_what_is_printed_is_escaped(source):
    with translation.override("en"):
        shown = rendered(source, evil=EVIL, things={"evil": EVIL})
    assert "<script" not in shown
    assert ESCAPED in shown


def test_a_text_within_an_attribute_cannot_end_it():
    with translation.override("en"):
        shown = macro("citing.names")([NO_LINE | {"code": "S-0001", "title": EVIL, "publisher": EVIL}])
    assert f'title="S-0001: {ESCAPED}"' in shown
    assert "<script" not in shown


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_switches_escaping_off(name):
    text = re.sub(r"{#.*?#}", "", (FOLDER / name).read_text(), flags=re.DOTALL)
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|mark_safe", text)


def test_hostile_texts_of_a_record_are_escaped_on_its_pages(client, committed):
    hostile = {"en": EVIL, "uk": EVIL}
    publish("source", "S-0001", title=EVIL, publisher=EVIL, note=hostile)
    publish("incident", "HDC-0001", title=hostile, summary=hostile, not_known={"en": [EVIL]}, content_warning=hostile)
    pages = ("/", "/incidents/", "/incidents/HDC-0001/", "/sources/", "/sources/S-0001/", "/map/", "/timeline/")
    for address in in_both(pages):
        shown = client.get(address).content.decode()
        assert "<script>alert" not in shown, address
        assert ESCAPED in shown, address


# --- names ---


@pytest.mark.parametrize("source", ["{{ missing }}", "{% if missing %}{% endif %}", "{{ thing.missing }}"])
def test_a_name_that_nobody_gave_is_an_error(source):
    with pytest.raises(UndefinedError):
        rendered(source, thing={})


def test_an_entry_of_a_mapping_comes_before_its_methods():
    assert rendered("{{ files.keys }} {{ files.items() | list | length }}", files={"keys": "k"}) == "k 1"


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles_and_names_templates_that_there_are(name):
    env = engines["jinja2"].env
    env.get_template(name)
    named = find_referenced_templates(env.parse((FOLDER / name).read_text()))
    assert [each for each in named if each and each not in TEMPLATES] == []


@pytest.mark.parametrize("address", in_both([*all_of(PAGES), *EMBEDS, *MISTAKES]))
def test_no_page_prints_an_object_of_the_program(client, starting_register, address):
    assert not PYTHON.search(client.get(address).content.decode())


def test_the_desk_prints_what_the_public_pages_print():
    django = engines["django"].from_string('{% public_fragment "signs.grade" grade %}{{ title|bilingual }}')
    with translation.override("en"):
        shown = django.render({"grade": "verified", "title": {"uk": "<b>Назва</b>"}})
        assert shown == f'{macro("signs.grade")("verified")}<span lang="uk">&lt;b&gt;Назва&lt;/b&gt;</span>'


def test_what_the_desk_takes_from_a_public_page_is_escaped_once_whatever_filter_follows():
    django = engines["django"].from_string("{{ title|bilingual|linebreaksbr }}")
    with translation.override("en"):
        assert django.render({"title": {"uk": "<b>\n"}}) == '<span lang="uk">&lt;b&gt;<br></span>'
        assert django.render({"title": {"en": "<b>"}}) == "&lt;b&gt;"


def test_htmx_is_told_not_to_evaluate_and_not_to_ask_elsewhere():
    for page in ("desk", "list"):
        assert '"allowEval":false' in htmx_config(page)
        assert '"selfRequestsOnly":true' in htmx_config(page)
        assert '"includeIndicatorStyles":false' in htmx_config(page)
