"""A session ends by the clock, by its owner, and whenever a factor or the password changes."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from people import factors, sessions
from tests.desk import is_signed_in, said, signed_in, signs_in
from tests.factories import PASSWORD, make_documenter
from tests.factors import by_password, code_of

pytestmark = pytest.mark.usefixtures("committed", "fresh_limits")


def moved_back(client, **seconds):
    """The session as it is so many seconds later."""
    session = client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


def test_thirty_minutes_without_a_request_end_a_session():
    client = signed_in(make_documenter())
    moved_back(client, seen=sessions.IDLE_SECONDS - 10)
    assert is_signed_in(client)
    moved_back(client, seen=sessions.IDLE_SECONDS + 1)
    answer = client.get("/desk/incidents/?q=a", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/?next=/desk/incidents/%3Fq%3Da"
    assert "You were signed out" in said(answer)
    assert not is_signed_in(client)


def test_requests_keep_a_session_but_not_beyond_twelve_hours():
    client = signed_in(make_documenter())
    for _hour in range(11):
        moved_back(client, seen=1700, began=3600)
        assert is_signed_in(client)
    moved_back(client, began=3601)
    assert not is_signed_in(client)


def test_a_session_that_does_not_know_when_it_began_is_over():
    client = signed_in(make_documenter())
    session = client.session
    del session["began"]
    session.save()
    assert not is_signed_in(client)


def test_signing_in_begins_a_new_session_under_a_new_key():
    """Session fixation: a key that somebody planted in the browser before is worth nothing after."""
    client = Client()
    client.get("/accounts/invitation/none/")
    planted = Client()
    planted.cookies["session"] = "planted0planted0planted0planted0"
    person = make_documenter()
    signs_in(planted, person.email)
    assert is_signed_in(planted)
    assert planted.cookies["session"].value != "planted0planted0planted0planted0"
    thief = Client()
    thief.cookies["session"] = "planted0planted0planted0planted0"
    assert not is_signed_in(thief)


def test_the_own_sessions_are_listed_without_anybodys_address():
    person = make_documenter()
    first = Client(REMOTE_ADDR="198.51.100.77", headers={"User-Agent": "Telephone"})
    signs_in(first, person.email)
    second = Client(REMOTE_ADDR="2001:db8:1:2:3::4", headers={"User-Agent": "Laptop <b>"})
    signs_in(second, person.email)
    page = said(second.get("/accounts/sessions/"))
    assert "This session" in page
    assert "Telephone" in page
    assert "Laptop <b>" in page
    assert "198.51.100.0" in page
    assert "2001:db8:1::" in page
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"198.51.100.0", "2001:db8:1::"}


def test_one_session_is_ended_from_another():
    person = make_documenter()
    lost, here = Client(), Client()
    signs_in(lost, person.email)
    signs_in(here, person.email)
    found = UserSession.objects.get(session_key=lost.session.session_key)
    assert here.post(f"/accounts/sessions/{found.pk}/end/")["Location"] == "/accounts/sessions/"
    assert (is_signed_in(lost), is_signed_in(here)) == (False, True)


def test_nobody_ends_the_session_of_another_person():
    other = Client()
    signs_in(other, make_documenter().email)
    found = UserSession.objects.get()
    assert signed_in(make_documenter()).post(f"/accounts/sessions/{found.pk}/end/").status_code == 404
    assert is_signed_in(other)


def test_all_other_sessions_are_ended_at_once():
    person = make_documenter()
    clients = [Client() for _ in range(3)]
    for client in clients:
        signs_in(client, person.email)
    clients[0].post("/accounts/sessions/")
    assert [is_signed_in(client) for client in clients] == [True, False, False]


@pytest.mark.parametrize("one", [True, False])
def test_other_sessions_are_ended_with_a_fresh_factor_alone(person, one):
    lost, here = by_password(person)[0], by_password(person)[0]
    for client, steps in ((lost, 0), (here, 1)):
        client.post("/accounts/2fa/authenticate/", {"code": code_of(person.secret, steps)})
    session = here.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= factors.FRESH_SECONDS + 5
    session.save()
    found = UserSession.objects.get(session_key=lost.session.session_key)
    address = f"/accounts/sessions/{found.pk}/end/" if one else "/accounts/sessions/"
    answer = here.post(address)
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert is_signed_in(lost)
    here.post(answer["Location"], {"code": code_of(person.secret, -1), "next": address})
    assert (is_signed_in(lost), is_signed_in(here)) == (False, True)


def test_a_new_password_ends_every_session():
    person = make_documenter()
    here, elsewhere = Client(), Client()
    signs_in(here, person.email)
    signs_in(elsewhere, person.email)
    new = "quite another long password"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (False, False)


def test_setting_up_an_application_opens_the_desk_and_shows_recovery_codes_once():
    person = make_documenter()
    client, _answer = by_password(person)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'class="copyable">([A-Z2-7]+)<', page.content.decode())[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    answer = client.get(answer["Location"])
    codes = set(re.findall(r"<code>(\d+)</code>", answer.content.decode()))
    assert len(codes) == 10
    assert client.get("/desk/").status_code == 200
    assert not re.findall(r"<code>\d+</code>", client.get("/accounts/2fa/recovery-codes/").content.decode())


def test_a_new_factor_ends_the_other_sessions(person):
    here, elsewhere = by_password(person)[0], by_password(person)[0]
    for client, steps in ((here, 0), (elsewhere, 1)):
        client.post("/accounts/2fa/authenticate/", {"code": code_of(person.secret, steps)})
        assert client.get("/desk/").status_code == 200
    here.post("/accounts/2fa/recovery-codes/generate/")
    assert here.get("/accounts/here/").status_code == 204
    assert elsewhere.get("/accounts/here/").status_code == 401
    assert Session.objects.count() == 1
