"""What is refused before the portal is asked: by the proxy in our words and guarded as our pages are, by gunicorn alone
at least without harm."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.conftest import Site
from tests.proxied import DEPLOY, Proxy, proxied

pytestmark = pytest.mark.browser
GUARDS = (
    *("Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"),
    *("Referrer-Policy", "Reporting-Endpoints", "X-Content-Type-Options", "X-Frame-Options"),
)
MARK = "somethingsecret"
LONG = "q=" + MARK * 800
LETTER = "дрон"
SCRIPT = f"<script>{MARK}</script>"
Answer = tuple[int, Mapping[str, str], str]


@pytest.fixture(scope="module")
def proxy(live_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    port = urlsplit(live_site.url).port or 0
    with proxied(tmp_path_factory.mktemp("proxy"), port, port) as running:
        yield running


def sent(port: int, *pieces: bytes) -> Answer:
    """Status, head and text of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        answer = HTTPResponse(connection, method=pieces[0].split(b" ", 1)[0].decode(errors="replace"))
        answer.begin()
        return answer.status, answer.headers, answer.read().decode(errors="replace")


def asked(port: int, target: str, *fields: str, method: str = "GET") -> Answer:
    """The answer to an address as it stands, not encoded."""
    head = "".join(f"{each}\r\n" for each in ("Host: 127.0.0.1", *fields))
    return sent(port, f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())


@pytest.mark.parametrize(
    ("path", "said"),
    [("/incidents/", "The address is too long"), ("/uk/incidents/", "Адреса задовга"), ("/uk", "Адреса задовга")],
)
@pytest.mark.parametrize("times", [1, 90])
def test_an_address_that_is_too_long_is_refused_in_the_language_of_its_path(proxy, path, said, times):
    status, head, text = asked(proxy.http, f"{path}?{LONG * times}")
    assert status == 414
    assert f"<h1>{said}</h1>" in text
    assert f"<title>{said}</title>" in text
    assert head["Content-Language"] == text.split('<html lang="', 1)[1][:2]
    assert ("Адреса" in text) == path.startswith("/uk")
    assert MARK not in text


@pytest.mark.parametrize(
    "path", ["/api/v1/incidents", "/uk/api/v1/incidents", "/incidents.csv", "/uk/incidents.atom", "/uk/map/data.json"]
)
def test_a_program_is_told_the_same_as_a_problem(proxy, path):
    status, head, text = asked(proxy.http, f"{path}?{LONG}")
    told = json.loads(text)
    assert (status, told["status"], head["Content-Type"]) == (414, 414, "application/problem+json")
    assert head["Access-Control-Allow-Origin"] == "*"
    assert told["title"] == ("Адреса задовга" if path.startswith("/uk") else "The address is too long")
    assert told["type"] == "/api/#problem-414"
    assert MARK not in text


def test_the_type_of_a_problem_is_where_it_is_explained(live_site):
    types = {json.loads(page.read_text()).get("type") for page in (DEPLOY / "pages").glob("*.json")} - {None}
    assert types == {f"/api/#problem-{status}" for status in (400, 414, 431)}
    with urlopen(f"{live_site.url}/api/") as page:  # noqa: S310 (http, to ourselves)
        text = page.read().decode()
    assert [each for each in types if f'id="{each.partition("#")[2]}"' not in text] == []


@pytest.mark.parametrize("path", ["/uk/incidents/", "/uk/accounts/login/"])
def test_letters_that_are_not_encoded_are_refused_with_the_reason(proxy, path):
    status, _head, text = asked(proxy.http, f"{path}?q={LETTER}")
    assert status == 400
    assert "кодувати знаками відсотка" in text
    assert "percent-encoded" not in text
    assert LETTER not in text


def test_a_program_is_told_the_reason_as_a_problem(proxy):
    status, head, text = asked(proxy.http, f"/incidents.json?q={LETTER}")
    assert (status, head["Content-Type"]) == (400, "application/problem+json")
    assert "percent-encoded" in json.loads(text)["detail"]


@pytest.mark.parametrize("method", ["G", "SOMETHING" * 3, "SOME_THING"])
def test_a_method_that_nobody_knows_is_refused_without_being_repeated(proxy, method):
    status, _head, text = asked(proxy.http, "/", method=method)
    assert status == 400
    assert "<h1>The request could not be understood</h1>" in text
    assert f"'{method}'" not in text


@pytest.mark.parametrize("path", ["/uk/sources/", "/uk/sources.json"])
@pytest.mark.parametrize("fields", [[f"X: {MARK * 700}"], [f"X: {MARK}"] * 70], ids=["long", "many"])
def test_heads_that_are_too_large_are_refused_by_their_own_status(proxy, path, fields):
    status, head, text = asked(proxy.http, path, *fields)
    assert (status, head["Content-Language"]) == (431, "uk")
    assert "Видаліть файли cookie" in text
    assert MARK not in text
    assert (head["Content-Type"] == "application/problem+json") == path.endswith("json")


def test_what_the_portal_itself_refuses_keeps_the_portals_words(proxy):
    for query in ("unknown=1", f"q={'a' * 8_010}"):
        status, head, text = asked(proxy.http, f"/incidents/?{query}")
        assert (status, "/static/" in text, "X-Request-ID" in head) == (400, True, True)


def test_where_no_path_can_be_read_both_languages_are_spoken(proxy):
    status, head, text = sent(proxy.http, b"\x16\x03\x01 \xff\xfe\r\n\r\n")
    assert (status, head["Content-Language"]) == (400, "en, uk")
    assert '<section lang="en">' in text
    assert '<section lang="uk">' in text


def test_an_address_that_comes_in_pieces_is_still_read(proxy):
    pieces = [b"GET /", b"uk/incid", f"ents.csv?{LONG} HTTP/1.1\r\n\r\n".encode()]
    status, head, _text = sent(proxy.http, *pieces)
    assert (status, head["Content-Language"]) == (414, "uk")
    assert head["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/incidents/", "/incidents.csv"])
def test_such_an_answer_is_guarded_as_the_portals_own(proxy, path):
    with urlopen(f"http://127.0.0.1:{proxy.http}{path}") as own:
        expected = {name: own.headers[name] for name in GUARDS}
    for target, fields in ((f"{path}?{LONG}", []), (path, [f"X: {MARK}"] * 70), (f"{path}?q={LETTER}", [])):
        _status, head, _text = asked(proxy.http, target, *fields)
        assert {name: head[name] for name in GUARDS} == expected
        assert head["Cache-Control"] == "no-store"


def test_its_style_is_there_and_nothing_else_is_fetched(proxy):
    text = asked(proxy.http, f"/?{LONG}")[2]
    fetched = re.findall(r'<link rel="stylesheet" href="([^"]+)">', text)
    assert re.findall(r' (?:href|src)="([^"]+)"', text) == [*fetched, "/"]
    assert fetched
    for path in fetched:
        with urlopen(f"http://127.0.0.1:{proxy.http}{path}") as style:
            assert style.headers.get_content_type() == "text/css"
    assert "<script" not in text


def test_a_head_is_answered_with_a_head(proxy):
    status, _head, text = asked(proxy.http, f"/?{LONG}", method="HEAD")
    assert (status, text) == (414, "")


@pytest.mark.parametrize(
    ("target", "fields", "expected"),
    [
        (f"/?q={SCRIPT}&{LONG}", [], 414),
        (f"/?q={SCRIPT}{LETTER}", [], 400),
        ("/", [f"X: {SCRIPT}"] * 70, 431),
        ("/", [f"X{SCRIPT}: 1"], 400),
        (SCRIPT, [], 400),
    ],
)
def test_gunicorn_alone_refuses_without_a_script_and_goes_on(live_site, target, fields, expected):
    port = urlsplit(live_site.url).port or 0
    status, _head, text = asked(port, target, *fields)
    assert status == expected
    assert "<script" not in text
    assert asked(port, "/healthz")[0] == 200
