"""The first walk of a newcomer: read, write, review, publish, find it again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import sign_in, sign_out
from tests.conftest import run_demo

pytestmark = pytest.mark.browser


def read_the_register(page, site):
    page.goto(site.url)
    page.get_by_role("link", name="All incidents").click()
    page.wait_for_url("**/incidents/")
    assert "All 17 incidents" in page.locator("main").inner_text()
    page.locator("main a[href^='/incidents/HDC-0001/']").first.click()
    page.wait_for_url("**/incidents/HDC-0001/**")
    assert "36 reports, 10 independent origins" in page.locator("main").inner_text()
    page.goto(site.url + page.locator("main a[href^='/sources/S-']").first.get_attribute("href"))
    assert "HDC-0001" in page.content()


def write_a_case(page):
    page.get_by_role("link", name="New incident").first.click()
    page.wait_for_url("**/desk/incidents/new/")
    page.fill("[name=title_en]", "Two soldiers reportedly shot near Udachne, June 2025")
    page.fill("[name=summary_en]", "Two soldiers were reportedly shot after capture.")
    page.check("[name=conduct][value=killing_in_custody]")
    page.locator("[name=date]").fill("2025-06")
    page.get_by_text("some time in June 2025", exact=False).first.wait_for()
    page.select_option("[name=date_basis]", "event")
    page.locator("[name=place]").fill("Удачн")
    page.locator(".suggestions [data-value*='Pokrovskyi raion']").first.click()
    expect(page.locator("[name=place]")).to_have_value(re.compile("Pokrovskyi raion"))
    page.select_option("[name=precision]", "near")
    page.select_option("[name=public_precision]", "near")
    page.fill("[name=killed_low]", "2")
    cite_a_new_source(page)
    page.locator(".form-foot button[type=submit]").first.click()
    page.get_by_role("button", name="Submit for review").wait_for()


def cite_a_new_source(page):
    page.click("[data-add=citations]")
    row = page.locator("[data-rows=citations] [data-row]").first
    row.get_by_text("The source is not here yet: create it").click()
    page.select_option("[name=citations-0-stance]", "supports")
    page.fill("[name=citations-0-new_title]", "Prosecutors report a killing near Udachne")
    page.fill("[name=citations-0-new_publisher]", "Prosecutor's Office")
    page.fill("[name=citations-0-new_url]", "https://prosecutors.example/udachne")
    page.select_option("[name=citations-0-new_kind]", "prosecutor_statement")
    page.select_option("[name=citations-0-new_distance]", "primary")
    for fact in ("occurrence", "date", "place", "count_killed"):
        page.check(f"[name=citations-0-facts][value={fact}]")


def test_a_newcomer_reads_enters_a_case_publishes_it_and_finds_it(first_run, new_page):
    with run_demo(first_run.spare) as site:
        page = new_page()
        read_the_register(page, site)

        sign_in(page, site, site.documenter)
        write_a_case(page)
        with page.expect_navigation():
            page.get_by_role("button", name="Submit for review").click()
        code = re.search(r"HDC-\d{4}", page.locator("h1").inner_text()).group()
        sign_out(page)

        sign_in(page, site, site.reviewer)
        page.goto(f"{site.url}/desk/queue/")
        page.locator(f"main a[href*='{code}']").first.click()
        page.wait_for_url(f"**/{code}/**")
        page.goto(f"{site.url}/desk/incidents/{code}/review/")
        page.get_by_role("button", name="Approve and publish").click()
        page.wait_for_url(f"**/desk/incidents/{code}/")
        sign_out(page)

        page.goto(f"{site.url}/incidents/?oblast=UA-14&q=Udachne&date_from=2025-06-01")
        main = page.locator("main")
        assert "Two soldiers reportedly shot near Udachne, June 2025" in main.inner_text()
        assert main.locator("a[href^='/incidents/HDC-']").count() == 1
