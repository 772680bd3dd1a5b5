"""Ukrainian names for places in Russia, which are not in Ukraine's codifier."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from incidents.gazetteer.names import skeleton

_UKRAINIAN = re.compile(r"[а-щьюяґєіїʼ’' -]+", re.IGNORECASE)
_CYRILLIC = re.compile(r"[а-яёґєіїʼ’' -]+", re.IGNORECASE)
# і alone is no evidence: Belarusian has it, too.
_ONLY_UKRAINIAN = re.compile(r"[їєґ]|[сц]ьк", re.IGNORECASE)
_TRADITIONAL = {"Rostov-on-Don": "Ростов-на-Дону", "Sochi": "Сочі", "Taganrog": "Таганріг"}

# In order of application: the practical transcription of the Ukrainian orthography of 2019, § 144, for place names.
_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"([сц])к(?=(?:ий|ой|ая|ое|ие)?$)", r"\1ьк"),
        (r"(?<=ськ)ой$|(?<=цьк)ой$|ый$", "ий"),
        (r"\b(верхн|нижн|средн|дальн|ближн|син)ий$", r"\1ій"),
        (r"ая$", "а"),
        (r"яя$", "я"),
        (r"ое$", "е"),
        (r"(?:ые|ие)$", "і"),
        (r"\bбел", "бєл"),
        (r"еев", "єєв"),
        (r"(?<=[бвмпфргкх])[ьъ](?=[еёиюя])|ъ", "ʼ"),
        (r"\bё|(?<=[аеєиоуыэюяьʼ])ё", "йо"),
        (r"(?<=[жчшщц])ё", "о"),
        (r"ё", "ьо"),
        (r"\bе|(?<=[аеєиіоуыэюяьйʼ])е", "є"),
        (r"(?<=[аеєоуыэюя])и", "ї"),
        (r"(?<!\bпр)(?<![жчшщц])и(?!(?:к|ч|цьк|й|х)?$|цьк|чськ)", "і"),
        (r"ы", "и"),
        (r"э", "е"),
    )
]
_WORD = re.compile(r"[^\W\d_]+")


def ukrainian_from_russian(name: str) -> str:
    """Transcribe a Russian place name into Ukrainian: Рыльск, Рильськ; Алексеевка, Алексєєвка.

    A transcription of letters and common endings, without a dictionary: traditional names come from `ukrainian_name` if
    a source has them.
    """
    return _WORD.sub(lambda word: _transcribed(word[0]), name)


def _transcribed(word: str) -> str:
    letters = word.lower()
    for pattern, replacement in _RULES:
        letters = pattern.sub(replacement, letters)
    return letters[:1].upper() + letters[1:] if word[:1].isupper() else letters


def is_ukrainian(name: str) -> bool:
    """Whether a name can be Ukrainian by its letters."""
    return bool(_UKRAINIAN.fullmatch(name))


def cyrillic_names(variants: Iterable[str]) -> list[str]:
    """The variants in Ukrainian or Russian letters; GeoNames also has Kalmyk, Belarusian, Serbian and others."""
    return [variant for variant in variants if _CYRILLIC.fullmatch(variant)]


def ukrainian_name(main: str, variants: Iterable[str]) -> str:
    """The Ukrainian name of a place in Russia: a Ukrainian variant of its main (Latin) name if the source has one,
    else the transcription of the Russian one, else the main name unchanged."""
    alike = [variant for variant in cyrillic_names(variants) if skeleton(variant) == skeleton(main)]
    if main in _TRADITIONAL or not alike:
        return _TRADITIONAL.get(main, main)
    ukrainian = [variant for variant in alike if _UKRAINIAN.fullmatch(variant) and _ONLY_UKRAINIAN.search(variant)]
    russian = [variant for variant in alike if variant not in ukrainian]
    if not russian:
        return ukrainian[0]
    likeliest = max(russian, key=lambda variant: ("і" not in variant, "ё" in variant, variant))
    transcription = ukrainian_from_russian(likeliest)
    return max(ukrainian, key=lambda name: SequenceMatcher(None, name, transcription).ratio(), default=transcription)
