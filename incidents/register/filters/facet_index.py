"""The bitmap index of the register at one head, held per process: the incidents with each value, and their orders.

It answers the counts of the facets, the months, the places of the map and every page of the list without the database.
Several values of one facet are "or", facets among each other "and". So the values of a facet are counted under all
other limits, but not under those of the facet itself. The bitmaps contain edition numbers and are built in one pass
over narrow columns; when the head of the register moves, only newer rows are read.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from threading import Lock
from typing import Any

from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable
from pyroaring import BitMap

from incidents.people_counts import ADDENDS, KilledSum
from incidents.register.filters.filter_types import DATE_FROM, DATE_TO, AtLeast, Search, Years
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.incidents import DEFAULT_ORDER, FACETS, FILTERS, SORTS, latest_first, place_by
from incidents.register.filters.orders import Fact, Order
from incidents.register.head import Version, is_in, version
from incidents.register.location_precision import Circle, circle_of, units_of
from incidents.register.models import IN_TITLE, RegisterIncident, RegisterSearch
from incidents.register.search.questions import Lexemes
from incidents.register.search.ranking import MOST_RANKED, Ranks
from incidents.vocabulary import Publication

# Columns read of a row: for its state and its card, for the map, and for the declared filters and orders.
COLUMNS = tuple(
    dict.fromkeys(
        (
            *("edition_id", "code", "state", "made_from", "earliest", "latest"),
            *("oblast", "raion", "hromada", "latitude", "longitude", "precision"),
            *(
                column
                for columns in [each.columns for each in FILTERS] + [each.columns for each in SORTS.values()]
                for column in columns
            ),
        )
    )
)
WITH_MINIMUMS = tuple(each for each in FILTERS if isinstance(each, AtLeast) and each.minimums)
_COMPUTED = tuple(each for each in FILTERS if isinstance(each, Years))
MOST_SEARCHES = 64  # searches whose hits a process keeps (LRU)
BLOCK = 64  # days or numbers whose incidents are also held as one union
MOST_HEADS = 2  # indexes of the current register that a process keeps, where replicas lag behind each other
MOST_DAYS = 2  # and of earlier days

type Sets = Mapping[Any, BitMap]


@dataclass(frozen=True)
class Span:
    """The number of incidents between two months, given by their first days; None for an open end."""

    first: date | None
    last: date | None
    n: int


class Ranked:
    """Incidents by a number or a day, and those without one. Unions of neighbouring keys are precomputed."""

    def __init__(self, sets: Sets, everything: BitMap) -> None:
        self._keys = sorted(sets)
        self._sets = [sets[key] for key in self._keys]
        self._blocks = [_union(self._sets[at : at + BLOCK]) for at in range(0, len(self._sets), BLOCK)]
        self.unknown = everything - _union(self._blocks)

    def at_least(self, key: Any) -> BitMap:
        """Those known to have that key or a higher one."""
        return self._between(bisect_left(self._keys, key), len(self._keys))

    def at_most(self, key: Any) -> BitMap:
        """Those known to have that key or a lower one."""
        return self._between(0, bisect_right(self._keys, key))

    def _between(self, start: int, stop: int) -> BitMap:
        first, last = -(-start // BLOCK), stop // BLOCK if stop < len(self._keys) else len(self._blocks)
        if first >= last:
            return _union(self._sets[start:stop])
        edges = self._sets[start : first * BLOCK] + self._sets[last * BLOCK : stop]
        return _union([*self._blocks[first:last], *edges])


def _union(sets: Iterable[BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *sets)


class FacetIndex:
    """The current incidents at one head of the register, as bitmaps. Immutable, apart from what it computes lazily."""

    def __init__(self, of: Version, before: FacetIndex | None = None, database: str = "register") -> None:
        """`before` is an index of an earlier head: only rows from newer editions are read."""
        self.version = of
        self.database = database
        rows = self._rows(before.version.head.number if before else None)
        facts = dict(before.facts) if before else {}
        numbers = dict(before.numbers) if before else {}
        gone = BitMap([numbers.pop(row["code"]) for row in rows if row["code"] in numbers])
        for number in gone:
            del facts[number]
        added: dict[str, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            if row["state"] == Publication.PUBLISHED:
                number = row["edition_id"]
                numbers[row["code"]] = number
                facts[number] = Fact(row["code"], row["made_from"], tuple([value(row) for value in _VALUES]))
                for name, keys in _KEYS:
                    sets = added[name]
                    for key in keys(row):
                        sets[key].append(number)
        self.facts: Mapping[int, Fact] = facts
        self.numbers: Mapping[str, int] = numbers
        self.everything = BitMap(facts)
        self._sets: dict[str, Sets] = _renewed(before._sets if before else {}, gone, added)
        self._ranked = {
            each.name: Ranked(self._sets.get(each.name, {}), self.everything) for each in FILTERS if each.is_ranked
        }
        self.bounded_years = _years_of(self._sets.get("span", {}))
        self._sets |= {each.name: {} for each in _COMPUTED}
        for each in _COMPUTED:
            self._compute(each)
        self._orders: dict[str, Order] = {}
        self._orders_before = before._orders if before else {}
        self._searches: OrderedDict[tuple[str, bool], BitMap] = OrderedDict()
        self._ranks: OrderedDict[str, Ranks] = OrderedDict()

    def _rows(self, since: int | None) -> list[dict[str, Any]]:
        rows = RegisterIncident.objects.using(self.database).order_by()
        chosen = rows.current() if since is None else rows.filter(made_from__gt=since)
        return list(chosen.annotate(**ADDENDS).values(*COLUMNS, *ADDENDS))

    def any_of(self, name: str, keys: Iterable[Hashable]) -> BitMap:
        """The incidents with one of the keys of a filter."""
        of_each = self.values(name)
        return _union(of_each.get(key, BitMap()) for key in keys)

    def at_least(self, name: str, key: Any) -> BitMap:
        """The incidents known to have that key of a filter or a higher one."""
        return self._ranked[name].at_least(key)

    def at_most(self, name: str, key: Any) -> BitMap:
        """The incidents known to have that key of a filter or a lower one."""
        return self._ranked[name].at_most(key)

    def unknown(self, name: str) -> BitMap:
        """The incidents without a key of a filter."""
        return self._ranked[name].unknown

    def values(self, name: str) -> Sets:
        """The incidents by each value that occurs: of a facet, of the months (`span`), of the places of the map."""
        for each in _COMPUTED:
            if each.name == name:
                self._compute(each)
        return self._sets.get(name, {})

    def _compute(self, years: Years) -> None:
        """Add the bitmaps of years that are missing, also of a year that began since the index was built."""
        known = self._sets[years.name]
        if new := {code: years.set_of(self, code) for code, _label in years.choices if code not in known}:
            self._sets[years.name] = {**known, **new}

    def order(self, name: str) -> Order:
        """All incidents in one of the orders of the list; sorted on first use."""
        if name not in self._orders:
            self._orders[name] = Order(place_by(name), self.facts, self._orders_before.get(name))
        return self._orders[name]

    def found(self, tsquery: str, *, in_title: bool = False) -> BitMap:
        """The incidents that a search finds, anywhere or in titles. PostgreSQL is queried once for each head."""
        key = (tsquery, in_title)
        if key not in self._searches:
            self._searches[key] = self.everything & self._hits(tsquery, in_title=in_title)
            while len(self._searches) > MOST_SEARCHES:
                self._searches.popitem(last=False)
        return self._searches[key]

    def _hits(self, tsquery: str, *, in_title: bool) -> BitMap:
        """The hits as four bytes each in one value, since half of a large register would be many rows."""
        rows = RegisterSearch.objects.using(self.database)
        hits = (
            rows.alias(title=IN_TITLE).filter(title=Lexemes(tsquery))
            if in_title
            else rows.filter(vector=Lexemes(tsquery))
        )
        sql, params = hits.values("number").query.get_compiler(self.database).as_sql()
        with connections[self.database].cursor() as cursor:
            cursor.execute(f"SELECT string_agg(int4send(number), '') FROM ({sql}) hits", params)  # noqa: S608 (ours)
            numbers = array("I", cursor.fetchone()[0] or b"")
        if sys.byteorder == "little":
            numbers.byteswap()
        return BitMap(numbers)

    def limited(self, filterset: IncidentFilter) -> dict[str, BitMap]:
        """The bitmap of each active parameter by itself."""
        return {name: filterset.filters[name].matching(self, value) for name, value in filterset.active.items()}

    def matching(self, limits: Mapping[str, BitMap], *without: str) -> BitMap:
        """The intersection of all limits, or of all but some."""
        return reduce(BitMap.__and__, (limit for name, limit in limits.items() if name not in without), self.everything)

    def counts(self, limits: Mapping[str, BitMap]) -> dict[str, dict[str, int]]:
        """For each facet and value the number of incidents that selecting it would list; a missing value stands for
        zero."""
        counted = {}
        everything = self.matching(limits)
        for facet in FACETS:
            rest = self.matching(limits, facet.name) if facet.name in limits else everything
            sets = self.values(facet.name)
            counted[facet.name] = {code: rest.intersection_cardinality(has) for code, has in sets.items()}
        for each in WITH_MINIMUMS:
            rest = self.matching(limits, each.name)
            counted[each.name] = {str(n): rest.intersection_cardinality(each.matching(self, n)) for n in each.minimums}
        return counted

    def spans(self, limits: Mapping[str, BitMap]) -> list[Span]:
        """The months of the earliest and latest day, counted without the date limits."""
        rest = self.matching(limits, DATE_FROM, DATE_TO)
        counted = ((span, rest.intersection_cardinality(has)) for span, has in self.values("span").items())
        return [Span(first, last, n) for (first, last), n in counted if n]

    def killed(self, matching: BitMap) -> KilledSum:
        """The sums of the people reported killed in some incidents."""
        counted = ((key, matching.intersection_cardinality(has)) for key, has in self.values(_SUM).items())
        rows = [[n, *(n * addend for addend in key)] for key, n in counted if n]
        return KilledSum(*map(sum, zip(*rows, strict=True)))

    def page(self, filterset: IncidentFilter, chosen: BitMap, start: int, stop: int) -> list[int]:
        """The chosen edition numbers from index `start` to before `stop`, in the requested order."""
        if not filterset.is_ranked:
            return self.order(filterset.steady_order).slice(chosen, start, stop)
        tsquery = filterset.asked.tsquery(self.database)
        foremost = self._foremost(tsquery, chosen)
        first = (
            self._ranks_of(tsquery).ordered(latest_first(foremost, self.facts))[start:stop]
            if start < len(foremost)
            else []
        )
        rest = range(max(0, start - len(foremost)), max(0, stop - len(foremost)))
        return first + self.order(DEFAULT_ORDER).slice(chosen - foremost, rest.start, rest.stop)

    def _ranks_of(self, tsquery: str) -> Ranks:
        if tsquery not in self._ranks:
            self._ranks[tsquery] = Ranks(tsquery, self.database)
            while len(self._ranks) > MOST_SEARCHES:
                self._ranks.popitem(last=False)
        return self._ranks[tsquery]

    def _foremost(self, tsquery: str, chosen: BitMap) -> BitMap:
        """The incidents that are ranked: all if there are few; of many, the latest with the words in their title, then
        the latest."""
        if len(chosen) <= MOST_RANKED:
            return chosen
        order, titled = self.order(DEFAULT_ORDER), self.found(tsquery, in_title=True) & chosen
        first = BitMap(order.slice(titled, 0, MOST_RANKED))
        return first | BitMap(order.slice(chosen - titled, 0, MOST_RANKED - len(first)))


class ResultSet(Sequence[int]):
    """The edition numbers that match a filter, in the requested order, as a lazy sequence."""

    def __init__(self, held: FacetIndex, filterset: IncidentFilter) -> None:
        self.held, self.filterset = held, filterset
        self._limits = held.limited(filterset)
        self.matching = held.matching(self._limits)

    def __len__(self) -> int:
        return len(self.matching)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int) and not -len(self) <= place < len(self):
            raise IndexError(place)
        start, stop, _step = (place if isinstance(place, slice) else slice(place % len(self), None)).indices(len(self))
        found = self.held.page(self.filterset, self.matching, start, stop if isinstance(place, slice) else start + 1)
        return found if isinstance(place, slice) else found[0]

    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of the facets."""
        return self.held.counts(self._limits)

    def spans(self) -> list[Span]:
        """The months, counted without the date limits."""
        return self.held.spans(self._limits)

    def killed(self) -> KilledSum:
        """The sums of the people reported killed."""
        return self.held.killed(self.matching)


def _renewed(before: Mapping[str, Sets], gone: BitMap, added: Mapping[str, Mapping[Any, list[int]]]) -> dict[str, Sets]:
    """The bitmaps without removed and with added incidents. Values without incidents are dropped."""
    renewed: dict[str, Sets] = {}
    for name in before.keys() | added.keys():
        sets = {key: has - gone if gone else has for key, has in before.get(name, {}).items()}
        for key, numbers in added.get(name, {}).items():
            sets[key] = sets.get(key, BitMap()) | BitMap(numbers)
        renewed[name] = {key: has for key, has in sets.items() if has}
    return renewed


type _Keys = Callable[[Mapping[str, Any]], Iterable[Any]]


def _circle(row: Mapping[str, Any]) -> Circle | None:
    return circle_of(row["latitude"], row["longitude"], row["precision"])


def _spot(row: Mapping[str, Any]) -> Iterable[Any]:
    circle = _circle(row)
    return (circle,) if circle else ()


def _area(row: Mapping[str, Any]) -> Iterable[Any]:
    if _circle(row):
        return ()
    return (units_of(row["oblast"], row["raion"], row["hromada"], row["precision"]),)


def _span(row: Mapping[str, Any]) -> Iterable[Any]:
    return ((_month(row["earliest"]), _month(row["latest"])),)


def _addends(row: Mapping[str, Any]) -> Iterable[Any]:
    return (tuple(row[name] for name in ADDENDS),)


_SUM = "killed"
# The names and keys of a row in the index: those of the filters, its place on the map, its months, and what it adds to
# the sum of those killed.
_KEYS: tuple[tuple[str, _Keys], ...] = (
    *((each.name, each.keys) for each in FILTERS if not isinstance(each, Search | Years)),
    *(("spot", _spot), ("area", _area), ("span", _span), (_SUM, _addends)),
)
_VALUES = tuple(each.value for each in SORTS.values())


def _years_of(spans: Iterable[tuple[date | None, date | None]]) -> frozenset[str]:
    """The years reached by a date that is open at neither end."""
    closed = {(first.year, last.year) for first, last in spans if first and last}
    return frozenset(str(year) for first, last in closed for year in range(first, last + 1))


def _month(day: date | None) -> date | None:
    return day.replace(day=1) if day else None


class FacetIndexCache:
    """The indexes that a process keeps, the latest built. One is built at a time."""

    def __init__(self, most: int, patience: float) -> None:
        """`patience` is the time in seconds to wait while another index is being built; -1 waits without limit."""
        self._most, self._patience = most, patience
        self._kept: OrderedDict[Version, FacetIndex] = OrderedDict()
        self._making = Lock()

    def of(self, wanted: Version, database: str) -> FacetIndex:
        """The index of a version. Raises OperationalError with LockNotAvailable if the wait times out."""
        found = self._kept.get(wanted)
        if found is not None:
            return found
        if not self._making.acquire(timeout=self._patience):
            raise OperationalError("another day of the register is being laid out") from LockNotAvailable()
        try:
            return self._kept.get(wanted) or self._made(wanted, database)
        finally:
            self._making.release()

    def _made(self, wanted: Version, database: str) -> FacetIndex:
        made = FacetIndex(wanted, self._before(wanted, database), database)
        self._kept[wanted] = made
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made

    def _before(self, wanted: Version, database: str) -> FacetIndex | None:
        """The nearest earlier index of the same register, if the current one is wanted."""
        earlier = [each for each in self._kept if not wanted.is_past and each.database == wanted.database]
        nearest = max((each for each in earlier if each.head <= wanted.head), key=lambda each: each.head, default=None)
        return self._kept[nearest] if nearest and is_in(nearest.head, database) else None


# Two caches, so that requests for past days do not block those for the current register.
_today = FacetIndexCache(MOST_HEADS, patience=-1)
_past = FacetIndexCache(MOST_DAYS, patience=0.25)  # a thread that waits for a past day cannot serve current pages


def current_index(database: str = "register") -> FacetIndex:
    """The index of the register as shown. The head is read before the rows, so no cached index is older than it."""
    wanted = version(database)
    return (_past if wanted.is_past else _today).of(wanted, database)
