"""What a query finds beside its own words: a day however it is written, a place by its present name where a former
one is typed, and a name that is one letter away where a word finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db.models import Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from incidents.dates import DateError, plainly
from incidents.dates.typed import read
from incidents.gazetteer.models import PlaceName
from incidents.gazetteer.names import normalise
from incidents.register.head import Version, version
from incidents.register.models import RegisterIncident, RegisterSearch, RegisterUnit
from incidents.register.search.questions import Lexemes, Question, Term, question
from incidents.register.search.search_tokens import Word, learn, words

LONGEST_NAME = 3  # words of the name of a place
LEAST_LETTERS = 5  # of a word in which one letter may be wrong
MOST_PLACES = 10
# A day in figures, or with the name of its month: 2024-11-24, 24.11.2024, 24 листопада 2024, November 24, 2024.
_DAY = re.compile(
    r"(?<!\w)(?:\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2} [^\W\d_]{3,} \d{4}|[^\W\d_]{3,} \d{1,2},? \d{4})(?!\w)"
)


def expanded(text: str, using: str, of: Version | None = None) -> Question:
    """Parse a text, and add to its terms what else they find in a version of the register, by default the current one.
    Accepts every string."""
    return _expanded(text, using, of or version(using))


@lru_cache(1_000)
def _expanded(text: str, using: str, of: Version) -> Question:
    terms = list(_with_days(text))
    if not terms:
        return Question(())
    learn([word for term in terms for word in term.words], using)
    return Question(tuple(_with_near_name(term, using, of) for term in _with_present_names(terms, using)))


def _with_days(text: str) -> Iterator[Term]:
    """The terms of a text; a day outside quotation marks is one term, which finds it in both languages."""
    found = None if '"' in text else next(filter(None, map(_day, _DAY.finditer(text))), None)
    if found is None:
        yield from question(text).terms
        return
    day, start, end = found
    english, ukrainian = (words(plainly(day.isoformat(), language)) for language in ("en", "uk"))
    # The Ukrainian date ends with the word for "year", which a text may leave out.
    yield from question(text[:start]).terms
    yield Term(english, is_phrase=True, others=(ukrainian[:3],), day=day)
    yield from question(text[end:]).terms


def _day(written: re.Match[str]) -> tuple[date, int, int] | None:
    try:
        when = read(written[0])
    except DateError:
        return None
    day = when[0].earliest
    return (day, *written.span()) if day and len(when) == 1 and day == when[0].latest else None


def _with_present_names(terms: Sequence[Term], using: str) -> Iterator[Term]:
    """The terms; consecutive words that are a former or foreign name of places also find their present names."""
    present = _present_names(list(_runs(terms)), using)
    place = 0
    while place < len(terms):
        run = next((run for run in _runs(terms[place:]) if run[0] is terms[place] and _key(run) in present), None)
        if run is None:
            yield terms[place]
            place += 1
        else:
            typed = tuple(word for term in run for word in term.words)
            yield replace(run[-1], words=typed, others=present[_key(run)])
            place += len(run)


def _runs(terms: Sequence[Term]) -> Iterator[Sequence[Term]]:
    """Consecutive single words, the longer runs first at each place."""
    for start in range(len(terms)):
        for stop in range(min(start + LONGEST_NAME, len(terms)), start, -1):
            if all(term.single for term in terms[start:stop]):
                yield terms[start:stop]


def _key(run: Sequence[Term]) -> str:
    return " ".join(word.plain for term in run for word in term.words)


def _present_names(runs: Sequence[Sequence[Term]], using: str) -> dict[str, tuple[tuple[Word, ...], ...]]:
    """For each run that is a former or foreign name, the present names of its places in both languages."""
    keys = {_key(run) for run in runs}
    named = PlaceName.objects.using(using).filter(key__in=keys, alternate=True).order_by("rank")
    found: dict[str, dict[str, None]] = {}
    for key, *names in named.values_list("key", "place__name_en", "place__name_uk")[:MOST_PLACES]:
        found.setdefault(key, {}).update(dict.fromkeys(name for name in names if normalise(name) != key))
    return {key: tuple(words(name) for name in names) for key, names in found.items() if names}


def _with_near_name(term: Term, using: str, of: Version) -> Term:
    """A word that nothing has, with the names in the register that are one letter away."""
    word = term.single
    if word is None or term.others or len(word.plain) < LEAST_LETTERS or not word.plain.isalpha():
        return term
    names = _names(using, of)
    near = process.extract(word.plain, names.keys(), scorer=OSA.distance, score_cutoff=1, limit=MOST_PLACES)
    if not near or any(distance == 0 for _name, distance, _at in near) or _is_found(term, using):
        return term
    return replace(term, others=tuple((names[name],) for name, _distance, _at in near))


def _is_found(term: Term, using: str) -> bool:
    return RegisterSearch.objects.using(using).filter(vector=Lexemes(term.tsquery())).exists()


@lru_cache(2)
def _names(using: str, _of: Version) -> dict[str, Word]:
    """The words of the names of places and units in one version of the register, by their letters."""
    incidents = RegisterIncident.objects.using(using).current().filter(~Q(place_en="") | ~Q(place_uk=""))
    texts: set[tuple[str, ...]] = set(incidents.order_by().values_list("place_en", "place_uk").distinct())
    units = RegisterUnit.objects.using(using).values_list("name_en", "name_uk", "other_names")
    texts |= {(english, ukrainian, *others) for english, ukrainian, others in units}
    found = (word for pair in texts for text in pair for word in words(text))
    return {word.plain: word for word in found if word.capital and len(word.plain) >= LEAST_LETTERS}
