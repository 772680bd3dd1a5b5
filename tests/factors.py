"""Signing in with a password and a code, as a person would."""

import base64
import hmac
import time
from typing import Any

from django.test import Client

from tests.desk import signs_in

PERIOD_SECONDS = 30


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator application shows now, or some steps of 30 seconds later (RFC 6238)."""
    counter = int(time.time()) // PERIOD_SECONDS + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8), "sha1")
    start = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def by_password(person: Any) -> tuple[Client, Any]:
    """A browser that has sent address and password, and the answer."""
    client = Client(raise_request_exception=False)
    return client, signs_in(client, person.email)
