"""Values that are valid but unlikely. A person is asked whether they are meant before they are saved."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from incidents.casework.contents import content_fields
from incidents.casework.services.errors import FieldError
from incidents.casework.services.fields import Cleaned
from incidents.dates import parse
from incidents.dates.typed import doubt
from incidents.diff.contents import Content
from incidents.records.models.fields import validate_edtf


def open_questions(cleaned: Cleaned, before: Content, confirmed: Collection[str]) -> list[FieldError]:
    """The questions about the values of a record and its rows that differ from `before` and are not in `confirmed`."""
    asked = list(_about(cleaned, before))
    for name, rows in cleaned.rows.items():
        saved = {row["id"]: row for row in before.get(name, [])}
        for position, row in enumerate(rows):
            asked += [error.under(name, position) for error in _about(row, saved.get(row.content["id"], {}))]
            if row.new_source is not None:
                asked += [error.under(name, position, "new_source") for error in _about(row.new_source, {})]
    return [error for error in asked if error.question not in confirmed]


def _about(cleaned: Cleaned, before: Content) -> Iterator[FieldError]:
    for field in content_fields(type(cleaned.instance)):
        name, value = field.name, cleaned.content.get(field.name)
        if validate_edtf not in getattr(field, "validators", ()) or name in cleaned.wrong:
            continue
        unlikely = doubt(parse(value)) if value and value != before.get(name) else ""
        if unlikely:
            yield FieldError((name,), unlikely, question=f"{name}={value}")
