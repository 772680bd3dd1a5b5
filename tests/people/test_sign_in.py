"""People sign in with an address and a password; whoever may not learns nothing about who may."""

import re

import pytest
from django.test import Client

from people.models import Role
from tests.desk import is_signed_in, said, signed_in, signs_in
from tests.factories import PASSWORD, make_documenter, make_user

pytestmark = pytest.mark.usefixtures("db", "fresh_limits")


def test_a_person_signs_in_and_arrives_at_the_desk(client):
    response = signs_in(client, make_documenter().email)
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    assert is_signed_in(client)


def test_the_address_is_known_whatever_its_case(client):
    make_user(Role.REVIEWER, email="someone@example.org")
    assert signs_in(client, "Someone@Example.ORG").status_code == 302


def test_a_person_arrives_where_they_wanted_to_go(client):
    wanted = client.get("/uk/desk/incidents/new/?a=1")["Location"]
    assert wanted.startswith("/uk/accounts/login/?next=")
    response = client.post(wanted, {"login": make_documenter().email, "password": PASSWORD})
    assert response["Location"] == "/uk/desk/incidents/new/?a=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(client, target):
    response = signs_in(client, make_documenter().email, next=target)
    assert response["Location"] == "/desk/"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client):
    known = signs_in(client, make_documenter().email, "wrong password")
    unknown = signs_in(client, "nobody@example.org", "wrong password")
    assert known.status_code == unknown.status_code == 200
    assert not is_signed_in(client)
    without_address = [re.sub(r"\S+@example\.org", "", said(answer)) for answer in (known, unknown)]
    assert without_address[0] == without_address[1]
    assert "not correct" in without_address[0]


def test_a_closed_account_does_not_sign_in(client):
    person = make_documenter()
    person.is_active = False
    person.save()
    signs_in(client, person.email)
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_sessions():
    person = make_documenter()
    client = signed_in(person)
    assert is_signed_in(client)
    person.is_active = False
    person.save()
    assert not is_signed_in(client)
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_many_wrong_passwords_are_slowed_down(client):
    person = make_documenter()
    for _ in range(7):
        response = signs_in(client, person.email, "wrong password")
    assert "Too many failed" in said(response)
    assert not is_signed_in(client)


def test_signing_out_takes_a_form_and_ends_the_session():
    client = signed_in(make_documenter())
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert not is_signed_in(client)


def test_a_form_from_elsewhere_signs_nobody_in_or_out():
    person = make_documenter()
    client = Client(enforce_csrf_checks=True)
    assert signs_in(client, person.email).status_code == 403
    client.force_login(person)
    assert client.post("/accounts/logout/").status_code == 403
    assert is_signed_in(client)


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(client):
    signs_in(client, make_documenter().email)
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "a\0b@example.org", "password": "x"},
        {"login": "x" * 100_000, "password": "x"},
        {"login": "a@example.org", "password": "x" * 1_000_000},
        {"login": "\u202ea@example.org", "password": "x"},
        {"login": "", "password": ""},
        {},
        {"login": "a@example.org", "password": "x", "next": "\0"},
    ],
)
def test_strange_input_is_answered_with_a_page(fields):
    client = Client(raise_request_exception=False)
    assert client.post("/accounts/login/", fields).status_code in (200, 400)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "page",
    ["password/change", "password/set", "password/reset", "reauthenticate", "logout", "login", "signup"],
)
def test_every_account_page_opens_or_leads_on(page):
    for client in (Client(raise_request_exception=False), signed_in(make_documenter())):
        assert client.get(f"/accounts/{page}/").status_code in (200, 302), page
