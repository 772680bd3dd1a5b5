"""The trail: one entry for every row that was added, changed or removed. Written by a trigger and by nothing else."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.TextChoices):
    """What was done with a row."""

    INSERT = "insert", _("added")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("removed")


class Entry(models.Model):
    """One row of one table, before and after. Of a changed row only the columns that changed are kept; a secret is
    never kept, its column says "changed". Rows can be neither changed nor removed, by nobody."""

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
