"""The desk in a browser: by keyboard alone, without a script, on a phone, and for those who listen to a page."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser

FORM = "/desk/incidents/new/"
EVERY_PAGE = (
    "/desk/",
    "/desk/queue/",
    "/desk/incidents/",
    "/desk/search/?q=CNN",
    "/desk/units/",
    "/desk/incidents/HDC-0001/",
    "/desk/incidents/HDC-0001/history/",
    "/desk/incidents/HDC-0001/review/",
    "/desk/incidents/HDC-0001/edit/",
    "/desk/sources/new/",
    "/desk/investigations/I-0001/edit/",
    "/desk/totals/new/",
    "/uk/desk/incidents/HDC-0002/review/",
)
# What keeps a page from those who listen to it: things without a name, ids given twice or to nobody, leaps of headings.
FAULTS = """() => {
  const found = [], all = (what) => [...document.querySelectorAll(what)];
  const ids = all("[id]").map((each) => each.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => found.push(`twice: ${id}`));
  for (const field of all("input:not([type=hidden]), select, textarea"))
    if (!field.labels.length && !field.ariaLabel) found.push(`no label: ${field.name}`);
  for (const named of ["aria-describedby", "aria-labelledby", "aria-controls"])
    for (const each of all(`[${named}]`))
      for (const id of each.getAttribute(named).split(" ")) if (!ids.includes(id)) found.push(`${named}: ${id}`);
  for (const link of all("a[href], button")) if (!link.textContent.trim()) found.push(`no name: ${link.outerHTML}`);
  for (const link of all("a[href='']")) found.push(`leads nowhere: ${link.textContent}`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4").filter((each) => each.checkVisibility())) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) found.push(`leap to h${next}: ${heading.textContent}`);
    level = next;
  }
  return found;
}"""


@pytest.fixture
def desk(page, live_site):
    sign_in(page, live_site)
    return page


def suggested(page, text):
    """The list of suggestions, after the text was typed at once: one request, so that no earlier answer is read."""
    page.focus("#id_place")
    page.keyboard.insert_text(text)
    page.locator("#id_place[aria-expanded=true]").wait_for()
    return page.locator("#id_place_list")


def test_a_known_address_is_said_at_once_and_one_click_chooses_its_source(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.click("[data-add=citations]")
    desk.get_by_text("The source is not here yet: create it").first.click()
    desk.fill("[name=citations-0-new_url]", "http://www.ukraine.un.org/en/node/291203/?utm_source=x")
    use = desk.get_by_role("radio", name="Use S-")
    use.check()
    with desk.expect_response("**/known-sources/**"):
        desk.fill("[name=citations-0-new_title]", "Typed by hand")
    expect(use).to_be_checked()
    expect(desk.locator("[name=citations-0-new_title]")).to_have_value("Typed by hand")


def test_a_place_is_chosen_by_arrows_and_enter_and_nothing_is_sent(desk, live_site):
    desk.goto(live_site.url + FORM)
    listed, field = suggested(desk, "Udachne"), desk.locator("#id_place")
    first = listed.locator("[role=option]").first.inner_text()
    desk.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "id_place_list_0")
    desk.keyboard.press("Enter")
    expect(field).to_have_value(first)
    assert desk.url.endswith(FORM)
    expect(field).to_be_focused()
    expect(listed).to_be_hidden()


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(desk, live_site):
    desk.goto(live_site.url + FORM)
    listed = suggested(desk, "Rozdolne")
    desk.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(desk.locator("#id_place")).to_have_value("Rozdolne")


def test_suggestions_lie_over_what_follows(desk, live_site):
    desk.goto(live_site.url + FORM)
    below = "document.querySelector('#id_region').getBoundingClientRect().top + scrollY"
    before = desk.evaluate(below)
    expect(suggested(desk, "Rozdolne")).to_be_visible()
    assert desk.evaluate(below) == before


def test_a_date_reads_as_it_will_stand(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_date", "2024-11-23~")
    desk.wait_for_selector(".reading:has-text('about 23 November 2024')")


def test_a_date_in_words_becomes_its_standard_form_when_the_field_is_left(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_date", "24 травня 2025 року")
    desk.wait_for_selector(".reading:has-text('24 May 2025 2025-05-24')")
    desk.locator("#id_title_en").focus()
    expect(desk.locator("#id_date")).to_have_value("2025-05-24")


def test_one_of_two_meanings_of_a_date_is_chosen_by_a_click(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_date", "05/06/2025")
    desk.locator("#div_id_date .candidates li", has_text="5 June 2025").click()
    expect(desk.locator("#id_date")).to_have_value("2025-06-05")
    desk.wait_for_selector("#div_id_date .reading:has-text('5 June 2025 2025-06-05')")


def test_coordinates_are_shown_on_a_map_while_they_are_typed(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_latitude", "48,1465; 37,3022")
    expect(desk.locator("#point-reading svg circle")).to_be_visible()
    expect(desk.locator("#point-reading")).to_contain_text("48.14650, 37.30220")


def test_the_definition_of_what_is_chosen_stands_under_its_list(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.click("[data-add=citations]")
    expect(desk.locator("#id_citations-0-source")).to_be_focused()
    desk.select_option("#id_citations-0-stance", "retracts")
    meaning = desk.locator("#citations .terms dt", has_text="Retracts").locator("+ dd").text_content()
    expect(desk.locator("#div_id_citations-0-stance .meaning")).to_have_text(meaning)


def test_enter_in_a_line_saves_and_adds_no_row(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_title_en", "A line and Enter")
    desk.focus("#id_title_en")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/incidents/HDC-*/")
    assert desk.locator("h1", has_text="A line and Enter").count() == 1


def test_saving_by_the_keyboard_returns_to_the_section_that_was_written(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    desk.fill("#id_title_en", "Saved while writing")
    desk.locator("#unknown").evaluate("section => section.scrollIntoView()")
    desk.fill("#id_not_known_en", "Where it happened.")
    desk.wait_for_selector(".form-contents a[href='#unknown'][aria-current]")
    desk.keyboard.press("Control+s")
    desk.wait_for_url("**/edit/#unknown")
    expect(desk.locator("#id_not_known_en")).to_have_value("Where it happened.")


def test_the_foot_names_what_is_not_saved(desk, live_site):
    desk.goto(live_site.url + FORM)
    assert not desk.is_visible("[data-unsaved]")
    desk.fill("#id_title_en", "Not yet")
    desk.fill("#id_killed_low", "2")
    said = "Not saved yet: What is reported, Who was killed and who survived"
    expect(desk.locator("[data-unsaved]")).to_have_text(said, use_inner_text=True)


def test_what_was_refused_is_listed_with_the_way_to_it(desk, live_site):
    desk.goto(live_site.url + FORM)
    desk.fill("#id_killed_low", "5")
    desk.fill("#id_killed_high", "2")
    desk.fill("#id_place", "Rozdolne")
    with desk.expect_navigation():
        desk.click(".form-foot .primary")
    expect(desk.locator("[role=alert]")).to_be_focused()
    desk.click("[role=alert] a[href='#id_killed_high']")
    expect(desk.locator("#id_killed_high")).to_be_focused()
    candidate = desk.locator("#div_id_place .candidates li").nth(1)
    candidate.click()
    expect(desk.locator("#id_place")).to_have_value(candidate.inner_text())


def test_without_a_script_a_row_is_added_where_it_is_asked_for(new_page, live_site):
    page = new_page(java_script_enabled=False)
    sign_in(page, live_site)
    page.goto(live_site.url + FORM)
    page.fill("#id_title_en", "Kept")
    page.click("button[name=add][value=citations]")
    page.wait_for_url("**#row-citations-0")
    assert page.locator("#row-citations-0").is_visible()
    assert page.input_value("#id_title_en") == "Kept"


def test_every_row_of_a_long_record_is_one_line(desk, live_site):
    desk.goto(f"{live_site.url}/desk/incidents/HDC-0001/edit/")
    heights = desk.locator(".rows-citations summary:not(.fold *)").evaluate_all(
        "rows => rows.filter(row => row.checkVisibility()).map(row => row.offsetHeight)"
    )
    assert len(heights) == 81
    assert max(heights) < 40


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_names_all_it_holds(new_page, live_site, width):
    page = new_page(viewport={"width": width, "height": 800})
    sign_in(page, live_site)
    found = {}
    for path in EVERY_PAGE:
        page.goto(live_site.url + path)
        faults = page.evaluate(FAULTS)
        wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[path] = faults + (["wider than the screen"] if wider else [])
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "path", ["/uk/desk/trail/", "/uk/desk/people/", "/uk/desk/units/", "/uk/desk/incidents/HDC-0001/review/"]
)
def test_a_table_is_read_on_a_phone_without_scrolling_aside(new_page, live_site, path):
    page = new_page(viewport={"width": 390, "height": 800})
    sign_in(page, live_site, live_site.reviewer if "review" in path else live_site.administrator)
    page.goto(live_site.url + path)
    assert page.locator("table.stacked").count()
    aside = "each => [...each].filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.textContent.trim())"
    assert page.locator(".scroll:has(.stacked)").evaluate_all(aside) == []
