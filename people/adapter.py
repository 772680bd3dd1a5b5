"""How allauth is held to invitations."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from people.models import Invitation, User

TOKEN_IN_SESSION = "invitation"  # noqa: S105


class InvitationAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open only to whoever followed an open invitation, and only for the invited address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor carries an open invitation."""
        return self._invitation(request) is not None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """The invited address is the account's address, whatever the form said; so are its roles."""
        invitation = self._invitation(request)
        if invitation is None:
            raise PermissionError("sign-up without an invitation")
        user.email = invitation.email
        user.set_password(form.cleaned_data["password1"])
        user.save()
        user.groups.set(invitation.roles.all())
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        del request.session[TOKEN_IN_SESSION]
        return user

    def _invitation(self, request: HttpRequest) -> Invitation | None:
        token = request.session.get(TOKEN_IN_SESSION)
        return Invitation.find(token) if token else None
