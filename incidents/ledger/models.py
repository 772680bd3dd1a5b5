"""The log: leaves in a gapless order, the roots of complete subtrees over them, and signed checkpoints.

Python code writes no leaves: a database trigger appends one for each edition in the transaction that inserts it
(register migration 0007), also for concurrent inserts. No web role may write here, and triggers refuse every change.
Only the signer adds checkpoints.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from incidents.ledger.entries import entry

TILE_WIDTH = 256


class Leaf(models.Model):
    """A leaf; `hash` is the leaf hash of RFC 6962 over its entry, checked by the database."""

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
        """The entry that the hash is computed from."""
        return entry(self.kind, self.subject, self.digest)


class Subtree(models.Model):
    """The root of the `256**level` leaves from `index * 256**level` on, stored when they are complete."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["level", "index"]
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_subtree_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed note over the first `size` leaves (C2SP tlog-checkpoint).

    Its signature is not verified here: read checkpoints through `incidents.ledger.checkpoints`.
    """

    size = models.BigIntegerField()
    note = models.TextField(unique=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["size", "pk"]
        indexes = [models.Index(fields=["-size", "-id"], name="ledger_checkpoint_newest")]

    def __str__(self) -> str:
        return f"{self.size}"
