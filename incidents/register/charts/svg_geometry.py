"""The geometry of small inline graphics, computed here so that templates only place it.

Every coordinate is a string in SVG user units (1 unit = 1 CSS pixel at the rendered size), because a template would
localise the decimal point.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from incidents import dates

LADDER = ("alleged", "single_origin", "corroborated", "verified", "judicially_established")
OFF_THE_LADDER = ("contested", "unverifiable", "discounted")
PRECISIONS = ("exact", "vicinity", "locality", "near", "district", "region", "vague_area", "country")


def _units(value: float) -> str:
    """A coordinate for SVG: a decimal point, at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


# --- the grade -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GradeScale:
    """`shape` is `steps` for the grades on the ladder, of which `reached` are filled; the other three have a shape of
    their own."""

    shape: str
    reached: int = 0


def grade_scale(code: str) -> GradeScale:
    """The number of the five rungs that a grade reaches, from alleged to judicially established."""
    if code in OFF_THE_LADDER:
        return GradeScale(code)
    return GradeScale("steps", LADDER.index(code) + 1 if code in LADDER else 0)


# --- counts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class CountBar:
    """A count from zero to its high end: certain up to `low`, open up to `high`, with a mark at `best`.

    `closed`: low and high are equal, so nothing is open and the best estimate needs no mark. `beyond`: the reporting
    gives no upper end, so the bar runs to the edge.
    """

    width: str
    certain: str
    open_from: str
    open_width: str
    closed: bool
    beyond: bool
    best: str | None
    ticks: tuple[Tick, ...]
    divisions: tuple[str, ...]


_BAR_WIDTH = 232.0
_BAR_INSET = 4.0


def count_bar(count: Mapping[str, int | None] | None, scale_max: int | None = None) -> CountBar | None:
    """The bar; None if no number is given. `scale_max` makes the bars of several counts comparable."""
    low, best, high = ((count or {}).get(end) for end in ("low", "best", "high"))
    given = [n for n in (low, best, high) if n is not None]
    if not given:
        return None
    beyond = high is None and low != best
    top = max(*given, scale_max or 0, 1) * (1.25 if beyond else 1)
    certain = low if low is not None else 0
    end = top if beyond else max(given)

    def at(n: float) -> float:
        return _BAR_INSET + n / top * (_BAR_WIDTH - 2 * _BAR_INSET)

    labelled = sorted({0, *given})
    return CountBar(
        width=_units(_BAR_WIDTH),
        certain=_units(at(certain) - _BAR_INSET),
        open_from=_units(at(certain)),
        open_width=_units(at(end) - at(certain)),
        closed=certain == end,
        beyond=beyond,
        best=_units(at(best)) if best is not None and certain != end else None,
        ticks=tuple(Tick(_units(at(n)), str(n)) for n in _spaced(labelled, [at(n) for n in labelled], 14)),
        divisions=tuple(_units(at(n)) for n in range(1, int(end))) if top <= 24 else (),
    )


def _spaced(values: Sequence[int], places: Sequence[float], least: float) -> Iterator[int]:
    """The values whose labels are at least `least` units apart, counted from the right, so that the high end has a
    label."""
    kept: list[int] = []
    edge = float("inf")
    for value, place in zip(reversed(values), reversed(places), strict=True):
        if edge - place >= least:
            kept.append(value)
            edge = place
    return reversed(kept)


# --- dates -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateBar:
    """A date on the axis of its year or years: a dot for one day, a bar for a span, an open end if none is given.

    `approximate` makes the dot hollow. It has no width, since "about" has no defined range.
    """

    width: str
    dot: str | None
    start: str
    length: str
    open_start: bool
    open_end: bool
    approximate: bool
    ticks: tuple[Tick, ...]
    minor: tuple[str, ...]


_DATE_WIDTH = 336.0
_DATE_INSET = 10.0


def date_bar(earliest: date | None, latest: date | None, *, approximate: bool = False) -> DateBar | None:
    """The bar; None if neither end is known."""
    known = [day for day in (earliest, latest) if day is not None]
    if not known:
        return None
    first_year, last_year = min(known).year, max(known).year
    start, end = date(first_year, 1, 1), date(last_year, 12, 31)

    def at(day: date) -> float:
        return _DATE_INSET + (day - start).days / (end - start).days * (_DATE_WIDTH - 2 * _DATE_INSET)

    left, right = at(earliest or start), at(latest or end)
    one_day = earliest is not None and earliest == latest
    months = range(1, 13) if first_year == last_year else ()
    drawn = max(right - left, 8)
    return DateBar(
        width=_units(_DATE_WIDTH),
        dot=_units(left) if one_day else None,
        start=_units(min(left, _DATE_WIDTH - _DATE_INSET - drawn) if right - left < drawn else left),
        length=_units(drawn),
        open_start=earliest is None or approximate,
        open_end=latest is None or approximate,
        approximate=approximate,
        ticks=tuple(Tick(_units(at(day)), label) for day, label in _labelled_days(first_year, last_year)),
        minor=tuple(_units(at(date(first_year, month, 1))) for month in months),
    )


def _labelled_days(first_year: int, last_year: int) -> Iterator[tuple[date, str]]:
    """Labels with their days: quarters of a single year, the first of them named by the year; else at most six
    years."""
    if first_year == last_year:
        yield date(first_year, 1, 1), str(first_year)
        for month in (4, 7, 10):
            day = date(first_year, month, 1)
            yield day, dates.short_month(day)
        return
    for year in range(first_year, last_year + 1, (last_year - first_year) // 6 + 1):
        yield date(year, 1, 1), str(year)


# --- places ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ring:
    radius: str
    current: bool


def precision_rings(code: str) -> tuple[Ring, ...]:
    """One ring for each precision, growing with the logarithm of the area; none is current if the precision is
    unknown."""
    radii = (2.5, 6, 9.5, 13.5, 17, 21, 25, 29)
    return tuple(Ring(_units(radius), level == code) for level, radius in zip(PRECISIONS, radii, strict=True))


# --- corroboration ---------------------------------------------------------------------------------------------------

# The stances that a column shows for a fact where its reports differ, the most important first.
STANCES = ("supports", "supports_in_part", "contradicts", "retracts", "mentions", "context")


@dataclass(frozen=True)
class Saying:
    """One statement of one report. `number` is its index among all statements of a matrix."""

    number: int
    source: Mapping[str, Any]
    citation: Mapping[str, Any]
    relays: bool


# The statements of a matrix by the `id()` of source and citation.
type Sayings = dict[tuple[int, int], Saying]


@dataclass(frozen=True)
class Cell:
    """All statements of one column's reports on one fact. `stances` holds each once, the most important first."""

    stances: tuple[str, ...]
    sayings: tuple[Saying, ...]

    @property
    def n_reports(self) -> int:
        """The number of reports. A source with two statements on one fact is one report."""
        return _distinct(saying.source for saying in self.sayings)


@dataclass(frozen=True)
class Column:
    number: int
    group: Mapping[str, Any]
    n_reports: int
    counts: bool


@dataclass(frozen=True)
class Row:
    fact: str
    cells: tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True)
class Matrix:
    """`sayings` holds each statement once, however many facts it is about."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sayings: tuple[Saying, ...]


def matrix(document: Mapping[str, Any]) -> Matrix:
    """The matrix, facts by origins. `document` is `{"facts": [code…], "groups": [{"origin": …, "sources": […]}]}`."""
    columns = tuple(
        Column(number, group, _distinct(group["sources"]), bool(group.get("counts", True)))
        for number, group in enumerate(document["groups"], start=1)
    )
    sayings: dict[tuple[int, int], Saying] = {}
    rows = tuple(
        Row(fact, tuple((column, _cell(column.group, fact, sayings)) for column in columns))
        for fact in document["facts"]
    )
    return Matrix(columns, rows, tuple(sayings.values()))


def _distinct(sources: Iterable[Mapping[str, Any]]) -> int:
    return len({source["code"] for source in sources})


def _cell(group: Mapping[str, Any], fact: str, known: dict[tuple[int, int], Saying]) -> Cell:
    """One cell. `known` holds the statements of other cells: a citation about several facts is the same object in
    each."""
    sayings = tuple(
        _saying(source, source["cells"][fact], known) for source in group["sources"] if fact in source["cells"]
    )
    said = {saying.citation["stance"] for saying in sayings}
    return Cell(tuple(stance for stance in STANCES if stance in said), sayings)


def _saying(source: Mapping[str, Any], citation: Mapping[str, Any], known: Sayings) -> Saying:
    """The statement of a citation; one object for all the facts that the citation is about."""
    relays = source["relation"] in ("relays", "same_material")
    return known.setdefault((id(source), id(citation)), Saying(len(known), source, citation, relays))


@dataclass(frozen=True)
class Passage:
    """One statement of a report, with all the facts that it is about."""

    source: Mapping[str, Any]
    citation: Mapping[str, Any]
    facts: tuple[str, ...]
    relays: bool


def passages(document: Mapping[str, Any]) -> tuple[Passage, ...]:
    """Every citation of a matrix once, in the order of its columns."""
    found: dict[tuple[str, ...], Passage] = {}
    for row in matrix(document).rows:
        for _column, cell in row.cells:
            for said in cell.sayings:
                words = tuple(str(said.citation.get(part)) for part in ("stance", "quote", "locator"))
                key = (said.source["code"], *words)
                facts = (*found[key].facts, row.fact) if key in found else (row.fact,)
                found[key] = Passage(said.source, said.citation, facts, said.relays)
    order = [source["code"] for group in document["groups"] for source in group["sources"]]
    return tuple(sorted(found.values(), key=lambda passage: order.index(passage.source["code"])))


# --- derivation ------------------------------------------------------------------------------------------------------

# The number of relays that are shown; if there are more, all are collapsed under their number.
OPEN_RELAYS = 3


@dataclass(frozen=True)
class Branches:
    """The children of a report in the tree: those shown, and those collapsed under a line that counts them."""

    shown: tuple[Mapping[str, Any], ...]
    folded: tuple[Mapping[str, Any], ...]
    n_folded: int


def branches(node: Mapping[str, Any]) -> Branches:
    """The children, with relays collapsed if there are many. A report that adds reporting of its own is never
    collapsed."""
    children = tuple(node.get("children") or ())
    folded = tuple(child for child in children if not _adds_reporting(child))
    if len(folded) <= OPEN_RELAYS:
        return Branches(children, (), 0)
    shown = tuple(child for child in children if _adds_reporting(child))
    return Branches(shown, folded, len({code for child in folded for code in _codes(child)}))


def _adds_reporting(node: Mapping[str, Any]) -> bool:
    return node.get("how") == "draws_on" or any(_adds_reporting(child) for child in node.get("children") or ())


def _codes(node: Mapping[str, Any]) -> Iterator[str]:
    yield node["code"]
    for child in node.get("children") or ():
        yield from _codes(child)
