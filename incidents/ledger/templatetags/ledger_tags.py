"""What templates say about the ledger."""

from __future__ import annotations

import base64
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse

register = template.Library()


class Named(Protocol):
    """An edition, as far as it is named here."""

    kind: str
    code: str
    number: int


@register.simple_tag
def proof_of(edition: Named) -> dict[str, Any]:
    """The addresses of an edition's document and proof, and the keys that a browser needs to check them.

    Empty where this process serves no such addresses.
    """
    arguments = [edition.code, edition.number]
    try:
        return {
            "document": reverse(f"register:{edition.kind}_document", args=arguments),
            "proof": reverse(f"register:{edition.kind}_proof", args=arguments),
            "verify": reverse("ledger:verify"),
            "keys": " ".join(settings.LEDGER_PUBLIC_KEY),
        }
    except NoReverseMatch:
        return {}


@register.filter
def base64_text(found: bytes) -> str:
    """Bytes as a checkpoint writes them."""
    return base64.b64encode(found).decode()
