"""Full-text search: the search vector of an incident, the syntax of queries, and the hits in a text.

A query is words that must all occur in any order, `"phrases"` of consecutive words, and `-words` that must not occur. A
word is also a prefix, as is the last one of a phrase that is not closed yet. Function words are ignored outside
phrases, unless there are no others. Every string is a valid query; without letters and digits it is empty. Only this
module writes PostgreSQL's tsquery syntax, with every word quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from incidents.register.search.search_tokens import SKELETON, Word, learn, words
from incidents.vocabulary.search_words import FUNCTION_WORDS

LAST_POSITION = 16_383  # limit of PostgreSQL's tsvector, as are 256 positions of one lexeme and 1 MB in all
MOST_POSITIONS = 256
MOST_BYTES = 900_000
SNIPPET = 30  # words
DAY = "@"
WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # of quotes and sources, summary, names, title
_QUOTES = re.compile("[“”„‟«»＂]")
_CHUNK = re.compile(r'(?:(?<=\s)|^)([-−–])?(?:"([^"]*)("?)|(\S+))|(\S+)')


@dataclass(frozen=True)
class Field:
    """A text, its weight (A to D, the highest first), and which of its words are names.

    `is_name`: all words with a capital, as in the name of a place. `is_title`: all longer words, as in the name of a
    newspaper. Else the capitalised words of running text.
    """

    text: str
    weight: str
    is_name: bool = False
    is_title: bool = False


def vector(fields: Sequence[Field], using: str, day: date | None = None) -> str:
    """The tsvector of an incident as text, deterministic for the same fields. `day` is the day on which it happened."""
    taken = [(field, words(field.text)) for field in fields]
    learn((word for _field, found in taken for word in found), using)
    ordinary = {form for _field, found in taken for word in found if not word.capital for form in word.lexemes}
    places: dict[str, list[str]] = {}
    size, position = 0, 0
    if day is not None:
        _put(places, lexeme_of(day), "1D")
    for field, found in taken:
        for word in found:
            position += 1
            for form in word.lexemes:
                size += _put(places, form, f"{min(position, LAST_POSITION)}{field.weight}")
            for bones in _bones(word, field, ordinary):
                size += _put(places, bones, f"{min(position, LAST_POSITION)}D")
            if size > MOST_BYTES:
                return _literal(places)
        position += 1  # a gap, so that no phrase spans two texts
    return _literal(places)


def lexeme_of(day: date) -> str:
    """The lexeme of what happened on a day; no word of a text has its marker."""
    return f"{DAY}{day.isoformat()}"


def _bones(word: Word, field: Field, ordinary: AbstractSet[str]) -> tuple[str, ...]:
    """The skeletons of a word. A word that also occurs without a capital is not a name."""
    if field.is_name:
        return word.skeletons if word.capital else ()
    named = field.is_title or (word.named and ordinary.isdisjoint(word.lexemes))
    return word.long_skeletons if named else ()


def _put(places: dict[str, list[str]], form: str, place: str) -> int:
    known = places.setdefault(form, [])
    if len(known) >= MOST_POSITIONS:
        return 0
    known.append(place)
    return 2 if len(known) > 1 else len(form.encode()) + 8


def _literal(places: dict[str, list[str]]) -> str:
    return " ".join(f"{_quoted(form)}:{','.join(where)}" for form, where in sorted(places.items()))


@lru_cache(100_000)
def _quoted(form: str) -> str:
    doubled = form.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


@dataclass(frozen=True)
class Term:
    """One word or several consecutive ones; `open_end` if the last is a prefix.

    `others` are phrases that it finds as well, such as the present name of a place; `day` finds what happened on it.
    `is_phrase`: in quotation marks.
    """

    words: tuple[Word, ...]
    negated: bool = False
    open_end: bool = False
    is_phrase: bool = False
    others: tuple[tuple[Word, ...], ...] = ()
    day: date | None = None

    @property
    def all(self) -> list[Term]:
        """The term itself, and one for each of the others."""
        return [self, *(Term(phrase) for phrase in self.others)]

    @property
    def single(self) -> Word | None:
        """The word of a term of one word that has to occur and is in no quotation marks."""
        return self.words[0] if len(self.words) == 1 and not self.negated and not self.is_phrase else None

    def tsquery(self) -> str:
        """The term in tsquery syntax."""
        alternatives = [f"({each.side_by_side()})" for each in self.all]
        if self.day is not None:
            alternatives.append(_quoted(lexeme_of(self.day)))
        found = " | ".join(alternatives)
        return f"!({found})" if self.negated else f"({found})"

    def side_by_side(self) -> str:
        """Its words one after the other, in tsquery syntax."""
        return " <-> ".join(self._alternatives(place) for place in range(len(self.words)))

    def _alternatives(self, place: int) -> str:
        word = self.words[place]
        found = [_quoted(form) for form in sorted(self._forms(word))]
        found += map(_quoted, word.skeletons)
        if self._is_open(place):
            found += [f"{_quoted(beginning)}:*" for beginning in _beginnings(word)]
        return f"({' | '.join(found)})"

    def _forms(self, word: Word) -> frozenset[str]:
        """The forms of a word, outside quotation marks with those of its family."""
        return word.forms if self.is_phrase else word.forms | word.family

    def _is_open(self, place: int) -> bool:
        return self.open_end and place == len(self.words) - 1

    def sought(self) -> list[Sought]:
        """The matchers of the words. Call `learn` before."""
        return [self._sought(place) for place in range(len(self.words))]

    def _sought(self, place: int) -> Sought:
        asked, beginnings = self.words[place], _beginnings(self.words[place]) if self._is_open(place) else ()
        letters = tuple(each for each in beginnings if not each.startswith(SKELETON))
        bones = tuple(each for each in beginnings if each.startswith(SKELETON))
        return Sought(self._forms(asked), letters, frozenset(asked.skeletons), bones)


class Sought(NamedTuple):
    """A matcher of a query's word against the words of a text."""

    forms: frozenset[str]
    letters: tuple[str, ...]  # prefixes of the word
    skeletons: frozenset[str]
    bones: tuple[str, ...]  # prefixes of its skeleton

    def is_in(self, word: Word) -> bool:
        """Whether a word of a text matches. Only a capitalised word is compared as a name."""
        if not self.forms.isdisjoint(word.lexemes) or word.plain.startswith(self.letters):
            return True
        if not word.capital:
            return False
        return any(each in self.skeletons or each.startswith(self.bones) for each in word.skeletons)


def _beginnings(word: Word) -> tuple[str, ...]:
    """The prefixes of a word, as letters and as the skeleton of a name."""
    return (word.plain, word.beginning) if word.beginning else (word.plain,)


@dataclass(frozen=True)
class Question:
    """A parsed query, its terms in order."""

    terms: tuple[Term, ...]

    @property
    def words(self) -> list[Word]:
        """All words of the terms."""
        return [word for term in self.terms for each in term.all for word in each.words]

    def tsquery(self, using: str) -> str:
        """The query in tsquery syntax; "" if it is empty."""
        learn(self.words, using)
        return " & ".join(term.tsquery() for term in self.terms)


def question(text: str) -> Question:
    """Parse a text. Accepts every string."""
    terms = tuple(_terms(_QUOTES.sub('"', text)))
    telling = tuple(term for term in terms if not _is_function_word(term))
    return Question(telling or terms)


def _terms(text: str) -> Iterator[Term]:
    for minus, phrase, closed, word, rest in _CHUNK.findall(text):
        found = words(phrase or word or rest)
        if found:
            yield Term(found, bool(minus), open_end=not closed and not minus, is_phrase=bool(phrase))


def _is_function_word(term: Term) -> bool:
    return len(term.words) == 1 and not term.is_phrase and term.words[0].plain in FUNCTION_WORDS


class Lexemes(SearchQuery):
    """A tsquery literal: PostgreSQL does not apply a text search configuration."""

    template = "(%(expressions)s)::tsquery"


def highlighted(text: str, asked: Question) -> SafeString:
    """The text, escaped, with hits in `mark` elements. Call `prepare` before."""
    return _marked(text, words(text), _hits(text, asked), 0, len(text))


def snippet(text: str, asked: Question) -> SafeString:
    """The text around the first hit, with all hits in `mark` elements; empty if there is none. Call `prepare`
    before."""
    found, hits = words(text), _hits(text, asked)
    if not hits:
        return mark_safe("")
    first = max(0, min(min(hits) - SNIPPET // 3, len(found) - SNIPPET))
    last = min(len(found), first + SNIPPET) - 1
    start = found[first].start if first else 0
    end = found[last].end if last < len(found) - 1 else len(text)
    shown = _marked(text, found, hits, start, end)
    return format_html("{}{}{}", "… " if first else "", shown, " …" if last < len(found) - 1 else "")


def prepare(texts: Iterable[str], asked: Question, using: str) -> None:
    """Read the English stems of texts in one query, before their hits are looked for."""
    learn([*asked.words, *(word for text in texts for word in words(text))], using)


@lru_cache(1_000)  # a reader who narrows a search gets the same texts again
def _hits(text: str, asked: Question) -> frozenset[int]:
    """The indexes of the words that match; of a phrase all words or none."""
    found, hits = words(text), set[int]()
    for term in asked.terms:
        if term.negated:
            continue
        for each in term.all:
            hits |= _hits_of(each, found)
    return frozenset(hits)


def _hits_of(term: Term, found: Sequence[Word]) -> set[int]:
    hits = set[int]()
    first, *others = term.sought()
    for start in range(len(found) - len(others)):
        if first.is_in(found[start]) and all(
            each.is_in(found[start + place]) for place, each in enumerate(others, start=1)
        ):
            hits |= set(range(start, start + len(term.words)))
    return hits


def _marked(text: str, found: Sequence[Word], hits: frozenset[int], start: int, end: int) -> SafeString:
    parts, written = [], start
    for place in sorted(hits):
        word = found[place]
        if start <= word.start and word.end <= end:
            parts += [
                conditional_escape(text[written : word.start]),
                format_html("<mark>{}</mark>", text[word.start : word.end]),
            ]
            written = word.end
    return mark_safe("".join([*parts, conditional_escape(text[written:end])]))  # noqa: S308 (each part is escaped)
