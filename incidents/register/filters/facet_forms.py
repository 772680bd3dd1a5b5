"""The facets in the list's form: each value with the number of incidents that selecting it would list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.filters.facet_index import FacetIndex
from incidents.register.filters.filter_types import AtLeast, Codes
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.incidents import FACETS
from incidents.register.filters.sentences import query


class Option(NamedTuple):
    """A value of a facet; `n` is None if nothing is counted because the query is not valid."""

    id: str
    code: str
    label: str
    n: int | None
    selected: bool

    @property
    def is_empty(self) -> bool:
        """Whether selecting it would give an empty list."""
        return self.n == 0 and not self.selected


class Fold(NamedTuple):
    """Values that are collapsed, under a common label."""

    id: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Facet:
    """A filter with its values, some of them collapsed."""

    field: Any
    kind: str
    shown: list[Option]
    folds: list[Fold]

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return str(self.field.html_name)

    @property
    def label(self) -> str:
        """The label of the field."""
        return str(self.field.label)

    @property
    def errors(self) -> tuple[str, ...]:
        """The validation errors of its value."""
        return tuple(map(str, self.field.errors))


@dataclass(frozen=True)
class MinimumOption:
    """A minimum, for instance of independent origins: a link to the list with that limit."""

    label: str
    n: int
    url: str
    current: bool


def facets(filterset: IncidentFilter, held: FacetIndex | None, counts: Mapping[str, Mapping[str, int]]) -> list[Facet]:
    """All facets in the order of the form. Without an index nothing is counted and nothing collapsed."""
    ordered = sorted(FACETS, key=lambda each: each.place)
    return [_facet(filterset, each, held, counts.get(each.name, {})) for each in ordered]


def _facet(filterset: IncidentFilter, declared: Codes, held: FacetIndex | None, counts: Mapping[str, int]) -> Facet:
    name = declared.name
    field = filterset.form[name]
    chosen = set(field.value() or ())
    options = [
        Option(f"id_{name}_{place}", str(code), str(label), counts.get(str(code), 0) if held else None, code in chosen)
        for place, (code, label) in enumerate(field.field.choices)
    ]
    folds = _folds(name, held, options) if held and declared.is_folded else []
    hidden = {option.code for fold in folds for option in fold.options}
    return Facet(field, declared.vocabulary, [each for each in options if each.code not in hidden], folds)


def _folds(name: str, held: FacetIndex, options: list[Option]) -> list[Fold]:
    """The collapsed values. Years reached only by a date with an open end are separate: they are no evidence for that
    year."""
    open_to_choice = [each for each in options if not each.selected]
    empty = [each for each in open_to_choice if not held.values(name).get(each.code)]
    unbounded = [
        each for each in open_to_choice if name == "year" and each.code not in held.bounded_years and each not in empty
    ]
    folds = [
        Fold(f"fold_{name}_open", _("Years that only open dates reach"), unbounded),
        Fold(f"fold_{name}", _("Others, with no incident in the register"), empty),
    ]
    return [fold for fold in folds if fold.options]


@dataclass(frozen=True)
class NumberField:
    """A field of the form for a number or a day. `minimum_options` is None if none are offered."""

    field: Any
    minimum_options: list[MinimumOption] | None


def number_fields(filterset: IncidentFilter, counts: Mapping[str, Mapping[str, int]]) -> list[NumberField]:
    """The fields of numbers and of the register's day, in the order of the form, with their counted options."""
    return [
        NumberField(field, minimum_options(filterset, declared, counts.get(declared.name, {})))
        if declared and declared.minimums
        else NumberField(field, None)
        for field, declared in filterset.numbers
    ]


def minimum_options(filterset: IncidentFilter, declared: AtLeast, counts: Mapping[str, int]) -> list[MinimumOption]:
    """The usual minimums of a number, such as that of independent origins; empty if nothing is counted."""
    if not counts:
        return []
    now = filterset.form.cleaned_data.get(declared.name)
    rest = query(filterset.data, without=declared.name)
    return [
        MinimumOption(
            ngettext("%(n)s or more", "%(n)s or more", n) % {"n": n},
            counts[str(n)],
            f"?{rest}&{declared.name}={n}" if rest else f"?{declared.name}={n}",
            n == now,
        )
        for n in declared.minimums
    ]
