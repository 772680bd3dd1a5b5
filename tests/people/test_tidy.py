"""`manage.py tidy`: what is past its time goes, what is still needed stays."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from operations.serve import standard_steps
from people.models import Invitation, Role
from people.tidying import UNUSED_INVITATION_DAYS
from tests.desk import signs_in
from tests.factories import make_documenter, make_user

pytestmark = pytest.mark.usefixtures("committed")


def tidied() -> str:
    out = StringIO()
    call_command("tidy", stdout=out)
    return out.getvalue()


def test_sessions_that_are_over_go_and_others_stay():
    person = make_documenter()
    over, lasting = Client(), Client()
    signs_in(over, person.email)
    signs_in(lasting, person.email)
    for client in (over, lasting):
        client.get("/accounts/here/")
    Session.objects.filter(session_key=over.session.session_key).update(expire_date=timezone.now() - timedelta(1))
    assert "sessions: 1, lists of sessions: 1" in tidied()
    assert [each.session_key for each in UserSession.objects.all()] == [lasting.session.session_key]
    assert lasting.get("/accounts/here/").status_code == 204


def test_an_invitation_that_nobody_took_up_goes_after_thirty_days():
    administrator = make_user(Role.ADMINISTRATOR)
    for days, accepted in ((UNUSED_INVITATION_DAYS - 1, False), (UNUSED_INVITATION_DAYS + 1, False), (400, True)):
        invitation, _token = Invitation.invite(f"day-{days}@example.org", [Role.DOCUMENTER], administrator)
        invitation.invited_at = timezone.now() - timedelta(days=days)
        invitation.accepted_at = timezone.now() if accepted else None
        invitation.save()
    assert "invitations: 1" in tidied()
    kept = set(Invitation.objects.values_list("email", flat=True))
    assert kept == {f"day-{UNUSED_INVITATION_DAYS - 1}@example.org", "day-400@example.org"}


def test_lapsed_counts_of_attempts_go():
    cache.clear()
    cache.set("lapsed", 1, timeout=3600)
    cache.set("counting", 1, timeout=3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_cache SET expires = now() - interval '1 hour' WHERE cache_key LIKE '%lapsed%'")
    assert "attempts: 1" in tidied()
    assert cache.get("counting") == 1


def test_every_start_of_the_desk_does_it():
    assert any("past its time" in label for label, _step in standard_steps())
