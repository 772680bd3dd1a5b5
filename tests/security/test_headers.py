"""The headers of every kind of answer, by the rules of MDN's HTTP Observatory, and those it does not ask for."""

import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client

from tests.conftest import reading_from
from tests.factories import make_documenter
from tests.security.processes import Answer, Process

PUBLIC = (
    "/",
    "/uk/",
    "/incidents/",
    "/incidents/HDC-0001/",
    "/map/",
    "/api/v1/incidents",
    "/nothing/",
    "/incidents/?q=%00",
)
DESK = (
    "/accounts/login/",
    "/uk/accounts/login/",
    "/accounts/nothing/",
    "/desk/",
    "/admin/",
    "/accounts/password/reset/",
)
SIGNED_IN = ("/accounts/2fa/", "/desk/", "/accounts/logout/")


def policy(answer: Answer) -> dict[str, list[str]]:
    parts = [each.split() for each in answer.headers.get("Content-Security-Policy", "").split(";")]
    return {each[0]: each[1:] for each in parts if each}


def cookies(answer: Answer) -> list[Any]:
    jar: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_all("Set-Cookie") or []:
        jar.load(line)
    return list(jar.values())


# The deductions of the Observatory (developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, read 2026-11-22):
# the name of the result, the points, and when it applies to an answer. Bonuses are left out; a result that needs a
# certificate or a preload list is none of a program's.
def csp_unsafe(answer: Answer) -> bool:
    found = policy(answer)
    scripts = found.get("script-src") or found.get("default-src") or ["*"]
    objects = found.get("object-src") or found.get("default-src") or ["*"]
    broad = {"'unsafe-inline'", "data:", "https:", "http:", "*"}
    return bool(broad & {*scripts, *objects})


DEDUCTIONS: list[tuple[str, int, Callable[[Answer], bool]]] = [
    ("csp-not-implemented", -25, lambda a: not policy(a)),
    ("csp-implemented-with-unsafe-inline", -20, csp_unsafe),
    ("csp-implemented-with-insecure-scheme", -20, lambda a: "http:" in a.headers.get("Content-Security-Policy", "")),
    ("csp-implemented-with-unsafe-eval", -10, lambda a: "unsafe-eval" in a.headers.get("Content-Security-Policy", "")),
    ("hsts-not-implemented", -20, lambda a: not a.headers.get("Strict-Transport-Security")),
    (
        "hsts-implemented-max-age-less-than-six-months",
        -10,
        lambda a: (
            int(re.search(r"max-age=(\d+)", a.headers.get("Strict-Transport-Security", "max-age=0"))[1]) < 15_768_000
        ),  # type: ignore[index]
    ),
    (
        "referrer-policy-unsafe",
        -5,
        lambda a: a.headers.get("Referrer-Policy") in (None, "origin", "origin-when-cross-origin", "unsafe-url"),
    ),
    ("x-content-type-options-not-implemented", -5, lambda a: a.headers.get("X-Content-Type-Options") != "nosniff"),
    (
        "x-frame-options-not-implemented",
        -20,
        lambda a: policy(a).get("frame-ancestors") != ["'none'"] or a.headers.get("X-Frame-Options") != "DENY",
    ),
    ("cookies-without-secure-flag", -20, lambda a: any(not each["secure"] for each in cookies(a))),
    ("cookies-session-without-httponly-flag", -30, lambda a: any(not each["httponly"] for each in cookies(a))),
    (
        "cookies-samesite-flag-invalid",
        -20,
        lambda a: any(each["samesite"].lower() not in ("lax", "strict") for each in cookies(a)),
    ),
    (
        "cross-origin-resource-sharing-implemented-with-universal-access",
        -50,
        lambda a: a.headers.get("Access-Control-Allow-Credentials") is not None,
    ),
    (
        "cross-origin-resource-policy-unsafe",
        -5,
        lambda a: a.headers.get("Cross-Origin-Resource-Policy") not in ("same-origin", "same-site", "cross-origin"),
    ),
    (
        "sri-not-implemented-and-external-scripts",
        -50,
        lambda a: bool(re.search(r"<script[^>]+src=[\"'](?:https?:)?//", a.text)),
    ),
]


def score(answer: Answer) -> dict[str, int]:
    """What would be taken off 100."""
    return {name: points for name, points, applies in DEDUCTIONS if applies(answer)}


@pytest.fixture(scope="module")
def session(starting_database: str, desk: Process, django_db_blocker: Any) -> str:
    """The cookie of somebody who has signed in with a password."""
    with django_db_blocker.unblock(), reading_from(starting_database, "default"):
        client = Client()
        client.force_login(make_documenter())
        return f"__Host-session={client.session.session_key}"


@pytest.mark.parametrize("path", PUBLIC)
def test_the_observatory_takes_nothing_off_a_public_answer(public: Process, path: str) -> None:
    assert score(public.ask(path)) == {}


@pytest.mark.parametrize("path", [*PUBLIC, *DESK])
def test_the_observatory_takes_nothing_off_an_answer_of_the_desks_process(desk: Process, path: str) -> None:
    assert score(desk.ask(path)) == {}


@pytest.mark.parametrize("path", SIGNED_IN)
def test_the_observatory_takes_nothing_off_what_somebody_sees_after_signing_in(
    desk: Process, session: str, path: str
) -> None:
    answer = desk.ask(path, Cookie=session)
    assert score(answer) == {}
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_an_observatory_that_looked_would_find_what_is_wrong() -> None:
    import http.client

    bare = Answer(200, http.client.HTTPMessage(), b'<script src="https://elsewhere.example/x.js"></script>')
    assert sum(score(bare).values()) <= -100


def test_plain_http_leads_to_https_on_the_same_host_and_sets_nothing(desk: Process) -> None:
    answer = desk.ask("/incidents/?q=a", secure=False)
    assert (answer.status, answer.headers["Location"]) == (301, "https://register.example.org/incidents/?q=a")
    assert answer.headers.get_all("Set-Cookie") is None


@pytest.mark.parametrize("path", [*PUBLIC, *DESK])
def test_every_answer_isolates_its_page_and_asks_for_nothing(desk: Process, path: str) -> None:
    headers = desk.ask(path).headers
    assert policy(desk.ask(path))["default-src"] == ["'none'"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "includeSubDomains" in headers["Strict-Transport-Security"]
    assert headers["Server"] == "hors-de-combat"
    assert headers.get("X-Powered-By") is None
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-ID"])


@pytest.mark.parametrize("path", DESK)
def test_nothing_keeps_a_copy_of_a_page_for_people_who_sign_in(desk: Process, path: str) -> None:
    assert desk.ask(path).headers["Cache-Control"] == "no-store, private"


def test_cookies_belong_to_this_host_alone(desk: Process, session: str) -> None:
    set_by = [desk.ask("/accounts/login/"), desk.ask("/accounts/2fa/", Cookie=session)]
    names = [each.key for answer in set_by for each in cookies(answer)]
    assert names
    assert all(name.startswith("__Host-") for name in names)
    assert all(each["path"] == "/" and not each["domain"] for answer in set_by for each in cookies(answer))


def test_signing_out_empties_the_browser(desk: Process, session: str) -> None:
    page = desk.ask("/accounts/logout/", Cookie=session)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    csrf = next(each for each in cookies(page) if each.key == "__Host-csrf")
    answer = desk.ask(
        "/accounts/logout/",
        "POST",
        f"csrfmiddlewaretoken={token[1]}".encode(),
        Cookie=f"{session}; __Host-csrf={csrf.value}",
        Content_Type="application/x-www-form-urlencoded",
        Referer="https://register.example.org/accounts/logout/",
    )
    assert answer.status == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


# Reports of the policy.


def test_pages_say_where_reports_go(public: Process) -> None:
    answer = public.ask("/")
    assert policy(answer)["report-uri"] == ["/csp-report"]
    assert policy(answer)["report-to"] == ["csp"]
    assert answer.headers["Reporting-Endpoints"] == 'csp="/csp-report"'


OLD = b"""{"csp-report": {"document-uri": "https://register.example.org/incidents/?q=zz-secret-search",
  "violated-directive": "script-src-elem", "effective-directive": "script-src-elem",
  "blocked-uri": "https://zz-tracker.example/x.js", "script-sample": "zz-sample"}}"""
NEW = b"""[{"type": "csp-violation", "url": "https://register.example.org/?q=zz-secret", "user_agent": "zz-browser",
  "body": {"effectiveDirective": "style-src-attr", "blockedURL": "inline", "sample": "zz-sample"}}]"""


def reports(process: Process) -> list[str]:
    return [line for line in process.log if "portal.reports" in line]


@pytest.mark.parametrize(("body", "words"), [(OLD, "script-src-elem, an address"), (NEW, "style-src-attr, inline")])
def test_a_report_is_one_line_of_two_words_and_nothing_of_what_it_quotes(
    public: Process, body: bytes, words: str
) -> None:
    answer = public.ask("/csp-report", "POST", body, Content_Type="application/csp-report")
    assert (answer.status, answer.body) == (204, b"")
    assert words in reports(public)[-1]
    assert "zz-" not in "".join(public.log)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b'{"csp-report": 7}', b'[{"body": []}]', b"[" * 15_000, b"\xff\xfe", b"{}"],
    ids=lambda body: body[:12].decode(errors="replace"),
)
def test_what_is_no_report_leaves_no_line(public: Process, body: bytes) -> None:
    before = len(reports(public))
    assert public.ask("/csp-report", "POST", body).status == 204
    assert len(reports(public)) == before


def test_reports_are_bounded_in_size_and_number(public: Process) -> None:
    assert public.ask("/csp-report", "POST", b"a" * 20_000).status == 413
    assert public.ask("/csp-report").status == 405
    for _ in range(45):
        assert public.ask("/csp-report", "POST", OLD).status == 204
    assert len(reports(public)) <= 2 * 20 + 20  # two minutes may have been touched, and what came before
