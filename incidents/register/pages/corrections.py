"""What was changed after it was published: each edition with its note, what differs, and where both can be read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from incidents.register.models import Edition
from incidents.register.pages.presenters import changes, compare_url, edition_line


def corrections() -> QuerySet[Edition]:
    """Every edition after the first of its record, the newest first, with the one before it."""
    return Edition.objects.corrections().select_related("supersedes")


def correction_line(edition: Edition) -> dict[str, Any]:
    """One correction as `records.edition_line` takes it, with the parts that differ and the comparison of the two."""
    address = compare_url(edition.supersedes, edition)
    changed = changes(edition.supersedes, edition) if address else []
    return edition_line(edition) | {"changes": changed, "compare_url": address}
