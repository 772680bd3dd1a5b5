"""The orders of the list of incidents: in SQL, and held per process, so that any page of any choice is a slice.

An order is declared once, as a `Sort` in the module of its list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Func
from django.db.models.expressions import OrderBy
from django.utils.functional import Promise
from pyroaring import BitMap

from incidents.register.models import Edition

BLOCK = 512  # incidents of which it is counted at once how many belong to a choice
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

type Key = date | datetime | int | None


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One order of a list, upwards and, with a minus before its name, downwards. `expression` is its value in SQL.

    What has no value stands last in either direction, and the code breaks every tie, so that nothing stands on two
    pages or on none. `value` is the same of a row that the index reads; `value_then` that of an earlier edition, where
    a walk through the API began before a newer one was published.
    """

    name: str
    expression: F | Func
    columns: tuple[str, ...]
    value: Callable[[Mapping[str, Any]], Key]
    value_then: Callable[[Edition], Key]
    kind: type[date] | type[datetime] | type[int]
    downwards: str | Promise
    upwards: str | Promise
    index: str = ""
    is_always_known: bool = False

    def order_by(self, *, descending: bool) -> list[OrderBy]:
        """The order in SQL."""
        last = None if self.is_always_known else True  # PostgreSQL uses an index only for the order that it has
        moved = self.expression.desc(nulls_last=last) if descending else self.expression.asc(nulls_last=last)
        return [moved, F("code").asc()]


def place_in_order(value: Key, code: str, *, descending: bool) -> tuple[bool, int, str]:
    """The same order in memory, by a value of `Sort` and the record's code."""
    if value is None:
        return True, 0, code
    if isinstance(value, datetime):
        elapsed = value - EPOCH
        number = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    else:
        number = value.toordinal() if isinstance(value, date) else value
    return False, -number if descending else number, code


class Fact(NamedTuple):
    """What is held of an incident for its place in the orders, and to know when its card has to be drawn anew.

    `keys` are its values of the declared orders, in their sequence.
    """

    code: str
    made_from: int
    keys: tuple[Key, ...]


type Place = Callable[[Fact], tuple[bool, int, str]]


class Order:
    """All incidents in one order. Of a choice of them, any stretch is found without looking at those before it."""

    def __init__(self, place: Place, facts: Mapping[int, Fact], before: Order | None = None) -> None:
        """`before` is the same order at an earlier head: what is nearly in order already is quickly put in order."""
        kept = [number for number in before.numbers if number in facts] if before else []
        new = facts.keys() - set(kept) if before else facts.keys()
        self.numbers: list[int] = sorted([*kept, *new], key=lambda number: place(facts[number]))
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
