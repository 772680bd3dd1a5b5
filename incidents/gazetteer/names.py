"""Names of places: transliteration, normalisation for the search, alphabetical order. Pure functions.

A documenter meets a name in many spellings: Ukrainian, Russian, transliterated from either, by several standards, with
any of a dozen apostrophes. `normalise` removes differences of typing; `skeleton` removes differences of spelling.
"""

import re
import unicodedata

APOSTROPHES = "ʼ'’‘`´′‛ʹʻ＇"
_STRESS = re.compile("[\u0300\u0301]")
_PLAIN = re.compile("[a-zа-яґєії0-9 ]*")

_KMU = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчшщ",
        (*"abvhgde", "zh", *"zyiklmnoprstuf", "kh", "ts", "ch", "sh", "shch"),
        strict=True,
    )
) | {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia", "ь": ""}
_KMU_INITIAL = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_WORD = re.compile(r"[^\W\d_]+")


def transliterate(ukrainian: str) -> str:
    """Romanise a Ukrainian text by the table of the Cabinet of Ministers' resolution No. 55 of 27 January 2010.

    є, ї, й, ю, я differ at the start of a word; зг is zgh; apostrophes and the soft sign are dropped; case is kept.
    Other characters pass through."""
    text = _without_stress(ukrainian).translate({ord(mark): None for mark in APOSTROPHES})
    return _WORD.sub(lambda word: _transliterate_word(word[0]), text)


def _transliterate_word(word: str) -> str:
    return "".join(_transliterate_letter(word, position) for position in range(len(word)))


def _transliterate_letter(word: str, position: int) -> str:
    letter = word[position].lower()
    latin = _KMU.get(letter)
    if latin is None:
        return word[position]
    if position == 0:
        latin = _KMU_INITIAL.get(letter, latin)
    elif letter == "г" and word[position - 1].lower() == "з":
        latin = "gh"
    if word[position].islower():
        return latin
    return latin.upper() if len(word) > 1 and word.isupper() else latin.capitalize()


def romanised(name: str) -> str:
    """A name in Latin letters without what romanisations differ in: Купʼянськ, Kupyansk, Kupiansk are equal."""
    return re.sub(r"[iy]", "", normalise(transliterate(name)))


def normalise(text: str) -> str:
    """The form in which queries and stored names are compared: case folded, NFC, without apostrophes, stress marks
    and invisible characters, every run of hyphens, spaces and punctuation as one space."""
    folded = _without_stress(text.casefold())
    if not _PLAIN.fullmatch(folded):
        folded = "".join(_kept(character) for character in folded)
    return " ".join(folded.split())


def _without_stress(text: str) -> str:
    return unicodedata.normalize("NFC", _STRESS.sub("", unicodedata.normalize("NFD", text)))


def _kept(character: str) -> str:
    # U+02BC is a letter in Unicode, so apostrophes are removed first.
    if character in APOSTROPHES:
        return ""
    if character.isalnum() or unicodedata.combining(character):
        return character
    # Control, format and surrogate characters, such as NUL and direction overrides. A line break becomes a space.
    return "" if unicodedata.category(character).startswith("C") and not character.isspace() else " "


_LOOSE_LETTERS = str.maketrans(
    {letter: latin for letter, latin in _KMU.items() if letter != "ґ"}
    | {"ґ": "h", "ё": "io", "ў": "v", "ъ": "", "ы": "y", "э": "e", "š": "sh", "č": "ch", "ž": "zh", "ł": "l"}
)
_LOOSE_GROUPS = {
    "shch": "wx", "sch": "wx", "zgh": "zh", "zh": "q", "kh": "h", "ch": "x", "sh": "w", "ts": "c", "tz": "c", "ph": "f",
    "ck": "k", "c": "k", "g": "h", "q": "k", "w": "v", "x": "ks",
}  # fmt: skip
_LOOSE = re.compile("|".join(sorted(_LOOSE_GROUPS, key=len, reverse=True)))


def skeleton(text: str) -> str:
    """The common form of the spellings of a name, in both scripts: its consonants, each run of vowels as one `a`.

    Глушково, Hlushkovo, Glushkovo; Харків, Харьков, Kharkov; Роздольне, Раздольное; Привілля, Приволье; Миколаївка,
    Николаевка are equal. So are some different names (Красна, Красне): it finds candidates, it does not prove identity.
    """
    latin = unicodedata.normalize("NFD", normalise(text).translate(_LOOSE_LETTERS))
    latin = re.sub(r"[^a-z0-9 ]", "", latin)
    consonants = _LOOSE.sub(lambda group: _LOOSE_GROUPS[group[0]], latin)
    loose = re.sub(r"([a-z ])\1+", r"\1", re.sub(r"[aeiouyj]+", "a", consonants))
    return re.sub(r"\bnaka(?=[lt])", "maka", loose).strip()


# Ranks have two digits, so that every database collation sorts a key alike.
_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzабвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя"
_RANKS = {letter: f"{rank:02d}" for rank, letter in enumerate(_ALPHABET)}


def ukrainian_sort_key(text: str) -> str:
    """A key of digits that sorts names by the Ukrainian alphabet (ґ after г, є after е, і and ї after и, ь before
    ю). Latin letters come before Cyrillic ones, apostrophes are ignored; it sorts English names correctly, too."""
    return "".join(_RANKS.get(character, "99") for character in normalise(text))
