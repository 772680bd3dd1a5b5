"""Proofs as files: inclusion as C2SP tlog-proof has it, consistency in a few lines of the same make."""

from __future__ import annotations

import base64

from incidents.ledger.checkpoints import Signed
from incidents.ledger.models import Leaf
from incidents.ledger.tree import StoredTree

INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "hors-de-combat/consistency/1"


def inclusion(leaf: Leaf, signed: Signed, *, using: str = "register") -> str:
    """That the leaf is in the tree of the checkpoint. The `extra` line tells the entry, so that it can be read.

    Raises IndexError for a leaf that the checkpoint does not cover yet.
    """
    proof = StoredTree(using=using).inclusion_proof(leaf.index, signed.head.size)
    lines = [INCLUSION, f"extra {_text(leaf.entry)}", f"index {leaf.index}", *map(_text, proof)]
    return "\n".join([*lines, "", signed.note])


def consistency(old: Signed, new: Signed, *, using: str = "register") -> str:
    """That the tree of the newer checkpoint begins with that of the older one; both checkpoints follow.

    Raises IndexError where the first is the larger one.
    """
    proof = StoredTree(using=using).consistency_proof(old.head.size, new.head.size)
    lines = [CONSISTENCY, f"from {old.head.size}", f"to {new.head.size}", *map(_text, proof)]
    return "\n".join([*lines, "", old.note, new.note])


def _text(found: bytes) -> str:
    return base64.b64encode(found).decode()
