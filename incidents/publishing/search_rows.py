"""Search vectors of incidents, sources and investigations, made from their rows and documents.

The same documents always give the same vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import override

from incidents.publishing.documents import Document
from incidents.register.models import RegisterIncident, RegisterInvestigation, RegisterSearch, RegisterSource
from incidents.register.search.questions import Field, vector
from incidents.vocabulary import Conduct

WRITE_ALIAS = "default"


def write_search(row: RegisterIncident, document: Document, sources: Mapping[str, RegisterSource]) -> None:
    """The search row of an incident; None for one that is withdrawn or merged."""
    rows = RegisterSearch.objects.using(WRITE_ALIAS)
    if not row.is_current:
        rows.filter(incident_id=row.code).delete()
        return
    found = search_row(row, document, sources)
    rows.bulk_create([found], update_conflicts=True, unique_fields=["incident"], update_fields=["number", "vector"])


def search_row(row: RegisterIncident, document: Document, sources: Mapping[str, RegisterSource]) -> RegisterSearch:
    """The vector of an incident's texts and of the public sources that it names."""
    text = incident_vector(row, document, [sources[code] for code in row.sources])
    return RegisterSearch(incident_id=row.code, number=row.edition_id, vector=text)


def incident_vector(row: RegisterIncident, document: Document, sources: list[RegisterSource]) -> str:
    """The texts by weight, highest first."""
    units = [
        name for each in document["attributions"] for name in (*each["name"].values(), *each.get("other_names", []))
    ]
    quotes = [text for each in document["citations"] for text in (each["quote"], *each["translation"].values())]
    fields = [
        Field(row.code, "A"),
        *(Field(text, "A") for text in (row.title_en, row.title_uk)),
        *(Field(text, "B", is_name=True) for text in (row.place_en, row.place_uk, *units)),
        *(Field(text, "C") for text in (row.summary_en, row.summary_uk)),
        *(Field(label, "D") for label in _labels(document["conduct"])),
        *(Field(text, "D") for text in quotes),
        *(Field(name, "D", is_title=True) for source in sources for name in _publisher(source)),
        *(Field(source.title, "D") for source in sources),
    ]
    return vector(fields, WRITE_ALIAS, row.earliest if row.earliest == row.latest else None)


def _labels(conduct: Iterable[str]) -> Iterator[str]:
    """What was reportedly done, by the vocabulary, in both languages."""
    for language in ("en", "uk"):
        with override(language):
            yield from (str(Conduct(code).label) for code in conduct)


def source_vector(row: RegisterSource) -> str:
    """A source's vector, from the public columns of its row."""
    return _vector_of(_publisher(row), (row.code, row.title, row.url))


def _publisher(row: RegisterSource) -> list[str]:
    """The names of a source's publisher. A former row of before they were two has no Ukrainian one."""
    return list(dict.fromkeys((row.publisher, row.publisher_uk or row.publisher)))


def investigation_vector(row: RegisterInvestigation) -> str:
    """An investigation's vector, from its titles and the names of its body."""
    return _vector_of((row.body_en, row.body_uk), (row.code, row.title_en, row.title_uk))


def _vector_of(names: Iterable[str], texts: Iterable[str]) -> str:
    """A vector without weights, for lists that are not ranked."""
    named = [Field(name, "A", is_title=True) for name in names]
    return vector([*named, *(Field(text, "A") for text in texts)], WRITE_ALIAS)
