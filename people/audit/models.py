"""The audit trail: one entry for every inserted, updated or deleted row, written by a trigger only."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.TextChoices):
    """The kinds of change."""

    INSERT = "insert", _("added")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("removed")


class Entry(models.Model):
    """One row of one table, before and after. Of an updated row only changed columns are stored; a secret is stored
    as "changed". Entries can be neither updated nor deleted, by any role."""

    at = models.DateTimeField(_("time"), editable=False)
    actor = models.CharField(_("who"), max_length=100, editable=False)
    request = models.CharField(_("request"), max_length=40, editable=False)
    role = models.CharField(_("role in the database"), max_length=63, editable=False)
    transaction = models.BigIntegerField(_("transaction"), editable=False)
    on_table = models.CharField(_("table"), max_length=63, editable=False)
    row_key = models.CharField(_("row"), max_length=100, editable=False)
    change = models.CharField(_("change"), max_length=6, choices=Change.choices, editable=False)
    about = ArrayField(models.CharField(max_length=30), verbose_name=_("about"), editable=False)
    before = models.JSONField(_("before"), null=True, editable=False)
    after = models.JSONField(_("after"), null=True, editable=False)

    class Meta:
        verbose_name = _("entry of the trail")
        verbose_name_plural = _("entries of the trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(fields=["actor", "at"], name="audit_entry_actor"),
            GinIndex(fields=["about"], name="audit_entry_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(change__in=Change.values), name="audit_entry_change"),
            models.CheckConstraint(condition=~models.Q(actor=""), name="audit_entry_actor_named"),
        ]

    def __str__(self) -> str:
        return f"{self.on_table} {self.row_key} {self.change}"
