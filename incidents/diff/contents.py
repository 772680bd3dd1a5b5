"""Compares two contents of one record by field and row. A content is plain data, as in a revision.

A row is a dict with an `id` that is stable across revisions; new rows have none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

type Content = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference. For a row, `rows` names its kind and `row` is its content; `field` is empty for a whole row."""

    field: str
    old: Any
    new: Any
    rows: str = ""
    row: Any = None

    @property
    def came(self) -> bool:
        """Whether the row was added."""
        return bool(self.rows) and self.old is None and not self.field

    @property
    def went(self) -> bool:
        """Whether the row was removed."""
        return bool(self.rows) and self.new is None and not self.field


def changes(old: Content, new: Content, rows: Iterable[str]) -> list[Change]:
    """The differences of two contents; `rows` names the fields that contain rows."""
    row_names = tuple(rows)
    found = [
        Change(name, old.get(name), new.get(name))
        for name in new
        if name not in row_names and old.get(name) != new.get(name)
    ]
    for name in row_names:
        found += _row_changes(name, old.get(name, []), new.get(name, []))
    return found


def _row_changes(name: str, old: list[Content], new: list[Content]) -> list[Change]:
    before = {row["id"]: row for row in old}
    after = {row["id"]: row for row in new}
    found = [Change("", None, row, name, row) for key, row in after.items() if key not in before]
    found += [Change("", row, None, name, row) for key, row in before.items() if key not in after]
    for key in (key for key in after if key in before):
        found += [
            Change(field, before[key].get(field), value, name, after[key])
            for field, value in after[key].items()
            if before[key].get(field) != value
        ]
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; lists of codes are compared without order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)
