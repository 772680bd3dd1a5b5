"""Who was not let in and what was refused stands in the log, at WARNING, with the reason and without anybody in it."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django import Settings

from people import refusals
from people.models import Role
from portal.logs import LineFormatter, RequestMiddleware, configuration
from tests.desk import signed_in, signs_in
from tests.factories import PASSWORD, make_documenter, make_factor, make_incident, make_user
from tests.factors import by_password

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.77"


@pytest.fixture
def lines(fresh_limits: None) -> Iterator[list[dict[str, Any]]]:
    """What an operator finds at the usual level, as lines are written."""
    found: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(LineFormatter().format(record)))

    handler = Kept(level=configuration("WARNING")["root"]["level"])
    refused = logging.getLogger("people.refusals")
    refused.addHandler(handler)
    yield found
    refused.removeHandler(handler)


def elsewhere() -> Client:
    return Client(REMOTE_ADDR=ADDRESS, enforce_csrf_checks=False)


def account(person: Any) -> str:
    return refusals.pseudonym("account", person.email)


def test_a_failed_sign_in_is_noted_alike_for_known_and_unknown_accounts(lines: list[dict[str, Any]]) -> None:
    person = make_documenter()
    signs_in(elsewhere(), person.email.upper(), "a wrong password")
    signs_in(elsewhere(), "nobody-zz@example.org", "a wrong password")
    assert [line["level"] for line in lines] == ["WARNING"] * 2
    assert {line["reason"] for line in lines} == {refusals.WRONG_PASSWORD}
    assert lines[0]["account"] == account(person)
    assert lines[1]["account"] == refusals.pseudonym("account", "nobody-zz@example.org")
    assert lines[0]["from"] == lines[1]["from"] == refusals.pseudonym("address", ADDRESS)
    told = json.dumps(lines)
    assert not [word for word in (person.email, "nobody-zz", ADDRESS, "203.0.113", 'wrong password"') if word in told]


def test_a_sign_in_that_succeeds_is_no_refusal(lines: list[dict[str, Any]]) -> None:
    assert signs_in(elsewhere(), make_documenter().email, PASSWORD).status_code == 302
    assert lines == []


def test_that_there_were_too_many_attempts_is_noted(lines: list[dict[str, Any]]) -> None:
    person = make_documenter()
    for _attempt in range(7):
        signs_in(elsewhere(), person.email, "a wrong password")
    assert [line["reason"] for line in lines] == [refusals.WRONG_PASSWORD] * 5 + [refusals.TOO_MANY_ATTEMPTS] * 2
    assert {line["account"] for line in lines} == {account(person)}


def test_a_wrong_code_is_noted_with_the_account_that_it_was_tried_on(lines: list[dict[str, Any]]) -> None:
    person = make_documenter()
    make_factor(person)
    client, _answer = by_password(person)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    [line] = lines
    assert (line["reason"], line["account"]) == (refusals.WRONG_CODE, account(person))


def test_a_passkey_that_is_not_accepted_is_noted(lines: list[dict[str, Any]]) -> None:
    client = elsewhere()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    client.post("/accounts/2fa/webauthn/login/", {"credential": '{"response": {"userHandle": "AAAA"}}'})
    [line] = lines
    assert line["reason"] == refusals.PASSKEY_REFUSED
    assert "account" not in line


def test_what_a_role_may_not_do_is_noted(lines: list[dict[str, Any]]) -> None:
    person = make_documenter()
    assert signed_in(person).get("/desk/redactions/").status_code == 403
    [line] = lines
    assert (line["reason"], line["account"]) == (refusals.NOT_FOR_THEM, account(person))


def test_asking_for_somebody_elses_draft_is_noted(lines: list[dict[str, Any]]) -> None:
    draft = make_incident(make_documenter())
    person = make_user(Role.DOCUMENTER)
    assert signed_in(person).get(f"/desk/incidents/{draft.code}/").status_code == 404
    [line] = lines
    assert (line["reason"], line["account"]) == (refusals.NOT_THERE, account(person))


def test_a_form_without_its_token_is_noted(lines: list[dict[str, Any]]) -> None:
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)
    assert strict.post("/accounts/login/", {"login": "a@example.org", "password": "b"}).status_code == 403
    assert [line["reason"] for line in lines] == [refusals.NO_TOKEN]


@pytest.mark.django_db(databases=["default", "register"])
def test_nothing_is_noted_of_readers(lines: list[dict[str, Any]]) -> None:
    for path in ("/nothing/", "/incidents/?nobody=1", "/incidents/HDC-9999/", "/desk/nothing/"):
        assert elsewhere().get(path).status_code in (302, 400, 404)
    assert lines == []


def test_a_pseudonym_needs_the_secret_key_and_a_command_finds_it_again(settings: Settings) -> None:
    before = refusals.pseudonym("account", "someone@example.org")
    out = StringIO()
    call_command("pseudonym", " Someone@example.org", stdout=out)
    assert out.getvalue() == f"account {before}\n"
    settings.SECRET_KEY = "another key of which nobody at the desk knows anything at all"
    assert refusals.pseudonym("account", "someone@example.org") != before


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/desk/", 403, "WARNING"),
        ("/incidents/", 413, "WARNING"),
        ("/accounts/login/", 429, "WARNING"),
        ("/desk/search/", 400, "WARNING"),
        ("/incidents/", 400, "INFO"),
        ("/incidents/", 404, "INFO"),
        ("/incidents/", 200, "INFO"),
        ("/incidents/", 500, "ERROR"),
    ],
)
def test_what_is_refused_is_told_at_the_usual_level_and_what_is_everyday_is_not(
    rf: RequestFactory, caplog: Any, path: str, status: int, level: str
) -> None:
    from django.http import HttpResponse

    caplog.set_level("INFO", logger="portal.request")
    RequestMiddleware(lambda _request: HttpResponse(status=status))(rf.get(path))
    [record] = [each for each in caplog.records if each.name == "portal.request"]
    assert record.levelname == level
