"""Cards of search results: hits marked, and the sentence around the first one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from incidents.register.models import RegisterIncident
from incidents.register.pages.presenters import card
from incidents.register.search.questions import Question, highlighted, prepare, snippet


def found_cards(rows: Sequence[RegisterIncident], asked: Question, using: str) -> list[dict[str, Any]]:
    """`card` of each row, with `snippet` (a text by language) if the summary has a hit."""
    texts = [text for row in rows for text in (row.title_en, row.title_uk, row.summary_en, row.summary_uk)]
    prepare(texts, asked, using)
    return [card(row) | {"title": _titles(row, asked), "snippet": _snippet(row, asked)} for row in rows]


def _titles(row: RegisterIncident, asked: Question) -> dict[str, str]:
    return {language: highlighted(text, asked) for language, text in row.title.items()}


def _snippet(row: RegisterIncident, asked: Question) -> dict[str, str]:
    """In the active language if it has a hit, else in the other one."""
    summaries = {"en": row.summary_en, "uk": row.summary_uk}
    order = ("uk", "en") if (get_language() or "").startswith("uk") else ("en", "uk")
    for language in order:
        if found := snippet(summaries[language], asked):
            return {language: found}
    return {}
