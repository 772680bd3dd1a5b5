"""Leaves: the database appends one for every edition, in the order of publication, and lets nobody change one."""

import json
from hashlib import sha256
from statistics import median

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incidents.casework import workflow
from incidents.ledger.entries import edition_subject, entry
from incidents.ledger.merkle import Tree, inclusion_ranges, leaf_hash
from incidents.ledger.models import Leaf, Subtree
from incidents.ledger.tree import StoredTree, size_of_log
from incidents.register.models import Edition
from tests import published
from tests.factories import make_documenter, make_incident, make_reviewer, publish
from tests.outcomes import as_desk
from tests.published import add_editions

DIGEST = "5" * 64
EMPTY = sha256(b"{}").hexdigest()
NOW = timezone.now()
pytestmark = pytest.mark.usefixtures("db")


def leaves():
    return list(Leaf.objects.using("default"))


def editions():
    return list(Edition.objects.using("default").order_by("pk"))


def test_every_edition_has_a_leaf_that_binds_kind_code_number_and_digest():
    incident = publish(make_incident(make_documenter()), make_reviewer())
    workflow.withdraw(incident, make_reviewer(), "An invented reason.")

    assert [edition.change for edition in editions()] == ["first", "first", "withdrawn"]
    for index, (leaf, edition) in enumerate(zip(leaves(), editions(), strict=True)):
        subject = edition_subject(edition.kind, edition.code, edition.number)
        assert (leaf.index, leaf.kind, leaf.subject, leaf.digest) == (index, "edition", subject, edition.digest)
        assert bytes(leaf.hash) == leaf_hash(leaf.entry)


def test_the_entry_is_one_line_that_a_person_can_read():
    edition = published.publish("source", "S-0001")
    leaf = Leaf.objects.using("default").get()
    assert leaf.entry == f"hors-de-combat/leaf/1 edition source/S-0001/1 sha256:{edition.digest}".encode()
    assert entry("edition", "source/S-0001/1", edition.digest) == leaf.entry


def test_editions_that_are_added_in_bulk_have_their_leaves_and_their_subtrees():
    add_editions(1)
    Edition.objects.using("default").bulk_create(
        Edition(kind="source", code=f"S-{n}", number=1, change="first", document="{}", digest=EMPTY, published_at=NOW)
        for n in range(700)
    )
    stored, tree = StoredTree(using="default"), Tree(leaf_hash(leaf.entry) for leaf in leaves())
    assert size_of_log(using="default") == len(tree) == 701
    assert list(Subtree.objects.using("default").values_list("level", "index")) == [(1, 0), (1, 1)]
    for size in (1, 255, 256, 257, 511, 512, 513, 700, 701):
        assert stored.root(size) == tree.root(size)
        assert stored.inclusion_proof(size - 1, size) == [tree.of(*each) for each in inclusion_ranges(size - 1, size)]
        assert stored.consistency_proof(size // 2, size) == tree.consistency_proof(size // 2, size)


def test_subtrees_of_the_second_level_are_kept_when_65536_leaves_are_complete():
    add_editions(65_530)
    add_editions(10, start=65_531)
    tree = Tree(bytes(found) for found in Leaf.objects.using("default").values_list("hash", flat=True))
    assert list(Subtree.objects.using("default").filter(level=2).values_list("index", flat=True)) == [0]
    stored = StoredTree(using="default")
    assert stored.root(65_540) == tree.root()
    assert stored.inclusion_proof(12_345, 65_540) == [tree.of(*each) for each in inclusion_ranges(12_345, len(tree))]


def test_an_edition_whose_transaction_fails_leaves_no_gap():
    add_editions(2)
    with transaction.atomic():
        add_editions(2, start=3)
        transaction.set_rollback(True)
    add_editions(1, start=9)
    assert [leaf.index for leaf in leaves()] == [0, 1, 2]


def test_appending_to_a_long_log_takes_as_long_as_to_a_short_one(tell):
    """Ten times the log is no ten times the work; how long it takes is told, because other programs run meanwhile."""
    add_editions(300)
    short = appending("short")
    add_editions(3_000, start=1_000)
    long = appending("long")
    tell(f"a leaf is appended to a log of 3,000 in {long:.2f} ms, to one of 300 in {short:.2f} ms")
    assert long < 3 * short


def appending(name):
    """Milliseconds in the trigger by PostgreSQL's own measure: the median of a hundred."""
    insert = """EXPLAIN (ANALYZE, FORMAT JSON) INSERT INTO register_edition
        (kind, code, number, change, document, digest, note_en, note_uk, published_at)
        VALUES ('source', %s, 1, 'first', '{}', %s, '', '', now())"""
    took = []
    with connection.cursor() as cursor:
        for number in range(101):
            cursor.execute(insert, [f"S-{name}-{number}", EMPTY])
            triggers = {each["Trigger Name"]: each["Time"] for each in plan(cursor)["Triggers"]}
            took.append(triggers["register_edition_gets_leaf"])
    return median(took)


def plan(cursor):
    found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]


INSERT = "INSERT INTO ledger_leaf (index, kind, subject, digest, hash) VALUES (%s, %s, %s, %s, %s)"


def attempt(statement, *values):
    """The rule that refuses a statement of the owner, and whether there was one."""
    with pytest.raises(IntegrityError) as problem, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return problem.value.__cause__.diag.constraint_name or str(problem.value).splitlines()[0]


def other(index, kind="later", subject="1", digest=DIGEST):
    return index, kind, subject, digest, leaf_hash(entry(kind, subject, digest))


def test_even_the_owner_leaves_no_gap_and_binds_nothing_that_is_not_there():
    add_editions(2)
    assert attempt(INSERT, *other(3)) == "ledger_leaf_without_gaps"
    assert attempt(INSERT, *other(1)) == "ledger_leaf_pkey"
    assert attempt(INSERT, *other(-1)) == "ledger_leaf_index_from_zero"
    assert attempt(INSERT, *other(2)[:4], bytes(32)) == "ledger_leaf_hash_of_entry"
    assert attempt(INSERT, *other(2, digest="x")) == "ledger_leaf_words"
    assert attempt(INSERT, *other(2, subject="two words")) == "ledger_leaf_words"
    assert attempt(INSERT, *other(2, "edition", "total/T-1/2")) == "register_leaf_of_edition"
    assert attempt(INSERT, *other(2, "edition", "total/T-1/1")) == "register_leaf_of_edition"
    with connection.cursor() as cursor:
        cursor.execute(INSERT, other(2))  # the place for later kinds


def test_leaves_and_subtrees_are_neither_changed_nor_removed_even_by_the_owner():
    add_editions(300)
    for table in ("ledger_leaf", "ledger_subtree"):
        for words in ("UPDATE {} SET index = index", "DELETE FROM {}", "TRUNCATE {}"):
            assert attempt(words.format(table)) == "the ledger is only added to"


def test_the_desk_adds_editions_and_cannot_write_the_ledger(committed):
    statement = """
    INSERT INTO register_edition (kind, code, number, change, document, digest, note_en, note_uk, published_at)
    VALUES ('total', 'T-0001', 1, 'first', '{}', encode(sha256('{}'::bytea), 'hex'), '', '', now())
    """
    with as_desk() as desk:
        desk.execute(statement)
        assert desk.execute("SELECT subject FROM ledger_leaf").fetchall() == [("total/T-0001/1",)]
        for table in ("ledger_leaf", "ledger_subtree", "ledger_checkpoint"):
            for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                assert desk.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone() == (False,)
