"""Settings are read strictly: what cannot be understood is refused by name."""

import pytest

from portal import env


def test_an_empty_flag_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", " ")
    assert env.flag("DEMO") is False
    assert env.flag("DEMO", default=True) is True


@pytest.mark.parametrize(("written", "meant"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_a_flag_may_be_written_in_several_ways(monkeypatch: pytest.MonkeyPatch, written: str, meant: bool) -> None:
    monkeypatch.setenv("DEMO", written)
    assert env.flag("DEMO") is meant


def test_a_flag_that_is_neither_true_nor_false_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "maybe")
    with pytest.raises(env.SettingError, match="DEMO='maybe' is neither true nor false"):
        env.flag("DEMO")


def test_a_number_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "80a")
    with pytest.raises(env.SettingError, match="PORT='80a' is not a whole number"):
        env.number("PORT", 8000)


def test_a_choice_that_does_not_exist_is_refused_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURFACE", "private")
    with pytest.raises(env.SettingError, match="SURFACE='private' is not one of all, public, desk"):
        env.one_of("SURFACE", ("all", "public", "desk"), "all")


def test_a_list_loses_its_spaces_and_its_empty_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example , ,b.example,")
    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_database_address_is_taken_apart_and_decoded() -> None:
    found = env.database("DATABASE_URL", "postgresql://us%40er:p%2Fw@db.example:5433/the%20register?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("us@er", "p/w", "the register")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_is_taken_from_the_query() -> None:
    found = env.database("DATABASE_URL", "postgresql://postgres@/hdc?host=/tmp/a%20folder")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/tmp/a folder", "", {})  # noqa: S108


@pytest.mark.parametrize("url", ["mysql://a@b/c", "hdc.sqlite3", "postgresql://a@b:port/c", "postgresql://a@[b/c"])
def test_an_address_that_is_not_postgresql_is_refused_by_name(url: str) -> None:
    with pytest.raises(env.SettingError, match="REGISTER_DATABASE_URL"):
        env.database("REGISTER_DATABASE_URL", url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_loopback_addresses_are_known(host: str) -> None:
    assert env.is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "192.168.1.5", "localhost.example.org", "::", "register.example.org"])  # noqa: S104
def test_every_other_address_may_be_somebody_elses(host: str) -> None:
    assert not env.is_loopback(host)


def test_a_site_answers_to_the_host_of_its_address() -> None:
    assert env.hosts_of("https://register.example.org") == ("register.example.org",)
    assert env.hosts_of("http://127.0.0.2:8000") == ("127.0.0.2", "127.0.0.1", "localhost", "[::1]")
