"""Redactions of published editions: one administrator requests, a second one approves, and the database enforces it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.records.models.records import Record
from incidents.vocabulary import RedactionReason, one_of


class Redaction(models.Model):
    """Which editions of a record are to be erased, and why. `at_edition` is the newest one at the time of the
    request."""

    class Decision(models.TextChoices):
        """The possible outcomes."""

        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    record = models.ForeignKey(Record, models.PROTECT, related_name="redactions")
    editions = ArrayField(models.PositiveIntegerField())
    at_edition = models.PositiveIntegerField()
    reason = models.CharField(_("reason, for everyone to read"), max_length=40, choices=RedactionReason.choices)
    explanation = models.TextField(_("explanation, for administrators only"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="redactions_requested")
    requested_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="redactions_decided"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            one_of("reason", RedactionReason, "casework_redaction_reason"),
            models.CheckConstraint(condition=~Q(editions=[]), name="casework_redaction_of_something"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decision="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision=""),
                name="casework_redaction_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(decision="approved") | ~Q(decided_by=F("requested_by")),
                name="casework_redaction_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["record"], condition=Q(decided_at__isnull=True), name="casework_redaction_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.editions} {self.decision}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a second administrator."""
        return self.decided_at is None
