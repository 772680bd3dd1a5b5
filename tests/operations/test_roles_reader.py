"""The wall behind the public side: what its role may do in the database, asked of PostgreSQL itself."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import errors, sql

from incidents.register.models import RegisterIncident
from portal.routers import PUBLIC_APPS
from tests.catalogue import Connection, connected, tables

pytestmark = pytest.mark.usefixtures("committed")

INCIDENTS = RegisterIncident._meta.db_table


@pytest.fixture
def reader(django_db_setup: None) -> Iterator[Connection]:
    """A connection as the public side has it."""
    with connected("REGISTER_DATABASE_URL") as reader:
        yield reader


def public_tables() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._meta.app_label in PUBLIC_APPS}


def test_the_reader_is_neither_owner_nor_member_of_anything(reader: Connection) -> None:
    row = reader.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, "
        "(SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row == (False, False, False, False, False, 0)


def test_every_public_table_can_be_read(reader: Connection) -> None:
    assert public_tables()
    for table in sorted(public_tables()):
        reader.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(table)))


def test_every_other_table_refuses_to_be_read(reader: Connection) -> None:
    others = tables() - public_tables()
    assert {"casework_incident", "casework_source", "people_user", "django_session", "django_migrations"} <= others
    for table in sorted(others):
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))


@pytest.mark.parametrize("column", ["*", "count(*)", "ctid", "tableoid"])
def test_not_even_the_number_of_drafts_can_be_read(reader: Connection, column: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute(sql.SQL("SELECT {} FROM casework_record").format(sql.SQL(column)))


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES"])
def test_no_table_can_be_written(reader: Connection, statement: str) -> None:
    reader.execute("SET default_transaction_read_only = off")
    for table in sorted(tables()):
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(sql.SQL(statement).format(sql.Identifier(table)))


def test_no_row_can_be_changed(reader: Connection) -> None:
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute(f"UPDATE {INCIDENTS} SET grade = 'verified'")  # noqa: S608
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute(f"SELECT * FROM {INCIDENTS} FOR UPDATE")  # noqa: S608
    with reader.transaction(), pytest.raises(errors.InsufficientPrivilege):
        reader.execute(f"LOCK TABLE {INCIDENTS}")


def test_it_starts_every_transaction_read_only_and_within_ten_seconds(reader: Connection) -> None:
    assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
    assert reader.execute("SHOW statement_timeout").fetchone() == ("10s",)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot (a int)",
        "CREATE TEMP TABLE loot (a int)",
        "CREATE SCHEMA loot",
        "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION vector",
        "DO 'BEGIN PERFORM 1; END'",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'loot')",
        "SELECT lo_put(1, 0, 'loot')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/loot')",
        "SELECT lo_unlink(1)",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND pid <> pg_backend_pid()",
        f"COPY {INCIDENTS} TO '/tmp/loot'",
        f"COPY {INCIDENTS} TO PROGRAM 'cat'",
        "COPY (SELECT * FROM casework_record) TO STDOUT",
        "SET ROLE register_desk",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "ALTER ROLE register_reader SUPERUSER",
        f"ALTER TABLE {INCIDENTS} DISABLE TRIGGER ALL",
        "ALTER SYSTEM SET fsync = off",
        "GRANT register_desk TO register_reader",
        "SELECT nextval('casework_incident_code')",
        "SELECT setval('casework_incident_code', 1)",
        "SELECT last_value FROM casework_incident_code",
        "SELECT rolpassword FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "CREATE DATABASE loot",
    ],
)
def test_every_way_around_is_closed(reader: Connection, statement: str) -> None:
    reader.execute("SET default_transaction_read_only = off")
    with pytest.raises((errors.InsufficientPrivilege, errors.ActiveSqlTransaction)):
        reader.execute(sql.SQL(statement))


def test_the_planner_tells_nothing_of_hidden_tables(reader: Connection) -> None:
    found = reader.execute("SELECT count(*) FROM pg_stats WHERE tablename LIKE 'casework%' OR tablename LIKE 'people%'")
    assert found.fetchone() == (0,)
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute("EXPLAIN ANALYZE SELECT * FROM casework_incident")


def test_a_table_that_is_made_later_is_closed_until_somebody_decides(reader: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE register_made_later (a int)")
    try:
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM register_made_later")
        call_command("setup_roles", verbosity=0)
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM register_made_later")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE register_made_later")


def test_rights_that_were_given_by_hand_are_taken_back_by_setup_roles(reader: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON casework_record TO register_reader; GRANT UPDATE ON register_edition TO PUBLIC")
    reader.execute("SELECT 1 FROM casework_record")
    call_command("setup_roles", verbosity=0)
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute("SELECT 1 FROM casework_record")
    assert reader.execute("SELECT has_table_privilege('register_edition', 'UPDATE')").fetchone() == (False,)
