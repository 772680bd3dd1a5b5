"""`manage.py verify`: whatever somebody with all rights in the database does to the register is found and named."""

import hashlib
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from incidents.ledger.models import Leaf
from incidents.publishing import verification
from incidents.register.models import Edition
from tests.catalogue import superuser
from tests.factories import make_documenter, make_incident, make_investigation, make_reviewer, publish
from tests.outcomes import publish_again
from tests.published import add_editions

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def register(signer):
    """Two incidents with their sources and an investigation, one of them in two editions, signed twice."""
    author, reviewer = make_documenter(), make_reviewer()
    investigation = make_investigation(author)
    first = make_incident(author)
    first.investigations.add(investigation)
    first = publish(first, reviewer)
    signer.sign()
    publish_again(first, author, reviewer, killed_high=3)
    second = publish(make_incident(author), reviewer)
    signer.sign()
    return first, second


def findings(*only):
    """What the command names, and that it ends as it should."""
    words = StringIO()
    ending = ""
    try:
        call_command("verify", stdout=words, **({"only": list(only)} if only else {}))
    except CommandError as problem:
        ending = str(problem)
    named = [line.removeprefix("FOUND ") for line in words.getvalue().splitlines() if line.startswith("FOUND ")]
    assert ending.startswith(f"{len(named)} finding") if named else "Nothing was found." in words.getvalue()
    return named


@contextmanager
def without(table, constraint):
    """A rule that somebody took away; it is put back at the end, for whatever rows there are then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition} NOT VALID")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")


def test_a_register_as_it_should_be_passes_every_check(register):
    words = StringIO()
    call_command("verify", stdout=words)
    lines = words.getvalue().splitlines()
    assert lines[0] == "Verifying as postgres."
    for check in ("editions", "leaves", "subtrees", "checkpoints", "rows", "roles", "triggers"):
        assert any(line.startswith(f"{check}: ok") for line in lines), check
    assert lines[-1] == "Nothing was found."


def test_a_long_check_says_how_far_it_is(register, monkeypatch):
    monkeypatch.setattr(verification, "AT_ONCE", 4)
    told = {}
    for name in ("editions", "leaves", "subtrees", "rows"):
        steps = []
        with verification.one_snapshot():
            assert list(verification.checks(Path("nowhere"))[name](lambda *step: steps.append(step))) == []  # noqa: B023
        told[name] = steps
    assert told["editions"] == told["leaves"] == [(4, 6), (6, 6)]
    assert told["subtrees"] == [(0, 0)]
    assert told["rows"] == [(n, 8) for n in range(1, 9)]


def test_leaves_that_no_checkpoint_covers_are_counted(register, signer):
    assert verification.unsigned(signer.memory.folder) == ""
    add_editions(1)
    assert verification.unsigned(signer.memory.folder) == "1 of 7 leaves are in no signed checkpoint yet."


def test_leaves_and_editions_are_read_in_one_transaction(register):
    with transaction.atomic():
        add_editions(1)
        assert list(verification.leaves(lambda *step: None)) == []
        transaction.set_rollback(True)


def test_it_changes_nothing_and_leaves_nothing_behind(register):
    tables = "SELECT count(*), sum(reltuples) FROM pg_class WHERE relkind = 'r'"
    with connection.cursor() as cursor:
        cursor.execute(tables)
        before = cursor.fetchone()[0]
        findings()
        cursor.execute(tables)
        assert cursor.fetchone()[0] == before


def test_a_changed_document_is_named(register):
    with without("register_edition", "register_edition_digest_of_document"):
        superuser("UPDATE register_edition SET document = replace(document, 'shot', 'fed') WHERE number = 2")
        code = register[0].code
        found = findings("editions")
    assert found == [f"editions: incident/{code}/2: the document was changed; its SHA-256 is not the edition's digest."]


def test_a_document_that_was_changed_with_its_digest_is_named_by_its_leaf(register):
    rewrite(register[0].code)
    found = findings("editions", "leaves", "checkpoints")
    assert found == [f"leaves: Leaf 3 (incident/{register[0].code}/2): its digest is not the edition's."]


def test_a_document_that_was_changed_with_digest_leaf_and_row_is_named_by_the_checkpoint(register):
    digest = rewrite(register[0].code)
    superuser(
        f"UPDATE ledger_leaf SET digest = '{digest}',"  # noqa: S608
        f" hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, '{digest}')) WHERE index = 3"
    )
    found = findings("editions", "leaves", "checkpoints")
    assert len(found) == 2
    for where in ("in the database", "in the signer's memory"):
        words = f"checkpoints: The checkpoint of 6 leaves {where}: the log does not begin with what was signed."
        assert any(each.startswith(words) and "between leaf 3 and leaf 5" in each for each in found), found


def rewrite(code):
    """Somebody's new words in the second edition, with a digest to fit."""
    edition = Edition.objects.using("default").get(kind="incident", code=code, number=2)
    document = edition.document.replace("shot", "fed")
    digest = hashlib.sha256(document.encode()).hexdigest()
    superuser(
        f"UPDATE register_edition SET document = replace(document, 'shot', 'fed'), digest = '{digest}'"  # noqa: S608
        f" WHERE id = {edition.pk}"
    )
    return digest


def test_a_changed_leaf_is_named(register):
    digest = "a" * 64
    superuser(
        f"UPDATE ledger_leaf SET digest = '{digest}',"  # noqa: S608
        f" hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, '{digest}')) WHERE index = 1"
    )
    found = findings("leaves", "checkpoints")
    assert "its digest is not the edition's" in found[0]
    assert sum("the log does not begin with what was signed" in each for each in found) == 4


def test_a_leaf_whose_hash_alone_was_changed_is_named(register):
    with without("ledger_leaf", "ledger_leaf_hash_of_entry"):
        superuser("UPDATE ledger_leaf SET hash = sha256('x') WHERE index = 2")
        found = findings("leaves")
    assert len(found) == 1
    assert found[0].endswith("its hash is not that of its entry.")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE register_registerincident SET killed_high = 99", "not what its edition makes: killed_high."),
        ("UPDATE register_registersource SET title = 'x'", "not what its edition makes: title."),
        ("UPDATE register_registersearch SET vector = 'x'", "not what its edition makes: vector."),
        ("UPDATE register_registercitation SET quote = 'x'", "not what its edition makes: quote."),
        ("DELETE FROM register_registerinvestigation", "the row is missing."),
        ("INSERT INTO register_registerunit VALUES ('U-9', 'x', 'x', 'unit', '{}')", "no edition makes this row."),
    ],
)
def test_a_changed_lost_or_added_read_row_is_named(register, statement, words):
    superuser(statement)
    found = findings("rows")
    table = statement.split("register_register")[1].split()[0]
    assert found
    assert all(each.startswith(f"rows: register_register{table} ") and each.endswith(words) for each in found), found


def test_the_newest_editions_removed_with_their_leaves_are_missed_by_the_checkpoints(register):
    code = register[1].code
    remove_record(code)
    found = findings("checkpoints")
    assert len(found) == 2
    assert all("The checkpoint of 6 leaves" in each and "the log has only 5" in each for each in found)


def remove_record(code):
    superuser(
        f"DELETE FROM register_edition WHERE code = '{code}'",  # noqa: S608
        f"DELETE FROM ledger_leaf WHERE subject = 'incident/{code}/1'",  # noqa: S608
        f"DELETE FROM register_registersearch WHERE incident_id = '{code}'",  # noqa: S608
        f"DELETE FROM register_registercitation WHERE incident_id = '{code}'",  # noqa: S608
        f"DELETE FROM register_registerincident WHERE code = '{code}'",  # noqa: S608
    )


def test_an_edition_removed_without_its_leaf_is_missed_by_its_leaf(register):
    superuser(f"DELETE FROM register_edition WHERE code = '{register[1].code}'")  # noqa: S608
    assert f"leaves: Leaf 5: the edition incident/{register[1].code}/1 is gone." in findings("leaves")


def test_an_edition_in_the_middle_is_missed_by_its_successor(register):
    superuser(f"DELETE FROM register_edition WHERE code = '{register[0].code}' AND number = 1")  # noqa: S608
    assert f"editions: incident/{register[0].code}/2: edition 1 of the record is missing" in findings("editions")[0]


def test_an_edition_without_a_leaf_is_named(register):
    code = register[1].code
    superuser(f"DELETE FROM ledger_leaf WHERE subject = 'incident/{code}/1'")  # noqa: S608
    assert f"leaves: incident/{code}/1: the edition has no leaf in the log." in findings("leaves")


def test_an_older_state_of_the_whole_database_is_noticed_by_the_signers_memory(register, signer):
    """All tables as they were, checkpoints too, as a restored dump has them: only what lies outside can know."""
    remove_record(register[1].code)
    superuser("DELETE FROM ledger_checkpoint WHERE size = 6")
    (found,) = findings("checkpoints")
    assert "The checkpoint of 6 leaves in the signer's memory: the log has only 5." in found


def test_that_the_signers_memory_is_out_of_reach_is_said(register, settings, tmp_path):
    settings.LEDGER_MEMORY = tmp_path / "elsewhere"
    words = StringIO()
    call_command("verify", stdout=words)
    assert "an older state of the whole database would not be noticed" in words.getvalue()


def test_two_leaves_that_changed_places_are_named(register):
    superuser(
        "UPDATE ledger_leaf SET index = index + 100 WHERE index IN (2, 3)",
        "UPDATE ledger_leaf SET index = 105 - index WHERE index > 100",
    )
    found = findings("leaves", "checkpoints")
    assert any("stands after" in each and "which was published later" in each for each in found), found
    assert any("the log does not begin with what was signed" in each for each in found)


def test_a_gap_is_named(register):
    superuser("DELETE FROM ledger_leaf WHERE index = 2")
    assert findings("leaves") == ["leaves: Leaf 2: missing; the log has a gap before leaf 3."]


def test_a_stored_subtree_that_is_not_that_of_its_leaves_is_named(register):
    add_editions(300)
    assert findings("subtrees") == []
    superuser("UPDATE ledger_subtree SET hash = sha256('x')")
    assert findings("subtrees") == ["subtrees: Subtree 1/0: not the root of its leaves."]


def test_an_unsigned_checkpoint_is_named(register):
    superuser("UPDATE ledger_checkpoint SET note = replace(note, 'register.', 'stranger.') WHERE size = 6")
    (found,) = findings("checkpoints")
    assert found.startswith("checkpoints: A checkpoint in the database: ")


def test_without_a_key_nothing_counts_as_signed(register, settings):
    settings.LEDGER_PUBLIC_KEY = []
    assert len(findings("checkpoints")) == 4


# --- The rules themselves -----------------------------------------------------------------------------------------


@contextmanager
def changed(statement, undo):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        try:
            yield
        finally:
            cursor.execute(undo)


@pytest.mark.parametrize(
    ("statement", "undo", "words"),
    [
        (
            "ALTER TABLE register_edition DISABLE TRIGGER register_edition_stays",
            "ALTER TABLE register_edition ENABLE TRIGGER register_edition_stays",
            "triggers: Trigger register_edition_stays on register_edition: switched off.",
        ),
        (
            "ALTER TABLE ledger_leaf RENAME CONSTRAINT ledger_leaf_words TO other",
            "ALTER TABLE ledger_leaf RENAME CONSTRAINT other TO ledger_leaf_words",
            "triggers: Constraint ledger_leaf_words: missing.",
        ),
        (
            "ALTER TRIGGER audit_trail ON casework_incident RENAME TO other",
            "ALTER TRIGGER other ON casework_incident RENAME TO audit_trail",
            "triggers: Trigger audit_trail on casework_incident: missing.",
        ),
        (
            "GRANT UPDATE ON register_edition TO register_desk",
            "REVOKE UPDATE ON register_edition FROM register_desk",
            "roles: Role register_desk: may UPDATE register_edition, and should not.",
        ),
        (
            "REVOKE SELECT ON register_edition FROM register_reader",
            "GRANT SELECT ON register_edition TO register_reader",
            "roles: Role register_reader: may not SELECT register_edition, and should.",
        ),
        (
            "ALTER ROLE register_signer SUPERUSER",
            "ALTER ROLE register_signer NOSUPERUSER",
            "roles: Role register_signer: has rolsuper.",
        ),
        (
            "CREATE ROLE loot; GRANT SELECT ON casework_record TO loot",
            "DROP OWNED BY loot; DROP ROLE loot",
            "roles: Role loot: may SELECT casework_record, and is none of ours.",
        ),
        (
            "GRANT SELECT ON casework_record TO PUBLIC",
            "REVOKE SELECT ON casework_record FROM PUBLIC",
            "roles: Role everybody: may SELECT casework_record, and is none of ours.",
        ),
    ],
)
def test_a_rule_that_was_taken_away_and_a_right_that_was_given_are_named(register, statement, undo, words):
    with changed(statement, undo):
        assert words in findings("roles", "triggers")
    assert findings("roles", "triggers") == []


def test_a_trigger_that_was_made_toothless_is_found_by_trying(register):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_stays'::regproc)")
        right = cursor.fetchone()[0]
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN coalesce(NEW, OLD); END $$"
        )
        try:
            found = findings("triggers")
        finally:
            cursor.execute(right)
    assert len(found) == 3
    assert all(each.startswith("triggers: Not refused, though it should be: ") for each in found)
    assert Leaf.objects.using("default").count() == 6
