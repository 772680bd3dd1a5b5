"""What was changed after it was published: each edition with its note, what differs, and where both can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.register.filters.filtersets import CodesFilter, StrictFilterSet, StrictForm
from incidents.register.models import Edition
from incidents.register.pages.presenters import changes, compare_url, edition_line
from incidents.vocabulary import EditionChange, RecordKind


class CorrectionFilter(StrictFilterSet):
    """The list of corrections, and its feed."""

    kind = CodesFilter(method="one_of", label=_("Kind of record"), choices=RecordKind.choices)
    change = CodesFilter(
        method="one_of",
        label=_("Change"),
        choices=[(code, label) for code, label in EditionChange.choices if code != EditionChange.FIRST],
    )

    class Meta:
        model = Edition
        fields: list[str] = []
        form = StrictForm

    def one_of(self, queryset: QuerySet[Any], name: str, value: Sequence[str]) -> QuerySet[Any]:
        """Any one of the codes."""
        return queryset.filter(**{f"{name}__in": value})


def corrections() -> QuerySet[Edition]:
    """Every edition after the first of its record, the newest first, with the one before it."""
    return Edition.objects.corrections().select_related("supersedes")


def correction_line(edition: Edition) -> dict[str, Any]:
    """One correction as `_edition_line.html` takes it, with the parts that differ and the comparison of the two."""
    address = compare_url(edition.supersedes, edition)
    changed = changes(edition.supersedes, edition) if address else []
    return edition_line(edition) | {"changes": changed, "compare_url": address}
