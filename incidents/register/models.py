"""The register: append-only editions, and the read rows of the current editions, which filters use.

Only `incidents.publishing` writes here. The rows can be rebuilt from the editions at any time.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.http import Http404

from incidents.register.row_history import past_of
from incidents.vocabulary import EditionChange, Publication, RecordKind, one_of

Document = dict[str, Any]


class RedactedError(Http404):
    """The document of this edition was erased: `edition` has the time and reason, and keeps the digest. Views that
    do not handle redactions answer 404; pages answer 410 (`incidents.register.pages.redacted`)."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(f"{edition} was erased")
        self.edition = edition


def names_source(code: str, edition: str = "") -> Q:
    """The editions whose document names a source in a citation, a step, an observation or a derivation.

    Canonical JSON has one spelling for it. `edition` is the lookup path to the edition, such as `edition__`.
    """
    return Q(**{f"{edition}document__contains": f'"source":"{code}"'})


class EditionQuerySet(models.QuerySet["Edition"]):
    """Queries on editions."""

    def of(self, kind: str, code: str) -> EditionQuerySet:
        """All editions of one record, the newest first."""
        return self.filter(kind=kind, code=code).order_by("-number")

    def newest_first(self) -> EditionQuerySet:
        """In reverse order of publication."""
        return self.order_by("-pk")

    def corrections(self) -> EditionQuerySet:
        """Every edition after the first."""
        return self.exclude(change=EditionChange.FIRST).newest_first()

    def readable(self) -> EditionQuerySet:
        """The editions whose document was not erased."""
        return self.filter(redacted_at=None)


class Edition(models.Model):
    """One published state of one record. `document` is canonical JSON (RFC 8785); `digest` is its SHA-256 in hex."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=20)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    note_en = models.CharField(max_length=500, blank=True)
    note_uk = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    # Erased by two administrators (see incidents.publishing.redaction): document and note are gone, the digest stays.
    redacted_at = models.DateTimeField(null=True)
    redacted_for = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "number"], name="register_edition_number_once"),
            one_of("kind", RecordKind, "register_edition_kind"),
            one_of("change", EditionChange, "register_edition_change"),
            models.CheckConstraint(
                condition=Q(number=1, supersedes__isnull=True) | Q(number__gt=1, supersedes__isnull=False),
                name="register_edition_supersedes_the_one_before",
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="register_edition_by_time")]

    def __str__(self) -> str:
        return f"{self.code} edition {self.number}"

    @cached_property
    def content(self) -> Document:
        """The document as data. Raises RedactedError if it was erased, which a page answers with 410."""
        if self.is_redacted:
            raise RedactedError(self)
        content: Document = json.loads(self.document)
        return content

    @property
    def is_redacted(self) -> bool:
        """Whether the document was erased. The newest edition of a record never is."""
        return self.redacted_at is not None

    @property
    def is_tombstone(self) -> bool:
        """Whether the record was withdrawn or merged: its content is no longer shown, its URL stays."""
        return self.change in (EditionChange.WITHDRAWN, EditionChange.MERGED)


class Row(models.Model):
    """The common fields of the read rows."""

    code = models.CharField(max_length=20, primary_key=True)
    edition = models.OneToOneField(Edition, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    first_published_at = models.DateTimeField()
    published_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def document(self) -> Document:
        """The current edition's document."""
        return self.edition.content


class RegisterIncidentQuerySet(models.QuerySet["RegisterIncident"]):
    """Queries on incidents."""

    def current(self) -> RegisterIncidentQuerySet:
        """Neither withdrawn nor merged: the incidents that lists, counts and exports show."""
        return self.filter(state=Publication.PUBLISHED)

    def citing(self, source: str) -> RegisterIncidentQuerySet:
        """The current incidents that cite a source."""
        return self.current().filter(sources__contains=[source])


class RegisterIncident(Row):
    """The read row of an incident's current edition."""

    state = models.CharField(max_length=20, default=Publication.PUBLISHED)
    merged_into = models.CharField(max_length=20, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    title_uk = models.CharField(max_length=300, blank=True)
    summary_en = models.TextField(blank=True)
    summary_uk = models.TextField(blank=True)
    date = models.CharField(max_length=64, blank=True)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    # The earliest day; if that is open, the latest: "on or before 2 December" is sorted by that day.
    sort_date = models.DateField(null=True)
    place_en = models.CharField(max_length=300, blank=True)
    place_uk = models.CharField(max_length=300, blank=True)
    oblast = models.CharField(max_length=10, blank=True)
    # KATOTTH codes, as far as the public precision allows: by their outlines a place without a point is drawn.
    raion = models.CharField(max_length=19, blank=True, default="", db_default="")
    hromada = models.CharField(max_length=19, blank=True, default="", db_default="")
    country = models.CharField(max_length=2, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    precision = models.CharField(max_length=40, blank=True)
    killed_low = models.IntegerField(null=True)
    killed_best = models.IntegerField(null=True)
    killed_high = models.IntegerField(null=True)
    survived_low = models.IntegerField(null=True)
    survived_best = models.IntegerField(null=True)
    survived_high = models.IntegerField(null=True)
    grade = models.CharField(max_length=30, blank=True)
    conduct = ArrayField(models.CharField(max_length=40), default=list)
    protected_status = ArrayField(models.CharField(max_length=40), default=list)
    setting = models.CharField(max_length=40, blank=True)
    units = ArrayField(models.CharField(max_length=20), default=list)
    sources = ArrayField(models.CharField(max_length=20), default=list)
    source_kinds = ArrayField(models.CharField(max_length=40), default=list)
    investigations = ArrayField(models.CharField(max_length=20), default=list)
    investigation_statuses = ArrayField(models.CharField(max_length=40), default=list)
    related = ArrayField(models.CharField(max_length=20), default=list)
    reports = models.PositiveIntegerField(default=0)
    origins = models.PositiveIntegerField(default=0)
    corroboration = models.JSONField(default=dict)
    # The newest edition that the row depends on: its own, or that of a source or investigation whose counts changed.
    made_from = models.PositiveIntegerField(default=0)

    objects = RegisterIncidentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=Publication.MERGED) | ~Q(merged_into=""),
                name="register_incident_merged_names_target",
            ),
        ]
        indexes = [
            models.Index(F("sort_date").desc(nulls_last=True), "code", name="register_incident_by_date"),
            models.Index(fields=["-published_at", "code"], name="register_incident_by_time"),
            models.Index(fields=["killed_best", "code"], name="register_incident_by_killed"),
            models.Index(fields=["made_from"], name="register_incident_made_from"),
            models.Index(fields=["merged_into"], name="register_incident_merged", condition=~Q(merged_into="")),
            models.Index(fields=["oblast"], name="register_incident_oblast"),
            models.Index(fields=["grade"], name="register_incident_grade"),
            GinIndex(fields=["conduct"], name="register_incident_conduct"),
            GinIndex(fields=["units"], name="register_incident_units"),
            GinIndex(fields=["sources"], name="register_incident_sources"),
            GinIndex(fields=["source_kinds"], name="register_incident_kinds"),
            GinIndex(fields=["investigations"], name="register_incident_cases"),
            GinIndex(fields=["related"], name="register_incident_related"),
            GinIndex(fields=["investigation_statuses"], name="register_incident_status"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_current(self) -> bool:
        """Neither withdrawn nor merged."""
        return self.state == Publication.PUBLISHED

    @property
    def place(self) -> dict[str, str]:
        """The place by language."""
        return {"en": self.place_en, "uk": self.place_uk}

    @property
    def title(self) -> dict[str, str]:
        """The title by language."""
        return {"en": self.title_en, "uk": self.title_uk}

    @property
    def killed(self) -> dict[str, int | None]:
        """Low, best and high estimate."""
        return {"low": self.killed_low, "best": self.killed_best, "high": self.killed_high}

    @property
    def survived(self) -> dict[str, int | None]:
        """Low, best and high estimate."""
        return {"low": self.survived_low, "best": self.survived_best, "high": self.survived_high}


# The part of a search vector that holds the title and the code.
IN_TITLE = Func(F("vector"), Value("{a}"), function="ts_filter", output_field=SearchVectorField())


class RegisterSearch(models.Model):
    """The search vector of an incident, apart from its wide row, so that counting hits is cheap. `number` is its
    edition."""

    incident = models.OneToOneField(RegisterIncident, models.CASCADE, primary_key=True, related_name="search")
    number = models.PositiveIntegerField()
    vector = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="register_search_vector"),
            # Titles alone: if there are too many hits to rank them all, hits in titles come first.
            GinIndex(IN_TITLE, name="register_search_titles"),
            models.Index(fields=["number"], name="register_search_number"),
        ]

    def __str__(self) -> str:
        return self.incident_id


class RegisterSource(Row):
    """The read row of a source's current edition. Confidential sources are never published."""

    source_kind = models.CharField(max_length=40)
    distance = models.CharField(max_length=20)
    access = models.CharField(max_length=20)
    publisher = models.CharField(max_length=300, blank=True)  # the English name, else the Ukrainian one
    publisher_uk = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=1000, blank=True)
    published = models.CharField(max_length=64, blank=True)
    published_earliest = models.DateField(null=True)
    language = models.CharField(max_length=12, blank=True)
    availability = models.CharField(max_length=20, blank=True)
    vector = SearchVectorField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(access="confidential"), name="register_source_never_confidential"),
        ]
        indexes = [
            models.Index(fields=["source_kind"], name="register_source_kind"),
            GinIndex(fields=["vector"], name="register_source_vector"),
        ]

    def __str__(self) -> str:
        return self.code


class RegisterDerivation(models.Model):
    """A derivation between two public sources."""

    source = models.ForeignKey(RegisterSource, models.CASCADE, related_name="derivations")
    upstream = models.ForeignKey(RegisterSource, models.CASCADE, related_name="derived")
    how = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "upstream"], name="register_derivation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.how} {self.upstream_id}"


class RegisterCitation(models.Model):
    """A public citation in the incident's current edition."""

    incident = models.ForeignKey(RegisterIncident, models.CASCADE, related_name="citations")
    source = models.ForeignKey(RegisterSource, models.CASCADE, related_name="citations")
    position = models.PositiveIntegerField()
    stance = models.CharField(max_length=20)
    facts = ArrayField(models.CharField(max_length=40), default=list)
    via = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    quote_language = models.CharField(max_length=12, blank=True)
    quote_en = models.TextField(blank=True)
    quote_uk = models.TextField(blank=True)
    locator_en = models.CharField(max_length=300, blank=True)
    locator_uk = models.CharField(max_length=300, blank=True)
    killed_low = models.IntegerField(null=True)
    killed_high = models.IntegerField(null=True)
    survived_low = models.IntegerField(null=True)
    survived_high = models.IntegerField(null=True)

    class Meta:
        ordering = ["incident_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "position"], name="register_citation_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.source_id}"


class RegisterInvestigation(Row):
    """The read row of an investigation's current edition; `status` is that of its last step."""

    body_en = models.CharField(max_length=300, blank=True)
    body_uk = models.CharField(max_length=300, blank=True)
    body_kind = models.CharField(max_length=40)
    title_en = models.CharField(max_length=300, blank=True)
    title_uk = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=40, blank=True)
    status_date = models.CharField(max_length=64, blank=True)
    status_earliest = models.DateField(null=True)
    vector = SearchVectorField()

    class Meta:
        ordering = ["code"]
        indexes = [GinIndex(fields=["vector"], name="register_case_vector")]

    def __str__(self) -> str:
        return self.code


class RegisterTotal(Row):
    """The read row of the current edition of a reported total."""

    body_en = models.CharField(max_length=300, blank=True)
    body_uk = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=40)
    value = models.IntegerField()
    qualifier = models.CharField(max_length=20)
    period = models.CharField(max_length=64, blank=True)
    as_of = models.CharField(max_length=64)
    as_of_latest = models.DateField(null=True)
    scope_en = models.CharField(max_length=200, blank=True)
    scope_uk = models.CharField(max_length=200, blank=True)
    note_en = models.TextField(blank=True)
    note_uk = models.TextField(blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class RegisterUnit(models.Model):
    """A unit that a public incident names, for the filter by attribution."""

    code = models.CharField(max_length=20, primary_key=True)
    name_en = models.CharField(max_length=300, blank=True)
    name_uk = models.CharField(max_length=300, blank=True)
    other_names = ArrayField(models.TextField(), default=list, blank=True)
    level = models.CharField(max_length=20)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


def vectors_are_missing(using: str) -> bool:
    """Whether a migration has emptied the search vectors and `rebuild_register` has not filled them yet."""
    words = Func(F("vector"), function="length", output_field=models.IntegerField())
    rows = (model._default_manager.using(using).alias(words=words) for model in (RegisterSource, RegisterInvestigation))
    return any(found.filter(words=0).exists() for found in rows)


# For each read table the table of its former rows, with the columns that identify a row.
PAST = (
    past_of(RegisterIncident, "code"),
    past_of(RegisterSearch, "incident_id"),
    past_of(RegisterSource, "code"),
    past_of(RegisterDerivation, "source_id", "upstream_id"),
    past_of(RegisterCitation, "incident_id", "position"),
    past_of(RegisterInvestigation, "code"),
    past_of(RegisterTotal, "code"),
    past_of(RegisterUnit, "code"),
)
