"""Fields and validators shared by casework models."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language

from incidents.dates import DateError, UncertainDate, parse
from incidents.vocabulary import Term


def code_field(verbose_name: Any, terms: type[Term], **kwargs: Any) -> models.CharField[str, str]:
    """One code of a vocabulary. The model adds the constraint `one_of`; a form shows the definitions."""
    field = models.CharField(verbose_name, max_length=40, choices=terms.choices, **kwargs)
    field.terms = terms  # type: ignore[attr-defined]
    return field


def text_pair(verbose_en: Any, verbose_uk: Any, **kwargs: Any) -> tuple[models.TextField[str, str], ...]:
    """A public text in English and in Ukrainian; either may be empty."""
    return models.TextField(verbose_en, blank=True, **kwargs), models.TextField(verbose_uk, blank=True, **kwargs)


def validate_edtf(text: str) -> None:
    """Rejects texts that are not EDTF dates, with an example."""
    try:
        parse(text)
    except DateError as error:
        raise ValidationError(str(error)) from None


def parsed_or_none(text: str) -> UncertainDate | None:
    """The date of an optional field; an invalid text counts as empty, because validation has already rejected it."""
    try:
        return parse(text) if text else None
    except DateError:
        return None


def edtf_field(verbose_name: Any, **kwargs: Any) -> models.CharField[str, str]:
    """A date as EDTF (ISO 8601-2)."""
    return models.CharField(verbose_name, max_length=64, validators=[validate_edtf], **kwargs)


def language_field(verbose_name: Any, **kwargs: Any) -> models.CharField[str, str]:
    """The language of a text by its ISO 639 code; a form suggests the languages by their names."""
    field = models.CharField(verbose_name, max_length=12, blank=True, **kwargs)
    field.of_languages = True  # type: ignore[attr-defined]
    return field


def either(en: str, uk: str) -> str:
    """The text in the active language, else in the other one."""
    return (uk or en) if get_language() == "uk" else (en or uk)
