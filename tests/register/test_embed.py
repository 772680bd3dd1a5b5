"""Small pages that other sites show in a frame: the list, the map, one incident."""

import re

import pytest

from tests.answers import words
from tests.published import merge, publish, withdraw

EMBEDS = ("/embed/incidents/", "/embed/map/", "/embed/incidents/HDC-0001/")
WARNING = {"en": "It describes a killing in detail."}


def policy(response):
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.usefixtures("starting_register")
class TestTheStartingRegister:
    @pytest.mark.parametrize("language", ["", "/uk"])
    @pytest.mark.parametrize("path", EMBEDS)
    def test_any_site_may_frame_them_and_they_run_no_script(self, client, language, path):
        response = client.get(f"{language}{path}")
        assert response.status_code == 200
        assert policy(response)["frame-ancestors"] == ["*"]
        assert policy(response)["script-src"] == ["'none'"]
        assert policy(response)["default-src"] == ["'none'"]
        assert "X-Frame-Options" not in response.headers
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "<script" not in response.content.decode()

    @pytest.mark.parametrize("path", ["/", "/incidents/", "/map/", "/incidents/HDC-0001/", "/nothing/"])
    def test_no_other_page_may_be_framed(self, client, path):
        response = client.get(path)
        assert policy(response)["frame-ancestors"] == ["'none'"]
        assert response.headers["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize("path", EMBEDS)
    def test_every_link_leads_out_of_the_frame(self, client, path):
        links = re.findall(r"<a [^>]*>", client.get(path).content.decode())
        assert links
        for link in links:
            assert 'target="_blank"' in link
            assert 'rel="noopener"' in link
            assert 'href="/' in link

    @pytest.mark.parametrize("path", ["/embed/incidents/", "/embed/map/"])
    def test_the_filter_is_that_of_the_list_and_said_in_words(self, client, path):
        asked = "oblast=UA-14&grade=corroborated"
        sentence = re.search(r'id="said".*?(\d+ of \d+ incidents: [^.]*)', words_and_tags(client, asked), re.S)[1]
        assert sentence.split(";")[0] in words(client.get(f"{path}?{asked}"))
        page = client.get(f"{path}?{asked}").content.decode()
        assert f"?{asked.replace('&', '&amp;')}" in page

    def test_they_say_whose_they_are_and_of_when(self, client):
        for path in EMBEDS:
            assert "Hors de combat" in words(client.get(path))
            assert re.search(r"[Ee]dition \d+ .*of .* \d{4}", words(client.get(path)))

    def test_the_map_says_the_same_in_words(self, client):
        page = client.get("/embed/map/").content.decode()
        drawing, said = page.split("<details>")
        assert "<svg" in drawing
        titles = {title for title in re.findall(r"<title>([^<]*)</title>", drawing) if "·" not in title}
        assert titles
        for title in titles:
            assert title in said

    @pytest.mark.parametrize(
        ("path", "status", "said"),
        [
            ("/embed/incidents/?grade=none", 400, "grade: “none” is not known here."),
            ("/embed/incidents/?colour=red", 400, "is not a parameter"),
            ("/embed/incidents/?page=99", 400, "page"),
            ("/embed/map/?date_from=2025&date_to=2024", 400, "The range ends before it begins."),
            ("/embed/incidents/HDC-9999/", 404, "Nothing has been published under this code."),
            ("/embed/incidents/HDC-0001/?as_of=2999-01-01", 400, "still to come"),
        ],
    )
    def test_what_is_not_understood_is_said_in_a_page_as_small(self, client, path, status, said):
        response = client.get(path)
        assert response.status_code == status
        assert said in words(response)
        assert policy(response)["frame-ancestors"] == ["*"]
        assert "<nav" not in response.content.decode()
        assert client.get(f"/uk{path}").status_code == status

    def test_a_line_to_copy_stands_on_the_list_and_on_an_incident(self, client):
        listed = client.get("/uk/incidents/?grade=corroborated").content.decode()
        assert '/uk/embed/incidents/?grade=corroborated"' in listed
        assert '/uk/embed/map/?grade=corroborated"' in listed
        assert '/embed/incidents/HDC-0001/"' in client.get("/incidents/HDC-0001/").content.decode()


def words_and_tags(client, asked):
    return re.sub(r"<(?!p class)[^>]+>", " ", client.get(f"/incidents/?{asked}").content.decode())


@pytest.mark.usefixtures("committed")
class TestWhatIsGone:
    def test_nothing_graphic_is_in_a_frame(self, client):
        publish("source", "S-0001")
        publish("incident", "HDC-0001", content_warning=WARNING, summary={"en": "A detailed account."})
        for path in EMBEDS:
            assert "A detailed account." not in words(client.get(path))
            assert "two people were found" not in words(client.get(path))
        assert "It describes a killing in detail." in words(client.get("/embed/incidents/HDC-0001/"))

    def test_a_withdrawn_incident_leaves_its_reason_and_a_merged_one_leads_on(self, client):
        publish("source", "S-0001")
        for code in ("HDC-0001", "HDC-0002", "HDC-0003"):
            publish("incident", code)
        withdraw("incident", "HDC-0001", {"en": "It was staged."})
        merge("HDC-0002", "HDC-0003", {"en": "The same."})
        gone = client.get("/embed/incidents/HDC-0001/")
        assert gone.status_code == 410
        assert "It was staged." in words(gone)
        merged = client.get("/embed/incidents/HDC-0002/")
        assert (merged.status_code, merged.headers["Location"]) == (301, "/embed/incidents/HDC-0003/")

    def test_an_empty_choice_says_what_that_means(self, client):
        assert "That says nothing about whether such incidents happened." in words(client.get("/embed/incidents/"))
        assert client.get("/embed/map/").status_code == 200
