"""The second factor: who needs one, what counts as one, how fresh it is, and how its secrets are kept.

Passkeys first, codes of an authenticator application second, printed recovery codes for the day both are lost
(NIST SP 800-63B-4, section 2.2: AAL2 needs two factors, one of them resistant to phishing on offer).
"""

from __future__ import annotations

import base64
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from people.models import User

FRESH_SECONDS = 600
PROVEN = "proven"  # in the session: whose it is, and when each method was set up
FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's factors by our rules."""

    def encrypt(self, text: str) -> str:
        """A secret as it lies in the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises ImproperlyConfigured where FACTOR_KEYS lost the key that it was written with."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ImproperlyConfigured("FACTOR_KEYS has no key for a secret in the database.") from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor stays where one is needed: add another one first."""
        if not settings.SECOND_FACTOR:
            return True
        return bool(
            Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        )

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the site's own name, whatever name a request used; on a loopback address to that."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        host = urlsplit(settings.SITE_URL).hostname or ""
        return entity | ({"id": host} if settings.HTTPS else {}) | {"name": str(settings.REGISTER_NAME)}

    def _get_site_name(self) -> str:
        return str(settings.REGISTER_NAME)


@cache
def _box() -> MultiFernet:
    """Encrypts with the first key and reads with each, so that keys can be exchanged one after another."""
    if not settings.FACTOR_KEYS:
        raise ImproperlyConfigured("FACTOR_KEYS is empty: the secrets of second factors cannot be kept.")
    return MultiFernet([Fernet(_key(text)) for text in settings.FACTOR_KEYS])


def _key(text: str) -> bytes:
    """A key from a random text of any length (HKDF, RFC 5869)."""
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"hors-de-combat second factors").derive(text.encode())
    return base64.urlsafe_b64encode(derived)


def has_factor(user: User) -> bool:
    """Whether the person has set up a second factor; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def used_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a second factor."""
    return _last_use(request) is not None


def record_proof(request: HttpRequest, user: User, method: str) -> None:
    """Record that the person has just proven to have a factor or a password by setting it up.

    allauth records what it checked itself and has no public function to add to that, so this is an entry of our own.
    """
    request.session[PROVEN] = _proven(request, user) | {"user": str(user.pk), method: time.time()}


def _proven(request: HttpRequest, user: User) -> dict[str, Any]:
    proven: dict[str, Any] = request.session.get(PROVEN, {})
    return proven if proven.get("user") == str(user.pk) else {}


def need_fresh_factor(request: HttpRequest) -> None:
    """Before what cannot be taken back: the second factor once more, if the last use is over ten minutes old.

    Raises ReauthenticationRequired, which leads through the question and back to what was asked, form and all.
    """
    if settings.SECOND_FACTOR and not _is_fresh(_last_use(request)):
        raise ReauthenticationRequired


def need_proof(request: HttpRequest) -> None:
    """Before what touches the account itself: the factor, or the password of who has none, within ten minutes.

    Raises ReauthenticationRequired.
    """
    if not signed_in_just_now(request):
        raise ReauthenticationRequired


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the person has proven who they are within ten minutes: by the factor they have, else by the password."""
    user = request.user
    if not isinstance(user, User):
        return False
    return _is_fresh(_last_use(request, *(("mfa",) if has_factor(user) else ("mfa", "password"))))


def _is_fresh(moment: float | None) -> bool:
    return moment is not None and time.time() - moment <= FRESH_SECONDS


def _last_use(request: HttpRequest, *methods: str) -> float | None:
    user = request.user
    if not isinstance(user, User):
        return None
    asked, proven = methods or ("mfa",), _proven(request, user)
    checked = [float(each["at"]) for each in get_authentication_records(request, user) if each.get("method") in asked]
    return max([*checked, *(float(proven[method]) for method in asked if method in proven)], default=None)
