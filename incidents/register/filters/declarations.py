"""What a filter of a list is. Each is declared once, in the module of its list, as an object of a class of this module;
form, SQL, bitmap index, sentence, chips, facets, files and API read the declaration.

A filter answers in two engines: `condition()` is SQL over the read rows, for files, feeds, charts and the API; `keys()`
and `matching()` are the bitmap index of a process, for list, counts and map. `tests/register/test_two_engines.py`
compares them for every declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django import forms
from django.db.models import F, Func, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _
from pyroaring import BitMap

from incidents.register.filters.fields import (
    Choices,
    CodeField,
    CodesField,
    DayField,
    QuestionField,
    Shared,
    WholeNumberField,
)
from incidents.register.filters.parameters import Parameter
from incidents.register.models import Document
from incidents.register.search.questions import Lexemes, question
from incidents.vocabulary import Term
from incidents.wording import day

type Row = Mapping[str, Any]

DATE_FROM, DATE_TO = "date_from", "date_to"
ORDINARY, WORDS, DATES = range(3)  # places in the sentence: words that are searched for, and then dates, come last


class Bitmaps(Protocol):
    """The incidents of a register as sets, by the keys of each filter (`facet_index.FacetIndex`)."""

    everything: BitMap
    database: str

    def any_of(self, name: str, keys: Iterable[Hashable]) -> BitMap: ...
    def at_least(self, name: str, key: Any) -> BitMap: ...
    def at_most(self, name: str, key: Any) -> BitMap: ...
    def unknown(self, name: str) -> BitMap: ...
    def found(self, tsquery: str) -> BitMap: ...


@dataclass(frozen=True, kw_only=True)
class Filter(Parameter):
    """A parameter that narrows the list. `columns` are those of the read row that its keys need, `column` the only one.

    `index` is the name of the database's index for it, empty where PostgreSQL reads the rows. `meaning` is that of the
    column in files and in the API, in English and Ukrainian.

    `document_field` is the field of the document that fills the column, or `from_document` makes the value of it; with
    neither, the column depends on more than that, and `row_making` fills it.
    """

    column: str = ""
    columns: tuple[str, ...] = ()
    index: str = ""
    document_field: str = ""
    from_document: Callable[[Document], Any] | None = None
    meaning: tuple[str, str] = ("", "")
    is_list = False  # the column holds several codes
    is_ranked = False  # its keys have an order: days or numbers
    position = ORDINARY

    def __post_init__(self) -> None:
        if self.column and not self.columns:
            object.__setattr__(self, "columns", (self.column,))

    def row_value(self, document: Document) -> Any:
        """The column's value. A document that is older than the field has none."""
        if self.from_document is not None:
            return self.from_document(document)
        return document.get(self.document_field, self.nothing)

    @property
    def nothing(self) -> Any:
        """What the column holds where the document says nothing."""

    def condition(self, value: Any) -> Q:
        """The rows that a value leaves, in SQL."""
        raise NotImplementedError

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """What a value leaves of a queryset."""
        return queryset.filter(self.condition(value))

    def keys(self, row: Row) -> Iterable[Hashable]:
        """Under which keys a row stands in the index."""
        raise NotImplementedError

    def matching(self, index: Bitmaps, value: Any) -> BitMap:
        """The rows that a value leaves, in the index."""
        raise NotImplementedError

    def said(self, active: Mapping[str, Any]) -> str:
        """The limit as a part of the list's sentence, in the active language; `active` has all that limit the list."""
        raise NotImplementedError

    def shown(self, value: Any, typed: str) -> str:
        """The value as its chip shows it; `typed` is the text of the address."""
        return typed


@dataclass(frozen=True, kw_only=True)
class Search(Filter):
    """Words that the full text contains. `vector` leads to the text's column."""

    vector: str
    position = WORDS

    def field(self) -> forms.Field:
        """A question in the language of `search.questions`."""
        return QuestionField(required=False, label=self.label)

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """What asks nothing narrows nothing."""
        lexemes = question(value).tsquery(queryset.db)
        return queryset.filter(**{self.vector: Lexemes(lexemes)}) if lexemes else queryset

    def keys(self, row: Row) -> Iterable[Hashable]:
        """None: PostgreSQL's own index finds texts, once for each head."""
        return ()

    def matching(self, index: Bitmaps, value: str) -> BitMap:
        """What PostgreSQL finds."""
        lexemes = question(value).tsquery(index.database)
        return index.found(lexemes) if lexemes else index.everything

    def said(self, active: Mapping[str, Any]) -> str:
        """The words as they were typed."""
        return _("containing the words “%(words)s”") % {"words": active[self.name]}


@dataclass(frozen=True, kw_only=True)
class AtLeast(Filter):
    """A number of the row, or more. What has no such number is not "at least" any.

    The number is that of the column, or `expression` in SQL and `number` of a row. `minimums` are offered in the form.
    """

    expression: F | Func | None = None
    number: Callable[[Row], int | None] | None = None
    phrase: Callable[[int], str]
    minimums: tuple[int, ...] = ()
    is_ranked = True

    def field(self) -> forms.Field:
        """A whole number from 1 on."""
        return WholeNumberField(required=False, label=self.label)

    def condition(self, value: int) -> Q:
        """The number is known and not smaller."""
        return Q(GreaterThanOrEqual(self.expression or F(self.column), value))

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The number, if there is one."""
        number = self.number(row) if self.number else row[self.column]
        return () if number is None else (number,)

    def matching(self, index: Bitmaps, value: int) -> BitMap:
        """Those that are known to have it or more."""
        return index.at_least(self.name, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """The phrase with the number."""
        return self.phrase(active[self.name])


def overlap(since: date | None, until: date | None) -> Q:
    """`dates.overlaps` in SQL: what may have happened between two days, both included. None leaves a side open."""
    found = Q()
    if until is not None:
        found &= Q(earliest__lte=until) | Q(earliest__isnull=True)
    if since is not None:
        found &= Q(latest__gte=since) | Q(latest__isnull=True)
    return found


def may_begin_by(index: Bitmaps, until: date) -> BitMap:
    """What may have begun on a day or before it; without a first day it may."""
    return index.at_most(DATE_TO, until) | index.unknown(DATE_TO)


def may_end_from(index: Bitmaps, since: date) -> BitMap:
    """What may have ended on a day or after it; without a last day it may."""
    return index.at_least(DATE_FROM, since) | index.unknown(DATE_FROM)


@dataclass(frozen=True, kw_only=True)
class DateFrom(Filter):
    """It may have happened on that day or later."""

    name: str = DATE_FROM
    columns: tuple[str, ...] = ("latest",)
    is_ranked = True
    position = DATES

    def field(self) -> forms.Field:
        """A day; of a month or year the first."""
        return DayField(required=False, label=self.label, last=False)

    def condition(self, value: date) -> Q:
        """Without a last day it may."""
        return overlap(value, None)

    def keys(self, row: Row) -> Iterable[Hashable]:
        """Its last day."""
        return () if row["latest"] is None else (row["latest"],)

    def matching(self, index: Bitmaps, value: date) -> BitMap:
        """The same in the index."""
        return may_end_from(index, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """Both days together, where both are given."""
        return _between(active[self.name], active.get(DATE_TO))

    def shown(self, value: date, typed: str) -> str:
        """The day in words."""
        return day(value)


@dataclass(frozen=True, kw_only=True)
class DateTo(Filter):
    """It may have happened on that day or earlier."""

    name: str = DATE_TO
    columns: tuple[str, ...] = ("earliest",)
    is_ranked = True
    position = DATES

    def field(self) -> forms.Field:
        """A day; of a month or year the last."""
        return DayField(required=False, label=self.label, last=True)

    def condition(self, value: date) -> Q:
        """Without a first day it may."""
        return overlap(None, value)

    def keys(self, row: Row) -> Iterable[Hashable]:
        """Its first day."""
        return () if row["earliest"] is None else (row["earliest"],)

    def matching(self, index: Bitmaps, value: date) -> BitMap:
        """The same in the index."""
        return may_begin_by(index, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """Nothing where `DateFrom` says both."""
        return "" if DATE_FROM in active else _between(None, active[self.name])

    def shown(self, value: date, typed: str) -> str:
        """The day in words."""
        return day(value)


def _between(first: date | None, last: date | None) -> str:
    days = {"first": day(first), "last": day(last)}
    if first and first == last:
        return _("that may have happened on %(first)s") % days
    if first and last:
        return _("that may have happened between %(first)s and %(last)s") % days
    if first:
        return _("that may have happened on or after %(first)s") % days
    return _("that may have happened on or before %(last)s") % days


def either(words: Iterable[object]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = [str(word) for word in words]
    if not most:
        return last
    return _("%(most)s or %(last)s") % {"most": ", ".join(most), "last": last}


@dataclass(frozen=True, kw_only=True)
class Codes(Filter):
    """Any one of some codes; on the list of incidents a facet, whose values are counted.

    `column` holds the row's code or codes. `terms` is the vocabulary, which gives choices and definitions; where there
    is none, or not these choices, they are `choices`. `is_folded`: values with no incident are folded away.
    `phrase` makes a part of the sentence from the labels, joined by "or".
    """

    terms: type[Term] | None = None
    choices: Any = None  # pairs of code and label, or `Offered`
    is_folded: bool = False
    phrase: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        offered = self.choices if self.choices is not None else self.terms.choices if self.terms else ()
        object.__setattr__(self, "choices", offered if isinstance(offered, Shared) else Shared(offered))

    @property
    def nothing(self) -> Any:
        """No code."""
        return [] if self.is_list else ""

    @property
    def vocabulary(self) -> str:
        """The name of its vocabulary, for definitions; empty where it has none."""
        return self.terms.__name__ if self.terms else ""

    def field(self) -> forms.Field:
        """One or more of the choices."""
        return CodesField(required=False, label=self.label, choices=self.choices)

    def labels(self, codes: Sequence[str]) -> list[str]:
        """What a reader calls some codes, in the active language."""
        offered = {str(code): str(label) for code, label in self.choices}
        return [offered[code] for code in codes]

    def matching(self, index: Bitmaps, value: Sequence[str]) -> BitMap:
        """Those that stand under one of the codes."""
        return index.any_of(self.name, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """The phrase; without one the label and the values."""
        words = either(self.labels(active[self.name]))
        return self.phrase(words) if self.phrase else f"{str(self.label).lower()}: {words.lower()}"


@dataclass(frozen=True, kw_only=True)
class OneOf(Codes):
    """The column holds one code."""

    def condition(self, value: Sequence[str]) -> Q:
        """One of the codes."""
        return Q(**{f"{self.column}__in": value})

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The code."""
        return (row[self.column],)


@dataclass(frozen=True, kw_only=True)
class AnyOf(Codes):
    """The column is an array of codes."""

    is_list = True

    def condition(self, value: Sequence[str]) -> Q:
        """At least one of the codes."""
        return Q(**{f"{self.column}__overlap": value})

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The codes."""
        return set(row[self.column])


@dataclass(frozen=True, kw_only=True)
class Years(Codes):
    """It may have happened in one of the years; an open end may lie in any."""

    def condition(self, value: Sequence[str]) -> Q:
        """The days of a year, as the two dates have them."""
        found = Q(pk__in=())
        for year in map(int, value):
            found |= overlap(date(year, 1, 1), date(year, 12, 31))
        return found

    def keys(self, row: Row) -> Iterable[Hashable]:
        """None: the sets of the years are made from those of the days."""
        return ()

    def set_of(self, index: Bitmaps, code: str) -> BitMap:
        """The incidents of one year."""
        return may_end_from(index, date(int(code), 1, 1)) & may_begin_by(index, date(int(code), 12, 31))


@dataclass(frozen=True, kw_only=True)
class OneCode(Filter):
    """One code of a column."""

    choices: Choices

    def field(self) -> forms.Field:
        """One of the choices."""
        return CodeField(required=False, label=self.label, choices=self.choices)

    def condition(self, value: str) -> Q:
        """Exactly the code."""
        return Q(**{self.column: value})

    def shown(self, value: str, typed: str) -> str:
        """Its label."""
        return next(str(label) for code, label in self.choices if str(code) == value)
