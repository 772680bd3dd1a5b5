"""`manage.py freeze`: the desk open, only to be read, or closed; the public register stays as it is."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from people.models import Freeze, Openness
from tests.desk import said, signed_in, signs_in
from tests.factories import make_documenter, make_incident, make_reviewer
from tests.outcomes import submitted
from tests.published import publish

pytestmark = pytest.mark.usefixtures("committed")


def freeze(state, reason=""):
    out = StringIO()
    call_command("freeze", state, reason=reason, stdout=out)
    return out.getvalue()


def test_read_only_refuses_every_change_and_loses_nothing():
    person = make_documenter()
    incident = make_incident(person)
    client = signed_in(person)
    assert "read-only" in freeze("read-only", "A backup is being made until noon.")
    answer = client.post(f"/desk/incidents/{incident.code}/edit/", {"title_en": "Another"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    assert "Nothing can be changed for now" in said(answer)
    assert "A backup is being made until noon." in said(answer)
    incident.refresh_from_db()
    assert incident.revision == 1


def test_read_only_leaves_the_desk_readable_and_says_so():
    client = signed_in(make_documenter())
    freeze("read-only")
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert "The desk can only be read for now" in said(answer)


def test_read_only_publishes_nothing():
    incident = submitted(make_incident(make_documenter()))
    client = signed_in(make_reviewer())
    freeze("read-only")
    assert client.post(f"/desk/incidents/{incident.code}/move/approve/", {"revision": 1}).status_code == 503
    incident.refresh_from_db()
    assert incident.edition is None


def test_read_only_lets_people_in_and_out():
    person = make_documenter()
    freeze("read-only")
    client = Client()
    assert signs_in(client, person.email).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("page", ["/desk/", "/uk/desk/", "/admin/", "/accounts/login/", "/accounts/here/"])
def test_closed_turns_everybody_away_and_ends_every_session(page):
    client = signed_in(make_documenter())
    freeze("closed", "The desk is being checked.")
    answer = client.get(page)
    assert answer.status_code == 503
    assert "The desk is being checked." in said(answer)
    freeze("normal")
    assert client.get("/accounts/here/").status_code == 401


@pytest.mark.parametrize("state", Openness.values)
def test_the_public_register_is_open_in_every_state(client, state):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    freeze(state)
    assert client.get("/incidents/HDC-0001/").status_code == 200
    assert client.get("/incidents.csv").status_code == 200


def test_the_reason_is_shown_as_text(client):
    freeze("closed", "<script>alert(1)</script>")
    assert b"<script>alert" not in client.get("/desk/").content


def test_a_reason_of_a_novels_length_is_refused():
    with pytest.raises(CommandError, match="501 characters"):
        freeze("closed", "x" * 501)
    assert Freeze.present().state == "normal"


def test_an_unknown_state_is_refused():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("freeze", "ajar")


def test_there_is_one_switch():
    with pytest.raises(IntegrityError):
        Freeze.objects.create(pk=2)
