"""Graphic material stands behind a line that says what it is, opens without a script, and is in nothing that lists."""

import re
from html.parser import HTMLParser

import pytest

from tests.addresses import in_both
from tests.published import CITATION, publish

GRAPHIC = "zzgraphiczz"
WARNING = {"en": "Describes the killing of prisoners.", "uk": "Описано вбивство полонених."}


class Behind(HTMLParser):
    """Where a word stands: within an element that is folded until somebody opens it, or in plain view."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.folds: list[str] = []
        self.in_view: list[str] = []
        self.is_summary = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "details":
            self.folds.append("open" if "open" in given else given.get("class") or "fold")
        self.is_summary = tag == "summary" or (self.is_summary and tag != "details")
        self._look(" ".join(value or "" for name, value in attrs if name in ("title", "alt", "aria-label", "content")))

    def handle_endtag(self, tag):
        if tag == "details":
            self.folds.pop()
        if tag == "summary":
            self.is_summary = False

    def handle_data(self, data):
        self._look(data)

    def _look(self, text):
        shut = [fold for fold in self.folds if fold != "open"]
        if GRAPHIC in text and (not shut or self.is_summary):
            self.in_view.append(text)


@pytest.fixture
def graphic(committed):
    publish("source", "S-0001")
    citation = CITATION | {"quote": f"{GRAPHIC} in a quote", "translation": {"uk": f"{GRAPHIC} у перекладі"}}
    publish("incident", "HDC-0001", content_warning=WARNING, citations=[citation], observations=[])
    return "HDC-0001"


@pytest.mark.parametrize("address", in_both(["/incidents/HDC-0001/", "/incidents/HDC-0001/editions/1/"]))
def test_on_its_page_it_is_folded_and_the_fold_says_what_is_behind_it(client, graphic, address):
    page = client.get(address).content.decode()
    assert GRAPHIC in page
    assert Behind(page).in_view == []
    warning = re.search(r'<details class="warning">\s*<summary>(.*?)</summary>', page, re.DOTALL)[1]
    assert WARNING["uk" if address.startswith("/uk") else "en"] in warning
    assert set(re.findall(r'<script src="([^"]*)"', page)) <= {"/static/js/verify.js"}  # checks the edition


@pytest.mark.parametrize("address", in_both(["/text/incidents/HDC-0001/"]))
def test_as_text_it_is_folded_too(client, graphic, address):
    page = client.get(address).content.decode()
    assert GRAPHIC in page
    assert Behind(page).in_view == []


@pytest.mark.parametrize(
    "address",
    in_both(
        [
            *("/", "/incidents/", f"/incidents/?q={GRAPHIC}", "/incidents/?q=invented", "/map/", "/map/data.json"),
            *("/timeline/", "/incidents.atom", "/corrections.atom", "/corrections/", "/figures/", "/sitemap.xml"),
            *("/embed/incidents/", "/embed/incidents/HDC-0001/", "/embed/map/", "/embed/timeline/"),
        ]
    ),
)
def test_no_list_feed_embed_or_search_hit_shows_it(client, graphic, address):
    response = client.get(address)
    assert response.status_code in (200, 404)
    page = response.content.decode().replace(f"q={GRAPHIC}", "").replace(f'value="{GRAPHIC}"', "")
    said = page.replace(f"“{GRAPHIC}”", "").replace(f"<strong>{GRAPHIC}</strong>", "").replace(f"«{GRAPHIC}»", "")
    assert GRAPHIC not in said


def test_a_page_that_shows_it_tells_no_social_network_of_it(client, graphic):
    head = client.get("/incidents/HDC-0001/").content.decode().split("</head>")[0]
    assert GRAPHIC not in head
