"""Accepting an invitation; the sessions of one's own account."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people.adapter import TOKEN_IN_SESSION
from people.factors import need_proof
from people.models import Invitation, User
from people.sessions import end_sessions


@never_cache
@require_safe
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An open invitation leads to sign-up; any other link answers 404."""
    if request.user.is_authenticated:
        messages.info(request, _("You are signed in. To accept an invitation, sign out first and open the link again."))
        return redirect("desk:drafts")
    if Invitation.find(token) is None:
        return render(request, "people/invitation_closed.html", status=404)
    request.session[TOKEN_IN_SESSION] = token
    return redirect("account_signup")


@never_cache
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Polled by a form while it is edited: 204 while the session is valid, 401 when it has expired."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """The user's sessions; a form ends all others, after reauthentication."""
    if request.method == "POST":
        need_proof(request)
        ended = end_sessions(cast("User", request.user), but=request.session.session_key)
        messages.success(request, _("Sessions ended: %(n)d.") % {"n": ended})
        return redirect("usersessions_list")
    found = sorted(UserSession.objects.purge_and_list(request.user), key=lambda each: (not each.is_current(), -each.pk))
    return render(request, "people/sessions.html", {"sessions": found})


@never_cache
@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the user's own sessions, also the present one."""
    need_proof(request)
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    current = session.is_current()
    session.end()
    if current:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")
