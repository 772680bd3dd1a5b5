"""What the public lists may be asked. The address is the filter: every parameter is understood, or refused by name.

A filter set is given its queryset and narrows it; it never chooses one. An empty value is the same as an absent one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

import django_filters
from django import forms
from django.contrib.postgres.search import SearchRank
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents import dates
from incidents.gazetteer.models import Region
from incidents.gazetteer.names import ukrainian_sort_key
from incidents.register import as_of
from incidents.register.head import cached_per_head
from incidents.register.models import RegisterIncident, RegisterInvestigation, RegisterSource, RegisterUnit
from incidents.register.search.questions import Lexemes, Question, question
from incidents.vocabulary import Access, BodyKind, Conduct, Grade, Setting, SourceKind, StepStatus

type Choices = Sequence[tuple[str, str | Promise]]

LONGEST_TEXT = 200  # characters of a search
MOST_WORDS = 12
SHOWN = 60  # characters of a refused value that a message repeats
MANY = 100_000

# Marks that turn the direction of writing, with which a text can be made to read as another one.
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(value: str) -> str:
    """A refused value as a message may repeat it: short, on one line, with nothing invisible in it."""
    visible = "".join(
        character if character.isprintable() and character not in _TURNING else "\ufffd" for character in value
    )
    return visible if len(visible) <= SHOWN else f"{visible[:SHOWN]}…"


def _is_hidden(character: str) -> bool:
    return character in _TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r")


class DayInput(forms.TextInput):
    """The browser's own calendar where it can hold the value, else a plain field that shows what was typed."""

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, with the type that fits the value."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        holds = not value or re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", str(value))
        context["widget"]["type"] = "date" if holds else "text"
        return context


class QuestionField(forms.CharField):
    """What to search for in the language of `searching.question`; what has no letter and no digit asks nothing.

    What cannot be seen is refused, since nobody meant to search for it.
    """

    widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_TEXT})

    def clean(self, value: object) -> str:
        """As it was typed, empty where it asks nothing: somebody is still typing. Raises ValidationError."""
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

    def __init__(self, *, low: int = 1, high: int = MANY, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**kwargs)

    def clean(self, value: object) -> int | None:
        """The number, None for an empty value. Raises ValidationError."""
        text = str(value or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.low <= int(text) <= self.high:
            message = _("“%(value)s” is not accepted. Give a whole number from %(low)s to %(high)s.")
            raise forms.ValidationError(
                message, "number", {"value": shown(text), "low": str(self.low), "high": str(self.high)}
            )
        return int(text)


class DayField(forms.CharField):
    """A day, or a month or year for its first or last day, as ISO 8601 and EDTF write it."""

    widget = DayInput

    def __init__(self, *, last: bool, **kwargs: Any) -> None:
        self.last = last
        super().__init__(**kwargs)

    def clean(self, value: object) -> date | None:
        """The day, None for an empty value. Raises ValidationError."""
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
    """A day whose register is shown: not before the first edition and not after today."""

    widget = DayInput

    def clean(self, value: object) -> date | None:
        """The day, None for an empty value. Raises ValidationError."""
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
    """Choices that no form changes: every request's form shares them, and Django does not look through them again."""

    def __init__(self, choices: Choices) -> None:
        self.choices = tuple(choices)

    def __iter__(self) -> Iterator[tuple[str, str | Promise]]:
        return iter(self.choices)

    def __deepcopy__(self, memo: dict[int, Any]) -> Shared:
        return self


class OfChoices:
    """A field whose copies share its choices."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        memo[id(self._choices)] = self._choices  # type: ignore[attr-defined]
        return super().__deepcopy__(memo)  # type: ignore[misc]


class CodeField(OfChoices, forms.ChoiceField):
    """One code of a list."""

    def validate(self, value: str) -> None:
        """Raises ValidationError with the codes that are accepted."""
        if value and not self.valid_value(value):
            raise _unknown(self, value)


class CodesField(OfChoices, forms.MultipleChoiceField):
    """One or more codes of a list; empty ones count as absent, repeated ones once."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Iterable[str] | None) -> list[str]:
        """The codes in the order of the list. Raises ValidationError with those that are accepted."""
        given = {code for code in value or () if code}
        for code in sorted(given):
            if not self.valid_value(code):
                raise _unknown(self, code)
        return [str(code) for code, _label in self.choices if code in given]  # type: ignore[misc, union-attr]


class QuestionFilter(django_filters.CharFilter):  # type: ignore[misc]
    """The full text answers the question. `field_name` is where its vector is."""

    field_class = QuestionField

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """What asks nothing narrows nothing."""
        lexemes = question(value).tsquery(queryset.db) if value else ""
        return queryset.filter(**{self.field_name: Lexemes(lexemes)}) if lexemes else queryset


class WholeNumberFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = WholeNumberField


class DayFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = DayField


class AsOfFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = AsOfField


class CodeFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = CodeField


class CodesFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = CodesField


class StrictForm(forms.Form):
    """Refuses parameters that the list does not know, and several values where it takes one."""

    def clean(self) -> dict[str, Any]:
        """Adds an error for each such parameter; an unknown one is an error of the form."""
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


_forms: dict[type, type[forms.Form]] = {}

# What does not narrow a list: which part of it, in which order, and of which day.
NOT_LIMITS = ("page", "sort", as_of.PARAMETER)


class StrictFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """The base of the public lists: `page` is one of the parameters, and `sort` where a list has orders.

    `as_of` chooses no rows: the list is given those of that day before it narrows them (see `as_of.py`).
    """

    as_of = AsOfFilter(method="unchanged", label=_("The register as of"))
    page = WholeNumberFilter(method="unchanged", label=_("page"), low=1)

    def get_form_class(self) -> type[forms.Form]:
        """Made once for each list: what differs from one request to the next is the form's own affair."""
        if type(self) not in _forms:
            _forms[type(self)] = super().get_form_class()
        return _forms[type(self)]

    def unchanged(self, queryset: QuerySet[Any], name: str, value: object) -> QuerySet[Any]:
        """A parameter that does not narrow the list."""
        return queryset

    @property
    def active(self) -> dict[str, Any]:
        """The cleaned values that narrow the list, in the order of the form."""
        values = self.form.cleaned_data.items()
        return {name: value for name, value in values if value not in (None, "", []) and name not in NOT_LIMITS}

    @property
    def page_number(self) -> int:
        """The page asked for, the first one unless told."""
        return self.form.cleaned_data.get("page") or 1


@cached_per_head
def regions() -> tuple[Choices, int]:
    """All regions, those in which an incident of the register lies first, and how many those are."""
    language = get_language() or "en"
    held = RegisterIncident.objects.current().filter(oblast=OuterRef("iso"))
    rows = Region.objects.using("register").annotate(held=Exists(held))
    ordered = rows.order_by("-held", "sort_uk" if language.startswith("uk") else "sort_en")
    found = list(ordered)
    return [(region.iso, region.name(language)) for region in found], sum(region.held for region in found)


@cached_per_head
def units() -> Choices:
    """The units that attributions name, in the order of the alphabet."""
    language, other = ("uk", "en") if (get_language() or "").startswith("uk") else ("en", "uk")
    named = [
        (u.code, getattr(u, f"name_{language}") or getattr(u, f"name_{other}")) for u in RegisterUnit.objects.all()
    ]
    return sorted(named, key=lambda unit: (ukrainian_sort_key(unit[1]), unit[0]))


ANY, NONE = "any", "none"
INVESTIGATED: Choices = [
    (ANY, _("any investigation is known")),
    (NONE, _("no investigation is known")),
    *StepStatus.choices,
]


class Years(Shared):
    """Since the armed conflict began, the present one first: a process that sees a year begin knows it from then on.

    Each year stands for its days, as in the two dates.
    """

    def __init__(self) -> None:
        super().__init__(())

    def __iter__(self) -> Iterator[tuple[str, str | Promise]]:
        return iter([(str(year), str(year)) for year in range(timezone.now().year, 2013, -1)])


YEARS = Years()

KILLED = Coalesce("killed_best", "killed_low")

# Ties are broken by the code, so that no incident appears on two pages or on none.
ORDERS = {
    "-date": [F("sort_date").desc(nulls_last=True), F("code").asc()],
    "date": [F("sort_date").asc(nulls_last=True), F("code").asc()],
    "-published": [F("published_at").desc(), F("code").asc()],
    "published": [F("published_at").asc(), F("code").asc()],
    "-killed": [KILLED.desc(nulls_last=True), F("code").asc()],
    "killed": [KILLED.asc(nulls_last=True), F("code").asc()],
}
DEFAULT_ORDER = "-date"
RELEVANCE = "relevance"
# Where nothing is asked in words, and behind equal relevance, the latest comes first.
ORDERS[RELEVANCE] = ORDERS[DEFAULT_ORDER]
WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # of quotes and sources, summary, names, title
SORTS: Choices = [
    (RELEVANCE, _("by relevance to the words")),
    ("-date", _("by date, latest first")),
    ("date", _("by date, earliest first")),
    ("-published", _("by publication, latest first")),
    ("published", _("by publication, earliest first")),
    ("-killed", _("by number killed, highest first")),
    ("killed", _("by number killed, lowest first")),
]


class PageFilter(StrictFilterSet):
    """A list that takes a page and nothing else."""

    class Meta:
        form = StrictForm


class IncidentForm(StrictForm):
    """The list's form: it offers the regions and units of the register, and its two dates must be in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found, _held = regions()
        for name, choices in (("oblast", found), ("unit", units())):
            cast("CodesField", self.fields[name]).choices = Shared(choices)

    def clean(self) -> dict[str, Any]:
        """Refuses a range that ends before it begins."""
        cleaned = super().clean()
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first and last and first > last:
            message = _("The range ends before it begins. Exchange the two: date_from=%(first)s and date_to=%(last)s.")
            given = {"first": shown(self.data["date_to"].strip()), "last": shown(self.data["date_from"].strip())}
            self.add_error("date_to", forms.ValidationError(message, "reversed", given))
        return cleaned


class IncidentFilter(StrictFilterSet):
    """The list of incidents, and whatever else shows a choice of them."""

    q = QuestionFilter(field_name="search__vector", label=_("Words"))
    date_from = DayFilter(method="not_before", label=_("From"), last=False)
    date_to = DayFilter(method="not_after", label=_("To"), last=True)
    oblast = CodesFilter(method="one_of", label=_("Oblast"), choices=())
    grade = CodesFilter(method="one_of", label=_("Grade"), choices=Shared(Grade.choices))
    conduct = CodesFilter(method="overlapping", label=_("Conduct"), choices=Shared(Conduct.choices))
    setting = CodesFilter(method="one_of", label=_("Setting"), choices=Shared(Setting.choices))
    killed_min = WholeNumberFilter(method="killed_at_least", label=_("Killed, at least"))
    origins_min = WholeNumberFilter(method="origins_at_least", label=_("Independent origins, at least"))
    year = CodesFilter(method="in_years", label=_("Year"), choices=YEARS)
    investigation = CodesFilter(method="investigated", label=_("Investigation"), choices=Shared(INVESTIGATED))
    unit = CodesFilter(method="ascribed_to", label=_("Ascribed to"), choices=())
    source_kind = CodesFilter(method="with_source", label=_("Kind of source"), choices=Shared(SourceKind.choices))
    sort = CodeFilter(method="unchanged", label=_("Order"), choices=Shared(SORTS))

    class Meta:
        model = RegisterIncident
        fields: list[str] = []
        form = IncidentForm

    @property
    def asked(self) -> Question:
        """What is searched for in words."""
        return question(self.form.cleaned_data.get("q") or "")

    @property
    def order(self) -> str:
        """The code of the order asked for: by relevance where words are searched for, unless told."""
        usual = RELEVANCE if self.form.cleaned_data.get("q") else DEFAULT_ORDER
        return self.form.cleaned_data.get("sort") or usual

    @property
    def is_ranked(self) -> bool:
        """Whether the order is that of relevance to words."""
        return self.order == RELEVANCE and bool(self.asked.terms)

    @property
    def ordered(self) -> QuerySet[RegisterIncident]:
        """What the filter leaves, in the order asked for."""
        left: QuerySet[RegisterIncident] = self.qs
        rank = self.rank(left.db)
        if rank is None:
            return left.order_by(*ORDERS[self.order])
        return left.alias(rank=rank).order_by(F("rank").desc(), *ORDERS[RELEVANCE])

    def rank(self, database: str, of: str = "") -> SearchRank | None:
        """How well the words fit, where that is the order asked for. `of` leads from a row to its incident."""
        lexemes = self.asked.tsquery(database)
        if self.order != RELEVANCE or not lexemes:
            return None
        return SearchRank(F(f"{of}search__vector"), Lexemes(lexemes), weights=WEIGHTS)

    def not_before(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """It may have happened on that day or later; without a last day it may."""
        return queryset.filter(Q(latest__gte=value) | Q(latest__isnull=True))

    def not_after(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """It may have happened on that day or earlier; without a first day it may."""
        return queryset.filter(Q(earliest__lte=value) | Q(earliest__isnull=True))

    def in_years(self, queryset: QuerySet[Any], name: str, value: Iterable[str]) -> QuerySet[Any]:
        """It may have happened in one of the years; an open end may lie in any."""
        found = Q(pk__in=())
        for year in map(int, value):
            before_its_end = Q(earliest__lte=date(year, 12, 31)) | Q(earliest__isnull=True)
            found |= before_its_end & (Q(latest__gte=date(year, 1, 1)) | Q(latest__isnull=True))
        return queryset.filter(found) if value else queryset

    def one_of(self, queryset: QuerySet[Any], name: str, value: Iterable[str]) -> QuerySet[Any]:
        """Any one of the codes."""
        return queryset.filter(**{f"{name}__in": value})

    def overlapping(self, queryset: QuerySet[Any], name: str, value: Iterable[str]) -> QuerySet[Any]:
        """At least one of the codes."""
        return queryset.filter(**{f"{name}__overlap": value})

    def killed_at_least(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """By the best estimate, else by the lowest number given."""
        counted: QuerySet[Any] = queryset.alias(killed=KILLED)
        return counted.filter(killed__gte=value)

    def origins_at_least(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """So many independent origins or more."""
        return queryset.filter(origins__gte=value)

    def investigated(self, queryset: QuerySet[Any], name: str, value: Sequence[str]) -> QuerySet[Any]:
        """By any one of the statuses. A search that found nothing (`none_known`) is no investigation."""
        known = Q(investigations__len__gt=0) & ~Q(investigation_statuses=[StepStatus.NONE_KNOWN.value])
        found = Q(investigation_statuses__overlap=[code for code in value if code not in (ANY, NONE)])
        if ANY in value:
            found |= known
        if NONE in value:
            found |= ~known
        return queryset.filter(found)

    def ascribed_to(self, queryset: QuerySet[Any], name: str, value: Sequence[str]) -> QuerySet[Any]:
        """An attribution names at least one of the units."""
        return queryset.filter(units__overlap=value)

    def with_source(self, queryset: QuerySet[Any], name: str, value: Sequence[str]) -> QuerySet[Any]:
        """Cites at least one source of one of the kinds."""
        return queryset.filter(source_kinds__overlap=value)


class SourceFilter(StrictFilterSet):
    """The list of sources."""

    q = QuestionFilter(field_name="vector", label=_("Words"))
    kind = CodesFilter(method="of_kind", label=_("Kind"), choices=Shared(SourceKind.choices))
    access = CodeFilter(
        field_name="access",
        label=_("Access"),
        choices=[(code, label) for code, label in Access.choices if code != Access.CONFIDENTIAL],
    )

    class Meta:
        model = RegisterSource
        fields: list[str] = []
        form = StrictForm

    def of_kind(self, queryset: QuerySet[Any], name: str, value: Iterable[str]) -> QuerySet[Any]:
        """Any one of the kinds."""
        return queryset.filter(source_kind__in=value)


class InvestigationFilter(StrictFilterSet):
    """The list of investigations."""

    q = QuestionFilter(field_name="vector", label=_("Words"))
    status = CodesFilter(method="one_of", label=_("Current status"), choices=Shared(StepStatus.choices))
    body_kind = CodesFilter(method="one_of", label=_("Kind of body"), choices=Shared(BodyKind.choices))

    class Meta:
        model = RegisterInvestigation
        fields: list[str] = []
        form = StrictForm

    def one_of(self, queryset: QuerySet[Any], name: str, value: Iterable[str]) -> QuerySet[Any]:
        """Any one of the codes."""
        return queryset.filter(**{f"{name}__in": value})
