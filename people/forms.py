"""allauth's questions for a passkey, which say nothing of their own when one is refused."""

from typing import Any

from allauth.core import context
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from people import refusals


class _Noted:
    """A passkey that is not accepted leaves a line in the log."""

    user: Any

    def clean_credential(self) -> Any:
        """What allauth makes of it. Raises ValidationError."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            refusals.note(refusals.PASSKEY_REFUSED, context.request, getattr(self.user, "email", ""))
            raise


class PasskeyInsteadOfPassword(_Noted, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class PasskeyAfterPassword(_Noted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step."""


class PasskeyOnceMore(_Noted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before what cannot be taken back."""
