"""Removes expired personal data: docs/operating.md has the retention times."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from people.models import INVITATION_DAYS, Invitation

UNUSED_INVITATION_DAYS = 30  # after which nobody asks why the link did not work
assert UNUSED_INVITATION_DAYS > INVITATION_DAYS


@transaction.atomic
def tidy() -> dict[str, int]:
    """Remove expired data; returns the number of each kind."""
    now = timezone.now()
    sessions, _models = Session.objects.filter(expire_date__lt=now).delete()
    left, _models = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    unused = Invitation.objects.filter(accepted_at=None, invited_at__lt=now - timedelta(days=UNUSED_INVITATION_DAYS))
    invitations = unused.count()
    unused.delete()
    return {"sessions": sessions, "lists of sessions": left, "invitations": invitations, "attempts": _attempts()}


def _attempts() -> int:
    """Expired counts of login attempts."""
    with connection.cursor() as cursor:
        table = sql.Identifier(settings.CACHE_TABLE)
        cursor.execute(sql.SQL("DELETE FROM {} WHERE expires < now()").format(table))
        return int(cursor.rowcount)
