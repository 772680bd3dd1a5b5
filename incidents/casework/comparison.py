"""The differences of two public documents for the review page: what an approval changes, or a whole first document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy

from incidents.casework.differences import ROW_NAMES, label_of, value_text
from incidents.dates import plainly
from incidents.diff.documents import APPARATUS, DATES, ROW_KEYS, Difference, Document, Path, codes, document_differences
from incidents.records.models import Incident, Investigation, Source

# The reviewer sets the grade, so it is not part of what is reviewed.
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
# The casework field of a path in a document, where the names differ.
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
    ("publisher",): gettext_lazy("Publisher or author"),
    ("unit",): gettext_lazy("Code of the unit"),
    ("source",): gettext_lazy("Source"),
    ("how",): gettext_lazy("How"),
}
# The casework rows of a document's rows, where the names differ.
ROWS = {rows: "derivations" if rows == "derived_from" else rows for rows in ROW_KEYS}


def review_differences(old: Document, new: Document) -> list[Difference]:
    """The differences of two public documents, in the order of a page; if the old one is empty, everything in the
    new one."""
    wording = ReviewWording(_names(codes(old) | codes(new)))
    has_sections = "conduct" in new
    found = [
        replace(line, section=_section(name) if has_sections or name in ROW_KEYS else "")
        for name, line in document_differences(old, new, wording)
    ]
    order = ["", *map(str, SECTIONS.values())]
    return sorted(found, key=lambda difference: order.index(difference.section))


def _section(name: str) -> str:
    """The heading for a field or row on an incident's page; other pages are short enough without headings."""
    return str(SECTIONS.get(SECTION_OF.get(name, name), SECTIONS["what"]))


class ReviewWording:
    """The labels and values of a document as in the desk's forms. `names` are the records that it names, by code."""

    left_out = LEFT_OUT

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def label(self, path: Path, rows: str) -> str:
        """The label of the form field that the path comes from."""
        language = path[-1] if path[-1] in LANGUAGES else ""
        base = path[:-1] if language else path
        own = OWN_LABELS.get(base) if rows or len(path) > 1 else None
        if own is None:
            return label_of(_field(path), ROWS.get(rows, ""))
        return f"{own} ({LANGUAGES[language]})" if language else str(own)

    def value(self, path: Path, value: Any, rows: str) -> str:
        """A value as the desk shows it, records with their names."""
        if value in (None, "", []):
            return ""
        if path in DATES:
            return f"{plainly(value)} ({value})"
        return self._value(_field(path), value, ROWS.get(rows, ""))

    def row_title(self, rows: str, row: Document) -> str:
        """The kind of the row with its source, unit or status."""
        key = ROW_KEYS[rows]
        if rows == "attributions":
            title = next(iter(row.get("name", {}).values()), "")
        else:
            title = self._value(key, row.get(key), ROWS[rows])
        return f"{ROW_NAMES[ROWS[rows]]} {title}".strip()

    def is_shown(self, path: Path, rows: str) -> bool:
        """Every field but the one that the row's title shows."""
        return path != (ROW_KEYS[rows],)

    def _value(self, field: str, value: Any, rows: str) -> str:
        if isinstance(value, list) and len(value) and value[0] in self.names:
            return "\n".join(f"{code} {self.names.get(code, '')}".strip() for code in value)
        if isinstance(value, list) and field.startswith("not_known"):
            return "\n".join(value)
        if isinstance(value, str) and value in self.names:
            return f"{value} {self.names[value]}".strip()
        return value_text(value, field, rows)


def _field(path: Path) -> str:
    """The casework field that a path in a document comes from."""
    return FIELD_OF.get(path, "_".join(path))


def _names(codes: set[str]) -> dict[str, str]:
    """The names of the records with these codes."""
    names = {source.code: str(source.publisher or source.title) for source in Source.objects.filter(code__in=codes)}
    for model in (Incident, Investigation):
        names |= {record.code: record.name for record in model.objects.filter(code__in=codes)}
    return names
