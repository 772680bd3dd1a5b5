"""Reference data in the admin: units can be corrected, the gazetteer is read-only. Nothing can be published here."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.casework.services.references import key_of
from incidents.casework.services.values import validate_clean_text
from incidents.gazetteer.models import Place, Region
from incidents.identity.web_addresses import host_of
from incidents.records.models import Publisher, Unit
from people.admin import ForAdministrators, ToRead, is_administrator


class NamedCorrection(forms.ModelForm):  # type: ignore[type-arg]
    """The form of what has names."""

    def clean(self) -> dict[str, Any]:
        """Requires a name in one language, without characters that deceive."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name_en", "name_uk", "other_names"):
            if error := _deceiving(cleaned.get(name, "")):
                self.add_error(name, error)
        if not (self.errors or cleaned.get("name_en") or cleaned.get("name_uk")):
            self.add_error("name_en", _("Name it in one language at least."))
        return cleaned


class UnitCorrection(NamedCorrection):
    """The form of a unit."""

    class Meta:
        model = Unit
        fields = ("name_en", "name_uk", "other_names", "level", "parent")

    def clean(self) -> dict[str, Any]:
        """Requires a parent that is not part of the unit itself."""
        cleaned = super().clean()
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


class PublisherCorrection(NamedCorrection):
    """The form of a publisher."""

    class Meta:
        model = Publisher
        fields = ("name_en", "name_uk", "other_names", "web_hosts", "country")

    def clean_web_hosts(self) -> str:
        """The hosts as in the keys of addresses: without www. and the names of mobile pages."""
        keys = {host: key_of(f"https://{host}/") for host in self.cleaned_data["web_hosts"].lower().split()}
        if wrong := [host for host, key in keys.items() if key is None or "/" in host or "." not in host]:
            raise ValidationError(_("This is no name of a web host: %(hosts)s") % {"hosts": ", ".join(wrong)})
        return "\n".join(dict.fromkeys(host_of(key) for key in keys.values() if key))

    def clean_country(self) -> str:
        """The code in capitals."""
        country = str(self.cleaned_data["country"]).upper()
        if country and not re.fullmatch("[A-Z]{2}", country):
            raise ValidationError(_("A country has two letters, as in ISO 3166-1: UA."))
        return country


@admin.register(Publisher)
class PublisherAdmin(ForAdministrators):
    """Publishers of sources. Codes are read-only, and no publisher can be deleted."""

    form = PublisherCorrection
    list_display = ("code", "name_en", "name_uk", "country")
    search_fields = ("code", "name_en", "name_uk", "other_names", "web_hosts")
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        """Publishers that are public or reference data, not those that only drafts name."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined, no-any-return]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may add a publisher that no source names yet."""
        return is_administrator(request)


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
