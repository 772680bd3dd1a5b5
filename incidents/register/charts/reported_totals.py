"""What bodies counted themselves, each beside what the register holds of the same time. Bodies are never added up."""

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

# A body that names no period counts since the beginning of the full-scale invasion.
BEGINNING = date(2022, 2, 24)


@dataclass(frozen=True)
class Held:
    """The incidents of the register that share their earliest and latest day, as far as a count needs them."""

    earliest: date | None
    latest: date | None
    low: int
    best: int
    high: int
    n: int = 1


@dataclass(frozen=True)
class Own:
    """What the register holds of a time: the incidents that may lie in it, and those killed in them."""

    incidents: int
    low: int
    high: int
    url: str


@dataclass(frozen=True)
class Entry:
    """One total with what stands beside it in its table."""

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
        """Where the series stands on the page: the code of its first total never changes."""
        return f"series-{min(entry.row.code for entry in self.entries)}"

    @property
    def counts_people(self) -> bool:
        """Whether people are counted, not cases."""
        return self.what == TotalWhat.PERSONS_EXECUTED


def held(incidents: QuerySet[RegisterIncident] | None = None) -> list[Held]:
    """The incidents of a queryset, every current one unless told. Where no number is given nobody is counted.

    Days are few however many incidents there are, so that the totals of a large register cost no more than of a small.
    """
    rows = RegisterIncident.objects.current() if incidents is None else incidents
    sums = {"low": Sum(LOW), "best": Sum(BEST), "high": Sum(HIGH), "n": Count("pk")}
    return [Held(*row) for row in rows.order_by().values_list("earliest", "latest").annotate(**sums)]


def own(incidents: Iterable[Held], first: date | None, last: date | None) -> Own:
    """What may have happened between two days, both included: the same overlap as in the list that it links to."""
    found = [each for each in incidents if dates.overlaps(each.earliest, each.latest, first, last)]
    asked = {"date_from": first, "date_to": last}
    query = urlencode({name: value.isoformat() for name, value in asked.items() if value})
    low, high = sum(each.low for each in found), sum(each.high for each in found)
    return Own(sum(each.n for each in found), low, high, f"{reverse('register:incidents')}?{query}")


def time_of(row: RegisterTotal) -> tuple[date, date | None]:
    """The days that a total counts: its period, else from the beginning to the day as of which it was given."""
    if not row.period:
        return BEGINNING, row.as_of_latest
    try:
        period = dates.parse(row.period)
    except dates.DateError:
        return BEGINNING, row.as_of_latest
    return period.earliest or BEGINNING, period.latest or row.as_of_latest


def all_series(rows: Sequence[RegisterTotal], incidents: Sequence[Held]) -> list[Series]:
    """The totals by body and by what is counted; the bodies with most counts first."""
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
    """The body's counts and the register's own as lines, in a drawing of that size; None where there is no course."""
    return chart(_readings(series), _course(incidents, people=series.counts_people), box)


def _readings(series: Series) -> list[Reading]:
    """Only counts since the beginning and of one scope make a line; a count of a shorter period stands for itself.

    Beside a line that says its scope, one without says that it has none."""
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
    """The register's own count from day to day, by the first day on which an incident may have happened."""
    course: list[tuple[date, int]] = []
    count = 0
    for each in sorted(incidents, key=lambda each: each.earliest or BEGINNING):
        count += each.best if people else each.n
        course.append((each.earliest or BEGINNING, count))
    return course


def by_body(series: Iterable[Series]) -> list[dict[str, Any]]:
    """The series under their bodies."""
    bodies: dict[str, dict[str, Any]] = {}
    for each in series:
        bodies.setdefault(str(each.body), {"body": each.body, "series": []})["series"].append(each)
    return list(bodies.values())
