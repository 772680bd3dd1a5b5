"""Parsing single values, from people and programs, into their stored form. Each function raises ValidationError."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.dates import DateError, in_words, parse
from incidents.dates.typed import read
from incidents.diff.contents import Content
from incidents.gazetteer.coordinates import CoordinatesError, is_pair, read_angle, read_coordinates
from incidents.gazetteer.hints import find_hint
from incidents.gazetteer.models import Place, Region
from incidents.gazetteer.search import find_by_code, find_places
from incidents.identity.web_addresses import AddressError, address_key, several_addresses
from incidents.languages import find_language, language_text, similar_languages
from incidents.vocabulary import Term

LONG_TEXT = 20_000  # characters
# Bidirectional control characters can make a text look different from what is stored.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CODE_IN_BRACKETS = re.compile(r"\[([A-Z0-9]{2,24})\]\s*$")
SUGGESTIONS = 8
SEVERAL_ADDRESSES = _("These are several addresses. Each is a source of its own: choose the one that is meant here.")
LONGEST_LANGUAGE = 100  # characters
DATE_WORDS = " · "  # between a date and its words


def validate_clean_text(text: str) -> None:
    """Rejects control characters and bidirectional control characters."""
    if DIRECTION_MARKS.search(text):
        raise ValidationError(_("Remove the invisible marks that turn the direction of writing."))
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        raise ValidationError(_("Remove the control characters."))


def scalar(value: Any) -> str:
    """A single value as text, with LF line endings."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValidationError(_("Give a single value."))
    return str(value).replace("\r\n", "\n")


def text_value(field: models.Field[Any, Any], value: Any) -> Any:
    """A text, number or code, cleaned by its model field."""
    text = scalar(value)
    cleaner = field.formfield()
    assert isinstance(cleaner, forms.Field)
    if isinstance(cleaner, forms.CharField):
        validate_clean_text(text)
        if (cleaner.max_length or LONG_TEXT) >= LONG_TEXT and len(text.strip()) > LONG_TEXT:
            raise ValidationError(_("This text is longer than %(limit)s characters.") % {"limit": LONG_TEXT})
    cleaned = cleaner.clean(text)
    if cleaned in field.empty_values:
        return cleaned
    checked = field.clean(cleaned, None)
    return _at_scale(field, checked) if isinstance(field, models.DecimalField) else checked


def _at_scale(field: models.DecimalField[Any, Any], number: Decimal) -> Decimal:
    """The number with the decimal places of its column."""
    return number.quantize(Decimal(1).scaleb(-(field.decimal_places or 0)))


def date_value(field: models.Field[Any, Any], value: Any) -> str:
    """An uncertain date as EDTF (ISO 8601-2). Any other text is refused with the dates that it can mean."""
    text = scalar(value).partition(DATE_WORDS)[0].strip()
    if not text:
        if field.blank:
            return ""
        raise ValidationError(_required(), "required")
    validate_clean_text(text)
    try:
        return parse(text).edtf
    except DateError:
        pass
    try:
        meanings = read(text)
    except DateError as error:
        raise ValidationError([str(error), *map(date_text, error.proposals)]) from None
    if len(meanings) > 1:
        texts = [date_text(when.edtf) for when in meanings]
        raise ValidationError([_("This has several meanings. Choose the one that is meant:"), *texts])
    raise ValidationError(
        _("This is read as %(words)s. Save again to keep it so, or correct it."),
        "read",
        {"words": in_words(meanings[0]), "proposal": meanings[0].edtf},
    )


def date_text(edtf: str) -> str:
    """A date with its words, by which it can be looked up: "2024-11 · some time in November 2024"."""
    return f"{edtf}{DATE_WORDS}{in_words(edtf)}"


def split_coordinates(given: Content) -> Content:
    """The content with both coordinates in their fields where both are typed in one; what is not readable stays."""
    for name in ("latitude", "longitude"):
        text = given.get(name)
        if isinstance(text, str) and is_pair(text):
            try:
                point = read_coordinates(text)
            except CoordinatesError:
                return given
            return {**given, "latitude": str(point.latitude), "longitude": str(point.longitude)}
    return given


def coordinate_value(field: models.Field[Any, Any], value: Any) -> Decimal | None:
    """A latitude or longitude in degrees with five decimals, as people write it."""
    text = scalar(value).strip()
    if not text:
        return None
    validate_clean_text(text)
    try:
        if is_pair(text):
            read_coordinates(text)  # raises the reason why `split_coordinates` left it
        return read_angle(text, "NS" if field.name == "latitude" else "EW")
    except CoordinatesError as error:
        raise ValidationError(str(error)) from None


def language_value(value: Any) -> str:
    """The ISO 639 code of a language that is given by its code or a name."""
    text = scalar(value).strip()
    if not text:
        return ""
    validate_clean_text(text)
    code = find_language(text) if len(text) <= LONGEST_LANGUAGE else None
    if code is None:
        similar = [language_text(code) for code in similar_languages(text[:LONGEST_LANGUAGE])]
        raise ValidationError(
            [_("No language has this code or name (ISO 639). Type it like uk, ukr or Ukrainian."), *similar]
        )
    return code


def terms_value(terms: type[Term], value: Any) -> list[str]:
    """Several codes of a vocabulary, in the order of the vocabulary."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise ValidationError(_("Give a list of codes."))
    chosen = set(forms.MultipleChoiceField(choices=terms.choices, required=False).clean(list(value)))
    return [code for code in terms.values if code in chosen]


def address_value(value: Any) -> str:
    """The URL of a web page as it was typed, its scheme in lower case; only http and https.

    Several addresses in one text are offered apart.
    """
    text = scalar(value).strip()
    validate_clean_text(text)
    if addresses := several_addresses(text):
        raise ValidationError([SEVERAL_ADDRESSES, *addresses], "several")
    text = str(forms.URLField(max_length=1000, assume_scheme="https", required=False).clean(text))
    if not text:
        return ""
    if urlsplit(text).scheme.lower() not in ("http", "https"):
        raise ValidationError(_("An address starts with https:// or http://."))
    if "@" in urlsplit(text).netloc:
        # https://known-name@other-host/ leads to the other host.
        raise ValidationError(_("An address has no name or password before its host."))
    try:
        address_key(text)
    except AddressError:
        raise ValidationError(_("This is not the address of a web page.")) from None
    scheme, _colon, rest = text.partition(":")
    return f"{scheme.lower()}:{rest}"


def region_value(value: Any) -> Region | None:
    """A region of the gazetteer, by its ISO 3166-2 code."""
    code = scalar(value).strip()
    if not code:
        return None
    region: Region = forms.ModelChoiceField(Region.objects.all()).clean(code)
    return region


def place_in(text: str) -> Place | None:
    """The place whose code is in brackets at the end of a text, as a form shows it, or whose primary key it is."""
    bracketed = CODE_IN_BRACKETS.search(text)
    if bracketed:
        return find_by_code(bracketed[1])
    return Place.objects.filter(pk=text).first() if text.isascii() and text.isdigit() and len(text) < 10 else None


def place_value(value: Any, label: Any) -> Place | None:
    """The one place of the gazetteer that matches a code or a name; `label` formats the candidates if there are
    several."""
    text = scalar(value).strip()
    if not text:
        return None
    validate_clean_text(text)
    bracketed = CODE_IN_BRACKETS.search(text)
    place = find_by_code(bracketed.group(1) if bracketed else text)
    if place is not None:
        return place
    hits = find_places(text, limit=SUGGESTIONS + 1)
    if len(hits) == 1:
        return hits[0]
    hint = find_hint(text)
    if hint is not None and hint.city is not None:
        message = _("“%(name)s” is a part of a city. Copy the city if it is meant:") % {"name": hint.name}
        raise ValidationError([message, label(hint.city)])
    if not hits:
        raise ValidationError(_("No place of this name is in the gazetteer. Leave it empty and give the region."))
    several = (
        _("More than %(n)s places match. Copy the one that is meant, or add the raion or oblast after a comma:")
        if len(hits) > SUGGESTIONS
        else _("Several places have this name. Copy the one that is meant:")
    )
    raise ValidationError([several % {"n": SUGGESTIONS}, *map(label, hits[:SUGGESTIONS])])


def _required() -> Any:
    return forms.Field.default_error_messages["required"]
