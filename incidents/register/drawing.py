"""Fragments of pages that come again: the same template with the same values is drawn once for each language.

A template of Django's takes a third of a millisecond where finding what it gave before takes some microseconds; on the
page of an incident one quotation stands in a cell of the matrix for each fact that it is about, and a sign in each.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from incidents.register.as_of import moment
from incidents.register.bounded import Bounded

MOST_BYTES = 16 * 1024 * 1024  # of fragments that a process keeps
PLAIN = (str, SafeString, int, float, bool, date, datetime, type(None))

_kept: Bounded[Hashable, SafeString] = Bounded(MOST_BYTES)


class UnkeptError(TypeError):
    """A value whose content cannot be told apart from another's, such as a row of the database."""


def drawn(template: str, values: Mapping[str, Any]) -> SafeString:
    """The template with these values and nothing else of the page, as `{% include … only %}` gives it.

    Language and day of the register are part of what it is kept by. Values are texts, numbers, days, and lists,
    mappings and dataclasses of these; with anything else it is drawn anew each time.
    """
    try:
        key = (template, get_language(), moment(), frozen(values))
    except UnkeptError:
        return render_to_string(template, dict(values))
    found = _kept.get(key)
    if found is None:
        found = render_to_string(template, dict(values))
        _kept.put(key, found, 4 * len(found))  # the key holds the same texts
    return found


def frozen(value: Any) -> Hashable:
    """The content of a value; of different types it is never the same (`True` is not 1, a safe text no text).

    Raises UnkeptError for what it does not know.
    """
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if isinstance(value, Mapping):
        return kind, tuple([(key, frozen(each)) for key, each in value.items()])
    if isinstance(value, list | tuple):
        return kind, tuple([frozen(each) for each in value])
    if isinstance(value, Promise):
        return Promise, str(value)
    if is_dataclass(value):
        return kind, tuple([frozen(getattr(value, each.name)) for each in fields(value)])
    raise UnkeptError(kind.__name__)
