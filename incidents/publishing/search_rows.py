"""What an incident is found by, from its row and its document. The same documents always give the same row."""

from __future__ import annotations

from collections.abc import Mapping

from incidents.publishing.documents import Document
from incidents.register.models import RegisterIncident, RegisterSearch, RegisterSource
from incidents.register.searching import Field, vector

DOOR = "default"


def write_search(row: RegisterIncident, document: Document, sources: Mapping[str, RegisterSource]) -> None:
    """The search row of an incident; none for one that is withdrawn or merged."""
    rows = RegisterSearch.objects.using(DOOR)
    if not row.is_current:
        rows.filter(incident_id=row.code).delete()
        return
    found = search_row(row, document, sources)
    rows.bulk_create([found], update_conflicts=True, unique_fields=["incident"], update_fields=["number", "vector"])


def search_row(row: RegisterIncident, document: Document, sources: Mapping[str, RegisterSource]) -> RegisterSearch:
    """What is found by the texts of an incident and of the public sources that it names."""
    text = vector(_fields(row, document, [sources[code] for code in row.sources]), DOOR)
    return RegisterSearch(incident_id=row.code, number=row.edition_id, vector=text)


def _fields(row: RegisterIncident, document: Document, sources: list[RegisterSource]) -> list[Field]:
    """Its texts, the weightiest first."""
    units = [name for each in document["attributions"] for name in each["name"].values()]
    quotes = [text for each in document["citations"] for text in (each["quote"], *each["translation"].values())]
    return [
        Field(row.code, "A"),
        *(Field(text, "A") for text in (row.title_en, row.title_uk)),
        *(Field(text, "B", is_name=True) for text in (row.place_en, row.place_uk, *units)),
        *(Field(text, "C") for text in (row.summary_en, row.summary_uk)),
        *(Field(text, "D") for text in quotes),
        *(Field(text, "D") for source in sources for text in (source.publisher, source.title)),
    ]
