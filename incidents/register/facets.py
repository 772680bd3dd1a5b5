"""How many incidents each value of each filter would leave: what a click on it gives, counted without the database.

Several values of one facet are "or", facets among each other "and". So the values of a facet are counted under all
other limits and not under those of the facet itself. The sets are bitmaps of edition numbers, made in one pass over
narrow columns, kept per process and made anew when the head of the register moves.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from threading import Lock
from typing import Any

from django.db import connections
from pyroaring import BitMap

from incidents.register.filters import ANY, KILLED, NONE, YEARS, IncidentFilter
from incidents.register.head import head
from incidents.register.models import RegisterIncident, RegisterSearch
from incidents.register.searching import Lexemes
from incidents.vocabulary import StepStatus

FACETS = ("grade", "oblast", "conduct", "setting", "year", "source_kind", "investigation", "unit")
ORIGINS = (1, 2, 5)  # at least so many; a click on the first leaves what has any
COLUMNS = (
    *("edition_id", "grade", "oblast", "conduct", "setting", "source_kinds", "units"),
    *("investigations", "investigation_statuses", "earliest", "latest", "origins", "n_killed"),
)
RANKED = {"origins_min": "origins", "killed_min": "n_killed"}
MOST_SEARCHES = 64  # whose hits a process keeps, those asked for last


class Ranked:
    """Incidents by a number or a day, and those for which there is none."""

    def __init__(self, pairs: Iterable[tuple[Any, int]], everything: BitMap) -> None:
        ordered = sorted(pairs)
        self.keys = [key for key, _number in ordered]
        self.numbers = [number for _key, number in ordered]
        self.unknown = everything - BitMap(self.numbers)

    def at_least(self, key: Any) -> BitMap:
        """Those known to have that or more."""
        return BitMap(self.numbers[bisect_left(self.keys, key) :])

    def at_most(self, key: Any) -> BitMap:
        """Those known to have that or less."""
        return BitMap(self.numbers[: bisect_right(self.keys, key)])


class Snapshot:
    """The current incidents at one head of the register, as sets."""

    def __init__(self, database: str) -> None:
        self._database = database
        numbers: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in FACETS}
        ranks: dict[str, list[tuple[Any, int]]] = {name: [] for name in ("earliest", "latest", "origins", "n_killed")}
        everything = []
        rows = RegisterIncident.objects.using(database).current().order_by()
        for row in rows.annotate(n_killed=KILLED).values_list(*COLUMNS):
            values = dict(zip(COLUMNS, row, strict=True))
            number = values["edition_id"]
            everything.append(number)
            for name, codes in _codes(values):
                for code in codes:
                    numbers[name][code].append(number)
            for name, known in ranks.items():
                if values[name] is not None:
                    known.append((values[name], number))
        self.everything = BitMap(everything)
        self._ranked = {name: Ranked(pairs, self.everything) for name, pairs in ranks.items()}
        self._values = {name: {code: BitMap(found) for code, found in codes.items()} for name, codes in numbers.items()}
        self._values["year"] = {code: self._in_year(int(code)) for code, _label in YEARS}
        self._searches: OrderedDict[str, BitMap] = OrderedDict()

    def _in_year(self, year: int) -> BitMap:
        return self._from(date(year, 1, 1)) & self._until(date(year, 12, 31))

    def _from(self, day: date) -> BitMap:
        return self._ranked["latest"].at_least(day) | self._ranked["latest"].unknown

    def _until(self, day: date) -> BitMap:
        return self._ranked["earliest"].at_most(day) | self._ranked["earliest"].unknown

    def values(self, facet: str) -> Mapping[str, BitMap]:
        """The incidents with each value of a facet that any has."""
        return self._values[facet]

    def found(self, tsquery: str) -> BitMap:
        """What a search finds; asked of PostgreSQL once for each head."""
        if tsquery not in self._searches:
            hits = RegisterSearch.objects.using(self._database).filter(vector=Lexemes(tsquery))
            self._searches[tsquery] = self.everything & BitMap(list(hits.values_list("number", flat=True)))
            while len(self._searches) > MOST_SEARCHES:
                self._searches.popitem(last=False)
        return self._searches[tsquery]

    def limited(self, filterset: IncidentFilter) -> dict[str, BitMap]:
        """What each active parameter leaves by itself."""
        return {name: self._limit(filterset, name, value) for name, value in filterset.active.items()}

    def _limit(self, filterset: IncidentFilter, name: str, value: Any) -> BitMap:
        if name == "q":
            tsquery = filterset.asked.tsquery(self._database)
            return self.found(tsquery) if tsquery else self.everything
        if name in FACETS:
            return BitMap.union(BitMap(), *(self._values[name].get(code, BitMap()) for code in value))
        if name == "date_from":
            return self._from(value)
        if name == "date_to":
            return self._until(value)
        return self._ranked[RANKED[name]].at_least(value)

    def left(self, limits: Mapping[str, BitMap], *, without: str = "") -> BitMap:
        """What all limits together leave, or all but one."""
        return reduce(BitMap.__and__, (limit for name, limit in limits.items() if name != without), self.everything)

    def counts(self, filterset: IncidentFilter) -> dict[str, dict[str, int]]:
        """For each facet and value what a click would list; a value that is missing lists nothing."""
        limits = self.limited(filterset)
        counted = {}
        for facet in FACETS:
            rest = self.left(limits, without=facet)
            counted[facet] = {code: rest.intersection_cardinality(found) for code, found in self._values[facet].items()}
        rest = self.left(limits, without="origins_min")
        counted["origins_min"] = {
            str(n): rest.intersection_cardinality(self._ranked["origins"].at_least(n)) for n in ORIGINS
        }
        return counted


def _codes(values: Mapping[str, Any]) -> list[tuple[str, Iterable[str]]]:
    statuses = values["investigation_statuses"]
    known = bool(values["investigations"]) and statuses != [StepStatus.NONE_KNOWN.value]
    return [
        ("grade", (values["grade"],)),
        ("oblast", (values["oblast"],)),
        ("setting", (values["setting"],)),
        ("conduct", set(values["conduct"])),
        ("source_kind", set(values["source_kinds"])),
        ("unit", set(values["units"])),
        ("investigation", {*statuses, ANY if known else NONE}),
    ]


_kept: tuple[tuple[str, int], Snapshot] | None = None
_lock = Lock()


def snapshot(database: str = "register") -> Snapshot:
    """The sets of the register as it is now. The head is read before the rows: what is kept is never older than it."""
    global _kept
    version = (str(connections[database].settings_dict["NAME"]), head())
    with _lock:
        if _kept is None or _kept[0] != version:
            _kept = (version, Snapshot(database))
        return _kept[1]
