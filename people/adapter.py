"""allauth's account adapter: sign-up by invitation only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from people import factors, grants, refusals
from people.models import Invitation, User

TOO_MANY = "too_many_login_attempts"
TOKEN_IN_SESSION = "invitation"  # noqa: S105
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - not a listening address


class InvitationAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up only with an open invitation, and only for the invited address."""

    _tried = ""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the session has an open invitation."""
        return self._invitation(request) is not None

    def clean_email(self, email: str) -> str:
        """At sign-up, the invited address replaces the posted one."""
        if self.request is None or self.request.user.is_authenticated:
            return email
        invitation = self._invitation(self.request)
        return invitation.email if invitation is not None else email

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Create the account with the invited address, and request the invited roles."""
        offered = self._invitation(request)
        # Read again with a lock: of two concurrent sign-ups the second sees that it was accepted.
        invitation = Invitation.objects.select_for_update().get(pk=offered.pk) if offered is not None else None
        if invitation is None or not invitation.is_open:
            raise PermissionDenied
        user.email = invitation.email
        user.set_password(form.cleaned_data["password1"])
        user.save()
        invitation.account, invitation.accepted_at = user, timezone.now()
        invitation.save(update_fields=["account", "accepted_at"])
        if grants.give(user, invitation.roles.values_list("name", flat=True), invitation.invited_by):
            words = _("A second administrator has to confirm your role. Until then some pages are closed to you.")
            messages.info(request, words)
        del request.session[TOKEN_IN_SESSION]
        factors.record_proof(request, user, "password")  # just chosen: it is not asked for again at once
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, and remember the account for the log in case of too many."""
        self._tried = str(credentials.get("email", ""))
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a wrong password or an unknown address; the log does not distinguish them either."""
        refusals.note(refusals.WRONG_PASSWORD, request, str(credentials.get("email", "")))

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The error to show; too many attempts are logged."""
        if code == TOO_MANY:
            refusals.note(refusals.TOO_MANY_ATTEMPTS, self.request, self._tried or getattr(self._user, "email", ""))
        error: ValidationError = super().validation_error(code, *args)
        return error

    @property
    def _user(self) -> Any:
        return getattr(self.request, "user", None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by; one for all where a proxy on a socket names no client."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return UNKNOWN_ADDRESS

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether changing factors needs reauthentication: always, except just after sign-in."""
        return not factors.signed_in_just_now(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The second factor, passkeys before codes; the password only for users without a factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_factor = [each for each in methods if each["id"] != "reauthenticate"]
        return sorted(by_factor, key=lambda each: each["id"], reverse=True) or methods

    def _invitation(self, request: HttpRequest) -> Invitation | None:
        token = request.session.get(TOKEN_IN_SESSION)
        return Invitation.find(token) if token else None
