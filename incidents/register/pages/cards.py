"""The rows that a list shows, and what its cards say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from incidents.register.models import RegisterIncident
from incidents.register.pages.presenters import card
from incidents.register.search.questions import Question
from incidents.register.search.search_snippets import found_cards

# What neither a card nor the filter's sentence shows, and what makes a row heavy.
SUMMARIES = ("summary_en", "summary_uk")
HEAVY = ("corroboration", *SUMMARIES, "sources", "source_kinds")


def rows_of(numbers: Sequence[int], *unread: str) -> list[RegisterIncident]:
    """The incidents of some editions, in their order, without the fields that nobody will look at."""
    found = RegisterIncident.objects.filter(edition_id__in=numbers).order_by().defer(*unread)
    rows = {row.edition_id: row for row in found}
    return [rows[number] for number in numbers if number in rows]


def cards_of(numbers: Sequence[int], asked: Question) -> list[dict[str, Any]]:
    """The cards of some editions, with the hits of the question marked in them."""
    if not numbers:
        return []
    if not asked.terms:
        return [card(row) for row in rows_of(numbers, *HEAVY)]
    return found_cards(rows_of(numbers, *(name for name in HEAVY if name not in SUMMARIES)), asked, "register")
