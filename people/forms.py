"""allauth's passkey forms, which do not log rejected passkeys themselves."""

from typing import Any

from allauth.core import context
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from people import refusals


class _Noted:
    """A mixin that logs a rejected passkey."""

    user: Any

    def clean_credential(self) -> Any:
        """allauth's result. Raises ValidationError."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            refusals.note(refusals.PASSKEY_REFUSED, context.request, getattr(self.user, "email", ""))
            raise


class PasskeyInsteadOfPassword(_Noted, LoginWebAuthnForm):  # type: ignore[misc]
    """Sign-in with a passkey only."""


class PasskeyAfterPassword(_Noted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of sign-in."""


class PasskeyOnceMore(_Noted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Reauthentication before an irreversible action."""
