"""The map of the site for search engines: every page in both languages, each beside the other."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.translation import get_language

from incidents.register.models import RegisterIncident, RegisterInvestigation, RegisterSource, RegisterTotal
from incidents.register.pages.citing import PAGES
from incidents.register.tables.columns import moment_text
from incidents.vocabulary import RecordKind

PER_MAP = 10_000  # codes; a map may name at most 50,000 addresses, and each code has two
MOST_MAPS = 1_000  # of one kind
STANDING = (
    *("home", "incidents", "sources", "investigations", "totals", "units", "map", "timeline", "figures", "ledger"),
    *("definitions", "methodology", "corrections", "api"),
)
MAPPED: dict[str, Any] = {
    RecordKind.INCIDENT: RegisterIncident.objects.current,
    RecordKind.SOURCE: RegisterSource.objects.all,
    RecordKind.INVESTIGATION: RegisterInvestigation.objects.all,
    RecordKind.TOTAL: RegisterTotal.objects.all,
}


class _SiteMap(Sitemap):  # type: ignore[type-arg]
    """One map. Its addresses are those of SITE_URL, whatever name a request used."""

    i18n = alternates = x_default = True

    def get_protocol(self, protocol: str | None = None) -> str:
        """That of the site."""
        return settings.SITE_URL.partition("://")[0]

    def get_domain(self, site: object = None) -> str:
        """That of the site."""
        return settings.SITE_URL.partition("://")[2]


class StandingPages(_SiteMap):
    """The pages that are always there."""

    def items(self) -> tuple[str, ...]:
        """Names of routes."""
        return STANDING

    def location(self, item: str) -> str:
        """Their path in the language of the moment."""
        return reverse(f"register:{item}")


class Records(_SiteMap):
    """The pages of one kind of records, as many as a map holds. PostgreSQL cuts the parts, not Django's paginator."""

    def __init__(self, kind: RecordKind, part: int) -> None:
        self.first = (part - 1) * PER_MAP
        # Django asks four times for each address: as itself, twice as an alternate, and as the default.
        self.path = cache(lambda code, language: reverse(f"register:{PAGES[kind]}", args=[code]))
        self.rows = MAPPED[kind]().order_by("code").values_list("code", "published_at")

    def items(self) -> list[tuple[str, datetime]]:
        """Codes, and when their current edition was published."""
        return list(self.rows[self.first : self.first + PER_MAP])

    def location(self, item: tuple[str, datetime]) -> str:
        """The path of the record in the language of the moment."""
        return self.path(item[0], get_language())

    def lastmod(self, item: tuple[str, datetime]) -> str:
        """To the second; Django's own template writes the day alone."""
        return moment_text(item[1])


def parts() -> list[tuple[str, int]]:
    """Which maps there are: one of the standing pages, and for each kind as many as its records fill."""
    kinds = [(str(kind), -(-rows().count() // PER_MAP)) for kind, rows in MAPPED.items()]
    return [("pages", 1), *((kind, part) for kind, last in kinds for part in range(1, last + 1))]


def urls_of(kind: str, part: int) -> list[dict[str, Any]]:
    """What a map names; nothing where there is no such map."""
    if (kind, part) == ("pages", 1):
        return StandingPages().get_urls()
    return Records(RecordKind(kind), part).get_urls() if kind in MAPPED and 1 <= part <= MOST_MAPS else []
