"""Totals reported by other bodies, each with the register's own count of the same period. They are never added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import dates
from incidents.people_counts import BEST, HIGH, LOW
from incidents.register.charts.lines import BOX, Chart, Reading, chart
from incidents.register.models import RegisterIncident, RegisterTotal
from incidents.register.source_lookup import Line, SourceLookup
from incidents.vocabulary import TotalWhat
from incidents.wording import day, pick, texts

# A total without a period counts from the beginning of the full-scale invasion.
BEGINNING = date(2022, 2, 24)


@dataclass(frozen=True)
class Held:
    """The incidents of the register that share their earliest and latest day, with the sums that a count needs."""

    earliest: date | None
    latest: date | None
    low: int
    best: int
    high: int
    n: int = 1


@dataclass(frozen=True)
class Own:
    """The register's own count of a period: the incidents that may have happened in it, and the people killed in
    them."""

    incidents: int
    low: int
    high: int
    url: str


@dataclass(frozen=True)
class Entry:
    """One total with the columns beside it in its table."""

    row: RegisterTotal
    source: Line | None
    own: Own


@dataclass
class Series:
    """All counts of one thing by one body, the oldest first."""

    body: dict[str, str]
    what: str
    entries: list[Entry] = field(default_factory=list)
    chart: Chart | None = None

    @property
    def anchor(self) -> str:
        """The fragment identifier on the page. It is the code of the first total, which never changes."""
        return f"series-{min(entry.row.code for entry in self.entries)}"

    @property
    def counts_people(self) -> bool:
        """Whether the series counts people rather than cases."""
        return self.what == TotalWhat.PERSONS_EXECUTED


def held(incidents: QuerySet[RegisterIncident] | None = None) -> list[Held]:
    """The incidents of a queryset, by default all current ones. An incident without a number adds no people.

    Grouped by days, so that the cost does not grow with the number of incidents.
    """
    rows = RegisterIncident.objects.current() if incidents is None else incidents
    sums = {"low": Sum(LOW), "best": Sum(BEST), "high": Sum(HIGH), "n": Count("pk")}
    return [Held(*row) for row in rows.order_by().values_list("earliest", "latest").annotate(**sums)]


def own(incidents: Iterable[Held], first: date | None, last: date | None) -> Own:
    """The register's count between two days, both included: the same overlap rule as in the list that it links to."""
    found = [each for each in incidents if dates.overlaps(each.earliest, each.latest, first, last)]
    asked = {"date_from": first, "date_to": last}
    query = urlencode({name: value.isoformat() for name, value in asked.items() if value})
    low, high = sum(each.low for each in found), sum(each.high for each in found)
    return Own(sum(each.n for each in found), low, high, f"{reverse('register:incidents')}?{query}")


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
        first, last = time_of(row)
        series.entries.append(Entry(row, lookup[row.source] if row.source else None, own(incidents, first, last)))
    for series in found.values():
        series.chart = drawn(series, incidents)
    sizes: dict[str, int] = {}
    for series in found.values():
        sizes[str(series.body)] = sizes.get(str(series.body), 0) + len(series.entries)
    return sorted(found.values(), key=lambda series: (-sizes[str(series.body)], str(series.body), -len(series.entries)))


def drawn(series: Series, incidents: Iterable[Held], box: tuple[float, float, float] = BOX) -> Chart | None:
    """The line chart of the body's counts and the register's own; None with fewer than two days."""
    return chart(_readings(series), _course(incidents, people=series.counts_people), box)


def _readings(series: Series) -> list[Reading]:
    """Counts since the beginning and of one scope form a line; a count of a shorter period is a single mark.

    If one line names its scope, a line without one is labelled as having none.
    """
    scoped = any(not entry.row.period and pick(texts(entry.row, "scope")).value for entry in series.entries)
    return [
        Reading(
            day=entry.row.as_of_latest,
            value=entry.row.value,
            label=f"{day(entry.row.as_of_latest)}: {entry.row.value}",
            series=entry.row.period or str(pick(texts(entry.row, "scope"))),
            name=str(pick(texts(entry.row, "scope"))) or (_("no scope stated") if scoped else ""),
            connected=not entry.row.period,
        )
        for entry in series.entries
        if entry.row.as_of_latest is not None
    ]


def _course(incidents: Iterable[Held], *, people: bool) -> list[tuple[date, int]]:
    """The register's cumulative count by day, by the first day on which an incident may have happened."""
    course: list[tuple[date, int]] = []
    count = 0
    for each in sorted(incidents, key=lambda each: each.earliest or BEGINNING):
        count += each.best if people else each.n
        course.append((each.earliest or BEGINNING, count))
    return course


def by_body(series: Iterable[Series]) -> list[dict[str, Any]]:
    """The series grouped by body."""
    bodies: dict[str, dict[str, Any]] = {}
    for each in series:
        bodies.setdefault(str(each.body), {"body": each.body, "series": []})["series"].append(each)
    return list(bodies.values())
