"""What the web server refuses before the portal is asked is refused in our words, and guarded as our pages are."""

import json
import re
import socket
from collections.abc import Mapping
from http.client import HTTPResponse
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.conftest import Site

pytestmark = pytest.mark.browser
GUARDS = (
    *("Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"),
    *("Referrer-Policy", "Reporting-Endpoints", "Server", "X-Content-Type-Options", "X-Frame-Options"),
)
MARK = "somethingsecret"
LONG = "q=" + MARK * 800
LETTER = "дрон"


def sent(site: Site, request: bytes) -> tuple[int, Mapping[str, str], str]:
    """Status, head and text of the answer to these bytes."""
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        answer = HTTPResponse(connection, method=request.split(b" ", 1)[0].decode(errors="replace"))
        answer.begin()
        return answer.status, answer.headers, answer.read().decode()


def asked(site: Site, target: str, *fields: str, method: str = "GET") -> tuple[int, Mapping[str, str], str]:
    """The answer to an address as it stands, not encoded."""
    head = "".join(f"{each}\r\n" for each in ("Host: 127.0.0.1", *fields))
    return sent(site, f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())


@pytest.mark.parametrize(
    ("path", "said"),
    [("/incidents/", "The address is too long"), ("/uk/incidents/", "Адреса задовга"), ("/uk", "Адреса задовга")],
)
@pytest.mark.parametrize("times", [1, 90])
def test_an_address_that_is_too_long_is_refused_in_the_language_of_its_path(live_site, path, said, times):
    status, head, text = asked(live_site, f"{path}?{LONG * times}")
    assert status == 414
    assert f"<h1>{said}</h1>" in text
    assert head["Content-Language"] in text.split('<html lang="', 1)[1][:3]
    assert ("Адреса" in text) == path.startswith("/uk")
    assert MARK not in text


@pytest.mark.parametrize(
    "path", ["/api/v1/incidents", "/uk/api/v1/incidents", "/incidents.csv", "/uk/incidents.atom", "/uk/map/data.json"]
)
def test_a_program_is_told_the_same_as_a_problem(live_site, path):
    status, head, text = asked(live_site, f"{path}?{LONG}")
    told = json.loads(text)
    assert (status, told["status"], head["Content-Type"]) == (414, 414, "application/problem+json")
    assert head["Access-Control-Allow-Origin"] == "*"
    assert told["title"] == ("Адреса задовга" if path.startswith("/uk") else "The address is too long")
    assert told["type"] == f"{live_site.url}/api/#problem-414"
    assert MARK not in text


def test_letters_that_are_not_encoded_are_refused_with_the_reason(live_site):
    status, _head, text = asked(live_site, f"/uk/incidents/?q={LETTER}")
    assert status == 400
    assert "кодувати знаками відсотка" in text
    assert "percent-encoded" not in text
    assert LETTER not in text
    status, head, text = asked(live_site, f"/incidents.json?q={LETTER}")
    assert (status, head["Content-Type"]) == (400, "application/problem+json")
    assert "percent-encoded" in json.loads(text)["detail"]


@pytest.mark.parametrize("fields", [[f"X: {MARK * 700}"], [f"X: {MARK}"] * 70])
def test_heads_that_are_too_large_are_refused_by_their_own_status(live_site, fields):
    status, head, text = asked(live_site, "/uk/sources/", *fields)
    assert (status, head["Content-Language"]) == (431, "uk")
    assert "Видаліть файли cookie" in text
    assert MARK not in text


def test_where_no_path_can_be_read_both_languages_are_spoken(live_site):
    status, head, text = sent(live_site, b"\x16\x03\x01 \xff\xfe\r\n\r\n")
    assert (status, head["Content-Language"]) == (400, "en, uk")
    assert '<section lang="en">' in text
    assert '<section lang="uk">' in text


def test_an_address_that_comes_in_pieces_is_still_read(live_site):
    parts = urlsplit(live_site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in ("GET /", "uk/incid", f"ents.csv?{LONG} HTTP/1.1\r\n\r\n"):
            connection.sendall(piece.encode())
        answer = HTTPResponse(connection)
        answer.begin()
    assert (answer.status, answer.headers["Content-Language"]) == (414, "uk")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/incidents/", "/incidents.csv"])
def test_such_an_answer_is_guarded_as_the_portals_own(live_site, path):
    with urlopen(f"{live_site.url}{path}") as own:  # noqa: S310 (http, to ourselves)
        expected = {name: own.headers[name] for name in GUARDS}
    _status, head, _text = asked(live_site, f"{path}?{LONG}")
    assert {name: head[name] for name in GUARDS} == expected
    assert head["Cache-Control"] == "no-store"


def test_its_style_is_there_and_nothing_else_is_fetched(live_site):
    text = asked(live_site, f"/?{LONG}")[2]
    fetched = re.findall(r'<link rel="stylesheet" href="([^"]+)">', text)
    assert re.findall(r' (?:href|src)="([^"]+)"', text) == [*fetched, "/"]
    assert fetched
    for path in fetched:
        with urlopen(f"{live_site.url}{path}") as style:  # noqa: S310 (http, to ourselves)
            assert style.headers.get_content_type() == "text/css"
    assert "<script" not in text


def test_a_head_is_answered_with_a_head(live_site):
    status, head, text = asked(live_site, f"/?{LONG}", method="HEAD")
    assert (status, text) == (414, "")
    assert int(head["Content-Length"]) > 0
