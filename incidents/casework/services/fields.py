"""Cleaning the fields of a record or a row: every value is checked, and all errors are collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from incidents.casework.contents import content_fields, plain
from incidents.casework.services.errors import FieldError
from incidents.casework.services.references import References, place_text
from incidents.casework.services.rules import broken
from incidents.casework.services.values import (
    address_value,
    coordinate_value,
    date_value,
    language_value,
    place_value,
    region_value,
    split_coordinates,
    terms_value,
    text_value,
)
from incidents.diff.contents import Content
from incidents.gazetteer.models import Place, Region
from incidents.records.models import Record, Source, Unit
from incidents.records.models.fields import validate_edtf
from incidents.vocabulary import Conduct, Fact, ProtectedStatus, Term

TERM_LISTS: dict[str, type[Term]] = {"conduct": Conduct, "protected_status": ProtectedStatus, "facts": Fact}


@dataclass
class Cleaned:
    """A record or a row with its values set, its normalised content, and its errors.

    `rows` are a record's rows by name; `changed` is whether the content differs from the saved one. `new_source` is
    saved before the row that cites it.
    """

    instance: Any
    content: Content = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    rows: dict[str, list[Cleaned]] = field(default_factory=dict)
    changed: bool = True
    new_source: Cleaned | None = None

    def refuse(self, name: str, error: ValidationError | str) -> None:
        """Add an error to a field; an empty name means the whole record or row."""
        path = (name,) if name else ()
        for each in ValidationError(error).error_list:
            proposal = (each.params or {}).get("proposal", "")
            self.errors += [FieldError(path, str(text), each.code or "", proposal=proposal) for text in each.messages]

    @property
    def wrong(self) -> set[str]:
        """The fields with an error."""
        return {str(error.path[0]) for error in self.errors if error.path}


class FieldCleaner:
    """Cleans the fields of a model instance. Foreign keys are looked up in `references`."""

    def __init__(self, references: References, record: Record | None) -> None:
        self.references, self.record = references, record

    def clean(self, instance: models.Model, given: Content, skipped: frozenset[str] = frozenset()) -> Cleaned:
        """Clean the given fields. A field that is not given keeps its value, or has its default in a new instance."""
        cleaned = Cleaned(instance)
        given = split_coordinates(given)
        fields = [each for each in content_fields(type(instance)) if each.name not in skipped]
        for name in given.keys() - {each.name for each in fields}:
            cleaned.refuse(name, _("There is no such field."))
        for each in fields:
            self._clean_field(cleaned, each, given)
        return cleaned

    def _clean_field(self, cleaned: Cleaned, each: Any, given: Content) -> None:
        name, instance = each.name, cleaned.instance
        if name not in given and (instance.pk is not None or each.has_default() or each.many_to_many):
            value = _present(instance, each)
        else:
            try:
                value = self._value(each, given.get(name), instance)
            except ValidationError as error:
                cleaned.refuse(name, error)
                cleaned.content[name] = given.get(name)
                return
            if not each.many_to_many:
                setattr(instance, name, value)
        cleaned.values[name] = value
        cleaned.content[name] = sorted(plain(value)) if each.many_to_many else plain(value)

    def _value(self, each: Any, value: Any, instance: models.Model) -> Any:
        """One value, cleaned by the type of its field. Raises ValidationError."""
        if each.many_to_many:
            linked = getattr(instance, each.name).values_list("pk", flat=True) if instance.pk else ()
            return self.references.records(each.related_model, value, linked)
        if each.related_model is not None:
            found = self._related(each.related_model, value)
            if found is None and not each.null:
                raise ValidationError(forms.Field.default_error_messages["required"], "required")
            return found
        if isinstance(each, ArrayField):
            return terms_value(TERM_LISTS[each.name], value or [])
        if isinstance(each, models.URLField):
            return address_value(value)
        if validate_edtf in each.validators:
            return date_value(each, value)
        if each.name in ("latitude", "longitude"):
            return coordinate_value(each, value)
        if hasattr(each, "of_languages"):
            return language_value(value)
        return text_value(each, value)

    def _related(self, model: type[models.Model], value: Any) -> Any:
        finders: dict[type[models.Model], Any] = {
            Source: self.references.source,
            Unit: self.references.unit,
            Region: region_value,
            Place: partial(place_value, label=place_text),
        }
        return finders[model](value)

    def check(self, cleaned: Cleaned) -> Cleaned:
        """Add the errors of rules and constraints, except those about fields that have an error already."""
        instance = cleaned.instance
        for name, text in broken(type(instance), cleaned.values, instance, self.record):
            cleaned.refuse(name, text)
        excluded = {each.name for each in instance._meta.get_fields()} - cleaned.values.keys() | cleaned.wrong
        for validate in (instance.validate_unique, instance.validate_constraints):
            try:
                validate(exclude=excluded)
            except ValidationError as error:
                for name, errors in error.error_dict.items():
                    cleaned.refuse("" if name == NON_FIELD_ERRORS else name, ValidationError(errors))
        return cleaned


def _present(instance: Any, each: Any) -> Any:
    """The present value of an instance's field."""
    if each.many_to_many:
        return list(getattr(instance, each.name).all()) if instance.pk is not None else []
    return getattr(instance, each.name)
