"""The rows of a list, and the content of their cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from incidents.register.models import RegisterIncident
from incidents.register.pages.presenters import card
from incidents.register.pages.search_snippets import found_cards
from incidents.register.search.questions import Question

# Wide columns that neither a card nor the filter's sentence needs.
SUMMARIES = ("summary_en", "summary_uk")
HEAVY = ("corroboration", *SUMMARIES, "sources", "source_kinds")
# The columns of a card.
CARD = (
    *("edition", "code", "title_en", "title_uk", "date", "place_en", "place_uk", "grade", "reports", "origins"),
    *("killed_low", "killed_best", "killed_high", "survived_low", "survived_best", "survived_high"),
)


def rows_of(numbers: Sequence[int], incidents: QuerySet[RegisterIncident]) -> list[RegisterIncident]:
    """The incidents of some editions, in their order. `incidents` sets which fields are read."""
    rows = {row.edition_id: row for row in incidents.filter(edition_id__in=numbers).order_by()}
    return [rows[number] for number in numbers if number in rows]


def cards_of(numbers: Sequence[int], asked: Question) -> list[dict[str, Any]]:
    """The cards of some editions, with the search hits marked."""
    if not numbers:
        return []
    if not asked.terms:
        return [card(row) for row in rows_of(numbers, RegisterIncident.objects.only(*CARD))]
    return found_cards(rows_of(numbers, RegisterIncident.objects.only(*CARD, *SUMMARIES)), asked, "register")
