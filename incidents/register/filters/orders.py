"""The orders of the list of incidents: in SQL, and held per process, so that any page of any result set is a slice.

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

BLOCK = 512  # incidents in a block, whose members of a result set are counted at once
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

type Key = date | datetime | int | None


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One order of a list, ascending, or descending with a minus before its name. `expression` is its value in SQL.

    Rows without a value come last in both directions, and the code breaks ties, so that every row is on exactly one
    page. `value` is the same value from a row that the index reads; `value_then` is that of an earlier edition, for a
    walk through the API that began before a newer one was published.
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
        last = None if self.is_always_known else True  # without NULLS LAST, so that PostgreSQL can use the index
        moved = self.expression.desc(nulls_last=last) if descending else self.expression.asc(nulls_last=last)
        return [moved, F("code").asc()]


def place_in_order(value: Key, code: str, *, descending: bool) -> tuple[bool, int, str]:
    """The sort key in Python for the same order, from a value of `Sort` and the record's code."""
    if value is None:
        return True, 0, code
    if isinstance(value, datetime):
        elapsed = value - EPOCH
        number = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    else:
        number = value.toordinal() if isinstance(value, date) else value
    return False, -number if descending else number, code


class Fact(NamedTuple):
    """The sort values of an incident. `made_from` invalidates its cached card.

    `keys` are its values of the declared orders, in their sequence.
    """

    code: str
    made_from: int
    keys: tuple[Key, ...]


type Place = Callable[[Fact], tuple[bool, int, str]]


class Order:
    """All incidents in one order. A slice of a subset counts the blocks before it without reading them."""

    def __init__(self, place: Place, facts: Mapping[int, Fact], before: Order | None = None) -> None:
        """`before` is the same order at an earlier head: sorting a nearly sorted list is fast."""
        kept = [number for number in before.numbers if number in facts] if before else []
        new = facts.keys() - set(kept) if before else facts.keys()
        self.numbers: list[int] = sorted([*kept, *new], key=lambda number: place(facts[number]))
        self._blocks = [BitMap(self.numbers[at : at + BLOCK]) for at in range(0, len(self.numbers), BLOCK)]

    def slice(self, chosen: BitMap, start: int, stop: int) -> list[int]:
        """The incidents of `chosen` from index `start` to before `stop`."""
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
