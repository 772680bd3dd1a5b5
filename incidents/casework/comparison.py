"""Two public documents side by side: what an approval would change, or a first document as a page to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from incidents.casework.differences import ROW_NAMES, label_of, value_text
from incidents.dates import plainly
from incidents.diff.documents import APPARATUS, DATES, ROW_KEYS, Difference, Document, Path, codes, differing, pairs
from incidents.records.models import Incident, Investigation, Source

# The grade is the reviewer's to give, and no part of what is reviewed.
LEFT_OUT = APPARATUS | {("grade",)}
LANGUAGES = {"en": gettext_lazy("English"), "uk": gettext_lazy("Ukrainian")}
SECTIONS = {
    "what": gettext_lazy("What is reported"),
    "when": gettext_lazy("When"),
    "where": gettext_lazy("Where"),
    "killed": gettext_lazy("Who was killed and who survived"),
    "status": gettext_lazy("Protected status"),
    "attributions": gettext_lazy("Who did it"),
    "unknown": gettext_lazy("What is not known"),
    "citations": gettext_lazy("Citations"),
    "steps": gettext_lazy("Steps"),
    "derived_from": gettext_lazy("What it derives from"),
    "observations": gettext_lazy("Timed moments"),
    "investigations": gettext_lazy("Investigations"),
    "related": gettext_lazy("Related incidents"),
}
SECTION_OF = {
    "date": "when",
    "place": "where",
    "survived": "killed",
    "protected_status": "status",
    "setting": "status",
    "not_known": "unknown",
    "content_warning": "unknown",
}
# The field of casework that a place in a document comes from, where the names differ.
FIELD_OF: dict[Path, str] = {
    ("date", "edtf"): "date",
    ("place", "precision"): "public_precision",
    ("place", "method"): "place_method",
    ("kind",): "source_kind",
    ("published_on",): "published",
    ("source",): "said_by",
    ("translation", "en"): "quote_en",
    ("translation", "uk"): "quote_uk",
    **{
        (who, "sources", end): f"{who}_{end}_source"
        for who in ("killed", "survived")
        for end in ("low", "best", "high")
    },
}
OWN_LABELS: dict[Path, Any] = {
    ("place", "country"): gettext_lazy("Country"),
    ("place", "oblast_name"): gettext_lazy("Oblast or region"),
    ("place", "raion"): gettext_lazy("Raion"),
    ("place", "name"): gettext_lazy("Place"),
    ("name",): gettext_lazy("Unit"),
    ("unit",): gettext_lazy("Code of the unit"),
    ("source",): gettext_lazy("Source"),
    ("how",): gettext_lazy("How"),
}
# The rows of casework that those of a document come from, where the names differ.
ROWS = {rows: "derivations" if rows == "derived_from" else rows for rows in ROW_KEYS}


def document_differences(old: Document, new: Document) -> list[Difference]:
    """What differs between two public documents, in the order of a page; without an old one, everything there is."""
    names = _names(codes(old) | codes(new))
    found = [*_field_differences(old, new, names)]
    for rows in ROWS:
        found += _row_differences(rows, old.get(rows, []), new.get(rows, []), names)
    order = ["", *map(str, SECTIONS.values())]
    return sorted(found, key=lambda difference: order.index(difference.section))


def _field_differences(old: Document, new: Document, names: Mapping[str, str]) -> Iterator[Difference]:
    before, after, paths = differing(old, new, LEFT_OUT)
    for path in paths:
        yield _difference(path, before, after, "", names, section=_section(path) if "conduct" in new else "")


def _section(path: Path) -> str:
    """Under which heading of an incident's page a field stands; other pages are short enough without headings."""
    return str(SECTIONS.get(SECTION_OF.get(path[0], path[0]), SECTIONS["what"]))


def _row_differences(rows: str, old: list[Any], new: list[Any], names: Mapping[str, str]) -> Iterator[Difference]:
    """Row by row; a row is named by its source, unit or status, with a number where several share it."""
    name, key = ROWS[rows], ROW_KEYS[rows]
    seen: dict[str, int] = {}
    for before, after in pairs(old, new, key):
        title = f"{ROW_NAMES[name]} {_row_title(after or before or {}, key, name, names)}".strip()
        seen[title] = seen.get(title, 0) + 1
        group = f"{title} ({seen[title]})" if seen[title] > 1 else title
        left, right, paths = differing(before or {}, after or {}, LEFT_OUT)
        came, went = before is None, after is None
        for path in paths:
            if path != (key,):
                yield _difference(path, left, right, name, names, group, str(SECTIONS[rows]), came=came, went=went)


def _row_title(row: Document, key: str, rows: str, names: Mapping[str, str]) -> str:
    if rows == "attributions":
        return next(iter(row.get("name", {}).values()), "")
    return _value(key, row.get(key), rows, names)


def _difference(
    path: Path,
    before: Mapping[Path, Any],
    after: Mapping[Path, Any],
    rows: str,
    names: Mapping[str, str],
    group: str = "",
    section: str = "",
    *,
    came: bool = False,
    went: bool = False,
) -> Difference:
    field = FIELD_OF.get(path, "_".join(path))
    language = path[-1] if path[-1] in LANGUAGES else ""
    base = path[:-1] if language else path
    own = OWN_LABELS.get(base) if rows or len(base) > 1 else None
    label = str(own or label_of(field, rows))
    if own and language:
        label = f"{own} ({LANGUAGES[language]})"
    old, new = (_worded(path, field, flat.get(path), rows, names) for flat in (before, after))
    return Difference(label, old, new, group, section, came, went, language)


def _worded(path: Path, field: str, value: Any, rows: str, names: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    if path in DATES:
        return f"{plainly(value)} ({value})"
    return _value(field, value, rows, names)


def _value(field: str, value: Any, rows: str, names: Mapping[str, str]) -> str:
    if isinstance(value, list) and len(value) and value[0] in names:
        return "\n".join(f"{code} {names.get(code, '')}".strip() for code in value)
    if isinstance(value, list) and field.startswith("not_known"):
        return "\n".join(value)
    if isinstance(value, str) and value in names:
        return f"{value} {names[value]}".strip()
    return value_text(value, field, rows)


def _names(codes: set[str]) -> dict[str, str]:
    """What the records with these codes are called."""
    names = {source.code: source.publisher or source.title for source in Source.objects.filter(code__in=codes)}
    for model in (Incident, Investigation):
        names |= {record.code: record.name for record in model.objects.filter(code__in=codes)}
    return names
