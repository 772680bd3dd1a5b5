"""The parameters of a list that do not filter: the page, the order, the day whose register is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.register import as_of
from incidents.register.filters.fields import AsOfField, Choices, CodeField, Shared, WholeNumberField


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a list. `label` names the form's field and the chip, and documents it in the API.

    `place` orders the fields and the facets of the form; a field without one comes last.
    """

    name: str
    label: Any  # str or lazy translation
    place: int = 100

    def field(self) -> forms.Field:
        """The form field, which validates the parameter."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Page(Parameter):
    """The page number."""

    def field(self) -> forms.Field:
        """A whole number, at least 1."""
        return WholeNumberField(required=False, label=self.label)


@dataclass(frozen=True, kw_only=True)
class AsOf(Parameter):
    """The day whose register is shown (see `as_of.py`)."""

    def field(self) -> forms.Field:
        """A day between the first edition and today."""
        return AsOfField(required=False, label=self.label)


@dataclass(frozen=True, kw_only=True)
class SortBy(Parameter):
    """The order of a list; `choices` are codes of `Sort` with their labels."""

    choices: Choices

    def field(self) -> forms.Field:
        """One of the choices."""
        return CodeField(required=False, label=self.label, choices=Shared(self.choices))


AS_OF = AsOf(name=as_of.PARAMETER, label=_("The register as of"), place=20)
PAGE = Page(name="page", label=_("page"))
