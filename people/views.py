"""Following an invitation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people.adapter import TOKEN_IN_SESSION
from people.models import Invitation


@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An open invitation leads to sign-up; any other link says that it is not open."""
    if request.user.is_authenticated:
        messages.info(request, _("You are signed in. To accept an invitation, sign out first and open the link again."))
        return redirect("desk:drafts")
    if Invitation.find(token) is None:
        return render(request, "people/invitation_closed.html", status=404)
    request.session[TOKEN_IN_SESSION] = token
    return redirect("account_signup")
