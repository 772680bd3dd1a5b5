"""What the desk's role may do in the database: write casework, add editions, and never touch one again."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from psycopg import errors, sql

from incidents.register.models import RegisterIncident
from operations.roles import APPEND_ONLY, WRITE, grants
from tests.catalogue import Connection, connected, tables

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def desk(django_db_setup: None) -> Iterator[Connection]:
    """A connection as the desk's web process has it."""
    with connected("DATABASE_URL") as desk:
        yield desk


def rights_on(desk: Connection, table: str) -> set[str]:
    every = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    return {
        right
        for right in every
        if desk.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone() == (True,)
    }


def test_editions_revisions_and_moves_can_be_added_and_nothing_else(desk: Connection) -> None:
    for label in sorted(APPEND_ONLY):
        assert rights_on(desk, apps.get_model(label)._meta.db_table) == {"SELECT", "INSERT"}, label


def test_the_register_refuses_to_change_an_edition(desk: Connection) -> None:
    for statement in (
        "UPDATE register_edition SET document = ''",
        "DELETE FROM register_edition",
        "TRUNCATE register_edition",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute(sql.SQL(statement))


def test_the_rows_made_from_editions_can_be_written(desk: Connection) -> None:
    assert rights_on(desk, RegisterIncident._meta.db_table) == set(WRITE)


def test_casework_and_accounts_can_be_written_but_not_emptied(desk: Connection) -> None:
    for table in ("casework_incident", "casework_citation", "people_user", "django_session"):
        assert rights_on(desk, table) == set(WRITE), table


def test_the_gazetteer_and_the_list_of_migrations_can_only_be_read(desk: Connection) -> None:
    for table in [*sorted(name for name in tables() if name.startswith("gazetteer_")), "django_migrations"]:
        assert rights_on(desk, table) == {"SELECT"}, table


def test_every_table_of_the_database_has_a_rule() -> None:
    assert tables() == {grant.table for grant in grants("desk", "reader")}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot (a int)",
        "CREATE TEMP TABLE loot (a int)",
        "ALTER TABLE register_edition DISABLE TRIGGER ALL",
        "ALTER TABLE casework_review DROP CONSTRAINT casework_review_four_eyes",
        "CREATE OR REPLACE FUNCTION public.loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "SELECT lo_create(0)",
        "DO 'BEGIN PERFORM 1; END'",
        "COPY register_edition TO PROGRAM 'cat'",
    ],
)
def test_the_shape_of_the_database_is_not_the_desks_to_change(desk: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(sql.SQL(statement))
