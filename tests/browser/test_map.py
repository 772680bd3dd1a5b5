"""The map in a browser: Leaflet lies over our drawing under the strict policy, and the drawing stays without it."""

import pytest

pytestmark = pytest.mark.browser


def test_leaflet_takes_the_place_of_the_drawing_and_a_pin_opens_its_incidents(page, live_site):
    """The fixture fails for any request to another host and anything that the policy refuses."""
    page.goto(f"{live_site.url}/map/")
    page.wait_for_selector(".leaflet-container .map-area")
    assert page.locator(".map-drawing").count() == 1  # the outlines, inside of Leaflet
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


def test_a_counted_region_narrows_the_map_to_it(page, live_site):
    page.goto(f"{live_site.url}/map/?grade=corroborated")
    page.locator(".map-count").first.click()
    page.wait_for_url("**/map/?grade=corroborated&oblast=*")


def test_without_a_script_the_drawing_stays(new_page, live_site):
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_site.url}/uk/map/")
    assert page.locator(".map > .map-drawing .region").count() == 38
    assert page.locator(".map-list li").count() == 16


def test_the_page_is_no_wider_than_a_phone(new_page, live_site):
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{live_site.url}/uk/map/")
    page.wait_for_selector(".leaflet-container")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
