"""The page of an incident: the answer first, every claim beside its source, nothing graphic unasked."""

import re

import pytest
from django.test import Client

from incidents.register.models import RegisterIncident
from tests.answers import words

pytestmark = pytest.mark.usefixtures("starting_register")

NOVODARIVKA = "/incidents/HDC-0001/"
OLENIVKA = "/incidents/HDC-0006/"


def section(client: Client, address: str, name: str) -> str:
    """One section of a page by its anchor."""
    page = client.get(address).content.decode()
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def test_novodarivka_is_36_reports_and_10_independent_origins(client):
    page = words(client.get(NOVODARIVKA))
    assert "36 reports, 10 independent origins" in page
    assert page.index("36 reports, 10 independent origins") < page.index("What is reported to have been done")


def test_the_tree_has_a_root_for_each_origin_and_a_place_for_each_report(client):
    tree = section(client, NOVODARIVKA, "origins")
    assert tree.count('class="tree-root"') == 10
    cited = set(re.findall(r'<a class="code" href="/sources/(S-\d+)/">', tree.split("<h3>")[0]))
    assert len(cited) == 36 + 1  # one relay was itself read only through another, which the incident does not cite
    assert "not itself cited here" in tree
    assert re.search(r"S-0074.*?3 killed", tree, re.DOTALL)


def test_what_is_asked_is_answered_in_the_order_of_the_questions(client):
    page = client.get(NOVODARIVKA).content.decode()
    anchors = re.findall(r'<section class="section" id="([^"]+)">', page)
    assert anchors == [
        *("conduct", "how-sure", "counts", "who-says-what", "origins", "attribution", "investigations", "not-known"),
        *("words", "editions", "cite"),
    ]
    answer = page.split('<div class="answer">', 1)[1].split("<section", 1)[0]
    order = [answer.index(words) for words in ("taken prisoner", "Where", "When", "How sure", "Killed, as reported")]
    assert order == sorted(order)


def test_the_grade_stands_with_its_rule_the_signers_role_and_the_day(client):
    told = words(section(client, NOVODARIVKA, "how-sure"))
    assert "Corroborated" in told
    assert "Independent origins agree" in told
    assert "The rule proposed this grade. A reviewer, who wrote no part of the entry, confirmed it on" in told


def test_the_numbers_of_the_sources_stand_side_by_side(client):
    table = section(client, NOVODARIVKA, "counts").split('<table class="numbers">', 1)[1].split("</table>")[0]
    rows = [words(row) for row in table.split("<tr>")[2:]]
    assert len(rows) == 5
    assert "At least 2 killed. 4 reports CNN" in rows[0]
    assert "3 reports repeat this" in rows[0]
    assert "2 killed. 1 report" in rows[1]
    assert "repeats CNN, which gives another number" in rows[1]
    assert "3 killed. 1 report ZDF" in rows[2]
    assert "5 killed. 9 reports Prosecutor General&#39;s Office of Ukraine" in rows[3]
    assert "8 reports repeat this" in rows[3]
    assert "6 killed. 2 reports" in rows[4]
    assert "Ostro" in rows[4]
    assert "Interfax-Ukraine" in rows[4]


def test_an_origin_that_the_incident_does_not_cite_is_said_not_to_have_been_read(client):
    told = words(section(client, OLENIVKA, "counts"))
    assert "which was not read directly" in told
    assert "which gives another number" not in told


def test_each_end_of_the_range_names_who_gives_it(client):
    told = words(section(client, NOVODARIVKA, "counts"))
    assert re.search(r"lowest number: 2\s+Source: CNN", told)
    assert re.search(r"best estimate: 5\s+Source: Prosecutor General", told)


def test_every_claim_leads_to_a_source(client):
    page = client.get(NOVODARIVKA).content.decode()
    answer = page.split('<dl class="facts">', 1)[1].split("</dl>", 1)[0]
    for fact in re.split(r"<div>\s*<dt>", answer)[1:3]:
        assert 'href="/sources/S-' in fact
    for name in ("conduct", "counts", "attribution", "investigations", "words"):
        assert 'href="/sources/S-' in section(client, NOVODARIVKA, name)


def test_the_matrix_has_a_column_for_each_origin_and_for_each_report_that_contradicts(client):
    matrix = section(client, NOVODARIVKA, "who-says-what")
    head = matrix.split("<thead>")[1].split("</thead>")[0]
    assert head.count('scope="col"') == 1 + 10 + 3 + 1
    assert head.count('class="uncounted"') == 4
    assert "Context and mentions" in head


def test_reports_that_contradict_or_give_context_are_listed_and_count_for_nothing(client):
    asides = words(section(client, NOVODARIVKA, "origins").split("<h3>")[1])
    assert "They count towards no origin." in asides
    for publisher in ("Libero Quotidiano", "Interfax-Ukraine", "Institute for the Study of War"):
        assert publisher in asides


def test_a_retraction_is_shown_as_one(client):
    assert "Retracts" in words(section(client, OLENIVKA, "origins").split("<h3>")[1])


def test_who_is_said_to_have_done_it_stands_with_how_firmly_and_who_says_so(client):
    told = words(section(client, NOVODARIVKA, "attribution"))
    assert re.search(r"Shtorm.*confidence: Suspected According to Security Service of Ukraine", told)
    assert "presumed innocent" in told


def test_the_words_of_the_reports_stand_behind_the_content_warning(client):
    words = section(client, NOVODARIVKA, "words")
    assert words.index("Content warning") < words.index("12:05")
    assert words.index('<details class="warning">') < words.index("<blockquote")
    assert "<details open" not in words
    page = client.get(NOVODARIVKA).content.decode()
    first_quote = page.index("<blockquote")
    assert page.rindex("Content warning", 0, first_quote) > page.index('id="who-says-what"')


def test_no_quote_stands_in_the_open(client):
    for number in range(1, 17):
        page = client.get(f"/incidents/HDC-{number:04}/").content.decode()
        for before in (page[: match.start()] for match in re.finditer("<blockquote", page)):
            assert before.count("<details") > before.count("</details>")


def test_without_a_warning_the_words_are_folded_and_nothing_is_announced(client):
    words = section(client, "/incidents/HDC-0002/", "words")
    assert "Content warning" not in words
    assert '<details class="citations">' in words


def test_steps_of_investigations_stand_with_their_dates_and_sources(client):
    words = section(client, NOVODARIVKA, "investigations")
    assert "28 November 2024" in words
    assert words.count('class="timeline"') == RegisterIncident.objects.get(code="HDC-0001").investigations.__len__()


def test_what_is_not_known_is_said(client):
    assert "The exact place: no coordinates have been published" in section(client, NOVODARIVKA, "not-known")
    assert "The number killed is not given in the available reporting." in words(
        client.get("/incidents/HDC-0005/").content.decode()
    )


def test_origins_that_the_incident_does_not_cite_are_marked(client):
    tree = section(client, OLENIVKA, "origins")
    assert tree.count('class="tree-root"') == 4
    assert "not itself cited here" in tree


def test_it_says_how_to_cite_the_edition(client):
    told = words(section(client, NOVODARIVKA, "cite"))
    assert "edition 1 of" in told
    assert "http://127.0.0.1:8000/incidents/HDC-0001/editions/1/" in told
    assert "CC BY" not in told


def test_in_ukrainian_the_texts_are_ukrainian(client):
    page = client.get(f"/uk{NOVODARIVKA}").content.decode()
    assert "Підтверджено незалежно" in page
    assert "Точне місце: у знайдених публікаціях координат не наведено." in page
    assert "36 повідомлень, 10 незалежних першоджерел" in page


@pytest.mark.parametrize("number", range(1, 17))
def test_every_incident_has_its_page_in_both_languages(client, number):
    for language in ("", "/uk"):
        assert client.get(f"{language}/incidents/HDC-{number:04}/").status_code == 200


def test_each_number_of_reports_and_origins_is_that_of_the_row(client):
    for row in RegisterIncident.objects.all():
        told = words(client.get(f"/incidents/{row.code}/"))
        reports = f"{row.reports} report{'s' * (row.reports != 1)}"
        origins = f"{row.origins} independent origin{'s' * (row.origins != 1)}"
        assert f"{reports}, {origins}" in told
