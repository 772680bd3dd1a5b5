"""The cards of a list. A card is a function of its incident's row, of the language, and of what was searched for, whose
hits are marked in it: so that it is drawn once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connections
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from incidents.register.as_of import moment
from incidents.register.bounded import Bounded
from incidents.register.filters.orders import Fact
from incidents.register.models import RegisterIncident
from incidents.register.pages.presenters import card
from incidents.register.search.questions import Question
from incidents.register.search.search_snippets import found_cards
from incidents.templatetags.register_tags import incident_card

MOST_BYTES = 48 * 1024 * 1024  # of cards that a process keeps
# What neither a card nor the filter's sentence shows, and what makes a row heavy.
SUMMARIES = ("summary_en", "summary_uk")
HEAVY = ("corroboration", *SUMMARIES, "sources", "source_kinds")

type Key = tuple[str, int, int, str, Question]

NO_QUESTION = Question(())

_kept: Bounded[Key, SafeString] = Bounded(MOST_BYTES)


def rows_of(numbers: Sequence[int], *unread: str) -> list[RegisterIncident]:
    """The incidents of some editions, in their order, without the fields that nobody will look at."""
    found = RegisterIncident.objects.filter(edition_id__in=numbers).order_by().defer(*unread)
    rows = {row.edition_id: row for row in found}
    return [rows[number] for number in numbers if number in rows]


def drawn_cards(numbers: Sequence[int], facts: Mapping[int, Fact], asked: Question = NO_QUESTION) -> list[SafeString]:
    """The cards of some editions. A row that was counted anew is another row, and has another card."""
    if moment():  # the links of an earlier day lead to pages of that day
        return list(_drawn_anew(numbers, asked).values())
    keys = {number: _key(number, facts[number].made_from, asked) for number in numbers}
    cards = {number: found for number, key in keys.items() if (found := _kept.get(key)) is not None}
    new = _drawn_anew([number for number in numbers if number not in cards], asked)
    for number, found in new.items():
        _kept.put(keys[number], found, 2 * len(found))
    cards |= new
    return [cards[number] for number in numbers if number in cards]


def _drawn_anew(numbers: Sequence[int], asked: Question) -> dict[int, SafeString]:
    """The cards of some editions by their numbers, in the order asked for."""
    if not numbers:
        return {}
    if not asked.terms:
        return {row.edition_id: incident_card(card(row), heading=2) for row in rows_of(numbers, *HEAVY)}
    rows = rows_of(numbers, *(name for name in HEAVY if name not in SUMMARIES))
    found = found_cards(rows, asked, "register")
    return {row.edition_id: incident_card(shown, heading=2) for row, shown in zip(rows, found, strict=True)}


def _key(number: int, made_from: int, asked: Question) -> Key:
    return str(connections["register"].settings_dict["NAME"]), number, made_from, get_language() or "", asked
