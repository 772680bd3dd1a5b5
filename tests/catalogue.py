"""The database asked without models: what its catalogue says, what its rules refuse, and as one of its roles."""

import os
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction

type Connection = psycopg.Connection[tuple[Any, ...]]


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the owner is told."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def relations(kinds: str) -> list[str]:
    """What there really is, whether one of our apps made it or not, by the letters of `pg_class.relkind`."""
    found = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = ANY(%s) ORDER BY 1",
        list(kinds),
    )
    return [str(name) for (name,) in found]


def tables() -> set[str]:
    """Every table, and every view, which is read like one."""
    return set(relations("rpvm"))


def superuser(*statements: str) -> None:
    """What somebody can do who owns the database and switches its rules off: triggers and foreign keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def broken(statement: str, *values: Any, as_role: str = "") -> str:
    """The rule that refuses a statement of the owner, or of a role; what it did is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        if as_role:
            cursor.execute(f"SET LOCAL ROLE {as_role}")
        with pytest.raises(Error) as problem:
            cursor.execute(statement, values)
        transaction.set_rollback(True)
    return problem.value.__cause__.diag.constraint_name or str(problem.value).splitlines()[0]


def connected(address: str, **parameters: Any) -> Connection:
    """A connection to the database of the tests as the role that a setting such as `DATABASE_URL` names."""
    name = connection.settings_dict["NAME"]
    return psycopg.connect(os.environ[address], dbname=name, **{"autocommit": True} | parameters)
