"""The parameters of a list's address that choose no rows: the page, the order, the day whose register is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.register import as_of
from incidents.register.filters.fields import AsOfField, Choices, CodeField, Shared, WholeNumberField


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a list's address. `label` names the form's field and the chip, and documents it in the API.

    `place` orders the fields and the facets of the form; without one, a field stands behind those that have one.
    """

    name: str
    label: Any  # a text, or one that is translated when it is shown
    place: int = 100

    def field(self) -> forms.Field:
        """The field of the form, which refuses what is not understood."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Page(Parameter):
    """Which page of the list."""

    def field(self) -> forms.Field:
        """From 1 on."""
        return WholeNumberField(required=False, label=self.label)


@dataclass(frozen=True, kw_only=True)
class AsOf(Parameter):
    """The day whose register is shown (see `as_of.py`)."""

    def field(self) -> forms.Field:
        """A day between the first edition and today."""
        return AsOfField(required=False, label=self.label)


@dataclass(frozen=True, kw_only=True)
class SortBy(Parameter):
    """The parameter of a list's order; `choices` are codes of `Sort` with their labels."""

    choices: Choices

    def field(self) -> forms.Field:
        """One of the choices."""
        return CodeField(required=False, label=self.label, choices=Shared(self.choices))


AS_OF = AsOf(name=as_of.PARAMETER, label=_("The register as of"), place=20)
PAGE = Page(name="page", label=_("page"))
