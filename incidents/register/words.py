"""Texts and questions as search compares them: words, and for each word everything by which it may be found.

A word is found by its letters as typed, by the stem that PostgreSQL's English dictionary gives, by its Ukrainian
dictionary forms, and, where it is a name, by its skeleton, which is the same in both scripts. Stems and skeletons are
marked, so that the beginning of a word never meets one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

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


@dataclass(frozen=True)
class Word:
    """A word of a text: where it stands, its letters as compared, and its letters with one kind of apostrophe."""

    start: int
    end: int
    plain: str
    spelt: str
    capital: bool

    @property
    def forms(self) -> frozenset[str]:
        """Itself and its stems; those of English words must have been learned before."""
        stems = _lemmas(self.spelt) | _lemmas(self.plain)
        if _LATIN.fullmatch(self.plain) and _stems.get(self.plain):
            stems |= {_stems[self.plain]}
        return frozenset({self.plain} | {STEM + stem for stem in stems})

    @property
    def skeleton(self) -> str:
        """What its spellings in both scripts have in common, marked; empty for what is too short to tell."""
        bones = _skeleton(self.plain)
        return SKELETON + bones if len(bones) >= LEAST_SKELETON else ""


def words(text: str) -> list[Word]:
    """The words of a text in their order."""
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        plain = normalise(found[0]).replace(" ", "")[:LONGEST_WORD]
        if plain:
            spelt = "".join("'" if letter in APOSTROPHES else letter for letter in found[0].casefold()).strip("'")
            yield Word(*found.span(), plain, spelt[:LONGEST_WORD], found[0][:1].isupper())


def learn(found: Iterable[Word], using: str) -> None:
    """Ask PostgreSQL for the English stems of words that this process has not met; it must come before `forms`."""
    new = {word.plain for word in found if word.plain not in _stems and _LATIN.fullmatch(word.plain)}
    if not new:
        return
    if len(_stems) + len(new) > MOST_STEMS:
        _stems.clear()
        new = {word.plain for word in found if _LATIN.fullmatch(word.plain)}
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
