"""The walls in the database: what every role may do with every table, asked of the catalogue, against what is written
here by hand. `operations/roles.py` is not asked, so that a mistake there is seen."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from psycopg import errors, sql

from operations.roles import grants
from tests.catalogue import Connection, connected, relations, rows

pytestmark = pytest.mark.usefixtures("committed")

ROOT = Path(__file__).resolve().parents[2]
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
ROLES = ("register_desk", "register_reader", "register_signer")

# By the beginning of a table's name, the longest that fits: what the desk, the reader and the signer may do.
# S select, I insert, U update, D delete. Nobody but the owner may truncate, refer to, or put triggers on a table.
EXPECTED = {
    "account_": ("SIUD", "", ""),
    "admin_": ("SIUD", "", ""),
    "audit_": ("S", "", ""),
    "auth_": ("SIUD", "", ""),
    "casework_": ("SIUD", "", ""),
    "casework_move": ("SI", "", ""),
    "casework_revision": ("SI", "", ""),
    "django_content_type": ("SIUD", "", ""),
    "django_migrations": ("S", "", ""),
    "django_session": ("SIUD", "", ""),
    "django_admin_log": ("SIUD", "", ""),
    "gazetteer_": ("S", "S", ""),
    "ledger_": ("S", "S", ""),
    "ledger_leaf": ("S", "S", "S"),
    "ledger_checkpoint": ("S", "S", "SI"),
    "mfa_": ("SIUD", "", ""),
    "people_": ("SIUD", "", ""),
    "portal_cache": ("SIUD", "", ""),
    "register_": ("SIUD", "S", ""),
    "register_edition": ("SI", "S", ""),
    "usersessions_": ("SIUD", "", ""),
}
LETTERS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}


def expected(table: str) -> tuple[str, ...] | None:
    """What is written above about a table; the views of other days are read like the tables they show."""
    fitting = [name for name in EXPECTED if table.startswith(name)]
    return EXPECTED[max(fitting, key=len)] if fitting else None


def may(role: str, table: str, right: str) -> bool:
    return rows("SELECT has_table_privilege(%s, format('public.%%I', %s::text), %s)", role, table, right) == [(True,)]


def rights_of(role: str, table: str) -> set[str]:
    version = int(str(rows("SHOW server_version_num")[0][0]))
    known = RIGHTS if version >= 170_000 else RIGHTS[:-1]
    return {right for right in known if may(role, table, right)}


def test_every_role_has_on_every_table_exactly_the_rights_that_are_written_here() -> None:
    wrong = {}
    for table in relations("rp"):
        written = expected(table)
        assert written is not None, f"say in EXPECTED who may do what with {table}"
        for role, letters in zip(ROLES, written, strict=True):
            found = rights_of(role, table)
            if found != {LETTERS[letter] for letter in letters}:
                wrong[f"{role} on {table}"] = sorted(found)
    assert wrong == {}


def test_a_view_lets_nobody_see_more_than_its_tables_do() -> None:
    for view in relations("vm"):
        written = expected(view)
        assert written is not None, view
        assert rights_of("register_desk", view) <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, view
        assert rights_of("register_reader", view) <= ({"SELECT"} if "S" in written[1] else set()), view
        assert rights_of("register_signer", view) <= ({"SELECT"} if "S" in written[2] else set()), view


def test_the_projects_own_table_of_rights_says_the_same_as_the_catalogue() -> None:
    for grant in grants("register_desk", "register_reader", "register_signer"):
        assert rights_of(grant.role, grant.table) == set(grant.rights), grant


def test_no_right_is_given_on_a_column_or_to_everyone() -> None:
    assert (
        rows("SELECT attrelid::regclass, attname FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16384") == []
    )
    assert (
        rows("SELECT 1 FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'")
        == []
    )
    everyone = rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
    )
    assert everyone == []


@pytest.mark.parametrize("role", ROLES)
def test_no_web_role_owns_anything_nor_is_anything_else(role: str) -> None:
    attributes = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit"
    assert rows(f"SELECT {attributes} FROM pg_roles WHERE rolname = %s", role)[0][:5] == (False,) * 5  # noqa: S608
    assert rows("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", role) == [(0,)]
    owned = "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole"
    assert rows(owned, role) == [(0,)]
    assert rows("SELECT count(*) FROM pg_proc WHERE proowner = %s::regrole", role) == [(0,)]
    assert rows("SELECT count(*) FROM pg_database WHERE datdba = %s::regrole", role) == [(0,)]
    for schema in ("public", "pg_catalog"):
        assert rows("SELECT has_schema_privilege(%s, %s, 'CREATE')", role, schema) == [(False,)]
    for right in ("CREATE", "TEMPORARY"):
        assert rows("SELECT has_database_privilege(%s, current_database(), %s)", role, right) == [(False,)]


def test_only_the_desk_takes_numbers_from_sequences_and_none_from_the_trails() -> None:
    for sequence in relations("S"):
        for role in ("register_reader", "register_signer"):
            for right in ("USAGE", "SELECT", "UPDATE"):
                given = rows("SELECT has_sequence_privilege(%s, %s, %s)", role, sequence, right)
                if (role, sequence) == ("register_signer", "ledger_checkpoint_id_seq") and right != "UPDATE":
                    continue  # it adds checkpoints
                assert given == [(False,)], (role, sequence, right)
        assert rows("SELECT has_sequence_privilege('register_desk', %s, 'UPDATE')", sequence) == [(False,)], sequence
    assert rows("SELECT has_sequence_privilege('register_desk', 'audit_entry_id_seq', 'USAGE')") == [(False,)]


# What the reader can call.


@pytest.fixture
def reader(django_db_setup: None) -> Iterator[Connection]:
    with connected("REGISTER_DATABASE_URL") as reader:
        reader.execute("SET default_transaction_read_only = off")
        yield reader


def test_the_reader_calls_no_function_of_ours_that_writes_or_runs_as_somebody_else(reader: Connection) -> None:
    callable_ones = reader.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND has_function_privilege(oid, 'EXECUTE') AND (prosecdef OR provolatile = 'v')"
    ).fetchall()
    assert callable_ones == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_read_binary_file('PG_VERSION')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_stat_file('PG_VERSION')",
        "SELECT pg_ls_logdir()",
        "SELECT pg_current_logfile()",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/loot'",
        "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()",
        "SELECT pg_create_restore_point('x')",
        "SELECT pg_switch_wal()",
        "SELECT pg_backup_start('x')",
        "SELECT pg_export_snapshot() FROM pg_logical_slot_get_changes('x', NULL, NULL)",
        "SELECT pg_create_logical_replication_slot('x', 'test_decoding')",
        "SELECT pg_stat_reset()",
        "SELECT lo_create(0)",
        "SELECT lo_get(1)",
        "SET ROLE register_desk",
        "SET ROLE register_signer",
        "SET SESSION AUTHORIZATION register_desk",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT * FROM pg_file_settings",
        "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_user_mapping",
        "SELECT * FROM pg_statistic_ext_data",
        "SET log_statement = 'none'",
        "SET session_preload_libraries = 'x'",
        "LOAD 'auto_explain'",
        "CREATE PUBLICATION loot FOR ALL TABLES",
        "VACUUM register_edition",
    ],
)
def test_the_reader_reaches_neither_files_nor_programs_nor_other_roles(reader: Connection, statement: str) -> None:
    refused = (errors.InsufficientPrivilege, errors.UndefinedObject, errors.UndefinedFile, errors.UndefinedFunction)
    if statement.startswith("VACUUM"):
        reader.execute(sql.SQL(statement))  # PostgreSQL warns and does nothing
        assert rows("SELECT has_table_privilege('register_reader', 'register_edition', 'UPDATE')") == [(False,)]
        return
    with pytest.raises(refused):
        reader.execute(sql.SQL(statement))


def test_the_reader_sees_of_other_sessions_neither_their_queries_nor_where_they_come_from(reader: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'a query of somebody else'")
    seen = reader.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND (client_addr IS NOT NULL OR (query <> '' AND query <> '<insufficient privilege>')) "
        "AND usename <> current_user"
    ).fetchone()
    assert seen == (0,)


def test_the_reader_connects_to_no_other_database(reader: Connection) -> None:
    name = connection.settings_dict["NAME"]
    others = [
        str(database)
        for (database,) in rows(
            "SELECT datname FROM pg_database WHERE datallowconn AND datname <> %s "
            "AND has_database_privilege('register_reader', datname, 'CONNECT')",
            name,
        )
    ]
    ours = {os.environ["DATABASE_URL"].rsplit("/", 1)[1].partition("?")[0], "hdc", "hdc_starting_register"}
    assert set(others) - ours <= {"postgres", "template1"}  # which hold nothing of ours


def test_a_message_to_other_sessions_reaches_nobody(reader: Connection) -> None:
    """NOTIFY needs no right in PostgreSQL. Nothing of ours listens, the queue has its bound, and a session that is
    idle in a transaction is ended before it could keep the queue from being emptied."""
    reader.execute("NOTIFY anything, 'x'")
    sources = [
        *(ROOT / "portal").rglob("*.py"),
        *(ROOT / "incidents").rglob("*.py"),
        *(ROOT / "people").rglob("*.py"),
        *(ROOT / "operations").rglob("*.py"),
    ]
    assert not [path for path in sources if "LISTEN " in path.read_text("utf-8").replace("LISTENERS", "")]
    assert reader.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)
