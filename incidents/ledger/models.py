"""The log itself: leaves in an order without gaps, the roots of complete subtrees over them, and signed checkpoints.

Nothing in Python writes leaves: the database appends one for each edition in the transaction that adds it (register
migration 0007), whoever adds it and however many at once. No web role may write here, and triggers refuse every
change. The signer alone adds checkpoints.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from incidents.ledger.entries import entry

TILE_WIDTH = 256


class Leaf(models.Model):
    """What one entry binds; `hash` is the leaf hash of RFC 6962 over that entry, held to it by the database."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    hash = models.BinaryField()

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="ledger_leaf_of_one_thing_once"),
            models.CheckConstraint(condition=models.Q(index__gte=0), name="ledger_leaf_index_from_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind} {self.subject}"

    @property
    def entry(self) -> bytes:
        """The entry whose hash this leaf is."""
        return entry(self.kind, self.subject, self.digest)


class Subtree(models.Model):
    """The root of the `256**level` leaves from `index * 256**level` on, kept from when they were complete."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["level", "index"]
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_subtree_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed note over the first `size` leaves (C2SP tlog-checkpoint), as the signer gave it.

    Worth nothing before its signature has been verified: `incidents.ledger.checkpoints` reads them.
    """

    size = models.BigIntegerField()
    note = models.TextField(unique=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["size", "pk"]
        indexes = [models.Index(fields=["-size", "-id"], name="ledger_checkpoint_newest")]

    def __str__(self) -> str:
        return f"{self.size}"
