"""The facets of the list as its form draws them: each value with the number of incidents that a click on it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.filters.facet_index import ORIGINS, FacetIndex
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.sentences import query
from incidents.register.shells import filled_each

# Whose values would fill the page, though most of them have no incident in the whole register.
FOLDED = ("oblast", "year")
KINDS = {
    "grade": "Grade",
    "conduct": "Conduct",
    "setting": "Setting",
    "source_kind": "SourceKind",
    "investigation": "StepStatus",
}
EMPTY, NOT_EMPTY = mark_safe(' class="is-empty"'), mark_safe("")
LAID_OUT = ("grade", "oblast", "year", "conduct", "setting", "source_kind", "investigation", "unit")


class Option(NamedTuple):
    """A value of a facet; `n` is None where nothing is counted, because the address is not understood."""

    id: str
    code: str
    label: str
    n: int | None
    selected: bool

    @property
    def is_empty(self) -> bool:
        """A click on it would give an empty list."""
        return self.n == 0 and not self.selected

    @property
    def printed(self) -> dict[str, object]:
        """What differs from one list to the next."""
        state = EMPTY if self.is_empty else NOT_EMPTY
        return {"state": state} if self.n is None else {"state": state, "n": self.n}


class Fold(NamedTuple):
    """Values that are shown when asked for, and what they have in common."""

    id: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Facet:
    """A filter with its values, of which some are folded away."""

    field: Any
    kind: str
    shown: list[Option]
    folds: list[Fold]

    @property
    def label(self) -> str:
        """What is chosen by it."""
        return str(self.field.label)

    @property
    def errors(self) -> tuple[str, ...]:
        """Why its value was not understood."""
        return tuple(map(str, self.field.errors))

    @property
    def drawn(self) -> SafeString:
        """The values as the form shows them."""
        return self._drawn(self.shown)

    @property
    def drawn_folded(self) -> SafeString:
        """The folded values as the form shows them."""
        folds = ({"id": fold.id, "label": fold.label, "options": self._drawn(fold.options)} for fold in self.folds)
        return filled_each("register/_fold.html", ((printed, dict[str, object]()) for printed in folds))

    def _drawn(self, options: list[Option]) -> SafeString:
        fixed = {"name": self.field.html_name, "kind": self.kind}
        rows = ((each.printed, fixed | {"option": each._replace(n=None)}) for each in options)
        return filled_each("register/_facet_option.html", rows)


@dataclass(frozen=True)
class Least:
    """At least so many independent origins: a way to the list with that limit."""

    label: str
    n: int
    url: str
    current: bool


def facets(filterset: IncidentFilter, held: FacetIndex | None, counts: Mapping[str, Mapping[str, int]]) -> list[Facet]:
    """All facets in the order of the form. Without a snapshot nothing is counted and nothing folded."""
    return [_facet(filterset, name, held, counts.get(name, {})) for name in LAID_OUT]


def _facet(filterset: IncidentFilter, name: str, held: FacetIndex | None, counts: Mapping[str, int]) -> Facet:
    field = filterset.form[name]
    chosen = set(field.value() or ())
    options = [
        Option(f"id_{name}_{place}", str(code), str(label), counts.get(str(code), 0) if held else None, code in chosen)
        for place, (code, label) in enumerate(field.field.choices)
    ]
    folds = _folds(name, held, options) if held and name in FOLDED else []
    hidden = {option.code for fold in folds for option in fold.options}
    return Facet(field, KINDS.get(name, ""), [each for each in options if each.code not in hidden], folds)


def _folds(name: str, held: FacetIndex, options: list[Option]) -> list[Fold]:
    """A year that nothing but an open beginning or end reaches may be any year: as history it must not be read."""
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


def leasts(filterset: IncidentFilter, counts: Mapping[str, int]) -> list[Least]:
    """The usual limits on the number of independent origins."""
    now = filterset.form.cleaned_data.get("origins_min")
    rest = query(filterset.data, without="origins_min")
    return [
        Least(
            ngettext("%(n)s or more", "%(n)s or more", n) % {"n": n},
            counts[str(n)],
            f"?{rest}&origins_min={n}" if rest else f"?origins_min={n}",
            n == now,
        )
        for n in ORIGINS
    ]
