"""The desk opens with a second factor; what cannot be taken back asks for it once more."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from incidents.casework.review_packet import review_packet
from people import factors
from people.models import Role
from tests.desk import said, signed_in, signs_in, use_factor
from tests.factories import (
    PASSWORD,
    make_documenter,
    make_factor,
    make_incident,
    make_recovery_codes,
    make_reviewer,
    make_user,
)
from tests.factors import by_password, code_of
from tests.outcomes import submitted

pytestmark = pytest.mark.usefixtures("db", "fresh_limits")


def test_a_password_alone_leads_to_the_question_for_the_second_factor(person):
    client, answer = by_password(person)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/here/").status_code == 401
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_a_code_of_the_application_opens_the_desk(person):
    client, _answer = by_password(person)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(person.secret)})
    assert answer["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "1" * 100_000, "\u202e123456", "12 34 56"])
def test_another_code_opens_nothing(person, code):
    client, _answer = by_password(person)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/accounts/here/").status_code == 401


def test_a_code_works_once(person):
    code = code_of(person.secret)
    for expected in (204, 401):
        client, _answer = by_password(person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/accounts/here/").status_code == expected


def test_guessing_codes_is_slowed_down(person):
    client, _answer = by_password(person)
    for _attempt in range(7):
        answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Too many failed" in said(answer)
    assert client.get("/accounts/here/").status_code == 401


def test_a_recovery_code_works_once(person):
    code = make_recovery_codes(person)[0]
    for expected in (204, 401):
        client, _answer = by_password(person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/accounts/here/").status_code == expected


@pytest.mark.parametrize("page", ["/desk/", "/uk/desk/incidents/", "/desk/incidents/new/", "/admin/"])
def test_without_a_factor_every_page_of_the_desk_leads_to_setting_one_up(page):
    client = Client()
    client.force_login(make_user(*Role))
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/accounts/2fa/")
    assert "second factor" in said(answer) or "другим чинником" in said(answer)


def test_without_a_factor_nothing_is_written():
    client = Client()
    client.force_login(make_documenter())
    answer = client.post("/desk/incidents/new/", {"title_en": "A case"})
    assert answer["Location"] == "/accounts/2fa/"


def test_a_session_of_before_the_factor_confirms_it_first(person):
    client = Client()
    client.force_login(person)
    assert client.get("/desk/")["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fdesk%2F"
    client.post("/accounts/2fa/reauthenticate/", {"code": code_of(person.secret)})
    assert client.get("/desk/").status_code == 200


def test_what_such_a_session_sent_is_kept_while_the_factor_is_asked_for(person):
    client = Client()
    client.force_login(person)
    answer = client.post("/desk/incidents/new/", {"title_en": "A case"})
    assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fdesk%2Fincidents%2Fnew%2F"
    answer = client.post(answer["Location"], {"code": code_of(person.secret), "next": "/desk/incidents/new/"})
    assert 'value="A case"' in answer.content.decode()


def test_a_factor_that_was_set_up_in_a_session_counts_for_its_person_alone(person, rf):
    request = rf.get("/desk/")
    request.session, request.user = {}, person
    factors.record_proof(request, person, "mfa")
    assert factors.used_factor(request)
    request.user = make_documenter()
    assert not factors.used_factor(request)


def test_in_demo_mode_a_password_opens_the_desk(settings):
    settings.SECOND_FACTOR = False
    client, _answer = by_password(make_documenter())
    assert client.get("/desk/").status_code == 200


def test_secrets_are_encrypted_in_the_database(person):
    codes = make_recovery_codes(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
    assert person.secret not in stored
    assert not any(code in stored for code in codes)


def test_a_key_is_exchanged_by_putting_the_new_one_in_front(settings):
    adapter = factors.FactorAdapter()
    kept = {}
    for keys in (["old"], ["new", "old"], ["new"]):
        settings.FACTOR_KEYS = keys
        factors._box.cache_clear()
        kept["+".join(keys)] = adapter.encrypt("secret")
        if keys == ["new", "old"]:
            assert adapter.decrypt(kept["old"]) == "secret"
    assert adapter.decrypt(kept["new+old"]) == "secret"
    with pytest.raises(ImproperlyConfigured, match="FACTOR_KEYS"):
        adapter.decrypt(kept["old"])
    factors._box.cache_clear()


def test_the_last_factor_cannot_be_removed():
    person = make_documenter()
    client = signed_in(person)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=person).exists()


def test_a_password_is_no_confirmation_for_who_has_a_factor(person):
    client = signed_in(person)
    use_factor(client, person, seconds_ago=3600)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.parametrize("name", ["approve", "withdraw", "merge"])
def test_what_cannot_be_taken_back_asks_for_a_fresh_factor(name):
    reviewer = make_reviewer()
    incident = submitted(make_incident(make_documenter()))
    client = signed_in(reviewer)
    use_factor(client, reviewer, seconds_ago=factors.FRESH_SECONDS + 5)
    answer = client.post(f"/desk/incidents/{incident.code}/move/{name}/", {"revision": incident.revision})
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    incident.refresh_from_db()
    assert (incident.state, incident.edition) == ("submitted", None)


def test_after_the_factor_what_was_asked_goes_on_with_all_that_was_written():
    reviewer = make_reviewer()
    reviewer_secret = make_factor(reviewer)
    incident = submitted(make_incident(make_documenter()))
    client = signed_in(reviewer)
    use_factor(client, reviewer, seconds_ago=factors.FRESH_SECONDS + 5)
    address = f"/desk/incidents/{incident.code}/move/approve/"
    sent = {
        "revision": incident.revision,
        "read": review_packet(incident).digest,
        "note_en": "First edition of this case",
    }
    asked = client.post(address, sent)
    answer = client.post(asked["Location"], {"code": code_of(reviewer_secret), "next": address})
    incident.refresh_from_db()
    assert answer.status_code == 302
    assert (incident.state, incident.edition) == ("published", 1)
    assert incident.reviews.get().edition_note_en == "First edition of this case"


def test_other_moves_ask_for_no_fresh_factor():
    reviewer = make_reviewer()
    incident = submitted(make_incident(make_documenter()))
    client = signed_in(reviewer)
    use_factor(client, reviewer, seconds_ago=factors.FRESH_SECONDS + 5)
    answer = client.post(f"/desk/incidents/{incident.code}/move/request_changes/", {"comment": "Say when."})
    assert answer["Location"] == f"/desk/incidents/{incident.code}/"


@pytest.mark.parametrize("page", ["/desk/people/", "/admin/people/user/{pk}/change/"])
def test_roles_are_given_with_a_fresh_factor(page):
    administrator = make_user(Role.ADMINISTRATOR)
    administrator.set_roles([Role.ADMINISTRATOR])
    other = make_documenter()
    client = signed_in(administrator)
    use_factor(client, administrator, seconds_ago=factors.FRESH_SECONDS + 5)
    answer = client.post(page.format(pk=other.pk), {"email": other.email, "roles": ["reviewer"], "groups": []})
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert other.roles == {"documenter"}


def test_a_passkey_of_nobody_is_answered_like_a_wrong_one(client):
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    for credential in ("", "{}", "[]", "null", "not json", '{"response": {"userHandle": "AAAA"}}', "x" * 100_000):
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code in (200, 302)
        assert client.get("/accounts/here/").status_code == 401


def test_a_flood_of_wrong_passwords_does_not_touch_the_passkey_of_the_account(client):
    person = make_documenter()
    for _attempt in range(12):
        signs_in(client, person.email, "wrong password")
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    answer = elsewhere.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["request_options"]["publicKey"]["challenge"]
