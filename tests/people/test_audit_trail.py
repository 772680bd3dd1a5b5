"""The trail: nothing changes in casework or accounts without an entry that says who, and nobody changes an entry."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import Error, connection, models, transaction
from psycopg import errors, sql

from incidents.records.models import Citation, Incident, Record, Unit
from people.audit.acting import Acting, acting, current
from people.audit.models import Entry
from people.audit.tables import TELLING, UNWATCHED, watch_all, watched
from people.models import Invitation, Role, User
from tests.catalogue import Connection, connected, relations, rows
from tests.desk import FormPage, signed_in, signs_in
from tests.factories import PASSWORD, make_documenter, make_incident, make_source, make_user

# Tables that no model of ours stands for.
MODELLESS = {"django_migrations": "what migrate did", "portal_cache": "counts of attempts, gone by themselves"}


def entries(**wanted: Any) -> list[Entry]:
    """The entries that fit, the first one first."""
    return list(Entry.objects.filter(**wanted).order_by("pk"))


def last(**wanted: Any) -> Entry:
    return entries(**wanted)[-1]


@pytest.fixture
def nobody(committed: None) -> Iterator[Connection]:
    """The desk's role, without having said who acts."""
    with connected("DATABASE_URL") as desk:
        yield desk


# Every table.

TRIGGERS = """
SELECT relname, tgname, proname, tgenabled, tgtype FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND proname = 'audit_keep'
"""
ROW_AFTER_ALL, BEFORE_TRUNCATE = (
    1 | 4 | 8 | 16,
    2 | 32,
)  # pg_trigger.tgtype: row, insert, delete, update; before, truncate


def tables() -> set[str]:
    return set(relations("rp"))


def unwatched() -> set[str]:
    """The tables of the database without both triggers, whoever made them."""
    found = rows(TRIGGERS)
    on = {name for name, _trigger, _function, enabled, kind in found if enabled == "O" and kind == ROW_AFTER_ALL}
    all_of = {name for name, _trigger, _function, enabled, kind in found if enabled == "O" and kind == BEFORE_TRUNCATE}
    return tables() - (on & all_of)


def left_out() -> set[str]:
    """The tables that the list of reasons names."""
    return set(MODELLESS) | {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if {model._meta.app_label, model._meta.label_lower} & UNWATCHED.keys()
    }


def test_every_table_is_watched_or_left_out_for_a_reason_that_is_written_down(db):
    assert unwatched() == left_out() & tables()
    assert {"casework_incident", "casework_record_shared_with", "people_user", "people_user_groups"} <= {
        each.table for each in watched()
    }
    assert {"people_invitation_roles", "auth_group", "account_emailaddress", "mfa_authenticator"}.isdisjoint(
        unwatched()
    )


def test_nothing_that_people_write_is_left_out():
    assert {label.partition(".")[0] for label in UNWATCHED}.isdisjoint(
        {"casework", "people", "auth", "account", "mfa", "evidence", "admin"}
    )


def test_a_trigger_that_went_missing_or_was_disabled_comes_back_with_the_next_migrate(db):
    before = unwatched()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_trail ON casework_victim")
        cursor.execute("ALTER TABLE casework_unit DISABLE TRIGGER audit_trail_all")
    assert unwatched() - before == {"casework_victim", "casework_unit"}
    watch_all()
    assert unwatched() == before


def test_a_new_table_is_found_and_one_that_is_left_out_loses_its_trigger(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE casework_made_later (a int)")
        cursor.execute(
            "CREATE TRIGGER audit_trail AFTER INSERT ON gazetteer_place FOR EACH ROW EXECUTE FUNCTION audit_keep('id')"
        )
    assert "casework_made_later" in unwatched()
    watch_all()
    assert "gazetteer_place" in unwatched()


def test_one_function_writes_the_trail_as_the_owner_with_a_fixed_search_path(db):
    [(definer, settings, owner, table_owner)] = rows(
        "SELECT prosecdef, proconfig, proowner, (SELECT relowner FROM pg_class WHERE relname = 'audit_entry') "
        "FROM pg_proc WHERE proname = 'audit_keep'"
    )
    assert (definer, settings, owner) == (True, ["search_path=pg_catalog, pg_temp"], table_owner)


# What an entry says.


def test_an_entry_has_the_row_before_and_after_and_only_what_changed(db):
    unit = Unit.objects.create(name_en="Before", level="unit")
    Unit.objects.filter(pk=unit.pk).update(name_en="After")
    key, code = str(unit.pk), unit.code
    unit.delete()

    added, changed, removed = entries(on_table="casework_unit", row_key=key)
    assert [each.change for each in (added, changed, removed)] == ["insert", "update", "delete"]
    assert (added.before, added.after["name_en"], added.after["code"]) == (None, "Before", code)
    assert (changed.before, changed.after) == ({"name_en": "Before"}, {"name_en": "After"})
    assert (removed.before["name_en"], removed.after) == ("After", None)
    assert {each.role for each in (added, changed, removed)} == {connection.settings_dict["USER"]}


def test_a_change_of_nothing_leaves_no_entry(db):
    unit = Unit.objects.create(name_en="The same", level="unit")
    Unit.objects.filter(pk=unit.pk).update(name_en="The same")
    assert len(entries(on_table="casework_unit", row_key=str(unit.pk))) == 1


def test_entries_of_rows_lead_to_the_record_and_to_the_person(db):
    author, colleague = make_documenter(), make_documenter()
    incident = make_incident(author)
    citation = incident.citations.get()
    Citation.objects.filter(pk=citation.pk).update(quote="another")
    assert set(last(on_table="casework_citation").about) == {f"record:{incident.pk}", f"record:{citation.source_id}"}
    incident.shared_with.add(colleague)
    assert set(last(on_table="casework_record_shared_with").about) == {
        f"record:{incident.pk}",
        f"person:{colleague.pk}",
    }
    assert f"record:{incident.pk}" in last(on_table="casework_incident").about


def test_every_statement_of_a_bulk_leaves_an_entry_for_each_row(db):
    units = Unit.objects.bulk_create(Unit(code=f"U-9{n}", name_en=f"Unit {n}", level="unit") for n in range(5))
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(level="state")
    assert len(entries(on_table="casework_unit", change="update")) == 5


def test_who_holds_which_role_is_on_the_trail(db):
    person = make_user()
    person.set_roles([Role.REVIEWER])
    person.set_roles([])
    given, taken = entries(on_table="people_user_groups", about=[f"person:{person.pk}"])
    group = Group.objects.get(name="reviewer").pk
    assert (given.change, given.after["group_id"]) == ("insert", group)
    assert (taken.change, taken.before["group_id"]) == ("delete", group)


# Secrets.


def test_a_password_is_said_to_have_changed_and_neither_kept_before_nor_after(db):
    person = make_user()
    hashed = person.password
    person.set_password("another long password")
    person.save(update_fields=["password"])
    entry = last(on_table="people_user", row_key=str(person.pk))
    assert (entry.before, entry.after) == ({"password": "changed"}, {"password": "changed"})
    kept = str([(each.before, each.after) for each in entries()])
    assert hashed not in kept
    assert "argon2" not in kept


def test_no_token_and_no_factor_is_on_the_trail(db):
    invitation, token = Invitation.invite("new@example.org", ["reviewer"], make_user(Role.ADMINISTRATOR))
    apps.get_model("mfa.Authenticator").objects.create(user=make_user(), type="totp", data={"secret": "held-back"})
    assert last(on_table="people_invitation").after["token_digest"] == "changed"
    assert last(on_table="mfa_authenticator").after["data"] == "changed"
    kept = str([(each.before, each.after) for each in entries()])
    assert token not in kept
    assert invitation.token_digest not in kept
    assert "held-back" not in kept


def test_whatever_could_hold_a_secret_is_one_or_is_named_here():
    """Structured data, and names that speak of secrets, in the tables of accounts."""
    harmless = {"casework_revision.content"}
    for each in watched():
        model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == each.table)
        for field in model._meta.local_concrete_fields:
            telling = TELLING.search(field.column) or re.search("digest|hash|code_", field.column)
            if isinstance(field, models.JSONField | models.BinaryField) or telling:
                assert field.column in each.secrets or f"{each.table}.{field.column}" in harmless, field


# Nobody acts without a name.

INSERT_UNIT = (
    "INSERT INTO casework_unit (code, name_en, name_uk, other_names, level) VALUES ('U-9', 'A', '', '', 'unit')"
)


@pytest.mark.parametrize("verb", [INSERT_UNIT, "UPDATE casework_unit SET name_en = 'B'", "DELETE FROM casework_unit"])
def test_a_change_without_an_actor_is_refused(nobody, verb):
    Unit.objects.create(name_en="Kept", level="unit")
    with pytest.raises(errors.InsufficientPrivilege, match="without an actor"):
        nobody.execute(verb)
    assert Unit.objects.get().name_en == "Kept"


def test_an_empty_name_is_none(nobody):
    nobody.execute("SELECT set_config('register.actor', '', false)")
    with pytest.raises(errors.InsufficientPrivilege, match="without an actor"):
        nobody.execute(INSERT_UNIT)


def test_a_thread_that_nobody_named_writes_nothing_in_a_process_without_a_name(committed, monkeypatch):
    monkeypatch.setattr("people.audit.acting._process", None)
    problems: list[Error] = []

    def write() -> None:
        try:
            Unit.objects.create(name_en="A", level="unit")
        except Error as problem:
            problems.append(problem)
        connection.close()

    with acting("command:other"):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert "without an actor" in str(problems[0])
    assert not Unit.objects.exists()


def test_the_name_ends_with_the_transaction(committed):
    with acting("command:first"), transaction.atomic():
        Unit.objects.create(name_en="A", level="unit")
        assert rows("SELECT current_setting('register.actor', true)") == [("command:first",)]
    with acting("command:second"):
        Unit.objects.create(name_en="B", level="unit")
    assert rows("SELECT current_setting('register.actor', true)") in ([("",)], [(None,)])
    assert [each.actor for each in entries(on_table="casework_unit")] == ["command:first", "command:second"]


def test_whoever_takes_over_inside_a_transaction_is_named_and_named_again_after_a_rollback(committed):
    def add(name: str) -> None:
        Unit.objects.create(name_en=name, level="unit")

    with transaction.atomic():
        with acting("command:outer"):
            add("1")
        with acting("command:inner"):
            try:
                with transaction.atomic():
                    add("2")
                    raise LookupError
            except LookupError:
                add("3")
        with acting("command:outer"):
            add("4")
    assert [each.actor for each in entries(on_table="casework_unit")] == [
        "command:outer",
        "command:inner",
        "command:outer",
    ]


def test_a_command_names_itself(committed):
    assert current() == Acting("command:tests")
    with acting("command:freeze"):
        assert current() == Acting("command:freeze")
    assert current() == Acting("command:tests")


# Requests.


def new_incident(client: Any, title: str) -> Any:
    response = client.post("/desk/incidents/new/", FormPage(client.get("/desk/incidents/new/")).filled(title_en=title))
    assert response.status_code == 302
    return response


def test_what_a_person_writes_carries_their_name_and_the_id_of_the_request(committed):
    person = make_documenter()
    response = new_incident(signed_in(person), "Mine")
    written = entries(request=response.headers["X-Request-ID"])
    assert {each.actor for each in written} == {f"person:{person.pk}"}
    assert {"casework_record", "casework_incident", "casework_revision", "casework_move"} <= {
        each.on_table for each in written
    }


def test_the_next_request_on_the_same_connection_is_the_next_persons(committed):
    first, second = signed_in(make_documenter()), signed_in(make_documenter())
    people = [int(client.session["_auth_user_id"]) for client in (first, second)]
    backend = rows("SELECT pg_backend_pid()")
    for client in (first, second, first):
        new_incident(client, "An incident")
        assert rows("SELECT current_setting('register.actor', true)") in ([("",)], [(None,)])
        assert rows("SELECT pg_backend_pid()") == backend
    found = [each.actor for each in entries(on_table="casework_incident", change="insert")]
    assert found == [f"person:{pk}" for pk in (people[0], people[1], people[0])]


def test_after_a_request_that_failed_nobody_is_left_named(committed, monkeypatch):
    client = signed_in(make_documenter())
    page = FormPage(client.get("/desk/incidents/new/"))

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("incidents.casework.workflow.start", fail)
        assert client.post("/desk/incidents/new/", page.filled(title_en="Lost")).status_code == 500
    assert rows("SELECT current_setting('register.actor', true)") in ([("",)], [(None,)])
    assert not Incident.objects.exists()
    assert entries(on_table="casework_incident") == []


def test_whoever_has_not_signed_in_is_a_visitor(committed, client):
    person = make_user()
    signs_in(client, person.email, PASSWORD)
    changes = [each for each in entries(on_table="people_user", row_key=str(person.pk)) if each.request]
    assert [each.actor for each in changes if "last_login" in each.after] == [f"person:{person.pk}"]
    assert {each.actor for each in entries(on_table="account_emailaddress") if each.request} <= {
        "visitor",
        f"person:{person.pk}",
    }


def test_reading_asks_for_no_name_and_touches_no_session(starting_register, client):
    response = client.get("/incidents/")
    assert response.status_code == 200
    assert "Cookie" not in response.headers.get("Vary", "")


# The trail itself.

FORBIDDEN = [
    "INSERT INTO audit_entry (at, actor, on_table) VALUES (now(), 'person:1', 'casework_unit')",
    "UPDATE audit_entry SET actor = 'somebody else'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "SELECT * FROM audit_entry FOR UPDATE",
    "COPY audit_entry FROM STDIN",
    "SELECT nextval('audit_entry_id_seq')",
    "SELECT setval('audit_entry_id_seq', 1)",
    "ALTER TABLE casework_unit DISABLE TRIGGER audit_trail",
    "ALTER TABLE casework_unit DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays",
    "DROP TRIGGER audit_trail ON casework_unit",
    "DROP TABLE audit_entry",
    "CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION audit_keep() SET search_path = pg_temp",
    "DROP FUNCTION audit_keep() CASCADE",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "TRUNCATE casework_unit CASCADE",
    "CREATE RULE nothing AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "CREATE TEMP TABLE audit_entry (a int)",
]


@pytest.mark.parametrize("statement", FORBIDDEN, ids=lambda statement: statement[:45])
def test_the_desk_can_neither_write_the_trail_nor_switch_it_off(nobody, statement):
    nobody.execute("SET register.actor = 'person:1'")
    with pytest.raises(errors.InsufficientPrivilege):
        nobody.execute(sql.SQL(statement))


def test_no_setting_of_the_session_lets_a_change_pass_unseen(nobody):
    for setting in (
        "register.audit = off",
        "audit.enabled = off",
        "pgtrigger.ignore = 'all'",
        "check_function_bodies = off",
    ):
        nobody.execute(f"SET {setting}")
    nobody.execute("SET search_path = pg_temp")
    with pytest.raises(errors.InsufficientPrivilege, match="without an actor"):
        nobody.execute(INSERT_UNIT.replace("casework_unit", "public.casework_unit"))
    nobody.execute("SET register.actor = 'person:1'")
    nobody.execute(INSERT_UNIT.replace("casework_unit", "public.casework_unit"))
    entry = last(on_table="casework_unit")
    assert (entry.actor, entry.role) == ("person:1", "register_desk")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_not_even_the_owner_changes_an_entry(db, statement):
    Unit.objects.create(name_en="A", level="unit")
    with pytest.raises(Error, match="the trail is only added to"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_not_even_the_owner_empties_a_table_unseen(db):
    with pytest.raises(Error, match="is on the trail"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE casework_victim")


def test_the_public_side_sees_nothing_of_the_trail(committed):
    with connected("REGISTER_DATABASE_URL") as reader, pytest.raises(errors.InsufficientPrivilege):
        reader.execute("SELECT count(*) FROM audit_entry")


def test_a_record_can_be_told_from_the_trail_alone(db):
    """What a page showed at any moment can be put together again from the entries up to it."""
    author = make_documenter()
    source = make_source(author, title="First title")
    for title in ("Second title", "Third title"):
        type(source).objects.filter(pk=source.pk).update(title=title)
    told: dict[str, Any] = {}
    for each in entries(on_table="casework_source", row_key=str(source.pk)):
        told |= each.after
    assert told["title"] == "Third title"
    assert told["publisher"] == source.publisher
    assert Record.objects.filter(pk=source.pk).exists()
    assert User.objects.filter(pk=author.pk).exists()
