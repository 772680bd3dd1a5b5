"""An account is made by invitation only: a link that works once, for one address, for seven days."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from people.models import Invitation, Role, User
from tests.desk import INVITED, SIGN_UP, accept, invite, said, signed_in, signs_in, use_factor
from tests.factories import make_documenter

pytestmark = pytest.mark.usefixtures("db", "fresh_limits")


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


def test_without_an_invitation_sign_up_is_closed(visitor):
    assert "By invitation only" in said(visitor.get("/accounts/signup/"))
    assert "By invitation only" in said(visitor.post("/accounts/signup/", SIGN_UP))
    assert not User.objects.exists()


def test_an_invited_person_makes_an_account_with_the_roles_of_the_invitation(administrator, visitor):
    link = invite(administrator, Role.DOCUMENTER, Role.REVIEWER)
    assert accept(visitor, link).status_code == 302
    person = User.objects.get(email=INVITED)
    assert person.roles == {"documenter", "reviewer"}
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert visitor.get("/desk/")["Location"] == "/accounts/2fa/"
    assert visitor.get("/accounts/2fa/webauthn/add/").status_code == 200
    use_factor(visitor, person)
    assert visitor.get("/desk/").status_code == 200
    assert signs_in(Client(), INVITED, SIGN_UP["password1"]).status_code == 302


def test_an_invited_administrator_may_open_the_administration(administrator, visitor):
    accept(visitor, invite(administrator, Role.ADMINISTRATOR))
    use_factor(visitor, User.objects.get(email=INVITED))
    assert visitor.get("/admin/").status_code == 200


def test_an_invitation_works_once(administrator, visitor):
    link = invite(administrator)
    accept(visitor, link)
    second = Client()
    assert second.get(link).status_code == 404
    assert "By invitation only" in said(second.post("/accounts/signup/", SIGN_UP | {"email": "other@example.org"}))


def test_two_people_with_one_link_make_one_account(administrator, visitor):
    link = invite(administrator)
    second = Client(raise_request_exception=False)
    second.get(link)
    accept(visitor, link)
    assert second.post("/accounts/signup/", SIGN_UP).status_code == 200
    assert User.objects.filter(email=INVITED).count() == 1


def test_an_invitation_ends_after_seven_days(administrator, visitor):
    link = invite(administrator)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=7, seconds=1))
    response = visitor.get(link)
    assert response.status_code == 404
    assert "This invitation is not open" in said(response)
    assert "By invitation only" in said(visitor.get("/accounts/signup/"))


def test_an_invitation_that_ends_while_the_form_is_open_makes_no_account(administrator, visitor):
    link = invite(administrator)
    visitor.get(link)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=8))
    assert "By invitation only" in said(visitor.post("/accounts/signup/", SIGN_UP))
    assert not User.objects.filter(email=INVITED).exists()


def test_the_account_is_made_for_the_invited_address_whatever_is_typed(administrator, visitor):
    link = invite(administrator)
    assert accept(visitor, link, email="attacker@example.org").status_code == 302
    person = User.objects.get(email=INVITED)
    assert list(person.emailaddress_set.values_list("email", flat=True)) == [INVITED]
    assert not User.objects.filter(email="attacker@example.org").exists()
    assert signs_in(Client(), "attacker@example.org", SIGN_UP["password1"]).status_code == 200


def test_nobody_is_invited_who_has_an_account(administrator):
    person = make_documenter()
    response = signed_in(administrator).post("/desk/people/", {"email": person.email.upper(), "roles": ["reviewer"]})
    assert response.status_code == 422
    assert "There is an account of this address already." in said(response)
    assert not Invitation.objects.exists()


def test_a_second_invitation_of_one_address_is_closed_by_the_first(administrator, visitor):
    links = [invite(administrator), invite(administrator)]
    accept(visitor, links[0])
    assert Client().get(links[1]).status_code == 404


def test_a_link_that_is_none_says_that_it_is_not_open(visitor):
    for token in ("x", "%F0%9F%92%80", "a" * 3000):
        assert visitor.get(f"/accounts/invitation/{token}/").status_code == 404, token


def test_who_is_signed_in_is_asked_to_sign_out_first(administrator):
    link = invite(administrator)
    client = signed_in(administrator)
    assert "sign out first" in said(client.get(link, follow=True))
    assert Client().get(link).status_code == 302


@pytest.mark.parametrize("password", ["short", INVITED])
def test_a_weak_password_is_refused_and_the_invitation_stays_open(administrator, visitor, password):
    link = invite(administrator)
    response = accept(visitor, link, password1=password, password2=password)
    assert response.status_code == 200
    assert not User.objects.filter(email=INVITED).exists()
    assert accept(visitor, link).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "not an address", "roles": ["documenter"]},
        {"email": "a@example.org"},
        {"email": "a@example.org", "roles": ["superuser"]},
        {"email": "a@example.org", "roles": ["documenter", "\0"]},
        {"email": "a\0@example.org", "roles": ["documenter"]},
        {"email": "\u202ea@example.org", "roles": ["documenter"]},
        {"email": "a" * 1_000_000 + "@example.org", "roles": ["documenter"]},
        {},
    ],
)
def test_an_invitation_that_cannot_be_is_refused_at_its_field(administrator, fields):
    response = signed_in(administrator).post("/desk/people/", fields)
    assert response.status_code == 422 if fields else 200
    assert not Invitation.objects.exists()


def test_only_the_digest_of_a_link_is_kept(administrator):
    token = invite(administrator).rstrip("/").rsplit("/", 1)[1]
    invitation = Invitation.objects.get()
    assert invitation.token_digest == Invitation.digest(token)
    assert token not in str(Invitation.objects.values().get())


def test_only_administrators_invite():
    for person in (make_documenter(), None):
        client = signed_in(person) if person else Client()
        response = client.post("/desk/people/", {"email": "a@example.org", "roles": ["reviewer"]})
        assert response.status_code == (403 if person else 302)
    assert not Invitation.objects.exists()


def test_the_three_roles_are_the_only_ones():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
