"""A public process that is broken into has nothing to give: one address of a role that reads, and no way to sign in."""

import os
import re
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import errors

from tests.security.conftest import on
from tests.security.processes import Process, running
from tests.security.test_forged_requests import routes


def environments(process: Process) -> list[dict[str, str]]:
    """What the process and its workers hold."""
    program = psutil.Process(process.program.pid)
    return [each.environ() for each in (program, *program.children(recursive=True))]


def test_it_holds_one_address_of_a_database_and_that_is_the_readers(public: Process) -> None:
    for environment in environments(public):
        assert [name for name in environment if "DATABASE" in name] == ["REGISTER_DATABASE_URL"]
        assert "register_reader@" in environment["REGISTER_DATABASE_URL"]
        assert not [value for value in environment.values() if "register_desk" in value or "postgres@" in value]
        assert not {"FACTOR_KEYS", "EMAIL_PASSWORD"} & environment.keys()


def test_no_page_for_people_who_sign_in_is_there(public: Process) -> None:
    addresses = [each for each in routes() if each.split("/")[1] in ("desk", "accounts", "admin")]
    assert len(addresses) > 50
    for address in addresses:
        for prefix in ("", "/uk"):
            answer = public.ask(prefix + address)
            assert answer.status == 404, address
            assert answer.headers.get_all("Set-Cookie") is None, address


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_nothing_can_be_posted_to_it(public: Process, method: str) -> None:
    for path in (
        "/",
        "/incidents/",
        "/incidents/HDC-0001/",
        "/accounts/login/",
        "/desk/",
        "/api/v1/incidents",
        "/healthz",
    ):
        answer = public.ask(path, method, b"a=b", Content_Type="application/x-www-form-urlencoded")
        assert answer.status in (200, 204, 400, 403, 404, 405, 501), path
        assert answer.headers.get_all("Set-Cookie") is None
        assert answer.status != 200 or method == "OPTIONS" or path == "/healthz", path


def test_a_session_that_is_shown_to_it_means_nothing(public: Process) -> None:
    for cookie in ("__Host-session=abc", "session=abc; __Host-csrf=def", "messages=x"):
        answer = public.ask("/incidents/HDC-0001/", Cookie=cookie)
        assert answer.status == 200
        assert answer.headers.get_all("Set-Cookie") is None
        assert "cookie" not in (answer.headers["Vary"] or "").lower()


def test_what_it_is_given_by_mistake_it_lets_go_of_before_it_serves(starting_database: str, tmp_path: Path) -> None:
    mistaken = {
        "DATABASE_URL": on(starting_database, "DATABASE_URL"),
        "OWNER_DATABASE_URL": on(starting_database, "OWNER_DATABASE_URL"),
        "SIGNER_DATABASE_URL": on(starting_database, "DATABASE_URL").replace("register_desk", "register_signer"),
        "FACTOR_KEYS": "a-key-that-a-public-process-has-no-use-for",
    }
    reader = on(starting_database, "REGISTER_DATABASE_URL")
    with running(tmp_path / "p", SURFACE="public", REGISTER_DATABASE_URL=reader, **mistaken) as process:
        assert process.ask("/").status == 200
        assert all(f"{name} is nothing for SURFACE=public" in process.printed for name in mistaken)
        for environment in environments(process):
            assert {name for name in mistaken if environment.get(name)} == set()
            assert set(environment.values()).isdisjoint(mistaken.values())


def test_the_role_it_has_reads_no_table_of_casework(public: Process) -> None:
    [address] = {environment["REGISTER_DATABASE_URL"] for environment in environments(public)}
    with psycopg.connect(address, autocommit=True) as connected:
        for table in ("casework_record", "people_user", "audit_entry", "django_session", "mfa_authenticator"):
            with pytest.raises(errors.InsufficientPrivilege):
                connected.execute(f"SELECT 1 FROM {table}")  # noqa: S608


def test_health_is_told_in_a_word(public: Process, desk: Process) -> None:
    for process in (public, desk):
        for path, word in (("/healthz", b"ok\n"), ("/readyz", b"ready\n")):
            answer = process.ask(path)
            assert (answer.status, answer.body) == (200, word)
            assert not re.search(
                r"postgres|django|python|/\w+/\w+", str(answer.headers).lower().replace("text/plain", "")
            )


def test_nothing_of_the_machine_is_told_by_a_mistake(public: Process) -> None:
    for path in (
        "/nothing/",
        "/incidents/?q=%00",
        "/static/nothing.css",
        "/static/../portal/settings.py",
        "/.env",
        "/.git/config",
    ):
        answer = public.ask(path)
        assert answer.status in (400, 404), path
        assert not re.search(r"Traceback|site-packages|postgresql://|" + re.escape(os.getcwd()), answer.text), path
