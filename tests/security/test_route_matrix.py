"""Every route, for everybody, by every method: what opens, and what does not. A route without a decision fails.

The routes come from the URLconf (`tests/addresses.py`); the decisions stand here, written down apart from the code.
Everybody who signs in does so with a second factor; without one see `tests/people/test_second_factor.py`.
"""

from collections.abc import Collection

import pytest
from django.test import Client

from people.models import Role
from tests.addresses import DATA, DESK, LOG, PAGES, routes
from tests.desk import signed_in
from tests.factories import make_user

ANYBODY, NOBODY = "anybody", "without a role"
DOCUMENTER, REVIEWER, ADMINISTRATOR = Role
PEOPLE = (ANYBODY, NOBODY, DOCUMENTER, REVIEWER, ADMINISTRATOR)
WITH_ACCOUNT, WITH_ROLE = PEOPLE[1:], PEOPLE[2:]
CASEWORK = (DOCUMENTER, REVIEWER)
NONE = ()
READING, OTHERS = ("GET", "HEAD"), ("PUT", "PATCH", "DELETE")

type Decision = tuple[Collection[str], Collection[str]]

# Who reads (GET, HEAD) and who sends (POST). Nobody uses another method.
READ_BY_ALL: Decision = (PEOPLE, NONE)
FORM_OF_ALL: Decision = (PEOPLE, PEOPLE)
OWN_PAGE: Decision = (WITH_ACCOUNT, NONE)
OWN_FORM: Decision = (WITH_ACCOUNT, WITH_ACCOUNT)
WRITING: Decision = ([DOCUMENTER], [DOCUMENTER])
SUGGESTED: Decision = ([DOCUMENTER], NONE)
DECISIONS: dict[str, Decision] = {
    **dict.fromkeys([*PAGES, *DATA, *LOG, "healthz", "readyz"], READ_BY_ALL),
    **{f"register:{kind}_compare": READ_BY_ALL for kind in ("incident", "source", "investigation", "total")},
    **{f"register:embed_{what}": READ_BY_ALL for what in ("incidents", "incident", "map")},
    "register:api_slash": READ_BY_ALL,
    "csp_report": (NONE, PEOPLE),
    # Accounts: coming in.
    "accept_invitation": READ_BY_ALL,
    "account_inactive": READ_BY_ALL,
    "account_login": FORM_OF_ALL,
    "account_logout": FORM_OF_ALL,
    "account_signup": FORM_OF_ALL,
    "account_reset_password": FORM_OF_ALL,
    "account_reset_password_done": READ_BY_ALL,
    "account_reset_password_from_key": FORM_OF_ALL,
    "account_reset_password_from_key_done": READ_BY_ALL,
    "mfa_login_webauthn": FORM_OF_ALL,
    # Its own session, its own factors.
    "here": OWN_PAGE,
    "usersessions_list": OWN_FORM,
    "end_session": (NONE, WITH_ACCOUNT),
    "account_change_password": OWN_FORM,
    "account_set_password": OWN_FORM,
    "account_reauthenticate": OWN_FORM,
    "mfa_index": OWN_PAGE,
    "mfa_list_webauthn": OWN_PAGE,
    "mfa_view_recovery_codes": OWN_PAGE,
    "mfa_download_recovery_codes": OWN_PAGE,
    "mfa_authenticate": (NONE, NONE),  # only between the password and the desk: see below
    **dict.fromkeys(
        (
            *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_deactivate_totp"),
            *("mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_generate_recovery_codes"),
        ),
        OWN_FORM,
    ),
    # The desk.
    "desk:drafts": (WITH_ROLE, NONE),
    "desk:units": (WITH_ROLE, NONE),
    **dict.fromkeys(
        (
            *("desk:queue", "desk:search", "desk:incidents", "desk:sources", "desk:investigations", "desk:totals"),
            *("desk:record", "desk:history", "desk:review"),
        ),
        (CASEWORK, NONE),
    ),
    "desk:merge": ([REVIEWER], NONE),
    "desk:new": WRITING,
    "desk:edit": WRITING,
    "desk:move": (NONE, CASEWORK),
    "desk:place_suggestions": SUGGESTED,
    "desk:source_suggestions": SUGGESTED,
    "desk:unit_suggestions": SUGGESTED,
    "desk:publisher_suggestions": SUGGESTED,
    "desk:similar_incidents": (NONE, [DOCUMENTER]),
    "desk:record_suggestions": (CASEWORK, NONE),
    "desk:known_sources": SUGGESTED,
    "desk:date_reading": SUGGESTED,
    "desk:point_reading": SUGGESTED,
    "desk:people": ([ADMINISTRATOR], [ADMINISTRATOR]),
    "desk:invitation_withdraw": (NONE, [ADMINISTRATOR]),
    "desk:grant_decision": (NONE, [ADMINISTRATOR]),
    "desk:trail": ([ADMINISTRATOR], NONE),
    "desk:redactions": ([ADMINISTRATOR], NONE),
    "desk:redact": (NONE, [ADMINISTRATOR]),
    "desk:redaction_decision": (NONE, [ADMINISTRATOR]),
}
# An address for each route that has none in the tables of pages.
ADDRESSES = {
    "healthz": "/healthz",
    "readyz": "/readyz",
    "register:api_slash": "/api/v1/incidents/",
    "csp_report": "/csp-report",
    "register:incident_compare": "/incidents/HDC-0001/compare/",
    "register:source_compare": "/sources/S-0001/compare/",
    "register:investigation_compare": "/investigations/I-0001/compare/",
    "register:total_compare": "/totals/T-0001/compare/",
    "here": "/accounts/here/",
    "end_session": "/accounts/sessions/1/end/",
    "account_set_password": "/accounts/password/set/",
    "mfa_login_webauthn": "/accounts/2fa/webauthn/login/",
    "mfa_authenticate": "/accounts/2fa/authenticate/",
    "mfa_reauthenticate": "/accounts/2fa/reauthenticate/",
    "mfa_reauthenticate_webauthn": "/accounts/2fa/webauthn/reauthenticate/",
    "mfa_deactivate_totp": "/accounts/2fa/totp/deactivate/",
    "mfa_edit_webauthn": "/accounts/2fa/webauthn/keys/1/edit/",
    "mfa_remove_webauthn": "/accounts/2fa/webauthn/keys/1/remove/",
    "mfa_view_recovery_codes": "/accounts/2fa/recovery-codes/",
    "mfa_download_recovery_codes": "/accounts/2fa/recovery-codes/download/",
    "mfa_generate_recovery_codes": "/accounts/2fa/recovery-codes/generate/",
    "desk:move": "/desk/incidents/HDC-0002/move/submit/",
    "desk:place_suggestions": "/desk/suggestions/places/?q=Kyiv",
    "desk:source_suggestions": "/desk/suggestions/sources/?q=CNN",
    "desk:record_suggestions": "/desk/suggestions/records/incidents/?q=2024",
    "desk:similar_incidents": "/desk/suggestions/similar-incidents/?own=",
    "desk:unit_suggestions": "/desk/suggestions/units/?q=1",
    "desk:publisher_suggestions": "/desk/suggestions/publishers/?q=1",
    "desk:known_sources": "/desk/suggestions/known-sources/?url=1",
    "desk:date_reading": "/desk/suggestions/date/?q=2024",
    "desk:point_reading": "/desk/suggestions/point/?latitude=48",
    "desk:invitation_withdraw": "/desk/people/invitations/1/withdraw/",
    "desk:grant_decision": "/desk/people/grants/1/refuse/",
    "desk:redact": "/desk/redactions/HDC-0002/ask/",
    "desk:redaction_decision": "/desk/redactions/1/refuse/",
    "register:embed_incidents": "/embed/incidents/",
    "register:embed_incident": "/embed/incidents/HDC-0001/",
    "register:embed_map": "/embed/map/",
}
# What ends or opens a session answers differently once it has been done.
ENDS_THE_SESSION = {"account_logout", "usersessions_list", "end_session", "mfa_authenticate"}


@pytest.fixture
def browsers(starting_casework):
    """A browser for each kind of person, signed in anew whenever it is asked for."""
    people = {NOBODY: make_user(), **{role: make_user(role) for role in Role}}
    for role in Role:
        people[role].set_roles([role])

    def browser(who: str) -> Client:
        return Client(raise_request_exception=False) if who == ANYBODY else signed_in(people[who])

    return browser


def address_of(route: str) -> str:
    for table in (PAGES, DATA, LOG, *DESK.values()):
        if route in table:
            return table[route][0]
    return ADDRESSES[route]


def outcome(response) -> str:
    """What an answer means for who asked."""
    if response.status_code == 401 or response.headers.get("Location", "").startswith("/accounts/login/?next="):
        return "sign in"
    return {403: "refused", 405: "no such method"}.get(
        response.status_code, "opens" if response.status_code < 500 else f"fails with {response.status_code}"
    )


def expected(route: str, who: str, method: str) -> str:
    readers, senders = DECISIONS[route]
    allowed = readers if method in READING else senders if method == "POST" else NONE
    if who in allowed:
        return "opens"
    if not allowed:
        return "no such method"
    return "sign in" if who == ANYBODY else "refused"


def test_every_route_has_its_decision():
    assert routes() - set(DECISIONS) == set(), "decide who may, in DECISIONS"
    assert set(DECISIONS) - routes() == set(), "these routes are gone"


@pytest.mark.parametrize("who", PEOPLE)
def test_every_route_opens_for_whom_it_should_and_for_nobody_else(browsers, who):
    wrong = {}
    browser = browsers(who)
    for route in sorted(routes() - {"mfa_authenticate"}):
        for method in (*READING, *OTHERS, "POST"):
            if route in ENDS_THE_SESSION:
                browser = browsers(who)
            found = outcome(browser.generic(method, address_of(route)))
            if found != expected(route, who, method):
                wrong[f"{method} {route}"] = f"{found}, not {expected(route, who, method)}"
        if route in ENDS_THE_SESSION:
            browser = browsers(who)
    assert wrong == {}


@pytest.mark.parametrize("who", PEOPLE)
def test_the_question_for_the_second_factor_is_asked_of_nobody_who_gave_no_password(browsers, who):
    for method in (*READING, "POST"):
        answer = browsers(who).generic(method, ADDRESSES["mfa_authenticate"])
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            "/accounts/login/" if who == ANYBODY else "/desk/",
        )


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("page", ["", "people/user/", "people/invitation/", "admin/logentry/", "casework/unit/"])
def test_the_administration_opens_for_administrators_alone(browsers, who, page):
    answer = browsers(who).get(f"/admin/{page}")
    assert (answer.status_code == 200) == (who == ADMINISTRATOR)
    assert answer.status_code in (200, 302, 403)
