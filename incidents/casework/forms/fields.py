"""Form fields for what people type: texts, uncertain dates, places, sources, codes of the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, QuerySet, When
from django.forms.models import model_to_dict
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.casework.models import Record, Source, Unit
from incidents.casework.models.records import CODE_LETTER
from incidents.dates import DateError, in_words, parse
from incidents.gazetteer.models import Place, Region
from incidents.gazetteer.search import find_by_code, find_places
from incidents.vocabulary import Access, Term
from people.models import User

LONG_TEXT = 20_000
# Marks that turn the direction of writing can make a text read otherwise than it is stored.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CODE_IN_BRACKETS = re.compile(r"\[([A-Z0-9]{2,24})\]\s*$")
RECORD_CODE = re.compile(r"^\s*([A-Z]{1,8}-[0-9]{4,9})\b")
SUGGESTIONS = 8
LANGUAGE_ENDINGS = ("_en", "_uk")
UNSEEN_ADDRESS = _(
    "A source of this address exists that you may not open. Ask a reviewer, who finds it by searching for the address."
)


def clean_url(text: str) -> str:
    """An address as it is compared: scheme and host in lower case, without the fragment. Raises ValueError."""
    parts = urlsplit(text.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))


def validate_clean_text(text: str) -> None:
    """Refuses control characters and marks that turn the direction of writing."""
    if DIRECTION_MARKS.search(text):
        raise ValidationError(_("Remove the invisible marks that turn the direction of writing."))
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        raise ValidationError(_("Remove the control characters."))


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
        self.terms = terms
        labels = [(term.value, _explained(term.label, term.definition) if explain else term.label) for term in terms]
        super().__init__(choices=labels, required=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """The chosen codes in the vocabulary's order, whatever order they came in: order says nothing here."""
        chosen = set(super().clean(value))
        return [code for code in self.terms.values if code in chosen]


def suggesting(field: forms.CharField, address: Any, text: Any = "") -> None:
    """Show suggestions under the field while its reader types; without script the field resolves the text itself."""
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

    def clean(self, value: Any) -> str:
        """The date as EDTF. Raises ValidationError with an example of what is accepted."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse(text).edtf
        except DateError as error:
            raise ValidationError(str(error)) from None


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

    def clean(self, value: Any) -> Place | None:
        """The one place that the text names. Raises ValidationError with the candidates when there are several."""
        text = super().clean(value)
        if not text:
            return None
        bracketed = CODE_IN_BRACKETS.search(text)
        place = find_by_code(bracketed.group(1) if bracketed else text.strip())
        if place is not None:
            return place
        hits = find_places(text, limit=SUGGESTIONS)
        if len(hits) == 1:
            return hits[0]
        if not hits:
            raise ValidationError(_("No place of this name is in the gazetteer. Leave it empty and give the region."))
        raise ValidationError([_("Several places have this name. Copy the one that is meant:"), *map(place_text, hits)])


def place_text(place: Place) -> str:
    """A place in words, with its code in brackets, which is what decides."""
    return f"{place.label(get_language() or 'en')} [{place.code}]"


class NamingField(forms.CharField):
    """A field that names records. Its author names what they may see, and what the record names already."""

    author: User | None = None
    linked: frozenset[int] = frozenset()
    named: Callable[[], frozenset[int]] = frozenset

    def may_name(self, model: type[Record]) -> QuerySet[Any]:
        """The records of this kind that the author may name."""
        visible = Record.objects.visible_to(self.author) if self.author is not None else Record.objects.none()
        return model._default_manager.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=self.linked | self.named()))


class SourceField(NamingField):
    """A source by its code, its address or a part of its title."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=1000, **kwargs)
        suggesting(self, reverse_lazy("desk:source_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The source with its code in front, as it can be typed."""
        source = Source.objects.filter(pk=value).first() if isinstance(value, int) else None
        return source_text(source) if source is not None else value

    def clean(self, value: Any) -> Source | None:
        """The one source that the text names. Raises ValidationError when none or several do."""
        text = super().clean(value)
        if not text:
            return None
        return self._of_code(text) or source_at(text, self.may_name(Source)) or self._of_words(text)

    def _of_code(self, text: str) -> Source | None:
        code = RECORD_CODE.match(text.upper())
        if code is None:
            return None
        source = self.may_name(Source).filter(code=code[1]).first()
        if source is None and code[1].startswith(f"{CODE_LETTER[Source.KIND]}-"):
            raise ValidationError(_("No source has the code %(code)s.") % {"code": code[1]})
        return source

    def _of_words(self, text: str) -> Source:
        found = find_sources(text).filter(pk__in=self.may_name(Source).values("pk"))
        exact = list(found.filter(title=text)[:2])
        hits = exact if len(exact) == 1 else list(found[:SUGGESTIONS])
        if len(hits) == 1:
            return hits[0]
        if not hits:
            raise ValidationError(_("No source has this address or title. Create it below, or leave this empty."))
        raise ValidationError([_("Several sources match. Copy the one that is meant:"), *map(source_text, hits)])


def source_at(address: str, may_name: QuerySet[Source]) -> Source | None:
    """The source of exactly this address: there is one at most, so who knows the address may name it unseen.

    Raises ValidationError for a confidential one that the author may not see.
    """
    if not address.lower().startswith(("http://", "https://")):
        return None
    try:
        source = Source.objects.filter(url=clean_url(address)).first()
    except ValueError:
        return None
    if source is not None and source.access == Access.CONFIDENTIAL and not may_name.filter(pk=source.pk).exists():
        raise ValidationError(UNSEEN_ADDRESS)
    return source


def find_sources(text: str) -> QuerySet[Source]:
    """Sources whose address, title or publisher contains the text."""
    wanted = Q(url__iexact=text) | Q(title__icontains=text) | Q(publisher__icontains=text) | Q(url__icontains=text)
    if RECORD_CODE.match(text.upper()):
        wanted |= Q(code__startswith=text.upper().split()[0])
    return Source.objects.filter(wanted).order_by("code")


def source_text(source: Source) -> str:
    """A source with its code in front, which is what decides."""
    return f"{source.code} · {source.publisher} · {source.title}"[:300]


class UnitField(NamingField):
    """A unit by its whole name, or by its code, which tells its name and so is only of what the author may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=320, **kwargs)
        suggesting(self, reverse_lazy("desk:unit_suggestions"))

    def prepare_value(self, value: Any) -> Any:
        """The unit with its code in front."""
        unit = Unit.objects.filter(pk=value).first() if isinstance(value, int) else None
        return unit_text(unit) if unit is not None else value

    def clean(self, value: Any) -> Unit | None:
        """The unit that the text names. Raises ValidationError when there is none."""
        text = super().clean(value)
        if not text:
            return None
        code = RECORD_CODE.match(text.upper())
        wanted = Q(code=code.group(1)) if code else Q(name_en__iexact=text) | Q(name_uk__iexact=text)
        may_name = Unit.objects.visible_to(self.author) if code and self.author is not None else Unit.objects.all()
        unit = may_name.filter(wanted).first()
        if unit is None:
            raise ValidationError(_("No unit has this code or name. Create it below."))
        return unit


def unit_text(unit: Unit) -> str:
    """A unit with its code in front."""
    return f"{unit.code} · {unit}"


class CodesField(NamingField):
    """Records of one kind by their codes, separated by commas or spaces."""

    def __init__(self, model: type[Record], **kwargs: Any) -> None:
        self.model = model
        super().__init__(required=False, max_length=2000, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        """The codes as they can be typed."""
        if isinstance(value, list | tuple):
            return ", ".join(str(getattr(each, "code", each)) for each in value)
        return value

    def clean(self, value: Any) -> list[Record]:
        """The records. Raises ValidationError naming the codes that nothing has."""
        typed = re.split(r"[\s,;]+", (super().clean(value) or "").upper())
        codes = [code for code in dict.fromkeys(typed) if code]
        found = {record.code: record for record in self.may_name(self.model).filter(code__in=codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise ValidationError(_("Nothing has the code %(codes)s.") % {"codes": ", ".join(unknown)})
        return [found[code] for code in codes]


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of the desk: it knows its author, every text has a length and refuses what could deceive a reader.

    `named` answers the sources that the record names already, whoever may see them.
    """

    def __init__(
        self, *args: Any, author: User | None = None, named: Callable[[], frozenset[int]] = frozenset, **kwargs: Any
    ) -> None:
        self.author = author
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            # Fields declared here forget the model's defaults: a list would begin at its first term instead.
            self.initial = {**model_to_dict(self.instance, fields=self.fields), **self.initial}
        for name, field in self.fields.items():
            if isinstance(field, NamingField):
                field.author, field.named, field.linked = author, named, self._linked(name)
            if isinstance(field, TermField):
                field.choose_consciously(self.initial.get(name))
            if isinstance(field, forms.CharField):
                _bound(field)
            if name.endswith(LANGUAGE_ENDINGS):
                field.widget.attrs["lang"] = name[-2:]  # for spell checkers and voices, whatever the page's language

    def _linked(self, name: str) -> frozenset[int]:
        """What a list of codes holds already."""
        if not isinstance(self.fields[name], CodesField) or self.instance.pk is None:
            return frozenset()
        return frozenset(getattr(self.instance, name).values_list("pk", flat=True))


def _bound(field: forms.CharField) -> None:
    if field.max_length is None:
        field.max_length = LONG_TEXT
        field.widget.attrs["maxlength"] = str(LONG_TEXT)
        field.validators.append(_max_length)
    field.validators.append(validate_clean_text)


def _max_length(text: str) -> None:
    if len(text) > LONG_TEXT:
        raise ValidationError(_("This text is longer than %(limit)s characters.") % {"limit": LONG_TEXT})
