"""`manage.py reset_account`: nothing that opened the account before opens it any more, and its person comes back."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from tests.desk import said, signed_in, signs_in
from tests.factories import PASSWORD, make_documenter

pytestmark = pytest.mark.usefixtures("db", "fresh_limits")


def reset(email):
    out = StringIO()
    call_command("reset_account", email, stdout=out)
    return out.getvalue()


def test_sessions_factors_and_password_are_gone():
    person = make_documenter()
    client = signed_in(person)
    said_so = reset(person.email.upper())
    assert "Factors removed: 1." in said_so
    assert client.get("/accounts/here/").status_code == 401
    assert not Authenticator.objects.filter(user=person).exists()
    assert "not correct" in said(signs_in(Client(), person.email, PASSWORD))


def test_the_link_leads_to_a_new_password_once():
    person = make_documenter()
    link = reset(person.email).strip().rsplit("\n", 1)[1]
    path = "/" + link.split("/", 3)[3]
    client, new = Client(), "a new and long password"
    form = client.get(path)["Location"]
    client.post(form, {"password1": new, "password2": new})
    assert signs_in(Client(), person.email, new).status_code == 302
    assert "This link does not work" in said(Client().get(path, follow=True))


def test_an_unknown_address_is_said_so():
    with pytest.raises(CommandError, match="No account has the address"):
        reset("nobody@example.org")
