"""The presentation of corroboration: the reports grouped by origin, as a tree, as a matrix, and by their numbers.

Origins are counted when publishing and stored in the incident's row; this module only arranges them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext

from incidents.register.models import Document
from incidents.register.source_lookup import NO_LINE, Links, SourceLookup
from incidents.vocabulary import SUPPORTING, Derivation, Fact, Stance
from incidents.wording import count_sentence

# The number of sources named for a claim; all of them are in the matrix.
FEW = 3

type Branch = Mapping[str, Any]
type Node = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """The reports that go back to one origin, those nearest to it first. `parents` maps each to the report that it
    repeats."""

    roots: tuple[str, ...]
    members: tuple[str, ...]
    parents: Mapping[str, str]


@dataclass
class Layout:
    """The layout of one incident's corroboration. `counted` is empty for an older edition, which has no tree: its
    reports are grouped by what they are known today to repeat, and not counted."""

    document: Document
    counted: Mapping[str, Any]
    lookup: SourceLookup
    links: Links
    groups: tuple[Group, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = tuple(map(_group, self.counted["tree"])) if self.counted else tuple(self._repeated())

    def _repeated(self) -> Iterator[Group]:
        """The supporting reports, each with those that repeat it."""
        supporting = dict.fromkeys(
            each["source"] for each in self.document["citations"] if each["stance"] in SUPPORTING
        )
        heads: dict[str, list[str]] = {}
        for code in supporting:
            upstream = [each for each in self.links.upstream(code) if each in supporting]
            heads.setdefault(upstream[-1] if upstream else code, []).append(code)
        for head, codes in sorted(heads.items(), key=lambda group: -len(group[1])):
            others = [code for code in codes if code != head]
            yield Group((head,), (head, *others), dict.fromkeys(others, head))

    @property
    def place_of(self) -> dict[str, int]:
        """For each counted report, the index of its origin."""
        return {code: number for number, group in enumerate(self.groups) for code in group.members}

    def tree(self) -> dict[str, Any]:
        """The context of `reporting.derivation_tree`."""
        users = self._users()
        return {
            "n_reports": self.counted["reports"],
            "n_origins": self.counted["origins"],
            "roots": [self._root(origin, users) for origin in self.counted["tree"]],
        }

    def _users(self) -> dict[str, list[str]]:
        """For each source, the reports elsewhere in the tree that draw on it."""
        users: dict[str, list[str]] = {}
        for branch in _branches(self.counted["tree"]):
            for upstream in branch["draws_on"]:
                users.setdefault(upstream, []).append(branch["source"])
        return users

    def _root(self, origin: Mapping[str, Any], users: Mapping[str, list[str]]) -> Node:
        """The root of an origin. If several uncited sources form one origin, the first is the parent of the others."""
        first, *others = [self._node(branch, None, users) for branch in origin["roots"]]
        first["children"] += [other | {"says": gettext("counted as one origin with the one above")} for other in others]
        return first

    def _node(self, branch: Branch, parent: str | None, users: Mapping[str, list[str]]) -> Node:
        code = branch["source"]
        children = [self._node(child, code, users) for child in branch["children"]]
        children += [self._mention(user) for user in users.get(code, ())]
        how = self.links.how(code, parent) if parent else None
        says = self._number(code)
        says = None if parent and says == self._number(parent) else says
        return self._leaf(code, how) | {"cited": branch["cited"], "children": children, "says": says}

    def _leaf(self, code: str, how: str | None) -> Node:
        return {**self.lookup[code], "how": how, "cited": True, "again": False, "says": None, "children": []}

    def _mention(self, user: str) -> Node:
        """A report that draws on a source, as a reference: its full entry is at its own origin."""
        said = NO_LINE | {"code": user, "publisher": self.lookup.label(user)}
        return said | {"how": Derivation.DRAWS_ON.value, "cited": True, "again": True, "says": None, "children": []}

    def _number(self, code: str) -> str | None:
        """The number killed that a report gives, as text for the tree."""
        for citation in self.document["citations"]:
            if citation["source"] == code and given(citation["killed"]):
                return count_sentence(
                    {"low": citation["killed"]["low"], "best": None, "high": citation["killed"]["high"]}
                )
        return None

    def matrix(self) -> dict[str, Any]:
        """The context of `reporting.matrix`: a column for each origin, one for each contradicting report, one for
        the rest."""
        cited = {fact for citation in self.document["citations"] for fact in citation["facts"]}
        return {
            "facts": [fact for fact in Fact.values if fact in cited],
            "groups": [*self._counted_columns(), *self._others()],
        }

    def _counted_columns(self) -> Iterator[dict[str, Any]]:
        for group in self.groups:
            members = [(code, group.parents.get(code)) for code in group.members]
            yield self._column(self.lookup.label(group.roots[0]), members)

    def _others(self) -> Iterator[dict[str, Any]]:
        """The columns of reports without an origin: each contradicting one separately, context and mentions
        together."""
        apart: list[str] = []
        together: list[str] = []
        for code in self.uncounted():
            stances = {each["stance"] for each in self._citations(code)}
            (apart if stances & {Stance.CONTRADICTS, Stance.RETRACTS} else together).append(code)
        for code in apart:
            yield self._column(self.lookup.label(code), [(code, None)], counts=False)
        if together:
            label = {"en": "Context and mentions", "uk": "Контекст і згадки"}
            yield self._column(label, [(code, None) for code in together], counts=False)

    def _column(self, label: object, members: list[tuple[str, str | None]], *, counts: bool = True) -> dict[str, Any]:
        sources = []
        for code, parent in members:
            relation = self.links.how(code, parent) if parent else None
            for cells in self._cells(code):
                sources.append({**self.lookup[code], "relation": relation, "cells": cells})
        return {"label": label, "counts": counts, "sources": sources}

    def _cells(self, code: str) -> list[dict[str, Any]]:
        """A report's quotes by fact, in rows: a second citation on the same fact goes into another row."""
        rows: list[dict[str, Any]] = []
        for citation in self._citations(code):
            cell = cell_of(citation)
            row = next((row for row in rows if not row.keys() & set(citation["facts"])), None)
            if row is None:
                rows.append(row := {})
            row |= dict.fromkeys(citation["facts"], cell)
        return rows

    def _citations(self, code: str) -> list[Document]:
        return [each for each in self.document["citations"] if each["source"] == code]

    def uncounted(self) -> list[str]:
        """The cited sources without a supporting citation: they contradict, mention, retract or give context."""
        supporting = {each["source"] for each in self.document["citations"] if each["stance"] in SUPPORTING}
        return [
            code
            for code in dict.fromkeys(each["source"] for each in self.document["citations"])
            if code not in supporting
        ]

    def asides(self) -> list[dict[str, Any]]:
        """Every citation that does not support, with its quote, contradictions first."""
        order = (Stance.CONTRADICTS, Stance.RETRACTS, Stance.MENTIONS, Stance.CONTEXT)
        asides = [each for each in self.document["citations"] if each["stance"] in order]
        return [
            {
                "source": self.lookup[each["source"]],
                "citation": cell_of(each),
                "facts": each["facts"],
                "relays": self.links.repeats(each["source"]),
            }
            for each in sorted(asides, key=lambda each: order.index(Stance(each["stance"])))
        ]

    def backing(self, fact: str) -> dict[str, Any]:
        """The sources of a claim: the reports that support a fact, the first few origins by name."""
        supporting = [
            each["source"]
            for each in self.document["citations"]
            if fact in each["facts"] and each["stance"] in SUPPORTING
        ]
        refs = self.lookup.refs(self._nearest(supporting))
        return {"fact": fact, "refs": refs, "count": self.counted.get("facts", {}).get(fact)}

    def giving(self, who: str, end: str, value: int) -> list[str]:
        """The reports that give the same number as an end of the count; for the best estimate, those that give no
        range."""
        ends = ("low", "high") if end == "best" else (end,)
        same = [each for each in self.document["citations"] if all(each[who][name] == value for name in ends)]
        return self._nearest(each["source"] for each in same)

    def _nearest(self, codes: Iterable[str]) -> list[str]:
        """For several reports, the one nearest to each origin, origins first, at most FEW."""
        place, roots = self.place_of, {code for group in self.groups for code in group.roots}
        ordered = sorted(dict.fromkeys(codes), key=lambda code: (code not in roots, place.get(code, len(place)), code))
        nearest: dict[object, str] = {}
        for code in ordered:
            nearest.setdefault(place.get(code, code), code)
        return list(nearest.values())[:FEW]

    def numbers(self, who: str) -> list[dict[str, Any]]:
        """Each number that a source gives, with the sources that give it, those nearest to an origin first."""
        said: dict[tuple[int | None, int | None], list[str]] = {}
        for citation in self.document["citations"]:
            if given(citation[who]):
                codes = said.setdefault((citation[who]["low"], citation[who]["high"]), [])
                codes.extend([citation["source"]] * (citation["source"] not in codes))
        numbers = [self._said(who, low, high, codes) for (low, high), codes in said.items()]
        return sorted(numbers, key=lambda number: [number["count"][end] or 0 for end in ("low", "high")])

    def highest(self, who: str) -> int:
        """The highest number that a source gives; 0 if none does."""
        return max(
            (end for each in self.document["citations"] for end in each[who].values() if end is not None), default=0
        )

    def _said(self, who: str, low: int | None, high: int | None, codes: list[str]) -> dict[str, Any]:
        voices: dict[object, list[str]] = {}
        for code in codes:
            voices.setdefault(self._stands_under(code), []).append(code)
        return {
            "count": {"low": low, "best": None, "high": high},
            "reports": len(codes),
            "voices": [self._voice(key, members, who) for key, members in voices.items()],
        }

    def _stands_under(self, code: str) -> int | str:
        """The index of the origin that a report goes back to, even if it is not counted; else the report itself."""
        place = self.place_of
        return next((place[each] for each in [code, *self.links.upstream(code)] if each in place), code)

    def _voice(self, key: object, codes: list[str], who: str) -> dict[str, Any]:
        """The sources of one origin that give a number. `repeating` is the origin, if it does not give the number
        itself: whether the incident cites it, and with another number."""
        roots = self.groups[key].roots if isinstance(key, int) else (str(key),)
        first, *others = sorted(codes, key=lambda code: (code not in roots, codes.index(code)))
        citations = self._citations(roots[0])
        origin = {"is_cited": bool(citations), "gives_another": any(given(each[who]) for each in citations)}
        return {
            "source": self.lookup[first],
            "relays": [self.lookup[code] for code in others],
            "repeating": None if first in roots else {**self.lookup[roots[0]], **origin},
        }


def _group(origin: Mapping[str, Any]) -> Group:
    members: list[str] = []
    parents: dict[str, str] = {}

    def walk(branch: Branch, parent: str | None) -> None:
        if branch["cited"]:
            members.append(branch["source"])
        if parent:
            parents[branch["source"]] = parent
        for child in branch["children"]:
            walk(child, branch["source"])

    for root in origin["roots"]:
        walk(root, None)
    return Group(tuple(root["source"] for root in origin["roots"]), tuple(members), parents)


def _branches(tree: list[Mapping[str, Any]]) -> Iterator[Branch]:
    waiting = [branch for origin in tree for branch in origin["roots"]]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += branch["children"]


def cell_of(citation: Document) -> dict[str, Any]:
    """One citation for `citing.quote`."""
    return {
        "stance": citation["stance"],
        "quote": citation["quote"],
        "language": citation["quote_language"],
        "translation": _needed_translation(citation),
        "locator": citation["locator"],
    }


def _needed_translation(citation: Document) -> dict[str, str]:
    """The translation for this reader; empty if the quote is in the page's language."""
    active, translation = (get_language() or "en")[:2], citation["translation"]
    if citation["quote_language"][:2] == active:
        return {}
    other = {code: text for code, text in translation.items() if code != citation["quote_language"][:2]}
    return {active: translation[active]} if active in translation else other


def given(count: Mapping[str, int | None]) -> bool:
    """Whether either end of a count is given."""
    return count["low"] is not None or count["high"] is not None
