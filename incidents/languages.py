"""Languages by ISO 639: found by code, by name in English or Ukrainian, or by their own name. The names are Unicode's
CLDR."""

from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global
from django.conf.locale import LANG_INFO

SEPARATOR = " · "  # between a code and the names


def language_names(code: str) -> tuple[str, str] | None:
    """The English and the Ukrainian name of a language, by its ISO 639-1 or, if it has none, its ISO 639-3 code."""
    return _names().get(code)


def language_text(code: str) -> str:
    """A language with its names, by which it can be found: "uk · Ukrainian · українська". An unknown code unchanged."""
    names = language_names(code)
    return SEPARATOR.join([code, *names]) if names else code


def find_language(text: str) -> str | None:
    """The code of a language from its text, its code in any part of ISO 639, or one of its names; None if unknown."""
    return _keys().get(text.partition(SEPARATOR)[0].strip().casefold())


def similar_languages(text: str, limit: int = 5) -> list[str]:
    """The codes of languages with a name that begins with the text or is spelled like it."""
    typed = text.strip().casefold()
    keys = [key for key in _keys() if len(typed) > 1 and key.startswith(typed)]
    keys += get_close_matches(typed, _keys(), n=limit, cutoff=0.7)
    return list(dict.fromkeys(_keys()[key] for key in keys))[:limit]


@cache
def offered_languages() -> list[str]:
    """The texts of the languages that a form suggests: those of ISO 639-1 and Crimean Tatar, by their English names."""
    return sorted(
        (language_text(code) for code in _names() if len(code) == 2 or code == "crh"),
        key=lambda text: text.split(SEPARATOR)[1],
    )


@cache
def _names() -> dict[str, tuple[str, str]]:
    english, ukrainian = (
        {str(code): str(name) for code, name in Locale(language).languages.items()} for language in ("en", "uk")
    )
    return {code: (name, ukrainian[code]) for code, name in english.items() if code.isalpha() and code in ukrainian}


@cache
def _keys() -> dict[str, str]:
    """The code by every text that finds it, in lower case. A code goes before a name."""
    names = _names()
    keys = {name.casefold(): code for code, both in names.items() for name in both}
    keys |= {info["name_local"].casefold(): code for code, info in LANG_INFO.items() if code in names}
    # CLDR's aliases have the codes of ISO 639-2 and 639-3 for languages of ISO 639-1: ukr, deu and ger.
    keys |= {alias: code for alias, code in get_global("language_aliases").items() if len(alias) == 3 and code in names}
    return keys | {code: code for code in names}
