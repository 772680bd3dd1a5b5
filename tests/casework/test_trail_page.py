"""The page of the trail: for administrators, to read, and without what an administrator may not read."""

import pytest

from incidents.casework.views import trail
from incidents.records.models import Incident, Unit, Victim
from people.audit.models import Entry
from people.models import Invitation, Role
from tests.desk import make_administrator, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/trail/"


@pytest.fixture
def desk(administrator):
    return signed_in(administrator)


def test_only_administrators_open_it(desk):
    assert desk.get(ADDRESS).status_code == 200
    for person in (make_documenter(), make_reviewer(), make_user()):
        assert signed_in(person).get(ADDRESS).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_by_asking_otherwise(desk, method):
    Unit.objects.create(name_en="A", level="unit")
    before = Entry.objects.count()
    desk.generic(method, ADDRESS, {"actor": "somebody else"})
    assert Entry.objects.count() == before


def test_the_newest_change_comes_first_with_who_and_what(desk):
    person = make_user()
    person.set_roles([Role.REVIEWER])
    page = said(desk.get(ADDRESS))
    assert page.index("the command tests") < page.index(person.email)


def test_the_values_of_accounts_are_shown_and_secrets_are_not(desk):
    invitation, token = Invitation.invite("new@example.org", ["reviewer"], make_administrator())
    page = desk.get(ADDRESS).content.decode()
    assert "new@example.org" in page
    assert token not in page
    assert invitation.token_digest not in page
    assert "argon2" not in page


def test_of_casework_the_fields_are_named_and_no_value_is_shown(desk):
    incident = make_incident(make_documenter(), summary_en="Held-back words", internal_note="Held-back note")
    Victim.objects.create(incident=incident, private_name="Held-back name")
    Incident.objects.filter(pk=incident.pk).update(safety_note="Held-back risk")
    page = said(desk.get(ADDRESS))
    assert "risks to people" in page
    assert incident.code in page
    assert "Held-back" not in page


def test_a_record_finds_its_rows_and_nothing_else(desk):
    one, other = make_incident(make_documenter()), make_incident(make_documenter())
    page = said(desk.get(ADDRESS, {"record": one.code.lower()}))
    assert one.code in page
    assert other.code not in page
    assert "citation" in page


def test_a_person_finds_what_they_did_and_what_was_done_about_them(desk, administrator):
    person, other = make_user(), make_user()
    signed_in(person).get("/desk/")
    person.set_roles([Role.DOCUMENTER])
    page = said(desk.get(ADDRESS, {"person": person.email.upper()}))
    assert person.email in page
    assert other.email not in page


def test_days_narrow_it(desk):
    Unit.objects.create(name_en="A", level="unit")
    assert "Nothing matches." in said(desk.get(ADDRESS, {"until": "2001-01-01"}))
    assert "Nothing matches." in said(desk.get(ADDRESS, {"since": "2999-01-01"}))
    assert "Nothing matches." not in said(desk.get(ADDRESS, {"since": "2001-01-01", "until": "2999-01-01"}))


@pytest.mark.parametrize(
    "query",
    [
        {"record": "HDC-9999"},
        {"person": "nobody@example.org"},
        {"since": "yesterday"},
        {"until": "9999-99-99"},
        {"older_than": "x"},
        {"older_than": "9" * 40},
        {"record": "'; DROP TABLE audit_entry; --"},
    ],
)
def test_what_cannot_be_looked_for_is_said(desk, query):
    assert desk.get(ADDRESS, query).status_code == 422


def test_the_last_day_that_there_is_can_be_asked_for(desk):
    assert desk.get(ADDRESS, {"until": "9999-12-31"}).status_code == 200


def test_older_entries_are_on_the_next_page_and_none_is_on_two(desk, monkeypatch):
    monkeypatch.setattr(trail, "PAGE", 10)
    for number in range(25):
        Unit.objects.create(name_en=f"Unit {number}", level="unit")
    seen: list[int] = []
    query = {"since": "2001-01-01"}
    while True:
        response = desk.get(ADDRESS, query)
        seen += [line.entry.pk for line in response.context["lines"]]
        if response.context["older"] is None:
            break
        query["older_than"] = response.context["older"]
    assert seen == list(Entry.objects.order_by("-pk").values_list("pk", flat=True))


def test_a_moment_is_shown_by_the_clock_and_nothing_as_a_dash():
    assert trail._read("2026-11-22T12:55:26.070001+02:00") == "2026-11-22 10:55:26"
    assert trail._read("2026-11-22") == "2026-11-22"
    assert trail._read(None) is None
