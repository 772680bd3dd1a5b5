"""What was written and not saved stays in the browser, encrypted, and is offered after a crash."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import sign_in, sign_out

pytestmark = pytest.mark.browser
ENTRIES = "Object.entries(localStorage).filter(([name]) => name.startsWith('draft '))"
KEPT = re.compile("This browser has kept what was written here and not saved")


def entries(page, number):
    """The entries, once there are so many."""
    for _ in range(50):
        found = page.evaluate(ENTRIES)
        if len(found) == number:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(found)


def write(page, site):
    """A title and a citation with a quote, kept but not saved."""
    page.goto(f"{site.url}/desk/incidents/new/")
    page.fill("[name=title_en]", "Typed before the crash")
    page.click("[data-add=citations]")
    page.fill("[name=citations-0-quote]", "Two were shot.")
    entries(page, 1)
    page.wait_for_timeout(600)  # the pause after the last letter


def crash(page):
    """Another page of the same browser, without the question whether to leave."""
    again = page.context.new_page()
    page.close(run_before_unload=False)
    return again


def test_what_was_not_saved_is_offered_after_a_crash_and_restored(live_site, page):
    sign_in(page, live_site)
    write(page, live_site)
    kept = str(entries(page, 1))
    assert "Typed before" not in kept
    assert "incidents/new" not in kept
    page = crash(page)
    page.goto(f"{live_site.url}/desk/incidents/new/")
    expect(page.get_by_text(KEPT)).to_be_visible()

    with page.expect_navigation():
        page.get_by_role("button", name="Restore it").click()

    expect(page.locator("[name=title_en]")).to_have_value("Typed before the crash")
    expect(page.locator("[name=citations-0-quote]")).to_have_value("Two were shot.")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.check("[name=citations-0-DELETE]")
    page.locator(".form-foot button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/desk/incidents/HDC-\d+/$"))
    assert page.evaluate(ENTRIES) == []


def test_it_is_deleted_on_request(live_site, page):
    sign_in(page, live_site)
    write(page, live_site)
    page = crash(page)
    page.goto(f"{live_site.url}/desk/incidents/new/")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text(KEPT)).to_be_hidden()
    assert page.evaluate(ENTRIES) == []


def test_signing_out_leaves_nothing(live_site, page):
    sign_in(page, live_site)
    write(page, live_site)
    page = crash(page)
    page.goto(f"{live_site.url}/desk/")
    entries(page, 1)
    sign_out(page)
    assert page.evaluate(ENTRIES) == []


def test_another_session_cannot_open_it(live_site, page):
    sign_in(page, live_site)
    write(page, live_site)
    page = crash(page)
    page.context.clear_cookies()
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/desk/incidents/new/")
    entries(page, 0)
    expect(page.get_by_text(KEPT)).to_be_hidden()
