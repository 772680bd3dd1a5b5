"""The signer: it signs what continues its memory, and refuses everything else, naming what happened."""

import stat
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from incidents.ledger import checkpoints
from incidents.ledger.memory import Memory
from incidents.ledger.models import Checkpoint
from incidents.ledger.notes import checkpoint
from incidents.ledger.signing import RefusalError
from tests import published
from tests.catalogue import superuser
from tests.signer import ORIGIN, Signer, as_signer, signer_url

pytestmark = pytest.mark.usefixtures("committed")


def publish(count, start=1):
    for number in range(start, start + count):
        published.publish("source", f"S-{number:04}")


def test_it_signs_the_log_as_it_is_and_again_when_it_has_grown(signer):
    empty = signer.sign()
    publish(3)
    three = signer.sign()
    publish(2, start=4)
    five = signer.sign()

    assert [outcome.head.size for outcome in (empty, three, five)] == [0, 3, 5]
    assert [each.head.size for each in checkpoints.signed()] == [5, 3, 0]
    assert checkpoints.newest().note == five.note
    assert checkpoint(five.note, [signer.key.public]).origin == ORIGIN
    assert len(signer.memory.notes()) == 3


def test_nothing_new_is_signed_twice(signer):
    publish(1)
    first, second = signer.sign(), signer.sign()
    assert (first.is_new, second.is_new) == (True, False)
    assert second.note == first.note
    assert Checkpoint.objects.count() == 1


def test_what_a_run_signed_that_was_cut_short_is_handed_over_by_the_next(signer):
    publish(1)
    signed = signer.sign()
    superuser("DELETE FROM ledger_checkpoint")
    assert signer.sign().note == signed.note
    assert checkpoints.newest().note == signed.note


def test_it_refuses_when_the_newest_leaves_are_gone(signer):
    publish(3)
    signer.sign()
    superuser("DELETE FROM ledger_leaf WHERE index = 2")
    with pytest.raises(RefusalError, match="has 2 leaves, but 3 were signed: the newest have been removed"):
        signer.sign()
    assert Checkpoint.objects.count() == 1


def test_it_refuses_when_a_leaf_was_changed_and_says_between_which_checkpoints(signer):
    for size in (2, 4, 6):
        publish(2, start=size - 1)
        signer.sign()
    digest = "e" * 64
    superuser(
        f"UPDATE ledger_leaf SET digest = '{digest}',"  # noqa: S608
        f" hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, '{digest}')) WHERE index = 3"
    )
    publish(1, start=7)
    with pytest.raises(RefusalError, match=r"The first change lies between leaf 2 and leaf 3\."):
        signer.sign()


def test_it_refuses_when_two_leaves_changed_places(signer):
    publish(4)
    signer.sign()
    superuser(
        "UPDATE ledger_leaf SET index = index + 100 WHERE index IN (1, 2)",
        "UPDATE ledger_leaf SET index = 103 - index WHERE index > 100",
    )
    with pytest.raises(RefusalError, match="what is in the log was changed"):
        signer.sign()


def test_it_refuses_a_gap(signer):
    publish(4)
    signer.sign()
    superuser("DELETE FROM ledger_leaf WHERE index = 1")
    with pytest.raises(RefusalError, match="Leaf 1 is missing"):
        signer.sign()


def test_it_hashes_entries_itself_and_believes_no_stored_hash(signer):
    publish(4)
    right = signer.sign()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_leaf DROP CONSTRAINT ledger_leaf_hash_of_entry")
    try:
        superuser("UPDATE ledger_leaf SET hash = sha256('x')")
        assert signer.sign().head == right.head
    finally:
        superuser("UPDATE ledger_leaf SET hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, digest))")
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE ledger_leaf ADD CONSTRAINT ledger_leaf_hash_of_entry"
                " CHECK (hash = sha256('\\x00'::bytea || ledger_entry(kind, subject, digest)))"
            )


def test_without_its_memory_it_signs_only_when_told_to_take_the_databases(signer):
    publish(2)
    signer.sign()
    signer.memory = Memory(signer.folder / "new")
    publish(1, start=3)
    with pytest.raises(RefusalError, match="memory was lost"):
        signer.sign()
    assert signer.sign(adopt=True).head.size == 3
    assert [checkpoint(note, [signer.key.public]).size for note in signer.memory.notes()] == [2, 3]


def test_one_signer_works_at_a_time(signer):
    with signer.memory.alone(), pytest.raises(BlockingIOError):
        signer.sign()


def test_a_memory_that_was_tampered_with_is_refused(signer):
    publish(2)
    signer.sign()
    kept = next(signer.memory.folder.glob("*.checkpoint"))
    kept.write_text(kept.read_text().replace("\n2\n", "\n1\n"))
    with pytest.raises(RefusalError, match="is not one of this key's"):
        signer.sign()


def test_the_signers_role_reads_leaves_adds_checkpoints_and_nothing_else(signer):
    with as_signer() as connected:
        tables = connected.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
        ).fetchall()
        rights = {
            (table, right)
            for (table,) in tables
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
            if connected.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone()[0]
        }
    checkpoint_rights = {("ledger_checkpoint", "SELECT"), ("ledger_checkpoint", "INSERT")}
    assert rights == {("ledger_leaf", "SELECT"), *checkpoint_rights}


def test_a_checkpoint_of_more_leaves_than_there_are_is_refused_by_the_database(signer):
    note = f"{ORIGIN}\n9\nx\n\n— x y\n"
    with as_signer() as connected, pytest.raises(psycopg.errors.CheckViolation):
        connected.execute("INSERT INTO ledger_checkpoint (size, note) VALUES (9, %s)", [note])


def test_what_another_key_signed_is_never_shown(signer, tmp_path):
    publish(2)
    right = signer.sign()
    publish(1, start=3)
    stranger = Signer(tmp_path / "stranger")
    stranger.sign()
    with as_signer() as connected:
        forged = right.note.replace(f"{ORIGIN}\n2\n", f"{ORIGIN}\n3\n")
        connected.execute("INSERT INTO ledger_checkpoint (size, note) VALUES (3, %s)", [forged])
    assert Checkpoint.objects.count() == 3
    assert checkpoints.newest().note == right.note
    assert checkpoints.of_size(3) is None


def test_checkpoints_are_neither_changed_nor_removed(signer):
    publish(1)
    signer.sign()
    for statement in ("UPDATE ledger_checkpoint SET size = size", "DELETE FROM ledger_checkpoint"):
        with pytest.raises(psycopg.errors.RestrictViolation), psycopg.connect(owner()) as connected:
            connected.execute(statement)


def owner():
    return signer_url().replace("register_signer", "postgres")


# --- The commands -------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(settings, tmp_path):
    settings.LEDGER_ORIGIN = ORIGIN
    settings.LEDGER_KEY_FILE = tmp_path / "secret" / "key"
    settings.LEDGER_MEMORY = tmp_path / "memory"
    settings.SIGNER_DATABASE_URL, settings.SIGNER_TAKES_ROLE = signer_url(), ""
    return settings


def said(command, **options):
    words = StringIO()
    call_command(command, stdout=words, **options)
    return words.getvalue()


def test_the_key_is_made_once_for_its_owner_alone_and_its_public_half_is_said(installed):
    words = said("make_ledger_key")
    public = words.split("LEDGER_PUBLIC_KEY=")[1].strip()
    assert public.startswith(f"{ORIGIN}+")
    assert stat.S_IMODE(installed.LEDGER_KEY_FILE.stat().st_mode) == 0o600
    assert installed.LEDGER_KEY_FILE.read_text().strip() not in words
    before = installed.LEDGER_KEY_FILE.read_text()
    with pytest.raises(CommandError, match="is there already"):
        said("make_ledger_key")
    assert installed.LEDGER_KEY_FILE.read_text() == before


def test_the_command_says_what_it_signed_and_nothing_where_nothing_is_new(installed):
    said("make_ledger_key")
    publish(2)
    assert said("sign_checkpoint").startswith("Signed: 2 leaves, root ")
    assert said("sign_checkpoint") == ""


def test_the_command_refuses_loudly(installed):
    said("make_ledger_key")
    publish(2)
    said("sign_checkpoint")
    superuser("DELETE FROM ledger_leaf WHERE index = 1")
    with pytest.raises(CommandError, match="Refused: The log has 1 leaves, but 2 were signed"):
        said("sign_checkpoint")


def test_the_command_says_what_is_missing(installed):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        said("sign_checkpoint")
    said("make_ledger_key")
    installed.LEDGER_ORIGIN = "another.example.org"
    with pytest.raises(CommandError, match="The key is that of"):
        said("sign_checkpoint")
    installed.LEDGER_ORIGIN, installed.SIGNER_DATABASE_URL = ORIGIN, ""
    with pytest.raises(CommandError, match="SIGNER_DATABASE_URL is not set"):
        said("sign_checkpoint")


def test_over_the_owners_address_the_signers_role_is_taken(installed):
    said("make_ledger_key")
    publish(1)
    installed.SIGNER_DATABASE_URL, installed.SIGNER_TAKES_ROLE = owner(), "register_signer"
    assert said("sign_checkpoint").startswith("Signed: 1 leaves")
