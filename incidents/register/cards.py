"""The cards of a list. A card is a function of its incident's row and of the language, so that it is drawn once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from incidents.register.as_of import moment
from incidents.register.bounded import Bounded
from incidents.register.models import RegisterIncident
from incidents.register.orders import Fact
from incidents.register.reading import card

MOST_BYTES = 24 * 1024 * 1024  # of cards that a process keeps
# What neither a card nor the filter's sentence shows, and what makes a row heavy.
SUMMARIES = ("summary_en", "summary_uk")
HEAVY = ("corroboration", *SUMMARIES, "sources", "source_kinds")

_kept: Bounded[tuple[str, int, int, str], SafeString] = Bounded(MOST_BYTES)


def rows_of(numbers: Sequence[int], *unread: str) -> list[RegisterIncident]:
    """The incidents of some editions, in their order, without the fields that nobody will look at."""
    found = RegisterIncident.objects.filter(edition_id__in=numbers).order_by().defer(*unread)
    rows = {row.edition_id: row for row in found}
    return [rows[number] for number in numbers if number in rows]


def drawn(shown: Mapping[str, Any]) -> SafeString:
    """A card as the list shows it."""
    return render_to_string("_incident_card.html", {"incident": shown, "heading": 2})


def drawn_cards(numbers: Sequence[int], facts: Mapping[int, Fact]) -> list[SafeString]:
    """The cards of some editions. A row that was counted anew is another row, and has another card."""
    if moment():  # the links of an earlier day lead to pages of that day
        return [drawn(card(row)) for row in rows_of(numbers, *HEAVY)]
    kept = {number: _kept.get(_key(number, facts[number].made_from)) for number in numbers}
    cards = {number: found for number, found in kept.items() if found is not None}
    missing = [number for number in numbers if number not in cards]
    for row in rows_of(missing, *HEAVY) if missing else ():
        cards[row.edition_id] = drawn(card(row))
        _kept.put(_key(row.edition_id, row.made_from), cards[row.edition_id], 2 * len(cards[row.edition_id]))
    return [cards[number] for number in numbers if number in cards]


def _key(number: int, made_from: int) -> tuple[str, int, int, str]:
    return str(connections["register"].settings_dict["NAME"]), number, made_from, get_language() or ""
