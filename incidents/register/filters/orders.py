"""The orders of the list, held per process: any page of any choice is a slice, and none is slower than another.

Every order is that of `filters.ORDERS`, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from pyroaring import BitMap

BLOCK = 512  # incidents of which it is counted at once how many belong to a choice


class Fact(NamedTuple):
    """What is held of an incident for its place in the orders, and to know when its card has to be drawn anew."""

    code: str
    made_from: int
    sort_date: date | None
    published_at: datetime
    killed: int | None


type Key = Callable[[Fact], tuple[Any, ...]]


def _latest_first(fact: Fact) -> tuple[Any, ...]:
    return (-fact.sort_date.toordinal() if fact.sort_date else 1, fact.code)


def _earliest_first(fact: Fact) -> tuple[Any, ...]:
    return (fact.sort_date or date.max, fact.code)


def _most_killed_first(fact: Fact) -> tuple[Any, ...]:
    return (fact.killed is None, -(fact.killed or 0), fact.code)


def _fewest_killed_first(fact: Fact) -> tuple[Any, ...]:
    return (fact.killed is None, fact.killed or 0, fact.code)


# What is not known stands last in either direction, and the code breaks every tie.
KEYS: dict[str, Key] = {
    "-date": _latest_first,
    "date": _earliest_first,
    "-published": lambda fact: (-fact.published_at.timestamp(), fact.code),
    "published": lambda fact: (fact.published_at.timestamp(), fact.code),
    "-killed": _most_killed_first,
    "killed": _fewest_killed_first,
}


class Order:
    """All incidents in one order. Of a choice of them, any stretch is found without looking at those before it."""

    def __init__(self, name: str, facts: Mapping[int, Fact], before: Order | None = None) -> None:
        """`before` is the same order at an earlier head: what is nearly in order already is quickly put in order."""
        key = KEYS[name]
        kept = [number for number in before.numbers if number in facts] if before else []
        new = facts.keys() - set(kept) if before else facts.keys()
        self.numbers: list[int] = sorted([*kept, *new], key=lambda number: key(facts[number]))
        self._blocks = [BitMap(self.numbers[at : at + BLOCK]) for at in range(0, len(self.numbers), BLOCK)]

    def slice(self, chosen: BitMap, start: int, stop: int) -> list[int]:
        """The chosen ones from the place `start` to before `stop`, counted from 0."""
        if len(chosen) == len(self.numbers):
            return self.numbers[start:stop]
        found: list[int] = []
        passed = 0
        for at, block in enumerate(self._blocks):
            n = block.intersection_cardinality(chosen)
            if passed + n > start:
                members = [number for number in self.numbers[at * BLOCK : (at + 1) * BLOCK] if number in chosen]
                found += members[max(0, start - passed) : stop - passed]
            passed += n
            if passed >= stop:
                break
        return found


def in_order(numbers: Iterable[int], facts: Mapping[int, Fact]) -> list[int]:
    """A few incidents, the latest first."""
    return sorted(numbers, key=lambda number: _latest_first(facts[number]))
