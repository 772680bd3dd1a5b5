"""Combinations of settings that must not serve are refused before they do."""

import pytest
from pytest_django import Settings

from portal import checks


def ids(found: list[checks.CheckMessage]) -> list[str | None]:
    assert all(message.hint for message in found), "every check says what to do"
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("site_url", "hosts"),
    [("https://register.example.org", ["127.0.0.1"]), ("http://127.0.0.1:8000", ["*"]), ("http://127.0.0.1", [".org"])],
)
def test_demo_mode_that_others_could_reach_is_refused(settings: Settings, site_url: str, hosts: list[str]) -> None:
    settings.DEMO, settings.SITE_URL, settings.ALLOWED_HOSTS = True, site_url, hosts
    assert ids(checks.demo_stays_on_this_machine(None)) == ["portal.E001"]


def test_demo_mode_on_this_machine_is_fine(settings: Settings) -> None:
    settings.DEMO, settings.SITE_URL = True, "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    assert checks.demo_stays_on_this_machine(None) == []


def test_an_empty_secret_key_is_refused(settings: Settings) -> None:
    assert checks.secret_key_is_set(None) == []
    settings.SECRET_KEY = ""
    assert ids(checks.secret_key_is_set(None)) == ["portal.E002"]


def test_the_published_password_is_refused_in_public(settings: Settings) -> None:
    settings.DATABASE_URL = "postgresql://register_desk:development-only@database:5432/hdc"
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert checks.passwords_are_not_the_published_ones(None) == []
    settings.SITE_URL = "https://register.example.org"
    assert ids(checks.passwords_are_not_the_published_ones(None)) == ["portal.E003"]
    settings.DATABASE_URL = "postgresql://register_desk:another@database:5432/hdc"
    assert checks.passwords_are_not_the_published_ones(None) == []


@pytest.mark.parametrize("site_url", ["register.example.org", "ftp://a", "https://", "https://a/path", "https://a?b"])
def test_an_address_of_the_site_that_is_none_is_refused(settings: Settings, site_url: str) -> None:
    settings.SITE_URL = site_url
    assert ids(checks.site_url_is_an_address(None)) == ["portal.E004"]


def test_a_public_process_with_the_desks_address_is_warned_of(settings: Settings) -> None:
    settings.SURFACE, settings.DATABASE_URL = "public", "postgresql://register_desk@database/hdc"
    assert ids(checks.public_process_holds_no_other_credentials(None)) == ["portal.W001"]
    settings.DATABASE_URL = settings.OWNER_DATABASE_URL = ""
    assert checks.public_process_holds_no_other_credentials(None) == []


def test_one_address_for_both_sides_is_warned_of(settings: Settings) -> None:
    assert checks.public_side_has_a_role_of_its_own(None) == []
    settings.REGISTER_DATABASE_URL = settings.DATABASE_URL
    assert ids(checks.public_side_has_a_role_of_its_own(None)) == ["portal.W002"]


@pytest.mark.parametrize("host", ["database.example.org", "database", "192.0.2.7", "[2001:db8::7]"])
@pytest.mark.parametrize("ssl", ["", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=prefer"])
def test_a_database_elsewhere_that_proves_nothing_is_refused(settings: Settings, host: str, ssl: str) -> None:
    settings.REGISTER_DATABASE_URL = f"postgresql://register_reader:a@{host}:5432/hdc{ssl}"
    assert ids(checks.databases_elsewhere_prove_who_they_are(None)) == ["portal.E005"]
    settings.DATABASE_NETWORK_PRIVATE = True
    assert checks.databases_elsewhere_prove_who_they_are(None) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a@/hdc?host=/run/postgresql",
        "postgresql://a:b@127.0.0.1/hdc",
        "postgresql://a:b@localhost/hdc",
        "postgresql://a:b@database.example.org/hdc?sslmode=verify-full&sslrootcert=system",
    ],
)
def test_a_database_on_this_machine_or_one_that_is_verified_is_fine(settings: Settings, url: str) -> None:
    settings.DATABASE_URL = settings.OWNER_DATABASE_URL = settings.REGISTER_DATABASE_URL = url
    settings.SIGNER_DATABASE_URL = url
    assert checks.databases_elsewhere_prove_who_they_are(None) == []
