"""The sources: what rests on one, what it derives from, what repeats it; a link is only ever a plain web address."""

import pytest

from tests.answers import words
from tests.published import CITATION, publish, withdraw


@pytest.fixture
def one_source(committed):
    def make(**changes):
        return publish("source", "S-0001", **changes)

    return make


def test_the_list_shows_every_source_fifty_to_a_page(client, starting_register):
    first, last = client.get("/sources/"), client.get("/sources/?page=5")
    assert "226 sources, latest first." in words(first)
    assert first.content.decode().count('<p class="source-head">') == 50
    assert last.content.decode().count('<p class="source-head">') == 26


def test_the_list_is_searched_by_publisher_and_title(client, starting_register):
    assert "Intercepted radio chatter" in words(client.get("/sources/?q=CNN+Exclusive"))


def test_the_list_is_filtered_by_kind_and_access(client, starting_register):
    assert "6 sources, latest first." in words(client.get("/sources/?access=restricted"))
    both = client.get("/sources/?kind=intercept&kind=court_document")
    assert both.status_code == 200
    assert "Kind: Intercept" in words(both)


def test_a_source_names_the_incidents_that_rest_on_it_with_what_it_says(client, starting_register):
    page = words(client.get("/sources/S-0139/"))
    assert "Killing of captured soldiers near Novodarivka" in page
    assert "Supports in part on order given" in page
    assert "CNN has not been able to independently authenticate" in page


def test_a_source_names_what_it_derives_from_and_what_derives_from_it(client, starting_register):
    page = client.get("/sources/S-0139/").content.decode()
    upstream = page.split('id="derives-from"')[1].split("</section>")[0]
    downstream = page.split('id="derived"')[1].split("</section>")[0]
    assert upstream.count("Draws on") == 6
    assert "21 sources of the register derive from it." in downstream
    assert downstream.count("Relays") == 20


def test_a_source_names_the_investigations_and_totals_that_rest_on_it(client, starting_register):
    assert "Criminal case on the killings near Novodarivka" in words(client.get("/sources/S-0139/"))
    assert "Donetsk Oblast Prosecutor&#39;s Office: investigations, 1 December 2025" in words(
        client.get("/sources/S-0036/")
    )


def test_a_restricted_source_exists_and_says_nothing_more(client, starting_register):
    page = client.get("/sources/S-0001/")
    assert "Of this source only its existence is public." in words(page)
    assert "Original" not in words(page)


def test_the_original_is_linked_without_telling_it_anything(client, one_source):
    one_source(url="https://news.example.org/1?a=1&b=2")
    page = client.get("/sources/S-0001/").content.decode()
    address = "https://news.example.org/1?a=1&amp;b=2"
    assert f'<a class="external-link" href="{address}" rel="noopener noreferrer nofollow external">' in page


def test_an_archived_copy_is_linked_beside_the_original(client, one_source):
    one_source(url="https://news.example.org/1", archive_url="https://archive.ph/2024/https://news.example.org/1")
    page = client.get("/sources/S-0001/")
    assert 'href="https://archive.ph/2024/https://news.example.org/1"' in page.content.decode()
    assert "Archived copy" in words(page)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a\u202eb.example", "ftp://a.example"]
)
def test_what_is_no_plain_web_address_is_not_linked(client, one_source, url):
    one_source(url=url, archive_url=url)
    page = words(client.get("/sources/S-0001/"))
    assert "Original" not in page
    assert "Archived copy" not in page


def test_a_source_behind_no_incident_says_so(client, one_source):
    one_source()
    page = words(client.get("/sources/S-0001/"))
    assert "No incident cites it directly." in page
    assert "in the count of origins it stands on its own" in page
    assert "No other source of the register is known to repeat it" in page


def test_an_older_edition_of_a_source_says_so(client, one_source):
    one_source()
    one_source(title="A corrected headline")
    response = client.get("/sources/S-0001/editions/1/")
    assert "You are reading edition 1 of 2" in words(response)
    assert "An invented headline" in words(response)


def test_a_withdrawn_source_leaves_its_reason(client, one_source):
    one_source()
    publish("incident", "HDC-0001", citations=[CITATION])
    withdraw("source", "S-0001", {"en": "It was forged."})
    for address in ("/sources/S-0001/", "/sources/S-0001/editions/1/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "It was forged." in words(response)
        assert "An invented headline" not in words(response)
