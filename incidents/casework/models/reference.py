"""Reference data that administrators look after."""

from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.casework.models.fields import code_field, either
from incidents.constraints import Rule
from incidents.vocabulary import AttributionLevel, one_of


class Unit(models.Model):
    """A state, formation, unit or person by function, to which killings are attributed. Never a private name."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True)
    name_uk = models.CharField(_("name (Ukrainian)"), max_length=300, blank=True)
    level = code_field(_("level"), AttributionLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"))

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
        """Gives a new unit its code."""
        if not self.code:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('casework_unit_code')")
                self.code = f"U-{cursor.fetchone()[0]:04d}"
        super().save(*args, **kwargs)
