"""The form of an incident and those of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from incidents.casework.forms.fields import (
    CoordinateField,
    DeskForm,
    EdtfField,
    PlaceField,
    RecordsField,
    RegionField,
    SourceField,
    TermField,
    TermsField,
    UnitField,
    field_of_column,
)
from incidents.casework.forms.sources import ALSO_NEW, NewSourceMixin
from incidents.casework.plans import fields_of
from incidents.casework.services.cleaning import MOST_ROWS
from incidents.casework.services.errors import Path
from incidents.records.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    Observation,
    Victim,
)
from incidents.vocabulary import (
    AttributionConfidence,
    AttributionLevel,
    AttributionRole,
    Conduct,
    Consent,
    Credibility,
    DateBasis,
    Fact,
    Identification,
    PlaceMethod,
    PlacePrecision,
    ProtectedStatus,
    RecordKind,
    Setting,
    Stance,
    VictimOutcome,
)


class IncidentForm(DeskForm):
    """The incident without its rows."""

    conduct = TermsField(Conduct, label=_("Conduct"))
    date = EdtfField(label=_("Date"), required=False)
    date_basis = TermField(DateBasis, label=_("What the date is the date of"))
    place = PlaceField(label=_("Place"))
    region = RegionField(
        label=_("Oblast or region"),
        help_text=_("Only where no place is chosen; a place brings its region along."),
    )
    latitude = CoordinateField(
        label=_("Latitude"),
        help_text=_(
            "48.1465 · 48,1465 · 48°08′47″N. Both coordinates or the link of a map may be pasted into one field. Never "
            "published finer than the public precision."
        ),
    )
    longitude = CoordinateField(label=_("Longitude"))
    precision = TermField(PlacePrecision, label=_("Precision, inside"))
    public_precision = TermField(PlacePrecision, label=_("Precision, in public"))
    place_method = TermField(PlaceMethod, label=_("How the place was found"), required=False)
    protected_status = TermsField(ProtectedStatus, label=_("Protected status"))
    setting = TermField(Setting, label=_("Setting"))
    investigations = RecordsField(
        Investigation,
        label=_("Investigations"),
        help_text=_("One a line: type words of the title or a code, and choose."),
    )
    related = RecordsField(
        Incident,
        label=_("Related incidents"),
        help_text=_("One a line: type words of the title or a code, and choose. Published ones are shown."),
    )
    killed_low_source = SourceField(label=_("Source of the lowest number"))
    killed_best_source = SourceField(label=_("Source of the best estimate"))
    killed_high_source = SourceField(label=_("Source of the highest number"))
    survived_low_source = SourceField(label=_("Source of the lowest number"))
    survived_best_source = SourceField(label=_("Source of the best estimate"))
    survived_high_source = SourceField(label=_("Source of the highest number"))

    class Meta:
        model = Incident
        fields = fields_of(RecordKind.INCIDENT)
        formfield_callback = field_of_column
        widgets = {
            **{name: forms.Textarea({"rows": 6}) for name in ("summary_en", "summary_uk")},
            **{name: forms.Textarea({"rows": 4}) for name in ("not_known_en", "not_known_uk")},
            **{name: forms.Textarea({"rows": 3}) for name in ("safety_note", "internal_note")},
        }
        help_texts = {
            "not_known_en": _("One thing a line. What the reporting does not say is written out for the reader."),
            "content_warning_en": _(
                "What is behind the warning, in one sober sentence. Shown before quotes and times."
            ),
            "safety_note": _("Never published: who could be at risk by what is written here, and why."),
            "internal_note": _("Never published."),
            "place_name_en": _("Only where the reporting names it otherwise than the gazetteer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.date:  # what no date is the date of was never chosen
            self.initial["date_basis"] = ""
            self.fields["date_basis"].choose_consciously("")  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        """The POST data; without a date nothing is said of what it is the date of."""
        typed = super().content()
        if not typed.get("date") and not typed.get("date_basis"):
            typed.pop("date_basis", None)
        return typed


class CitationForm(NewSourceMixin, DeskForm):
    """A citation of an existing source, or of one created in the same row."""

    source = SourceField(label=_("Source"), help_text=_("Its code, its address, or a part of its title."))
    via = SourceField(
        label=_("Information comes from"),
        help_text=_("Only where it differs from what the source derives from in general."),
    )
    stance = TermField(Stance, explain=False, preselected=False, label=_("Stance"))
    facts = TermsField(Fact, label=_("On which facts"), explain=False)
    credibility = TermField(Credibility, explain=False, label=_("Credibility (internal)"))

    class Meta:
        model = Citation
        formfield_callback = field_of_column
        fields = (
            "source",
            "stance",
            "facts",
            "quote",
            "quote_language",
            "quote_en",
            "quote_uk",
            "locator_en",
            "locator_uk",
            "killed_low",
            "killed_high",
            "survived_low",
            "survived_high",
            "via",
            "credibility",
        )
        widgets = {name: forms.Textarea({"rows": 2}) for name in ("quote", "quote_en", "quote_uk")}
        help_texts = {
            "quote": _("Short, word for word. Names of captives and witnesses become [name withheld]."),
            "locator_en": _("Page, paragraph or time code."),
        }


class AttributionForm(DeskForm):
    """An attribution; the unit exists, or is created in the same row."""

    unit = UnitField(label=_("Unit"), help_text=_("Its code or whole name."))
    new_unit_en = forms.CharField(label=_("New unit (English)"), max_length=300, required=False)
    new_unit_uk = forms.CharField(label=_("New unit (Ukrainian)"), max_length=300, required=False)
    level = TermField(AttributionLevel, explain=False, preselected=False, label=_("Level"))
    role = TermField(AttributionRole, explain=False, preselected=False, label=_("Role"))
    confidence = TermField(AttributionConfidence, explain=False, preselected=False, label=_("Confidence"))
    said_by = SourceField(label=_("Said by"), help_text=ALSO_NEW)

    class Meta:
        model = Attribution
        fields = ("unit", "level", "role", "confidence", "said_by")

    def content(self) -> dict[str, Any]:
        """The row; a new unit is a nested content."""
        typed = super().content()
        new = {f"name_{language}": typed.pop(f"new_unit_{language}") for language in ("en", "uk")}
        return typed | ({"new_unit": new} if any(new.values()) else {})

    def as_posted(self, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """The names of the new unit in their form fields."""
        new = content.get("new_unit") or {}
        return super().as_posted({**content, **{f"new_unit_{end}": new.get(f"name_{end}", "") for end in ("en", "uk")}})

    def field_at(self, path: Path) -> str:
        """The names of the new unit have their own form fields."""
        return (
            f"new_unit_{str(path[1])[-2:]}" if path[:1] == ("new_unit",) and len(path) > 1 else super().field_at(path)
        )


class ObservationForm(DeskForm):
    """A timed observation."""

    source = SourceField(label=_("Source"), required=True)

    class Meta:
        model = Observation
        fields = ("source", "at", "clock_en", "clock_uk", "text_en", "text_uk")
        widgets = {name: forms.Textarea({"rows": 2}) for name in ("text_en", "text_uk")}


class VictimForm(DeskForm):
    """A person. Nothing of it is published."""

    outcome = TermField(VictimOutcome, explain=False, label=_("Outcome"))
    identification = TermField(Identification, explain=False, label=_("Identification"))
    consent = TermField(Consent, explain=False, label=_("Consent"))

    class Meta:
        model = Victim
        fields = ("outcome", "identification", "consent", "private_name", "private_note")
        widgets = {"private_note": forms.Textarea({"rows": 2})}


class Rows(BaseInlineFormSet):  # type: ignore[type-arg]
    """The formset of one kind of row, with an empty form to copy. It checks the number of rows; the services check
    the rest."""

    max_num = absolute_max = MOST_ROWS

    def clean(self) -> None:
        """The services validate the rows."""

    @property
    def filled(self) -> list[Any]:
        """The forms of the rows to save: neither removed, nor added and left empty."""
        return [
            form for form in self.forms if not _is_removed(form) and (not form.empty_permitted or form.has_changed())
        ]


def _is_removed(form: Any) -> bool:
    form.errors  # noqa: B018 (parses the POST data)
    return bool(form.cleaned_data.get("DELETE"))


def rows(parent: Any, model: Any, form: Any, owner: str) -> Any:
    """The formset class for a parent's rows; `owner` is the foreign key to the parent."""
    return inlineformset_factory(
        parent,
        model,
        form=form,
        formset=Rows,
        fk_name=owner,
        extra=0,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )


CitationRows = rows(Incident, Citation, CitationForm, "incident")
AttributionRows = rows(Incident, Attribution, AttributionForm, "incident")
ObservationRows = rows(Incident, Observation, ObservationForm, "incident")
VictimRows = rows(Incident, Victim, VictimForm, "incident")
