"""Texts and questions as search compares them: words, and for each word everything by which it may be found.

A word is found by its letters as typed, by the stem that PostgreSQL's English dictionary gives, by its Ukrainian
dictionary forms, and, where it is a name, by its skeleton, which is the same in both scripts. Stems and skeletons are
marked, so that the beginning of a word never meets one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connections

from incidents.gazetteer.names import APOSTROPHES, normalise, skeleton

STEM, SKELETON = "=", "~"
LEAST_PREFIX = 3  # letters of a beginning
LEAST_SKELETON = 3
LONGEST_WORD = 40  # letters; what is longer is cut, and found by its beginning
MOST_STEMS = 100_000

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069"
_WORD = re.compile(f"(?:[^\\W_]|[{APOSTROPHES}\u0300-\u036f{_INVISIBLE}])+")
_LATIN = re.compile("[a-z]+")
_CYRILLIC = re.compile("[а-яґєії]+")
_stems: dict[str, str] = {}


class Word(NamedTuple):
    """A word of a text: where it stands, its letters as compared, and its letters with one kind of apostrophe."""

    start: int
    end: int
    plain: str
    spelt: str
    capital: bool

    @property
    def forms(self) -> frozenset[str]:
        """Itself and its stems; those of English words must have been learned before."""
        return frozenset(self.lexemes)

    @property
    def lexemes(self) -> tuple[str, ...]:
        """The forms in their order."""
        return _lexemes(self.plain, self.spelt, _stems.get(self.plain, ""))

    @property
    def skeleton(self) -> str:
        """What its spellings in both scripts have in common, marked; empty for what is too short to tell."""
        bones = _skeleton(self.plain)
        return SKELETON + bones if len(bones) >= LEAST_SKELETON else ""


@lru_cache(250)  # the texts of two pages: each is looked at twice, for its stems, and for what was found in it
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in their order."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        plain, spelt, capital = _letters(found[0])
        if plain:
            yield Word(found.start(), found.end(), plain, spelt, capital)


@lru_cache(100_000)
def _letters(typed: str) -> tuple[str, str, bool]:
    """The letters of a word as compared, the same with one kind of apostrophe, and whether it has a capital."""
    plain = normalise(typed).replace(" ", "")[:LONGEST_WORD]
    spelt = "".join("'" if letter in APOSTROPHES else letter for letter in typed.casefold()).strip("'")
    return plain, spelt[:LONGEST_WORD], typed[:1].isupper()


@lru_cache(100_000)
def _lexemes(plain: str, spelt: str, stem: str) -> tuple[str, ...]:
    stems = _lemmas(spelt) | _lemmas(plain) | ({stem} if stem else set())
    return tuple(sorted({plain} | {STEM + each for each in stems}))


def learn(found: Iterable[Word], using: str) -> None:
    """Ask PostgreSQL for the English stems of words that this process has not met; it must come before `forms`."""
    letters = {word.plain for word in found}
    new = {plain for plain in letters - _stems.keys() if _LATIN.fullmatch(plain)}
    if not new:
        return
    if len(_stems) + len(new) > MOST_STEMS:
        _stems.clear()
        new = {plain for plain in letters if _LATIN.fullmatch(plain)}
    with connections[using].cursor() as cursor:
        # A word that the dictionary passes over, such as "the", has no stem and is found by its letters alone.
        cursor.execute("SELECT word, ts_lexize('english_stem', word) FROM unnest(%s::text[]) word", [sorted(new)])
        _stems.update({word: (stems or [""])[0] for word, stems in cursor.fetchall()})


@cache
def _dictionary() -> Any:
    """The Ukrainian dictionary, loaded by the first word that needs it."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="uk")


@lru_cache(100_000)
def _lemmas(word: str) -> frozenset[str]:
    if not _CYRILLIC.fullmatch(word.replace("'", "")):
        return frozenset()
    return frozenset(normalise(parse.normal_form) for parse in _dictionary().parse(word))


@lru_cache(100_000)
def _skeleton(word: str) -> str:
    return skeleton(word) if _LATIN.fullmatch(word) or _CYRILLIC.fullmatch(word) else ""
