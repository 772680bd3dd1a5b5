"""The metadata of every file: when it was made, the head of the register, the filter, the licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from incidents.register.models import Edition
from incidents.register.tables.columns import moment_text
from incidents.wording import day

LICENCE = "CC-BY-4.0"
LICENCE_NAME = "Creative Commons Attribution 4.0 International"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
HEAD_DIGITS = 12  # of the head's digest, in file names


@dataclass(frozen=True)
class Head:
    """The newest edition: two files from the same head and filter contain the same rows."""

    number: int
    digest: str
    published_at: datetime | None

    @property
    def as_json(self) -> dict[str, Any]:
        """The head as JSON members."""
        moment = self.published_at and moment_text(self.published_at)
        return {"edition": self.number, "digest": self.digest or None, "published": moment}

    @property
    def words(self) -> str:
        """The head as a sentence in the active language, for text formats."""
        if not self.number:
            return _("Nothing has been published yet.")
        said = _("State of the register: edition no. %(number)s in order of publication, %(day)s, SHA-256 %(digest)s")
        return said % {"number": self.number, "day": day(self.published_at), "digest": f"{self.digest[:16]}…"}


def read_head() -> Head:
    """The current head; number 0 for an empty register."""
    row = Edition.objects.newest_first().values_list("pk", "digest", "published_at").first()
    return Head(*row) if row else Head(0, "", None)


@dataclass(frozen=True)
class About:
    """The metadata of a file. `query` is the filter as a query string, `words` as a sentence."""

    head: Head
    made_at: datetime
    address: str
    query: str
    words: str

    @property
    def as_json(self) -> dict[str, Any]:
        """The metadata as JSON members."""
        return {
            "register": str(settings.REGISTER_NAME),
            "made": moment_text(self.made_at),
            "head": self.head.as_json,
            "filter": {"query": self.query, "words": self.words},
            "source": self.address,
            "licence": {"name": LICENCE, "title": LICENCE_NAME, "url": LICENCE_URL},
            "columns": f"{settings.SITE_URL}{reverse('register:api')}#columns",
        }

    def file_name(self, name: str, shape: str) -> str:
        """The file name: register, table, day, head, and "filtered" if there is a filter."""
        chosen = "filtered" if self.query else ""
        parts = [_register(), name, f"{self.made_at:%Y-%m-%d}", self.head.digest[:HEAD_DIGITS], chosen]
        return f"{'-'.join(part for part in parts if part)}.{shape}"


def _register() -> str:
    """The register's English name as a slug."""
    with override("en"):
        return slugify(str(settings.REGISTER_NAME))


def about(request: HttpRequest, query: str, words: str) -> About:
    """The metadata of a file for this request."""
    address = f"{settings.SITE_URL}{request.path}{'?' + query if query else ''}"
    return About(read_head(), timezone.now(), address, query, words)
