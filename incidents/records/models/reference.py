"""Reference data that administrators maintain."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.db import connection, models
from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from incidents.constraints import Rule
from incidents.records.models.fields import code_field, either
from incidents.register.models import RegisterUnit
from incidents.vocabulary import AttributionLevel, one_of
from incidents.wording import publisher_names
from people.models import User

NAMES = ("name_en", "name_uk", "other_names")


def _added(model: type[models.Model]) -> Q:
    """What administrators added as reference data."""
    added = LogEntry.objects.filter(
        action_flag=ADDITION, content_type__app_label="casework", content_type__model=model._meta.model_name
    )
    return Q(pk__in=added.values_list(Cast("object_id", BigIntegerField()), flat=True))


def _any_name(text: str, lookup: str, *names: str) -> Q:
    return Q.create([Q((f"{name}__{lookup}", text)) for name in names], connector=Q.OR)


def _next_code(sequence: str, letter: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        return f"{letter}-{cursor.fetchone()[0]:04d}"


class UnitQuerySet(models.QuerySet["Unit"]):
    """Queries on units."""

    def visible_to(self, user: User) -> UnitQuerySet:
        """Units named by a record that the user may see, public ones, and those that administrators added as
        reference data. A unit that only a draft names is as confidential as the draft."""
        from incidents.records.models.records import Record

        named = Q(attributions__incident__in=Record.objects.visible_to(user).values("pk"))
        public = Q(code__in=RegisterUnit.objects.using("default").values("code"))
        return self.filter(pk__in=self.model._default_manager.filter(named | public | _added(Unit)).values("pk"))

    def found(self, text: str) -> UnitQuerySet:
        """Units one of whose names contains the text."""
        return self.filter(_any_name(text, "icontains", *NAMES))


class Unit(models.Model):
    """A state, formation, unit or person by function, to which killings are attributed. Never a private person's
    name."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True)
    name_uk = models.CharField(_("name (Ukrainian)"), max_length=300, blank=True)
    other_names = models.TextField(
        _("other names"), blank=True, help_text=_("Former names, numbers and spellings, one a line. Published.")
    )
    level = code_field(_("level"), AttributionLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"))

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [
            one_of("level", AttributionLevel, "casework_unit_level"),
            Rule(condition=~Q(name_en="") | ~Q(name_uk=""), name="casework_unit_has_a_name"),
            Rule(condition=~Q(parent=models.F("id")), name="casework_unit_not_its_own_parent"),
            models.UniqueConstraint(fields=["name_en", "name_uk"], name="casework_unit_named_once"),
        ]

    def __str__(self) -> str:
        return either(self.name_en, self.name_uk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the code of a new unit."""
        if not self.code:
            self.code = _next_code("casework_unit_code", "U")
        super().save(*args, **kwargs)


class PublisherQuerySet(models.QuerySet["Publisher"]):
    """Queries on publishers."""

    def visible_to(self, user: User) -> PublisherQuerySet:
        """Publishers of a source that the user may see or whose present content is public, and those that
        administrators added as reference data. A publisher that only a draft names is as confidential as the draft."""
        from incidents.records.models.records import Record

        named = Q(sources__in=Record.objects.visible_to(user).values("pk"))
        public = Q(sources__published_revision=F("sources__revision"))
        found = self.model._default_manager.filter(named | public | _added(Publisher))
        return self.filter(pk__in=found.values("pk"))

    def found(self, text: str) -> PublisherQuerySet:
        """Publishers one of whose names contains the text."""
        return self.filter(_any_name(text, "icontains", *NAMES))

    def called(self, name: str) -> Publisher | None:
        """The publisher with this name in either language, else the one that has it among its other names, whatever
        the case."""
        exact = self.filter(_any_name(name, "iexact", "name_en", "name_uk")).order_by("pk").first()
        others = self.filter(other_names__icontains=name).order_by("pk")
        return exact or next(
            (each for each in others if name.casefold() in each.other_names.casefold().splitlines()), None
        )

    def of_host(self, host: str) -> Publisher | None:
        """The one publisher that publishes on this web host."""
        found = [each for each in self.filter(web_hosts__icontains=host) if host in each.web_hosts.splitlines()]
        return found[0] if len(found) == 1 else None


class Publisher(models.Model):
    """Who published a source: an outlet, a body or an author."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True)
    name_uk = models.CharField(_("name (Ukrainian)"), max_length=300, blank=True)
    other_names = models.TextField(
        _("other names"), blank=True, help_text=_("Former names and spellings, one a line. Not published.")
    )
    web_hosts = models.TextField(
        _("web hosts"),
        blank=True,
        help_text=_(
            "One a line: news.example.org. A new source with an address there has this publisher, if none is typed."
        ),
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, two letters: UA. Not published.")
    )

    objects = PublisherQuerySet.as_manager()

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering = ["code"]
        constraints = [
            Rule(condition=~Q(name_en="") | ~Q(name_uk=""), name="casework_publisher_has_a_name"),
            Rule(condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"), name="casework_publisher_country"),
            models.UniqueConstraint(fields=["name_en", "name_uk"], name="casework_publisher_named_once"),
        ]

    def __str__(self) -> str:
        return either(self.name_en, self.name_uk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sets the code of a new publisher."""
        if not self.code:
            self.code = _next_code("casework_publisher_code", "P")
        super().save(*args, **kwargs)

    @classmethod
    def named(cls, name: str) -> Publisher:
        """A new one, not saved; a name with Cyrillic letters is taken for Ukrainian."""
        return cls(**{f"name_{language}": text for language, text in publisher_names(name).items()})

    @property
    def key_name(self) -> str:
        """The name that is the same for every reader: the English one, else the Ukrainian one."""
        return self.name_en or self.name_uk
