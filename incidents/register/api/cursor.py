"""Cursors of the API: a walk through a list returns each record once while editions are being added.

A walk begins at a head of the register, which its cursors carry. A record published again since then keeps the position
that it had at that head, with its present content. A record that is new since then, or that no longer matches the
filter, is not returned. So a record that matches the filter during the whole walk is returned exactly once.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from incidents.register.filters.incidents import SORTS
from incidents.register.filters.orders import Key, Sort, place_in_order
from incidents.register.models import Edition
from incidents.vocabulary import RecordKind

LONGEST = 400  # characters of a cursor
MOST_CHANGED = 1_000  # records published again during one walk; beyond that the walk must start again
MOST = 2**31 - 1


class CursorError(ValueError):
    """The text is not a valid cursor."""


@dataclass(frozen=True)
class Position:
    """The last record returned. `of` is a digest of the filter; `order` and `key` are set for lists that can be
    sorted."""

    head: int
    of: str
    code: str
    order: str = ""
    key: str | int | None = None

    def __str__(self) -> str:
        packed = json.dumps(list(asdict(self).values()), separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def position(text: str) -> Position:
    """The position that a cursor encodes. Raises CursorError."""
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise CursorError
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = Position(*values)
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorError from error
    texts = (found.of, found.code, found.order)
    if type(found.head) is not int or not 0 <= found.head <= MOST or not all(type(each) is str for each in texts):
        raise CursorError
    if not re.fullmatch(r"[A-Za-z0-9-]{1,30}", found.code):
        raise CursorError
    if found.order or found.key is not None:
        _key(found)
    return found


def _sort(order: str) -> Sort:
    return SORTS[order.removeprefix("-")]


def _key(at: Position) -> Key:
    """The sort value of the record at this position. Raises CursorError."""
    sort = SORTS.get(at.order.removeprefix("-"))
    found = _read(at.key, sort.kind) if sort else None
    if sort is None or (found is None and at.key is not None):
        raise CursorError
    return found


def _read(key: str | int | None, kind: type) -> Key:
    """A sort value as a cursor carries it; None if it is not valid for the order. Raises CursorError."""
    try:
        if kind is date and isinstance(key, str):
            return date.fromisoformat(key)
        if kind is datetime and isinstance(key, str):
            moment = datetime.fromisoformat(key)
            return moment if moment.tzinfo is not None and 1900 < moment.year < 9000 else None
    except (ValueError, OverflowError) as error:
        raise CursorError from error
    return key if kind is int and type(key) is int and -MOST <= key <= MOST else None


class TooMuchChanged(Exception):  # noqa: N818 — mapped to a response, not an error
    """More records were published during the walk than a cursor can reconcile."""


def incident_codes(
    rows: QuerySet[Any], order: str, at: Position | None, head: int, of: str, limit: int
) -> tuple[list[str], Position | None]:
    """The next codes of a walk through incidents in an order, and the position after them; None at the end.

    Raises TooMuchChanged and CursorError.
    """
    began = at.head if at else head
    before = _key(at) if at else None
    old = _old_keys(began, order) if at else {}
    keyed = rows.annotate(walk_key=_sort(order).expression)
    unchanged = keyed.exclude(code__in=old) if old else keyed
    if at:
        unchanged = unchanged.filter(_after(order, before, at.code))
    direction = F("walk_key").desc(nulls_last=True) if order.startswith("-") else F("walk_key").asc(nulls_last=True)
    met = list(unchanged.order_by(direction, "code").values_list("walk_key", "code")[: limit + 1])
    if at:
        met += _changed(rows, old, order, (before, at.code))
        met.sort(key=lambda pair: _place(order, *pair))
    codes = [code for _value, code in met[:limit]]
    if len(met) <= limit:
        return codes, None
    value, code = met[limit - 1]
    return codes, Position(began, of, code, order, value if value is None or type(value) is int else _text(value))


def _text(value: date | datetime) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def _after(order: str, key: Key, code: str) -> Q:
    """The rows after a position, in an order that puts records without a value last."""
    if key is None:
        return Q(walk_key__isnull=True, code__gt=code)
    further = Q(walk_key__lt=key) if order.startswith("-") else Q(walk_key__gt=key)
    return further | Q(walk_key=key, code__gt=code) | Q(walk_key__isnull=True)


def _place(order: str, key: Any, code: str) -> tuple[bool, int, str]:
    """The sort key in Python for the order that `_after` gives in SQL."""
    return place_in_order(key, code, descending=order.startswith("-"))


def _old_keys(began: int, order: str) -> dict[str, Key | bool]:
    """For each incident published since that head, its sort key at that head; False if it was not listed then."""
    since = Edition.objects.filter(kind=RecordKind.INCIDENT, pk__gt=began).values_list("code", flat=True)
    published = list(since[: MOST_CHANGED + 1])
    if len(published) > MOST_CHANGED:
        raise TooMuchChanged
    changed = sorted(set(published))
    keys: dict[str, Key | bool] = dict.fromkeys(changed, False)
    earlier = Edition.objects.filter(kind=RecordKind.INCIDENT, code__in=changed, pk__lte=began)
    for edition in earlier.order_by("code", "-pk").distinct("code"):
        keys[edition.code] = False if edition.is_tombstone or edition.is_redacted else _sort(order).value_then(edition)
    return keys


def _changed(rows: QuerySet[Any], old: dict[str, Key | bool], order: str, at: tuple[Key, str]) -> list[tuple[Any, str]]:
    """The changed incidents that match the filter now and whose old position is still ahead."""
    listed = [code for code, key in old.items() if key is not False]
    present = rows.filter(code__in=listed).values_list("code", flat=True) if listed else ()
    return [(old[code], code) for code in present if _place(order, old[code], code) > _place(order, *at)]


def next_by_code(
    codes: Sequence[str], at: Position | None, head: int, of: str, limit: int
) -> tuple[list[str], Position | None]:
    """The same for lists sorted by code, which never changes: a new record is returned at the position of its code."""
    met = list(codes[:limit])
    if len(codes) <= limit:
        return met, None
    return met, Position(at.head if at else head, of, met[-1])
