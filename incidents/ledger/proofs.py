"""Proofs as files: inclusion as C2SP tlog-proof, consistency in a similar format."""

from __future__ import annotations

import base64

from incidents.ledger.checkpoints import Signed
from incidents.ledger.models import Leaf
from incidents.ledger.tree import StoredTree

INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "hors-de-combat/consistency/1"


def inclusion(leaf: Leaf, signed: Signed, *, using: str = "register") -> str:
    """The proof that the leaf is in the tree of the checkpoint. The `extra` line contains the entry.

    Raises IndexError for a leaf that the checkpoint does not cover yet.
    """
    proof = StoredTree(using=using).inclusion_proof(leaf.index, signed.head.size)
    lines = [INCLUSION, f"extra {_text(leaf.entry)}", f"index {leaf.index}", *map(_text, proof)]
    return "\n".join([*lines, "", signed.note])


def consistency(old: int, new: int, *, using: str = "register") -> str:
    """The proof that the log of `new` leaves begins with that of `old`: RFC 6962, section 2.1.2, one hash a line.

    Raises IndexError if `old` is larger than `new`, or the log is smaller than `new`.
    """
    proof = StoredTree(using=using).consistency_proof(old, new)
    return "\n".join([CONSISTENCY, f"from {old}", f"to {new}", *map(_text, proof), ""])


def _text(found: bytes) -> str:
    return base64.b64encode(found).decode()
