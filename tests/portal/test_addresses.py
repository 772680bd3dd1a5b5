"""No address is forgotten by the tests that go through all of them."""

import pytest

from people.models import Role
from tests.addresses import DATA, DESK, MISTAKES, PAGES, all_of, decided, in_both, routes
from tests.desk import signed_in
from tests.factories import make_user

HTML = "text/html; charset=utf-8"


def test_every_route_has_its_place_in_one_of_the_tables():
    assert routes() - decided() == set(), "say in tests/addresses.py what stands there"
    assert decided() - routes() == set(), "these routes are gone"


@pytest.mark.parametrize("address", in_both([*all_of(PAGES), *MISTAKES]))
def test_every_page_for_readers_is_a_page(client, starting_register, address):
    response = client.get(address)
    assert response.headers["Content-Type"] == HTML
    assert response.status_code == MISTAKES.get(address.removeprefix("/uk"), 200)


@pytest.mark.parametrize("address", in_both(all_of(DATA)))
def test_what_is_for_programs_is_no_page(client, starting_register, address):
    response = client.get(address)
    assert response.headers["Content-Type"] != HTML
    assert response.status_code == (404 if address.endswith("/nothing") else 200)


@pytest.mark.parametrize("role", [role for role in DESK if role])
def test_every_page_for_those_with_an_account_is_a_page(starting_casework, role: Role):
    client = signed_in(make_user(role))
    answers = {address: client.get(address, follow=True) for address in in_both(all_of(DESK[role]))}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    assert {answer.headers["Content-Type"] for answer in answers.values()} == {HTML}
