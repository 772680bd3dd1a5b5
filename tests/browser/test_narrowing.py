"""Search and facets in a real browser: narrowed by script or without it, within the weight of a first visit."""

import pytest

pytestmark = pytest.mark.browser

MOST_BYTES = 120 * 1024


@pytest.mark.parametrize("path", ["/incidents/", "/uk/incidents/"])
def test_a_first_visit_moves_at_most_120_kilobytes(live_site, new_page, path, tell):
    page = new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    moved = []
    network.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    page.goto(live_site.url + path, wait_until="networkidle")
    tell(f"a first visit to {path} moves {sum(moved) / 1024:.1f} KB in {len(moved)} answers")
    assert len(moved) > 5
    assert sum(moved) <= MOST_BYTES


def test_a_click_on_a_facet_gives_as_many_as_it_says_and_does_not_reload(live_site, page):
    page.goto(live_site.url + "/incidents/", wait_until="networkidle")
    page.evaluate("document.documentElement.dataset.kept = 'yes'")
    page.locator("details.filter-sheet > summary").click()
    option = page.locator("#facets li", has=page.locator("input[name=grade][value=corroborated]"))
    n = int(option.locator(".facet-n").inner_text())
    option.locator("input").check()
    page.wait_for_url("**grade=corroborated**")
    assert page.locator("#results .incident-card").count() == n > 0
    assert page.locator("#results .chip").count() == 1
    assert page.evaluate("document.documentElement.dataset.kept") == "yes"
    assert page.locator("details.filter-sheet").get_attribute("open") is not None
    page.reload()
    assert page.locator("#results .incident-card").count() == n


def test_a_search_shows_its_hits_while_it_is_typed(live_site, page):
    page.goto(live_site.url + "/uk/incidents/", wait_until="networkidle")
    page.locator("#id_q").press_sequentially("Udachn")
    page.locator("#results mark").first.wait_for()
    assert "Удачн" in page.locator("#results mark").first.inner_text()


def test_what_is_refused_is_shown_as_a_page(live_site, page):
    page.goto(live_site.url + "/incidents/", wait_until="networkidle")
    page.locator("details.filter-sheet > summary").click()
    page.locator("#id_killed_min").fill("many")
    page.locator("#id_killed_min").blur()
    page.locator("text=is not accepted").first.wait_for()


def test_without_script_the_buttons_do_the_same(live_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(live_site.url + "/incidents/")
    page.locator("#id_q").fill("Udachne")
    page.locator("form.filters button.primary").first.click()
    page.wait_for_url("**q=Udachne**")
    page.locator("#results .incident-card").first.wait_for()
