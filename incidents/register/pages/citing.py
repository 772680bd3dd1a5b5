"""How to cite a record: by the URL of its edition, which always shows the same text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from incidents.register import as_of
from incidents.register.models import Edition
from incidents.vocabulary import RecordKind

PAGES = {
    RecordKind.INCIDENT: "incident",
    RecordKind.SOURCE: "source",
    RecordKind.INVESTIGATION: "investigation",
    RecordKind.TOTAL: "total",
}


@dataclass(frozen=True)
class Citable:
    """The context of the fragment `records.cite`. `address` is an absolute URL."""

    record: Mapping[str, Any]
    edition: Edition
    address: str
    document_url: str

    @property
    def folder(self) -> str:
        """The path segment of records of its kind in the URLs of citation files."""
        return f"{PAGES[RecordKind(self.edition.kind)]}s"

    @property
    def dated_path(self) -> str:
        """The path of the record as of the day on which the edition was published."""
        path = path_of(f"register:{PAGES[RecordKind(self.edition.kind)]}", self.edition.code)
        return f"{path}?{as_of.PARAMETER}={self.edition.published_at.astimezone(UTC).date()}"


def path_of(route: str, *args: object) -> str:
    """`reverse` in the active language, cached: a page has about sixty links to records, and resolving them takes a
    tenth of its time. Raises NoReverseMatch."""
    return _path_of(get_language() or "", route, args)


def path_if_served(route: str, *args: object) -> str:
    """The same; "" if this surface does not serve the route."""
    try:
        return path_of(route, *args)
    except NoReverseMatch:
        return ""


@lru_cache(10_000)
def _path_of(_language: str, route: str, args: tuple[object, ...]) -> str:
    return reverse(route, args=args)


def page_of(kind: str, code: str) -> str:
    """The path of the current edition's page in the active language, with the day that is shown."""
    return as_of.dated(path_of(f"register:{PAGES[RecordKind(kind)]}", code))


def edition_page_of(kind: str, code: str, number: int) -> str:
    """The path of one edition's page, which always shows that edition."""
    return path_of(f"register:{PAGES[RecordKind(kind)]}_edition", code, number)


def document_of(kind: str, code: str, number: int) -> str:
    """The path of one edition's document: the bytes that its digest is computed from."""
    return path_of(f"register:{PAGES[RecordKind(kind)]}_document", code, number)


def comparison_of(kind: str, code: str, first: int, last: int) -> str:
    """The path of the comparison of two editions, in the active language."""
    path = path_of(f"register:{PAGES[RecordKind(kind)]}_compare", code)
    return f"{path}?from={first}&to={last}"


def absolute(path: str) -> str:
    """The absolute URL of a path."""
    return f"{settings.SITE_URL}{path}"


def citable(edition: Edition, title: object) -> Citable:
    """The citation of one edition."""
    key = (edition.kind, edition.code, edition.number)
    return Citable(
        {"code": edition.code, "title": title},
        edition,
        absolute(edition_page_of(*key)),
        document_of(*key),
    )
