"""Independent origins, counts per fact, and the proposed grade.

Two reports are independent only if they do not go back to the same origin (see "Origins" in the methodology). One
publication is one source, whichever of its addresses was used (`identity`), and an archived copy belongs to its
original, so that neither can be counted twice. All of this is a pure function of the citations and the derivations of
sources, so that the desk, publishing and the rebuild of the register count alike. In doubt the count is lower, never
higher.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from incidents.vocabulary import SUPPORTING, Fact, Grade, GradeRule, Stance, StepStatus

# The core of a case: a killing, of someone in the adversary's power or out of action, at this time and place.
CORE = (Fact.OCCURRENCE.value, Fact.PROTECTED_STATUS.value, Fact.DATE.value, Fact.PLACE.value)
CREDIBLE = frozenset({"1", "2", "3"})


@dataclass(frozen=True)
class Report:
    """One citation: what a source says about the facts of an incident."""

    source: str
    stance: str
    facts: frozenset[str]
    via: str | None = None
    credible: bool = False


@dataclass(frozen=True)
class Node:
    """A source in the graph of derivations. `repeats` are its relays and same-material upstreams; `body` is a key
    of the body whose statement it is."""

    code: str
    repeats: tuple[str, ...] = ()
    draws_on: tuple[str, ...] = ()
    primary: bool = False
    confidential: bool = False
    body: str = ""


Graph = Mapping[str, Node]


@dataclass(frozen=True)
class Origin:
    """One independent origin: the sources at its root, and every counted report that goes back to it."""

    roots: tuple[str, ...]
    reports: tuple[str, ...]
    cited: bool


@dataclass(frozen=True)
class Count:
    """The number of reports, and of the independent origins that they go back to."""

    reports: int
    origins: int


class _Trace:
    """Follows reports upstream to their ends, through the sources that the incident cites.

    A report leads to the sources that its citations name (`via`). A source on the way passes on everything that it
    repeats; one that the incident does not cite also what it draws on, where that leads to a cited source, because
    what an uncited intermediary added was not read. Of several statements of one body the first stands for all: a body
    does not confirm itself. Derivations are acyclic, but citations can close a cycle: its sources count as one.
    """

    def __init__(self, reports: Iterable[Report], graph: Graph, cited: Iterable[str] = ()) -> None:
        self.graph = graph
        self._via: dict[str, set[str | None]] = {}
        for report in reports:
            self._via.setdefault(report.source, set()).add(report.via)
        self.cited = frozenset(self._via)
        upstreams = self._closure()
        read = _leading_to(self.cited.union(cited), upstreams)
        self._repeats = {source: self._without_unread(source, codes, read) for source, codes in upstreams.items()}
        self._spoken_for = self._statements_of_one_body()
        for source, first in self._spoken_for.items():
            self._repeats[source] = (*self._repeats[source], first)
        self._leads = _leading_to(self.cited, self._repeats)
        self._ends = self._ends_of_all()

    def node(self, source: str) -> Node:
        """The source; one that is not in the graph derives from nothing."""
        return self.graph.get(source) or Node(source)

    def upstream(self, source: str) -> tuple[str, ...]:
        """What a source repeats in this incident: the sources that its citations name (`via`), else what it passes
        on."""
        named = self._via.get(source, {None})
        return self.passed_on(source) if None in named else self._narrowed(sorted(filter(None, named)))

    def passed_on(self, source: str) -> tuple[str, ...]:
        """What a source passes on: the sources that any citation of it names, and those that it relays or copies."""
        return self._narrowed(self._repeats[source])

    def adds_reporting(self, source: str) -> bool:
        """Whether the source draws on others and adds reporting of its own, unless every citation of it names a
        `via`."""
        is_own = source not in self._spoken_for and bool(self.node(source).draws_on)
        return is_own and None in self._via.get(source, {None})

    def ends(self, source: str) -> frozenset[str]:
        """The ends that a report goes back to: the cited ones, else the others."""
        upstream = self.upstream(source)
        own = {source} if self.adds_reporting(source) else set()
        ends = frozenset(own.union(*(self._ends[code] for code in upstream))) if upstream else self._ends[source]
        return ends & self.cited or ends

    def _narrowed(self, upstream: Iterable[str]) -> tuple[str, ...]:
        """The sources that lead to a cited one; all if none does."""
        upstream = tuple(upstream)
        return tuple(code for code in upstream if code in self._leads) or upstream

    def _closure(self) -> dict[str, tuple[str, ...]]:
        """Every source upstream of a cited one, with what it may pass on."""
        found: dict[str, tuple[str, ...]] = {}
        waiting = list(self.cited)
        while waiting:
            source = waiting.pop()
            if source not in found:
                via = sorted(filter(None, self._via.get(source, ())))
                node = self.node(source)
                # A confidential source cannot be cited. In public, its reports draw on its upstreams themselves.
                drawn_on = () if source in self.cited or node.confidential else node.draws_on
                found[source] = tuple(dict.fromkeys((*via, *node.repeats, *drawn_on)))
                waiting += found[source]
        return found

    def _without_unread(self, source: str, upstream: Iterable[str], read: Container[str]) -> tuple[str, ...]:
        """What a source passes on: not what it only draws on, unless that leads to a source that was read."""
        node = self.node(source)
        drawn_on = set(node.draws_on) - set(node.repeats) - self._via.get(source, set())
        return tuple(code for code in upstream if code not in drawn_on or code in read)

    def _statements_of_one_body(self) -> dict[str, str]:
        """For each statement of a body but its first, that first one; a cited one comes first."""
        bodies: dict[str, list[str]] = {}
        for source in self._repeats:
            node = self.node(source)
            if node.body and (not node.repeats or node.draws_on):
                bodies.setdefault(node.body, []).append(source)
        first = {body: min(codes, key=lambda code: (code not in self.cited, code)) for body, codes in bodies.items()}
        return {code: first[body] for body, codes in bodies.items() for code in codes if code != first[body]}

    def _ends_of_all(self) -> dict[str, frozenset[str]]:
        """The ends of each source, in topological order; a cycle without an exit has one representative as its end."""
        upstream = {source: self.passed_on(source) for source in self._repeats}
        stands = _one_for_each_circle(upstream, self.cited)
        members: dict[str, list[str]] = {}
        for source, first in stands.items():
            members.setdefault(first, []).append(source)
        further = {first: {stands[u] for each in members[first] for u in upstream[each]} - {first} for first in members}
        ends: dict[str, frozenset[str]] = {}
        for first in TopologicalSorter(further).static_order():
            own = frozenset(filter(self.adds_reporting, members[first]))
            ends[first] = own.union(*(ends[code] for code in further[first])) or frozenset({first})
        return {source: ends[first] for source, first in stands.items()}


def _leading_to(cited: Iterable[str], upstreams: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The sources that are cited, or pass on a cited one directly or indirectly."""
    passed_on_by: dict[str, list[str]] = {}
    for source, upstream in upstreams.items():
        for code in upstream:
            passed_on_by.setdefault(code, []).append(source)
    leads, waiting = set[str](), list(cited)
    while waiting:
        source = waiting.pop()
        if source not in leads:
            leads.add(source)
            waiting += passed_on_by.get(source, [])
    return frozenset(leads)


def _one_for_each_circle(upstream: Mapping[str, Iterable[str]], cited: Container[str]) -> dict[str, str]:
    """For each source the representative of its cycle, a cited one if there is one; without a cycle the source
    itself."""
    stands = {source: source for source in upstream}
    while True:
        further: dict[str, set[str]] = {}
        for source, codes in upstream.items():
            further.setdefault(stands[source], set()).update(stands[code] for code in codes)
        try:
            TopologicalSorter({first: codes - {first} for first, codes in further.items()}).prepare()
        except CycleError as error:
            circle = set(error.args[1])
            first = min(circle, key=lambda code: (code not in cited, code))
            stands = {source: first if other in circle else other for source, other in stands.items()}
        else:
            return stands


def counted(reports: Iterable[Report], graph: Graph, fact: str | None = None) -> list[Report]:
    """The citations that count: they support (the fact, or the incident) and their source is not confidential."""
    return [
        report
        for report in reports
        if report.stance in SUPPORTING
        and not (report.source in graph and graph[report.source].confidential)
        and (fact is None or fact in report.facts)
    ]


def origins_of(reports: Iterable[Report], graph: Graph, cited: Iterable[str] = ()) -> list[Origin]:
    """The independent origins of citations that all count, the one with most reports first.

    Ends that are cited are one origin each. The uncited ends of one report are one origin together, and reports that
    share such an end share that origin. `cited` are sources that the incident cites beside these reports, for other
    facts.
    """
    reports = list(reports)
    trace = _Trace(reports, graph, cited)
    backed: dict[str, set[str]] = {}
    groups: list[tuple[set[str], set[str]]] = []
    for report in reports:
        ends = trace.ends(report.source)
        for end in ends & trace.cited:
            backed.setdefault(end, set()).add(report.source)
        uncited = set(ends - trace.cited)
        if uncited:
            groups = _joined(groups, uncited, report.source)
    found = [Origin((end,), tuple(sorted(sources)), cited=True) for end, sources in backed.items()]
    found += [Origin(tuple(sorted(ends)), tuple(sorted(sources)), cited=False) for ends, sources in groups]
    return sorted(found, key=lambda origin: (-len(origin.reports), origin.roots))


def _joined(groups: list[tuple[set[str], set[str]]], ends: set[str], source: str) -> list[tuple[set[str], set[str]]]:
    """The groups of uncited ends after one more report, which may join several of them."""
    sources = {source}
    apart = []
    for other_ends, other_sources in groups:
        if other_ends & ends:
            ends, sources = ends | other_ends, sources | other_sources
        else:
            apart.append((other_ends, other_sources))
    return [*apart, (ends, sources)]


def is_convicted(steps: Iterable[str]) -> bool:
    """Whether a court convicted and the judgment is final, from the statuses of an investigation in their order.

    A verdict that an appeal reversed before it became final is none.
    """
    verdict, final = "", ""
    for status in steps:
        if status in (StepStatus.CONVICTED, StepStatus.ACQUITTED):
            verdict = status
        elif status == StepStatus.FINAL:
            final = verdict
    return final == StepStatus.CONVICTED


@dataclass(frozen=True)
class Proposal:
    """The proposed grade, with the rule that gave it. A person confirms or overrides it."""

    grade: Grade
    rule: GradeRule
    origins: int
    primary: bool


@dataclass(frozen=True)
class Corroboration:
    """All counts of one incident."""

    reports: tuple[Report, ...]
    graph: Graph
    final_judgment: bool = False
    disputed_perpetrator: bool = False

    @cached_property
    def supporting(self) -> list[Report]:
        """The citations that count for the incident as a whole."""
        return counted(self.reports, self.graph)

    @cached_property
    def origins(self) -> list[Origin]:
        """The independent origins of the incident as a whole."""
        return origins_of(self.supporting, self.graph)

    @cached_property
    def total(self) -> Count:
        """`n reports, m independent origins` for the incident as a whole; a source cited twice is one report."""
        return Count(len({report.source for report in self.supporting}), len(self.origins))

    def for_fact(self, fact: str) -> Count:
        """The counts of the citations that support one fact."""
        reports = counted(self.reports, self.graph, fact)
        return Count(len({report.source for report in reports}), len(self._origins_of(reports)))

    def _origins_of(self, reports: Iterable[Report]) -> list[Origin]:
        """The origins of some of the supporting citations."""
        return origins_of(reports, self.graph, {report.source for report in self.supporting})

    @cached_property
    def facts(self) -> dict[str, Count]:
        """The counts of every fact that any citation is about."""
        cited = {fact for report in self.reports for fact in report.facts}
        return {fact: self.for_fact(fact) for fact in Fact.values if fact in cited}

    def against(self, fact: str) -> list[Report]:
        """The citations that contradict a fact."""
        return [
            report
            for report in self.reports
            if report.stance == Stance.CONTRADICTS
            and fact in report.facts
            and not (report.source in self.graph and self.graph[report.source].confidential)
        ]

    def tree(self) -> list[dict[str, object]]:
        """The origins as nested branches: each root, and below it what repeats it. A report is below one origin
        only."""
        return _Branches(_Trace(self.supporting, self.graph)).under(self.origins)

    def summary(self) -> dict[str, object]:
        """All counts, as stored in the register's rows and shown on pages."""
        return {
            "reports": self.total.reports,
            "origins": self.total.origins,
            "facts": {fact: {"reports": count.reports, "origins": count.origins} for fact, count in self.facts.items()},
            "tree": self.tree(),
            "proposed": self.proposal.grade.value,
            "rule": self.proposal.rule.value,
            "primary": self.proposal.primary,
        }

    @cached_property
    def proposal(self) -> Proposal:
        """The grade of occurrence by the rule of the vocabulary; `verified` can only be set by the person who signs."""
        origins = self._origins_of(counted(self.reports, self.graph, Fact.OCCURRENCE))
        primary = any(self.graph[root].primary for origin in origins for root in origin.roots if root in self.graph)
        grade, rule = self._grade(len(origins))
        return Proposal(grade, rule, len(origins), primary)

    def _grade(self, origins: int) -> tuple[Grade, GradeRule]:
        if self.final_judgment:
            return Grade.JUDICIALLY_ESTABLISHED, GradeRule.FINAL_JUDGMENT
        if origins == 0:
            return Grade.ALLEGED, GradeRule.NO_ORIGIN
        if self.disputed_perpetrator or any(self._disputed(fact) for fact in (Fact.OCCURRENCE, Fact.ATTRIBUTION)):
            return Grade.CONTESTED, GradeRule.CONFLICT
        if origins == 1:
            return Grade.SINGLE_ORIGIN, GradeRule.ONE_ORIGIN
        if any(self.for_fact(fact).origins < 2 for fact in CORE):
            return Grade.SINGLE_ORIGIN, GradeRule.CORE_INCOMPLETE
        return Grade.CORROBORATED, GradeRule.INDEPENDENT_ORIGINS

    def _disputed(self, fact: str) -> bool:
        """Whether a report rated credible contradicts it, or at least as many origins as support it."""
        against = self.against(fact)
        if not against:
            return False
        weight = len(origins_of(against, self.graph))
        return any(report.credible for report in against) or weight >= self.for_fact(fact).origins


@dataclass
class _Branches:
    """Arranges the counted reports as trees whose roots are the origins."""

    trace: _Trace
    placed: set[str] = field(default_factory=set)

    def under(self, origins: list[Origin]) -> list[dict[str, object]]:
        """One tree for each origin; a cited origin is its own first report."""
        roots = {root for origin in origins for root in origin.roots}
        self.placed |= roots
        children = self._children(roots)
        trees: list[dict[str, object]] = []
        for origin in origins:
            branches = [self._branch(root, children) for root in origin.roots]
            trees.append({"cited": origin.cited, "reports": len(origin.reports), "roots": branches})
        return trees

    def _children(self, roots: set[str]) -> dict[str, list[str]]:
        """For every source on the way to an origin: its direct children."""
        children: dict[str, list[str]] = {}
        for source in sorted(self.trace.cited - roots):
            way = self._way_up(source)
            for below, above in pairwise(way):
                children.setdefault(above, []).append(below)
            self.placed |= set(way)
        return children

    def _way_up(self, source: str) -> list[str]:
        """The path from a report to the first source that is placed already, by what it names first; cycles are
        backtracked."""
        way, tried = [source], {source}
        while way[-1] not in self.placed:
            steps = (*self.trace.upstream(way[-1]), *self.trace.passed_on(way[-1]))
            step = next((code for code in steps if code not in tried), None)
            if step is None:
                way.pop()
            else:
                tried.add(step)
                way.append(step)
        return way

    def _branch(self, source: str, children: dict[str, list[str]]) -> dict[str, object]:
        node = self.trace.node(source)
        return {
            "source": source,
            "cited": source in self.trace.cited,
            "draws_on": [code for code in node.draws_on if code in self.trace.cited],
            "children": [self._branch(child, children) for child in sorted(children.get(source, []))],
        }
