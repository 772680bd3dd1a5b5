"""Compares two documents: differing paths, matching rows, changed words of a text.

The review page of the desk and the register's comparison of editions share these rules; each has its own `Wording`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple, Protocol

from incidents.wording import publisher_names

type Document = Mapping[str, Any]
type Path = tuple[str, ...]
type Flat = dict[Path, Any]

# The key by which a row is matched in both documents.
ROW_KEYS = {
    "citations": "source",
    "attributions": "unit",
    "observations": "source",
    "steps": "status",
    "derived_from": "source",
}
# Paths that are not compared: the identity of the edition, and values derived from others in the document.
APPARATUS: frozenset[Path] = frozenset(
    {
        ("format",), ("code",), ("edition",), ("published",), ("nonce",),
        ("date", "earliest"), ("date", "latest"), ("place", "oblast"),
    }
)  # fmt: skip
DATES: frozenset[Path] = frozenset({("date", "edtf"), ("published_on",), ("as_of",), ("period",), ("date",)})
PUBLISHER: Path = ("publisher",)
LANGUAGES = ("en", "uk")
RECORD_CODE = re.compile(r"[A-Z]{1,8}-\d{4,9}")
# Below this similarity two texts are not marked word by word, because almost every word would be.
ALIKE = 0.4
LONG = 60  # characters of a text that is shown as a paragraph rather than as a value


class Piece(NamedTuple):
    """A part of a text, and whether the other text lacks it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Difference:
    """One line of a comparison. `group` is the title of its row, `section` the part of the page.

    `came` and `went`: the whole row was added or removed; `language` is that of a text in two languages.
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
        """Whether the text is shown as a paragraph rather than as a value."""
        return len(self.new) > LONG or "\n" in self.new

    @property
    def old_pieces(self) -> list[Piece]:
        """The old text, with removed words marked."""
        return marked(self.old, self.new)[0]

    @property
    def new_pieces(self) -> list[Piece]:
        """The new text, with added words marked."""
        return marked(self.old, self.new)[1]


def marked(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts word by word, with what the other one lacks marked; without marks if they have little in common."""
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
    """Every path of a document with a value, except rows."""
    for name, value in document.items():
        here = (*path, name)
        if here == PUBLISHER:
            value = publisher_names(value)
        if here in left_out or (not path and name in ROW_KEYS) or value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping):
            yield from flat(value, left_out, here)
        else:
            yield here, value


def differing(old: Document, new: Document, left_out: Collection[Path] = APPARATUS) -> tuple[Flat, Flat, list[Path]]:
    """Both documents flattened, and the differing paths, in the order of the newer one."""
    before, after = dict(flat(old, left_out)), dict(flat(new, left_out))
    return before, after, [path for path in dict.fromkeys([*after, *before]) if before.get(path) != after.get(path)]


def pairs(old: list[Any], new: list[Any], key: str) -> Iterator[tuple[Any, Any]]:
    """Pairs of differing rows: those of the same key in order, then rows without a counterpart."""
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
    """The codes of all records that a document names."""
    if isinstance(value, Mapping):
        return {code for each in value.values() for code in codes(each)}
    if isinstance(value, list):
        return {code for each in value for code in codes(each)}
    return {value} if isinstance(value, str) and RECORD_CODE.fullmatch(value) else set()


class Wording(Protocol):
    """The labels and values of a comparison for one audience. `rows` is "" for the document's own fields."""

    @property
    def left_out(self) -> Collection[Path]:
        """The paths that are not compared."""

    def label(self, path: Path, rows: str) -> str:
        """The label of a path."""

    def value(self, path: Path, value: Any, rows: str) -> str:
        """A value as text; "" for none."""

    def row_title(self, rows: str, row: Document) -> str:
        """The title of a row."""

    def is_shown(self, path: Path, rows: str) -> bool:
        """Whether a path of a row has a line of its own; the row's key is in its title."""


def document_differences(old: Document, new: Document, wording: Wording) -> Iterator[tuple[str, Difference]]:
    """Every difference with the name of its top-level field, fields first, then rows."""
    before, after, paths = differing(old, new, wording.left_out)
    for path in paths:
        yield path[0], _difference(path, before, after, wording)
    for rows in ROW_KEYS:
        for line in _row_differences(rows, old.get(rows, []), new.get(rows, []), wording):
            yield rows, line


def _row_differences(rows: str, old: list[Any], new: list[Any], wording: Wording) -> Iterator[Difference]:
    """The differences of rows; if several rows have the same title, the later ones get a number."""
    seen: dict[str, int] = {}
    for before, after in pairs(old, new, ROW_KEYS[rows]):
        title = wording.row_title(rows, after or before or {})
        seen[title] = seen.get(title, 0) + 1
        group = f"{title} ({seen[title]})" if seen[title] > 1 else title
        left, right, paths = differing(before or {}, after or {}, wording.left_out)
        for path in (path for path in paths if wording.is_shown(path, rows)):
            line = _difference(path, left, right, wording, rows)
            yield replace(line, group=group, came=before is None, went=after is None)


def _difference(path: Path, before: Flat, after: Flat, wording: Wording, rows: str = "") -> Difference:
    old, new = (wording.value(path, flat.get(path), rows) for flat in (before, after))
    language = path[-1] if path[-1] in LANGUAGES else ""
    return Difference(wording.label(path, rows), old, new, language=language)
