"""The filters and orders of the list of incidents, each declared once.

To make a field filterable, add a declaration to `FILTERS`, of the class that fits its column; see CONTRIBUTING.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from incidents import people_counts
from incidents.gazetteer.models import Region
from incidents.gazetteer.names import ukrainian_sort_key
from incidents.register.filters.fields import Choices, Offered
from incidents.register.filters.filter_types import (
    AnyOf,
    AtLeast,
    Codes,
    DateFrom,
    DateTo,
    Filter,
    OneOf,
    Row,
    Search,
    Years,
    either,
)
from incidents.register.filters.orders import Fact, Key, Place, Sort, place_in_order
from incidents.register.filters.parameters import SortBy
from incidents.register.head import cached_per_head
from incidents.register.models import Document, Edition, RegisterIncident, RegisterUnit
from incidents.vocabulary import Conduct, Grade, Setting, SourceKind, StepStatus

FIRST_YEAR = 2014  # the year in which the armed conflict began


@cached_per_head
def regions() -> tuple[Choices, int]:
    """All regions, those with an incident in the register first, and the number of the latter."""
    language = get_language() or "en"
    held = RegisterIncident.objects.current().filter(oblast=OuterRef("iso"))
    rows = Region.objects.using("register").annotate(held=Exists(held))
    ordered = rows.order_by("-held", "sort_uk" if language.startswith("uk") else "sort_en")
    found = list(ordered)
    return [(region.iso, region.name(language)) for region in found], sum(region.held for region in found)


@cached_per_head
def units() -> Choices:
    """The units that attributions name, in alphabetical order."""
    language, other = ("uk", "en") if (get_language() or "").startswith("uk") else ("en", "uk")
    named = [
        (u.code, getattr(u, f"name_{language}") or getattr(u, f"name_{other}")) for u in RegisterUnit.objects.all()
    ]
    return sorted(named, key=lambda unit: (ukrainian_sort_key(unit[1]), unit[0]))


def years() -> Choices:
    """The years, the current one first. Read on each access, so that a running process sees a new year."""
    return [(str(year), str(year)) for year in range(timezone.now().year, FIRST_YEAR - 1, -1)]


ANY, NONE = "any", "none"


@dataclass(frozen=True, kw_only=True)
class Investigated(Codes):
    """The current status of one of its investigations, or whether there is an investigation.

    The status `none_known` (a search without result) does not count as an investigation.
    """

    is_list = True

    def condition(self, value: Sequence[str]) -> Q:
        """The row has one of the statuses."""
        known = Q(investigations__len__gt=0) & ~Q(investigation_statuses=[StepStatus.NONE_KNOWN.value])
        found = Q(investigation_statuses__overlap=[code for code in value if code not in (ANY, NONE)])
        if ANY in value:
            found |= known
        if NONE in value:
            found |= ~known
        return found

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The statuses, and whether an investigation is known."""
        statuses = row["investigation_statuses"]
        known = bool(row["investigations"]) and statuses != [StepStatus.NONE_KNOWN.value]
        return {*statuses, ANY if known else NONE}

    def said(self, active: Mapping[str, Any]) -> str:
        """The statuses, each as a phrase."""
        codes = active[self.name]
        named = dict(zip(codes, self.labels(codes), strict=True))
        statuses = [label for code, label in named.items() if code in StepStatus.values]
        said = [label for code, label in named.items() if code not in StepStatus.values]
        if statuses:
            said.append(_("with an investigation whose current status is “%(status)s”") % {"status": either(statuses)})
        return either(said)


def _units_of(document: Document) -> list[str]:
    return sorted({each["unit"] for each in document["attributions"] if each["unit"]})


# In the order of the documentation of the parameters, and of the chips.
FILTERS: tuple[Filter, ...] = (
    Search(name="q", label=gettext_lazy("Words"), vector="search__vector"),
    DateFrom(label=gettext_lazy("From")),
    DateTo(label=gettext_lazy("To")),
    OneOf(
        name="oblast",
        label=gettext_lazy("Oblast"),
        place=2,
        column="oblast",
        index="register_incident_oblast",
        choices=Offered(lambda: regions()[0]),
        is_folded=True,
        phrase=lambda labels: _("in %(oblasts)s") % {"oblasts": labels},
        from_document=lambda document: document["place"].get("oblast", ""),
        meaning=("Region as ISO 3166-2, where known.", "Область за ISO 3166-2, якщо відома."),
    ),
    OneOf(
        name="grade",
        label=gettext_lazy("Grade"),
        place=1,
        column="grade",
        index="register_incident_grade",
        terms=Grade,
        phrase=lambda labels: _("graded %(grades)s") % {"grades": labels.lower()},
        from_document=lambda document: document["grade"].get("code", ""),
        meaning=("How sure it is, as signed by a reviewer.", "Наскільки це певно, за підписом рецензента."),
    ),
    AnyOf(
        name="conduct",
        label=gettext_lazy("Conduct"),
        place=4,
        column="conduct",
        index="register_incident_conduct",
        terms=Conduct,
        phrase=lambda labels: _("conduct: %(conduct)s") % {"conduct": labels.lower()},
        document_field="conduct",
        meaning=("What was reportedly done.", "Що, за повідомленнями, було вчинено."),
    ),
    OneOf(
        name="setting",
        label=gettext_lazy("Setting"),
        place=5,
        column="setting",
        terms=Setting,
        phrase=lambda labels: _("setting: %(settings)s") % {"settings": labels.lower()},
        document_field="setting",
        meaning=("In which situation it happened.", "За яких обставин це сталося."),
    ),
    AtLeast(
        name="killed_min",
        label=gettext_lazy("Killed, at least"),
        place=10,
        columns=("killed_best", "killed_low"),
        index="register_incident_by_killed",
        expression=people_counts.KILLED,
        number=lambda row: people_counts.killed(row["killed_low"], row["killed_best"]),
        phrase=lambda n: ngettext("with at least %(n)s killed", "with at least %(n)s killed", n) % {"n": n},
    ),
    AtLeast(
        name="origins_min",
        label=gettext_lazy("Independent origins, at least"),
        place=30,
        column="origins",
        minimums=(1, 2, 5),  # the first minimum matches every incident with an origin
        phrase=lambda n: (
            ngettext("with at least %(n)s independent origin", "with at least %(n)s independent origins", n) % {"n": n}
        ),
        meaning=(
            "Number of independent origins to which these reports go back.",
            "Кількість незалежних першоджерел, до яких сходять ці повідомлення.",
        ),
    ),
    Years(
        name="year",
        label=gettext_lazy("Year"),
        place=3,
        choices=Offered(years),
        is_folded=True,
        phrase=lambda labels: _("that may have happened in %(years)s") % {"years": labels},
    ),
    Investigated(
        name="investigation",
        label=gettext_lazy("Investigation"),
        place=7,
        column="investigation_statuses",
        columns=("investigations", "investigation_statuses"),
        index="register_incident_status",
        terms=StepStatus,
        choices=[
            (ANY, gettext_lazy("any investigation is known")),
            (NONE, gettext_lazy("no investigation is known")),
            *StepStatus.choices,
        ],
        meaning=(
            "Current statuses of these investigations, each once.",
            "Поточні статуси цих розслідувань, кожен один раз.",
        ),
    ),
    AnyOf(
        name="unit",
        label=gettext_lazy("Ascribed to"),
        place=8,
        column="units",
        index="register_incident_units",
        choices=Offered(units),
        phrase=lambda labels: _("ascribed to: %(unit)s") % {"unit": labels},
        from_document=_units_of,
        meaning=("Codes of the units that an attribution names.", "Коди підрозділів, названих у приписуванні."),
    ),
    AnyOf(
        name="source_kind",
        label=gettext_lazy("Kind of source"),
        place=6,
        column="source_kinds",
        index="register_incident_kinds",
        terms=SourceKind,
        phrase=lambda labels: _("citing a source of the kind “%(kind)s”") % {"kind": labels},
        meaning=("Kinds of the sources cited.", "Види процитованих джерел."),
    ),
)
FACETS: tuple[Codes, ...] = tuple(each for each in FILTERS if isinstance(each, Codes))
# The filters whose column is filled from the incident's own document alone.
OF_DOCUMENT = tuple(each for each in FILTERS if each.document_field or each.from_document)


def _killed_then(edition: Edition) -> Key:
    numbers = edition.content["killed"]
    return people_counts.killed(numbers["low"], numbers["best"])


def _day_then(edition: Edition) -> Key:
    when = edition.content["date"]
    known = when["earliest"] or when["latest"]
    return date.fromisoformat(known) if known else None


SORTS: dict[str, Sort] = {
    each.name: each
    for each in (
        Sort(
            name="date",
            expression=F("sort_date"),
            columns=("sort_date",),
            value=lambda row: row["sort_date"],
            value_then=_day_then,
            kind=date,
            downwards=gettext_lazy("by date, latest first"),
            upwards=gettext_lazy("by date, earliest first"),
            index="register_incident_by_date",
        ),
        Sort(
            name="published",
            expression=F("published_at"),
            columns=("published_at",),
            value=lambda row: row["published_at"],
            value_then=lambda edition: edition.published_at,
            kind=datetime,
            downwards=gettext_lazy("by publication, latest first"),
            upwards=gettext_lazy("by publication, earliest first"),
            index="register_incident_by_time",
            is_always_known=True,
        ),
        Sort(
            name="killed",
            expression=people_counts.KILLED,
            columns=("killed_best", "killed_low"),
            value=lambda row: people_counts.killed(row["killed_low"], row["killed_best"]),
            value_then=_killed_then,
            kind=int,
            downwards=gettext_lazy("by number killed, highest first"),
            upwards=gettext_lazy("by number killed, lowest first"),
            index="register_incident_by_killed",
        ),
    )
}
DEFAULT_ORDER = "-date"
RELEVANCE = "relevance"
STEADY: Choices = [
    choice for each in SORTS.values() for choice in ((f"-{each.name}", each.downwards), (each.name, each.upwards))
]
SORT = SortBy(
    name="sort",
    label=gettext_lazy("Order"),
    choices=[(RELEVANCE, gettext_lazy("by relevance to the words")), *STEADY],
)


def place_by(order: str) -> Place:
    """A sort key for `sorted` in one of the orders."""
    at, descending = list(SORTS).index(order.removeprefix("-")), order.startswith("-")
    return lambda fact: place_in_order(fact.keys[at], fact.code, descending=descending)


def latest_first(numbers: Iterable[int], facts: Mapping[int, Fact]) -> list[int]:
    """The incidents in the default order."""
    place = place_by(DEFAULT_ORDER)
    return sorted(numbers, key=lambda number: place(facts[number]))
