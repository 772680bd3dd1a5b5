"""The ranking of hits: words in the title weigh most, then names, the summary, quotes and sources.

Ranking a hit reads its whole vector, so at most a thousand are ranked. If there are more hits, those are the latest
with the words in their title, and the latest of the others up to a thousand; the rest follows by date. The list tells
the reader.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from incidents.register.models import RegisterSearch
from incidents.register.search.questions import WEIGHTS, Lexemes

MOST_RANKED = 1_000


class Ranks:
    """The ranks of one query's hits at one head, cached for all filters."""

    def __init__(self, tsquery: str, database: str) -> None:
        self._tsquery, self._database = tsquery, database
        self._known: dict[int, float] = {}

    def ordered(self, numbers: Sequence[int]) -> list[int]:
        """The editions by rank; the sort is stable."""
        missing = [number for number in numbers if number not in self._known]
        if missing:
            rank = SearchRank(F("vector"), Lexemes(self._tsquery), weights=WEIGHTS)
            rows = RegisterSearch.objects.using(self._database).filter(number__in=missing).annotate(rank=rank)
            self._known |= dict(rows.values_list("number", "rank"))
        return sorted(numbers, key=lambda number: -self._known.get(number, 0.0))
