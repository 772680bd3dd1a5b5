"""The targets of a template's links to records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from incidents.register import as_of
from incidents.register.models import Edition
from incidents.register.pages.citing import path_if_served
from incidents.wording import value_of


def page_of(record: Mapping[str, Any], kind: str) -> str:
    """The URL of a record: its own `href` (the desk sets one), else its public page with the day that is shown; "" if
    there is none.

    `kind` is `incident`, `source` or `investigation`.
    """
    if own := value_of(record, "href"):
        return str(own)
    code = value_of(record, "code")
    return as_of.dated(path_if_served(f"register:{kind}", str(code))) if code else ""


def of_its_day(path: str) -> str:
    """A path of the register with the day that is shown."""
    return as_of.dated(path)


def comparisons(edition: Mapping[str, Any]) -> str:
    """The URL of the comparison of editions of an edition's record."""
    return path_if_served(f"register:{edition['kind']}_compare", edition["code"])


def proof_of(edition: Edition) -> dict[str, str]:
    """The URLs of an edition's document and proof, and the public keys for checking them in the browser.

    Empty if this process does not serve them.
    """
    arguments = edition.code, edition.number
    document = path_if_served(f"register:{edition.kind}_document", *arguments)
    proof = path_if_served(f"register:{edition.kind}_proof", *arguments)
    verify = path_if_served("ledger:verify")
    if not (document and proof and verify):
        return {}
    return {"document": document, "proof": proof, "verify": verify, "keys": " ".join(settings.LEDGER_PUBLIC_KEY)}
