"""Reference data that administrators maintain."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.db import connection, models
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from incidents.constraints import Rule
from incidents.records.models.fields import code_field, either
from incidents.register.models import RegisterUnit
from incidents.vocabulary import AttributionLevel, one_of
from people.models import User


class UnitQuerySet(models.QuerySet["Unit"]):
    """Queries on units."""

    def visible_to(self, user: User) -> UnitQuerySet:
        """Units named by a record that the user may see, public ones, and those that administrators added as
        reference data. A unit that only a draft names is as confidential as the draft."""
        from incidents.records.models.records import Record

        named = Q(attributions__incident__in=Record.objects.visible_to(user).values("pk"))
        public = Q(code__in=RegisterUnit.objects.using("default").values("code"))
        added = LogEntry.objects.filter(
            action_flag=ADDITION, content_type__app_label="casework", content_type__model="unit"
        )
        reference = Q(pk__in=added.values_list(Cast("object_id", BigIntegerField()), flat=True))
        return self.filter(pk__in=self.model._default_manager.filter(named | public | reference).values("pk"))

    def found(self, text: str) -> UnitQuerySet:
        """Units one of whose names contains the text."""
        names = ("name_en", "name_uk", "other_names")
        return self.filter(Q.create([Q((f"{name}__icontains", text)) for name in names], connector=Q.OR))


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
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('casework_unit_code')")
                self.code = f"U-{cursor.fetchone()[0]:04d}"
        super().save(*args, **kwargs)
