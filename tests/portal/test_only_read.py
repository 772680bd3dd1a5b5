"""Readers' addresses can only be read, and who sends something is told so; the desk's forms are guarded as before."""

import pytest
from django.test import Client

from tests.addresses import PAGES, all_of, in_both

SOME_PAGES = [*all_of(PAGES)[:6], "/embed/incidents/", "/embed/map/", "/ledger/"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("address", in_both(SOME_PAGES))
def test_who_sends_something_to_a_page_is_told_that_it_can_only_be_read(starting_register, method, address):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert not response.cookies
    said = "Це можна лише читати" if address.startswith("/uk/") else "This can only be read"
    assert said in response.content.decode()


@pytest.mark.parametrize("address", ["/incidents.atom", "/sitemap.xml", "/ledger/checkpoint", "/figures/months.svg"])
def test_who_sends_something_to_a_file_is_told_so_as_a_problem(starting_register, address):
    response = Client(enforce_csrf_checks=True).post(address)
    assert (response.status_code, response.headers["Content-Type"]) == (405, "application/problem+json")
    assert response.headers["Allow"] in ("GET, HEAD", "GET, HEAD, OPTIONS")


def test_forms_of_the_desk_still_need_their_token_and_reports_of_browsers_none(starting_register):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/login/", {"login": "a@example.org", "password": "a"}).status_code == 403
    assert strict.post("/uk/desk/incidents/new/").status_code == 403
    assert strict.post("/csp-report", "{}", content_type="application/csp-report").status_code == 204
