"""System checks of the ledger's settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from incidents.ledger.notes import NoteError, PublicKey, is_key_name


@register()
def ledger_settings(**kwargs: Any) -> list[CheckMessage]:
    """Checks that the log's name is a valid key name, and that the public keys can be parsed and have that name."""
    found: list[CheckMessage] = []
    if not is_key_name(settings.LEDGER_ORIGIN):
        found.append(
            Error(
                f"LEDGER_ORIGIN={settings.LEDGER_ORIGIN!r} cannot be the name of a log.",
                hint="A host and a path without spaces and plus signs, such as register.example.org/ledger.",
                id="ledger.E001",
            )
        )
    for text in settings.LEDGER_PUBLIC_KEY:
        try:
            key = PublicKey.parse(text)
        except NoteError as problem:
            found.append(Error(f"LEDGER_PUBLIC_KEY: {problem}", hint="make_ledger_key prints it.", id="ledger.E002"))
            continue
        if key.name != settings.LEDGER_ORIGIN:
            found.append(
                Error(
                    f"LEDGER_PUBLIC_KEY is the key of {key.name}, and the log is called {settings.LEDGER_ORIGIN}.",
                    hint="Set LEDGER_ORIGIN to the name in the key.",
                    id="ledger.E003",
                )
            )
    return found
