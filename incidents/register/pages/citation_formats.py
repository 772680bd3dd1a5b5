"""The citation of an edition for reference managers: plain text, BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from incidents.register.models import Document, Edition
from incidents.register.pages.citing import absolute, edition_page_of
from incidents.vocabulary import RecordKind, TotalQualifier
from incidents.wording import day, edtf_period, edtf_plainly, pick, term

# TeX escapes. Braces become commands, since BibTeX counts even an escaped brace.
_TEX = {sign: f"\\{sign}" for sign in "$&%#_"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}


@dataclass(frozen=True)
class Reference:
    """The fields of a citation, in the active language if the record has it."""

    code: str
    number: int
    title: str
    language: str
    published: date
    address: str
    digest: str

    @property
    def identity(self) -> str:
        """The citation key."""
        return f"{self.code}-{self.number}"

    @property
    def proof(self) -> str:
        """The digest, for checking the text against the published document."""
        return f"SHA-256 {self.digest}"


def reference(edition: Edition) -> Reference:
    """The reference to an edition that is not a tombstone."""
    document = edition.content
    titled: Any = total_in_words(document) if edition.kind == RecordKind.TOTAL else document["title"]
    title = pick(titled) if isinstance(titled, dict) else None
    return Reference(
        edition.code,
        edition.number,
        _one_line(title.value if title else titled),
        title.language if title else document.get("language") or (get_language() or "en")[:2],
        edition.published_at.astimezone(UTC).date(),
        absolute(edition_page_of(edition.kind, edition.code, edition.number)),
        edition.digest,
    )


def total_in_words(document: Document) -> dict[str, str]:
    """The title of a total in citations: body, what is counted, number, and date, by language."""
    return {language: _total_in(language, document, body) for language, body in document["body"].items() if body}


def _total_in(language: str, document: Document, body: str) -> str:
    with override(language):
        what = term(document["what"], "TotalWhat").lower()
        qualifier = document["qualifier"]
        exact = qualifier == TotalQualifier.EXACT
        number = " ".join(["" if exact else term(qualifier, "TotalQualifier").lower(), str(document["value"])]).strip()
        if document["period"]:
            number += f" ({edtf_period(document['period'])})"
        return f"{body}, {what}: {number}, " + _("as of %(day)s") % {"day": edtf_plainly(document["as_of"])}


def _one_line(text: str) -> str:
    """The text without line breaks and control characters, which could inject another field."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def as_text(cited: Reference) -> str:
    """The sentence of the page, and the digest on the next line."""
    sentence = _("%(register)s, %(code)s: “%(title)s”, edition %(number)s of %(day)s") % {
        "register": settings.REGISTER_NAME,
        "code": cited.code,
        "title": cited.title,
        "number": cited.number,
        "day": day(cited.published),
    }
    return f"{sentence}, {cited.address}\n{cited.proof}\n"


def as_bibtex(cited: Reference) -> str:
    """An entry of type @misc."""
    fields = {
        "author": "{" + _tex(str(settings.REGISTER_NAME)) + "}",  # in braces: not parsed as a person's name
        "title": "{" + _tex(f"{cited.code}: {cited.title}") + "}",
        "edition": str(cited.number),
        "year": f"{cited.published:%Y}",
        "month": str(cited.published.month),
        "day": str(cited.published.day),
        "url": cited.address,
        "language": _tex(cited.language),
        "note": _tex(cited.proof),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{cited.identity},", *lines, "}", ""])


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def as_ris(cited: Reference) -> str:
    """A record of type ELEC; lines end with CRLF, as the format requires."""
    lines = [
        ("TY", "ELEC"),
        ("ID", cited.identity),
        ("AU", str(settings.REGISTER_NAME)),
        ("TI", f"{cited.code}: {cited.title}"),
        ("ET", str(cited.number)),
        ("PY", f"{cited.published:%Y}"),
        ("DA", f"{cited.published:%Y/%m/%d}/"),
        ("LA", cited.language),
        ("UR", cited.address),
        ("N1", cited.proof),
        ("ER", ""),
    ]
    return "".join(f"{name}  - {value}\r\n" for name, value in lines)


def as_csl(cited: Reference) -> str:
    """CSL-JSON: a list of one item."""
    issued = [cited.published.year, cited.published.month, cited.published.day]
    item = {
        "id": cited.identity,
        "type": "webpage",
        "author": [{"literal": str(settings.REGISTER_NAME)}],
        "title": f"{cited.code}: {cited.title}",
        "container-title": str(settings.REGISTER_NAME),
        "edition": str(cited.number),
        "issued": {"date-parts": [issued]},
        "language": cited.language,
        "URL": cited.address,
        "note": cited.proof,
    }
    return json.dumps([item], ensure_ascii=False, indent=1)


# By file extension: media type and writer.
SHAPES: dict[str, tuple[str, Callable[[Reference], str]]] = {
    "txt": ("text/plain; charset=utf-8", as_text),
    "bib": ("application/x-bibtex; charset=utf-8", as_bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", as_ris),
    "json": ("application/vnd.citationstyles.csl+json", as_csl),
}
