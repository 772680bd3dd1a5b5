"""Checks that the database still has the roles, rights, triggers and constraints from the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import Error, connection, transaction

from operations.roles import Grant, desk_role, grants, reader_role, signer_role
from people.audit import tables as trail

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")
# The triggers that protect the history, by table.
TRIGGERS = {
    "register_edition": (
        *("register_edition_stays", "register_edition_all_stay", "register_edition_gets_leaf"),
        *("register_edition_redacted", "register_edition_added_whole"),
    ),
    "ledger_leaf": (*("ledger_leaf_stays", "ledger_leaf_all_stay", "ledger_leaf_grows", "register_leaf_of_edition"),),
    "ledger_subtree": ("ledger_subtree_stays", "ledger_subtree_all_stay"),
    "ledger_checkpoint": (*("ledger_checkpoint_stays", "ledger_checkpoint_all_stay", "ledger_checkpoint_of_leaves"),),
    "casework_redaction": (
        *("casework_redaction_by_administrators", "casework_redaction_decided_stays"),
        *("casework_redaction_stays", "casework_redaction_all_stay"),
    ),
    "casework_record": (
        *("casework_record_published_after_review", "casework_record_born_unpublished"),
        "casework_record_second_person",
    ),
    "casework_review": (
        *("casework_review_four_eyes", "casework_review_second_person"),
        *("casework_review_decided_stays", "casework_history_all_stays"),
    ),
    "casework_revision": ("casework_history_stays", "casework_history_all_stays"),
    "casework_move": ("casework_move_second_person", "casework_history_stays", "casework_history_all_stays"),
    "casework_sourcederivation": ("casework_derivation_no_circles",),
    "audit_entry": ("audit_entry_stays", "audit_entry_all_stay"),
}
CONSTRAINTS = (
    *("register_edition_digest_of_document", "register_edition_redacted_whole", "register_edition_number_once"),
    *("ledger_leaf_hash_of_entry", "ledger_leaf_words", "ledger_leaf_of_one_thing_once", "ledger_leaf_pkey"),
    *("ledger_checkpoint_size_of_note", "casework_redaction_four_eyes", "casework_review_four_eyes"),
)
# Statements that must fail for every role; each is tried if there is a row for it.
FORBIDDEN = (
    "UPDATE register_edition SET digest = digest WHERE id = (SELECT max(id) FROM register_edition)",
    "DELETE FROM register_edition WHERE id = (SELECT max(id) FROM register_edition)",
    "UPDATE ledger_leaf SET digest = digest WHERE index = 0",
    "DELETE FROM ledger_leaf WHERE index = (SELECT max(index) FROM ledger_leaf)",
    "DELETE FROM ledger_checkpoint WHERE id = (SELECT max(id) FROM ledger_checkpoint)",
)


def roles() -> Iterator[str]:
    """Check that every role has exactly the rights of `operations/roles.py`, and nobody else has any."""
    desk, reader, signer = desk_role().name, reader_role().name, signer_role().name
    expected = list(grants(desk, reader, signer))
    for role in (desk, reader, signer):
        too_powerful = list(_powers(role))
        yield from too_powerful or _rights(role, expected)  # rights of a superuser cannot be listed
    yield from _strangers([desk, reader, signer])


def _powers(role: str) -> Iterator[str]:
    found = _rows(
        f"SELECT {', '.join(POWERS)}, (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid), "  # noqa: S608
        "(SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) FROM pg_roles WHERE rolname = %s",
        role,
    )
    if not found:
        yield f"Role {role}: there is none. Run setup_roles."
        return
    *powers, memberships, owned = found[0]
    for name, held in zip(POWERS, powers, strict=True):
        if held:
            yield f"Role {role}: has {name}."
    if memberships:
        yield f"Role {role}: is a member of another role."
    if owned:
        yield f"Role {role}: owns tables, and so can change their shape."


def _rights(role: str, expected: list[Grant]) -> Iterator[str]:
    allowed = {(grant.table, right) for grant in expected if grant.role == role for right in grant.rights}
    held = {
        (table, right)
        for table, right in _rows(
            "SELECT relname, right_ FROM pg_class, unnest(%s::text[]) AS right_ WHERE relkind IN ('r', 'p', 'v', 'm') "
            "AND relnamespace = 'public'::regnamespace AND has_table_privilege(%s, pg_class.oid, right_)",
            list(RIGHTS),
            role,
        )
    }
    for table, right in sorted(held - allowed):
        yield f"Role {role}: may {right} {table}, and should not."
    for table, right in sorted(allowed - held):
        yield f"Role {role}: may not {right} {table}, and should."


def _strangers(known: list[str]) -> Iterator[str]:
    """Rights of PUBLIC and of unknown roles on any table; there must be none."""
    for table, grantee, right in _rows(
        "SELECT relname, coalesce(rolname, 'everybody'), privilege_type FROM pg_class, aclexplode(relacl) AS held "
        "LEFT JOIN pg_roles ON pg_roles.oid = held.grantee WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'v', 'm') AND held.grantee <> relowner AND NOT coalesce(rolname = ANY (%s), false) "
        "ORDER BY 1, 2, 3",
        known,
    ):
        yield f"Role {grantee}: may {right} {table}, and is none of ours."


def triggers() -> Iterator[str]:
    """Check that every trigger and constraint of the history exists, is enabled, and works."""
    found = {
        (table, name): enabled
        for table, name, enabled in _rows(
            "SELECT relname, tgname, tgenabled FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
        )
    }
    required = {(table, name) for table, names in TRIGGERS.items() for name in names}
    required |= {(each.table, name) for each in trail.watched() for name in (trail.TRIGGER, trail.TRUNCATE_TRIGGER)}
    for table, name in sorted(required - found.keys()):
        yield f"Trigger {name} on {table}: missing."
    for (table, name), enabled in sorted(found.items()):
        if enabled not in ("O", "A"):
            yield f"Trigger {name} on {table}: switched off."
    valid = {name for (name,) in _rows("SELECT conname FROM pg_constraint WHERE convalidated")}
    for name in CONSTRAINTS:
        if name not in valid:
            yield f"Constraint {name}: missing."
    for statement in FORBIDDEN:
        if _is_possible(statement):
            yield f"Not refused, though it should be: {statement}."


def _is_possible(statement: str) -> bool:
    """Whether a forbidden statement changes a row; it is rolled back in any case."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            changed = int(cursor.rowcount)
            transaction.set_rollback(True)
    except Error:
        return False
    return changed > 0


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())
