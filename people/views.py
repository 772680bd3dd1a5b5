"""Following an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from people.adapter import TOKEN_IN_SESSION
from people.models import Invitation


@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An open invitation leads to sign-up; any other link says that it is not open."""
    if Invitation.find(token) is None:
        return render(request, "people/invitation_closed.html", status=404)
    request.session[TOKEN_IN_SESSION] = token
    return redirect("account_signup")
