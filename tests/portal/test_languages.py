"""Every page in both languages: each names the other, the switch keeps the filter, lists follow the alphabet.

A text that exists in one language only is shown in it, and says so."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from django.utils.translation import override

from incidents.gazetteer.names import ukrainian_sort_key
from incidents.register.filters.incidents import regions
from incidents.register.jinja import macro
from incidents.wording import day, edtf_plainly
from tests.addresses import PAGES, all_of, in_both
from tests.desk import signed_in
from tests.factories import make_documenter, make_incident, make_source
from tests.published import publish

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"


def alternates(page: str) -> dict[str, str]:
    head = page.split("</head>", 1)[0]
    return {language: unescape(url) for language, url in re.findall(r'hreflang="([^"]+)" href="([^"]+)"', head)}


@pytest.mark.parametrize("address", all_of(PAGES))
def test_every_page_names_itself_in_each_language_and_for_all_others(client, starting_register, settings, address):
    site = settings.SITE_URL
    expected = {"en": site + address, "uk": f"{site}/uk{address}", "x-default": site + address}
    for each in in_both([address]):
        assert alternates(client.get(each).content.decode()) == expected


@pytest.mark.parametrize("address", all_of(PAGES))
def test_the_switch_keeps_the_page_and_its_filter(client, starting_register, address):
    for here, there in ((address, f"/uk{address}"), (f"/uk{address}", address)):
        masthead = client.get(here).content.decode().split('class="masthead-side"', 1)[1].split("</div>", 1)[0]
        assert unescape(re.search(r'href="([^"]+)"', masthead)[1]) == there


def test_the_switch_does_not_turn_a_filter_into_markup(client, starting_register):
    page = client.get('/incidents/?q="><b>').content.decode()
    assert "<b>" not in page


def test_the_key_of_sorting_follows_the_alphabet_of_ukrainian():
    letters = list(ALPHABET)
    assert sorted(letters, key=ukrainian_sort_key) == letters
    words = ["зима", "івасик", "йод", "ґава", "гора", "дім", "маʼятник", "мати", "ївга", "їжак", "ікра", "и"]
    expected = ["гора", "ґава", "дім", "зима", "и", "івасик", "ікра", "ївга", "їжак", "йод", "мати", "маʼятник"]
    assert sorted(words, key=ukrainian_sort_key) == expected
    assert ukrainian_sort_key("Слов'янськ") == ukrainian_sort_key("Словʼянськ") == ukrainian_sort_key("Слов’янськ")


def misplaced(names: list[str]) -> list[tuple[str, str]]:
    """What stands where something else should."""
    return [pair for pair in zip(names, sorted(names, key=ukrainian_sort_key), strict=True) if pair[0] != pair[1]]


def offered(client, address: str, name: str) -> list[str]:
    """The labels of a facet's values, as they stand."""
    page = client.get(address).content.decode()
    labels = re.findall(rf'<input type="checkbox" name="{name}"[^>]*>\s*<span>([^<]*)</span>', page)
    assert labels
    return [unescape(each) for each in labels]


@pytest.mark.parametrize("address", ["/uk/incidents/", "/incidents/"])
def test_regions_stand_in_the_order_of_the_alphabet_those_with_incidents_first(client, starting_register, address):
    _regions, n_held = regions()
    names = [name.removeprefix("Місто ") for name in offered(client, address, "oblast")]
    assert n_held > 1
    if address.startswith("/uk"):
        assert misplaced(names[:n_held]) == []
        assert misplaced(names[n_held:]) == []
    else:
        assert names[:n_held] == sorted(names[:n_held])


@pytest.mark.parametrize("address", ["/uk/incidents/", "/incidents/"])
def test_units_stand_in_the_order_of_the_alphabet(client, starting_register, address):
    assert misplaced(offered(client, address, "unit")) == []


class TestATextInOneLanguage:
    """Each is shown where it is missing, and marked (WCAG 3.1.2)."""

    @pytest.fixture(autouse=True)
    def one_language_each(self, committed):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", title={"uk": "Лише назва"}, summary={"uk": "Лише опис"}, not_known={})
        publish("incident", "HDC-0002", title={"en": "Only a title"}, summary={"en": "Only a summary"}, not_known={})
        publish("incident", "HDC-0003", related=["HDC-0001", "HDC-0002"])
        publish("investigation", "I-0001", title={"uk": "Лише розслідування"}, body={"en": "Only a body"})
        publish("total", "T-0001", body={"uk": "Лише установа"}, scope={"en": "only a scope"})
        note = {"en": "Only a note"}
        publish("incident", "HDC-0002", title={"en": "Only a title"}, summary={"en": "Only a summary"}, note=note)

    @pytest.mark.parametrize(
        ("address", "texts"),
        [
            ("/incidents/", ["Лише назва"]),
            ("/uk/incidents/", ["Only a title"]),
            ("/incidents/?q=лише", ["Лише назва"]),
            ("/map/", ["Лише назва"]),
            ("/uk/map/", ["Only a title"]),
            ("/timeline/", ["Лише назва"]),
            ("/uk/timeline/", ["Only a title"]),
            ("/incidents/HDC-0001/", ["Лише назва", "Лише опис"]),
            ("/uk/incidents/HDC-0002/", ["Only a title", "Only a summary"]),
            ("/incidents/HDC-0003/", ["Лише назва"]),
            ("/uk/incidents/HDC-0003/", ["Only a title"]),
            ("/sources/S-0001/", ["Лише назва"]),
            ("/investigations/", ["Лише розслідування"]),
            ("/uk/investigations/", ["Only a body"]),
            ("/uk/investigations/I-0001/", ["Only a body"]),
            ("/totals/", ["Лише установа"]),
            ("/uk/totals/", ["only a scope"]),
            ("/uk/totals/T-0001/", ["only a scope"]),
            ("/", ["Лише назва"]),
            ("/uk/", ["Only a title"]),
            ("/uk/corrections/", ["Only a title", "Only a note"]),
        ],
    )
    def test_it_is_shown_and_marked_on_every_page_that_shows_it(self, client, address, texts):
        other = "en" if address.startswith("/uk") else "uk"
        page = client.get(address).content.decode()
        main = page.split("<main", 1)[1]
        for text in texts:
            marked = re.search(rf'lang="{other}"[^>]*>\s*(?:<[^>]+>\s*)*[^<]*{text.split()[0]}', main)
            assert marked, f"{text!r} is not marked as {other} at {address}"

    def test_a_feed_marks_it_too(self, client):
        feed = ElementTree.fromstring(client.get("/uk/incidents.atom").content)  # noqa: S314 — our own
        assert feed.get(LANG) == "uk"
        entry = next(each for each in feed.iter(f"{ATOM}entry") if "Only a title" in each.findtext(f"{ATOM}title"))
        assert entry.find(f"{ATOM}title").get(LANG) == "en"
        summary = entry.find(f"{ATOM}summary")
        assert (summary.get("type"), '<span lang="en">Only a summary</span>' in summary.text) == ("html", True)

    def test_the_feed_of_corrections_marks_its_notes(self, client):
        feed = ElementTree.fromstring(client.get("/uk/corrections.atom").content)  # noqa: S314 — our own
        summary = feed.find(f"{ATOM}entry/{ATOM}summary")
        assert summary.get("type") == "html"
        assert summary.text.startswith('<span lang="en">Only a note</span> Змінено')

    def test_map_data_say_the_language_of_each_title(self, client):
        data = json.loads(client.get("/uk/map/data.json").content)
        titles = {each["title"]: each["language"] for spot in data["spots"] for each in spot["incidents"]}
        assert titles.get("Only a title", "en") == "en"


@pytest.mark.usefixtures("starting_register")
class TestWordsOfOursInEnglish:
    """Descriptions in brackets and publishers that are phrases were written in English; a name has no language."""

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("/uk/sources/", "[Relay of"),
        ],
    )
    def test_they_are_marked_on_pages_in_ukrainian_and_nowhere_else(self, client, address, words):
        tagged = re.compile(rf"<(\w+)([^>]*)>{re.escape(words)}")
        found = [attributes for _tag, attributes in tagged.findall(client.get(address).content.decode())]
        assert found
        assert all('lang="en"' in attributes for attributes in found)
        english = tagged.findall(client.get(address.removeprefix("/uk")).content.decode())
        assert not [attributes for tag, attributes in english if tag == "span" and "lang=" in attributes]

    @pytest.mark.parametrize(
        ("address", "english", "ukrainian"),
        [
            ("/sources/", "Ukrainska Pravda", "Українська правда"),
            ("/sources.atom", "Ukrainska Pravda", "Українська правда"),
            (
                "/incidents/HDC-0001/",
                "Forensic audio analyst (US university), to CNN",
                "Експерт із судового аналізу звуку (університет США), для CNN",
            ),
            (
                "/totals/",
                "Main Intelligence Directorate of the Ministry of Defence of Ukraine",
                "Головне управління розвідки Міністерства оборони України",
            ),
        ],
    )
    def test_a_publisher_has_its_name_in_the_language_of_the_page(self, client, address, english, ukrainian):
        texts = [client.get(f"{prefix}{address}").content.decode() for prefix in ("", "/uk")]
        assert [english in text for text in texts] == [True, False]
        assert [ukrainian in text for text in texts] == [False, True]

    @pytest.mark.parametrize("name", ["CNN", "Ukrinform", "Meduza", "Українська правда", "Libero Quotidiano", "ZN.UA"])
    def test_a_name_alone_is_left_as_it_is(self, name):
        with override("uk"):
            assert macro("texts.in_its_language")(name) == name

    def test_a_feed_marks_a_description_of_ours(self, client):
        feed = ElementTree.fromstring(client.get("/uk/sources.atom").content)  # noqa: S314 — our own
        titles = [each.find(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")]
        ours = [title for title in titles if ": [" in title.text and title.text.endswith("]")]
        assert ours
        assert {title.get(LANG) for title in ours} == {"en"}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("publisher", ["News of the day", {"en": "News of the day"}])
def test_a_publisher_that_has_a_phrase_as_its_only_name_is_marked_in_the_other_language(client, publisher):
    publish("source", "S-0001", publisher=publisher)
    for page in ("/uk/sources/", "/uk/sources/S-0001/"):
        assert '<span lang="en">News of the day</span>' in client.get(page).content.decode()


@pytest.mark.usefixtures("committed")
def test_a_title_that_only_begins_with_a_bracket_has_its_own_language(client):
    publish("source", "S-0001", title="[The President] vows to find the murderers", language="en")
    publish("source", "S-0002", title="[Relay of a report; headline not captured]", language="de")
    assert '<h1 lang="en">[The President]' in client.get("/uk/sources/S-0001/").content.decode()
    assert '<h1 lang="en">[Relay' in client.get("/uk/sources/S-0002/").content.decode()
    assert "<h1>[Relay" in client.get("/sources/S-0002/").content.decode()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("title", "summary", "said"),
    [
        ({"en": "A title"}, {"en": "Words"}, "en"),
        ({"en": "A title"}, {"en": "Words", "uk": "Слова"}, ["en", "uk"]),
        ({"en": "A title", "uk": "Назва"}, {"uk": "Слова"}, "uk"),
        ({"en": "A title", "uk": "Назва"}, {}, "uk"),
    ],
)
def test_data_for_search_engines_name_the_languages_that_are_in_them(client, title, summary, said):
    publish("source", "S-0001")
    publish("incident", "HDC-0001", title=title, summary=summary)
    page = client.get("/uk/incidents/HDC-0001/").content.decode()
    thing = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)[1])
    assert thing["inLanguage"] == said


@pytest.mark.django_db
class TestTheDesk:
    @pytest.mark.parametrize("prefix", ["", "/uk"])
    def test_every_field_for_a_language_says_which_it_is(self, prefix):
        desk = signed_in(make_documenter())
        pages = [desk.get(f"{prefix}/desk/{kind}s/new/") for kind in ("incident", "source", "investigation", "total")]
        fields = [tag for page in pages for tag in re.findall(r"<(?:input|textarea)[^>]+>", page.content.decode())]
        named = [tag for tag in fields if re.search(r'name="[^"]+_(en|uk)"', tag) and 'type="hidden"' not in tag]
        assert len(named) > 20
        for tag in named:
            assert re.search(r' lang="(\w+)"', tag)[1] == re.search(r'name="[^"]+_(en|uk)"', tag)[1], tag

    def test_a_title_for_lack_of_another_is_marked(self):
        documenter = make_documenter()
        make_incident(documenter, title_en="Only in English", title_uk="")
        make_source(documenter, publisher="CNN", title="A headline", language="en")
        page = signed_in(documenter).get("/uk/desk/").content.decode()
        assert '<span lang="en">Only in English</span></a>' in page
        assert 'CNN: <span lang="en">A headline</span></a>' in page


@pytest.mark.parametrize(("language", "said"), [("en", "22 November 2026"), ("uk", "22 листопада 2026 року")])
def test_a_day_is_written_as_the_dates_of_incidents_are(language, said):
    with override(language):
        assert day("2026-11-22T10:00:00+00:00") == said == edtf_plainly("2026-11-22")
