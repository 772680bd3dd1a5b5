"""Three-way merge of two contents based on the same revision.

A change of one side is taken from that side; where both changed, `mine` is kept and the conflict is reported. Rows are
matched by `id`, never by position.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from incidents.diff.contents import Change, Content, changes, same


class Merge(NamedTuple):
    """The merged content, and the other side's changes that conflict with `mine`."""

    content: Content
    both: list[Change]


def merge(base: Content, theirs: Content, mine: Content, rows: Iterable[str]) -> Merge:
    """Merge `theirs` and `mine`, both based on `base`. `rows` names the fields that contain rows."""
    row_names = tuple(rows)
    merged, both = dict(mine), list[Change]()
    for change in changes(base, theirs, row_names):
        if not change.rows and change.field in mine:
            both += _take_field(merged, change, base)
    for name in row_names:
        mine_rows, row_conflicts = _merge_rows(name, base, theirs, mine.get(name, []), row_names)
        merged[name] = mine_rows
        both += row_conflicts
    return Merge(merged, both)


def _take_field(into: Content, change: Change, base: Content) -> list[Change]:
    """Set the other side's value if `into` did not change it; returns the change if both did."""
    value = into[change.field]
    if not same(value, base.get(change.field)) and not same(value, change.new):
        return [change]
    into[change.field] = change.new
    return []


def _merge_rows(
    name: str, base: Content, theirs: Content, mine: list[Content], row_names: tuple[str, ...]
) -> tuple[list[Content], list[Change]]:
    old = {row["id"]: row for row in base.get(name, [])}
    found = [change for change in changes(base, theirs, row_names) if change.rows == name]
    added = [change.new for change in found if change.came]
    both: list[Change] = []
    kept: list[Content] = []
    new = [row for row in mine if row.get("id") is None and not any(_says_the_same(row, each) for each in added)]
    for row in (row for row in mine if row.get("id") is not None):
        of_row = [change for change in found if change.row["id"] == row["id"]]
        if any(change.went for change in of_row):
            if not _unchanged(row, old.get(row["id"], {})):
                both += of_row
                new.append(row | {"id": None})
            continue
        merged = dict(row)
        for change in of_row:
            if change.field in merged:
                both += _take_field(merged, change, old.get(row["id"], {}))
        kept.append(merged)
    present = {row.get("id") for row in mine}
    both += [change for change in found if change.field and change.row["id"] not in present]
    return kept + added + new, both


def _unchanged(row: Content, old: Content) -> bool:
    return all(same(value, old.get(name)) for name, value in row.items() if name in old and name != "id")


def _says_the_same(row: Content, other: Content) -> bool:
    """Whether a new row equals one that the other side added, as when the same form is sent twice."""
    return all(same(value, other.get(name)) for name, value in row.items() if name in other and name != "id")
