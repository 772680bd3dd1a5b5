"""Reference data in the admin: units can be corrected, the gazetteer is read-only. Nothing can be published here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.casework.services.values import validate_clean_text
from incidents.gazetteer.models import Place, Region
from incidents.records.models import Unit
from people.admin import ForAdministrators, ToRead, is_administrator


class UnitCorrection(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a unit."""

    class Meta:
        model = Unit
        fields = ("name_en", "name_uk", "other_names", "level", "parent")

    def clean(self) -> dict[str, Any]:
        """Requires a name in one language, and a parent that is not part of the unit itself."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name_en", "name_uk", "other_names"):
            if error := _deceiving(cleaned.get(name, "")):
                self.add_error(name, error)
        if not (self.errors or cleaned.get("name_en") or cleaned.get("name_uk")):
            self.add_error("name_en", _("Name it in one language at least."))
        above = cleaned.get("parent")
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError({"parent": _("That unit is part of this one: it would be a circle.")})
            above = above.parent
        return cleaned


def _deceiving(text: str) -> ValidationError | None:
    try:
        validate_clean_text(text)
    except ValidationError as error:
        return error
    return None


@admin.register(Unit)
class UnitAdmin(ForAdministrators):
    """Units that attributions name. Codes are read-only, and no unit can be deleted."""

    form = UnitCorrection
    list_display = ("code", "name_en", "name_uk", "level", "parent")
    list_filter = ("level",)
    search_fields = ("code", "name_en", "name_uk", "other_names")
    autocomplete_fields = ("parent",)
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """Units that are public or reference data, not those that only drafts name."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined, no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may add a unit, for a parent that no attribution names yet."""
        return is_administrator(request)


@admin.register(Region)
class RegionAdmin(ToRead):
    """Only `manage.py load_gazetteer` writes regions."""

    list_display = ("iso", "name_en", "name_uk", "country")
    search_fields = ("iso", "name_en", "name_uk")


@admin.register(Place)
class PlaceAdmin(ToRead):
    """Only `manage.py load_gazetteer` writes places."""

    list_display = ("code", "name_en", "name_uk", "category", "region")
    list_filter = ("region", "category")
    list_select_related = ("region",)
    search_fields = ("code", "name_en", "name_uk")
    show_full_result_count = False
