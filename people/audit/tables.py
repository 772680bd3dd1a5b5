"""The tables that the audit trail watches: all except those listed here with a reason. `migrate` ends with
`watch_all`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from psycopg import sql

# By app or model; everything else is watched, so that a new table is included automatically.
UNWATCHED = {
    "audit": "the trail itself",
    "contenttypes": "Django's list of models, which migrations write",
    "gazetteer": "reference data, loaded from files that are kept with the code",
    "ledger": "leaves and checkpoints are only added, and prove themselves",
    "register": "editions are only added and stand in the ledger; the rows are made again from them",
    "sessions": "who is signed in at the moment: changes with every page and is gone with the session",
    "usersessions": "who is signed in at the moment: changes with every page and is gone with the session",
}
# Columns whose values are never stored. Names that match TELLING need no entry.
SECRETS = {"mfa.authenticator": {"data"}}
TELLING = re.compile(r"password|passphrase|secret|token|recovery|(^|_)(otp|seed|key)(_|$)")
RECORD = "casework.Record"
TRIGGER, TRUNCATE_TRIGGER = "audit_trail", "audit_trail_all"


class Watched(NamedTuple):
    """A table with the arguments of its trigger: the key column, secret columns, and the columns that refer to a
    record or a person (`record.incident_id`, `person.user_id`)."""

    table: str
    key: str
    secrets: tuple[str, ...]
    about: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, str, str]:
        """The arguments in the trigger's definition."""
        return self.key, ",".join(self.secrets), ",".join(self.about)


def watched() -> Iterator[Watched]:
    """The watched tables of all installed apps."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.proxy or not options.managed or {options.app_label, options.label_lower} & UNWATCHED.keys():
            continue
        columns = [str(field.column) for field in options.local_concrete_fields]
        named = SECRETS.get(options.label_lower, set())
        secrets = tuple(column for column in columns if column in named or TELLING.search(column))
        assert options.pk is not None
        yield Watched(options.db_table, str(options.pk.column), secrets, tuple(_links(model)))


def watch_all() -> None:
    """Create or correct the trigger on every watched table; drop it from others.

    Runs as the owner of the tables, at the end of every `migrate`. Does nothing if everything is up to date.
    """
    present = _tables()
    if "audit_entry" not in present:
        return
    wanted = {each.table: each for each in watched() if each.table in present}
    found = _found()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(found.keys() - wanted.keys()):
            for trigger in (TRIGGER, TRUNCATE_TRIGGER):
                cursor.execute(_statement("DROP TRIGGER IF EXISTS {} ON {}", trigger, table))
        for table, each in sorted(wanted.items()):
            if found.get(table) != each.arguments:
                _watch(each)


def _watch(each: Watched) -> None:
    arguments = sql.SQL(", ").join(map(sql.Literal, each.arguments))
    with connection.cursor() as cursor:
        for statement, trigger in (
            ("CREATE OR REPLACE TRIGGER {} AFTER INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW", TRIGGER),
            ("CREATE OR REPLACE TRIGGER {} BEFORE TRUNCATE ON {} FOR EACH STATEMENT", TRUNCATE_TRIGGER),
        ):
            cursor.execute(
                _statement(statement, trigger, each.table)
                + sql.SQL(" EXECUTE FUNCTION public.audit_keep({})").format(arguments)
            )


def _links(model: type[models.Model]) -> Iterator[str]:
    """The columns that refer to a record or a person."""
    record, person = apps.get_model(RECORD), get_user_model()
    for kind, target in (("record", record), ("person", person)):
        for field in model._meta.local_concrete_fields:
            related = field.remote_field.model if field.is_relation and field.remote_field else None
            itself = field.primary_key and issubclass(model, target)
            if itself or (isinstance(related, type) and issubclass(related, target)):
                yield f"{kind}.{field.column}"


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _found() -> dict[str, tuple[str, ...]]:
    """The tables with both triggers, enabled, and the triggers' arguments."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, min(encode(tgargs, 'escape')), count(*) FROM pg_trigger
            JOIN pg_class ON pg_class.oid = tgrelid
            WHERE tgname IN (%s, %s) AND tgenabled = 'O' AND relnamespace = 'public'::regnamespace
            GROUP BY relname
            """,
            [TRIGGER, TRUNCATE_TRIGGER],
        )
        return {
            table: tuple(arguments.split("\\000")[:-1]) if number == 2 else () for table, arguments, number in cursor
        }


def _statement(words: str, *names: str) -> sql.Composed:
    return sql.SQL(words).format(*map(sql.Identifier, names))
