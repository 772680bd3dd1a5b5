"""Cleaning a whole content: the fields of the record, and its rows.

A row has an id that is stable across revisions, or none if it is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.casework.contents import content_of, plain, rows_of
from incidents.casework.services.errors import FieldError
from incidents.casework.services.fields import Cleaned, FieldCleaner
from incidents.casework.services.references import UNSEEN_ADDRESS, References, key_of
from incidents.casework.services.values import text_value
from incidents.diff.contents import Content
from incidents.identity.web_addresses import host_of, web_address
from incidents.records.models import (
    Attribution,
    Citation,
    Incident,
    Investigation,
    Publisher,
    Record,
    ReportedTotal,
    Source,
    SourceDerivation,
    Unit,
)
from incidents.vocabulary import AttributionLevel, Publication, RecordKind
from people.models import User

MODELS: dict[str, type[Record]] = {
    RecordKind.INCIDENT: Incident,
    RecordKind.SOURCE: Source,
    RecordKind.INVESTIGATION: Investigation,
    RecordKind.TOTAL: ReportedTotal,
}
TAKEN = "taken"  # the code of an error: another record has the value already
MOST_ROWS = 150  # a citation's form has up to 35 fields, and DATA_UPLOAD_MAX_NUMBER_FIELDS limits their sum
# The foreign key whose target a row may create, and the key of the nested content.
CREATED_IN_ROW: dict[type[models.Model], tuple[str, str]] = {
    Citation: ("source", "new_source"),
    Attribution: ("unit", "new_unit"),
}
NOT_BOTH = {
    "source": gettext_lazy("Choose a source, or create one below, not both."),
    "unit": gettext_lazy("Choose a unit, or name a new one, not both."),
}
NEITHER = {
    "source": gettext_lazy("Choose a source, or create one below."),
    "unit": gettext_lazy("Choose a unit, or name a new one."),
}
UNIT_NAME = Unit._meta.get_field("name_en")
SAID_TWICE: dict[type[models.Model], tuple[tuple[str, ...], Any]] = {
    Attribution: (
        ("unit", "role", "said_by"),
        gettext_lazy("Two attributions name the same unit, role and source. Remove one of them."),
    ),
    SourceDerivation: (("upstream",), gettext_lazy("Two derivations name the same source. Remove one of them.")),
}


def clean_record(kind: str, content: Content, actor: User, record: Record | None, started_from: Content) -> Cleaned:
    """Clean a whole content of one kind of record; `record` is None for a new one.

    A row of `started_from` that somebody has removed since is accepted: the merge decides about it.
    """
    model, references = MODELS[kind], References(actor, record)
    present = content_of(record) if record is not None else {}
    cleaner = FieldCleaner(references, record)
    own = {name: value for name, value in content.items() if name not in model.ROWS}
    cleaned = cleaner.clean(record if record is not None else model(), own)
    if isinstance(cleaned.instance, Source):
        _refuse_known_address(cleaned, actor)
        _take_publisher_of_host(cleaned)
    cleaner.check(cleaned)
    cleaned.changed = record is None or any(present[name] != value for name, value in cleaned.content.items())
    for name in model.ROWS:
        rows = RowCleaner(references, record, name, model)
        rows.clean_into(cleaned, content.get(name), present.get(name, []), started_from.get(name, []))
    return cleaned


def _refuse_known_address(cleaned: Cleaned, actor: User) -> None:
    """A publication is one source. The error names that source only to a user who may see it."""
    url = cleaned.values.get("url")
    other = Source.objects.filter(address_key=key_of(url)).exclude(pk=cleaned.instance.pk).first() if url else None
    if url is None or other is None:
        return
    if not other.may_be_seen_by(actor):
        code = "" if other.is_confidential else TAKEN
        cleaned.errors.append(FieldError(("url",), str(UNSEEN_ADDRESS), code))
        return
    if other.state == Publication.REJECTED:
        text = _("{code} has this address already and was rejected: it can be reopened on its page.")
    elif other.state == Publication.DISCARDED:
        text = _("{code} has this address already and was discarded: it can be reopened on its page.")
    elif web_address(url).is_copy and not web_address(other.url).is_copy:
        text = _("{code} is the original of this archived copy: add the copy there.")
    else:
        text = _("{code} has this address already: there is one source for each.")
    cleaned.errors.append(FieldError(("url",), text.format(code=other.code), TAKEN, existing=other.code))


def _take_publisher_of_host(cleaned: Cleaned) -> None:
    """Where no publisher is given, that of the address's host."""
    key = key_of(cleaned.values.get("url") or "")
    if key is None or cleaned.values.get("publisher") is not None or "publisher" in cleaned.wrong:
        return
    publisher = Publisher.objects.of_host(host_of(key))
    cleaned.instance.publisher = cleaned.values["publisher"] = publisher
    cleaned.content["publisher"] = plain(publisher)


class RowCleaner:
    """Cleans the rows of one kind, which `record` has under `name`."""

    def __init__(self, references: References, record: Record | None, name: str, parent: type[Record]) -> None:
        relation: Any = parent._meta.get_field(name)
        self.references, self.record, self.name = references, record, name
        self.model: type[models.Model] = relation.related_model
        self.fields = FieldCleaner(references, record)
        # The record that a row belongs to, or could belong to.
        self.skipped = frozenset({"incident", "investigation", relation.field.name})

    def clean_into(self, cleaned: Cleaned, given: Any, present: list[Content], started_from: list[Content]) -> None:
        """Add the rows, their content and their errors to the record. Rows that are not given stay unchanged."""
        before = {row["id"]: row for row in present}
        given = list(before.values()) if given is None else given
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            cleaned.refuse(self.name, _("Give a list of rows."))
            given = []
        if len(given) > MOST_ROWS:
            cleaned.refuse(self.name, _("At most %(limit)s rows are kept.") % {"limit": MOST_ROWS})
        removed = {row["id"] for row in started_from} - before.keys()
        rows = self._clean_all(given[:MOST_ROWS], before, removed)
        for position, row in enumerate(rows):
            cleaned.errors += [error.under(self.name, position) for error in row.errors]
        self._refuse_repeated(cleaned, rows)
        self._refuse_two_of_one_address(cleaned, rows)
        cleaned.rows[self.name] = rows
        cleaned.content[self.name] = [row.content for row in rows]
        cleaned.changed |= any(row.changed for row in rows) or len(rows) != len(before)

    def _clean_all(self, given: list[Content], before: Mapping[int, Content], removed: set[int]) -> list[Cleaned]:
        saved: dict[Any, models.Model] = self.model._default_manager.in_bulk(before)
        rows = []
        for content in given:
            key = _row_id(content)
            instance = saved.pop(key) if key in saved else self.model()
            row = self._clean_row(instance, content)
            row.content = {"id": key, **row.content}
            if key is not None and row.instance.pk is None and key not in removed:
                row.refuse("id", _("This row is no part of the record, or no more."))
            old = before.get(key, {}) if key is not None else {}
            row.changed = any(old.get(name) != value or name not in old for name, value in row.content.items())
            rows.append(row)
        return rows

    def _clean_row(self, instance: models.Model, content: Content) -> Cleaned:
        name, key = CREATED_IN_ROW.get(self.model, ("", ""))
        given = {field: value for field, value in content.items() if field not in ("id", key, *self.skipped)}
        new = content.get(key) if key else None
        if not key or (instance.pk is not None and not new and name not in given):
            return self.fields.check(self.fields.clean(instance, given, self.skipped))
        named = given.pop(name, None)
        cleaned = self.fields.clean(instance, given, self.skipped | {name})
        if named or not new:
            self._find(cleaned, name, named)
        if new and not isinstance(new, dict):
            cleaned.refuse(key, _("Give the fields of the new one."))
        elif new:
            create = self._create_source if name == "source" else self._create_unit
            create(cleaned, new)
            if named:
                cleaned.refuse(name, str(NOT_BOTH[name]))
                cleaned.content[name] = named
        return self.fields.check(cleaned)

    def _find(self, cleaned: Cleaned, name: str, named: Any) -> None:
        find = self.references.source if name == "source" else self.references.unit
        cleaned.content[name] = named
        try:
            found = find(named)
        except ValidationError as error:
            cleaned.refuse(name, error)
            return
        if found is None:
            cleaned.refuse(name, str(NEITHER[name]))
            return
        setattr(cleaned.instance, name, found)
        cleaned.values[name], cleaned.content[name] = found, found.code

    def _create_source(self, cleaned: Cleaned, new: Content) -> None:
        """Create a source. One of a known address is refused, unless all that is typed agrees with the known one: then
        that one is cited, and nothing is lost."""
        source = clean_record(RecordKind.SOURCE, new, self.references.author, None, {})
        taken = [refused for refused in source.errors if refused.code == TAKEN]
        known = Source.objects.filter(code=taken[0].existing).first() if taken else None
        if known is not None and _agrees(new, source.content, known):
            self._find(cleaned, "source", known.code)
            return
        for refused in taken or source.errors:
            text = _("A new source needs this.") if refused.code == "required" else refused.message
            cleaned.errors.append(replace(refused, message=str(text)).under("new_source"))
        cleaned.new_source = source
        cleaned.instance.source = source.instance
        cleaned.content |= {"source": None, "new_source": new}

    def _create_unit(self, cleaned: Cleaned, new: Content) -> None:
        """Use the unit with exactly these names, else create one with the row's level."""
        names: dict[str, Any] = {"name_en": "", "name_uk": ""}
        for name in names:
            try:
                names[name] = text_value(UNIT_NAME, new.get(name))
            except ValidationError as error:
                cleaned.refuse(name, error)
                cleaned.errors[-1] = cleaned.errors[-1].under("new_unit")
        level = cleaned.values.get("level") or AttributionLevel.UNIT
        unit = Unit.objects.filter(**names).first() or Unit(**names, level=level)
        cleaned.instance.unit = unit
        if unit.pk is not None:
            cleaned.values["unit"] = unit
        cleaned.content |= {"unit": unit.code or None} | ({} if unit.pk else {"new_unit": new})

    def _refuse_two_of_one_address(self, cleaned: Cleaned, rows: list[Cleaned]) -> None:
        """Rows that create a source of one address create one source, so they must say the same of it."""
        first: dict[str, Content] = {}
        for position, row in enumerate(rows):
            key = key_of(row.new_source.instance.url) if row.new_source is not None else None
            if key is None or row.new_source is None:
                continue
            content = row.new_source.content | {"url": key}
            if first.setdefault(key, content) != content:
                text = _("Another row creates a source of this address and says something else of it. Make them alike.")
                cleaned.errors.append(FieldError((self.name, position, "new_source", "url"), text))

    def _refuse_repeated(self, cleaned: Cleaned, rows: list[Cleaned]) -> None:
        names, text = SAID_TWICE.get(self.model, ((), ""))
        keys = [tuple(_identity(row, name) for name in names) for row in rows if not row.wrong & set(names)]
        if names and len(set(keys)) < len(keys):
            cleaned.refuse(self.name, str(text))


def _agrees(given: Content, cleaned: Content, known: Source) -> bool:
    """Whether a new source has a title, and nothing is given for it that the known one of its address has not."""
    rows = [{name: row[name] for name in ("upstream", "how")} for row in cleaned.get("derivations", [])]
    present = [{name: row[name] for name in ("upstream", "how")} for row in rows_of(known, "derivations")]
    names = [name for name, value in given.items() if value and name not in ("url", "derivations")]
    return (
        "title" in names
        and all(cleaned.get(name) == plain(getattr(known, name, None)) for name in names)
        and all(row in present for row in rows)
    )


def _identity(row: Cleaned, name: str) -> Any:
    """The value for detecting duplicates; for a new unit, its names."""
    value = getattr(row.instance, name, None)
    return (value.name_en, value.name_uk) if isinstance(value, Unit) else value


def _row_id(row: Content) -> Any:
    """The id of a saved row; None for a new one; the value itself if it is not valid."""
    given = row.get("id")
    if given in (None, ""):
        return None
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text
