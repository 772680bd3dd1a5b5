"""The database roles of desk, reader and signer, and their rights on the tables of our apps.

The owner of the database creates the tables and grants the rights; no web process connects as the owner. The reader has
SELECT on the register, the ledger and the gazetteer only. The desk writes casework, inserts editions but cannot update
them, and reads the gazetteer, the ledger and the audit trail, which only triggers write. The signer reads the ledger's
leaves and inserts checkpoints. A table without a rule is writable by the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from operations.embedded_postgres import DESK, READER, SIGNER
from portal.routers import PUBLIC_APPS

READ = ("SELECT",)
ADD = ("SELECT", "INSERT")
WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")
SIGNER_RIGHTS = {"ledger.leaf": READ, "ledger.checkpoint": ADD}
APPEND_ONLY = {"register.edition", "casework.revision", "casework.move"}
READER_SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
# Large objects have no table rights: any role that may call these functions can fill the disk.
LARGE_OBJECT_WRITERS = (
    *("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lo_put(oid, bigint, bytea)"),
    *("lo_import(text)", "lo_import(text, oid)", "lo_export(oid, text)", "lowrite(integer, bytea)"),
    *("lo_open(oid, integer)", "lo_unlink(oid)", "lo_truncate(integer, integer)", "lo_truncate64(integer, bigint)"),
)


class RolesError(Exception):
    """The owner of the database lacks a right; the message says which and what to do."""


@dataclass(frozen=True)
class Grant:
    """A role's rights on one table."""

    role: str
    table: str
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """A role from the URL in the settings; without a URL it has no login and can only be used by SET ROLE."""

    name: str
    password: str = ""
    signs_in: bool = False


def desk_role() -> Role:
    """The role of DATABASE_URL; `register_desk` if that is the owner's URL."""
    return _role(settings.DATABASE_URL, DESK)


def reader_role() -> Role:
    """The role of REGISTER_DATABASE_URL; `register_reader` if that is not set."""
    return _role(settings.REGISTER_DATABASE_URL, READER)


def signer_role() -> Role:
    """The role of SIGNER_DATABASE_URL; `register_signer` if that is not set."""
    return _role(settings.SIGNER_DATABASE_URL, SIGNER)


def grants(desk: str, reader: str, signer: str = SIGNER) -> Iterator[Grant]:
    """The rights on every table of every installed app."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        table = model._meta.db_table
        if model._meta.app_label in PUBLIC_APPS:
            yield Grant(reader, table, READ)
        yield Grant(desk, table, _desk_rights(model._meta.app_label, model._meta.label_lower))
        if model._meta.label_lower in SIGNER_RIGHTS:
            yield Grant(signer, table, SIGNER_RIGHTS[model._meta.label_lower])
    yield Grant(desk, settings.CACHE_TABLE, WRITE)
    yield Grant(desk, "django_migrations", READ)


def set_up() -> None:
    """Create the roles and set exactly their rights, whatever they had before. Runs as the owner.

    Raises RolesError.
    """
    desk, reader, signer = desk_role(), reader_role(), signer_role()
    with transaction.atomic(), connection.cursor() as cursor:
        for role in (desk, reader, signer):
            _make(cursor, role)
        for name, value in READER_SETTINGS.items():
            _run(cursor, "ALTER ROLE {} SET {} = {}", reader.name, name, sql.Literal(value))
        for role in (reader, signer):
            _let_owner_take(cursor, role)
        _close_what_is_open_to_everyone(cursor)
        for role in (desk, reader, signer):
            _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", role.name)
            _run(cursor, "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}", role.name)
            _run(cursor, "GRANT CONNECT ON DATABASE {} TO {}", _database(), role.name)
            _run(cursor, "GRANT USAGE ON SCHEMA public TO {}", role.name)
        _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", desk.name)
        _run(cursor, "REVOKE ALL ON SEQUENCE audit_entry_id_seq FROM {}", desk.name)
        _run(cursor, "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}", desk.name)
        _run(cursor, "REVOKE EXECUTE ON FUNCTION audit_keep() FROM {}", desk.name)
        cursor.execute("SELECT register_draw_then()")  # the views of former rows follow the tables' columns
        for grant in grants(desk.name, reader.name, signer.name):
            rights = sql.SQL(", ").join(map(sql.SQL, grant.rights))
            _run(cursor, "GRANT {} ON TABLE {} TO {}", rights, grant.table, grant.role)


def _role(url: str, default: str) -> Role:
    parts = urlsplit(url)
    name = unquote(parts.username or "")
    if not name or name == unquote(urlsplit(settings.OWNER_DATABASE_URL).username or ""):
        return Role(default)
    return Role(name, unquote(parts.password or ""), signs_in=True)


def _desk_rights(app: str, model: str) -> tuple[str, ...]:
    if app in ("gazetteer", "audit", "ledger"):
        return READ
    return ADD if model in APPEND_ONLY else WRITE


def _make(cursor: CursorWrapper, role: Role) -> None:
    cursor.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [role.name])
    found = cursor.fetchone()
    if found is None:
        _run(cursor, "CREATE ROLE {} NOLOGIN", role.name)
    if role.signs_in and not (found and found[0]):
        _run(cursor, "ALTER ROLE {} LOGIN", role.name)
    if role.password:
        # Hashed by the client, so that neither the server nor its log sees the password.
        hashed = connection.connection.pgconn.encrypt_password(
            role.password.encode(), role.name.encode(), b"scram-sha-256"
        )
        _run(cursor, "ALTER ROLE {} PASSWORD {}", role.name, sql.Literal(hashed.decode()))


def _let_owner_take(cursor: CursorWrapper, role: Role) -> None:
    """With one URL for everything, the public side signs in as the owner and uses SET ROLE."""
    if not role.signs_in and not _is_superuser(cursor):
        _run(cursor, "GRANT {} TO CURRENT_USER", role.name)


def _is_superuser(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _close_what_is_open_to_everyone(cursor: CursorWrapper) -> None:
    _run(cursor, "REVOKE ALL ON DATABASE {} FROM PUBLIC", _database())
    _run(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
    _run(cursor, "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
    if _is_superuser(cursor):  # who owns PostgreSQL's own functions
        _run(cursor, "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
        for function in LARGE_OBJECT_WRITERS:
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC")


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _run(cursor: CursorWrapper, statement: str, *parts: str | sql.Composable) -> None:
    composed = sql.SQL(statement).format(*(sql.Identifier(part) if isinstance(part, str) else part for part in parts))
    try:
        cursor.execute(composed)
    except Error as problem:
        raise RolesError(
            f"The owner of the database may not do this: {composed.as_string(None)}: {str(problem).strip()} "
            "Connect as a superuser, or as a role with CREATEROLE that owns the database and its tables."
        ) from problem
