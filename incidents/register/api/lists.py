"""The lists of the API: the tables of the exports, with the filters of the pages and a cursor instead of page
numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.register.api.cursor import CursorError, Position, incident_codes, next_by_code, position
from incidents.register.exports.tables import EDITIONS, INCIDENTS, INVESTIGATIONS, SOURCES, TOTALS
from incidents.register.filters.fields import WholeNumberField
from incidents.register.filters.filtersets import (
    EditionFilter,
    IncidentFilter,
    InvestigationFilter,
    PageFilter,
    SourceFilter,
    StrictFilterSet,
)
from incidents.register.filters.incidents import DEFAULT_ORDER, SORT, STEADY
from incidents.register.filters.parameters import PAGE, Parameter, SortBy
from incidents.register.models import (
    Edition,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
)
from incidents.register.tables.columns import Record, Table
from incidents.vocabulary import RecordKind

USUAL, MOST = 100, 500  # records in one response
WALK = ("cursor", "limit")


class CursorField(forms.CharField):
    """A cursor, as `next` of a response gives it."""

    def clean(self, value: object) -> Position | None:
        """The position; None for an empty value. Raises ValidationError."""
        text = str(value or "").strip()
        try:
            return position(text) if text else None
        except CursorError:
            raise forms.ValidationError(BROKEN, "cursor") from None


BROKEN = _("This cursor is not one of ours. Take it unchanged from the link “next” of an answer, or begin without one.")
OF_ANOTHER = _("This cursor belongs to another filter or order. Keep the other parameters as they were, or begin anew.")


@dataclass(frozen=True, kw_only=True)
class Cursor(Parameter):
    """The parameter for the position of the walk."""

    def field(self) -> forms.Field:
        """A field that accepts a cursor."""
        return CursorField(required=False, label=self.label)


@dataclass(frozen=True, kw_only=True)
class Limit(Parameter):
    """The maximum number of records in a response."""

    def field(self) -> forms.Field:
        """A whole number from 1 to MOST."""
        return WholeNumberField(required=False, label=self.label, low=1, high=MOST, may_be_empty=False)


CURSOR, LIMIT = Cursor(name="cursor", label=_("cursor")), Limit(name="limit", label=_("limit"))
# A rank by relevance changes while editions are added, so a walk cannot use that order.
STEADY_SORT = SortBy(name=SORT.name, label=SORT.label, choices=STEADY)


class Walked:
    """A mixin that adds the two parameters of a walk to a list's filter set, in place of page numbers."""

    form: Any
    data: QueryDict

    @property
    def order(self) -> str:
        """The requested order. The default is by date: a rank by relevance changes while editions are added."""
        return self.form.cleaned_data.get("sort") or DEFAULT_ORDER

    @property
    def query_string(self) -> str:
        """The filter and the order as parameters, sorted by name."""
        pairs = [(name, value) for name, values in self.data.lists() for value in values if value and name not in WALK]
        return urlencode(sorted(pairs))

    @property
    def at(self) -> Position | None:
        """The position of the walk; None at its start."""
        found: Position | None = self.form.cleaned_data.get("cursor")
        return found

    @property
    def limit(self) -> int:
        """The maximum number of records in the response."""
        return self.form.cleaned_data.get("limit") or USUAL


def _walked(base: type[StrictFilterSet]) -> type[Any]:
    taken = [STEADY_SORT if each is SORT else each for each in base.parameters if each is not PAGE]
    return type(f"Walked{base.__name__}", (Walked, base), {"parameters": (*taken, CURSOR, LIMIT)})


@dataclass(frozen=True)
class Listing:
    """One list. `key` is the immutable column that orders it, unless the list has orders of its own."""

    table: Table
    filter_class: type[Any]
    everything: Callable[[], QuerySet[Any]]
    kind: RecordKind | None
    key: str = "code"

    def asked(self, data: QueryDict) -> Any:
        """The filter set for a query. The caller checks whether it is valid."""
        return self.filter_class(data, queryset=self.everything())

    def step(self, filterset: Any, head: int) -> tuple[list[Record], Position | None]:
        """The next records and the position after them. Raises CursorError and TooMuchChanged."""
        at: Position | None = filterset.at
        order = filterset.order if self.kind == RecordKind.INCIDENT else ""
        of = hashlib.sha256(f"{self.table.name} {filterset.query_string}".encode()).hexdigest()[:12]
        if at and (at.of != of or at.order != order or at.head > head):
            raise CursorError
        if at and self.key == "pk" and not (at.code.isascii() and at.code.isdigit() and int(at.code) <= head):
            raise CursorError
        if order:
            codes, then = incident_codes(filterset.qs, order, at, head, of, filterset.limit)
        else:
            rows = filterset.qs.filter(**{f"{self.key}__gt": at.code}) if at else filterset.qs
            found = rows.order_by(self.key).values_list(self.key, flat=True)[: filterset.limit + 1]
            codes, then = next_by_code([str(code) for code in found], at, head, of, filterset.limit)
        return self._records(codes), then

    def _records(self, codes: list[str]) -> list[Record]:
        """The records in the order of their codes. One that was removed between two queries is left out."""
        name = "id" if self.key == "pk" else self.key
        rows = self.everything().filter(**{f"{self.key}__in": codes})
        found = {str(each[name]): each for each in self.table.records(rows)}
        return [found[code] for code in codes if code in found]


LISTINGS = {
    "incidents": Listing(
        INCIDENTS,
        _walked(IncidentFilter),
        lambda: RegisterIncident.objects.current(),
        RecordKind.INCIDENT,
    ),
    "sources": Listing(SOURCES, _walked(SourceFilter), lambda: RegisterSource.objects.all(), RecordKind.SOURCE),
    "investigations": Listing(
        INVESTIGATIONS,
        _walked(InvestigationFilter),
        lambda: RegisterInvestigation.objects.all(),
        RecordKind.INVESTIGATION,
    ),
    "totals": Listing(TOTALS, _walked(PageFilter), lambda: RegisterTotal.objects.all(), RecordKind.TOTAL),
    "editions": Listing(EDITIONS, _walked(EditionFilter), lambda: Edition.objects.defer("document"), None, "pk"),
}
