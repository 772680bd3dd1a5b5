"""Checkpoints as they are read: nothing counts that the log's own key, from the settings, did not sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from incidents.ledger.models import Checkpoint
from incidents.ledger.notes import Head, NoteError, PublicKey, checkpoint

LOOKED_THROUGH = 100
"""How many rows the newest signed one is looked for in; only the signer's role can add rows that are not signed."""


@dataclass(frozen=True)
class Signed:
    """A checkpoint whose signature was verified. `added_at` is the database's word and not part of what is signed."""

    head: Head
    note: str
    added_at: datetime


def public_keys() -> list[PublicKey]:
    """The keys of the settings; several while one takes the place of another. Raises NoteError."""
    return [PublicKey.parse(text) for text in settings.LEDGER_PUBLIC_KEY]


def newest(*, using: str = "register") -> Signed | None:
    """The signed checkpoint over the most leaves."""
    return next(signed(using=using, limit=LOOKED_THROUGH), None)


def signed(*, using: str = "register", limit: int | None = None) -> Iterator[Signed]:
    """All checkpoints with a valid signature, the largest first."""
    keys = public_keys()
    for row in Checkpoint.objects.using(using).order_by("-size", "-pk")[:limit] if keys else ():
        try:
            yield Signed(checkpoint(row.note, keys), row.note, row.added_at)
        except NoteError:
            continue


def of_size(size: int, *, using: str = "register") -> Signed | None:
    """The signed checkpoint over just so many leaves."""
    keys = public_keys()
    for row in Checkpoint.objects.using(using).filter(size=size).order_by("-pk") if keys else ():
        try:
            return Signed(checkpoint(row.note, keys), row.note, row.added_at)
        except NoteError:
            continue
    return None
