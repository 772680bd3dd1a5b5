"""The form of an incident and of its rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from incidents.casework.forms.fields import (
    CodesField,
    DeskForm,
    EdtfField,
    PlaceField,
    RegionField,
    SourceField,
    TermField,
    TermsField,
    UnitField,
    field_of_column,
)
from incidents.casework.forms.sources import NewSourceMixin
from incidents.casework.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    Observation,
    Unit,
    Victim,
)
from incidents.casework.models.incidents import COUNT_ENDS
from incidents.casework.plans import fields_of
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

MOST_ROWS = 150  # a citation sends up to 35 fields, and DATA_UPLOAD_MAX_NUMBER_FIELDS bounds them all


class IncidentForm(DeskForm):
    """The incident itself; its rows have forms of their own."""

    conduct = TermsField(Conduct, label=_("Conduct"))
    date = EdtfField(label=_("Date"), required=False)
    date_basis = TermField(DateBasis, label=_("What the date is the date of"))
    place = PlaceField(label=_("Place"))
    region = RegionField(
        label=_("Oblast or region"),
        help_text=_("Only where no place is chosen; a place brings its region along."),
    )
    precision = TermField(PlacePrecision, label=_("Precision, inside"))
    public_precision = TermField(PlacePrecision, label=_("Precision, in public"))
    place_method = TermField(PlaceMethod, label=_("How the place was found"), required=False)
    protected_status = TermsField(ProtectedStatus, label=_("Protected status"))
    setting = TermField(Setting, label=_("Setting"))
    investigations = CodesField(
        Investigation, label=_("Investigations"), help_text=_("Codes, separated by commas: I-0001, I-0004.")
    )
    related = CodesField(
        Incident, label=_("Related incidents"), help_text=_("Codes, separated by commas. Published ones are shown.")
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
            "latitude": _("Decimal degrees. Never published finer than the public precision."),
            "place_name_en": _("Only where the reporting names it otherwise than the gazetteer."),
        }

    def clean(self) -> dict[str, Any]:
        """Counts in order, coordinates together, and nothing finer in public than inside."""
        cleaned = super().clean() or self.cleaned_data
        for who in ("killed", "survived"):
            self._check_order(who, cleaned)
        wrong = "latitude" in self.errors or "longitude" in self.errors
        if not wrong and (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("longitude", _("Give both coordinates or neither."))
        inside, outside = cleaned.get("precision"), cleaned.get("public_precision")
        if inside and outside and PlacePrecision(outside).rank < PlacePrecision(inside).rank:
            self.add_error("public_precision", _("What is published may not be finer than what is known inside."))
        if self.instance.pk and self.instance in cleaned.get("related", []):
            self.add_error("related", _("An incident is not related to itself."))
        return cleaned

    def _check_order(self, who: str, cleaned: dict[str, Any]) -> None:
        given = [(end, cleaned.get(f"{who}_{end}")) for end in COUNT_ENDS]
        present = [(end, number) for end, number in given if number is not None]
        for (_low, smaller), (end, larger) in pairwise(present):
            if smaller > larger:
                self.add_error(f"{who}_{end}", _("At least ≤ best estimate ≤ at most: this number is too low."))


class CitationForm(NewSourceMixin, DeskForm):
    """What one source says: found, or created in the same row."""

    source = SourceField(label=_("Source"), help_text=_("Its code, its address, or a part of its title."))
    via = SourceField(
        label=_("Information comes from"),
        help_text=_("Only where it differs from what the source derives from in general."),
    )
    stance = TermField(Stance, explain=False, label=_("Stance"))
    facts = TermsField(Fact, label=_("On which facts"), explain=False)
    credibility = TermField(Credibility, explain=False, label=_("Credibility (internal)"))

    class Meta:
        model = Citation
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

    def clean(self) -> dict[str, Any]:
        """A source found or created, and numbers in order."""
        cleaned = super().clean() or self.cleaned_data
        for who in ("killed", "survived"):
            low, high = cleaned.get(f"{who}_low"), cleaned.get(f"{who}_high")
            if low is not None and high is not None and low > high:
                self.add_error(f"{who}_high", _("The highest number is lower than the lowest."))
        if cleaned.get("via") is not None and cleaned.get("via") == cleaned.get("source"):
            self.add_error("via", _("A source does not come from itself."))
        return cleaned


class AttributionForm(DeskForm):
    """Who is said to have done it; the unit is found, or created in the same row."""

    unit = UnitField(label=_("Unit"), help_text=_("Its code or whole name."))
    new_unit_en = forms.CharField(label=_("New unit (English)"), max_length=300, required=False)
    new_unit_uk = forms.CharField(label=_("New unit (Ukrainian)"), max_length=300, required=False)
    level = TermField(AttributionLevel, explain=False, label=_("Level"))
    role = TermField(AttributionRole, explain=False, label=_("Role"))
    confidence = TermField(AttributionConfidence, explain=False, label=_("Confidence"))
    said_by = SourceField(label=_("Said by"), help_text=_("The source that says so."))

    class Meta:
        model = Attribution
        fields = ("unit", "level", "role", "confidence", "said_by")

    def clean(self) -> dict[str, Any]:
        """A unit found, or named anew."""
        cleaned = super().clean() or self.cleaned_data
        new = (cleaned.get("new_unit_en") or "", cleaned.get("new_unit_uk") or "")
        if cleaned.get("unit") is not None and any(new):
            self.add_error("unit", _("Choose a unit, or name a new one, not both."))
        if cleaned.get("unit") is None and "unit" not in self.errors:
            if not any(new):
                self.add_error("unit", _("Choose a unit, or name a new one."))
            else:
                cleaned["unit"] = Unit.objects.filter(name_en=new[0], name_uk=new[1]).first() or Unit(
                    name_en=new[0], name_uk=new[1], level=cleaned.get("level") or AttributionLevel.UNIT
                )
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        unit = self.cleaned_data.get("unit")
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | ({"unit"} if unit is not None and unit.pk is None else set())

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """A new unit first, then what is attributed to it."""
        unit = self.instance.unit
        if unit.pk is None:
            known = Unit.objects.filter(name_en=unit.name_en, name_uk=unit.name_uk).first()
            if known is None:
                unit.save()
            self.instance.unit = known or unit
        return super().save(commit)


class ObservationForm(DeskForm):
    """A timed moment."""

    source = SourceField(label=_("Source"), required=True)

    class Meta:
        model = Observation
        fields = ("source", "at", "clock_en", "clock_uk", "text_en", "text_uk")
        widgets = {name: forms.Textarea({"rows": 2}) for name in ("text_en", "text_uk")}

    def clean(self) -> dict[str, Any]:
        """Says something in one language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("text_en") or cleaned.get("text_uk")):
            raise ValidationError(_("Say what is seen or heard, in one language at least."))
        return cleaned


class VictimForm(DeskForm):
    """A person; nothing of it is published."""

    outcome = TermField(VictimOutcome, explain=False, label=_("Outcome"))
    identification = TermField(Identification, explain=False, label=_("Identification"))
    consent = TermField(Consent, explain=False, label=_("Consent"))

    class Meta:
        model = Victim
        fields = ("outcome", "identification", "consent", "private_name", "private_note")
        widgets = {"private_note": forms.Textarea({"rows": 2})}


class Rows(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of one kind, with a blank one to copy for adding."""

    max_num = absolute_max = MOST_ROWS

    def add_fields(self, form: Any, index: int | None) -> None:
        """A row's id is one of this record's rows: Django would take any, and then quietly save nothing of it."""
        super().add_fields(form, index)
        form.fields["id"].queryset = self.get_queryset()
        form.fields["id"].error_messages["invalid_choice"] = _("This row is no part of the record, or no more.")


class AttributionRowSet(Rows):
    """Attributions: each says something that no other row says."""

    def clean(self) -> None:
        """Refuses the same attribution twice; Django's own check does not see units that are yet to be created."""
        said = [form.cleaned_data for form in self.forms if form.cleaned_data.get("unit")]
        kept = [each for each in said if not each.get("DELETE")]
        keys = [(_unit_key(each["unit"]), each.get("role"), each.get("said_by")) for each in kept]
        if len(set(keys)) < len(keys):
            raise ValidationError(_("Two attributions name the same unit, role and source. Remove one of them."))
        super().clean()


def _unit_key(unit: Unit) -> tuple[Any, ...]:
    return (unit.pk,) if unit.pk is not None else (unit.name_en, unit.name_uk)


def rows(parent: Any, model: Any, form: Any, owner: str, formset: type[Rows] = Rows) -> Any:
    """The formset of a parent's rows; `owner` is the field that names the parent."""
    return inlineformset_factory(
        parent,
        model,
        form=form,
        formset=formset,
        fk_name=owner,
        extra=0,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )


CitationRows = rows(Incident, Citation, CitationForm, "incident")
AttributionRows = rows(Incident, Attribution, AttributionForm, "incident", AttributionRowSet)
ObservationRows = rows(Incident, Observation, ObservationForm, "incident")
VictimRows = rows(Incident, Victim, VictimForm, "incident")
