"""Changes after publication: each edition with its note, what changed, and links to both editions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from incidents.register.models import Edition
from incidents.register.pages.presenters import changes, compare_url, edition_line


def corrections() -> QuerySet[Edition]:
    """Every edition after the first of its record, the newest first, with its predecessor."""
    return Edition.objects.corrections().select_related("supersedes")


def correction_line(edition: Edition) -> dict[str, Any]:
    """One correction for `records.edition_line`, with the changed parts and the URL of the comparison."""
    address = compare_url(edition.supersedes, edition)
    changed = changes(edition.supersedes, edition) if address else []
    return edition_line(edition) | {"changes": changed, "compare_url": address}
