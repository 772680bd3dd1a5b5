"""New sources that a content names more than once: in the citation that creates one, and elsewhere by address or title.

They are written before the rest is cleaned, so that the other places find them as they find any source. The caller's
transaction takes them back if the rest is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from incidents.casework.services.cleaning import MOST_ROWS
from incidents.casework.services.references import key_of, source_fields
from incidents.diff.contents import Content
from incidents.records.models import Record

NEW = "new_source"


def sources_first(model: type[Record], content: Content, write: Callable[[Content], str | None]) -> Content:
    """The content with the codes of such sources in place of their fields.

    `write` returns the code of a source that it has written, None if it has errors: its row then stays as it is, to be
    refused there. What derives from another new source is written after it.
    """
    rows = content.get("citations")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        return content
    rows = list(rows)
    mentioned = {name for text in _mentions(model, content) for name in _names_of_text(text)}
    waiting = [position for position, row in enumerate(rows) if _new(row) and _names(_new(row)) & mentioned]
    written: list[tuple[Content, str]] = []
    while ready := [position for position in waiting if not _derives_from_one_of(rows, position, waiting)]:
        for position in ready:
            waiting.remove(position)
            new = _new(rows[position])
            code = next((code for same, code in written if same == new), None) or write(new)
            if code is not None:
                written.append((new, code))
                rows[position] = {key: value for key, value in rows[position].items() if key != NEW} | {"source": code}
    return content | {"citations": rows}


def _new(row: Any) -> Content:
    """The new source of a row that names no other one; empty if it has none."""
    new = row.get(NEW) if isinstance(row, dict) and not row.get("source") else None
    return new if isinstance(new, dict) else {}


def _derives_from_one_of(rows: list[Any], position: int, waiting: list[int]) -> bool:
    others = {name for other in waiting if other != position for name in _names(_new(rows[other]))}
    return any(_names_of_text(text) & others for text in _upstreams(_new(rows[position])))


def _names(new: Content) -> set[str]:
    return {name for field in ("title", "url") for name in _names_of_text(new.get(field))}


def _names_of_text(text: Any) -> set[str]:
    """A text in the forms in which it is compared: as a title, and as the key of an address."""
    if not isinstance(text, str) or not text.strip():
        return set()
    return {text.strip().casefold()} | ({key} if (key := key_of(text)) else set())


def _mentions(model: type[Record], content: Content) -> Iterator[Any]:
    """Every text that names a source."""
    yield from (content.get(field) for field in source_fields(model))
    for name in model.ROWS:
        fields = source_fields(model._meta.get_field(name).related_model)  # type: ignore[arg-type]
        for row in _rows(content.get(name)):
            yield from (row.get(field) for field in fields)
            yield from _upstreams(_new(row))


def _upstreams(new: Content) -> Iterator[Any]:
    yield from (each.get("upstream") for each in _rows(new.get("derivations")))


def _rows(value: Any) -> list[Content]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
