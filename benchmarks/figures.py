"""The figures: each is measured alternately with its alternative, and medians are compared."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import psycopg

from benchmarks.client import Site, fetch, throughput, timed
from benchmarks.servers import Served
from benchmarks.sqlite import FACETS

GRADES = ("single_origin", "corroborated", "alleged", "verified", "contested")
SETTINGS = ("on_capture", "during_transfer", "place_of_detention", "unknown")
KINDS = (
    *("video", "photo", "news_original", "un_report", "ngo_report", "court_document", "intercept", "expert_statement"),
    *("social_post", "official_statement", "witness_statement", "satellite_image"),
)
COMMON_WORD = "drone"  # in half of all synthetic texts
SHOWN = ("title_en", "date", "place_en", "killed_best", "grade", "reports", "origins")


@dataclass(frozen=True)
class Effort:
    """The effort: rounds of single requests, and rounds and seconds of throughput."""

    latencies: int
    rounds: int
    seconds: float


FULL = Effort(latencies=15, rounds=7, seconds=3.0)
QUICK = Effort(latencies=2, rounds=1, seconds=0.3)


@dataclass(frozen=True)
class Figure:
    """Our value, the alternative's, and their ratio with its target. `higher`: higher ratios are better."""

    page: str
    against: str
    ours: str
    theirs: str
    ratio: float
    target: float
    higher: bool

    @property
    def is_reached(self) -> bool:
        """Whether the ratio is at least, or at most, the target."""
        return self.ratio >= self.target if self.higher else self.ratio <= self.target


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def alternating(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; measured in turn, so that noise affects all of them."""
    taken = [[measure() for measure in measures] for _round in range(rounds)]
    return [median(each) for each in zip(*taken, strict=True)]


class Unseen:
    """URLs that were not requested before: filters in every combination, each with two days that exclude nothing."""

    def __init__(self) -> None:
        combinations = itertools.product(range(1, 6), KINDS, SETTINGS, GRADES)
        names = ("killed_min", "source_kind", "setting", "grade")
        self._filters = itertools.cycle([dict(zip(names, values, strict=True)) for values in combinations])
        before = [date(2014, 1, 1) + timedelta(days=n) for n in range(2_900)]  # the first incident is of 2022
        after = (date(2027, 1, 1) + timedelta(days=n) for n in itertools.count())  # the last one is of 2026
        self._days = ((first, last) for last in after for first in before)

    def filters(self) -> dict[str, object]:
        """The next combination; they repeat after some hundreds."""
        return next(self._filters)

    def list(self) -> str:
        """The filtered list with all facets."""
        return self.everything("/incidents/", "".join(f"&{name}={value}" for name, value in self.filters().items()))

    def everything(self, path: str, more: str = "") -> str:
        """A URL with two days between which all incidents are, and more parameters."""
        first, last = next(self._days)
        return f"{path}?date_from={first}&date_to={last}{more}"


@dataclass(frozen=True)
class Bench:
    """The running servers: our large and small register, the minimal Django, and Datasette if it is installed."""

    large: Served
    small: Served
    minimal: Served
    datasette: Served | None
    owner: str
    incidents: int
    effort: Effort
    unseen: Unseen

    def figures(self) -> Iterator[Figure]:
        """All figures, in the order of the table."""
        if self.datasette:
            yield self.list_against_datasette(self.datasette)
        yield self.list_against_minimal()
        yield self.seen_against_constant()
        yield self.incident_against_minimal()
        yield self.large_against_small()
        if self.datasette:
            yield self.search_against_datasette(self.datasette)
        yield self.late_page("page 2,000", min(2_000, self.pages // 2))
        yield self.late_page("last page", self.pages)
        yield from self.map_against_json_agg()
        yield from self.csv_against_copy()

    def warm(self) -> None:
        """Warm up: every worker builds its index, and renders the cards of first pages."""
        for served in (self.large, self.small):
            throughput(served.site, iter(self.unseen.list, ""), max(1.0, self.effort.seconds))
        throughput(self.minimal.site, itertools.repeat("/constant/"), 0.3)

    @property
    def pages(self) -> int:
        """The number of pages of the unfiltered list."""
        return -(-self.incidents // 25)

    def list_against_datasette(self, other: Served) -> Figure:
        """The filtered list with all facets, each filter for the first time."""
        pairs = iter([self.unseen.filters() for _round in range(self.effort.latencies)])
        asked: list[dict[str, object]] = []

        def ours() -> float:
            asked.append(next(pairs))
            f = asked[-1]
            more = f"&grade={f['grade']}&setting={f['setting']}&killed_min={f['killed_min']}&sort=-date"
            return fetch(self.large.site, self.unseen.everything("/incidents/", more)).seconds

        def theirs() -> float:
            f = asked[-1]
            path = f"grade={f['grade']}&setting={f['setting']}&killed_best__gte={f['killed_min']}&_sort_desc=sort_date"
            return fetch(other.site, _datasette(path)).seconds

        return self._faster(
            "filtered list with all facets, not seen before", "Datasette, filter + 3 facets", ours, theirs
        )

    def search_against_datasette(self, other: Served) -> Figure:
        """A word in half of all texts. Each query is new: with another day before all incidents."""
        return self._faster(
            "search whose word is in half of all incidents, all facets",
            "Datasette, search + 3 facets",
            lambda: fetch(self.large.site, self.unseen.everything("/incidents/", f"&q={COMMON_WORD}")).seconds,
            lambda: fetch(other.site, _datasette(f"_search={COMMON_WORD}")).seconds,
        )

    def _faster(self, page: str, against: str, ours: Callable[[], float], theirs: Callable[[], float]) -> Figure:
        one, other = alternating(self.effort.latencies, ours, theirs)
        return Figure(page, against, _milliseconds(one), _milliseconds(other), other / one, 8, higher=True)

    def list_against_minimal(self) -> Figure:
        """The throughput of new filters."""

        def lists() -> Iterator[str]:
            while True:
                f = self.unseen.filters()
                yield f"/list/?grade={f['grade']}&setting={f['setting']}&killed_min={f['killed_min']}"

        return self._throughput(
            "filtered list with all facets, not seen before",
            "minimal Django view (25 rows, no facets)",
            iter(self.unseen.list, ""),
            lists(),
            0.8,
        )

    def seen_against_constant(self) -> Figure:
        """The throughput of one page requested repeatedly."""
        return self._throughput(
            "the same, seen since the last publication",
            "Django view that returns a constant of the same size",
            itertools.repeat(SEEN),
            itertools.repeat("/constant/"),
            0.8,
        )

    def incident_against_minimal(self) -> Figure:
        """The throughput of incident pages, each for the first time."""
        codes = (f"HDC-{n:04}" for n in range(1, self.incidents + 1))
        again = (f"HDC-{n:04}" for n in itertools.cycle(range(1, self.incidents + 1)))
        return self._throughput(
            "incident page, not seen before",
            "minimal Django page of one row",
            (f"/incidents/{code}/" for code in codes),
            (f"/incidents/{code}/" for code in again),
            0.4,
        )

    def _throughput(self, page: str, against: str, ours: Iterator[str], theirs: Iterator[str], target: float) -> Figure:
        seconds = self.effort.seconds
        one, other = alternating(
            self.effort.rounds,
            lambda: throughput(self.large.site, ours, seconds),
            lambda: throughput(self.minimal.site, theirs, seconds),
        )
        return Figure(page, against, f"{one:,.0f}/s", f"{other:,.0f}/s", one / other, target, higher=True)

    def large_against_small(self) -> Figure:
        """The same filters, each for the first time, in both registers."""
        paths = [self.unseen.list() for _round in range(2 * self.effort.latencies)]
        large, small = iter(paths), iter(paths)
        one, other = alternating(
            len(paths),
            lambda: fetch(self.large.site, next(large)).seconds,
            lambda: fetch(self.small.site, next(small)).seconds,
        )
        return _no_slower("list in the large register", "list in the small one", one, other, 1.3)

    def late_page(self, name: str, page: int) -> Figure:
        """A late page of a list that is requested for the first time."""
        last = f"&page={page}"
        fetch(self.large.site, self.unseen.everything("/incidents/", last))
        one, other = alternating(
            2 * self.effort.latencies,
            lambda: fetch(self.large.site, self.unseen.everything("/incidents/", last)).seconds,
            lambda: fetch(self.large.site, self.unseen.everything("/incidents/", "&page=1")).seconds,
        )
        return _no_slower(name, "first page", one, other, 1.3)

    def map_against_json_agg(self) -> Iterator[Figure]:
        """All incidents on the map, and the largest possible response."""
        one, other = alternating(
            self.effort.latencies,
            lambda: fetch(self.large.site, self.unseen.everything("/map/data.json")).seconds,
            lambda: self._sql(JSON_AGG),
        )
        yield _no_slower("map data of all incidents", "the same rows as one SQL json_agg", one, other, 2)
        views = ("", *(f"&within={box}" for box in BOXES))
        largest = max(fetch(self.large.site, self.unseen.everything("/map/data.json", view)).size for view in views)
        yield Figure(
            "its largest answer, compressed",
            "300 KB",
            f"{largest / 1000:.0f} KB",
            "300 KB",
            largest / 300_000,
            1,
            higher=False,
        )

    def csv_against_copy(self) -> Iterator[Figure]:
        """All incidents, all columns; uncompressed, as COPY is."""
        site = Site(self.large.site.port, compressed=False)
        fetch(site, "/incidents.csv")
        before = self.large.memory()
        answers = []

        def ours() -> float:
            answers.append(fetch(site, self.unseen.everything("/incidents.csv")))
            return answers[-1].seconds

        one, other = alternating(max(1, self.effort.latencies // 3), ours, lambda: self._sql(COPY))
        grown = self.large.memory() - before
        first = median(answer.first_byte for answer in answers)
        yield _no_slower("CSV of all incidents, all columns", "COPY of the same columns", one, other, 2)
        yield Figure("its first byte", "100 ms", _milliseconds(first), "100 ms", first / 0.1, 1, higher=False)
        yield Figure(
            "memory by which the processes grow",
            "30 MB",
            f"{grown / 1e6:.1f} MB",
            "30 MB",
            grown / 30e6,
            1,
            higher=False,
        )

    def _sql(self, statement: str) -> float:
        with psycopg.connect(self.owner) as connection, connection.cursor() as cursor:
            if statement.startswith("COPY"):
                return timed(lambda: _drain(cursor, statement))
            return timed(lambda: cursor.execute(statement).fetchall())


def _no_slower(page: str, against: str, one: float, other: float, target: float) -> Figure:
    return Figure(page, against, _milliseconds(one), _milliseconds(other), one / other, target, higher=False)


def _drain(cursor: psycopg.Cursor[tuple[object, ...]], statement: str) -> None:
    with cursor.copy(statement) as lines:
        for _line in lines:
            pass


def _datasette(query: str) -> str:
    facets = "".join(f"&_facet={name}" for name in FACETS)
    columns = "".join(f"&_col={name}" for name in SHOWN)
    return f"/{DATABASE}/incidents?{query}{facets}{columns}&_size=25"


SEEN = "/incidents/?grade=corroborated&setting=unknown"
DATABASE = "register"
# From all of Ukraine down to one district: views of the map.
BOXES = ("46,30,52,38", "47,35,50,39", "48,36,49,37", "48.25,36.5,48.5,36.75")
JSON_AGG = """
SELECT json_agg(row) FROM (
    SELECT code, title_en, title_uk, date, latitude, longitude, precision, oblast
    FROM register_registerincident WHERE state = 'published'
) row
"""
COPY = """COPY (
    SELECT code, i.number, first_published_at, i.published_at, digest, title_en, title_uk, summary_en, summary_uk, date,
        earliest, latest, place_en, place_uk, oblast, country, precision, latitude, longitude, killed_low, killed_best,
        killed_high, survived_low, survived_best, survived_high, grade, conduct, protected_status, setting, units,
        sources, source_kinds, investigations, investigation_statuses, related, reports, origins
    FROM register_registerincident i JOIN (SELECT id, digest FROM register_edition) e ON e.id = edition_id
    WHERE state = 'published' ORDER BY sort_date DESC NULLS LAST, code
) TO STDOUT (FORMAT csv)"""


def table(figures: Sequence[Figure]) -> str:
    """The table of ratios, in Markdown."""
    lines = ["| page | against | ours | theirs | ratio | to reach | |", "|---|---|---|---|---|---|---|"]
    for each in figures:
        bound = f"{'≥' if each.higher else '≤'} {each.target:g}"
        reached = "reached" if each.is_reached else "**not reached**"
        lines.append(
            f"| {each.page} | {each.against} | {each.ours} | {each.theirs} | {each.ratio:.2f} | {bound} | {reached} |"
        )
    return "\n".join(lines)
