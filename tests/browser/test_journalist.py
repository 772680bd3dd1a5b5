"""As a journalist walks: search, narrow, share the address, see it on the map, take the table, cite an edition."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WORDS = {"": "captured", "/uk": "полонених"}


def shown(page):
    return re.findall(r"HDC-\d{4}", " ".join(page.locator("#results .incident-card .code").all_inner_texts()))


@pytest.mark.parametrize("language", ["", "/uk"])
def test_from_a_question_to_a_citation(new_page, live_site, language):
    page = new_page(accept_downloads=True)
    page.goto(f"{live_site.url}{language}/incidents/", wait_until="networkidle")
    everything = shown(page)

    page.locator("#id_q").fill(WORDS[language])
    page.wait_for_url(f"**q={quote(WORDS[language])}")
    page.locator("#results mark").first.wait_for()
    found = shown(page)
    assert 0 < len(found) <= len(everything)

    page.locator("details.filter-sheet > summary").click()
    option = page.locator("#facets li:not(.is-empty)", has=page.locator("input[name=grade]")).first
    n = int(option.locator(".facet-n").inner_text())
    option.locator("input").check()
    page.wait_for_url("**grade=**")
    expect(page.locator("#results .incident-card")).to_have_count(n)
    codes = shown(page)
    assert set(codes) <= set(found)

    address = page.url
    another = new_page()
    another.goto(address)
    assert shown(another) == codes

    another.locator(f".views a[href*='{language}/map/']").click()
    another.wait_for_selector(".leaflet-marker-icon")
    assert sorted(another.locator(".map-list .code").all_inner_texts()) == sorted(codes)
    another.go_back()
    another.wait_for_url(address)

    with another.expect_download() as taking:
        another.locator("a[download][href*='incidents.csv']").first.click()
    table = csv.DictReader(io.StringIO(taking.value.path().read_text("utf-8-sig")))
    assert [row["code"] for row in table] == codes

    another.locator("#results .incident-title a").first.click()
    another.wait_for_url(f"**{language}/incidents/{codes[0]}/**")
    cited = another.locator(".cite-address").first.inner_text()
    assert re.search(rf"{language}/incidents/{codes[0]}/editions/1/$", cited)
    another.goto(live_site.url + re.sub(r"^https?://[^/]+", "", cited))
    assert codes[0] in another.title()


@pytest.mark.parametrize("language", ["", "/uk"])
def test_the_same_without_a_script_and_as_text(new_page, live_site, language):
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_site.url}{language}/text/incidents/")
    page.locator("#id_q").fill(WORDS[language])
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(re.compile("q="))
    assert "/text/incidents/" in page.url
    codes = re.findall(r"HDC-\d{4}", page.locator("article").first.inner_text())
    page.locator("article a").first.click()
    page.wait_for_url(re.compile(codes[0]))
    assert f"{language}/text/incidents/{codes[0]}/" in page.url
    assert page.locator("svg, img, script, link[rel=stylesheet]").count() == 0
