"""How allauth is held to invitations."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from people.models import Invitation, User

TOKEN_IN_SESSION = "invitation"  # noqa: S105


class InvitationAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open only to whoever followed an open invitation, and only for the invited address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor carries an open invitation."""
        return self._invitation(request) is not None

    def clean_email(self, email: str) -> str:
        """In a sign-up the invited address takes the place of what was typed: an account is made for no other."""
        if self.request is None or self.request.user.is_authenticated:
            return email
        invitation = self._invitation(self.request)
        return invitation.email if invitation is not None else email

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """The invited address is the account's address, whatever the form said; so are its roles."""
        offered = self._invitation(request)
        # Asked again under the lock: of two sign-ups at one moment the second finds it accepted.
        invitation = Invitation.objects.select_for_update().get(pk=offered.pk) if offered is not None else None
        if invitation is None or not invitation.is_open:
            raise PermissionDenied
        user.email = invitation.email
        user.set_password(form.cleaned_data["password1"])
        user.save()
        user.set_roles(invitation.roles.values_list("name", flat=True))
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        del request.session[TOKEN_IN_SESSION]
        return user

    def _invitation(self, request: HttpRequest) -> Invitation | None:
        token = request.session.get(TOKEN_IN_SESSION)
        return Invitation.find(token) if token else None
