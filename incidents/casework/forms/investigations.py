"""The forms of an investigation and of a reported total."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.casework.forms.fields import DeskForm, EdtfField, SourceField, TermField
from incidents.casework.forms.incidents import CitationForm, rows
from incidents.casework.forms.sources import DerivationForm
from incidents.records.models import (
    Citation,
    Investigation,
    InvestigationStep,
    ReportedTotal,
    Source,
    SourceDerivation,
)
from incidents.vocabulary import BodyKind, StepStatus, TotalQualifier, TotalWhat


class InvestigationForm(DeskForm):
    """An investigation without its steps."""

    body_kind = TermField(BodyKind, label=_("Kind of body"))

    class Meta:
        model = Investigation
        fields = ("title_en", "title_uk", "body_en", "body_uk", "body_kind", "internal_note")
        widgets = {"internal_note": forms.Textarea({"rows": 3})}
        help_texts = {"internal_note": _("Never published.")}


class StepForm(DeskForm):
    """A step with its date and source."""

    date = EdtfField(label=_("Date"))
    status = TermField(StepStatus, explain=False, label=_("Status"))
    source = SourceField(label=_("Source"))

    class Meta:
        model = InvestigationStep
        fields = ("date", "status", "source", "note_en", "note_uk")
        widgets = {name: forms.Textarea({"rows": 2}) for name in ("note_en", "note_uk")}


class TotalForm(DeskForm):
    """A reported total."""

    what = TermField(TotalWhat, label=_("What is counted"))
    qualifier = TermField(TotalQualifier, preselected=False, label=_("Qualifier"))
    period = EdtfField(
        label=_("Period counted"), required=False, help_text=_("2024-02-24/2024-12-31. Empty: since February 2022.")
    )
    as_of = EdtfField(label=_("As of"))
    said_by = SourceField(label=_("Source"), required=True)

    class Meta:
        model = ReportedTotal
        fields = (
            "body_en",
            "body_uk",
            "what",
            "value",
            "qualifier",
            "period",
            "as_of",
            "scope_en",
            "scope_uk",
            "note_en",
            "note_uk",
            "said_by",
        )


StepRows = rows(Investigation, InvestigationStep, StepForm, "investigation")
InvestigationCitationRows = rows(Investigation, Citation, CitationForm, "investigation")
DerivationRows = rows(Source, SourceDerivation, DerivationForm, "source")
