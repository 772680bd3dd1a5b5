"""Administrators look after people and reference data, publish nothing, and see what each of them does."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from incidents.gazetteer.models import Place, Region
from incidents.records.models import Publisher, Record, Revision, Unit
from incidents.register.models import Edition
from people.models import Invitation, User
from tests.desk import FormPage, make_administrator, said, signed_in, signs_in
from tests.factories import PASSWORD, make_documenter, make_reviewer, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(administrator):
    return signed_in(administrator)


def page_of(person):
    return f"/admin/people/user/{person.pk}/change/"


def change(desk, person, **fields):
    return desk.post(page_of(person), FormPage(desk.get(page_of(person))).filled(**fields))


def group(role):
    from django.contrib.auth.models import Group

    return str(Group.objects.get(name=role).pk)


def test_nothing_that_can_be_published_is_in_the_administration():
    assert set(admin.site._registry) == {User, Invitation, LogEntry, Unit, Publisher, Region, Place}
    assert not [model for model in admin.site._registry if issubclass(model, (Record, Revision, Edition))]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "people/user/",
        "people/user/?q=person",
        "people/invitation/",
        "admin/logentry/",
        "casework/unit/",
        "casework/unit/add/",
        "gazetteer/region/",
        "gazetteer/region/UA-14/change/",
        "gazetteer/place/?q=Udachne",
    ],
)
def test_administrators_open_every_page_and_nobody_else_does(desk, client, path):
    assert desk.get(f"/admin/{path}").status_code == 200
    for person in (make_documenter(), make_reviewer(), make_user()):
        assert signed_in(person).get(f"/admin/{path}").status_code in (302, 403)
    assert client.get(f"/admin/{path}")["Location"].startswith(("/accounts/login/", "/admin/login/"))


def test_being_staff_without_the_role_opens_nothing():
    person = make_documenter()
    person.is_staff = True
    person.save()
    client = signed_in(person)
    assert client.get("/admin/people/user/").status_code == 403
    assert client.get("/admin/casework/unit/").status_code == 403


def test_the_administration_asks_for_the_ordinary_sign_in(client, administrator):
    response = client.get("/admin/", follow=True)
    assert "Sign in to the desk" in said(response)
    assert signs_in(client, administrator.email, next="/admin/")["Location"] == "/admin/"


def test_an_administrator_corrects_a_person(desk):
    person = make_documenter()
    response = change(desk, person, email="New@Example.org", pseudonym="Maple", groups=[group("reviewer")])
    assert response.status_code == 302, said(response)
    person = User.objects.get(pk=person.pk)
    assert (person.email, person.pseudonym, person.roles) == ("new@example.org", "Maple", {"reviewer"})
    assert not person.is_staff


def test_after_a_new_address_the_old_one_signs_nobody_in(desk, client):
    person = make_documenter()
    old = person.email
    signs_in(client, old)
    change(desk, person, email="new@example.org")
    client.logout()
    assert signs_in(client, old).status_code == 200
    assert signs_in(client, "new@example.org").status_code == 302


def test_two_people_never_share_an_address(desk):
    person, other = make_documenter(), make_reviewer()
    response = change(desk, person, email=other.email.upper())
    assert "There is an account of this address already." in said(response)


def test_whoever_becomes_an_administrator_may_open_the_administration_until_they_are_none(desk):
    person = make_documenter()
    client = signed_in(person)
    change(desk, person, groups=[group("administrator")])
    assert client.get("/admin/").status_code == 200
    change(desk, person, groups=[group("documenter")])
    assert client.get("/admin/").status_code in (302, 403)
    assert not User.objects.get(pk=person.pk).is_staff


def test_no_password_and_no_superuser_can_be_seen_or_set(desk):
    person = make_documenter()
    words = desk.get(page_of(person)).content.decode()
    assert "password" not in FormPage(desk.get(page_of(person))).fields
    assert person.password not in words
    assert "superuser" not in words
    change(desk, person, password="x", is_superuser="on", is_staff="on", user_permissions=["1"])
    fresh = User.objects.get(pk=person.pk)
    assert fresh.check_password(PASSWORD)
    assert (fresh.is_superuser, fresh.is_staff, fresh.user_permissions.count()) == (False, False, 0)


def test_nobody_changes_their_own_roles(desk, administrator):
    response = change(desk, administrator, groups=[group("administrator"), group("reviewer")], pseudonym="Me")
    assert response.status_code == 302
    fresh = User.objects.get(pk=administrator.pk)
    assert fresh.roles == {"administrator"}
    assert (fresh.pseudonym, fresh.is_active, fresh.is_staff) == ("Me", True, True)


def test_nobody_closes_their_own_account(desk, administrator):
    sent = FormPage(desk.get(page_of(administrator))).filled()
    sent.pop("is_active", None)
    desk.post(page_of(administrator), sent)
    assert User.objects.get(pk=administrator.pk).is_active


def test_an_administrator_closes_an_account(desk):
    person = make_documenter()
    sent = FormPage(desk.get(page_of(person))).filled()
    del sent["is_active"]
    assert desk.post(page_of(person), sent).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active


def test_every_change_of_roles_is_written_where_all_administrators_see_it(desk, administrator):
    person = make_documenter()
    change(desk, person, groups=[group("documenter"), group("reviewer")])
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, str(person.pk))
    other = signed_in(make_administrator())
    for page in ("/admin/admin/logentry/", f"/admin/people/user/{person.pk}/history/"):
        assert "Roles: documenter → documenter, reviewer." in said(other.get(page)), page


def test_the_log_is_read_only(desk):
    change(desk, make_documenter(), groups=[])
    entry = LogEntry.objects.get()
    assert desk.post(f"/admin/admin/logentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.post(f"/admin/admin/logentry/{entry.pk}/change/", {"change_message": "x"}).status_code == 403
    assert LogEntry.objects.get().get_change_message() == "Roles: documenter → —."


def test_accounts_are_neither_added_nor_deleted_here(desk):
    person = make_documenter()
    assert desk.get("/admin/people/user/add/").status_code == 403
    assert desk.post(f"/admin/people/user/{person.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post("/admin/people/user/", {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"})
    assert User.objects.filter(pk=person.pk).exists()


def test_a_superuser_is_out_of_an_administrators_reach(desk):
    above = User.objects.create_superuser("above@example.org", PASSWORD)
    assert desk.get(page_of(above)).status_code == 200
    assert desk.post(page_of(above), {"email": "mine@example.org"}).status_code == 403
    assert User.objects.get(pk=above.pk).email == "above@example.org"


def test_administrators_see_who_was_invited_as_what_and_by_whom(desk, administrator):
    Invitation.invite("invited@example.org", ["reviewer"], administrator)
    words = said(desk.get("/admin/people/invitation/"))
    assert "invited@example.org" in words
    assert "reviewer" in words
    assert "token" not in words


# Reference data.


def test_an_administrator_corrects_a_unit_and_its_code_stays(desk):
    unit = make_unit(name_en="A regimant")
    address = f"/admin/casework/unit/{unit.pk}/change/"
    response = desk.post(address, FormPage(desk.get(address)).filled(name_en="A regiment", name_uk="Полк"))
    assert response.status_code == 302, said(response)
    fresh = Unit.objects.get()
    assert (fresh.code, fresh.name_en, fresh.name_uk) == (unit.code, "A regiment", "Полк")
    assert desk.post(f"/admin/casework/unit/{unit.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["", "\u202eesrever", "a" * 301, "a\x07b"])
def test_a_unit_without_a_name_or_with_a_deceiving_one_is_refused(desk, name):
    unit = make_unit(name_en="A regiment")
    address = f"/admin/casework/unit/{unit.pk}/change/"
    response = desk.post(address, FormPage(desk.get(address)).filled(name_en=name))
    assert response.status_code == 200
    assert "is violated" not in said(response)
    assert Unit.objects.get().name_en == "A regiment"


def test_a_unit_is_part_of_nothing_that_is_part_of_it(desk):
    above = make_unit(name_en="An army", level="formation")
    below = make_unit(name_en="A regiment", parent=above)
    for parent in (below, above):
        address = f"/admin/casework/unit/{above.pk}/change/"
        response = desk.post(address, FormPage(desk.get(address)).filled(parent=parent.pk))
        assert response.status_code == 200
        assert "it would be a circle" in said(response)
    assert Unit.objects.get(pk=above.pk).parent is None


def test_an_administrator_corrects_a_publisher_and_its_code_stays(desk):
    desk.post("/admin/casework/publisher/add/", {"name_en": "The Gazete", "country": "ua"})
    publisher = Publisher.objects.get()
    address = f"/admin/casework/publisher/{publisher.pk}/change/"
    sent = FormPage(desk.get(address)).filled(name_en="The Gazette", name_uk="Газета", web_hosts="www.Gazette.example")
    response = desk.post(address, sent)
    assert response.status_code == 302, said(response)
    fresh = Publisher.objects.get()
    assert (fresh.code, fresh.name_en, fresh.name_uk) == (publisher.code, "The Gazette", "Газета")
    assert (fresh.web_hosts, fresh.country) == ("gazette.example", "UA")
    assert desk.post(f"/admin/casework/publisher/{publisher.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_en": ""},
        {"name_en": "\u202eesrever"},
        {"country": "U1"},
        {"web_hosts": "a b/c"},
        {"web_hosts": "nonsense"},
    ],
)
def test_a_publisher_with_a_wrong_name_host_or_country_is_refused(desk, wrong):
    response = desk.post("/admin/casework/publisher/add/", {"name_en": "The Gazette"} | wrong)
    assert response.status_code == 200
    assert "is violated" not in said(response)
    assert not Publisher.objects.exists()


def test_the_gazetteer_is_read_only(desk):
    place = Place.objects.first()
    assert desk.get(f"/admin/gazetteer/place/{place.pk}/change/").status_code == 200
    assert desk.post(f"/admin/gazetteer/place/{place.pk}/change/", {"name_en": "x"}).status_code == 403
    assert desk.get("/admin/gazetteer/place/add/").status_code == 403
    assert desk.post(f"/admin/gazetteer/place/{place.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_publishes_nothing():
    from tests.factories import make_incident

    incident = make_incident(make_documenter())
    from incidents.casework import workflow

    workflow.submit(incident, incident.created_by)
    desk = signed_in(make_administrator())
    for path in ("", "edit/", "review/", "history/"):
        assert desk.get(f"/desk/incidents/{incident.code}/{path}").status_code == 403
    assert desk.post(f"/desk/incidents/{incident.code}/move/approve/", {"revision": "1"}).status_code == 403
    assert Record.objects.get(pk=incident.pk).state == "submitted"
