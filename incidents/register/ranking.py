"""How relevant hits are: the words in the title weigh most, then names, the summary, quotes and sources.

To rank a hit means to read its whole vector, so that at most a thousand are ranked. Where a search finds more, those
are the latest with the words in their title, and the latest of the others until the thousand is full; what is left
follows by date. The list says so to its reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from incidents.register.filters import WEIGHTS
from incidents.register.models import RegisterSearch
from incidents.register.orders import Fact, in_order
from incidents.register.searching import Lexemes

MOST_RANKED = 1_000


def ranked(numbers: Iterable[int], tsquery: str, database: str, facts: Mapping[int, Fact]) -> list[int]:
    """Editions by the rank of what a search finds in them, equal ones the latest first."""
    rank = SearchRank(F("vector"), Lexemes(tsquery), weights=WEIGHTS)
    rows = RegisterSearch.objects.using(database).filter(number__in=list(numbers)).annotate(rank=rank)
    ranks: dict[int, float] = dict(rows.values_list("number", "rank"))
    return sorted(in_order(ranks.keys() & facts.keys(), facts), key=lambda number: -ranks[number])
