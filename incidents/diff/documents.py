"""Two documents side by side: which place differs, which rows belong together, which words of a text changed.

The desk's review page and the register's comparison of editions go by these rules, each in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

type Document = Mapping[str, Any]
type Path = tuple[str, ...]
type Flat = dict[Path, Any]

# By which of its values a row is the same row in both documents.
ROW_KEYS = {
    "citations": "source",
    "attributions": "unit",
    "observations": "source",
    "steps": "status",
    "derived_from": "source",
}
# What only says which edition it is, and what is derived from something else in the document.
APPARATUS: frozenset[Path] = frozenset(
    {
        ("format",), ("code",), ("edition",), ("published",), ("nonce",),
        ("date", "earliest"), ("date", "latest"), ("place", "oblast"),
    }
)  # fmt: skip
DATES: frozenset[Path] = frozenset({("date", "edtf"), ("published_on",), ("as_of",), ("period",), ("date",)})
LANGUAGES = ("en", "uk")
RECORD_CODE = re.compile(r"[A-Z]{1,8}-\d{4,9}")
# Two texts that share less than this are left unmarked: word by word they would be confetti.
ALIKE = 0.4
LONG = 60  # characters of a text to read, rather than a value to glance at


class Piece(NamedTuple):
    """A stretch of a text, and whether the other text lacks it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Difference:
    """One line of a comparison. `group` names the row that it belongs to, `section` the part of the page.

    `came` and `went` say that the whole row was added or removed; `language` is that of a text in two languages.
    """

    label: str
    old: str
    new: str
    group: str = ""
    section: str = ""
    came: bool = False
    went: bool = False
    language: str = ""

    @property
    def is_long(self) -> bool:
        """A text to read, rather than a value to glance at."""
        return len(self.new) > LONG or "\n" in self.new

    @property
    def old_pieces(self) -> list[Piece]:
        """The text before, what was taken out marked."""
        return marked(self.old, self.new)[0]

    @property
    def new_pieces(self) -> list[Piece]:
        """The text after, what was put in marked."""
        return marked(self.old, self.new)[1]


def marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts word by word, with what the other one lacks marked; texts that share little stay whole, unmarked."""
    before, after = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (old, new))
    matcher = SequenceMatcher(None, before, after)
    if not old or not new or matcher.ratio() < ALIKE:
        return _whole(old), _whole(new)
    left, right = [], []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        left.append(Piece("".join(before[i1:i2]), changed=what != "equal"))
        right.append(Piece("".join(after[j1:j2]), changed=what != "equal"))
    return [piece for piece in left if piece.text], [piece for piece in right if piece.text]


def _whole(text: str) -> list[Piece]:
    return [Piece(text, changed=False)] if text else []


def flat(document: Document, left_out: Collection[Path] = APPARATUS, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of a document that says something, except rows."""
    for name, value in document.items():
        here = (*path, name)
        if here in left_out or (not path and name in ROW_KEYS) or value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping):
            yield from flat(value, left_out, here)
        else:
            yield here, value


def differing(old: Document, new: Document, left_out: Collection[Path] = APPARATUS) -> tuple[Flat, Flat, list[Path]]:
    """Both documents laid flat, and the places where they differ, in the order of the newer one."""
    before, after = dict(flat(old, left_out)), dict(flat(new, left_out))
    return before, after, [path for path in dict.fromkeys([*after, *before]) if before.get(path) != after.get(path)]


def pairs(old: list[Any], new: list[Any], key: str) -> Iterator[tuple[Any, Any]]:
    """Rows that differ: those of one key in their order, then what has no counterpart."""
    left = [row for row in old if row not in new]
    for row in new:
        if row in old:
            continue
        same = next((each for each in left if each.get(key) == row.get(key)), None)
        if same is not None:
            left.remove(same)
        yield same, row
    for row in left:
        yield row, None


def codes(value: Any) -> set[str]:
    """Every code of a record that a document names."""
    if isinstance(value, Mapping):
        return {code for each in value.values() for code in codes(each)}
    if isinstance(value, list):
        return {code for each in value for code in codes(each)}
    return {value} if isinstance(value, str) and RECORD_CODE.fullmatch(value) else set()
