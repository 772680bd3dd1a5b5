"""The history of the read rows: each table's rows with the editions between which they were current.

Database triggers write these tables (migration `0008_past`) on every change of a row. The views of the schema
`register_then` have the names of the read tables and show them as of one head.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

SUFFIX = "_past"


def past_of(model: type[models.Model], *key: str) -> type[models.Model]:
    """The table of a read table's former and present rows. `key` are the columns that identify a row.

    A row is valid from the edition `since` until before the edition `until`; the present one has no `until`.
    """
    name = f"{model.__name__}Past"
    columns = {field.attname: _plain(field) for field in model._meta.concrete_fields}
    table, short = model._meta.db_table, model._meta.model_name or ""
    meta = {
        "db_table": f"{table}{SUFFIX}",
        "indexes": [models.Index(fields=[*key, "since"], name=f"{short.removeprefix('register')}_past_key")],
    }
    body: dict[str, Any] = {
        "__module__": model.__module__,
        "__doc__": f"Former and present rows of {model.__name__}.",
        "past_id": models.BigAutoField(primary_key=True),
        "since": models.BigIntegerField(),
        "until": models.BigIntegerField(null=True),
        "Meta": type("Meta", (), {"app_label": "register"} | meta),
    }
    return type(name, (models.Model,), columns | body)


def _plain(field: Any) -> Any:
    """A nullable column of the same type, without key, default or constraint, since the read table has enforced
    them."""
    target = getattr(field, "target_field", field)
    while target.is_relation:
        target = target.target_field
    if isinstance(target, ArrayField):
        return ArrayField(_plain(target.base_field), null=True)
    if isinstance(target, models.AutoField | models.BigAutoField):
        return models.BigIntegerField(null=True)
    limits = {
        name: getattr(target, name)
        for name in ("max_length", "max_digits", "decimal_places")
        if getattr(target, name, None) is not None
    }
    return type(target)(null=True, **limits)
