"""What the interface lists: the tables of the exports, with the filters of the pages and a cursor in place of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.register.api.cursor import KEYS, CursorError, Position, incident_codes, next_by_code, position
from incidents.register.exports.columns import Record, Table
from incidents.register.exports.tables import EDITIONS, INCIDENTS, INVESTIGATIONS, SOURCES, TOTALS
from incidents.register.filters.filtersets import (
    DEFAULT_ORDER,
    SORTS,
    CodeFilter,
    CodesFilter,
    IncidentFilter,
    InvestigationFilter,
    PageFilter,
    SourceFilter,
    StrictFilterSet,
    WholeNumberFilter,
)
from incidents.register.models import (
    Edition,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
)
from incidents.vocabulary import EditionChange, RecordKind

USUAL, MOST = 100, 500  # records of one answer
WALK = ("cursor", "limit")


class CursorField(forms.CharField):
    """Where a walk stands, as an answer's `next` gives it."""

    def clean(self, value: object) -> Position | None:
        """The position, None for an empty value. Raises ValidationError."""
        text = str(value or "").strip()
        try:
            return position(text) if text else None
        except CursorError:
            raise forms.ValidationError(BROKEN, "cursor") from None


BROKEN = _("This cursor is not one of ours. Take it unchanged from the link “next” of an answer, or begin without one.")
OF_ANOTHER = _("This cursor belongs to another filter or order. Keep the other parameters as they were, or begin anew.")


class CursorFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = CursorField


class Walked:
    """Adds the two parameters of a walk to a list's filter set, and takes its pages away."""

    form: Any
    data: QueryDict

    @property
    def active(self) -> dict[str, Any]:
        """What narrows the list: neither the cursor nor the size of an answer does."""
        values: dict[str, Any] = super().active  # type: ignore[misc]
        return {name: value for name, value in values.items() if name not in WALK}

    @property
    def order(self) -> str:
        """The order asked for; by date unless told, since a rank by relevance moves while editions are added."""
        return self.form.cleaned_data.get("sort") or DEFAULT_ORDER

    @property
    def parameters(self) -> str:
        """The filter and the order as parameters in a fixed sequence."""
        pairs = [(name, value) for name, values in self.data.lists() for value in values if value and name not in WALK]
        return urlencode(sorted(pairs))

    @property
    def at(self) -> Position | None:
        """Where the walk stands."""
        found: Position | None = self.form.cleaned_data.get("cursor")
        return found

    @property
    def limit(self) -> int:
        """How many records are asked for at most."""
        return self.form.cleaned_data.get("limit") or USUAL


def _walked(base: type[StrictFilterSet], **more: Any) -> type[Any]:
    walk = {
        "page": None,
        "cursor": CursorFilter(method="unchanged", label=_("cursor")),
        "limit": WholeNumberFilter(method="unchanged", label=_("limit"), low=1, high=MOST),
    }
    return type(f"Walked{base.__name__}", (Walked, base), walk | more)


class EditionFilter(StrictFilterSet):
    """The list of editions."""

    kind = CodesFilter(method="one_of", label=_("Kind"), choices=RecordKind.choices)
    change = CodesFilter(method="one_of", label=_("Change"), choices=EditionChange.choices)

    class Meta(PageFilter.Meta):
        model = Edition
        fields: list[str] = []

    def one_of(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Any one of the codes."""
        return queryset.filter(**{f"{name}__in": value})


STEADY = [(code, label) for code, label in SORTS if code.removeprefix("-") in KEYS]


@dataclass(frozen=True)
class Listing:
    """One list. `key` is what never changes and orders it, unless the list has orders of its own."""

    table: Table
    filter_class: type[Any]
    everything: Callable[[], QuerySet[Any]]
    kind: RecordKind | None
    key: str = "code"

    def asked(self, data: QueryDict) -> Any:
        """The filter set for a query; the caller asks whether it is valid."""
        return self.filter_class(data, queryset=self.everything())

    def step(self, filterset: Any, head: int) -> tuple[list[Record], Position | None]:
        """The next records and where the walk then stands. Raises CursorError and TooMuchChanged."""
        at: Position | None = filterset.at
        order = filterset.order if self.kind == RecordKind.INCIDENT else ""
        of = hashlib.sha256(f"{self.table.name} {filterset.parameters}".encode()).hexdigest()[:12]
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
        """In the order of their codes; one that went between two queries is left out."""
        name = "id" if self.key == "pk" else self.key
        rows = self.everything().filter(**{f"{self.key}__in": codes})
        found = {str(each[name]): each for each in self.table.records(rows)}
        return [found[code] for code in codes if code in found]


LISTINGS = {
    "incidents": Listing(
        INCIDENTS,
        _walked(IncidentFilter, sort=CodeFilter(method="unchanged", label=_("Order"), choices=STEADY)),
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
