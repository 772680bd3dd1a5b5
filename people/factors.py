"""The second factor: who needs one, which kinds count, how fresh it is, and how its secrets are encrypted.

Passkeys first, codes of an authenticator app second, printed recovery codes if both are lost (NIST SP 800-63B-4,
section 2.2: AAL2 needs two factors, one of them phishing-resistant on offer).
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
    """allauth's MFA adapter with our rules."""

    def encrypt(self, text: str) -> str:
        """The encrypted secret for the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The decrypted secret. Raises ImproperlyConfigured if FACTOR_KEYS no longer has its key."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ImproperlyConfigured("FACTOR_KEYS has no key for a secret in the database.") from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the factor can be removed: the last one cannot if one is required."""
        if not settings.SECOND_FACTOR:
            return True
        return bool(
            Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        )

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party of passkeys: the site's host, whatever host the request used; on a loopback address the
        request's."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        host = urlsplit(settings.SITE_URL).hostname or ""
        return entity | ({"id": host} if settings.HTTPS else {}) | {"name": str(settings.REGISTER_NAME)}

    def _get_site_name(self) -> str:
        return str(settings.REGISTER_NAME)


@cache
def _box() -> MultiFernet:
    """Encrypts with the first key and decrypts with any, for key rotation."""
    if not settings.FACTOR_KEYS:
        raise ImproperlyConfigured("FACTOR_KEYS is empty: the secrets of second factors cannot be kept.")
    return MultiFernet([Fernet(_key(text)) for text in settings.FACTOR_KEYS])


def _key(text: str) -> bytes:
    """A key derived from a random text of any length (HKDF, RFC 5869)."""
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"hors-de-combat second factors").derive(text.encode())
    return base64.urlsafe_b64encode(derived)


def has_factor(user: User) -> bool:
    """Whether the user has a second factor; recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def used_factor(request: HttpRequest) -> bool:
    """Whether this session was authenticated with a second factor."""
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
    """Require the second factor before an irreversible action, unless it was used in the last ten minutes.

    Raises ReauthenticationRequired, which asks for it and then repeats the request with its form data.
    """
    if settings.SECOND_FACTOR and not _is_fresh(_last_use(request)):
        raise ReauthenticationRequired


def need_proof(request: HttpRequest) -> None:
    """Require proof before changes of the account: the factor, or the password for users without one, in the last ten
    minutes.

    Raises ReauthenticationRequired.
    """
    if not signed_in_just_now(request):
        raise ReauthenticationRequired


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the user was authenticated in the last ten minutes: by their factor, or by password if they have none."""
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
