"""Investigations with their steps, and reported totals."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.constraints import Rule
from incidents.records.models.fields import code_field, edtf_field, either, parsed_or_none, text_pair
from incidents.records.models.records import Record
from incidents.vocabulary import BodyKind, RecordKind, StepStatus, TotalQualifier, TotalWhat, one_of

LARGEST_TOTAL = 1_000_000


class Investigation(Record):
    """A proceeding of one body; its steps give its progress."""

    KIND = RecordKind.INVESTIGATION
    ROWS: ClassVar[tuple[str, ...]] = ("steps", "citations")

    body_en = models.CharField(_("body (English)"), max_length=300, blank=True)
    body_uk = models.CharField(_("body (Ukrainian)"), max_length=300, blank=True)
    body_kind = code_field(_("kind of body"), BodyKind)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_uk = models.CharField(_("title (Ukrainian)"), max_length=300, blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)

    objects: ClassVar[models.Manager[Investigation]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        constraints = [one_of("body_kind", BodyKind, "casework_investigation_body_kind")]

    @property
    def name(self) -> str:
        """The title, else the body."""
        return either(self.title_en, self.title_uk) or either(self.body_en, self.body_uk)


class InvestigationStep(models.Model):
    """A step with its date and source; the last one is the current status."""

    investigation = models.ForeignKey(Investigation, models.CASCADE, related_name="steps")
    date = edtf_field(_("date"))
    date_earliest = models.DateField(null=True, editable=False)
    status = code_field(_("status"), StepStatus)
    source = models.ForeignKey("casework.Source", models.PROTECT, null=True, blank=True, related_name="steps")
    note_en, note_uk = text_pair(_("note (English)"), _("note (Ukrainian)"))

    class Meta:
        verbose_name = _("step")
        ordering = ["date_earliest", "pk"]
        constraints = [one_of("status", StepStatus, "casework_step_status")]

    def __str__(self) -> str:
        return f"{self.date} · {self.get_status_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the earliest day from the date."""
        date = parsed_or_none(self.date)
        self.date_earliest = (date.earliest or date.latest) if date else None
        super().save(*args, **kwargs)


class ReportedTotal(Record):
    """A body's count as of a date. Totals of different bodies, periods or scopes are never added up."""

    KIND = RecordKind.TOTAL

    body_en = models.CharField(_("body (English)"), max_length=300, blank=True)
    body_uk = models.CharField(_("body (Ukrainian)"), max_length=300, blank=True)
    what = code_field(_("what is counted"), TotalWhat)
    value = models.IntegerField(_("number"), validators=[MinValueValidator(0), MaxValueValidator(LARGEST_TOTAL)])
    qualifier = code_field(_("qualifier"), TotalQualifier, default=TotalQualifier.EXACT)
    period = edtf_field(_("period counted"), blank=True)
    as_of = edtf_field(_("as of"))
    as_of_latest = models.DateField(null=True, editable=False)
    scope_en = models.CharField(_("scope (English)"), max_length=200, blank=True)
    scope_uk = models.CharField(_("scope (Ukrainian)"), max_length=200, blank=True)
    note_en, note_uk = text_pair(_("note (English)"), _("note (Ukrainian)"))
    said_by = models.ForeignKey("casework.Source", models.PROTECT, related_name="totals", verbose_name=_("source"))

    objects: ClassVar[models.Manager[ReportedTotal]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("reported total")
        verbose_name_plural = _("reported totals")
        constraints = [
            one_of("what", TotalWhat, "casework_total_what"),
            one_of("qualifier", TotalQualifier, "casework_total_qualifier"),
            Rule(condition=Q(value__gte=0, value__lte=LARGEST_TOTAL), name="casework_total_value"),
        ]

    @property
    def name(self) -> str:
        """The body and the number."""
        return f"{either(self.body_en, self.body_uk)}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the latest day from the date."""
        date = parsed_or_none(self.as_of)
        self.as_of_latest = date.latest if date else None
        super().save(*args, **kwargs)
