"""The tokens of texts and queries: words, and for each word the forms that it can match by.

A word matches by its letters as typed, by the stem from PostgreSQL's English dictionary, by its Ukrainian dictionary
forms, and, if it is a name, by its skeletons, which are the same in both scripts. Stems and skeletons have a marker, so
that a prefix never matches one of them.

In running text a capital marks a name, except at the beginning of a sentence and in a headline in title case. A short
skeleton is ambiguous, so that such a name needs three consonants.

Homoglyphs of the other script are replaced: a Latin i in a Ukrainian word is the most common error of keyboards and
OCR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connections

from incidents.gazetteer.names import APOSTROPHES, normalise, skeleton
from incidents.vocabulary.search_words import FAMILIES

STEM, SKELETON = "=", "~"
LEAST_SKELETON = 2  # consonants of a known name
LEAST_LONG = 3  # of a name marked by its capital only, or of a prefix
LEAST_BEGINNING = 4  # of the prefix of a name that is typed without a capital
MOST_CAPITALS = 0.6  # share of the longer words of a text above which capitals do not mark names
LONG = 4  # letters of a longer word; a text with fewer than four such words is not a headline
LONGEST_WORD = 40  # letters; a longer word is cut, and matches by its beginning
MOST_STEMS = 100_000

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069"
_WORD = re.compile(f"(?:[^\\W_]|[{APOSTROPHES}\u0300-\u036f{_INVISIBLE}])+")
_SENTENCE_ENDS = re.compile("[.!?…:\n]")
_LATIN = re.compile("[a-z]+")
_CYRILLIC = re.compile("[а-яёґєії]+")
_stems: dict[str, str] = {}
# Homoglyphs, Latin and Cyrillic; some only as capitals.
_LOOK_ALIKE = tuple(zip("aceikmoptxyABCEHIKMOPTXYïÏ", "асеікмортхуАВСЕНІКМОРТХУїЇ", strict=True))
_AS_CYRILLIC = str.maketrans(dict(_LOOK_ALIKE))
_AS_LATIN = str.maketrans({cyrillic: latin for latin, cyrillic in _LOOK_ALIKE})
_ANY_LATIN, _ANY_CYRILLIC = re.compile("[A-Za-zï]", re.IGNORECASE), re.compile("[\u0400-\u04ff]")


class Word(NamedTuple):
    """A word of a text: its position, its normalised letters, and its letters with one kind of apostrophe.

    `capital`: it begins with a capital. `named`: the capital marks a name.
    """

    start: int
    end: int
    plain: str
    spelt: str
    capital: bool
    named: bool

    @property
    def forms(self) -> frozenset[str]:
        """The word and its stems; call `learn` before for English ones."""
        return frozenset(self.lexemes)

    @property
    def lexemes(self) -> tuple[str, ...]:
        """The forms, sorted."""
        return _lexemes(self.plain, self.spelt, _stems.get(self.plain, ""))

    @property
    def family(self) -> frozenset[str]:
        """The forms of all words of its family; call `learn` before."""
        return _family(self.lexemes)

    @property
    def skeletons(self) -> tuple[str, ...]:
        """The skeletons of its forms, the same in both scripts, with the marker; empty if it is too short."""
        return _skeletons(self.plain, self.spelt)

    @property
    def long_skeletons(self) -> tuple[str, ...]:
        """The skeletons long enough for a word marked by its capital only."""
        return tuple(each for each in self.skeletons if consonants(each) >= LEAST_LONG)

    @property
    def beginning(self) -> str:
        """The skeleton as a prefix of a name, with the marker and without trailing vowels; "" if it is too short."""
        bones = _skeleton(self.plain).rstrip("a")
        least = LEAST_LONG if self.capital else LEAST_BEGINNING
        return SKELETON + bones if consonants(bones) >= least else ""


def consonants(bones: str) -> int:
    """The number of consonants in a skeleton, with or without the marker."""
    return len(bones.removeprefix(SKELETON).replace("a", ""))


@lru_cache(250)  # the texts of two pages: each is read twice, for its stems and for its hits
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[Word]:
    found = [(each.start(), each.end(), *_letters(each[0])) for each in _WORD.finditer(text)]
    found = [each for each in found if each[2]]
    telling = not _is_headline(found)
    before = None
    for start, end, plain, spelt, capital in found:
        named = capital and telling and before is not None and not _ends(text[before[1] : start], before[2])
        yield Word(start, end, plain, spelt, capital, named)
        before = start, end, plain


def _is_headline(found: Sequence[tuple[int, int, str, str, bool]]) -> bool:
    capitals = [capital for _start, _end, plain, _spelt, capital in found[1:] if len(plain) >= LONG]
    return len(capitals) >= LONG and sum(capitals) > MOST_CAPITALS * len(capitals)


def _ends(gap: str, before: str) -> bool:
    """Whether a sentence ends between two words; not at the dot of an initial or of a one-letter abbreviation."""
    return bool(_SENTENCE_ENDS.search(gap)) and not (len(before) == 1 and gap.strip() == ".")


@lru_cache(100_000)
def _letters(typed: str) -> tuple[str, str, bool]:
    """The normalised letters of a word, the same with one kind of apostrophe, and whether it begins with a capital."""
    typed = _in_one_script(typed)
    plain = normalise(typed).replace(" ", "")[:LONGEST_WORD]
    spelt = "".join("'" if letter in APOSTROPHES else letter for letter in typed.casefold()).strip("'")
    return plain, spelt[:LONGEST_WORD], typed[:1].isupper()


def _in_one_script(word: str) -> str:
    """A word of mixed scripts in one of them, if all letters of the other have a homoglyph."""
    if not (_ANY_LATIN.search(word) and _ANY_CYRILLIC.search(word)):
        return word
    cyrillic, latin = word.translate(_AS_CYRILLIC), word.translate(_AS_LATIN)
    if not _ANY_LATIN.search(cyrillic):
        return cyrillic
    return word if _ANY_CYRILLIC.search(latin) else latin


@lru_cache(100_000)
def _lexemes(plain: str, spelt: str, stem: str) -> tuple[str, ...]:
    stems = _lemmas(spelt) | _lemmas(plain) | ({stem} if stem else set())
    return tuple(sorted({plain} | {STEM + each for each in stems}))


def learn(found: Iterable[Word], using: str) -> None:
    """Read the English stems of words that are not cached yet from PostgreSQL. Call it before `forms`."""
    letters = {word.plain for word in found} | _english_of_families()
    new = {plain for plain in letters - _stems.keys() if _LATIN.fullmatch(plain)}
    if not new:
        return
    if len(_stems) + len(new) > MOST_STEMS:
        _stems.clear()
        new = {plain for plain in letters if _LATIN.fullmatch(plain)}
    with connections[using].cursor() as cursor:
        # A stop word such as "the" has no stem and matches by its letters only.
        cursor.execute("SELECT word, ts_lexize('english_stem', word) FROM unnest(%s::text[]) word", [sorted(new)])
        _stems.update({word: (stems or [""])[0] for word, stems in cursor.fetchall()})


@cache
def _english_of_families() -> frozenset[str]:
    return frozenset(word for family in FAMILIES for word in family if _LATIN.fullmatch(word))


@cache
def _families() -> dict[str, frozenset[str]]:
    """For each stem of a word of a family, the forms of the whole family."""
    found: dict[str, frozenset[str]] = {}
    for family in FAMILIES:
        forms = frozenset(form for word in family for form in _lexemes(normalise(word), word, _stems.get(word, "")))
        for form in forms:
            found[form] = found.get(form, frozenset()) | forms
    return found


@lru_cache(10_000)
def _family(lexemes: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(_families().get(form, ()) for form in lexemes))


@cache
def _dictionary() -> Any:
    """The Ukrainian dictionary, loaded on first use."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="uk")


@lru_cache(100_000)
def _lemmas(word: str) -> frozenset[str]:
    if not _CYRILLIC.fullmatch(word.replace("'", "")):
        return frozenset()
    return frozenset(normalise(parse.normal_form) for parse in _dictionary().parse(word))


@lru_cache(100_000)
def _skeletons(plain: str, spelt: str) -> tuple[str, ...]:
    """The skeletons of the word and, in Ukrainian, of its dictionary forms: a name may be in any case."""
    bones = {_skeleton(form) for form in (plain, *_lemmas(spelt), *_lemmas(plain))}
    return tuple(
        sorted(SKELETON + each for each in bones if consonants(each) >= LEAST_SKELETON and len(each) > LEAST_SKELETON)
    )


@lru_cache(100_000)
def _skeleton(word: str) -> str:
    return skeleton(word) if _LATIN.fullmatch(word) or _CYRILLIC.fullmatch(word) else ""
