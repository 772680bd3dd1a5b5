"""Every public page: over the reader's connection alone, without cookies, scripts or other hosts, kept by caches."""

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.usefixtures("starting_register")

PAGES = {
    "/": 7,
    "/incidents/": 6,
    "/incidents/?grade=corroborated&q=drone&oblast=UA-14": 7,
    "/timeline/?grade=corroborated&q=drone&oblast=UA-14": 7,
    "/incidents/HDC-0001/": 10,
    "/incidents/HDC-0006/": 10,
    "/incidents/HDC-0001/editions/1/": 10,
    "/incidents/HDC-0001/editions/1.json": 2,
    "/sources/": 3,
    "/sources/S-0139/": 8,
    "/sources/S-0139/editions/1/": 8,
    "/sources/S-0139/editions/1.json": 2,
    "/investigations/": 4,
    "/investigations/I-0001/": 4,
    "/investigations/I-0001/editions/1/": 4,
    "/totals/": 4,
    "/totals/T-0001/": 3,
    "/definitions/": 1,
    "/methodology/": 1,
    "/corrections/": 2,
}
DATA_FOR_MACHINES = '<script type="application/ld+json">'  # never run
CHECK_SCRIPT = ['<script src="/static/js/verify.js" defer>']
LIST_SCRIPT = [
    '<script src="/static/django_htmx/htmx-2.min.js" defer>',
    '<script src="/static/js/list.js" defer>',
]
LANGUAGES = ("", "/uk")
HTML = [page for page in PAGES if not page.endswith(".json")]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_queries_on_the_readers_connection_and_none_elsewhere(client, page):
    client.get(page)  # what a process keeps for as long as the head of the register stays is asked for once
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        assert client.get(page).status_code == 200
    assert len(desk) == 0
    assert len(reader) <= PAGES[page], "\n".join(query["sql"][:200] for query in reader)


def test_the_reader_is_the_role_that_may_only_read(client):
    with connections["register"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("register_reader",)


def expected_scripts(page):
    """Files of ours alone: the list spares a reload, a record's edition is checked in the browser."""
    if page.startswith("/incidents/?") or page == "/incidents/":
        return LIST_SCRIPT
    return CHECK_SCRIPT if re.match(r"/\w+/[A-Z]+-\d+/", page) else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", HTML)
def test_a_page_has_no_cookie_no_script_and_no_style_of_its_own(client, page, language):
    response = client.get(language + page)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    text = response.content.decode()
    scripts = [each for each in re.findall("<script[^>]*>", text) if each != DATA_FOR_MACHINES]
    assert scripts == expected_scripts(page)
    assert "<style" not in text
    assert not re.search(r"<[^>]+\sstyle=", text)
    assert not re.search(r"<[^>]+\son[a-z]+=", text)


@pytest.mark.parametrize("page", HTML)
def test_a_page_loads_nothing_from_another_host(client, page):
    text = client.get(page).content.decode()
    tags = re.findall(r"<(?:link|img|iframe|source|object|embed|use)\b[^>]*>", text)
    named = [tag for tag in tags if 'rel="canonical"' not in tag and 'rel="alternate"' not in tag]  # never loaded
    loaded = [address for tag in named for address in re.findall(r'(?:href|src|data)="([^"]*)"', tag)]
    assert loaded
    assert all(address.startswith(("/", "#")) and not address.startswith("//") for address in loaded)


@pytest.mark.parametrize("page", HTML)
def test_links_to_other_sites_are_plain_and_tell_them_nothing(client, page):
    text = client.get(page).content.decode()
    for tag in re.findall(r'<a\b[^>]*href="(?:[a-z]+:)?//[^"]*"[^>]*>', text):
        assert re.search(r'href="https?://', tag)
        assert "noopener" in tag
        assert "noreferrer" in tag


@pytest.mark.parametrize("page", HTML)
def test_a_page_is_in_the_language_of_its_address_and_leads_to_the_other(client, page):
    path = page.split("?")[0]
    english, ukrainian = client.get(page).content.decode(), client.get(f"/uk{page}").content.decode()
    assert '<html lang="en">' in english
    assert '<html lang="uk">' in ukrainian
    assert f'href="/uk{path}' in english
    assert f'href="{path}' in ukrainian


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_who_has_the_current_version_gets_304(client, page):
    first = client.get(page)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["Cache-Control"] == "public, no-cache"


def test_the_version_differs_by_language_and_address(client):
    addresses = ["/incidents/", "/uk/incidents/", "/incidents/?grade=contested", "/sources/"]
    assert len({client.get(address).headers["ETag"] for address in addresses}) == len(addresses)


@pytest.mark.parametrize("page", ["/", "/incidents/", "/incidents/HDC-0001/"])
def test_a_page_can_be_asked_for_its_head_and_takes_nothing(client, page):
    assert client.head(page).status_code == 200
    assert client.head(page).content == b""
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(page).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/incidents/HDC-9999/",
        "/incidents/hdc/",
        "/incidents/HDC-0001/editions/2/",
        "/incidents/HDC-0001/editions/99999999999999/",
        "/incidents/S-0001/",
        "/sources/HDC-0001/",
        "/sources/S-9999/",
        "/investigations/I-9999/",
        "/totals/T-9999/",
        "/incidents/'%20or%201=1/",
        f"/incidents/{'A' * 3000}/",
        "/nothing/",
    ],
)
def test_what_was_never_published_is_404_in_the_pages_language(client, address):
    for language in LANGUAGES:
        response = client.get(language + address)
        assert response.status_code == 404
        assert f'<html lang="{language[1:] or "en"}">' in response.content.decode()
        assert not response.cookies


def test_a_document_that_was_never_published_is_404_for_programs(client):
    response = client.get("/incidents/HDC-0001/editions/2.json")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
