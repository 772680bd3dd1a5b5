"""What a reader may change about a page leaves all of it in place: 400 % zoom, wider spacing, forced colours, paper."""

import pytest

from people.models import Role
from tests.addresses import DESK, EMBEDS, MISTAKES, PAGES, all_of, in_both
from tests.browser.steps import open_page, sign_in

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 256}  # 1280 by 1024 at 400 % (WCAG 1.4.10)
# Everything that is wider than the page without a frame of its own to scroll in, that can be reached and has a name.
TOO_WIDE = """() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const page = document.scrollingElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} wide`] : [];
  for (const each of document.querySelectorAll("main *")) {
    const style = getComputedStyle(each);
    if (!/auto|scroll/.test(style.overflowX) || each.scrollWidth <= each.clientWidth + 1) continue;
    if (/INPUT|TEXTAREA|SELECT/.test(each.tagName) || each.closest(".leaflet-container")) continue;
    if (each.tabIndex < 0 || !(each.ariaLabel || each.getAttribute("aria-labelledby")))
      found.push(`scrolls without a name: ${each.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""
# The least spacing that a reader may set (WCAG 1.4.12), and what is cut off then.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) => {
  const style = getComputedStyle(each);
  const clips = /hidden|clip/.test(style.overflowX + style.overflowY) && style.clipPath === "none";
  const ends = style.textOverflow === "ellipsis" || each.closest(".leaflet-container, svg, select, [hidden]");
  return clips && !ends && each.checkVisibility() && each.textContent.trim()
    && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
}).map((each) => each.outerHTML.slice(0, 120))"""


def found_on(page, site, addresses, script):
    found = {}
    for address in addresses:
        open_page(page, site.url + address)
        found[address] = page.evaluate(script)
    return {address: each for address, each in found.items() if each}


READERS = in_both([*all_of(PAGES), *MISTAKES, *EMBEDS, *all_of(DESK[None])])


def test_a_title_without_a_break_in_it_does_not_widen_the_page(new_page, live_site):
    page = new_page(viewport=NARROW)
    for address in ("/", "/incidents/", "/map/", "/timeline/", "/incidents/HDC-0001/", "/corrections/"):
        open_page(page, live_site.url + address)
        page.evaluate("""() => {
          const titles = ".incident-title a, .edition-title a, h1, .map-list h2 a, .time-row h2 a, .lede";
          for (const each of document.querySelectorAll(titles)) each.textContent = `=HYPERLINK("http://${"a".repeat(90)}`;
        }""")
        assert page.evaluate(TOO_WIDE) == [], address


def test_no_page_for_readers_is_wider_than_a_screen_at_400_percent(new_page, live_site):
    assert found_on(new_page(viewport=NARROW), live_site, READERS, TOO_WIDE) == {}


@pytest.mark.parametrize("role", [role for role in DESK if role])
def test_no_page_of_the_desk_is_wider_than_a_screen_at_400_percent(new_page, live_site, role: Role):
    page = new_page(viewport=NARROW)
    sign_in(page, live_site, getattr(live_site, role.value))
    assert found_on(page, live_site, in_both(all_of(DESK[role])), TOO_WIDE) == {}


def test_wider_spacing_cuts_nothing_off(new_page, live_site):
    page = new_page(viewport={"width": 390, "height": 800}, bypass_csp=True)  # a reader's style sheet, no page's
    found = {}
    for address in READERS:
        open_page(page, live_site.url + address)
        page.add_style_tag(content=SPACED)
        found[address] = page.evaluate(CUT_OFF)
    assert {address: each for address, each in found.items() if each} == {}


def test_in_forced_colours_every_sign_keeps_its_shape(new_page, live_site):
    """Drawings take the reader's colours: none keeps paper upon paper, where its fill alone told it apart."""
    page = new_page(forced_colors="active")
    page.goto(f"{live_site.url}/incidents/HDC-0002/")
    steps = page.locator(".grade .step").evaluate_all(
        "steps => steps.map((each) => [getComputedStyle(each).fill, getComputedStyle(each).stroke])"
    )
    filled = {fill for fill, _stroke in steps}
    assert len(steps) > 1
    assert len(filled) > 1, "steps filled and not filled look the same"
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper not in {stroke for _fill, stroke in steps}


def test_nothing_moves_for_those_who_asked_for_stillness(new_page, live_site):
    page = new_page(reduced_motion="reduce")
    for address in ("/incidents/", "/incidents/HDC-0002/", "/map/"):
        open_page(page, live_site.url + address)
        moving = page.evaluate(
            """[...document.querySelectorAll("body *")].filter((each) => {
              const style = getComputedStyle(each);
              const moves = /[1-9]/.test(style.animationDuration + style.transitionDuration);
              return moves && !each.closest(".leaflet-container");
            }).length"""
        )
        assert moving == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("address", in_both(["/incidents/", "/incidents/HDC-0001/", "/sources/S-0001/", "/totals/"]))
def test_on_paper_there_is_what_is_read_and_no_way_around(page, live_site, address):
    open_page(page, live_site.url + address)
    page.emulate_media(media="print")
    for gone in (".masthead-nav", ".masthead-side", ".skip", ".footer nav"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator("h1").is_visible()
    assert not page.locator(".warning-content").first.is_visible() if page.locator(".warning").count() else True
    links = page.locator("main a[rel~=external]")
    if links.count():
        printed = links.first.evaluate("each => getComputedStyle(each, '::after').content")
        assert "http" in printed
    assert page.pdf(format="A4").startswith(b"%PDF")
    wider = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wider <= 0
