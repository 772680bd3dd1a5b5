"""axe finds nothing on any page: in both languages, light and dark, on a desktop and a phone, folded and unfolded.

Only contrast depends on the colour scheme, so that of the four looks of a page two are asked for everything and two for
contrast alone. On the phone every fold is open.
"""

from pathlib import Path

import axe_playwright_python
import pytest

from people.models import Role
from portal.paths import as_text
from tests.addresses import DESK, EMBEDS, MISTAKES, PAGES, all_of, in_both
from tests.browser.steps import open_page, sign_in

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Without styles of ours a browser alone decides how large a link is (WCAG 2.5.8, exception "user agent control") and
# which colours it has. That pages as text have none is tested in `tests/portal/test_text_only.py`.
AS_TEXT = EVERYTHING | {"rules": {name: {"enabled": False} for name in ("target-size", "color-contrast")}}
FIND = """async (options) => {
  const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"], preload: false });
  // Where signs of a map lie close together, the list beside it leads to the same pages (WCAG 2.5.8, "equivalent").
  const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) =>
    id !== "target-size" || !node.html.includes("leaflet-marker-icon")) })).filter(({ nodes }) => nodes.length);
  return found.map(({ id, nodes }) =>
    `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 150)} ${node.failureSummary}`).join(" | ")}`);
}"""
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
LOOKS = [
    ("desktop, light", DESKTOP, "light", EVERYTHING),
    ("desktop, dark", DESKTOP, "dark", CONTRAST),
    ("phone, dark", PHONE, "dark", EVERYTHING),
    ("phone, light", PHONE, "light", CONTRAST),
]


def opened(page, url):
    """The page at an address, with axe in it, which the policy of the page lets pass because the browser brings it."""
    page.set_viewport_size(DESKTOP)
    open_page(page, url)
    page.evaluate(AXE)


def faults(page, url):
    """What axe finds on one page in all its looks."""
    opened(page, url)
    found = []
    for look, size, scheme, options in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        if size is PHONE:
            page.evaluate(UNFOLD)
        found += [f"{look}: {fault}" for fault in page.evaluate(FIND, options)]
    return found


def all_faults(page, site, addresses, find=faults):
    found = {address: find(page, site.url + address) for address in addresses}
    return {address: each for address, each in found.items() if each}


@pytest.mark.parametrize("language", ["", "/uk"])
def test_axe_finds_nothing_on_pages_for_readers(page, live_site, language):
    addresses = [language + address for address in [*all_of(PAGES), *MISTAKES, *EMBEDS, *all_of(DESK[None])]]
    assert all_faults(page, live_site, addresses) == {}


@pytest.mark.parametrize("role", [role for role in DESK if role])
def test_axe_finds_nothing_on_pages_for_those_with_an_account(page, live_site, role: Role):
    sign_in(page, live_site, getattr(live_site, role.value))
    assert all_faults(page, live_site, in_both(all_of(DESK[role]))) == {}


def test_axe_finds_nothing_on_pages_as_text(page, live_site):
    def find(page, url):
        opened(page, url)
        return page.evaluate(FIND, AS_TEXT)

    assert all_faults(page, live_site, [as_text(address) for address in in_both(all_of(PAGES))], find) == {}
