"""The log is for operators: every line is JSON, and nothing in it is about a person."""

import json
import logging
import socket
import sys

import pytest

from portal.logs import LineFormatter
from tests.security.processes import Process, lines_of

SECRETS = (
    "zz-searched",
    "zz-person@example.org",
    "zz-password",
    "zz-agent",
    "zz-host",
    "zz-cookie",
    "zz-path",
    "203.0.113.9",
)


def ask_with_secrets(process: Process) -> None:
    form = b"login=zz-person%40example.org&password=zz-password"
    headers = {"User_Agent": "zz-agent", "Cookie": "session=zz-cookie", "X_Forwarded_For": "203.0.113.9"}
    process.ask("/incidents/?q=zz-searched", **headers)
    process.ask("/uk/incidents/?q=zz-searched&grade=zz-searched", **headers)
    process.ask("/zz-path/zz-person@example.org/", **headers)
    process.ask("/incidents/zz-path/", Referer="https://zz-host/?q=zz-searched", **headers)
    process.ask("/incidents/?q=zz-searched%00", **headers)
    process.ask("/", Host="zz-host")
    process.ask("/accounts/login/", "POST", form, Content_Type="application/x-www-form-urlencoded", **headers)
    process.ask("/desk/search/?q=zz-searched", **headers)
    process.ask(
        "/csp-report", "POST", b'{"csp-report": {"effective-directive": "zz-searched", "blocked-uri": "zz-host"}}'
    )
    process.ask("/incidents/", "POST", b"zz-person@example.org", Content_Length="abc")
    raw(process, b"GET /?q=zz-searched HTTP/9.9\r\nHost: zz-host\r\n\r\n")
    raw(process, b"zz-person@example.org\r\n\r\n")
    raw(process, b"GET / HTTP/1.1\r\nzz-host zz-cookie\r\n\r\n")
    raw(process, b"GET /" + b"zz-path" * 2000 + b" HTTP/1.1\r\n\r\n")


def raw(process: Process, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(65536)


@pytest.fixture(params=["public", "desk"])
def process(request: pytest.FixtureRequest) -> Process:
    found: Process = request.getfixturevalue(request.param)
    return found


def test_nothing_that_somebody_sent_reaches_the_log(process: Process) -> None:
    ask_with_secrets(process)
    log = "\n".join(process.log) + process.printed
    for secret in SECRETS:
        assert secret not in log, secret
    assert "127.0.0.1" not in "\n".join(process.log[2:])


def test_every_line_is_an_object_with_time_level_and_logger(process: Process) -> None:
    ask_with_secrets(process)
    lines = lines_of(process)
    assert lines
    for line in lines:
        assert {"time", "level", "logger"} <= line.keys()
        assert line["level"] in ("INFO", "WARNING", "ERROR", "CRITICAL")


def test_an_answer_is_told_by_its_route_status_and_duration(process: Process) -> None:
    answer = process.ask("/incidents/HDC-0001/?q=zz-searched")
    [line] = [each for each in lines_of(process) if each.get("request") == answer.headers["X-Request-ID"]]
    assert (line["method"], line["status"], line["logger"]) == ("GET", answer.status, "portal.request")
    assert line["route"] == "register:incident"
    assert line["ms"] >= 0
    assert line.keys() == {"time", "level", "logger", "message", "request", "method", "route", "status", "ms"}


def test_an_error_page_names_its_request_and_so_does_the_log(process: Process) -> None:
    for path in ("/nothing/", "/uk/nothing/", "/incidents/?q=%00"):
        answer = process.ask(path)
        name = answer.headers["X-Request-ID"]
        assert f"<code>{name}</code>" in answer.text, path
        assert [line for line in lines_of(process) if line.get("request") == name and line["status"] == answer.status]


# The formatter by itself.


def line_of(message: str, *values: object, name: str = "elsewhere", **more: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, values, None)
    record.__dict__.update(more)
    found: dict[str, object] = json.loads(LineFormatter().format(record))
    return found


def test_what_a_library_fills_into_its_texts_is_left_out() -> None:
    line = line_of("Invalid HTTP_HOST header: %r", "zz-host")
    assert line["message"] == "Invalid HTTP_HOST header: %r"


def test_a_text_that_a_library_put_together_beforehand_is_left_out() -> None:
    assert "message" not in line_of("Invalid HTTP_HOST header: zz-host")
    assert line_of("a page tried %s", "inline", name="portal.reports")["message"] == "a page tried inline"


def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words() -> None:
    try:
        raise ValueError("Key (email)=(zz-person@example.org) already exists")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s", ("/zz-path/",), sys.exc_info())
    line = LineFormatter().format(record)
    assert "zz-" not in line
    told = json.loads(line)
    assert told["exception"] == "ValueError"
    assert "test_log_lines.py" in told["at"][-1]


@pytest.mark.parametrize("evil", ["a\nb", "a\r\nb", "a\u2028b", 'a", "level": "INFO', "\x1b[2J", "a\x00b"])
def test_nobody_begins_a_line_of_their_own(evil: str) -> None:
    record = logging.LogRecord("portal.x", logging.WARNING, __file__, 1, "%s", (evil,), None)
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert json.loads(line)["message"] == evil
    assert json.loads(line)["level"] == "WARNING"
