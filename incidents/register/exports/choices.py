"""The rows of each table that match a filter, in the order of the list that shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import BaseExpression, OrderBy
from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.register.exports.tables import CITATIONS, INCIDENTS, INVESTIGATIONS, SOURCES, TOTALS
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import (
    IncidentFilter,
    InvestigationFilter,
    PageFilter,
    SourceFilter,
    StrictFilterSet,
)
from incidents.register.filters.sentences import chips, incidents_sentence
from incidents.register.models import (
    RegisterCitation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
)
from incidents.register.tables.columns import Table


def _of_incident(expression: Any) -> Any:
    """An expression over an incident's columns, rewritten to start from a row's `incident` relation."""
    if isinstance(expression, F):
        return F(f"incident__{expression.name}")  # type: ignore[attr-defined]
    if isinstance(expression, OrderBy):
        moved = expression.copy()
        moved.expression = _of_incident(expression.expression)
        return moved
    assert isinstance(expression, BaseExpression)
    copied = expression.copy()
    copied.set_source_expressions([_of_incident(each) for each in expression.get_source_expressions()])
    return copied


def _citations(filterset: Any) -> QuerySet[Any]:
    chosen = RegisterCitation.objects.filter(incident__in=filterset.qs.values("pk"))
    order = [_of_incident(each) for each in filterset.order_by]
    rank = filterset.rank(chosen.db, "incident__")
    if rank is None:
        return chosen.order_by(*order, "position")
    return chosen.alias(rank=rank).order_by(F("rank").desc(), *order, "position")


def _all_incidents() -> QuerySet[Any]:
    return RegisterIncident.objects.current()


@dataclass(frozen=True)
class Choice:
    """A table with the filter set of its list, its unfiltered rows, and its rows in the list's order."""

    table: Table
    filter_class: type[StrictFilterSet]
    everything: Callable[[], QuerySet[Any]]
    ordered: Callable[[Any], QuerySet[Any]] = attrgetter("ordered")

    def asked(self, data: QueryDict) -> StrictFilterSet:
        """The filter set for a query. The caller checks whether it is valid."""
        filterset: StrictFilterSet = self.filter_class(data, queryset=self.everything())
        return filterset

    def words(self, filterset: StrictFilterSet) -> str:
        """The filter as a sentence, in the active language."""
        sentence = words(filterset)
        return _("Citations of: %(incidents)s") % {"incidents": sentence} if self is CHOICES["citations"] else sentence


def words(filterset: StrictFilterSet) -> str:
    """The filter as text, in the active language; for incidents the sentence of their list."""
    if isinstance(filterset, IncidentFilter):
        held = current_index()
        return incidents_sentence(filterset, len(ResultSet(held, filterset)), len(held.everything))
    limits = [f"{chip['label']}: {chip['value']}" for chip in chips(filterset, filterset.data)]
    return "; ".join(limits) or _("everything, no filter")


CHOICES = {
    "incidents": Choice(INCIDENTS, IncidentFilter, _all_incidents),
    "sources": Choice(SOURCES, SourceFilter, lambda: RegisterSource.objects.all()),
    "citations": Choice(CITATIONS, IncidentFilter, _all_incidents, _citations),
    "investigations": Choice(INVESTIGATIONS, InvestigationFilter, lambda: RegisterInvestigation.objects.all()),
    "totals": Choice(TOTALS, PageFilter, lambda: RegisterTotal.objects.all()),
}
