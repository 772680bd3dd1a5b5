"""Editions as the door writes them, for tests of the public side: documents of our own, rows made from them."""

import hashlib
from copy import deepcopy
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from incidents.publishing.documents import canonical
from incidents.publishing.rows import WRITE_ALIAS, write_rows
from incidents.register.head import wait_for_head_ttl
from incidents.register.models import Edition

Document = dict[str, Any]

SOURCE: Document = {
    "kind": "news_original",
    "distance": "secondary",
    "access": "public",
    "publisher": {"en": "Example Gazette"},
    "title": "An invented headline",
    "url": "https://news.example.org/1",
    "published_on": "2024-05-02",
    "language": "en",
    "note": {},
    "availability": "live",
    "derived_from": [],
}
CITATION: Document = {
    "source": "S-0001",
    "via": None,
    "stance": "supports",
    "facts": ["date", "occurrence", "place"],
    "quote": "two people were found",
    "quote_language": "en",
    "translation": {"uk": "знайшли двох людей"},
    "locator": {"en": "second paragraph"},
    "killed": {"low": 2, "high": 2},
    "survived": {"low": None, "high": None},
}
INCIDENT: Document = {
    "title": {"en": "An invented case", "uk": "Вигаданий випадок"},
    "summary": {"en": "Two people were reportedly killed.", "uk": "За повідомленнями, вбито двох людей."},
    "date": {"edtf": "2024-05-01", "earliest": "2024-05-01", "latest": "2024-05-01", "basis": "event"},
    "place": {
        "precision": "district",
        "method": "named_by_source",
        "country": "UA",
        "oblast": "UA-14",
        "oblast_name": {"en": "Donetsk Oblast", "uk": "Донецька область"},
    },
    "killed": {"low": 2, "best": 2, "high": 2, "sources": {}},
    "survived": {"low": None, "best": None, "high": None, "sources": {}},
    "conduct": ["killing_in_custody"],
    "protected_status": ["in_power_of_adverse_party"],
    "setting": "on_capture",
    "grade": {
        "code": "single_origin",
        "proposed": "single_origin",
        "rule": "one_origin",
        "reason": {},
        "signed_by": "reviewer",
        "signed_on": "2026-11-20",
    },
    "attributions": [],
    "not_known": {"en": ["Who did it."], "uk": ["Хто це вчинив."]},
    "content_warning": {},
    "citations": [CITATION],
    "observations": [],
    "investigations": [],
    "related": [],
}
INVESTIGATION: Document = {
    "title": {"en": "An invented inquiry", "uk": "Вигадане розслідування"},
    "body": {"en": "Example Prosecutors", "uk": "Прикладна прокуратура"},
    "body_kind": "national_prosecutor",
    "steps": [{"date": "2024-05-03", "status": "registered", "source": "S-0001", "note": {"en": "A case was opened."}}],
    "citations": [],
}
TOTAL: Document = {
    "body": {"en": "Example Prosecutors", "uk": "Прикладна прокуратура"},
    "what": "persons_executed",
    "value": 7,
    "qualifier": "at_least",
    "period": "",
    "as_of": "2024-05-31",
    "scope": {"en": "recorded"},
    "source": "S-0001",
}
SAMPLES = {"incident": INCIDENT, "source": SOURCE, "investigation": INVESTIGATION, "total": TOTAL}


def add_edition(kind: str, code: str, content: Document, change: str, note: Document | None = None) -> Edition:
    """The next edition of a record, with its rows."""
    before = Edition.objects.using(WRITE_ALIAS).filter(kind=kind, code=code).order_by("-number").first()
    number = before.number + 1 if before else 1
    head = {
        "format": f"hors-de-combat/{kind}/1",
        "code": code,
        "edition": number,
        "published": "2026-11-22T00:00:00+00:00",
    }
    text = canonical(head | {"nonce": f"{number:032}"} | content)
    edition = Edition.objects.using(WRITE_ALIAS).create(
        kind=kind,
        code=code,
        number=number,
        change=change,
        document=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        note_en=(note or {}).get("en", ""),
        note_uk=(note or {}).get("uk", ""),
        published_at=timezone.now(),
        supersedes=before,
    )
    write_rows(edition)
    transaction.on_commit(wait_for_head_ttl, using=WRITE_ALIAS)
    return edition


def publish(kind: str, code: str, /, note: Document | None = None, **changes: Any) -> Edition:
    """An edition of an invented record; `changes` replace parts of its document. The second and later ones update."""
    is_first = not Edition.objects.using(WRITE_ALIAS).filter(kind=kind, code=code).exists()
    return add_edition(kind, code, deepcopy(SAMPLES[kind]) | changes, "first" if is_first else "updated", note)


def withdraw(kind: str, code: str, reason: Document) -> Edition:
    """The tombstone of a record."""
    return add_edition(kind, code, {"reason": reason, "withdrawn": True}, "withdrawn", reason)


def merge(code: str, target: str, reason: Document) -> Edition:
    """The tombstone of an incident that became part of another."""
    return add_edition("incident", code, {"reason": reason, "merged_into": target}, "merged", reason)


def add_editions(count: int, start: int = 1) -> None:
    """First editions of totals in one statement, as a generator of a synthetic register may add them; no rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO register_edition
                (kind, code, number, change, document, digest, note_en, note_uk, published_at)
            SELECT 'total', 'T-' || n, 1, 'first', '{}', encode(sha256('{}'::bytea), 'hex'), '', '', now()
            FROM generate_series(%s, %s) AS n
            """,
            [start, start + count - 1],
        )
