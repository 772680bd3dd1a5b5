"""The form fields of the desk: widgets and initial values. The services validate the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from incidents.casework.services.lookalikes import Lookalikes
from incidents.casework.services.questions import point_doubt, rounded_km
from incidents.casework.services.references import place_text, publisher_text, record_text, source_text, unit_text
from incidents.casework.services.values import LONG_TEXT, place_in, split_coordinates
from incidents.dates import DateError, in_words
from incidents.dates.typed import doubt, read
from incidents.gazetteer.coordinates import Coordinates, CoordinatesError, read_angle
from incidents.gazetteer.models import Place, Region
from incidents.languages import language_text
from incidents.records.models import Publisher, Record, Source, Unit
from incidents.register import outlines
from incidents.vocabulary import RecordKind, Term

LANGUAGE_ENDINGS = ("_en", "_uk")


def lazy_safe(function: Callable[..., SafeString]) -> Callable[..., Any]:
    """The function as a lazy one, so that its markup is in the language of each page."""
    return lazy(function, SafeString)


def definitions(terms: type[Term]) -> SafeString:
    """The definitions of a list of terms in a `details` element, lazily translated."""
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
    """One term of a vocabulary, with its definitions as help text; in a row they are in the head of the section
    instead. A judgement is never preselected (`preselected`), whatever the default of the model."""

    def __init__(
        self,
        terms: type[Term],
        *,
        required: bool = True,
        explain: bool = True,
        preselected: bool = True,
        **kwargs: Any,
    ) -> None:
        self.terms, self.preselected = terms, preselected
        choices = list(terms.choices) if required else [("", "—"), *terms.choices]
        super().__init__(choices=choices, required=required, **kwargs)
        if explain:
            self.help_text = definitions(terms)

    def choose_consciously(self, initial: Any) -> None:
        """A required field without an initial value starts empty rather than at the first term."""
        if self.required and not initial:
            self.choices = [("", "—"), *self.terms.choices]


def field_of_column(column: Any, **kwargs: Any) -> Any:
    """The form field for a model field; a vocabulary's field has its definitions as help text."""
    terms: type[Term] | None = getattr(column, "terms", None)
    if hasattr(column, "of_languages"):
        return LanguageField(label=capfirst(column.verbose_name))
    if terms is None:
        return column.formfield(**kwargs)
    return TermField(terms, required=not column.blank, label=capfirst(column.verbose_name))


@lazy_safe
def _explained(label: Any, definition: Any) -> SafeString:
    return format_html('{} <span class="definition">{}</span>', label, definition)


class TermsField(forms.MultipleChoiceField):
    """Several terms of a vocabulary, each with its definition."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, terms: type[Term], *, explain: bool = True, **kwargs: Any) -> None:
        labels = [(term.value, _explained(term.label, term.definition) if explain else term.label) for term in terms]
        super().__init__(choices=labels, required=False, **kwargs)


def suggesting(field: forms.CharField, address: Any, text: Any = "") -> None:
    """Show suggestions below the field during typing; without script the services resolve the text."""
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


@dataclass(frozen=True)
class DateReading:
    """How a typed date is read: its meanings or proposals with their words, why it is refused, why it is unlikely."""

    text: str
    choices: list[tuple[str, str]]
    refusal: str = ""
    doubt: str = ""

    @property
    def only(self) -> str:
        """The EDTF of a text with one meaning, else ""."""
        return self.choices[0][0] if len(self.choices) == 1 and not self.refusal else ""


def date_reading(text: str) -> DateReading:
    """How a text is read as a date; an empty one has no meaning and no refusal."""
    if not text.strip():
        return DateReading("", [])
    try:
        meanings = read(text)
    except DateError as error:
        return DateReading(text, [(edtf, in_words(edtf)) for edtf in error.proposals], refusal=str(error))
    choices = [(when.edtf, in_words(when)) for when in meanings]
    return DateReading(text, choices, doubt=doubt(meanings[0]) if len(meanings) == 1 else "")


class EdtfField(forms.CharField):
    """An uncertain date, as EDTF or as people write it; the page shows how it is read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("24.05.2025 · Nov 2024 · 2024-09/2024-10 · about 23 Nov 2024 · before 6 April 2024")
        )
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "hx-get": reverse_lazy("desk:date_reading"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "next .reading",
        }

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> EdtfBoundField:
        """The field with how its value is read."""
        return EdtfBoundField(form, self, field_name)


class EdtfBoundField(forms.BoundField):
    """A date in a form."""

    @property
    def reading(self) -> DateReading:
        """How the present value is read."""
        return date_reading(str(self.value() or ""))


@dataclass(frozen=True)
class PointReading:
    """How typed coordinates are read: the point, how far it is from the place, why it is refused or unlikely."""

    point: Coordinates | None = None
    km: int | None = None
    place: str = ""
    problem: str = ""
    swapped: Coordinates | None = None

    @property
    def spot(self) -> tuple[str, str] | None:
        """The point in units of the outlines' drawing; None if it is outside."""
        if self.point is None or not self.point.is_covered:
            return None
        longitude, latitude = float(self.point.longitude), float(self.point.latitude)
        return outlines.units(outlines.x(longitude)), outlines.units(outlines.y(latitude))


def point_reading(latitude: str, longitude: str, place: Place | None) -> PointReading:
    """How the texts of both fields are read; either may hold both coordinates."""
    given = split_coordinates({"latitude": latitude.strip(), "longitude": longitude.strip()})
    if not all(given.values()):
        return PointReading()
    try:
        point = Coordinates(read_angle(given["latitude"], "NS"), read_angle(given["longitude"], "EW"))
    except CoordinatesError as error:
        return PointReading(problem=str(error))
    problem, swapped = point_doubt(point, place)
    if place is None or place.latitude is None or place.longitude is None:
        return PointReading(point, problem=problem, swapped=swapped)
    km = rounded_km(point.km_from(place.latitude, place.longitude))
    return PointReading(point, km, place.name(get_language() or "en"), problem, swapped)


class CoordinateField(forms.CharField):
    """A latitude or longitude; either field also takes both, or a link to a map. The page shows the point on a map."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=500, **kwargs)
        self.widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "hx-get": reverse_lazy("desk:point_reading"),
            "hx-trigger": "input changed delay:300ms, focusout from:#id_place delay:300ms",
            "hx-include": "#id_latitude, #id_longitude, #id_place",
            "hx-target": "#point-reading",
        }

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The latitude with how both fields are read."""
        bound = LatitudeBoundField if field_name == "latitude" else forms.BoundField
        return bound(form, self, field_name)


class LatitudeBoundField(forms.BoundField):
    """A latitude in a form, with the point of both fields."""

    @property
    def point(self) -> PointReading:
        """How the present values are read."""
        latitude, longitude, place = (str(self.form[name].value() or "") for name in ("latitude", "longitude", "place"))
        return point_reading(latitude, longitude, place_in(place))


class LanguageField(forms.CharField):
    """A language, by its ISO 639 code or a name; the page's list `languages` suggests them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Type its name or code and choose: Ukrainian, ukr, uk."))
        super().__init__(required=False, max_length=200, **kwargs)
        self.widget.attrs |= {"list": "languages", "autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        """The language as text with its names."""
        return language_text(value) if isinstance(value, str) else value


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A region of the gazetteer, sorted by name in the active language, Ukraine's before others."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.all(), required=False, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> RegionField:
        """A copy for one form; its queryset is sorted for the active language."""
        field = super().__deepcopy__(memo)
        by_name = "sort_uk" if (get_language() or "").startswith("uk") else "sort_en"
        field.queryset = Region.objects.order_by(Case(When(country="UA", then=0), default=1), by_name)
        return field

    def label_from_instance(self, obj: Region) -> str:
        """Донецька область, Donetsk Oblast."""
        return obj.name(get_language() or "en")


class PlaceField(forms.CharField):
    """A settlement or raion of the gazetteer, searched by a part of its name in either script, shown with raion and
    oblast."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, **kwargs)
        suggesting(
            self,
            reverse_lazy("desk:place_suggestions"),
            _("Type a part of the name, in either script, and choose: many settlements share a name."),
        )

    def prepare_value(self, value: Any) -> Any:
        """The place as text with its code, as it can be typed."""
        place = Place.objects.filter(pk=value).first() if isinstance(value, int) else None
        return place_text(place) if place is not None else value


class SourceField(forms.CharField):
    """A source by its code, its URL or a part of its title."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=1000, **kwargs)
        suggesting(self, reverse_lazy("desk:source_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The source as text after its code, as it can be typed."""
        source = Source.objects.filter(pk=value).first() if isinstance(value, int) else None
        return source_text(source) if source is not None else value


class UnitField(forms.CharField):
    """A unit by its full name or its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=320, **kwargs)
        suggesting(self, reverse_lazy("desk:unit_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The unit as text after its code."""
        unit = Unit.objects.filter(pk=value).first() if isinstance(value, int) else None
        return unit_text(unit) if unit is not None else value


class PublisherField(forms.CharField):
    """A publisher by one of its names or its code; a new name is a new publisher."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=320, label=_("Publisher or author"), **kwargs)
        suggesting(self, reverse_lazy("desk:publisher_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The publisher as text after its code."""
        publisher = Publisher.objects.filter(pk=value).first() if isinstance(value, int) else None
        return publisher_text(publisher) if publisher is not None else value


class RecordsField(forms.CharField):
    """Incidents or investigations, one a line, by words of their title or by their codes."""

    widget = forms.Textarea({"rows": 2})

    def __init__(self, model: type[Record], **kwargs: Any) -> None:
        self.model = model
        super().__init__(required=False, max_length=2000, **kwargs)
        suggesting(self, reverse_lazy("desk:record_suggestions", args=[model.KIND]))

    def prepare_value(self, value: Any) -> Any:
        """The records as they can be typed, one a line."""
        if not isinstance(value, list | tuple):
            return value
        codes = [str(getattr(each, "code", each)) for each in value]
        known = {record.code: record_text(record) for record in self.model._default_manager.filter(code__in=codes)}
        return "\n".join(known.get(code, code) for code in codes)


class WebAddressField(forms.URLField):
    """A URL."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, assume_scheme="https", required=False, **kwargs)


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record or a row as a form. It shows saved data and passes on POST data; the services validate and save it.

    The editor sets `known`, the sources that look like one that is created here, and `several`, the addresses that
    stand in one field.
    """

    known: Lookalikes | None = None
    several: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            # Declared fields do not use the model's defaults; without them a list would start at its first term.
            self.initial = {**model_to_dict(self.instance, fields=self.fields), **self.initial}
        for name, field in self.fields.items():
            if isinstance(field, TermField):
                if self.instance._state.adding and not field.preselected:
                    self.initial[name] = ""
                field.choose_consciously(self.initial.get(name))
            if isinstance(field, forms.CharField) and field.max_length is None:
                field.widget.attrs["maxlength"] = str(LONG_TEXT)
            if name.endswith(LANGUAGE_ENDINGS):
                field.widget.attrs["lang"] = name[-2:]  # for spell checkers and speech synthesis

    def _clean_fields(self) -> None:
        """Take the values as posted, without cleaning."""
        for name, field in self.fields.items():
            self.cleaned_data[name] = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _post_clean(self) -> None:
        """The instance is not modified here."""

    def content(self) -> dict[str, Any]:
        """The POST data by field name."""
        self.errors  # noqa: B018 (parses the POST data)
        return {name: value for name, value in self.cleaned_data.items() if name not in ("id", "DELETE")}

    def as_posted(self, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """A content as this form would post it."""
        return {name: posted_values(self.fields[name], value) for name, value in content.items() if name in self.fields}

    def show_error(self, error: FieldError, path: Path) -> None:
        """Add an error to the field at `path` in this form's content, else to the form."""
        self.errors  # noqa: B018 (parses the POST data before any error is added)
        name = self.field_at(path)
        if error.proposal:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix(name)] = error.proposal  # type: ignore[index]
        self.add_error(name if name in self.fields else None, message_of(error))

    def field_at(self, path: Path) -> str:
        """The name of the form field for a path in its content."""
        return str(path[0]) if path else ""


def posted_values(field: forms.Field, value: Any) -> list[str]:
    """A value of a content as the field's widget would post it."""
    prepared = field.prepare_value(value)
    if isinstance(prepared, list):
        return [str(each) for each in prepared]
    return ["" if prepared is None else str(prepared)]


def message_of(error: FieldError) -> str:
    """The message; the code of the record that has the value already is a link, a question has a box to tick."""
    if error.question:
        box = '{} <label class="confirm"><input type="checkbox" name="confirmed" value="{}"> {}</label>'
        return format_html(box, error.message, error.question, _("It is meant so"))
    if not error.existing:
        return error.message
    link = '<a href="{}">{}</a>'
    address = reverse("desk:record", args=[RecordKind.SOURCE, error.existing])
    before, code, after = error.message.partition(error.existing)
    return format_html("{}" + link + "{}", before, address, code, after)
