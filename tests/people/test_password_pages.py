"""What a password may be, and that changing or losing one opens nothing that was closed before."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.desk import signed_in, signs_in
from tests.factories import PASSWORD, make_documenter, make_factor
from tests.factors import code_of

pytestmark = pytest.mark.usefixtures("committed", "fresh_limits")
LONG = "  Ґанок, 夜明け and a very long passphrase with spaces at both ends, kept as it is: " + "x" * 48 + "  "


def change(client, present, new):
    return client.post("/accounts/password/change/", {"oldpassword": present, "password1": new, "password2": new})


def opens(person, password):
    return signs_in(Client(), person.email, password).status_code == 302


def test_a_wrong_present_password_changes_nothing():
    person = make_documenter()
    assert change(signed_in(person), "not the present one", LONG).status_code == 200
    assert (opens(person, PASSWORD), opens(person, LONG)) == (True, False)


def test_a_long_password_of_any_characters_is_taken_as_it_is():
    person = make_documenter()
    assert len(LONG) > 128
    assert change(signed_in(person), PASSWORD, LONG).status_code == 302
    assert opens(person, LONG)
    for other in (LONG.strip(), LONG[:72], LONG.upper(), LONG[:-1]):
        cache.clear()
        assert not opens(person, other)


def test_after_a_password_was_reset_by_e_mail_the_factor_is_still_asked_for():
    person = make_documenter()
    secret = make_factor(person)
    client = Client()
    client.post("/accounts/password/reset/", {"email": person.email})
    [link] = [word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word]
    page = client.get(link[link.index("/accounts/") :])
    client.post(page["Location"], {"password1": LONG, "password2": LONG})
    assert not opens(person, PASSWORD)

    answer = signs_in(client, person.email, LONG)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/here/").status_code == 401
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/accounts/here/").status_code == 204
