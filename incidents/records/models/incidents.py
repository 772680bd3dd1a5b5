"""An incident and the rows that belong to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.constraints import Rule
from incidents.gazetteer.models import Place, Region
from incidents.records.models.fields import code_field, edtf_field, either, parsed_or_none, text_pair
from incidents.records.models.records import Record
from incidents.records.models.reference import Unit
from incidents.vocabulary import (
    AttributionConfidence,
    AttributionLevel,
    AttributionRole,
    Conduct,
    Consent,
    DateBasis,
    Identification,
    PlaceMethod,
    PlacePrecision,
    ProtectedStatus,
    RecordKind,
    Setting,
    VictimOutcome,
    all_of,
    one_of,
)

MOST_PEOPLE = 100_000
COUNT_ENDS = ("low", "best", "high")


def count_field(verbose_name: Any) -> models.IntegerField[int | None, int | None]:
    """A number of people; empty if the reporting does not say."""
    return models.IntegerField(
        verbose_name, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(MOST_PEOPLE)]
    )


def count_source(verbose_name: Any) -> models.ForeignKey[Any, Any]:
    """The source of one end of a range."""
    return models.ForeignKey(
        "casework.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=verbose_name
    )


def ordered_counts(who: str) -> Rule:
    """low ≤ best ≤ high, not negative and at most MOST_PEOPLE (UCDP GED codebook)."""
    low, best, high = (f"{who}_{end}" for end in COUNT_ENDS)
    within = Q(**{f"{low}__isnull": True}) | Q(**{f"{low}__gte": 0})
    within &= Q(**{f"{best}__isnull": True}) | Q(**{f"{best}__gte": 0})
    within &= Q(**{f"{high}__isnull": True}) | Q(**{f"{high}__gte": 0, f"{high}__lte": MOST_PEOPLE})
    for smaller, larger in ((low, best), (best, high), (low, high)):
        within &= (
            Q(**{f"{smaller}__isnull": True}) | Q(**{f"{larger}__isnull": True}) | Q(**{f"{smaller}__lte": F(larger)})
        )
    return Rule(condition=within, name=f"casework_incident_{who}_low_best_high")


def public_never_finer() -> Rule:
    """The public precision of a place is never finer than the internal one."""
    allowed = Q()
    for inside in PlacePrecision:
        coarser = [other.value for other in PlacePrecision if other.rank >= inside.rank]
        allowed |= Q(precision=inside.value, public_precision__in=coarser)
    return Rule(condition=allowed, name="casework_incident_public_precision_never_finer")


class Incident(Record):
    """A reported killing, or several that belong together, at one time and place."""

    KIND = RecordKind.INCIDENT
    ROWS: ClassVar[tuple[str, ...]] = ("citations", "attributions", "observations", "victims")

    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    title_uk = models.CharField(_("title (Ukrainian)"), max_length=300, blank=True)
    summary_en, summary_uk = text_pair(_("summary (English)"), _("summary (Ukrainian)"))
    conduct = ArrayField(models.CharField(max_length=40), verbose_name=_("conduct"), default=list, blank=True)

    date = edtf_field(_("date"), blank=True)
    date_earliest = models.DateField(null=True, editable=False)
    date_latest = models.DateField(null=True, editable=False)
    date_basis = code_field(_("what the date is the date of"), DateBasis, default=DateBasis.EVENT)

    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name=_("place"), related_name="+")
    place_name_en = models.CharField(_("place as reported (English)"), max_length=200, blank=True)
    place_name_uk = models.CharField(_("place as reported (Ukrainian)"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("oblast or region"), related_name="+"
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    precision = code_field(_("precision, inside"), PlacePrecision, default=PlacePrecision.UNKNOWN)
    public_precision = code_field(_("precision, in public"), PlacePrecision, default=PlacePrecision.UNKNOWN)
    place_method = code_field(_("how the place was found"), PlaceMethod, blank=True)

    killed_low = count_field(_("killed, at least"))
    killed_best = count_field(_("killed, best estimate"))
    killed_high = count_field(_("killed, at most"))
    killed_low_source = count_source(_("source of “killed, at least”"))
    killed_best_source = count_source(_("source of “killed, best estimate”"))
    killed_high_source = count_source(_("source of “killed, at most”"))
    survived_low = count_field(_("survived, at least"))
    survived_best = count_field(_("survived, best estimate"))
    survived_high = count_field(_("survived, at most"))
    survived_low_source = count_source(_("source of “survived, at least”"))
    survived_best_source = count_source(_("source of “survived, best estimate”"))
    survived_high_source = count_source(_("source of “survived, at most”"))

    protected_status = ArrayField(
        models.CharField(max_length=40), verbose_name=_("protected status"), default=list, blank=True
    )
    setting = code_field(_("setting"), Setting, default=Setting.UNKNOWN)

    not_known_en, not_known_uk = text_pair(_("what is not known (English)"), _("what is not known (Ukrainian)"))
    content_warning_en = models.CharField(_("content warning (English)"), max_length=500, blank=True)
    content_warning_uk = models.CharField(_("content warning (Ukrainian)"), max_length=500, blank=True)

    investigations = models.ManyToManyField(
        "casework.Investigation", blank=True, related_name="incidents", verbose_name=_("investigations")
    )
    related = models.ManyToManyField("self", blank=True, symmetrical=False, verbose_name=_("related incidents"))

    safety_note = models.TextField(_("risks to people"), blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)

    objects: ClassVar[models.Manager[Incident]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            all_of("conduct", Conduct, "casework_incident_conduct"),
            all_of("protected_status", ProtectedStatus, "casework_incident_protected_status"),
            one_of("date_basis", DateBasis, "casework_incident_date_basis"),
            one_of("setting", Setting, "casework_incident_setting"),
            Rule(
                condition=Q(place_method="") | Q(place_method__in=PlaceMethod.values),
                name="casework_incident_place_method",
            ),
            public_never_finer(),
            ordered_counts("killed"),
            ordered_counts("survived"),
            Rule(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="casework_incident_coordinates_both_or_none",
            ),
            Rule(
                condition=Q(date_earliest__isnull=True)
                | Q(date_latest__isnull=True)
                | Q(date_earliest__lte=F("date_latest")),
                name="casework_incident_earliest_before_latest",
            ),
        ]

    @property
    def name(self) -> str:
        """The title in the active language, else in the other one."""
        return either(self.title_en, self.title_uk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the earliest and latest day from the date, and the region from the place."""
        date = parsed_or_none(self.date)
        self.date_earliest, self.date_latest = (date.earliest, date.latest) if date else (None, None)
        if self.place is not None:
            self.region = self.place.region
        super().save(*args, **kwargs)


class Attribution(models.Model):
    """An alleged perpetrator: unit, role, confidence, and the source that says so."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="attributions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="attributions", verbose_name=_("unit"))
    role = code_field(_("role"), AttributionRole, default=AttributionRole.DIRECT_PERPETRATOR)
    level = code_field(_("level"), AttributionLevel, default=AttributionLevel.UNIT)
    confidence = code_field(_("confidence"), AttributionConfidence, default=AttributionConfidence.SUSPECTED)
    said_by = models.ForeignKey(
        "casework.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )

    class Meta:
        verbose_name = _("attribution")
        ordering = ["pk"]
        constraints = [
            one_of("role", AttributionRole, "casework_attribution_role"),
            one_of("level", AttributionLevel, "casework_attribution_level"),
            one_of("confidence", AttributionConfidence, "casework_attribution_confidence"),
            models.UniqueConstraint(
                fields=["incident", "unit", "role", "said_by"], name="casework_attribution_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_confidence_display()}"


class Observation(models.Model):
    """A timed observation within an incident, from one source."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="observations")
    source = models.ForeignKey("casework.Source", models.PROTECT, related_name="observations", verbose_name=_("source"))
    at = models.CharField(_("time"), max_length=40, blank=True)
    clock_en = models.CharField(_("which clock (English)"), max_length=120, blank=True)
    clock_uk = models.CharField(_("which clock (Ukrainian)"), max_length=120, blank=True)
    text_en, text_uk = text_pair(_("what is seen or heard (English)"), _("what is seen or heard (Ukrainian)"))

    class Meta:
        verbose_name = _("observation")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at} {either(self.text_en, self.text_uk)}".strip()


class Victim(models.Model):
    """A person killed or a survivor. Private: no field of it is published."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="victims")
    outcome = code_field(_("outcome"), VictimOutcome, default=VictimOutcome.UNKNOWN)
    identification = code_field(_("identification"), Identification, default=Identification.UNIDENTIFIED)
    consent = code_field(_("consent"), Consent, default=Consent.NOT_SOUGHT)
    private_name = models.CharField(_("name (never published)"), max_length=200, blank=True)
    private_note = models.TextField(_("note (never published)"), blank=True)

    class Meta:
        verbose_name = _("person")
        ordering = ["pk"]
        constraints = [
            one_of("outcome", VictimOutcome, "casework_victim_outcome"),
            one_of("identification", Identification, "casework_victim_identification"),
            one_of("consent", Consent, "casework_victim_consent"),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
