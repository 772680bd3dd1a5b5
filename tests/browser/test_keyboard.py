"""Everything by the keyboard: in the order of the page, always in view, with nothing that holds the focus."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect(), style = getComputedStyle(each);
  return {
    name: (each.textContent || each.ariaLabel || each.id || "").trim().slice(0, 60),
    tag: each.tagName, href: each.getAttribute("href") || "", width: box.width, height: box.height,
    top: box.top + scrollY, marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab(page):
    page.keyboard.press("Tab")
    return page.evaluate(FOCUS)


def walked(page, most=400):
    """All stops of the Tab key, until the page is left."""
    stops = []
    for _ in range(most):
        stop = tab(page)
        if stop["tag"] == "BODY":
            return stops
        stops.append(stop)
    return stops


def test_the_first_stop_leads_past_the_navigation(page, live_site):
    page.goto(f"{live_site.url}/incidents/")
    first = tab(page)
    assert (first["href"], first["seen"], first["marked"]) == ("#main", True, True)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert tab(page)["top"] > page.locator("header").bounding_box()["height"]


@pytest.mark.parametrize(
    "address", ["/", "/uk/incidents/", "/incidents/HDC-0002/", "/sources/", "/totals/", "/figures/"]
)
def test_every_stop_is_in_view_and_marked_and_none_is_a_trap(page, live_site, address):
    page.goto(live_site.url + address)
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    stops = walked(page, 120)
    assert len(stops) > 10
    assert [stop for stop in stops if not stop["marked"]] == []
    assert [stop for stop in stops if not stop["seen"]] == []
    assert [one["name"] for one, following in pairwise(stops) if one == following] == []


@pytest.mark.parametrize("address", ["/incidents/", "/uk/incidents/"])
def test_the_filters_open_narrow_and_close_by_keys_on_a_phone(new_page, live_site, address):
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto(live_site.url + address, wait_until="networkidle")
    page.focus(".filter-sheet > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".filter-sheet")).to_have_attribute("open", "")
    page.focus("[name=grade][value=corroborated]")
    page.keyboard.press("Space")
    page.wait_for_url("**grade=corroborated**")
    page.focus(".filter-sheet > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".filter-sheet")).not_to_have_attribute("open", "")
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".chip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "grade=" not in url)


def test_the_words_behind_a_sign_and_behind_a_warning_open_and_close_by_keys(page, live_site):
    page.goto(f"{live_site.url}/incidents/HDC-0005/")
    for folded in (".matrix details > summary", "details.warning > summary"):
        summary = page.locator(folded).first
        summary.focus()
        fold = summary.locator("..")
        page.keyboard.press("Enter")
        expect(fold).to_have_attribute("open", "")
        page.keyboard.press("Enter")
        expect(fold).not_to_have_attribute("open", "")


def test_the_list_beside_the_map_is_reached_without_the_map(page, live_site):
    page.goto(f"{live_site.url}/map/")
    page.wait_for_selector(".leaflet-marker-icon")
    stops = walked(page, 150)
    listed = [stop for stop in stops if stop["href"].startswith("/incidents/HDC-")]
    assert len(listed) >= 16
    assert all(stop["marked"] for stop in listed)
