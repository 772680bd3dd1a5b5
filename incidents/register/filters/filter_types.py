"""The classes of filters. Each filter of a list is declared once, in the module of its list, as an instance of one of
them; form, SQL, bitmap index, sentence, chips, facets, files and API read the declaration.

A filter has two implementations: `condition()` is SQL over the read rows, for files, feeds, charts and the API;
`keys()` and `matching()` use the bitmap index of a process, for list, counts and map. A test compares the two.
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
from incidents.register.head import Version
from incidents.register.models import Document
from incidents.register.search.expansion import expanded
from incidents.register.search.questions import Lexemes
from incidents.vocabulary import Term
from incidents.wording import day

type Row = Mapping[str, Any]

DATE_FROM, DATE_TO = "date_from", "date_to"
ORDINARY, WORDS, DATES = range(3)  # positions in the sentence: search terms, and then dates, come last


class Bitmaps(Protocol):
    """The incidents of a register as bitmaps, by the keys of each filter (`facet_index.FacetIndex`)."""

    everything: BitMap
    database: str
    version: Version

    def any_of(self, name: str, keys: Iterable[Hashable]) -> BitMap: ...
    def at_least(self, name: str, key: Any) -> BitMap: ...
    def at_most(self, name: str, key: Any) -> BitMap: ...
    def unknown(self, name: str) -> BitMap: ...
    def found(self, tsquery: str) -> BitMap: ...


@dataclass(frozen=True, kw_only=True)
class Filter(Parameter):
    """A parameter that narrows the list. `columns` are the columns of the read row that `keys()` needs; `column` is the
    only one of them.

    `index` is the name of the database index for it, empty if PostgreSQL scans the rows. `meaning` is the description
    of the column in files and in the API, in English and Ukrainian.

    `document_field` is the field of the document that fills the column, or `from_document` computes its value; with
    neither, the column depends on more than the document, and `row_making` fills it.
    """

    column: str = ""
    columns: tuple[str, ...] = ()
    index: str = ""
    document_field: str = ""
    from_document: Callable[[Document], Any] | None = None
    meaning: tuple[str, str] = ("", "")
    is_list = False  # the column holds several codes
    is_ranked = False  # its keys are ordered: days or numbers
    position = ORDINARY

    def __post_init__(self) -> None:
        if self.column and not self.columns:
            object.__setattr__(self, "columns", (self.column,))

    def row_value(self, document: Document) -> Any:
        """The column's value. It is `nothing` for a document that is older than the field."""
        if self.from_document is not None:
            return self.from_document(document)
        return document.get(self.document_field, self.nothing)

    @property
    def nothing(self) -> Any:
        """The column's value where the document has none."""

    def condition(self, value: Any) -> Q:
        """The condition that a value sets, in SQL."""
        raise NotImplementedError

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The queryset narrowed by a value."""
        return queryset.filter(self.condition(value))

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The keys of a row in the index."""
        raise NotImplementedError

    def matching(self, index: Bitmaps, value: Any) -> BitMap:
        """The bitmap of rows that match a value."""
        raise NotImplementedError

    def said(self, active: Mapping[str, Any]) -> str:
        """The limit as a part of the list's sentence, in the active language; `active` has all active limits."""
        raise NotImplementedError

    def shown(self, value: Any, typed: str) -> str:
        """The value in its chip; `typed` is its text in the URL."""
        return typed


@dataclass(frozen=True, kw_only=True)
class Search(Filter):
    """A full text search. `vector` is the lookup path of the text's column."""

    vector: str
    position = WORDS

    def field(self) -> forms.Field:
        """A field for a query in the syntax of `search.questions`."""
        return QuestionField(required=False, label=self.label)

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows that contain the words; a query without lexemes does not narrow."""
        lexemes = expanded(value, queryset.db).tsquery(queryset.db)
        return queryset.filter(**{self.vector: Lexemes(lexemes)}) if lexemes else queryset

    def keys(self, row: Row) -> Iterable[Hashable]:
        """No keys: PostgreSQL's own index is queried, once for each head."""
        return ()

    def matching(self, index: Bitmaps, value: str) -> BitMap:
        """The bitmap of rows that PostgreSQL finds."""
        lexemes = expanded(value, index.database, index.version).tsquery(index.database)
        return index.found(lexemes) if lexemes else index.everything

    def said(self, active: Mapping[str, Any]) -> str:
        """The query as it was typed."""
        return _("containing the words “%(words)s”") % {"words": active[self.name]}


@dataclass(frozen=True, kw_only=True)
class AtLeast(Filter):
    """A minimum for a number of the row. A row without the number never matches.

    The number is the column, or `expression` in SQL and `number` of a row. `minimums` are offered in the form.
    """

    expression: F | Func | None = None
    number: Callable[[Row], int | None] | None = None
    phrase: Callable[[int], str]
    minimums: tuple[int, ...] = ()
    is_ranked = True

    def field(self) -> forms.Field:
        """A whole number, at least 1."""
        return WholeNumberField(required=False, label=self.label)

    def condition(self, value: int) -> Q:
        """The number is known and not below the value."""
        return Q(GreaterThanOrEqual(self.expression or F(self.column), value))

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The number, if it is known."""
        number = self.number(row) if self.number else row[self.column]
        return () if number is None else (number,)

    def matching(self, index: Bitmaps, value: int) -> BitMap:
        """The rows whose number is known and not below the value."""
        return index.at_least(self.name, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """The phrase with the number."""
        return self.phrase(active[self.name])


def overlap(since: date | None, until: date | None) -> Q:
    """`dates.overlaps` in SQL: may have happened between two days, both included. None leaves a side open."""
    found = Q()
    if until is not None:
        found &= Q(earliest__lte=until) | Q(earliest__isnull=True)
    if since is not None:
        found &= Q(latest__gte=since) | Q(latest__isnull=True)
    return found


def may_begin_by(index: Bitmaps, until: date) -> BitMap:
    """Rows that may have begun by a day: the first day is not later, or unknown."""
    return index.at_most(DATE_TO, until) | index.unknown(DATE_TO)


def may_end_from(index: Bitmaps, since: date) -> BitMap:
    """Rows that may have ended on a day or later: the last day is not earlier, or unknown."""
    return index.at_least(DATE_FROM, since) | index.unknown(DATE_FROM)


@dataclass(frozen=True, kw_only=True)
class DateFrom(Filter):
    """Matches what may have happened on that day or later."""

    name: str = DATE_FROM
    columns: tuple[str, ...] = ("latest",)
    is_ranked = True
    position = DATES

    def field(self) -> forms.Field:
        """A day; a month or year means its first day."""
        return DayField(required=False, label=self.label, last=False)

    def condition(self, value: date) -> Q:
        """The last day is not before the value, or unknown."""
        return overlap(value, None)

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The last day."""
        return () if row["latest"] is None else (row["latest"],)

    def matching(self, index: Bitmaps, value: date) -> BitMap:
        """The same condition in the index."""
        return may_end_from(index, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """Both days together, if both are given."""
        return _between(active[self.name], active.get(DATE_TO))

    def shown(self, value: date, typed: str) -> str:
        """The day as text."""
        return day(value)


@dataclass(frozen=True, kw_only=True)
class DateTo(Filter):
    """Matches what may have happened on that day or earlier."""

    name: str = DATE_TO
    columns: tuple[str, ...] = ("earliest",)
    is_ranked = True
    position = DATES

    def field(self) -> forms.Field:
        """A day; a month or year means its last day."""
        return DayField(required=False, label=self.label, last=True)

    def condition(self, value: date) -> Q:
        """The first day is not after the value, or unknown."""
        return overlap(None, value)

    def keys(self, row: Row) -> Iterable[Hashable]:
        """The first day."""
        return () if row["earliest"] is None else (row["earliest"],)

    def matching(self, index: Bitmaps, value: date) -> BitMap:
        """The same condition in the index."""
        return may_begin_by(index, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """Empty if `DateFrom` gives both days."""
        return "" if DATE_FROM in active else _between(None, active[self.name])

    def shown(self, value: date, typed: str) -> str:
        """The day as text."""
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
    """Any one of several codes. In the list of incidents it is a facet, whose values are counted.

    `column` holds the row's code or codes. `terms` is the vocabulary, which gives choices and definitions; `choices`
    replaces its choices. `is_folded`: values with no incident are collapsed. `phrase` makes a part of the sentence from
    the labels, joined by "or".
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
        """The column's value without a code."""
        return [] if self.is_list else ""

    @property
    def vocabulary(self) -> str:
        """The name of its vocabulary, for definitions; empty if there is none."""
        return self.terms.__name__ if self.terms else ""

    def field(self) -> forms.Field:
        """One or more of the choices."""
        return CodesField(required=False, label=self.label, choices=self.choices)

    def labels(self, codes: Sequence[str]) -> list[str]:
        """The labels of some codes, in the active language."""
        offered = {str(code): str(label) for code, label in self.choices}
        return [offered[code] for code in codes]

    def matching(self, index: Bitmaps, value: Sequence[str]) -> BitMap:
        """The rows that have one of the codes."""
        return index.any_of(self.name, value)

    def said(self, active: Mapping[str, Any]) -> str:
        """The phrase; without one, the label and the values."""
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
    """Matches what may have happened in one of the years; an open end may lie in any year."""

    def condition(self, value: Sequence[str]) -> Q:
        """The overlap with any of the years."""
        found = Q(pk__in=())
        for year in map(int, value):
            found |= overlap(date(year, 1, 1), date(year, 12, 31))
        return found

    def keys(self, row: Row) -> Iterable[Hashable]:
        """No keys: the bitmaps of years are computed from those of days."""
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
        """The column equals the code."""
        return Q(**{self.column: value})

    def shown(self, value: str, typed: str) -> str:
        """The label of the code."""
        return next(str(label) for code, label in self.choices if str(code) == value)
