"""Sources, their derivations, and their citations on incidents and investigations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.constraints import Rule
from incidents.identity.web_addresses import LONGEST_KEY, address_key
from incidents.records.models.fields import code_field, edtf_field, language_field, parsed_or_none, text_pair
from incidents.records.models.incidents import MOST_PEOPLE, Incident
from incidents.records.models.investigations import Investigation
from incidents.records.models.records import Record
from incidents.records.models.reference import Publisher
from incidents.vocabulary import (
    Access,
    Availability,
    Credibility,
    Derivation,
    Distance,
    Fact,
    RecordKind,
    Reliability,
    SourceKind,
    Stance,
    all_of,
    one_of,
)


class SourceManager(models.Manager["Source"]):
    """Sources, each read with its publisher."""

    def get_queryset(self) -> models.QuerySet[Source]:
        """All of them."""
        return super().get_queryset().select_related("publisher")


class Source(Record):
    """A report, recording, document or statement. A confidential one is never published.

    One publication is one source, whichever of its addresses is given: `address_key` is the same for all of them, and
    no two sources have the same. An archived copy is kept with its original (`archive_url`), so it never counts as an
    origin of its own.
    """

    KIND = RecordKind.SOURCE
    ROWS: ClassVar[tuple[str, ...]] = ("derivations",)

    source_kind = code_field(_("kind"), SourceKind)
    distance = code_field(_("distance"), Distance)
    access = code_field(_("access"), Access, default=Access.PUBLIC)
    publisher = models.ForeignKey(
        Publisher, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("publisher or author")
    )
    title = models.CharField(
        _("title"), max_length=500, help_text=_("In brackets where it was not seen or is not a headline.")
    )
    url = models.URLField(_("address"), max_length=1000, blank=True)
    address_key = models.CharField(max_length=LONGEST_KEY, null=True, editable=False)
    archive_url = models.URLField(
        _("archived copy"),
        max_length=1000,
        blank=True,
        help_text=_("Its address in a web archive: web.archive.org, archive.ph, perma.cc …"),
    )
    published = edtf_field(_("published"), blank=True)
    published_earliest = models.DateField(null=True, editable=False)
    language = language_field(_("language"))
    note_en, note_uk = text_pair(_("note (English)"), _("note (Ukrainian)"))
    availability = code_field(_("availability"), Availability, default=Availability.UNCHECKED)
    reliability = code_field(_("reliability (internal)"), Reliability, default=Reliability.F)
    internal_note = models.TextField(_("internal note"), blank=True)

    objects: ClassVar[models.Manager[Source]] = SourceManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            one_of("source_kind", SourceKind, "casework_source_kind"),
            one_of("distance", Distance, "casework_source_distance"),
            one_of("access", Access, "casework_source_access"),
            one_of("availability", Availability, "casework_source_availability"),
            one_of("reliability", Reliability, "casework_source_reliability"),
            models.UniqueConstraint(fields=["address_key"], name="casework_source_one_per_address"),
            Rule(condition=Q(address_key__isnull=True) | ~Q(url=""), name="casework_source_key_of_an_address"),
            Rule(condition=Q(url="") | Q(url__regex=r"^https?://"), name="casework_source_url_is_web"),
            Rule(condition=Q(archive_url="") | ~Q(url=""), name="casework_source_archive_url_of_an_address"),
            Rule(
                condition=Q(archive_url="") | Q(archive_url__regex=r"^https?://"),
                name="casework_source_archive_url_is_web",
            ),
        ]

    @property
    def name(self) -> str:
        """The publisher and the title."""
        return f"{self.publisher}: {self.title}" if self.publisher is not None else self.title

    @property
    def publisher_key(self) -> str:
        """The name of its publisher that is the same for every reader; "" without one."""
        return self.publisher.key_name if self.publisher is not None else ""

    @property
    def is_confidential(self) -> bool:
        """Whether it must never be published, not even as a count."""
        return self.access == Access.CONFIDENTIAL

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the earliest day from the date, and the key from the address. Raises AddressError."""
        date = parsed_or_none(self.published)
        self.published_earliest = date.earliest if date else None
        self.address_key = address_key(self.url) if self.url else None
        super().save(*args, **kwargs)


class SourceDerivation(models.Model):
    """A derivation of a source, and its kind. A trigger refuses cycles."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="derivations")
    upstream = models.ForeignKey(Source, models.PROTECT, related_name="derived", verbose_name=_("derives from"))
    how = code_field(_("how"), Derivation)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("derivation")
        ordering = ["pk"]
        constraints = [
            one_of("how", Derivation, "casework_derivation_how"),
            models.UniqueConstraint(fields=["source", "upstream"], name="casework_derivation_once"),
            Rule(condition=~Q(source=F("upstream")), name="casework_derivation_not_from_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()} · {self.upstream.code} {self.upstream.name}"


def reported_count(verbose_name: Any) -> models.IntegerField[int | None, int | None]:
    """A number of people as given by this source."""
    return models.IntegerField(
        verbose_name, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(MOST_PEOPLE)]
    )


class Citation(models.Model):
    """A source's statement on an incident or an investigation: its stance, facts and quote."""

    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="citations")
    investigation = models.ForeignKey(Investigation, models.CASCADE, null=True, blank=True, related_name="citations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_("source"))
    via = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("information comes from")
    )
    stance = code_field(_("stance"), Stance, default=Stance.SUPPORTS)
    facts = ArrayField(models.CharField(max_length=40), verbose_name=_("on which facts"), default=list, blank=True)
    quote = models.TextField(_("quote"), blank=True)
    quote_language = language_field(_("language of the quote"))
    quote_en, quote_uk = text_pair(_("translation (English)"), _("translation (Ukrainian)"))
    locator_en = models.CharField(_("locator (English)"), max_length=300, blank=True)
    locator_uk = models.CharField(_("locator (Ukrainian)"), max_length=300, blank=True)
    killed_low = reported_count(_("killed according to it, at least"))
    killed_high = reported_count(_("killed according to it, at most"))
    survived_low = reported_count(_("survived according to it, at least"))
    survived_high = reported_count(_("survived according to it, at most"))
    credibility = code_field(_("credibility (internal)"), Credibility, default="6")

    class Meta:
        verbose_name = _("citation")
        ordering = ["pk"]
        constraints = [
            Rule(
                condition=Q(incident__isnull=False, investigation__isnull=True)
                | Q(incident__isnull=True, investigation__isnull=False),
                name="casework_citation_on_one_thing",
            ),
            one_of("stance", Stance, "casework_citation_stance"),
            one_of("credibility", Credibility, "casework_citation_credibility"),
            all_of("facts", Fact, "casework_citation_facts"),
            Rule(condition=Q(via__isnull=True) | ~Q(via=F("source")), name="casework_citation_via"),
            Rule(
                condition=(Q(killed_low__isnull=True) | Q(killed_low__gte=0, killed_low__lte=MOST_PEOPLE))
                & (Q(killed_high__isnull=True) | Q(killed_high__gte=0, killed_high__lte=MOST_PEOPLE))
                & (Q(killed_low__isnull=True) | Q(killed_high__isnull=True) | Q(killed_low__lte=F("killed_high"))),
                name="casework_citation_killed_low_high",
            ),
            Rule(
                condition=(Q(survived_low__isnull=True) | Q(survived_low__gte=0, survived_low__lte=MOST_PEOPLE))
                & (Q(survived_high__isnull=True) | Q(survived_high__gte=0, survived_high__lte=MOST_PEOPLE))
                & (
                    Q(survived_low__isnull=True)
                    | Q(survived_high__isnull=True)
                    | Q(survived_low__lte=F("survived_high"))
                ),
                name="casework_citation_survived_low_high",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} · {self.source.publisher or '–'} · {self.get_stance_display()}"
