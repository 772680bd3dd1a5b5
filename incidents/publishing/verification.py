"""Checks that the register matches its log: editions, leaves, checkpoints and read rows, all from one snapshot.

`manage.py verify` runs these as the owner of the database, because the read rows are made a second time in temporary
tables, which no web role may make. Nothing is written, nothing is locked, and publishing goes on meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from incidents.ledger import checkpoints
from incidents.ledger.entries import EDITION, edition_subject, entry
from incidents.ledger.memory import Memory
from incidents.ledger.merkle import Tree, leaf_hash
from incidents.ledger.models import TILE_WIDTH, Checkpoint, Leaf, Subtree
from incidents.ledger.notes import Head, NoteError, checkpoint
from incidents.ledger.signing import where_it_changed
from incidents.publishing.publication import make_rows
from incidents.publishing.rows import WRITE_ALIAS
from incidents.records.models import Redaction
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSearch,
    RegisterSource,
    RegisterTotal,
    RegisterUnit,
)

type Told = Callable[[int, int], object]
"""Receives the number done and the total."""
type Check = Callable[[Told], Iterator[str]]
"""Yields its findings, each a sentence that names what is wrong."""

AT_ONCE = 2_000
# The key of each read table.
ROW_KEYS: dict[type[Model], tuple[str, ...]] = {
    RegisterSource: ("code",),
    RegisterDerivation: ("source_id", "upstream_id"),
    RegisterInvestigation: ("code",),
    RegisterTotal: ("code",),
    RegisterIncident: ("code",),
    RegisterCitation: ("incident_id", "position"),
    RegisterSearch: ("incident_id",),
    RegisterUnit: ("code",),
}
MOST_NAMED = 200
"""Findings that one check names; the rest is counted."""


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A repeatable-read transaction that is rolled back."""
    with transaction.atomic(WRITE_ALIAS):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True, using=WRITE_ALIAS)


def editions(told: Told) -> Iterator[str]:
    """Every document matches its digest and its edition, numbers have no gaps, and redactions were approved."""
    agreed = _agreed_redactions()
    found = Edition.objects.using(WRITE_ALIAS).order_by("kind", "code", "number")
    total, before = found.count(), None
    for done, edition in enumerate(found.iterator(AT_ONCE), 1):
        follows = before is not None and (before.kind, before.code) == (edition.kind, edition.code)
        expected = (before.number + 1, before.pk) if follows and before is not None else (1, None)
        if (edition.number, edition.supersedes_id) != expected:
            yield f"{_name(edition)}: edition {expected[0]} of the record is missing, or it follows the wrong one."
        yield from _document(edition) if not edition.is_redacted else _erased(edition, agreed)
        before = edition
        if done % AT_ONCE == 0 or done == total:
            told(done, total)


def _document(edition: Edition) -> Iterator[str]:
    if hashlib.sha256(edition.document.encode()).hexdigest() != edition.digest:
        yield f"{_name(edition)}: the document was changed; its SHA-256 is not the edition's digest."
        return
    try:
        content = json.loads(edition.document)
        said = (content["format"].split("/")[1], content["code"], content["edition"])
    except (ValueError, KeyError, IndexError, AttributeError):
        yield f"{_name(edition)}: the document cannot be read."
        return
    if said != (edition.kind, edition.code, edition.number):
        yield f"{_name(edition)}: the document is that of another edition, {'/'.join(map(str, said))}."


def _erased(edition: Edition, agreed: set[tuple[str, str, int]]) -> Iterator[str]:
    if edition.document or edition.note_en or edition.note_uk:
        yield f"{_name(edition)}: marked as erased, and its text is still there."
    if (edition.kind, edition.code, edition.number) not in agreed:
        yield f"{_name(edition)}: erased without the agreement of two administrators."


def _agreed_redactions() -> set[tuple[str, str, int]]:
    approved = (
        Redaction.objects.using(WRITE_ALIAS).filter(decision=Redaction.Decision.APPROVED).select_related("record")
    )
    return {
        (each.record.kind, each.record.code, number)
        for each in approved
        if each.decided_by_id != each.requested_by_id
        for number in each.editions
    }


def leaves(told: Told) -> Iterator[str]:
    """Leaves have no gaps, match their hashes and the editions one to one, and are in the order of publication."""
    digests = {_name(each): (each.pk, each.digest) for each in _heads()}
    total, seen = Leaf.objects.using(WRITE_ALIAS).count(), set()
    newest: tuple[int, str] | None = None
    for expected, leaf in enumerate(Leaf.objects.using(WRITE_ALIAS).order_by("index").iterator(AT_ONCE)):
        if leaf.index != expected:
            yield f"Leaf {expected}: missing; the log has a gap before leaf {leaf.index}."
            return
        if bytes(leaf.hash) != leaf_hash(leaf.entry):
            yield f"Leaf {leaf.index} ({leaf.subject}): its hash is not that of its entry."
        if leaf.kind == EDITION:
            seen.add(leaf.subject)
            pk, digest = digests.get(leaf.subject, (None, None))
            if pk is None:
                yield f"Leaf {leaf.index}: the edition {leaf.subject} is gone."
            elif digest != leaf.digest:
                yield f"Leaf {leaf.index} ({leaf.subject}): its digest is not the edition's."
            elif newest is not None and pk < newest[0]:
                yield f"Leaf {leaf.index} ({leaf.subject}): stands after {newest[1]}, which was published later."
            newest = (pk, leaf.subject) if pk is not None and (newest is None or pk > newest[0]) else newest
        if (expected + 1) % AT_ONCE == 0 or expected + 1 == total:
            told(expected + 1, total)
    for name in digests.keys() - seen:
        yield f"{name}: the edition has no leaf in the log."


def subtrees(told: Told) -> Iterator[str]:
    """The stored roots of complete subtrees match the leaves."""
    tree = _tree()
    expected: dict[tuple[int, int], bytes] = {}
    level, width = 1, TILE_WIDTH
    while width <= len(tree):
        expected |= {(level, at): tree.of(at * width, (at + 1) * width) for at in range(len(tree) // width)}
        level, width = level + 1, width * TILE_WIDTH
    stored = {
        (each.level, each.index): bytes(each.hash) for each in Subtree.objects.using(WRITE_ALIAS).iterator(AT_ONCE)
    }
    for place in sorted(expected.keys() | stored.keys()):
        if stored.get(place) != expected.get(place):
            yield f"Subtree {place[0]}/{place[1]}: not the root of its leaves."
    told(len(stored), len(stored))


def signatures(memory: Path, told: Told) -> Iterator[str]:
    """Every checkpoint, in the database and in the signer's memory, is signed and is a prefix of this log."""
    tree = _tree()
    kept = [("in the database", note) for note in Checkpoint.objects.using(WRITE_ALIAS).values_list("note", flat=True)]
    kept += [("in the signer's memory", note) for note in Memory(memory).notes()]
    heads: list[tuple[str, Head]] = []
    for where, note in kept:
        try:
            heads.append((where, checkpoint(note, checkpoints.public_keys())))
        except NoteError as problem:
            yield f"A checkpoint {where}: {problem}"
    for where, head in heads:
        if head.size > len(tree):
            yield (
                f"The checkpoint of {head.size} leaves {where}: the log has only {len(tree)}. The newest have been "
                "removed, or an older state was put back."
            )
        elif tree.root(head.size) != head.root:
            place = where_it_changed(tree, [each for _where, each in heads])
            yield f"The checkpoint of {head.size} leaves {where}: the log does not begin with what was signed. {place}"
    told(len(heads), len(kept))


def unsigned(memory: Path) -> str:
    """A remark on what no signature covers; empty where all is covered."""
    newest = checkpoints.newest(using=WRITE_ALIAS)
    size = Leaf.objects.using(WRITE_ALIAS).count()
    if newest is None:
        return f"No checkpoint is signed with a key of LEDGER_PUBLIC_KEY: nothing shows that these {size} leaves stood."
    words = []
    if newest.head.size < size:
        words.append(f"{size - newest.head.size} of {size} leaves are in no signed checkpoint yet.")
    if not memory.is_dir():
        words.append(
            f"The signer's memory ({memory}) cannot be reached from here: an older state of the whole database would "
            "not be noticed."
        )
    return " ".join(words)


def rows(told: Told) -> Iterator[str]:
    """The read rows match the editions: rebuilt in temporary tables and compared."""
    with connection.cursor() as cursor:
        for model in ROW_KEYS:
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
    make_rows()
    for done, (model, keys) in enumerate(ROW_KEYS.items(), 1):
        yield from _differing(model._meta.db_table, keys)
        told(done, len(ROW_KEYS))


def _differing(table: str, keys: tuple[str, ...]) -> Iterator[str]:
    """Rows that differ between a table and its temporary copy."""
    query = f"""
    SELECT to_jsonb(stored) - 'id', to_jsonb(made) - 'id'
    FROM public.{table} stored FULL JOIN pg_temp.{table} made USING ({", ".join(keys)})
    WHERE to_jsonb(stored) - 'id' IS DISTINCT FROM to_jsonb(made) - 'id' ORDER BY {", ".join(keys)}
    """  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        cursor.execute(query)
        for stored, made in cursor.fetchall():
            found, wanted = _loaded(stored), _loaded(made)
            name = " ".join(str((found or wanted or {})[key]) for key in keys)
            if found is None:
                yield f"{table} {name}: the row is missing."
            elif wanted is None:
                yield f"{table} {name}: no edition makes this row."
            else:
                changed = ", ".join(sorted(key for key in found if found[key] != wanted.get(key)))
                yield f"{table} {name}: not what its edition makes: {changed}."


def _loaded(value: Any) -> dict[str, Any] | None:
    loaded: dict[str, Any] | None = json.loads(value) if isinstance(value, str) else value
    return loaded


def _heads() -> Iterator[Edition]:
    return Edition.objects.using(WRITE_ALIAS).only("pk", "kind", "code", "number", "digest").iterator(AT_ONCE)


def _name(edition: Edition) -> str:
    return edition_subject(edition.kind, edition.code, edition.number)


def _tree() -> Tree:
    """The log's tree, computed from entries instead of stored hashes."""
    found = Leaf.objects.using(WRITE_ALIAS).order_by("index").values_list("kind", "subject", "digest")
    return Tree(leaf_hash(entry(*each)) for each in found.iterator(AT_ONCE))


def checks(memory: Path) -> dict[str, Check]:
    """All checks of the register by name."""
    return {
        "editions": editions,
        "leaves": leaves,
        "subtrees": subtrees,
        "checkpoints": lambda told: signatures(memory, told),
        "rows": rows,
    }
