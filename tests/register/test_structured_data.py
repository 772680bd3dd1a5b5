"""What programs read in the head of a page: JSON-LD in the terms of schema.org, and Open Graph."""

import json
import re

import pytest

from tests.published import CITATION, publish

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
WARNING = {"en": "It describes a killing in detail."}


def block(client, path):
    [text] = BLOCK.findall(client.get(path).content.decode())
    return json.loads(text)


def open_graph(client, path):
    return dict(re.findall(r'<meta property="(og:[a-z:_]+)" content="([^"]*)">', client.get(path).content.decode()))


@pytest.mark.usefixtures("starting_register")
class TestTheStartingRegister:
    @pytest.mark.parametrize("language", ["", "/uk"])
    def test_the_register_is_a_data_set_with_its_files(self, client, language):
        thing = block(client, f"{language}/")
        assert (thing["@context"], thing["@type"]) == ("https://schema.org", "Dataset")
        assert thing["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert int(thing["version"]) > 0
        for file in thing["distribution"]:
            path = re.sub(r"^https?://[^/]+", "", file["contentUrl"])
            response = client.get(path)
            assert response.status_code == 200
            assert response.headers["Content-Type"].startswith(file["encodingFormat"])

    @pytest.mark.parametrize("path", ["/incidents/HDC-0001/", "/uk/incidents/HDC-0001/editions/1/"])
    def test_an_incident_is_a_report_about_an_event(self, client, path):
        thing = block(client, path)
        page = client.get(path).content.decode()
        assert thing["@type"] == "Report"
        assert thing["about"]["@type"] == "Event"
        assert thing["identifier"] == "HDC-0001"
        assert thing["@id"].endswith("/incidents/HDC-0001/editions/1/")
        assert thing["sha256"] in page
        assert thing["inLanguage"] == ("uk" if path.startswith("/uk") else "en")
        assert thing["citation"]

    def test_open_graph_is_complete_and_its_picture_is_the_registers_own(self, client):
        for path, kind in (
            ("/", "website"),
            ("/incidents/HDC-0001/", "article"),
            ("/uk/incidents/HDC-0001/", "article"),
        ):
            tags = open_graph(client, path)
            assert tags["og:type"] == kind
            assert tags["og:title"]
            assert tags["og:description"]
            assert tags["og:url"].endswith(path)
            assert tags["og:image"].endswith("img/open-graph.png")

    @pytest.mark.parametrize("prefix", ["", "/uk"])
    def test_every_public_page_says_how_a_link_to_it_is_shown(self, client, prefix):
        pages = "map timeline figures sources investigations totals corrections definitions methodology ledger api"
        records = ("sources/S-0001", "investigations/INV-0001", "totals/T-0001")
        for path in (*(f"{prefix}/{each}/" for each in pages.split()), *(f"{prefix}/{each}/" for each in records)):
            tags = open_graph(client, path)
            page = client.get(path).content.decode()
            assert f"<title>{tags['og:title']} · " in re.sub(r"\s+", " ", page), path
            assert tags["og:description"], path
            assert tags["og:locale"] == ("uk_UA" if prefix else "en_GB")

    @pytest.mark.parametrize("name", ["incidents", "map", "timeline", "figures"])
    def test_what_is_shared_of_a_list_says_its_filter(self, client, name):
        tags = open_graph(client, f"/{name}/?oblast=UA-14&grade=corroborated")
        assert "in Donetsk Oblast, graded corroborated" in tags["og:description"]
        assert tags["og:url"].endswith(f"/{name}/?oblast=UA-14&amp;grade=corroborated")

    @pytest.mark.parametrize("name", ["sources", "corrections"])
    def test_what_is_shared_of_another_list_says_how_much_it_holds(self, client, name):
        tags = open_graph(client, f"/{name}/")
        assert re.search(r"[0-9]", tags["og:description"])


@pytest.mark.usefixtures("committed")
class TestWhatIsPublished:
    def test_no_word_behind_a_warning_is_in_the_head(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", content_warning=WARNING, summary={"en": "A detailed account."})
        head = client.get("/incidents/HDC-0001/").content.decode().split("</head>")[0]
        assert "A detailed account." not in head
        assert CITATION["quote"] not in head

    def test_a_block_ends_where_it_should_whatever_it_holds(self, client):
        evil = "</script><script>alert(1)</script><!-- \u2028 & "
        publish("source", "S-0001", title=evil, publisher=evil, url="javascript:alert(1)")
        publish("incident", "HDC-0001", title={"en": evil}, summary={"en": evil})
        page = client.get("/incidents/HDC-0001/").content.decode()
        assert len(re.findall("<script(?! src=)", page)) == 1
        thing = block(client, "/incidents/HDC-0001/")
        assert thing["headline"] == evil
        assert "javascript:" not in page

    def test_a_point_is_given_only_where_it_claims_no_more_than_is_known(self, client):
        publish("source", "S-0001")
        place = {
            "precision": "near",
            "method": "named_by_source",
            "country": "UA",
            "oblast": "UA-14",
            "oblast_name": {"en": "Donetsk Oblast"},
            "name": {"en": "Example"},
            "latitude": 48.1,
            "longitude": 37.2,
        }
        publish("incident", "HDC-0001", place=place)
        circle = block(client, "/incidents/HDC-0001/")["about"]["location"]["geo"]
        assert circle["geoRadius"] >= 1000
        publish("incident", "HDC-0001")
        location = block(client, "/incidents/HDC-0001/")["about"]["location"]
        assert location["address"]["addressRegion"] == "Donetsk Oblast"
        assert "geo" not in location

    def test_a_source_that_is_not_public_has_no_address_here(self, client):
        publish("source", "S-0001", access="restricted", url="")
        publish("incident", "HDC-0001")
        [source] = block(client, "/incidents/HDC-0001/")["citation"]
        assert "sameAs" not in source
