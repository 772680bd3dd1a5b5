"""Coming to the desk with a passkey, in a real browser with a virtual authenticator (WebAuthn Level 2, section 11)."""

import pytest
from django.contrib.sessions.models import Session
from pytest_django.live_server_helper import LiveServer

from people.factors import FRESH_SECONDS, PROVEN
from people.models import Invitation, Role
from people.sessions import end_all_sessions
from tests.browser.steps import sign_out
from tests.factories import make_documenter, make_incident, make_user
from tests.outcomes import submitted

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

PASSWORD = "the password of the invited person"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def desk_server(committed):
    """Our program in a thread, outside demo mode, at the one name of this machine that passkeys work for."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def authenticator(page):
    """A device that says yes; `refuse` and `agree` change its mind."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    class Device:
        def verified(self, yes):
            session.send(
                "WebAuthn.setUserVerified",
                {"authenticatorId": made["authenticatorId"], "isUserVerified": yes},
            )

    return Device()


@pytest.fixture
def invited(page, authenticator, desk_server):
    """The browser of a reviewer who followed an invitation, made an account and a passkey, and is at the desk."""
    _invitation, token = Invitation.invite("invited@example.org", [Role.REVIEWER.value], make_user(Role.ADMINISTRATOR))
    page.goto(f"{desk_server.url}/accounts/invitation/{token}/")
    page.fill("[name=email]", "invited@example.org")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.press("[name=password2]", "Enter")
    page.wait_for_url("**/accounts/2fa/")
    with page.expect_navigation():
        page.click("text=Add a passkey")
    page.fill("[name=name]", "Telephone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    page.click("text=To the desk")
    page.wait_for_url("**/desk/")
    return page


def test_an_invited_person_sets_up_a_passkey_and_signs_in_with_it_alone(invited, desk_server):
    sign_out(invited)
    invited.goto(f"{desk_server.url}/desk/queue/")
    invited.click("#passkey_login")
    invited.wait_for_url("**/desk/queue/")


def test_a_password_leads_to_the_passkey(invited, desk_server):
    sign_out(invited)
    invited.goto(f"{desk_server.url}/accounts/login/")
    invited.fill("[name=login]", "invited@example.org")
    invited.fill("[name=password]", PASSWORD)
    invited.press("[name=password]", "Enter")
    invited.wait_for_url("**/2fa/authenticate/")
    invited.click("#mfa_webauthn_authenticate")
    invited.wait_for_url("**/desk/")


def test_approving_asks_for_the_passkey_once_more_and_goes_on(invited, desk_server):
    incident = submitted(make_incident(make_documenter()))
    make_older(FRESH_SECONDS + 60)
    invited.goto(f"{desk_server.url}/desk/incidents/{incident.code}/review/")
    invited.fill("[name=reason_en]", "First edition.")
    invited.click("button:has-text('Approve and publish')")
    invited.wait_for_url("**/webauthn/reauthenticate/**")
    invited.click("#mfa_webauthn_reauthenticate")
    invited.wait_for_url(f"**/desk/incidents/{incident.code}/")
    incident.refresh_from_db()
    assert incident.edition == 1
    assert incident.reviews.get().grade_reason_en == "First edition."


def test_a_passkey_that_is_refused_is_said_so(invited, authenticator, desk_server):
    sign_out(invited)
    authenticator.verified(False)
    invited.goto(f"{desk_server.url}/accounts/login/")
    invited.click("#passkey_login")
    invited.wait_for_selector("#passkey_problem:visible")
    assert invited.url.endswith("/accounts/login/")


def test_what_was_written_stays_when_the_session_is_over(invited, desk_server):
    incident = submitted(make_incident(make_documenter()))
    invited.goto(f"{desk_server.url}/desk/incidents/{incident.code}/review/")
    invited.fill("[name=reason_en]", "An hour of work.")
    end_all_sessions()
    invited.click("button:has-text('Approve and publish')")
    invited.wait_for_selector("[data-session]:visible")
    assert "Nothing you wrote is lost" in invited.inner_text("[data-session]")
    assert invited.input_value("[name=reason_en]") == "An hour of work."


def make_older(seconds):
    """All sessions as they are so much later."""
    for session in Session.objects.all():
        store = session.get_session_store_class()(session.session_key)
        for each in store.get("account_authentication_methods", []):
            each["at"] -= seconds
        proven = store.get(PROVEN, {})
        store[PROVEN] = {name: each - seconds if isinstance(each, float) else each for name, each in proven.items()}
        store.save()
