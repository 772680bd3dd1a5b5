"""Reading checkpoints: only those signed by a public key of the settings are valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from incidents.ledger.models import Checkpoint
from incidents.ledger.notes import Head, NoteError, PublicKey, checkpoint

LOOKED_THROUGH = 100
"""The number of rows searched for the newest signed one; only the signer's role can insert unsigned rows."""


@dataclass(frozen=True)
class Signed:
    """A checkpoint with a verified signature. `added_at` comes from the database and is not part of what is signed."""

    head: Head
    note: str
    added_at: datetime


def public_keys() -> list[PublicKey]:
    """The public keys of the settings; several during a key change. Raises NoteError."""
    return [PublicKey.parse(text) for text in settings.LEDGER_PUBLIC_KEY]


def newest(*, using: str = "register") -> Signed | None:
    """The signed checkpoint with the most leaves; None if there is none."""
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
    """The signed checkpoint of exactly this size; None if there is none."""
    keys = public_keys()
    for row in Checkpoint.objects.using(using).filter(size=size).order_by("-pk") if keys else ():
        try:
            return Signed(checkpoint(row.note, keys), row.note, row.added_at)
        except NoteError:
            continue
    return None
