"""A form that is sent after its session ended loses nothing: its author signs in again and saves it with one click."""

import re

import pytest
from django.test import Client

from incidents.records.models import Incident
from people import sessions
from tests.desk import FormPage, said, use_factor
from tests.factories import make_documenter, make_incident, make_source

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def browser():
    """One that is asked for its tokens, as every browser is."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def sign_in(client, person):
    """As after the sign-in page: another session, another token."""
    client.logout()
    client.force_login(person)
    use_factor(client, person)
    client.cookies.pop("csrf", None)


def token_in(answer):
    return TOKEN.search(answer.content.decode())[1]


def written(client, path, source):
    """What is sent after a title was typed and a citation added, with the token of this page."""
    answer = client.get(path)
    page = FormPage(answer)
    sent = page.filled(title_en="Typed for an hour", date="2024-05-24", date_basis="event")
    sent = page.with_row(sent, "citations", source=source.code, stance="supports", facts=["occurrence"])
    return sent | {"csrfmiddlewaretoken": [token_in(answer)]}


def again(answer):
    """What the button of the answer sends."""
    page = FormPage(answer)
    return page.filled() | {"csrfmiddlewaretoken": [token_in(answer)]}


@pytest.fixture
def author():
    return make_documenter()


def saved(author):
    incident = Incident.objects.get(created_by=author, title_en="Typed for an hour")
    return [each.source.code for each in incident.citations.all()]


def test_after_signing_in_again_one_click_saves_everything(author):
    client, source = browser(), make_source(author)
    sign_in(client, author)
    sent = written(client, "/desk/incidents/new/", source)
    sign_in(client, author)
    client.get("/desk/")

    answer = client.post("/desk/incidents/new/", sent)

    assert answer.status_code == 409
    assert "You have signed in again since this form was opened." in said(answer)
    assert not Incident.objects.exists()
    assert client.post("/desk/incidents/new/", again(answer)).status_code == 302
    assert saved(author) == [source.code]


@pytest.mark.parametrize("how", ["signed out", "too old"])
def test_without_a_session_the_form_is_kept_in_the_page_until_its_author_is_back(author, how):
    client, source = browser(), make_source(author)
    sign_in(client, author)
    sent = written(client, "/desk/incidents/new/", source)
    if how == "signed out":
        client.logout()
    else:
        session = client.session
        session["seen"] -= sessions.IDLE_SECONDS + 1
        session.save()

    kept = client.post("/desk/incidents/new/", sent)

    assert kept.status_code == 403
    assert "Nothing that you wrote is lost" in said(kept)
    assert "Typed for an hour" not in kept.content.decode()
    sign_in(client, author)
    client.get("/desk/")
    answer = client.post("/desk/incidents/new/", again(kept))
    assert FormPage(answer).fields["title_en"] == ["Typed for an hour"]
    assert client.post("/desk/incidents/new/", again(answer)).status_code == 302
    assert saved(author) == [source.code]


def test_another_person_saves_and_reads_nothing_of_it(author):
    client, source, other = browser(), make_source(author), make_documenter()
    sign_in(client, author)
    sent = written(client, "/desk/incidents/new/", source)
    sign_in(client, other)
    client.get("/desk/")

    kept = client.post("/desk/incidents/new/", sent)

    assert kept.status_code == 403
    assert "only that person can open it again" in said(kept)
    assert client.post("/desk/incidents/new/", again(kept)).status_code == 403
    assert "Typed for an hour" not in kept.content.decode()
    assert not Incident.objects.exists()
    sign_in(client, author)
    client.get("/desk/")
    answer = client.post("/desk/incidents/new/", again(kept))
    assert client.post("/desk/incidents/new/", again(answer)).status_code == 302
    assert saved(author) == [source.code]


def test_the_form_of_a_saved_record_comes_back_too(author):
    client, source = browser(), make_source(author)
    path = f"/desk/incidents/{make_incident(author).code}/edit/"
    sign_in(client, author)
    sent = written(client, path, source)
    sign_in(client, author)
    client.get("/desk/")

    answer = client.post(path, sent)

    assert answer.status_code == 409
    assert client.post(path, again(answer)).status_code == 302
    assert source.code in saved(author)


@pytest.mark.parametrize("field", ["written_by", "kept"])
def test_a_forged_signature_gives_nothing(author, field):
    client = browser()
    sign_in(client, author)
    answer = client.post("/desk/incidents/new/", {"title_en": "Forged", field: f"{author.pk}:forged"})
    assert answer.status_code == 403
    assert "Forged" not in answer.content.decode()
    assert not Incident.objects.exists()
