"""Form fields of the desk: what they look like and what they show. What is posted is checked by the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.db.models import Case, When
from django.forms.models import model_to_dict
from django.urls import reverse, reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.casework.services.errors import FieldError, Path
from incidents.casework.services.references import place_text, source_text, unit_text
from incidents.casework.services.values import LONG_TEXT
from incidents.dates import DateError, in_words, parse
from incidents.gazetteer.models import Place, Region
from incidents.records.models import Source, Unit
from incidents.vocabulary import RecordKind, Term

LANGUAGE_ENDINGS = ("_en", "_uk")


def lazy_safe(function: Callable[..., SafeString]) -> Callable[..., Any]:
    """The function's markup, made anew in the language of each page."""
    return lazy(function, SafeString)


def definitions(terms: type[Term]) -> SafeString:
    """The definitions of a list of terms, folded; in the page's language, whenever it is shown."""
    return cast("SafeString", _definitions(terms))


@lazy_safe
def _definitions(terms: type[Term]) -> SafeString:
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((term.label, term.definition) for term in terms))
    return format_html(
        '<details class="terms"><summary>{}: {}</summary><dl>{}</dl></details>',
        _("What these terms mean"),
        terms.heading,
        rows,
    )


class TermField(forms.ChoiceField):
    """One term of the vocabulary, its definitions one click away; a row leaves them to the head of its section."""

    def __init__(self, terms: type[Term], *, required: bool = True, explain: bool = True, **kwargs: Any) -> None:
        self.terms = terms
        choices = list(terms.choices) if required else [("", "—"), *terms.choices]
        super().__init__(choices=choices, required=required, **kwargs)
        if explain:
            self.help_text = definitions(terms)

    def choose_consciously(self, initial: Any) -> None:
        """Without a value to begin with, begin at none rather than at the first term."""
        if self.required and not initial:
            self.choices = [("", "—"), *self.terms.choices]


def field_of_column(column: Any, **kwargs: Any) -> Any:
    """The field of a form for a model's column: that of a vocabulary's code explains its terms."""
    terms: type[Term] | None = getattr(column, "terms", None)
    if terms is None:
        return column.formfield(**kwargs)
    return TermField(terms, required=not column.blank, label=capfirst(column.verbose_name))


@lazy_safe
def _explained(label: Any, definition: Any) -> SafeString:
    return format_html('{} <span class="definition">{}</span>', label, definition)


class TermsField(forms.MultipleChoiceField):
    """Several terms of the vocabulary, each with its definition beside it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, terms: type[Term], *, explain: bool = True, **kwargs: Any) -> None:
        labels = [(term.value, _explained(term.label, term.definition) if explain else term.label) for term in terms]
        super().__init__(choices=labels, required=False, **kwargs)


def suggesting(field: forms.CharField, address: Any, text: Any = "") -> None:
    """Show suggestions under the field while its reader types; without script the services resolve the text."""
    field.widget.attrs |= {
        "autocomplete": "off",
        "hx-get": address,
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "next .suggestions",
    }
    field.help_text = _suggestions_above(field.help_text or text)


@lazy_safe
def _suggestions_above(text: Any) -> SafeString:
    return format_html('<ul class="suggestions" aria-live="polite" hidden></ul>{}', text)


@lazy_safe
def _reading_above(text: Any) -> SafeString:
    return format_html('<output class="reading" aria-live="polite"></output>{}', text)


class EdtfField(forms.CharField):
    """An uncertain date; the page shows at once how it reads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("2025-05-22 · 2024-11 · 2024-09/2024-10 · 2024-11-23~ (about) · ../2025-05-21")
        )
        super().__init__(max_length=64, **kwargs)
        self.widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "hx-get": reverse_lazy("desk:date_reading"),
            "hx-trigger": "input changed delay:200ms, load",
            "hx-target": "next .reading",
        }
        self.help_text = _reading_above(self.help_text)


def date_reading(text: str) -> str:
    """How a date reads, or what is accepted instead."""
    try:
        return in_words(parse(text)) if text.strip() else ""
    except DateError as error:
        return str(error)


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A region of the gazetteer, named and sorted in the language of the page, Ukraine's before those abroad."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.all(), required=False, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> RegionField:
        """The field of one form: made for one page, and so in one language."""
        field = super().__deepcopy__(memo)
        by_name = "sort_uk" if (get_language() or "").startswith("uk") else "sort_en"
        field.queryset = Region.objects.order_by(Case(When(country="UA", then=0), default=1), by_name)
        return field

    def label_from_instance(self, obj: Region) -> str:
        """Донецька область, Donetsk Oblast."""
        return obj.name(get_language() or "en")


class PlaceField(forms.CharField):
    """A settlement or raion of the gazetteer, by a part of its name in either script, with raion and oblast shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, **kwargs)
        suggesting(
            self,
            reverse_lazy("desk:place_suggestions"),
            _("Type a part of the name, in either script, and choose: many settlements share a name."),
        )

    def prepare_value(self, value: Any) -> Any:
        """The place in words with its code, as it can be typed."""
        place = Place.objects.filter(pk=value).first() if isinstance(value, int) else None
        return place_text(place) if place is not None else value


class SourceField(forms.CharField):
    """A source by its code, its address or a part of its title."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=1000, **kwargs)
        suggesting(self, reverse_lazy("desk:source_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The source with its code in front, as it can be typed."""
        source = Source.objects.filter(pk=value).first() if isinstance(value, int) else None
        return source_text(source) if source is not None else value


class UnitField(forms.CharField):
    """A unit by its whole name or its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=320, **kwargs)
        suggesting(self, reverse_lazy("desk:unit_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The unit with its code in front."""
        unit = Unit.objects.filter(pk=value).first() if isinstance(value, int) else None
        return unit_text(unit) if unit is not None else value


class CodesField(forms.CharField):
    """Records of one kind by their codes, separated by commas or spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2000, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        """The codes as they can be typed."""
        if isinstance(value, list | tuple):
            return ", ".join(str(getattr(each, "code", each)) for each in value)
        return value


class WebAddressField(forms.URLField):
    """An address on the web."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", required=False, **kwargs)


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record or a row as a form. It shows what is saved and passes on what is posted; the services check and save."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            # Fields declared here forget the model's defaults: a list would begin at its first term instead.
            self.initial = {**model_to_dict(self.instance, fields=self.fields), **self.initial}
        for name, field in self.fields.items():
            if isinstance(field, TermField):
                field.choose_consciously(self.initial.get(name))
            if isinstance(field, forms.CharField) and field.max_length is None:
                field.widget.attrs["maxlength"] = str(LONG_TEXT)
            if name.endswith(LANGUAGE_ENDINGS):
                field.widget.attrs["lang"] = name[-2:]  # for spell checkers and voices, whatever the page's language

    def _clean_fields(self) -> None:
        """Take the values as they were posted."""
        for name, field in self.fields.items():
            self.cleaned_data[name] = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _post_clean(self) -> None:
        """Nothing is written into the instance here."""

    def content(self) -> dict[str, Any]:
        """What was posted, by the names of the fields."""
        self.errors  # noqa: B018 (reads what was posted)
        return {name: value for name, value in self.cleaned_data.items() if name not in ("id", "DELETE")}

    def as_posted(self, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """A content as this form would post it."""
        return {name: posted_values(self.fields[name], value) for name, value in content.items() if name in self.fields}

    def show_error(self, error: FieldError, path: Path) -> None:
        """Show an error at the field that `path` leads to from this form's content, else above the form."""
        self.errors  # noqa: B018 (reads what was posted, before any error is added)
        name = self.field_at(path)
        self.add_error(name if name in self.fields else None, message_of(error))

    def field_at(self, path: Path) -> str:
        """The field of the form for a path in its content."""
        return str(path[0]) if path else ""


def posted_values(field: forms.Field, value: Any) -> list[str]:
    """A value of a content as the field's widget would post it."""
    prepared = field.prepare_value(value)
    if isinstance(prepared, list):
        return [str(each) for each in prepared]
    return ["" if prepared is None else str(prepared)]


def message_of(error: FieldError) -> str:
    """The message, in which the record that has the value already is a link."""
    if not error.existing:
        return error.message
    link = '<a href="{}">{}</a>'
    address = reverse("desk:record", args=[RecordKind.SOURCE, error.existing])
    before, code, after = error.message.partition(error.existing)
    return format_html("{}" + link + "{}", before, address, code, after)
