"""Signing checkpoints, in a process of its own: it reads every leaf, remembers what it signed, and refuses a rewritten
log.

It connects with a role that can only read the log and add checkpoints, has the key, and keeps its memory outside of the
database. It computes all entry hashes again each time, because it must not trust hashes stored by others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from incidents.ledger.entries import entry
from incidents.ledger.memory import Memory
from incidents.ledger.merkle import Tree, leaf_hash, verify_consistency
from incidents.ledger.notes import Head, NoteError, SigningKey, checkpoint

type Connection = psycopg.Connection[tuple[Any, ...]]

READ_AT_ONCE = 5_000


class RefusalError(Exception):
    """The signer refuses to sign; the message says what happened to the log, or what is missing."""


@dataclass(frozen=True)
class Outcome:
    """The result: the note, its head, and whether it is new."""

    note: str
    head: Head
    is_new: bool


def sign(connection: Connection, key: SigningKey, memory: Memory, *, adopt: bool = False) -> Outcome:
    """Sign the present log if it is consistent with what was signed before; store the note in the memory and the
    database.

    `adopt` takes the database's newest checkpoint as the last one, if the memory was lost. Raises RefusalError.
    """
    with memory.alone():
        remembered = _remembered(connection, key, memory, adopt=adopt)
        tree = Tree(_leaf_hashes(connection))
        if remembered is not None:
            _continues(tree, remembered, memory, key)
        head = Head(key.name, len(tree), tree.root())
        note = memory.newest() if remembered is not None and remembered.size == head.size else None
        is_new = note is None
        if note is None:
            note = key.sign(head.text)
            memory.keep(head.size, note)
        # This also inserts a note that an interrupted run signed but did not insert.
        connection.execute(
            "INSERT INTO ledger_checkpoint (size, note) VALUES (%s, %s) ON CONFLICT (note) DO NOTHING",
            [head.size, note],
        )
        connection.commit()
    return Outcome(note, head, is_new)


def _remembered(connection: Connection, key: SigningKey, memory: Memory, *, adopt: bool) -> Head | None:
    """The last signed head; None before the first signature."""
    note = memory.newest()
    if note is not None:
        return _own(note, key, f"the memory in {memory.folder}")
    rows = connection.execute("SELECT note FROM ledger_checkpoint ORDER BY size DESC, id DESC")
    kept = next((row[0] for row in rows if _is_own(row[0], key)), None)
    if kept is None:
        return None
    if not adopt:
        raise RefusalError(
            f"{memory.folder} holds no checkpoint, but the database does: the signer's memory was lost. Put a copy of "
            "it back. If there is none, compare the database's newest checkpoint with one that somebody else kept, "
            "then run this once with --adopt-from-database."
        )
    head = checkpoint(kept, [key.public])
    memory.keep(head.size, kept)
    return head


def _continues(tree: Tree, old: Head, memory: Memory, key: SigningKey) -> None:
    """Raises RefusalError unless a consistency proof shows that the tree begins with what was signed last."""
    if len(tree) < old.size:
        raise RefusalError(
            f"The log has {len(tree)} leaves, but {old.size} were signed: the newest have been removed, or an older "
            "state of the database was put back. Nothing was signed."
        )
    proof = tree.consistency_proof(old.size)
    if not verify_consistency(old.size, len(tree), old.root, tree.root(), proof):
        heads = [_own(note, key, f"the memory in {memory.folder}") for note in memory.notes()]
        raise RefusalError(
            f"The first {old.size} leaves are not those that were signed: what is in the log was changed. "
            f"{where_it_changed(tree, heads)} Nothing was signed."
        )


def where_it_changed(tree: Tree, heads: list[Head]) -> str:
    """A sentence that says between which two checkpoints the log differs from what was signed."""
    good = 0
    for head in sorted(heads, key=lambda each: each.size):
        if head.size > len(tree) or tree.root(head.size) != head.root:
            return f"The first change lies between leaf {good} and leaf {head.size - 1}."
        good = head.size
    return ""


def _leaf_hashes(connection: Connection) -> Iterator[bytes]:
    """The hashes of all entries, computed in order. Raises RefusalError for a gap."""
    with connection.cursor("leaves") as leaves:
        leaves.itersize = READ_AT_ONCE
        leaves.execute("SELECT index, kind, subject, digest FROM ledger_leaf ORDER BY index")
        for expected, (index, kind, subject, digest) in enumerate(leaves):
            if index != expected:
                raise RefusalError(f"Leaf {expected} is missing: the log has a gap. Nothing was signed.")
            yield leaf_hash(entry(kind, subject, digest))


def _own(note: str, key: SigningKey, where: str) -> Head:
    try:
        return checkpoint(note, [key.public])
    except NoteError as problem:
        raise RefusalError(f"A checkpoint in {where} is not one of this key's: {problem}") from problem


def _is_own(note: str, key: SigningKey) -> bool:
    try:
        checkpoint(note, [key.public])
    except NoteError:
        return False
    return True
