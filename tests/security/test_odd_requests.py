"""Requests that no browser sends: the web server refuses them by itself, or they change nothing."""

import socket

import pytest

from tests.security.processes import Process

HEAD = "GET / HTTP/1.1\r\nHost: register.example.org\r\nX-Forwarded-Proto: https\r\n"


def said(process: Process, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", process.port), timeout=30) as connection:
        connection.sendall(request.encode())
        return connection.recv(65536)


@pytest.mark.parametrize(
    "fields",
    [
        "X-A: " + "a" * 9000 + "\r\n",
        "".join(f"X-{number}: a\r\n" for number in range(200)),
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -1\r\n",
        "X-A: a\r\n continued\r\n",
        "X A: a\r\n",
    ],
    ids=["long", "many", "two lengths", "lengths that differ", "negative", "folded", "a space in a name"],
)
def test_a_head_of_the_wrong_shape_is_refused(public: Process, fields: str) -> None:
    answer = said(public, f"{HEAD}{fields}\r\n")
    assert answer.split(b" ")[1] in (b"400", b"431"), answer
    assert b"Traceback" not in answer


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "X-Script-Name", "X-Original-URL"])
def test_no_header_moves_the_site_to_another_path(public: Process, name: str) -> None:
    answer = said(public, f"{HEAD}{name}: /elsewhere\r\n\r\n")
    assert answer.split(b" ")[1] in (b"200", b"400"), answer
    assert b"/elsewhere" not in answer


@pytest.mark.parametrize("path", ["/", "/incidents/", "/api/v1/incidents", "/accounts/login/", "/desk/"])
@pytest.mark.parametrize("name", ["public", "desk"])
def test_trace_repeats_nothing(request: pytest.FixtureRequest, name: str, path: str) -> None:
    process: Process = request.getfixturevalue(name)
    answer = process.ask(path, "TRACE", X_Secret="zz-sent", Cookie="session=zz-sent")
    assert answer.status in (404, 405)
    assert b"zz-sent" not in answer.body
