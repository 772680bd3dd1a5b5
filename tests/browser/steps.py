"""Steps that browser tests share. Each returns when what it brings is there."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

MAP = ".map[data-source]"


def open_page(page: Any, url: str) -> None:
    """Load a page, and its map where it has one."""
    page.goto(url)
    if page.locator(MAP).count():
        page.locator(".leaflet-marker-icon").first.wait_for()


def sign_in(page: Any, site: Any, address: str | None = None) -> None:
    """As the documenter of the demonstration, or as whoever has the address."""
    page.goto(f"{site.url}/accounts/login/")
    page.fill("[name=login]", address or site.documenter)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/")


def sign_out(page: Any) -> None:
    page.click("header button:has-text('Sign out')")
    page.wait_for_url(lambda url: "/desk/" not in url)


def zoom(page: Any, act: Callable[[], object]) -> None:
    """Do what zooms the map, and wait until neither the map nor its markers move."""
    size = page.locator(".leaflet-proxy")  # its scale is that of the map
    before = size.get_attribute("style")
    act()
    expect(size).not_to_have_attribute("style", before)
    still(page)


def still(page: Any) -> None:
    """Wait until neither the map nor its markers move."""
    expect(page.locator(".leaflet-zoom-anim, .leaflet-cluster-anim")).to_have_count(0)
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))")
