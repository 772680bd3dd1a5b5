"""Roles that decide about others take effect when a second administrator has confirmed them."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from people import grants
from people.models import Invitation, Role, RoleGrant, User
from tests.catalogue import broken
from tests.desk import INVITED, SIGN_UP, FormPage, accept, invite, make_administrator, said, signed_in
from tests.factories import PASSWORD, make_documenter, make_user

pytestmark = pytest.mark.usefixtures("db", "fresh_limits")


@pytest.fixture
def second():
    return make_administrator()


def invited(administrator, *roles):
    """The account that somebody made who followed an invitation."""
    accept(Client(), invite(administrator, *roles))
    return User.objects.get(email=INVITED)


def roles_of(person):
    return User.objects.get(pk=person.pk).roles


def given(desk, person, *roles):
    """The answer to an administrator who ticks exactly these roles."""
    page = f"/admin/people/user/{person.pk}/change/"
    ticked = [str(Group.objects.get(name=role).pk) for role in roles]
    return desk.post(page, FormPage(desk.get(page)).filled(groups=ticked))


def decide(person, decision):
    return signed_in(person).post(f"/desk/people/grants/{RoleGrant.objects.latest('pk').pk}/{decision}/")


def test_an_invited_reviewer_is_none_until_a_second_administrator_confirms_it(administrator, second):
    person = invited(administrator, Role.DOCUMENTER, Role.REVIEWER)
    assert roles_of(person) == {"documenter"}
    assert "Confirm" in said(signed_in(second).get("/desk/people/"))
    assert decide(second, "confirm").status_code == 302
    assert roles_of(person) == {"documenter", "reviewer"}


def test_who_comes_by_invitation_is_told_that_their_role_has_to_be_confirmed(administrator, second):
    visitor = Client()
    visitor.get(invite(administrator, Role.REVIEWER))
    arrived = visitor.post("/accounts/signup/", SIGN_UP, follow=True)
    assert "A second administrator has to confirm your role." in said(arrived)


def test_an_invited_administrator_opens_nothing_until_it_is_confirmed(administrator, second):
    person = invited(administrator, Role.ADMINISTRATOR)
    assert (roles_of(person), User.objects.get(pk=person.pk).is_staff) == (set(), False)
    assert signed_in(person).get("/desk/people/").status_code == 403
    decide(second, "confirm")
    assert User.objects.get(pk=person.pk).is_staff
    assert signed_in(person).get("/desk/people/").status_code == 200


def test_a_role_that_is_given_to_an_account_waits_in_the_same_way(administrator, second):
    person = make_documenter()
    assert given(signed_in(administrator), person, Role.DOCUMENTER, Role.REVIEWER).status_code == 302
    assert roles_of(person) == {"documenter"}
    decide(second, "confirm")
    assert roles_of(person) == {"documenter", "reviewer"}


def test_roles_are_taken_away_and_documenters_made_at_once(administrator, second):
    person = make_user(Role.REVIEWER)
    given(signed_in(administrator), person, Role.DOCUMENTER)
    assert roles_of(person) == {"documenter"}
    assert not RoleGrant.objects.exists()


def test_the_only_administrator_needs_nobody_and_the_trail_says_so(administrator):
    make_user(Role.ADMINISTRATOR)
    User.objects.exclude(pk=administrator.pk).update(is_active=False)
    assert roles_of(invited(administrator, Role.REVIEWER)) == {"reviewer"}
    assert RoleGrant.objects.get().decision == "alone"
    assert "alone" in said(signed_in(administrator).get(f"/desk/trail/?person={INVITED}"))


def test_nobody_confirms_what_they_asked_for_or_what_they_are_given(administrator, second):
    person = make_administrator()
    given(signed_in(administrator), person, Role.ADMINISTRATOR, Role.REVIEWER)
    for who, words in ((administrator, "You asked for it"), (person, "It is about yourself")):
        response = decide(who, "confirm")
        assert response.status_code == 409
        assert words in said(response)
    assert roles_of(person) == {"administrator"}


def test_what_an_administrator_asked_for_who_is_none_any_more_is_not_confirmed(administrator, second):
    person = invited(administrator, Role.REVIEWER)
    given(signed_in(second), administrator, Role.DOCUMENTER)
    assert decide(second, "confirm").status_code == 409
    assert roles_of(person) == set()


@pytest.mark.parametrize("who", ["second", "administrator"])
def test_a_grant_is_refused_or_taken_back_and_decided_once(administrator, second, who):
    person = invited(administrator, Role.REVIEWER)
    assert decide({"second": second, "administrator": administrator}[who], "refuse").status_code == 302
    assert RoleGrant.objects.get().decision == ("refused" if who == "second" else "cancelled")
    assert decide(second, "confirm").status_code == 409
    assert roles_of(person) == set()


def test_a_second_request_for_a_person_takes_the_place_of_the_first(administrator, second):
    person = make_documenter()
    desk = signed_in(administrator)
    given(desk, person, Role.DOCUMENTER, Role.REVIEWER)
    given(desk, person, Role.DOCUMENTER, Role.ADMINISTRATOR)
    assert RoleGrant.objects.get(decided_at=None).roles == ["administrator"]


def test_confirming_asks_for_a_fresh_factor_and_an_unknown_decision_is_none(administrator, second, client):
    invited(administrator, Role.REVIEWER)
    assert decide(second, "nonsense").status_code == 404
    stale = signed_in(second)
    session = stale.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    address = f"/desk/people/grants/{RoleGrant.objects.get().pk}/confirm/"
    assert "/reauthenticate/" in stale.post(address)["Location"]
    assert RoleGrant.objects.get().is_open


def test_the_database_holds_a_grant_to_two_people_and_keeps_it(administrator, second):
    person = invited(administrator, Role.REVIEWER)
    decided = "UPDATE people_rolegrant SET decision = 'confirmed', decided_at = now(), decided_by_id = %s"
    assert broken(decided, administrator.pk) == "people_rolegrant_four_eyes"
    assert broken(decided, person.pk) == "people_rolegrant_four_eyes"
    assert broken("UPDATE people_rolegrant SET asked_by_id = %s", second.pk) == "who brought whom stays"
    assert broken("DELETE FROM people_rolegrant") == "who brought whom stays"
    assert broken("UPDATE people_invitation SET invited_by_id = %s", second.pk) == "who brought whom stays"
    assert broken("UPDATE people_invitation SET account_id = NULL") == "who brought whom stays"
    assert broken("DELETE FROM people_invitation_roles; DELETE FROM people_invitation") == "who brought whom stays"


def test_who_invited_whom_and_who_gave_roles_to_whom_is_known_from_either_side(administrator, second):
    person, other = invited(administrator, Role.ADMINISTRATOR), make_documenter()
    assert grants.brought(administrator, person)
    assert grants.brought(person, administrator)
    decide(second, "confirm")
    assert not grants.brought(second, person)
    given(signed_in(second), other, Role.DOCUMENTER, Role.ADMINISTRATOR)
    assert not grants.brought(second, other)
    decide(administrator, "confirm")
    assert grants.brought(second, other)
    assert not grants.brought(administrator, other)


# --- Invitations that are withdrawn, or whose inviter has gone --------------------------------------------------------


def test_an_invitation_that_was_withdrawn_opens_nothing(administrator, second):
    link = invite(administrator)
    desk = signed_in(second)
    assert "Withdraw the invitation" in said(desk.get("/desk/people/"))
    pk = Invitation.objects.get().pk
    assert desk.get(f"/desk/people/invitations/{pk}/withdraw/").status_code == 405
    assert desk.post(f"/desk/people/invitations/{pk}/withdraw/").status_code == 302
    assert Client().get(link).status_code == 404
    page = said(desk.get("/desk/people/"))
    assert "withdrawn" in page
    assert "Withdraw the invitation" not in page
    assert str(second.email) in said(desk.get("/desk/trail/"))
    assert desk.post(f"/desk/people/invitations/{pk}/withdraw/").status_code == 404


@pytest.mark.parametrize("how", ["closed", "no administrator"])
def test_an_invitation_does_not_outlive_the_administrator_who_made_it(administrator, second, how):
    link = invite(administrator)
    visitor = Client()
    assert visitor.get(link).status_code == 302
    if how == "closed":
        User.objects.filter(pk=administrator.pk).update(is_active=False)
    else:
        administrator.set_roles([Role.DOCUMENTER])
    assert Client().get(link).status_code == 404
    visitor.post("/accounts/signup/", SIGN_UP)
    assert not User.objects.filter(email=INVITED).exists()
    assert "its inviter is no administrator any more" in said(signed_in(second).get("/desk/people/"))


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "0"])
def test_a_number_that_nothing_has_is_not_found(administrator, number):
    desk = signed_in(administrator)
    for address in (f"invitations/{number}/withdraw/", f"grants/{number}/confirm/"):
        assert desk.post(f"/desk/people/{address}").status_code == 404


def test_the_first_account_of_an_installation_can_invite():
    first = User.objects.create_superuser("first@example.org", PASSWORD)
    assert roles_of(first) == {"administrator"}
    assert roles_of(invited(first, Role.ADMINISTRATOR)) == {"administrator"}
