"""What a term is: a fixed code with a label and a definition in two languages, and the constraints built on it."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import get_language

from incidents.constraints import Rule

type Words = tuple[str, str]


def _chosen(en: str, uk: str) -> str:
    return uk if (get_language() or "").startswith("uk") else en


# Without an active language (as in makemigrations) a text is the English one: migrations are the same for everyone.
text = lazy(_chosen, str)


class Term(models.TextChoices):
    """A vocabulary: its members carry `label` and `definition`, the class `heading` and `explanation`.

    All four are lazy and read in the active language.
    """

    heading: str
    explanation: str

    _value_: str
    definition: str
    details: tuple[Any, ...]

    def __init_subclass__(cls, *, heading: Words, explanation: Words) -> None:
        cls.heading, cls.explanation = text(*heading), text(*explanation)

    def __new__(cls, code: str, definition: str = "", *details: object) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.definition = definition
        member.details = details
        return member


def term(code: str, *, en: Words, uk: Words, details: tuple[object, ...] = ()) -> tuple[object, ...]:
    """A member of a `Term`. The label comes last: Django takes it off the tuple before `Term.__new__` sees it."""
    return (code, text(en[1], uk[1]), *details, text(en[0], uk[0]))


def one_of(field: str, terms: type[Term], name: str) -> Rule:
    """The database's own rule that `field` holds a code of `terms`, or NULL where the column allows it."""
    return Rule(condition=Q(**{f"{field}__in": terms.values}), name=name)


def all_of(field: str, terms: type[Term], name: str) -> Rule:
    """The database's own rule that every entry of the array `field` is a code of `terms`."""
    return Rule(condition=Q(**{f"{field}__contained_by": terms.values}), name=name)
