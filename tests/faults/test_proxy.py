"""The proxy as a door: limits for each visitor, headers that nobody forges, pages for when nobody else answers, TLS."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

from portal.paths import FOR_PROGRAMS
from tests.conftest import ROOT
from tests.faults.installation import Installation
from tests.faults.test_slow_clients import READS, SILENT, STARTS
from tests.proxied import DEPLOY, DESK_NAME, PUBLIC_NAME, TEMPLATES, Proxy, any_certificate, proxied

CLOSE = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORGED = (
    *("Forwarded", "X-Forwarded", "X-Forwarded-By", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port"),
    *("X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Scheme", "X-Forwarded-Server"),
    *("X-Forwarded-Ssl", "X_Forwarded_Proto", "X-Original-URL", "X-Real-IP", "X-Rewrite-URL", "Via", "Proxy"),
)
BEHIND_A_NETWORK, KEPT_OUT = "127.0.5.1", "127.0.5.2"
MARK = "somethingsecret"


class Listener(threading.Thread):
    """Stands where the desk would and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.heads: list[str] = []
        self.start()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.heads.append(connection.recv(64 * 1024).decode())
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


@pytest.fixture(scope="module")
def desk() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


@pytest.fixture(scope="module")
def proxy(installation: Installation, desk: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    port = urlsplit(installation.web.url).port or 0
    own = {
        "http.conf": f"set_real_ip_from {BEHIND_A_NETWORK}; real_ip_header X-Visitor;",
        "desk.conf": f"deny {KEPT_OUT}; allow all;",
    }
    with proxied(tmp_path_factory.mktemp("proxy"), port, desk.port, own=own) as running:
        yield running


@pytest.fixture(scope="module")
def secure(installation: Installation, desk: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    port = urlsplit(installation.web.url).port or 0
    with proxied(tmp_path_factory.mktemp("secure"), port, desk.port, form="tls") as running:
        yield running


def get(path: str, *fields: str) -> bytes:
    """A request; the connection closes with its answer."""
    return f"GET {path} HTTP/1.1\r\n".encode() + CLOSE + "".join(f"{each}\r\n" for each in fields).encode() + b"\r\n"


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def is_told_to_wait(answer: str) -> bool:
    return status(answer) == 429 and "\r\nRetry-After: 10\r\n" in answer and "Too many requests at once" in answer


def statuses(answer: str) -> list[int]:
    return [int(each) for each in re.findall(r"HTTP/1\.1 (\d+) ", answer)]


def test_too_many_connections_of_one_address_are_told_so_and_others_are_answered(proxy: Proxy) -> None:
    with ExitStack() as stack:
        for _ in range(64):
            connection = stack.enter_context(proxy.connect(source="127.0.2.1", reads=4096))
            connection.sendall(STARTS[READS])
            connection.recv(1)
        assert is_told_to_wait(proxy.ask(get("/healthz"), source="127.0.2.1"))
        assert status(proxy.ask(get("/healthz"), source="127.0.2.2")) == 200


def test_too_many_bodies_of_one_address_at_once_are_told_so_while_it_can_read(proxy: Proxy) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(proxy.connect(source="127.0.2.3")).sendall(STARTS[SILENT])
        form = b"POST /csp-report HTTP/1.1\r\n" + CLOSE + b"Content-Length: 0\r\n\r\n"
        assert is_told_to_wait(proxy.ask(form, source="127.0.2.3"))
        assert status(proxy.ask(get("/healthz"), source="127.0.2.3")) == 200
        assert status(proxy.ask(form, source="127.0.2.4")) != 429


def test_a_program_that_runs_away_is_told_to_wait_and_a_reader_is_not(proxy: Proxy) -> None:
    kept = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    assert set(statuses(proxy.ask(kept * 149 + get("/healthz"), source="127.0.2.5"))) == {200}
    assert {200, 429} == set(statuses(proxy.ask(kept * 599 + get("/healthz"), source="127.0.2.6")))


@pytest.mark.parametrize("language", ["", "/uk"])
def test_pages_to_sign_in_are_limited_for_each_address(proxy: Proxy, language: str) -> None:
    source = f"127.0.3.{1 + len(language)}"
    found = [status(proxy.ask(get(f"{language}/accounts/login/"), source=source)) for _ in range(23)]
    assert found[:21] == [200] * 21
    assert found[-1] == 429
    assert status(proxy.ask(get(f"{language}/"), source=source)) == 200


def test_addresses_of_one_network_of_ipv6_are_one_visitor(proxy: Proxy) -> None:
    def sign_in(visitor: str) -> int:
        return status(proxy.ask(get("/accounts/login/", f"X-Visitor: {visitor}"), source=BEHIND_A_NETWORK))

    assert {sign_in(f"2001:db8:1:2::{host:x}") for host in range(1, 22)} == {200}
    assert sign_in("2001:db8:1:2:a:b:c:d") == 429
    assert sign_in("2001:db8:1:3::1") == 200


def test_the_desk_is_closed_to_networks_that_the_operator_names(proxy: Proxy, desk: Listener) -> None:
    before = len(desk.heads)
    assert status(proxy.ask(get("/desk/"), proxy.desk, source=KEPT_OUT)) == 403
    assert len(desk.heads) == before
    assert status(proxy.ask(get("/desk/"), proxy.desk)) == 204
    assert status(proxy.ask(get("/healthz"), source=KEPT_OUT)) == 200


def test_what_a_visitor_says_was_forwarded_never_reaches_the_portal(proxy: Proxy, desk: Listener) -> None:
    proxy.ask(get("/desk/", *(f"{name}: {MARK}" for name in FORGED), "User-Agent: kept"), proxy.desk)
    head = desk.heads[-1].lower()
    assert MARK not in head
    assert "user-agent: kept" in head
    assert re.findall(r"(?:x-)?forwarded[^\r]*", head) == [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-host: 127.0.0.1",
        "x-forwarded-proto: http",
    ]


@pytest.mark.parametrize("other", ["Transfer-Encoding: chunked", "Content-Length: 5"])
def test_a_request_of_two_lengths_is_refused(proxy: Proxy, desk: Listener, other: str) -> None:
    before = len(desk.heads)
    head = f"POST /desk/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n{other}\r\n\r\n"
    assert status(proxy.ask(head.encode() + b"0\r\n\r\nGET /desk/ HTTP/1.1\r\n", proxy.desk)) == 400
    assert len(desk.heads) == before


def test_a_body_over_the_bound_is_refused_by_the_proxy(proxy: Proxy) -> None:
    assert "client_max_body_size 4m;" in (TEMPLATES / "nginx.conf.template").read_text()
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 4 * 1024 * 1024
    announced = b"POST /csp-report HTTP/1.1\r\n" + CLOSE + b"Content-Length: %d\r\n\r\n"
    with proxy.connect() as connection:
        connection.sendall(announced % (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
        answer = ""
        while "</html>" not in answer:
            answer += connection.recv(64 * 1024).decode()
    assert status(answer) == 413
    assert "too large" in answer


def test_heads_that_are_too_long_are_refused_before_they_reach_the_portal(proxy: Proxy, desk: Listener) -> None:
    before = len(desk.heads)
    for request in (get("/" + "a" * 9_000), get("/", f"X: {'a' * 9_000}"), get("/", *[f"X: {'a' * 7_000}"] * 5)):
        assert status(proxy.ask(request, proxy.desk)) in (400, 414, 431, 494)
    assert len(desk.heads) == before


def test_when_the_web_process_is_dead_the_proxys_own_page_says_so(proxy: Proxy, installation: Installation) -> None:
    policy = installation.web.get("/")[1]["Content-Security-Policy"]
    installation.web.kill()
    answer = proxy.ask(get("/uk/incidents/"))
    problem = proxy.ask(get("/uk/api/v1/incidents?q=a"))
    style = proxy.ask(get("/proxy/page.css"))
    installation.web.start()
    assert status(answer) == 502
    assert "<h1>Реєстр тимчасово не можна читати</h1>" in answer
    assert "The register cannot be read" not in answer
    for field in (f"Content-Security-Policy: {policy}", "Retry-After: 30", "Cache-Control: no-store", "Server: nginx"):
        assert f"\r\n{field}\r\n" in answer
    assert status(problem) == 502
    assert "\r\nContent-Type: application/problem+json\r\n" in problem
    assert status(style) == 200
    assert "\r\nContent-Type: text/css; charset=utf-8\r\n" in style
    assert status(proxy.ask(get("/uk/incidents/"))) == 200


@pytest.mark.parametrize("page", sorted((DEPLOY / "pages").glob("*.html")), ids=lambda page: page.stem)
def test_each_page_of_the_proxy_has_a_problem_of_the_same_title_for_programs(page: Path) -> None:
    title = json.loads(page.with_suffix(".json").read_text())["title"]
    assert f"<title>{title}</title>" in page.read_text()


@pytest.mark.parametrize("page", sorted((DEPLOY / "pages").glob("*.html")), ids=lambda page: page.stem)
def test_pages_of_the_proxy_need_nothing_but_its_own_style_sheet(page: object) -> None:
    text = page.read_text()  # type: ignore[attr-defined]
    assert re.findall(r"<(?:script|style|img|form)|\son\w+=|style=|https?:", text) == []
    assert re.findall(r'<link[^>]+href="([^"]+)"', text) == ["/proxy/page.css"]


def test_nothing_about_a_visitor_is_in_the_log(proxy: Proxy) -> None:
    proxy.ask(get(f"/{MARK}?q={MARK}", f"User-Agent: {MARK}", f"Referer: {MARK}"), source="127.0.4.1")
    proxy.ask(get(f"/incidents/?q={MARK}" * 900), source="127.0.4.1")
    log = proxy.log.read_text()
    assert re.search(r"^\S+ 404 GET ", log, re.MULTILINE)
    assert MARK not in log
    assert "127.0." not in log


def test_over_tls_each_name_leads_to_its_side_and_the_portal_is_told(secure: Proxy, desk: Listener) -> None:
    def request(name: str) -> bytes:
        return get("/healthz").replace(b"127.0.0.1", name.encode())

    before = len(desk.heads)
    assert status(secure.ask(request(PUBLIC_NAME), name=PUBLIC_NAME)) in (200, 400), "the portal's own answer"
    assert len(desk.heads) == before
    assert status(secure.ask(request(DESK_NAME), name=DESK_NAME)) == 204
    assert "\r\nX-Forwarded-Proto: https\r\n" in desk.heads[-1]
    assert f"\r\nHost: {DESK_NAME}\r\n" in desk.heads[-1]


def test_a_name_that_is_not_ours_gets_neither_page_nor_certificate(secure: Proxy) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        secure.ask(get("/"), name="elsewhere.example.org")
    assert status(secure.ask(get("/"))) == 421


@pytest.mark.parametrize(
    ("version", "cipher", "is_taken"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", False),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", True),
        (ssl.TLSVersion.TLSv1_3, "ALL", True),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python's, of the version that is to be refused
def test_old_versions_of_tls_and_weak_ciphers_are_refused(
    secure: Proxy, version: ssl.TLSVersion, cipher: str, is_taken: bool
) -> None:
    context = any_certificate()
    context.set_ciphers(cipher)
    context.minimum_version = context.maximum_version = version
    with secure.connect(secure.https) as connection, nullcontext() if is_taken else pytest.raises(ssl.SSLError):
        context.wrap_socket(connection, server_hostname=PUBLIC_NAME).close()


def test_the_strongest_cipher_is_preferred(secure: Proxy) -> None:
    context = any_certificate()
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with context.wrap_socket(secure.connect(secure.https), server_hostname=PUBLIC_NAME) as connection:
        assert (connection.cipher() or ("",))[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"


def test_over_plain_http_readers_are_led_to_https_and_programs_are_refused(secure: Proxy) -> None:
    def asked(path: str) -> str:
        return secure.ask(get(path).replace(b"127.0.0.1", PUBLIC_NAME.encode()))

    for path in ("/", "/uk/incidents/?q=a", "/ledger/", "/uk/api/"):
        answer = asked(path)
        assert status(answer) == 301
        assert f"\r\nLocation: https://{PUBLIC_NAME}{path}\r\n" in answer
    for path in FOR_PROGRAMS:
        assert {status(asked(f"{language}{path}")) for language in ("", "/uk")} == {403}


def test_compose_gives_the_proxy_every_variable_of_its_configuration_and_no_other() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    given = {name for name in services["proxy"]["environment"] if name.startswith("PROXY_")}
    used = {
        name
        for template in TEMPLATES.glob("*.template")
        for name in re.findall(r"\$\{([A-Z_]+)\}", template.read_text())
    }
    assert given == used
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
