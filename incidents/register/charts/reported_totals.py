"""Totals reported by other bodies, each with the register's own count of the same period. They are never added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import dates
from incidents.people_counts import SUMS, KilledSum
from incidents.register.charts.lines import BOX, Chart, Reading, chart
from incidents.register.models import RegisterIncident, RegisterTotal
from incidents.register.source_lookup import Line, SourceLookup
from incidents.vocabulary import TotalQualifier, TotalWhat
from incidents.wording import day, pick, texts

# A total without a period counts from the beginning of the full-scale invasion.
BEGINNING = date(2022, 2, 24)


@dataclass(frozen=True)
class Held:
    """The incidents of the register that share their earliest and latest day, and the people killed in them."""

    earliest: date | None
    latest: date | None
    killed: KilledSum

    def is_within(self, first: date, last: date | None) -> bool:
        """Whether the whole date lies in a period. What has no earliest day is not before the beginning."""
        earliest = self.earliest or BEGINNING
        return first <= earliest and (last is None or (self.latest is not None and self.latest <= last))

    def may_be_within(self, first: date, last: date | None) -> bool:
        """Whether a part of the date lies in a period."""
        return dates.overlaps(self.earliest, self.latest, first, last)


@dataclass(frozen=True)
class Own:
    """The register's own count of a period: the incidents whose date is known to lie in it, and the people killed in
    them.

    `uncertain` is the number of incidents that may lie in it as well. `url` is the list of exactly these incidents;
    empty if the list would hold uncertain ones.
    """

    killed: KilledSum
    uncertain: int
    url: str


@dataclass(frozen=True)
class Entry:
    """One total with the columns beside it in its table. Without `own` the total is of a scope to which the register
    cannot be narrowed."""

    row: RegisterTotal
    source: Line | None
    own: Own | None


@dataclass
class Series:
    """All counts of one thing by one body, the oldest first."""

    body: dict[str, str]
    what: str
    entries: list[Entry] = field(default_factory=list)
    chart: Chart | None = None
    uncertain: int = 0  # incidents that a comparison of this series leaves out, each counted once

    @property
    def anchor(self) -> str:
        """The fragment identifier on the page. It is the code of the first total, which never changes."""
        return f"series-{min(entry.row.code for entry in self.entries)}"

    @property
    def has_open(self) -> bool:
        """Whether the body gives one of the counts as a number or more."""
        return any(mark.open for mark in self.chart.marks) if self.chart else False

    @property
    def counts_people(self) -> bool:
        """Whether the series counts people rather than cases."""
        return self.what == TotalWhat.PERSONS_EXECUTED


def held(incidents: QuerySet[RegisterIncident] | None = None) -> list[Held]:
    """The incidents of a queryset, by default all current ones. An incident without a number adds no people.

    Grouped by days, so that the cost does not grow with the number of incidents.
    """
    rows = RegisterIncident.objects.current() if incidents is None else incidents
    grouped = rows.order_by().values_list("earliest", "latest").annotate(**SUMS)
    return [Held(earliest, latest, KilledSum(*sums)) for earliest, latest, *sums in grouped]


def own(incidents: Iterable[Held], first: date, last: date | None) -> Own:
    """The register's count between two days, both included. An incident whose date is not known closely enough is
    counted in no period, so that none is counted in several."""
    near = [each for each in incidents if each.may_be_within(first, last)]
    found = [each for each in near if each.is_within(first, last)]
    uncertain = _incidents(near) - _incidents(found)
    asked = {"date_from": first, "date_to": last}
    query = urlencode({name: value.isoformat() for name, value in asked.items() if value})
    url = "" if uncertain else f"{reverse('register:incidents')}?{query}"
    return Own(sum((each.killed for each in found), KilledSum()), uncertain, url)


def _incidents(held: Iterable[Held]) -> int:
    return sum(each.killed.incidents for each in held)


def time_of(row: RegisterTotal) -> tuple[date, date | None]:
    """The period that a total counts: its own, else from the beginning to the day as of which it was given."""
    if not row.period:
        return BEGINNING, row.as_of_latest
    try:
        period = dates.parse(row.period)
    except dates.DateError:
        return BEGINNING, row.as_of_latest
    return period.earliest or BEGINNING, period.latest or row.as_of_latest


def all_series(rows: Sequence[RegisterTotal], incidents: Sequence[Held]) -> list[Series]:
    """The totals by body and by what is counted; the bodies with most totals first."""
    lookup = SourceLookup(row.source for row in rows)
    found: dict[tuple[str, str, str], Series] = {}
    for row in sorted(rows, key=lambda row: (row.as_of_latest or date.max, row.period, row.code)):
        body = texts(row, "body")
        series = found.setdefault((row.body_en, row.body_uk, row.what), Series(body, row.what))
        compared = None if _scope(row) else own(incidents, *time_of(row))
        series.entries.append(Entry(row, lookup[row.source] if row.source else None, compared))
    for series in found.values():
        series.chart = drawn(series, incidents)
        series.uncertain = _uncertain(series, incidents)
    sizes: dict[str, int] = {}
    for series in found.values():
        sizes[str(series.body)] = sizes.get(str(series.body), 0) + len(series.entries)
    return sorted(found.values(), key=lambda series: (-sizes[str(series.body)], str(series.body), -len(series.entries)))


def _scope(row: RegisterTotal) -> str:
    return str(pick(texts(row, "scope")))


def _uncertain(series: Series, incidents: Iterable[Held]) -> int:
    periods = [time_of(entry.row) for entry in series.entries if entry.own]
    return _incidents(
        each
        for each in incidents
        if any(each.may_be_within(*period) and not each.is_within(*period) for period in periods)
    )


def drawn(series: Series, incidents: Iterable[Held], box: tuple[float, float, float] = BOX) -> Chart | None:
    """The line chart of the body's counts, and of the register's own where one of them can be compared; None with
    fewer than two days."""
    compared = any(entry.own and not entry.row.period for entry in series.entries)
    course = _course(incidents, people=series.counts_people) if compared else []
    return chart(_readings(series), course, box)


def _readings(series: Series) -> list[Reading]:
    """Exact counts since the beginning and of one scope form a line. A count of a shorter period, and one that the
    body gives as "at least" or "about", is a single mark.

    If one line names its scope, a line without one is labelled as having none.
    """
    scoped = any(not entry.row.period and _scope(entry.row) for entry in series.entries)
    return [
        Reading(
            day=entry.row.as_of_latest,
            value=entry.row.value,
            label=f"{day(entry.row.as_of_latest)}: {_qualified(entry.row)}",
            series=entry.row.period or _scope(entry.row),
            name=_scope(entry.row) or (_("no scope stated") if scoped else ""),
            is_part=bool(entry.row.period),
            is_open=entry.row.qualifier in (TotalQualifier.AT_LEAST, TotalQualifier.MORE_THAN),
            is_exact=entry.row.qualifier == TotalQualifier.EXACT,
        )
        for entry in series.entries
        if entry.row.as_of_latest is not None
    ]


def _qualified(row: RegisterTotal) -> str:
    if row.qualifier == TotalQualifier.EXACT:
        return str(row.value)
    return f"{str(TotalQualifier(row.qualifier).label).lower()} {row.value}"


def _course(incidents: Iterable[Held], *, people: bool) -> list[tuple[date, int]]:
    """The register's cumulative count by day: of incidents, or of the lowest numbers of people killed. An incident is
    counted from the last day on which it may have happened; without one, never."""
    course: list[tuple[date, int]] = []
    count = 0
    dated = sorted(((each.latest, each.killed) for each in incidents if each.latest), key=itemgetter(0))
    for latest, killed in dated:
        count += killed.low if people else killed.incidents
        course.append((latest, count))
    return course


def by_body(series: Iterable[Series]) -> list[dict[str, Any]]:
    """The series grouped by body."""
    bodies: dict[str, dict[str, Any]] = {}
    for each in series:
        bodies.setdefault(str(each.body), {"body": each.body, "series": []})["series"].append(each)
    return list(bodies.values())
