"""Check constraints that Python can answer as well as the database: a form asks them for each row before it saves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q

# How the lookups that our rules use compare; the database has the last word in any case.
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: value == other,
    "in": lambda value, others: value in others,
    "gte": lambda value, other: value >= other,
    "lte": lambda value, other: value <= other,
    "regex": lambda value, pattern: re.search(pattern, value) is not None,
    "contained_by": lambda values, others: set(values) <= set(others),
}


class Rule(CheckConstraint):
    """A check constraint that costs a form no queries; Django would ask the database three times for each row.

    NULL is neither true nor false, as in SQL, and a rule that is not false is kept.
    """

    def validate(
        self, model: type[Model], instance: Model, exclude: Collection[str] | None = None, using: str = ""
    ) -> None:
        """Raises ValidationError where the rule is broken; one that speaks of an excluded field is not asked."""
        assert isinstance(self.condition, Q)
        if not _fields(self.condition) & set(exclude or ()) and _holds(self.condition, instance) is False:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        """In a migration it is Django's own constraint."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs


def _fields(condition: Q) -> set[str]:
    """The fields that a condition speaks of."""
    found = set[str]()
    for child in condition.children:
        if isinstance(child, Q):
            found |= _fields(child)
        elif isinstance(child, tuple):
            found |= {child[0].partition("__")[0], *_named(child[1])}
    return found


def _named(value: object) -> list[str]:
    """The field that a value stands for: `F` names it as its only argument."""
    return [str(value.deconstruct()[1][0])] if isinstance(value, F) else []


def _holds(condition: Q, instance: Model) -> bool | None:
    """Whether a condition holds, by the logic of SQL: None where it rests on NULL."""
    found: list[bool | None] = []
    for child in condition.children:
        if isinstance(child, Q):
            found.append(_holds(child, instance))
        elif isinstance(child, tuple):
            found.append(_compared(child[0], child[1], instance))
    settles = condition.connector == Q.OR
    met = settles if settles in found else None if None in found else not settles
    return met if met is None or not condition.negated else not met


def _compared(lookup: str, other: Any, instance: Model) -> bool | None:
    field, _, how = lookup.partition("__")
    value = _value(instance, field)
    if how == "isnull":
        return (value is None) is bool(other)
    for name in _named(other):
        other = _value(instance, name)
    return None if value is None or other is None else bool(COMPARED[how or "exact"](value, other))


def _value(instance: Model, field: str) -> Any:
    return instance.serializable_value(field)
