"""The filter sets of the public lists. The URL is the filter: every parameter is valid, or rejected by name.

A filter set binds a list's declarations to a query string: its form validates, and its queryset is the matching rows.
It narrows the queryset that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.register.filters import editions, investigations, sources
from incidents.register.filters.fields import StrictForm, shown
from incidents.register.filters.filter_types import AtLeast, Codes, Filter
from incidents.register.filters.incidents import DEFAULT_ORDER, FILTERS, RELEVANCE, SORT, SORTS
from incidents.register.filters.parameters import AS_OF, PAGE, Parameter
from incidents.register.models import RegisterIncident
from incidents.register.search.expansion import expanded
from incidents.register.search.questions import WEIGHTS, Lexemes, Question


class CheckList(NamedTuple):
    """The codes of a filter in a form; `kind` is the vocabulary that defines them, if there is one."""

    field: forms.BoundField
    kind: str


class StrictFilterSet:
    """The base class of the public lists.

    `as_of` is not a filter: the view reads the rows of that day before the list narrows them (see `as_of.py`).
    """

    parameters: ClassVar[tuple[Parameter, ...]] = (AS_OF, PAGE)
    form_base: ClassVar[type[StrictForm]] = StrictForm
    form_class: ClassVar[type[StrictForm]]
    filters: ClassVar[Mapping[str, Filter]]
    default_order: ClassVar[tuple[Any, ...]] = ("code",)

    def __init_subclass__(cls) -> None:
        cls.filters = {each.name: each for each in cls.parameters if isinstance(each, Filter)}
        fields = {each.name: each.field() for each in cls.parameters}
        cls.form_class = type(f"{cls.__name__}Form", (cls.form_base,), fields)

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        self.data, self.queryset = data, queryset

    @cached_property
    def form(self) -> Any:
        """The form, bound to the query string."""
        return self.form_class(self.data)

    def is_valid(self) -> bool:
        """Whether every parameter is valid."""
        return bool(self.form.is_valid())

    @property
    def active(self) -> dict[str, Any]:
        """The cleaned values that narrow the list, in the order of the declarations."""
        values = ((name, self.form.cleaned_data.get(name)) for name in self.filters)
        return {name: value for name, value in values if value not in (None, "", [])}

    @cached_property
    def qs(self) -> QuerySet[Any]:
        """The rows that match all limits."""
        return self.narrowed()

    def narrowed(self, *without: str) -> QuerySet[Any]:
        """The rows that match all limits but some."""
        matching: QuerySet[Any] = self.queryset.all()
        for name, value in self.active.items():
            if name not in without:
                matching = self.filters[name].narrow(matching, value)
        return matching

    @property
    def ordered(self) -> QuerySet[Any]:
        """The matching rows, in the order of the list."""
        return self.qs.order_by(*self.default_order)

    @property
    def page_number(self) -> int:
        """The requested page; 1 by default."""
        return self.form.cleaned_data.get("page") or 1

    @property
    def check_lists(self) -> list[CheckList]:
        """The filters by any of several codes, in the order of the form."""
        codes = [each for each in self.filters.values() if isinstance(each, Codes)]
        return [CheckList(self.form[each.name], each.vocabulary) for each in sorted(codes, key=lambda each: each.place)]


class PageFilter(StrictFilterSet):
    """A list whose only parameters are the page and the day."""


class IncidentForm(StrictForm):
    """The form of the list of incidents: its two dates must be in order."""

    def clean(self) -> dict[str, Any]:
        """Rejects a range that ends before it begins."""
        cleaned = super().clean()
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first and last and first > last:
            message = _("The range ends before it begins. Exchange the two: date_from=%(first)s and date_to=%(last)s.")
            given = {"first": shown(self.data["date_to"].strip()), "last": shown(self.data["date_from"].strip())}
            self.add_error("date_to", forms.ValidationError(message, "reversed", given))
        return cleaned


class IncidentFilter(StrictFilterSet):
    """The list of incidents, also for every other view of a selection of incidents."""

    parameters = (AS_OF, PAGE, *FILTERS, SORT)
    form_base = IncidentForm

    @cached_property
    def asked(self) -> Question:
        """The search query."""
        return expanded(self.form.cleaned_data.get("q") or "", self.queryset.db)

    @property
    def order(self) -> str:
        """The code of the requested order; by default relevance if there is a search query, else by date."""
        usual = RELEVANCE if self.form.cleaned_data.get("q") else DEFAULT_ORDER
        return self.form.cleaned_data.get("sort") or usual

    @property
    def is_ranked(self) -> bool:
        """Whether the order is by relevance to the search query."""
        return self.order == RELEVANCE and bool(self.asked.terms)

    @property
    def steady_order(self) -> str:
        """The requested order; for relevance, the order of equally relevant incidents: the latest first."""
        return DEFAULT_ORDER if self.order == RELEVANCE else self.order

    @property
    def order_by(self) -> list[Any]:
        """The steady order in SQL."""
        name = self.steady_order
        return SORTS[name.removeprefix("-")].order_by(descending=name.startswith("-"))

    @property
    def ordered(self) -> QuerySet[RegisterIncident]:
        """The matching rows, in the requested order."""
        matching: QuerySet[RegisterIncident] = self.qs
        rank = self.rank(matching.db)
        if rank is None:
            return matching.order_by(*self.order_by)
        return matching.alias(rank=rank).order_by(F("rank").desc(), *self.order_by)

    def rank(self, database: str, of: str = "") -> SearchRank | None:
        """The rank by relevance, if that is the requested order. `of` is the lookup path from a row to its incident."""
        lexemes = self.asked.tsquery(database)
        if self.order != RELEVANCE or not lexemes:
            return None
        return SearchRank(F(f"{of}search__vector"), Lexemes(lexemes), weights=WEIGHTS)

    @property
    def numbers(self) -> list[tuple[forms.BoundField, AtLeast | None]]:
        """The fields of a number or of the register's day, in the order of the form."""
        found = [each for each in self.parameters if each is AS_OF or isinstance(each, AtLeast)]
        ordered = sorted(found, key=lambda each: each.place)
        return [(self.form[each.name], each if isinstance(each, AtLeast) else None) for each in ordered]


class SourceFilter(StrictFilterSet):
    """The list of sources."""

    parameters = (AS_OF, PAGE, *sources.FILTERS)
    default_order = sources.ORDER


class InvestigationFilter(StrictFilterSet):
    """The list of investigations."""

    parameters = (AS_OF, PAGE, *investigations.FILTERS)
    default_order = investigations.ORDER


class EditionFilter(StrictFilterSet):
    """The list of editions."""

    parameters = (AS_OF, PAGE, *editions.EDITIONS)
    default_order = editions.ORDER


class CorrectionFilter(StrictFilterSet):
    """The list of corrections, and its feed."""

    parameters = (AS_OF, PAGE, *editions.CORRECTIONS)
    default_order = editions.ORDER
