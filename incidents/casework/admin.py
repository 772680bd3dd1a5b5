"""Reference data in the administration: units are corrected, the gazetteer is read. Nothing here can be published."""

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
    """A unit as an administrator corrects it."""

    class Meta:
        model = Unit
        fields = ("name_en", "name_uk", "level", "parent")

    def clean(self) -> dict[str, Any]:
        """Named in one language at least, and part of nothing that is part of it."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name_en", "name_uk"):
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
    """Units that attributions name. Their codes stay, and none is deleted."""

    form = UnitCorrection
    list_display = ("code", "name_en", "name_uk", "level", "parent")
    list_filter = ("level",)
    search_fields = ("code", "name_en", "name_uk")
    autocomplete_fields = ("parent",)
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """Those that are public or reference data, not those that only a draft names."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined, no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A parent that no attribution names yet."""
        return is_administrator(request)


@admin.register(Region)
class RegionAdmin(ToRead):
    """Written by `manage.py load_gazetteer` alone."""

    list_display = ("iso", "name_en", "name_uk", "country")
    search_fields = ("iso", "name_en", "name_uk")


@admin.register(Place)
class PlaceAdmin(ToRead):
    """Written by `manage.py load_gazetteer` alone."""

    list_display = ("code", "name_en", "name_uk", "category", "region")
    list_filter = ("region", "category")
    list_select_related = ("region",)
    search_fields = ("code", "name_en", "name_uk")
    show_full_result_count = False
