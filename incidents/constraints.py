"""Check constraints that are also evaluated in Python, so that validating a form needs no query."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q

# The lookups that the constraints use. The database enforces them in any case.
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: value == other,
    "in": lambda value, others: value in others,
    "gte": lambda value, other: value >= other,
    "lte": lambda value, other: value <= other,
    "regex": lambda value, pattern: re.search(pattern, value) is not None,
    "contained_by": lambda values, others: set(values) <= set(others),
}


class Rule(CheckConstraint):
    """A check constraint that is validated without a query; Django would run three for each row.

    NULL is neither true nor false, as in SQL, and a constraint that is not false is satisfied.
    """

    def validate(
        self, model: type[Model], instance: Model, exclude: Collection[str] | None = None, using: str = ""
    ) -> None:
        """Raises ValidationError if the constraint is violated. One that involves an excluded field is skipped."""
        assert isinstance(self.condition, Q)
        if not _fields(self.condition) & set(exclude or ()) and _holds(self.condition, instance) is False:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        """A migration contains Django's own constraint."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs


def _fields(condition: Q) -> set[str]:
    """The fields that a condition involves."""
    found = set[str]()
    for child in condition.children:
        if isinstance(child, Q):
            found |= _fields(child)
        elif isinstance(child, tuple):
            found |= {child[0].partition("__")[0], *_named(child[1])}
    return found


def _named(value: object) -> list[str]:
    """The field that an `F` expression refers to."""
    return [str(value.deconstruct()[1][0])] if isinstance(value, F) else []


def _holds(condition: Q, instance: Model) -> bool | None:
    """The value of a condition in SQL's three-valued logic: None for NULL."""
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
