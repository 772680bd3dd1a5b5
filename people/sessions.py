"""The lifetime of sessions: 30 minutes without a request, 12 hours at most (ASVS 5.0, 7.3)."""

from __future__ import annotations

import time
from ipaddress import ip_network
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.http import HttpRequest

from people import factors
from people.models import User

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 3600
NOTED_EVERY_SECONDS = 30
BEGAN, SEEN = "began", "seen"


def has_ended(session: SessionBase) -> bool:
    """Whether the session has expired. One without a start time has."""
    now = time.time()
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    return bool(now - seen > IDLE_SECONDS or now - began > LONGEST_SECONDS)


def note_use(session: SessionBase) -> None:
    """Record the use of a session, at most twice a minute."""
    now = time.time()
    if now - session.get(SEEN, 0) > NOTED_EVERY_SECONDS:
        session[SEEN] = now


def end_sessions(user: User, but: str | None = None) -> int:
    """End a user's sessions, except the one with this key; returns their number."""
    ended = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    found = list(ended)
    for each in found:
        each.end()
    return len(found)


def end_all_sessions() -> None:
    """End all sessions of all users."""
    Session.objects.all().delete()
    UserSession.objects.all().delete()


def network(address: str) -> str:
    """The network of an address: enough to recognise one's own sessions, too coarse to identify a person."""
    length = 48 if ":" in address else 24
    return str(ip_network(f"{address}/{length}", strict=False).network_address)


def connect() -> None:
    """Connect to the signals of allauth and Django."""
    user_logged_in.connect(_begin, dispatch_uid="people.session_begins")
    for signal in (password_changed, password_set, password_reset):
        signal.connect(_end_others, dispatch_uid="people.password_changed")
    for signal in (authenticator_added, authenticator_removed, authenticator_reset):
        signal.connect(_factor_changed, dispatch_uid="people.factor_changed")
    pre_save.connect(_keep_the_network_alone, sender=UserSession, dispatch_uid="people.network_alone")


def _begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = time.time()


def _end_others(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    end_sessions(user, but=request.session.session_key)


def _factor_changed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """End all other sessions after a change of factors; this session has just been authenticated."""
    end_sessions(user, but=request.session.session_key)
    if kwargs["signal"] is authenticator_added and authenticator.type in factors.FACTORS:
        factors.record_proof(request, user, "mfa")


def _keep_the_network_alone(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    instance.ip = network(instance.ip)
