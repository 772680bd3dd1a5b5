"""Signing in with a password and a code, as a person would."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.desk import signs_in

PERIOD_SECONDS = 30


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator application shows now, or some steps of 30 seconds later (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_SECONDS + steps))


def by_password(person: Any) -> tuple[Client, Any]:
    """A browser that has sent address and password, and the answer."""
    client = Client(raise_request_exception=False)
    return client, signs_in(client, person.email)
