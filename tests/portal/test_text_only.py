"""Pages as text: every page for readers, within a few kilobytes, with nothing to fetch and all links kept."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from portal.paths import as_text, has_text, is_text, without_text
from portal.textonly import text_of
from tests.addresses import DATA, DESK, MISTAKES, PAGES, all_of, in_both
from tests.published import merge, publish

MOST_BYTES = 25 * 1024  # compressed
# Whatever makes a browser fetch something, or run it.
FETCHING = re.compile(
    r"<(?:script|style|img|svg|iframe|object|video|audio|source|link rel=\"(?!canonical|alternate|license))"
    r"|<[a-z][^<>]*\s(?:src|style|on\w+|hx-\w+)="
)
# What only makes sense beside a drawing, and the link to the text itself.
NOT_IN_TEXT = re.compile(r"<([a-z]+)\b[^<>]*\sdata-not-in-text\b[^<>]*>.*?</\1>", re.DOTALL)


class Links(HTMLParser):
    """The links and forms of a page, without those of its head."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [given[name] for name in ("href", "action") if name in given and tag in ("a", "form")]


def words(page: str) -> list[str]:
    """What is read on a page, without drawings."""
    while drawing := re.search(r"<svg\b(?:(?!<svg\b).)*?</svg>", page, re.DOTALL):
        page = page.replace(drawing[0], " ")
    page = re.sub(r"<(script|head)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return [word for word in page.split() if not re.fullmatch("[0-9]+|[0-9a-f]{16}", word)]  # the request has a number


@pytest.mark.parametrize("address", in_both([*all_of(PAGES), *MISTAKES]))
def test_every_page_for_readers_can_be_had_as_text(client, starting_register, address):
    full, text = client.get(address), client.get(as_text(address))
    page = text.content.decode()
    assert text.status_code == full.status_code
    assert not FETCHING.search(page), FETCHING.search(page)
    assert not text.cookies
    assert text.headers["Content-Length"] == str(len(text.content))
    assert text.headers.get("Cache-Control") == full.headers.get("Cache-Control")
    lost = set(words(NOT_IN_TEXT.sub(" ", full.content.decode()))) - set(words(page))
    assert lost == set()


@pytest.mark.parametrize("address", in_both(all_of(PAGES)))
def test_links_within_the_register_stay_in_the_text_and_all_others_are_as_they_were(client, starting_register, address):
    page = client.get(as_text(address)).content.decode()
    skip, back, *links = Links(page).found
    assert (skip, back) == ("#main", address)
    own = [link.partition("?")[0] for link in links if link.startswith("/")]
    assert own
    assert [link for link in own if has_text(link)] == []


def test_the_switch_of_languages_keeps_text_and_filter(client, starting_register):
    links = Links(client.get("/text/incidents/?grade=corroborated&page=1").content.decode()).found
    assert "/uk/text/incidents/?grade=corroborated&page=1" in links


def test_a_form_and_a_chip_keep_the_text(client, starting_register):
    links = Links(client.get("/uk/text/incidents/?grade=corroborated&oblast=UA-14").content.decode()).found
    assert "/uk/text/incidents/" in links
    assert "?oblast=UA-14" in links


def test_the_full_page_leads_to_the_text_with_its_filter(client, starting_register):
    assert (
        "/uk/text/incidents/?grade=corroborated"
        in Links(client.get("/uk/incidents/?grade=corroborated").content.decode()).found
    )


@pytest.mark.parametrize(
    "address", in_both(["/incidents/", "/sources/", "/investigations/", "/totals/", "/map/", "/timeline/"])
)
def test_a_list_as_text_is_small(client, starting_register, address):
    size = len(gzip.compress(client.get(as_text(address)).content, 6))
    assert size <= MOST_BYTES


def test_a_merged_record_leads_to_its_target_as_text(client, committed):
    publish("source", "S-0001")
    for code in ("HDC-0001", "HDC-0002"):
        publish("incident", code)
    merge("HDC-0002", "HDC-0001", {"en": "One event."})
    assert client.get("/uk/text/incidents/HDC-0002/").headers["Location"] == "/uk/text/incidents/HDC-0001/"


@pytest.mark.parametrize("address", in_both([*all_of(DATA), *all_of(DESK[None]), "/incidents.csv?grade=contested"]))
def test_files_and_the_desk_have_no_text_of_their_own(client: Client, address):
    response = client.get(as_text(address))
    assert (response.status_code, response.headers["Location"]) == (301, address)


def test_a_kept_answer_is_kept_for_the_text_too(client, starting_register):
    first = client.get("/text/incidents/")
    again = client.get("/text/incidents/", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/uk/", "/incidents/", "/uk/incidents/HDC-0001/"])
def test_the_address_of_a_text_names_its_page(path):
    assert not is_text(path)
    assert is_text(as_text(path))
    assert without_text(as_text(path)) == path


@pytest.mark.parametrize("path", ["/text", "/uk/text"])
def test_the_shortest_address_of_a_text_is_home(client, starting_register, path):
    assert client.get(path).status_code == 200


def test_a_drawing_with_words_leaves_them_and_one_within_another_takes_nothing_else_with_it():
    page = (
        '<p>a<svg role="img" aria-label="b &amp; c"><svg></svg>no<path/></svg>d<img alt="e" src="/f"/>&nbsp;&#39;</p>'
    )
    assert text_of(page, "/") == "<p>ab &amp; cde&nbsp;&#39;</p>"


def test_what_was_written_by_others_is_not_made_markup():
    page = '<header><a href="/incidents/?q=&quot;&lt;script&gt;" class="x" onclick="y">&lt;script&gt;</a></header>'
    assert text_of(page, '/?q="<').endswith(
        '</a></p><a href="/text/incidents/?q=&quot;&lt;script&gt;">&lt;script&gt;</a></header>'
    )
    assert '<a href="/?q=&quot;&lt;">' in text_of(page, '/?q="<')


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/text/uk/incidents/?q=%D0%B0", "/uk/text/incidents/?q=%D0%B0"),
        ("/text/uk", "/uk/text/"),
        ("/text/uk?fbclid=1", "/uk/text/"),
        ("/text/uk/", "/uk/text/"),
        ("/uk/text/uk/map/", "/uk/text/map/"),
    ],
)
def test_the_language_stands_before_the_word_text_and_who_exchanges_them_is_led_there(
    client, starting_register, address, leads_to
):
    response = client.get(address, follow=True)
    path, _, query = leads_to.partition("?")
    assert response.redirect_chain[-1][0].partition("?")[0] == path
    assert response.request["QUERY_STRING"] == query
    assert '<html lang="uk">' in response.content.decode()
