"""Erasing as two administrators do it, and looking for what it left anywhere."""

from django.db import connection

from incidents.casework import redactions
from tests.desk import make_administrator

SECRET = "the baker of the village saw it"


def erase(record, *numbers, reason="safety"):
    """Asked for by one administrator, agreed to by another."""
    asked = redactions.request(record, make_administrator(), numbers, reason, "A relative telephoned.")
    return redactions.approve(asked, make_administrator())


def everywhere():
    """Every text in every table that the public side can read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('register_reader', oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(each)::text FROM {table} AS each")  # noqa: S608
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found


def traces(words="baker"):
    return [text[:120] for text in everywhere() if words in text]
