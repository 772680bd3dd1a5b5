"""The form fields of the public lists. Each parameter is valid, or rejected with a message that says what is accepted.

An empty value is the same as an absent one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.forms.renderers import Jinja2
from django.http import QueryDict
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents import dates
from incidents.register import as_of
from incidents.register.search.questions import question

type Choices = Sequence[tuple[str, str | Promise]]

LONGEST_TEXT = 200  # characters of a search
MOST_WORDS = 12
SHOWN = 60  # characters of a rejected value that a message repeats
MANY = 100_000

# Bidirectional control characters, which can make a text look like another one.
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(value: str) -> str:
    """A rejected value for a message: short, on one line, without invisible characters."""
    visible = "".join(
        character if character.isprintable() and character not in _TURNING else "\ufffd" for character in value
    )
    return visible if len(visible) <= SHOWN else f"{visible[:SHOWN]}…"


def _is_hidden(character: str) -> bool:
    return character in _TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r")


class DayInput(forms.TextInput):
    """A date input if the browser can hold the value, else a text input that shows what was typed."""

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's context, with the input type that fits the value."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        holds = not value or re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", str(value))
        context["widget"]["type"] = "date" if holds else "text"
        return context


class QuestionField(forms.CharField):
    """A search query in the syntax of `search.questions`; a query without letters and digits is empty.

    Invisible characters are rejected, since they are never intended.
    """

    widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_TEXT})

    def clean(self, value: object) -> str:
        """The query as it was typed, or "" if it has no search terms (it may still be being typed). Raises
        ValidationError."""
        text = str(value or "").strip()
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(_("This is too long. At most 200 characters are searched for."), "long")
        if any(_is_hidden(character) for character in text):
            raise forms.ValidationError(_("This contains invisible characters. Type the words anew."), "hidden")
        asked = question(text).words
        if len(asked) > MOST_WORDS:
            raise forms.ValidationError(_("These are too many words. At most 12 are searched for."), "many")
        return text if asked else ""


class WholeNumberField(forms.CharField):
    """A whole number in plain digits, between two bounds."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, *, low: int = 1, high: int = MANY, may_be_empty: bool = True, **kwargs: Any) -> None:
        self.low, self.high, self.may_be_empty = low, high, may_be_empty
        super().__init__(**kwargs)

    def clean(self, value: object) -> int | None:
        """The number; None for an empty value, if it may be empty. Raises ValidationError."""
        text = str(value or "").strip()
        if not text and (self.may_be_empty or value is None):
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.low <= int(text) <= self.high:
            message = _("“%(value)s” is not accepted. Give a whole number from %(low)s to %(high)s.")
            raise forms.ValidationError(
                message, "number", {"value": shown(text), "low": str(self.low), "high": str(self.high)}
            )
        return int(text)


class DayField(forms.CharField):
    """A day in ISO 8601 or EDTF. A month or year stands for its first or its last day."""

    widget = DayInput

    def __init__(self, *, last: bool, **kwargs: Any) -> None:
        self.last = last
        super().__init__(**kwargs)

    def clean(self, value: object) -> date | None:
        """The day; None for an empty value. Raises ValidationError."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            when = dates.parse(text) if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text) else None
        except dates.DateError:
            when = None
        if when is None:
            message = _(
                "“%(value)s” is not a day of the calendar. Write it like 2024-11-24; 2024-11 or 2024 are accepted too."
            )
            raise forms.ValidationError(message, "day", {"value": shown(text)})
        return when.latest if self.last else when.earliest


class AsOfField(forms.CharField):
    """A day as of which the register can be shown: between the first edition and today."""

    widget = DayInput

    def clean(self, value: object) -> date | None:
        """The day; None for an empty value. Raises ValidationError."""
        text = str(value or "").strip()
        return as_of.day_from(text) if text else None


def _unknown(field: forms.ChoiceField, value: str) -> forms.ValidationError:
    accepted = [str(code) for code, _label in field.choices if code]  # type: ignore[misc, union-attr]
    few = ", ".join(accepted) if len(accepted) <= 30 else ", ".join([*accepted[:30], "…"])
    if not few:
        return forms.ValidationError(_("“%(value)s” is not known here."), "unknown", {"value": shown(value)})
    message = _("“%(value)s” is not known here. Accepted are: %(accepted)s.")
    return forms.ValidationError(message, "unknown", {"value": shown(value), "accepted": few})


class Shared(BaseChoiceIterator):
    """Immutable choices, shared by the forms of all requests without Django's copying and normalising."""

    def __init__(self, choices: Choices) -> None:
        self.choices = tuple(choices)

    def __iter__(self) -> Iterator[tuple[str, str | Promise]]:
        return iter(self.choices)

    def __deepcopy__(self, memo: dict[int, Any]) -> Shared:
        return self


class Offered(Shared):
    """Choices that are read on each access, because they change with the register, the language or the year."""

    def __init__(self, read: Callable[[], Choices]) -> None:
        super().__init__(())
        self._read = read

    def __iter__(self) -> Iterator[tuple[str, str | Promise]]:
        return iter(self._read())


class OfChoices:
    """A mixin for fields: `deepcopy` shares the choices."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        memo[id(self._choices)] = self._choices  # type: ignore[attr-defined]
        return super().__deepcopy__(memo)  # type: ignore[misc]


class CodeField(OfChoices, forms.ChoiceField):
    """One code of a list."""

    def validate(self, value: str) -> None:
        """Raises ValidationError with the accepted codes."""
        if value and not self.valid_value(value):
            raise _unknown(self, value)


class CodesField(OfChoices, forms.MultipleChoiceField):
    """One or more codes of a list; empty ones are ignored, duplicates count once."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Iterable[str] | None) -> list[str]:
        """The codes in the order of the list. Raises ValidationError with the accepted codes."""
        given = {code for code in value or () if code}
        for code in sorted(given):
            if not self.valid_value(code):
                raise _unknown(self, code)
        return [str(code) for code, _label in self.choices if code in given]  # type: ignore[misc, union-attr]


class StrictForm(forms.Form):
    """Rejects unknown parameters, and several values for a parameter that takes one."""

    default_renderer = Jinja2()  # one for all forms, because each instance compiles its templates again

    def clean(self) -> dict[str, Any]:
        """Adds an error for each such parameter; an unknown one is a non-field error."""
        for name, values in cast("QueryDict", self.data).lists():
            if name not in self.fields:
                message = _("“%(name)s” is not a parameter of this list. It takes: %(names)s.")
                accepted = ", ".join(sorted(self.fields, key=lambda each: each == "page"))
                self.add_error(
                    None, forms.ValidationError(message, "parameter", {"name": shown(name), "names": accepted})
                )
            elif len(values) > 1 and not isinstance(self.fields[name], CodesField):
                self.add_error(name, forms.ValidationError(_("This may be given only once."), "repeated"))
        return self.cleaned_data
