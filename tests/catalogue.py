"""The database asked without models: what its catalogue says, and as one of its roles."""

import os
from typing import Any

import psycopg
from django.db import connection

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


def connected(address: str, **parameters: Any) -> Connection:
    """A connection to the database of the tests as the role that a setting such as `DATABASE_URL` names."""
    name = connection.settings_dict["NAME"]
    return psycopg.connect(os.environ[address], dbname=name, **{"autocommit": True} | parameters)
