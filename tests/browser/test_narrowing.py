"""Search and facets in a real browser: narrowed by script or without it, within the weight of a first visit."""

import pytest
from playwright.sync_api import expect

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
    assert n > 0
    expect(page.locator("#results .incident-card")).to_have_count(n)
    expect(page.locator("#chips .chip")).to_have_count(1)
    assert page.evaluate("document.documentElement.dataset.kept") == "yes"
    expect(page.locator("details.filter-sheet")).to_have_attribute("open", "")
    page.reload()
    expect(page.locator("#results .incident-card")).to_have_count(n)


def test_a_search_shows_its_hits_while_it_is_typed(live_site, page):
    page.goto(live_site.url + "/uk/incidents/", wait_until="networkidle")
    page.locator("#id_q").press_sequentially("Udachn")
    page.locator("#results mark", has_text="Удачн").first.wait_for()


@pytest.fixture
def narrowed(live_site, page):
    """The list as somebody has it who typed a word and chose a grade."""
    page.goto(live_site.url + "/incidents/", wait_until="networkidle")
    page.locator("#id_q").press_sequentially("captured")
    page.wait_for_url("**?q=captured")
    page.locator("details.filter-sheet > summary").click()
    page.locator("#facets input[name=grade][value=corroborated]").check()
    page.wait_for_url("**?q=captured&grade=corroborated")
    expect(page.locator("#chips .chip")).to_have_count(2)
    page.locator("#results .incident-card").first.wait_for()
    return page


def codes(page, within: str) -> list[str]:
    return sorted(page.locator(f"{within} .code").all_inner_texts())


FOLLOWED = "?q=captured&grade=corroborated"
LEADING_ON = ("#views a", "#other-language", "#as-text", "link[rel=canonical]", "link[rel=alternate]", "a[download]")


@pytest.mark.parametrize("way", LEADING_ON)
def test_whatever_leads_on_from_a_narrowed_list_takes_the_filter_along(narrowed, way):
    addresses = narrowed.locator(way).evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert addresses
    assert [each for each in addresses if not each.endswith(FOLLOWED)] == []


def test_the_map_shows_what_the_list_was_narrowed_to(narrowed):
    listed = codes(narrowed, "#results .incident-card")
    narrowed.locator("#views a", has_text="Map").click()
    narrowed.wait_for_url(f"**/map/{FOLLOWED}")
    narrowed.locator(".map-list .code").first.wait_for()
    assert codes(narrowed, ".map-list") == listed


def test_back_leads_to_the_form_as_it_was_and_keeps_nothing_in_the_browser(narrowed):
    narrowed.go_back()
    narrowed.wait_for_url("**?q=captured")
    expect(narrowed.locator("#facets input[name=grade][value=corroborated]")).not_to_be_checked()
    expect(narrowed.locator("#id_q")).to_have_value("captured")
    narrowed.locator("#results .incident-card").first.wait_for()
    assert (
        narrowed.evaluate("[...Object.values(localStorage), ...Object.values(sessionStorage)].join()").count("HDC") == 0
    )


def test_what_was_unfolded_stays_so_and_the_status_is_the_same_element_with_other_words(narrowed):
    narrowed.evaluate("document.getElementById('said').dataset.kept = 'yes'")
    before = narrowed.locator("#said").inner_text()
    fold = narrowed.locator("#facets details.fold").first
    fold.locator("summary").click()
    narrowed.locator("#facets input[name=grade][value=single_origin]").check()
    narrowed.wait_for_url("**grade=single_origin**")
    expect(narrowed.locator("#said")).not_to_have_text(before, use_inner_text=True)
    expect(fold).to_have_attribute("open", "")
    expect(narrowed.locator("#said[role=status]")).to_have_attribute("data-kept", "yes")


def test_what_is_refused_is_said_while_the_form_stays_as_it_was_typed(narrowed):
    narrowed.locator("#id_killed_min").fill("many")
    narrowed.locator("#id_killed_min").blur()
    narrowed.locator("#refusal", has_text="is not accepted").wait_for()
    expect(narrowed.locator("#id_killed_min")).to_have_value("many")
    expect(narrowed.locator("#id_q")).to_have_value("captured")
    expect(narrowed.locator("#results .incident-card")).to_have_count(0)
    expect(narrowed.locator("#said")).to_have_text("")
    narrowed.locator("#id_killed_min").fill("1")
    narrowed.locator("#id_killed_min").blur()
    narrowed.locator("#results .incident-card").first.wait_for()
    expect(narrowed.locator("#refusal")).to_have_text("")


def test_a_mark_that_begins_a_phrase_takes_nothing_away_from_who_goes_on_typing(live_site, page):
    page.goto(live_site.url + "/incidents/", wait_until="networkidle")
    page.locator("#id_q").press_sequentially('"')
    page.wait_for_url("**?q=%22")
    page.keyboard.type("military", delay=20)
    page.locator("#results mark").first.wait_for()
    expect(page.locator("#id_q")).to_have_value('"military')
    expect(page.locator("#id_q")).to_be_focused()


def test_where_no_list_comes_the_old_one_does_not_stand_under_the_new_filter(narrowed):
    narrowed.context.route(
        "**grade=single_origin**", lambda route: route.fulfill(status=502, body="<p>Nobody there.</p>")
    )
    narrowed.locator("#facets input[name=grade][value=single_origin]").check()
    narrowed.locator("text=Nobody there.").wait_for()
    assert "single_origin" in narrowed.url


def test_without_script_the_buttons_do_the_same(live_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(live_site.url + "/incidents/")
    page.locator("#id_q").fill("Udachne")
    page.locator("form.filters button.primary").first.click()
    page.wait_for_url("**/incidents/?q=Udachne")
    page.locator("#results .incident-card").first.wait_for()
