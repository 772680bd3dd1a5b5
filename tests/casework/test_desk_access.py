"""Every page of the desk, for everybody: who may open it is decided before anything else."""

import pytest
from django.test import Client

from incidents.casework import workflow
from incidents.records.models import Record
from people.models import Role
from tests.desk import FormPage, make_administrator, said, signed_in, use_factor
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    make_user,
    publish,
)

pytestmark = pytest.mark.django_db
LISTS = ("", "incidents/", "sources/", "investigations/", "totals/", "queue/", "search/", "units/", "people/")
SUGGESTIONS = tuple(
    f"suggestions/{what}/" for what in ("places", "point", "sources", "known-sources", "units", "publishers", "date")
)
NEW = ("incidents/new/", "sources/new/", "investigations/new/", "totals/new/")
OF_A_RECORD = ("", "history/", "review/", "edit/")
MOVES = ("submit", "approve", "request_changes", "reject", "reopen", "withdraw", "merge", "share")

DOCUMENTER, REVIEWER, ADMINISTRATOR, NOBODY = "documenter", "reviewer", "administrator", "nobody"
MAY_OPEN = {
    "": {DOCUMENTER, REVIEWER, ADMINISTRATOR},
    "units/": {DOCUMENTER, REVIEWER, ADMINISTRATOR},
    "people/": {ADMINISTRATOR},
    "trail/": {ADMINISTRATOR},
    "redactions/": {ADMINISTRATOR},
    **{page: {DOCUMENTER, REVIEWER} for page in LISTS[1:7]},
    **{page: {DOCUMENTER} for page in SUGGESTIONS + NEW},
}
ONLY_POSTED = {"suggestions/similar-incidents/"}
MAKE = {
    DOCUMENTER: make_documenter,
    REVIEWER: make_reviewer,
    ADMINISTRATOR: make_administrator,
    NOBODY: make_user,
}


def records_of(author):
    source = make_source(author)
    return {
        "incidents": make_incident(author, sources=(source,)),
        "sources": source,
        "investigations": make_investigation(author),
        "totals": make_total(author, source),
    }


def addresses(record, plural):
    return [f"/desk/{plural}/{record.code}/{page}" for page in OF_A_RECORD]


def test_the_table_names_every_page_that_needs_no_record():
    from incidents.casework.urls import urlpatterns

    simple = {str(each.pattern) for each in urlpatterns if "<" not in str(each.pattern)} - ONLY_POSTED
    assert simple <= set(MAY_OPEN)
    assert {each.name for each in urlpatterns if "<" in str(each.pattern)} == {
        "new",
        "merge",
        "record_suggestions",
        "record",
        "edit",
        "history",
        "review",
        "move",
        "redact",
        "redaction_decision",
        "grant_decision",
        "invitation_withdraw",
    }


@pytest.mark.parametrize("page", MAY_OPEN)
def test_a_page_opens_for_its_roles_and_for_nobody_else(page):
    for role, make in MAKE.items():
        expected = 200 if role in MAY_OPEN[page] else 403
        assert signed_in(make()).get(f"/desk/{page}").status_code == expected, role


@pytest.mark.parametrize("language", ["", "/uk"])
def test_who_has_not_signed_in_is_led_to_the_sign_in_and_back(client, language):
    records = records_of(make_documenter())
    pages = [f"/desk/{page}" for page in MAY_OPEN]
    pages += [address for plural, record in records.items() for address in addresses(record, plural)]
    for page in pages:
        response = client.get(f"{language}{page}")
        assert (response.status_code, response["Location"]) == (
            302,
            f"{language}/accounts/login/?next={language}{page}",
        )


def test_who_has_not_signed_in_moves_nothing(client):
    incident = make_incident(make_documenter())
    for name in MOVES:
        response = client.post(f"/desk/incidents/{incident.code}/move/{name}/")
        assert response["Location"].startswith("/accounts/login/")
    assert Record.objects.get(pk=incident.pk).state == "draft"


def test_a_role_that_is_taken_away_is_gone_at_once():
    person = make_documenter()
    client = signed_in(person)
    assert client.get("/desk/incidents/new/").status_code == 200
    person.set_roles([])
    assert client.get("/desk/incidents/new/").status_code == 403
    assert client.get("/desk/").status_code == 403


def test_desk_pages_are_never_kept_by_a_cache():
    response = signed_in(make_documenter()).get("/desk/incidents/")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_somebody_elses_draft_is_not_there_for_a_documenter():
    records = records_of(make_documenter())
    stranger = signed_in(make_documenter())
    for plural, record in records.items():
        for address in addresses(record, plural):
            assert stranger.get(address).status_code == 404, address
        for name in MOVES:
            assert stranger.post(f"/desk/{plural}/{record.code}/move/{name}/").status_code == 404
        assert stranger.post(f"/desk/{plural}/{record.code}/edit/", {"title": "x"}).status_code == 404
        assert record.code not in said(stranger.get(f"/desk/{plural}/"))
        assert record.code not in said(stranger.get(f"/desk/search/?q={record.code}")).replace(
            f'value="{record.code}"', ""
        )


def test_a_reviewer_reads_every_draft_and_writes_none():
    for plural, record in records_of(make_documenter()).items():
        reviewer = signed_in(make_reviewer())
        for page in ("", "history/", "review/"):
            assert reviewer.get(f"/desk/{plural}/{record.code}/{page}").status_code == 200
        assert reviewer.get(f"/desk/{plural}/{record.code}/edit/").status_code == 403
        assert reviewer.post(f"/desk/{plural}/{record.code}/edit/", {}).status_code == 403


def test_administrators_and_people_without_a_role_see_no_record():
    records = records_of(make_documenter())
    for person in (make_administrator(), make_user()):
        for plural, record in records.items():
            for address in addresses(record, plural):
                assert signed_in(person).get(address).status_code == 403
            assert signed_in(person).post(f"/desk/{plural}/{record.code}/move/submit/").status_code == 403


def test_a_documenter_reads_what_waits_for_review_and_cannot_write_it():
    author, stranger = make_documenter(), make_documenter()
    incident = make_incident(author)
    workflow.submit(incident, author)
    client = signed_in(stranger)
    assert [client.get(address).status_code for address in addresses(incident, "incidents")] == [200, 200, 200, 409]
    assert client.post(f"/desk/incidents/{incident.code}/edit/", {}).status_code == 403


def test_a_draft_that_is_shared_is_read_and_written_by_the_colleague():
    author, colleague = make_documenter(), make_documenter()
    incident = make_incident(author)
    response = signed_in(author).post(f"/desk/incidents/{incident.code}/move/share/", {"colleague": colleague.email})
    assert response.status_code == 302
    client = signed_in(colleague)
    assert [client.get(address).status_code for address in addresses(incident, "incidents")] == [200] * 4
    page = FormPage(client.get(f"/desk/incidents/{incident.code}/edit/"))
    assert client.post(f"/desk/incidents/{incident.code}/edit/", page.filled(title_en="Ours")).status_code == 302


@pytest.mark.parametrize("colleague", ["", "nobody@example.org", "\0", "a" * 100_000, "\u202ex@example.org"])
def test_a_draft_is_shared_with_documenters_alone(colleague):
    author, reviewer = make_documenter(), make_reviewer()
    incident = make_incident(author)
    for address in (colleague, reviewer.email):
        response = signed_in(author).post(f"/desk/incidents/{incident.code}/move/share/", {"colleague": address})
        assert response.status_code == 409
    assert not incident.shared_with.exists()


@pytest.mark.parametrize("code", ["HDC-9999", "S-0001", "hdc-0001x", "%F0%9F%92%80", "..%2F..", "a" * 2000, "0", "-"])
def test_an_unknown_code_is_not_there(code):
    client = signed_in(make_user(Role.DOCUMENTER, Role.REVIEWER))
    for page in ("", "edit/", "history/", "review/"):
        assert client.get(f"/desk/incidents/{code}/{page}").status_code == 404
    assert client.post(f"/desk/incidents/{code}/move/approve/").status_code == 404


def test_a_code_under_the_wrong_kind_is_not_there():
    author = make_documenter()
    source = make_source(author)
    assert signed_in(author).get(f"/desk/incidents/{source.code}/").status_code == 404


def test_a_code_is_found_whatever_its_case():
    author = make_documenter()
    incident = make_incident(author)
    assert signed_in(author).get(f"/desk/incidents/{incident.code.lower()}/").status_code == 200


@pytest.mark.parametrize("name", MOVES)
def test_moves_are_made_by_forms_alone(name):
    author = make_documenter()
    incident = make_incident(author)
    for client in (signed_in(author), Client()):
        assert client.get(f"/desk/incidents/{incident.code}/move/{name}/").status_code == 405


@pytest.mark.parametrize("name", ["publish", "delete", "%00", "APPROVE", "..", "a" * 500])
def test_a_move_that_does_not_exist_is_not_there(name):
    author = make_documenter()
    incident = make_incident(author)
    expected = 400 if name == "%00" else 404
    assert signed_in(author).post(f"/desk/incidents/{incident.code}/move/{name}/").status_code == expected


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("approve", {"revision": "1"}),
        ("request_changes", {"comment": "Please"}),
        ("reject", {"reject_reason": "duplicate"}),
        ("unmerge", {}),
        ("withdraw", {"reason_en": "Because"}),
        ("merge", {"target": "itself", "reason_en": "Because"}),
    ],
)
def test_a_documenter_decides_nothing(name, sent):
    author, other = make_documenter(), make_documenter()
    incident = make_incident(author)
    workflow.submit(incident, author)
    for client in (signed_in(author), signed_in(other)):
        answers = sent | ({"target": incident.code} if "target" in sent else {})
        response = client.post(f"/desk/incidents/{incident.code}/move/{name}/", answers)
        assert response.status_code == 409
        assert "Only a reviewer" in said(response)
    assert Record.objects.get(pk=incident.pk).state == "submitted"


def test_a_form_from_elsewhere_moves_and_saves_nothing():
    author = make_documenter()
    incident = make_incident(author)
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    use_factor(client, author)
    assert client.post(f"/desk/incidents/{incident.code}/move/submit/").status_code == 403
    assert client.post("/desk/incidents/new/", {"title_en": "x"}).status_code == 403
    assert Record.objects.filter(kind="incident").count() == 1


def test_what_is_public_is_read_by_every_documenter_and_reviewer():
    incident = publish(make_incident(make_documenter()), make_reviewer())
    assert [signed_in(make_documenter()).get(each).status_code for each in addresses(incident, "incidents")] == [
        200
    ] * 4
    assert signed_in(make_reviewer()).get(f"/desk/incidents/{incident.code}/edit/").status_code == 403
