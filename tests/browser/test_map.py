"""The map in a browser: Leaflet lies over our drawing under the strict policy, and the drawing stays without it."""

import base64

import pytest
from playwright.sync_api import expect

from tests.browser.steps import still, zoom

pytestmark = pytest.mark.browser


def test_leaflet_takes_the_place_of_the_drawing_and_a_pin_opens_its_incidents(page, live_site):
    """The fixture fails for any request to another host and anything that the policy refuses."""
    page.goto(f"{live_site.url}/map/")
    page.wait_for_selector(".leaflet-container .map-area")
    assert not page.locator(".map > .map-drawing").is_visible()
    assert page.locator(".leaflet-overlay-pane .map-drawing .region").count() == 38
    assert page.locator(".leaflet-overlay-pane path.spot").count() == page.locator("body").evaluate(
        "async () => (await (await fetch(document.querySelector('.map').dataset.source)).json()).spots.length"
    )
    page.locator(".map-area:not(:has-text('2'))").first.click()
    page.wait_for_selector(".leaflet-popup-content a[href^='/incidents/HDC-']")


def test_what_is_known_only_as_near_a_place_has_no_pin(page, live_site):
    """In the starting register nothing that has coordinates is known more closely."""
    page.goto(f"{live_site.url}/map/")
    page.wait_for_selector(".leaflet-container .map-area")
    assert page.locator(".map-pin").count() == 0


def test_the_keyboard_reaches_a_pin_and_opens_it(page, live_site):
    page.goto(f"{live_site.url}/map/?q=Udachne")
    pin = page.locator(".leaflet-marker-icon.map-area")
    pin.wait_for()
    pin.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content a[href='/incidents/HDC-0002/']")
    expect(page.locator(".leaflet-popup-content a[href='/incidents/HDC-0002/']")).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    expect(pin).to_be_focused()


def test_the_keyboard_narrows_the_map_to_a_counted_region(page, live_site):
    page.goto(f"{live_site.url}/map/")
    page.locator(".map-count").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/map/?oblast=*")


def test_what_is_said_of_the_map_and_of_its_buttons_is_in_the_language_of_the_page(page, live_site):
    page.goto(f"{live_site.url}/uk/map/")
    page.locator(".map-area:not(:has-text('2'))").first.click()
    expect(page.locator(".leaflet-popup-close-button")).to_have_attribute("aria-label", "Закрити")
    assert page.locator(".leaflet-container").get_attribute("aria-label").startswith("Інтерактивна карта")


def test_a_ring_is_no_pin_when_the_circle_that_it_stands_for_is_larger(page, live_site):
    page.goto(f"{live_site.url}/map/?q=Udachne")
    ring = page.locator(".map-area.alone")
    ring.wait_for()
    expect(ring).not_to_have_css("border-color", "rgba(0, 0, 0, 0)")
    page.locator(".leaflet-container").focus()
    for _ in range(2):
        zoom(page, lambda: page.keyboard.press("+"))
    expect(ring).to_have_css("border-color", "rgba(0, 0, 0, 0)")


def test_paper_has_the_drawing_whole_and_not_the_part_that_fits(page, live_site):
    page.goto(f"{live_site.url}/map/")
    page.wait_for_selector(".leaflet-container")
    page.emulate_media(media="print")
    assert page.locator(".map > .map-drawing").is_visible()
    assert not page.locator(".leaflet-container").is_visible()


def with_areas(route):
    """The server's answer, with an oblast and a raion that it counts: the demonstration has a point for each place."""
    answer = route.fetch()
    data = answer.json()
    for name, at, is_unit in (("Donetsk Oblast", [48.0, 37.8], False), ("Stryiskyi raion", [49.1, 23.8], True)):
        query = f"grade=corroborated&oblast={'UA-46' if is_unit else 'UA-14'}"
        area = {"at": at, "n": 3, "said": f"{name}: 3 incidents", "query": query, "region": "UA-14", "isUnit": is_unit}
        data["areas"].append(area)
    route.fulfill(response=answer, json=data)


@pytest.mark.parametrize(("name", "oblast"), [("Donetsk Oblast", "UA-14"), ("Stryiskyi raion", "UA-46")])
def test_a_counted_area_narrows_the_map_to_its_oblast(page, live_site, name, oblast):
    page.route("**/map/data.json*", with_areas, times=1)
    page.goto(f"{live_site.url}/map/?grade=corroborated")
    page.locator(f".map-count[title='{name}: 3 incidents']").press("Enter")
    page.wait_for_url(f"**/map/?grade=corroborated&oblast={oblast}")


def test_without_a_script_the_drawing_stays(new_page, live_site):
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_site.url}/uk/map/")
    assert page.locator(".map > .map-drawing .region").count() == 38
    assert page.locator(".map-list li").count() == 17


def test_the_page_is_no_wider_than_a_phone(new_page, live_site):
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{live_site.url}/uk/map/")
    page.wait_for_selector(".leaflet-container")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_number_of_the_map_is_said_in_the_form_that_its_language_has_for_it(page, live_site):
    page.goto(f"{live_site.url}/uk/map/")
    counted = page.locator(".map-area:has-text('2')").first
    expect(counted).to_have_text("2\n2 випадки в цій місцевості", use_inner_text=True)


def test_on_a_phone_no_number_hides_a_place_and_no_place_a_number(new_page, live_site):
    """A finger on the middle of a disc or a square finds it, in the first view and after a step closer."""
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{live_site.url}/map/")
    page.locator(".map-area").first.wait_for()
    hidden = """() => [...document.querySelectorAll('.leaflet-marker-icon')].filter((each) => {
      const box = each.getBoundingClientRect();
      const frame = document.querySelector('.leaflet-container').getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const inside = x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
      return inside && !each.contains(document.elementFromPoint(x, y));
    }).map((each) => each.title || each.textContent)"""
    page.locator(".map").scroll_into_view_if_needed()
    still(page)
    assert page.evaluate(hidden) == []
    zoom(page, page.locator(".leaflet-control-zoom-in").click)
    assert page.evaluate(hidden) == []


@pytest.mark.parametrize("address", ["/map/", "/embed/map/"])
def test_on_a_phone_the_numbers_of_the_drawing_can_be_read(new_page, live_site, address):
    page = new_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page.goto(f"{live_site.url}{address}")
    heights = [box["height"] for box in (each.bounding_box() for each in page.locator(".count-text").all())]
    assert heights
    assert min(heights) >= 13  # of the line; 6 px of type have 8


COLOURS = """async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) found.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
  return [...found];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
def test_outlines_from_their_own_file_have_the_colours_of_the_page(new_page, live_site, scheme, scripts):
    page = new_page(java_script_enabled=scripts, color_scheme=scheme)
    page.goto(f"{live_site.url}/map/", wait_until="networkidle")
    drawing = page.locator(".leaflet-overlay-pane .map-drawing" if scripts else ".map > .map-drawing")
    drawing.wait_for()
    regions = [drawing.locator(f".region{kind}").first for kind in (".counted", ".ukraine:not(.counted)")]
    expected = {region.evaluate("each => getComputedStyle(each).fill") for region in regions}
    assert len(expected) == 2
    picture = base64.b64encode(page.locator(".map").screenshot()).decode()
    assert expected <= set(new_page().evaluate(COLOURS, f"data:image/png;base64,{picture}"))
    assert min(drawing.locator(".region").evaluate_all("all => all.map(each => each.getBBox().width)")) > 1


def test_outlines_are_fetched_once_and_not_with_the_next_filter(page, live_site):
    page.goto(f"{live_site.url}/map/", wait_until="networkidle")
    outlines = "performance.getEntriesByType('resource').filter((each) => each.name.includes('outlines'))"
    sizes = f"{outlines}.map((each) => each.transferSize)"
    assert [size > 50_000 for size in page.evaluate(sizes)].count(True) == 1
    page.goto(f"{live_site.url}/map/?grade=corroborated", wait_until="networkidle")
    assert not any(page.evaluate(sizes))


def test_paper_has_the_outlines(page, live_site):
    page.goto(f"{live_site.url}/map/", wait_until="networkidle")
    page.emulate_media(media="print")
    box = page.locator(".map > .map-drawing .region.ukraine").first.bounding_box()
    assert box["width"] > 10
    assert box["height"] > 10
