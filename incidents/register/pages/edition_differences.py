"""The differences of two editions as readers see them: part by part, rows matched by what they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.diff.documents import (
    APPARATUS,
    DATES,
    LANGUAGES,
    ROW_KEYS,
    Difference,
    Document,
    Path,
    document_differences,
)
from incidents.register.filters.filter_types import Codes
from incidents.register.filters.incidents import OF_DOCUMENT
from incidents.register.pages.presenters import PARTS
from incidents.register.source_lookup import SourceLookup
from incidents.wording import edtf_plainly, pick, term

type Names = Mapping[str, str]

LANGUAGE_NAMES = {"en": gettext_lazy("English"), "uk": gettext_lazy("Ukrainian")}
# Parts that are collapsed if the record has a content warning, as on its page.
BEHIND_WARNING = ("citations", "observations")
# Labels of the fields inside a part.
LABELS: dict[Path, str | Promise] = {
    ("date", "basis"): gettext_lazy("what the date is of"),
    ("place", "country"): gettext_lazy("country"),
    ("place", "oblast_name"): gettext_lazy("oblast or region"),
    ("place", "raion"): gettext_lazy("raion"),
    ("place", "raion_code"): gettext_lazy("code of the raion"),
    ("place", "hromada_code"): gettext_lazy("code of the hromada"),
    ("place", "name"): gettext_lazy("settlement or place"),
    ("place", "precision"): gettext_lazy("how closely it is known"),
    ("place", "method"): gettext_lazy("known from"),
    ("place", "latitude"): gettext_lazy("latitude"),
    ("place", "longitude"): gettext_lazy("longitude"),
    ("grade", "proposed"): gettext_lazy("grade that the rule proposed"),
    ("grade", "rule"): gettext_lazy("rule"),
    ("grade", "reason"): gettext_lazy("the reviewer's reason"),
    ("grade", "signed_on"): gettext_lazy("day of the review"),
    ("low",): gettext_lazy("lowest"),
    ("best",): gettext_lazy("best estimate"),
    ("high",): gettext_lazy("highest"),
    ("unit",): gettext_lazy("code of the unit"),
    ("name",): gettext_lazy("who"),
    ("level",): gettext_lazy("level"),
    ("role",): gettext_lazy("role"),
    ("confidence",): gettext_lazy("how sure the source is"),
    ("said_by",): gettext_lazy("according to"),
    ("via",): gettext_lazy("its words come from"),
    ("stance",): gettext_lazy("what it says of the incident"),
    ("facts",): gettext_lazy("facts that it speaks to"),
    ("quote",): gettext_lazy("its words"),
    ("quote_language",): gettext_lazy("language of its words"),
    ("translation",): gettext_lazy("translation"),
    ("locator",): gettext_lazy("where in the source"),
    ("at",): gettext_lazy("time"),
    ("clock",): gettext_lazy("clock"),
    ("text",): gettext_lazy("what is seen or heard"),
    ("how",): gettext_lazy("how"),
    ("status",): gettext_lazy("status"),
}
ENDS = {
    "low": gettext_lazy("source of the lowest number"),
    "best": gettext_lazy("source of the best estimate"),
    "high": gettext_lazy("source of the highest number"),
}
TERMS: dict[Path, str] = {
    ("protected_status",): "ProtectedStatus",
    ("date", "basis"): "DateBasis",
    ("place", "precision"): "PlacePrecision",
    ("place", "method"): "PlaceMethod",
    ("grade", "code"): "Grade",
    ("grade", "proposed"): "Grade",
    ("grade", "rule"): "GradeRule",
    ("level",): "AttributionLevel",
    ("role",): "AttributionRole",
    ("confidence",): "AttributionConfidence",
    ("stance",): "Stance",
    ("facts",): "Fact",
    ("status",): "StepStatus",
    ("how",): "Derivation",
    ("kind",): "SourceKind",
    ("distance",): "Distance",
    ("access",): "Access",
    ("availability",): "Availability",
    ("body_kind",): "BodyKind",
    ("what",): "TotalWhat",
    ("qualifier",): "TotalQualifier",
} | {(each.document_field,): each.vocabulary for each in OF_DOCUMENT if each.document_field and isinstance(each, Codes)}
ROW_NAMES = {
    "citations": gettext_lazy("Citation"),
    "attributions": gettext_lazy("Attribution"),
    "observations": gettext_lazy("Timed observation"),
    "steps": gettext_lazy("Step"),
    "derived_from": gettext_lazy("Derivation"),
}


@dataclass(frozen=True)
class Part:
    """A part of the document that differs, with its lines. `is_graphic`: collapsed at first."""

    label: str
    is_graphic: bool
    lines: list[Difference] = field(default_factory=list)


def parts_of(old: Document, new: Document) -> list[Part]:
    """The differences of two documents of one record, in the order of its page."""
    warned = bool(old.get("content_warning") or new.get("content_warning"))
    found = {name: Part(str(label), warned and name in BEHIND_WARNING) for name, label in PARTS.items()}
    for name, line in document_differences(old, new, ReaderWording(_names(old, new))):
        found.setdefault(name, Part(name, is_graphic=False)).lines.append(line)
    return [part for part in found.values() if part.lines]


def _names(*documents: Document) -> dict[str, str]:
    """The labels of the sources that the rows of some documents name."""
    rows = [row for each in documents for name in ROW_KEYS for row in each.get(name, ())]
    named = {row[name] for row in rows for name in ("source", "via", "said_by") if row.get(name)}
    named |= {code for each in documents for who in ("killed", "survived") for code in _giving(each, who)}
    named |= {each["source"] for each in documents if isinstance(each.get("source"), str)}
    lookup = SourceLookup(named)
    return {code: pick(lookup.label(code)).value for code in named}


def _giving(document: Document, who: str) -> list[str]:
    codes: list[str] = list(document.get(who, {}).get("sources", {}).values())
    return codes


class ReaderWording:
    """The labels and values of a document as on the public pages. `names` are its sources' labels by code."""

    left_out = APPARATUS

    def __init__(self, names: Names) -> None:
        self.names = names

    def label(self, path: Path, rows: str) -> str:
        """The label of a field, with its language."""
        language = path[-1] if path[-1] in LANGUAGES else ""
        label = _label(path[:-1] if language else path, in_row=bool(rows))
        return f"{label} ({LANGUAGE_NAMES[language]})" if language else label

    def value(self, path: Path, value: Any, rows: str) -> str:
        """A value as text: codes as terms, dates as text, sources by name."""
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            joined = "\n" if path[0] in ("not_known", "investigations", "related") else ", "
            return joined.join(self.value(path, each, rows) for each in value)
        if path in TERMS:
            return term(value, TERMS[path])
        if path in DATES:
            return f"{edtf_plainly(value)} ({value})"
        return self._called(value) if value in self.names else str(value)

    def row_title(self, rows: str, row: Document) -> str:
        """The kind of the row with its source, unit or status."""
        return f"{ROW_NAMES[rows]}: {self._named(rows, row)}"

    def is_shown(self, path: Path, rows: str) -> bool:
        """Every field but the one that the row's title shows; the code of a unit is not its title."""
        return path != (ROW_KEYS[rows],) or ROW_KEYS[rows] == "unit"

    def _named(self, rows: str, row: Document) -> str:
        if rows == "attributions":
            return next(iter(row.get("name", {}).values()), "") or _("somebody who is not named")
        value = row.get(ROW_KEYS[rows])
        return term(value, "StepStatus") if rows == "steps" else self._called(value)

    def _called(self, code: Any) -> str:
        return f"{code} {self.names[code]}" if self.names.get(code, code) != code else str(code or "")


def _label(path: Path, *, in_row: bool) -> str:
    if "sources" in path:
        return str(ENDS[path[-1]])
    if path in LABELS and (in_row or len(path) > 1):
        return str(LABELS[path])
    if path[0] in ("killed", "survived"):
        return f"{PARTS[path[0]]}, {LABELS[path[1:]]}"
    return str(PARTS.get(path[0], path[-1].replace("_", " ")))
