"""Feeds and the map of the site: well-formed, stable identities, nothing graphic, the same filter as the list."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.register.feeds.syndication import Entry, possible
from tests.answers import csv_rows, listed_at
from tests.published import merge, publish, withdraw

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def parsed_xml(text):
    return ElementTree.fromstring(text)  # noqa: S314 — our own answer


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    return parsed_xml(response.content)


def codes(parsed):
    return re.findall(r"incident/(HDC-\d{4})/", " ".join(each.text for each in parsed.findall("a:entry/a:id", ATOM)))


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return [each.text for each in parsed_xml(response.content).iter(f"{{{MAP['m']}}}loc")]


@pytest.mark.usefixtures("starting_register")
class TestTheStartingRegister:
    @pytest.mark.parametrize(
        "query", ["sort=date", "grade=corroborated&oblast=UA-14&sort=killed", "q=drone&sort=-date"]
    )
    def test_a_feed_has_the_incidents_of_the_list_in_its_order(self, client, query):
        assert codes(feed(client, f"/incidents.atom?{query}")) == listed_at(client, f"/incidents/?{query}")

    @pytest.mark.parametrize(
        ("address", "title"),
        [
            ("/incidents.atom", "Hors de combat: Incidents"),
            ("/uk/incidents.atom", "Hors de combat: Випадки"),
            (
                "/incidents.atom?oblast=UA-14&grade=corroborated&sort=date",
                "Hors de combat: Incidents (Oblast: Donetsk Oblast; Grade: Corroborated)",
            ),
            ("/sources.atom?q=drone", "Hors de combat: Sources (Words: drone)"),
            ("/corrections.atom?kind=incident", "Hors de combat: Corrections (Kind of record: Incident)"),
        ],
    )
    def test_the_title_of_a_feed_says_whose_it_is_and_its_limits(self, client, address, title):
        assert feed(client, address).findtext("a:title", "", ATOM) == title

    def test_a_feed_without_entries_is_as_new_as_the_register(self, client):
        empty = feed(client, "/incidents.atom?q=wordthatisnowhere")
        assert not empty.findall("a:entry", ATOM)
        newest = feed(client, "/incidents.atom").findtext("a:updated", "", ATOM)
        assert empty.findtext("a:updated", "", ATOM) >= newest

    @pytest.mark.parametrize("query", ["", "sort=", "grade=corroborated"])
    def test_without_an_order_the_latest_publication_comes_first_and_the_feed_says_so(self, client, query):
        parsed = feed(client, f"/incidents.atom?{query}")
        assert codes(parsed) == listed_at(client, f"/incidents/?{query}&sort=-published".replace("sort=&", ""))
        assert "by publication, latest first" in parsed.findtext("a:subtitle", "", ATOM)

    @pytest.mark.parametrize("name", ["sources", "investigations", "totals"])
    @pytest.mark.parametrize("prefix", ["", "/uk"])
    def test_every_list_of_records_leads_to_its_feed_and_the_feed_back_to_it(self, client, name, prefix):
        page = client.get(f"{prefix}/{name}/").content.decode()
        offer = r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href='
        assert re.search(rf'{offer}"{prefix}/{name}.atom">', page)
        assert page.count(f'href="{prefix}/{name}.atom"') == 2
        parsed = feed(client, f"{prefix}/{name}.atom")
        links = {link.get("rel"): link.get("href") for link in parsed.findall("a:link", ATOM)}
        assert links["alternate"].endswith(f"{prefix}/{name}/")
        for entry in parsed.findall("a:entry", ATOM):
            address = entry.find("a:link", ATOM).get("href")
            assert client.get(address[address.index("/", 8) :]).status_code == 200

    @pytest.mark.parametrize("query", ["kind=court_document", "access=restricted", "q=drone"])
    def test_the_filter_of_a_list_goes_on_to_its_feed(self, client, query):
        page = client.get(f"/sources/?{query}").content.decode()
        assert page.count(f'href="/sources.atom?{query}"') == (2 if 'class="source-list"' in page else 1)

    @pytest.mark.parametrize("address", ["sources.atom?kind=none", "investigations.atom?page=99", "totals.atom?q=x"])
    def test_what_a_list_of_records_refuses_its_feed_refuses_too(self, client, address):
        response = client.get(f"/{address}")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("query", ["", "grade=corroborated&sort=date"])
    def test_citations_come_with_the_incidents_of_the_filter(self, client, query):
        parsed = feed(client, f"/citations.atom?{query}")
        found = parsed.findall("a:entry", ATOM)
        identities = [entry.findtext("a:id", "", ATOM) for entry in found]
        assert len(set(identities)) == len(found) == 50
        ask = query or "sort=-published"
        rows = csv_rows(client, f"/citations.csv?{ask}")[:50]
        assert [each.split(":incident/", 1)[1] for each in identities] == [
            f"{row['code']}/{row['edition']}/citations/{row['position']}" for row in rows
        ]
        for row, entry in list(zip(rows, found, strict=True))[:5]:
            assert f"{row['code']} · {row['source']}: " in entry.findtext("a:title", "", ATOM)
            address = entry.find("a:link", ATOM).get("href")
            assert address.endswith(f"/incidents/{row['code']}/editions/{row['edition']}/")
            assert not row["quote"] or row["quote"] not in ElementTree.tostring(entry, "unicode")
        assert "Citations of: " in parsed.findtext("a:subtitle", "", ATOM)

    def test_the_page_of_the_data_leads_to_the_feed_of_citations(self, client):
        assert 'href="/uk/citations.atom"' in client.get("/uk/api/").content.decode()

    def test_feeds_say_the_filter_the_state_and_the_licence(self, client):
        parsed = feed(client, "/sources.atom?access=restricted")
        subtitle = parsed.findtext("a:subtitle", "", ATOM)
        assert "Access: " in subtitle
        assert re.search(r"edition no\. \d+ .* SHA-256 [0-9a-f]{16}", subtitle)
        assert "creativecommons.org/licenses/by/4.0" in parsed.findtext("a:rights", "", ATOM)

    @pytest.mark.parametrize("path", ["/incidents.atom", "/uk/incidents.atom", "/corrections.atom", "/totals.atom"])
    def test_a_feed_has_what_the_standard_asks_of_it(self, client, path):
        parsed = feed(client, path)
        assert parsed.tag == "{http://www.w3.org/2005/Atom}feed"
        for name in ("id", "title", "updated", "author/a:name", "rights"):
            assert parsed.findtext(f"a:{name}", "", ATOM)
        links = {link.get("rel"): link.get("href") for link in parsed.findall("a:link", ATOM)}
        assert links["self"].endswith(path)
        assert links["alternate"].endswith(path.replace(".atom", "/"))
        for entry in parsed.findall("a:entry", ATOM):
            assert all(entry.findtext(f"a:{name}", "", ATOM) for name in ("id", "title", "updated", "summary"))
            assert entry.find("a:link", ATOM).get("href").startswith("http")
        identities = [each.text for each in parsed.findall("a:entry/a:id", ATOM)]
        assert len(set(identities)) == len(identities)
        assert all(each.startswith("tag:") for each in identities)

    def test_the_identity_of_an_entry_is_the_same_in_both_languages(self, client):
        assert codes(feed(client, "/incidents.atom")) == codes(feed(client, "/uk/incidents.atom"))

    @pytest.mark.parametrize("query", ["x=1", "grade=sure", "page=99", "page=0", "sort=name", "sort=date&sort=killed"])
    def test_what_the_list_refuses_the_feed_refuses_as_a_problem(self, client, query):
        response = client.get(f"/incidents.atom?{query}")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_who_has_the_feed_of_this_head_gets_304(self, client):
        first = client.get("/incidents.atom")
        assert client.get("/incidents.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    def test_the_map_leads_to_every_page_in_both_languages(self, client):
        parts = locations(client, "/sitemap.xml")
        addresses = [each for part in parts for each in locations(client, part[part.index("/sitemap") :])]
        assert len(set(addresses)) == len(addresses)
        paths = ["/" + each.split("/", 3)[3] for each in addresses]
        for path in (
            "/",
            "/uk/",
            "/incidents/HDC-0001/",
            "/uk/incidents/HDC-0016/",
            "/sources/S-0001/",
            "/totals/T-0001/",
            *("/map/", "/uk/timeline/", "/figures/", "/uk/ledger/"),
        ):
            assert path in paths
        for path in paths[:24] + paths[-4:]:
            assert client.get(path).status_code == 200, path

    def test_each_address_of_the_map_names_its_other_language(self, client):
        page = client.get("/sitemap-incident-1.xml").content.decode()
        assert 'hreflang="uk" href="http' in page
        assert page.count("<url>") == 32
        assert page.count('hreflang="x-default"') == 32

    @pytest.mark.parametrize("part", ["incident-2", "pages-2", "incident-0", "desk-1", "incident-99999999999999999999"])
    def test_a_map_that_does_not_exist_is_404(self, client, part):
        assert client.get(f"/sitemap-{part}.xml").status_code == 404

    def test_robots_are_shown_the_map_and_not_the_desk(self, client):
        page = client.get("/robots.txt").content.decode()
        assert "Disallow: /desk/" in page
        assert "Disallow: /uk/desk/" in page
        assert re.search(r"^Sitemap: https?://.+/sitemap\.xml$", page, re.M)


@pytest.mark.usefixtures("committed")
class TestChanges:
    def test_behind_a_content_warning_the_summary_stays_on_its_page(self, client):
        publish("source", "S-0001")
        warned = {"en": "Describes a killing", "uk": "Описано вбивство"}
        publish("incident", "HDC-0001", content_warning=warned, summary={"en": "A graphic sentence."})
        page = client.get("/incidents.atom").content.decode()
        assert "A graphic sentence" not in page
        assert "Content warning: Describes a killing." in page

    def test_a_new_edition_is_a_new_entry_and_a_correction(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001")
        before = feed(client, "/incidents.atom").findtext("a:entry/a:id", "", ATOM)
        assert feed(client, "/corrections.atom").findall("a:entry", ATOM) == []
        publish("incident", "HDC-0001", note={"en": "A number was corrected."}, title={"en": "Another title"})
        after = feed(client, "/incidents.atom").findtext("a:entry/a:id", "", ATOM)
        assert (before[-2:], after[-2:]) == ("/1", "/2")
        entry = feed(client, "/corrections.atom").find("a:entry", ATOM)
        assert entry.findtext("a:title", "", ATOM) == "HDC-0001: Another title (Updated)"
        assert entry.findtext("a:summary", "", ATOM).startswith("A number was corrected. Changed since")

    def test_a_title_in_another_language_says_so_and_the_latest_publication_comes_first(self, client):
        publish("source", "S-0002", title="Воїни", language="uk")
        publish("source", "S-0001", title="Soldiers", language="en", access="restricted")
        publish("source", "S-0002", title="Воїни, ч. 2", language="uk")
        first, second = feed(client, "/sources.atom").findall("a:entry/a:title", ATOM)
        assert (first.text, second.text) == ("S-0002: Воїни, ч. 2", "S-0001: Soldiers")
        assert (first.get(LANG), second.get(LANG)) == ("uk", None)
        summaries = [each.text for each in feed(client, "/sources.atom").findall("a:entry/a:summary", ATOM)]
        assert "estricted" in summaries[1]
        assert "estricted" not in summaries[0]

    def test_what_was_withdrawn_leaves_the_feed_and_stands_among_the_corrections_without_its_words(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", title={"en": "A secret title"})
        publish("incident", "HDC-0002")
        publish("incident", "HDC-0003")
        withdraw("incident", "HDC-0001", {"en": "It endangered someone."})
        merge("HDC-0002", "HDC-0003", {"en": "The same event."})
        assert codes(feed(client, "/incidents.atom")) == ["HDC-0003"]
        page = client.get("/corrections.atom").content.decode()
        assert "A secret title" not in page
        assert "It endangered someone." in page
        assert "HDC-0001" not in client.get("/sitemap-incident-1.xml").content.decode()

    def test_markup_and_impossible_characters_cannot_break_the_feed(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", title={"en": "</title><script>\u0001 & \ufffe"})
        parsed = feed(client, "/incidents.atom")
        assert parsed.findtext("a:entry/a:title", "", ATOM) == "HDC-0001: </title><script>\ufffd & \ufffd"

    def test_an_empty_register_has_a_valid_feed_and_map(self, client):
        assert feed(client, "/incidents.atom").findtext("a:updated", "", ATOM)
        assert len(locations(client, "/sitemap.xml")) == 1


@given(st.text())
@settings(max_examples=50)
def test_any_text_can_stand_in_xml(text):
    parsed_xml(ElementTree.tostring(_element(possible(text))))


def _element(text):
    element = ElementTree.Element("t")
    element.text = text
    return element


def test_an_identity_rests_on_kind_code_and_edition_alone(settings):
    entry = Entry("incident", "HDC-0001", 2, "", "", None, None, ("", ""))
    settings.SITE_URL = "https://register.example.org"
    assert entry.identity == "tag:register.example.org,2026:incident/HDC-0001/2"


@pytest.mark.usefixtures("committed")
def test_a_citation_comes_anew_with_the_next_edition_of_its_incident(client):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    first = feed(client, "/citations.atom").find("a:entry", ATOM)
    publish("incident", "HDC-0001")
    second = feed(client, "/citations.atom").find("a:entry", ATOM)
    assert first.findtext("a:id", "", ATOM).endswith(":incident/HDC-0001/1/citations/1")
    assert second.findtext("a:id", "", ATOM).endswith(":incident/HDC-0001/2/citations/1")
    assert first.findtext("a:updated", "", ATOM) <= second.findtext("a:updated", "", ATOM)
