"""The log of refused sign-ins and requests: one line each, at level WARNING (ASVS 5.0, 16.3).

The log contains no personal data. Accounts and IP addresses are pseudonyms: the same in every line, so that an operator
can see that one address tries many accounts, or many addresses one account; computed with the secret key, so that
others cannot test names. `manage.py pseudonym` prints that of an account.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from allauth.mfa.signals import authentication_failed
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PSEUDONYM_DIGITS = 16
WRONG_PASSWORD = "wrong password or unknown account"  # noqa: S105
TOO_MANY_ATTEMPTS = "too many attempts"
WRONG_CODE = "wrong code"
PASSKEY_REFUSED = "passkey not accepted"
NOT_FOR_THEM = "not for this role"
NO_TOKEN = "form without its token"  # noqa: S105
NOT_THERE = "not theirs, or not there"

logger = logging.getLogger("people.refusals")


def note(reason: str, request: HttpRequest | None, account: str = "") -> None:
    """Log one line. `account` is the e-mail address that was tried or is signed in, or ""."""
    from allauth.account.adapter import get_adapter

    address = get_adapter().get_client_ip(request) if request is not None else ""
    facts = {
        "reason": reason,
        "account": pseudonym("account", account) if account else "",
        "from": pseudonym("address", address) if address else "",
    }
    logger.warning("refused", extra={"facts": facts})


def note_answer(request: HttpRequest, response: HttpResponseBase) -> None:
    """Log 403 and 404 responses of the desk: what the user may not do, or may not see."""
    refused = response.status_code == HTTPStatus.FORBIDDEN
    if not refused and response.status_code != HTTPStatus.NOT_FOUND:
        return
    account = getattr(request.user, "email", "")
    if refused:
        note(getattr(request, "refused_because", NOT_FOR_THEM), request, account)
    elif account:
        note(NOT_THERE, request, account)


def pseudonym(kind: str, text: str) -> str:
    """The pseudonym of a text: stable, and meaningless without the secret key (HMAC-SHA-256, cut to 64 bits)."""
    digest = salted_hmac(f"people.refusals.{kind}", text.strip().lower(), algorithm="sha256")
    return digest.hexdigest()[:PSEUDONYM_DIGITS]


def connect() -> None:
    """Connect to the signal of wrong codes."""
    authentication_failed.connect(_wrong_code, dispatch_uid="people.wrong_code")


def _wrong_code(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note(WRONG_CODE, request, user.email)
