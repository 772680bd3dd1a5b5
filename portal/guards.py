"""The checks of every request to the desk, the accounts and the admin, before the view."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.casework.kept_forms import posted_form
from incidents.casework.views.records import returned
from people import factors, refusals, sessions
from people.models import Freeze, User
from portal.paths import is_desk, without_language

SAFE = ("GET", "HEAD")
RETRY_SECONDS = 600
# Paths for signing in and out, which stay open in read-only mode.
ALWAYS_OPEN = ("/accounts/login/", "/accounts/logout/", "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/login/")

GetResponse = Callable[[HttpRequest], HttpResponse]


class DeskGuard:
    """Freeze, session age, second factor, in this order; only for pages of signed-in users."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.accounts = AccountMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Respond instead of the view, or pass the request on."""
        if settings.SURFACE == "public" or not is_desk(request.path_info):
            return self.get_response(request)
        if request.method not in (*SAFE, "POST"):
            return HttpResponseNotAllowed([*SAFE, "POST"])
        return (
            _frozen(request)
            or _of_another_session(request)
            or _too_old(request)
            or self._without_factor(request)
            or _given_back(request)
            or self._answer(request)
        )

    def _without_factor(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if not settings.SECOND_FACTOR or not isinstance(user, User):
            return None
        if without_language(request.path_info).startswith("/accounts/") or factors.used_factor(request):
            return None
        if factors.has_factor(user):
            # allauth keeps the request, asks, and resumes it; of itself it does so for exceptions of views alone.
            question: HttpResponse = self.accounts.process_exception(request, ReauthenticationRequired())
            return question
        words = _("Set up a passkey or an authenticator application: the desk opens with a second factor.")
        messages.info(request, words)
        return redirect("mfa_index")

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refusals.note_answer(request, response)
        return response


def _frozen(request: HttpRequest) -> HttpResponse | None:
    freeze = Freeze.present()
    request.freeze = freeze  # type: ignore[attr-defined]  # for the banner
    writing = request.method not in SAFE and without_language(request.path_info) not in ALWAYS_OPEN
    if not freeze.refuses(writing=writing):
        return None
    answer = render(request, "people/frozen.html", {"freeze": freeze}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _of_another_session(request: HttpRequest) -> HttpResponse | None:
    """Keep a record's form for its author if somebody else is signed in, or nobody any more."""
    form = posted_form(request)
    if form is None:
        return None
    if request.user.is_authenticated and sessions.has_ended(request.session):
        logout(request)
    if form.is_of(request.user):
        return None
    context = {"kept": form.encrypted(), "path": request.path}
    return render(request, "casework/kept_form.html", context, status=HTTPStatus.FORBIDDEN)


def _given_back(request: HttpRequest) -> HttpResponse | None:
    """Show its author a form that was kept for them."""
    form = posted_form(request)
    if form is None or not form.is_kept:
        return None
    answer: HttpResponse = returned(request, form.data, **form.arguments)
    return answer


def _too_old(request: HttpRequest) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return None
    if not sessions.has_ended(request.session):
        sessions.note_use(request.session)
        return None
    logout(request)
    messages.info(request, _("You were signed out: 30 minutes passed without a request, or 12 hours in all."))
    return redirect_to_login(request.get_full_path() if request.method in SAFE else reverse("desk:drafts"))
