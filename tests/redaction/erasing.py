"""Erasing as two administrators do it, and looking for what it left anywhere."""

from incidents.casework import redactions
from tests.catalogue import rows
from tests.desk import make_administrator

SECRET = "the baker of the village saw it"


def erase(record, *numbers, reason="safety"):
    """Asked for by one administrator, agreed to by another."""
    asked = redactions.request(record, make_administrator(), numbers, reason, "A relative telephoned.")
    return redactions.approve(asked, make_administrator())


def everywhere():
    """Every text in every table that the public side can read."""
    tables = rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege('register_reader', oid, 'SELECT')"
    )
    return [
        f"{table}: {text}"
        for (table,) in tables
        for (text,) in rows(f"SELECT to_jsonb(each)::text FROM {table} AS each")  # noqa: S608
    ]


def traces(words="baker"):
    return [text[:120] for text in everywhere() if words in text]
