"""Definitions and methodology: every published term with its anchor, and an example that counts as the program does."""

import pytest

from incidents.corroboration.independence import Corroboration, Node, Report
from incidents.vocabulary import PUBLISHED_TERMS
from incidents.wording import term_anchor

pytestmark = pytest.mark.usefixtures("starting_register")


@pytest.mark.parametrize("language", ["", "/uk"])
def test_every_term_of_every_published_vocabulary_has_its_anchor_once(client, language):
    page = client.get(f"{language}/definitions/").content.decode()
    for terms in PUBLISHED_TERMS:
        for code in terms.values:
            assert page.count(f'id="{term_anchor(terms.__name__, code)}"') == 1


def test_a_term_on_a_page_leads_to_its_definition(client):
    page = client.get("/incidents/HDC-0001/").content.decode()
    assert 'href="/definitions/#grade-corroborated"' in page
    assert 'href="/definitions/#conduct-killing_in_custody"' in page


@pytest.mark.parametrize(
    ("language", "sections"),
    [("", ("Two people for every publication", "CC BY 4.0")), ("/uk", ("Кожну публікацію схвалюють д", "CC BY 4.0"))],
)
def test_the_methodology_is_told_in_both_languages(client, language, sections):
    page = client.get(f"{language}/methodology/").content.decode()
    for words in sections:
        assert words in page


def test_both_languages_have_the_same_sections(client):
    pages = [client.get(f"{language}/methodology/").content.decode() for language in ("", "/uk")]
    english, ukrainian = (
        [part.split('"')[0] for part in page.split('<section class="section" id="')[1:]] for page in pages
    )
    assert english == ukrainian
    assert {"origins", "corrections", "citing", "public"} <= set(english)


def test_every_definition_that_the_methodology_leads_to_exists(client):
    definitions = client.get("/definitions/").content.decode()
    for part in client.get("/methodology/").content.decode().split('href="/definitions/#')[1:]:
        assert f'id="{part.split(chr(34))[0]}"' in definitions


def test_the_example_of_the_methodology_is_what_the_program_counts():
    papers = [f"paper-{n}" for n in range(9)]
    graph = {
        **{paper: Node(paper, repeats=("statement",)) for paper in papers},
        "broadcaster": Node("broadcaster", draws_on=("footage", "statement")),
        "site-1": Node("site-1", repeats=("post",)),
        "site-2": Node("site-2", repeats=("post",)),
    }
    cited = ["statement", *papers, "footage", "broadcaster", "site-1", "site-2"]
    reports = tuple(Report(source, "supports", frozenset({"occurrence"})) for source in cited)
    total = Corroboration(reports, graph).total
    assert (total.reports, total.origins) == (14, 4)
