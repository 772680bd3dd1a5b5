"""HEAD is answered with the head that GET would have, and with no body for the server to throw away and warn about."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import RequestFactory

from portal import wsgi

pytestmark = pytest.mark.usefixtures("starting_register")


def answer(path: str, method: str) -> tuple[str, dict[str, str], Iterable[bytes]]:
    found: dict[str, Any] = {}
    environ = RequestFactory().generic(method, path).environ

    def start(status: str, headers: list[tuple[str, str]], *_rest: object) -> None:
        found.update(status=status, headers=dict(headers))

    body = wsgi.application(environ, start)
    return found["status"], found["headers"], body


@pytest.mark.parametrize("path", ["/", "/incidents/", "/nothing/", "/incidents.csv", "/api/v1/incidents", "/healthz"])
def test_the_head_is_that_of_get_and_there_is_no_body(path: str) -> None:
    got_status, got, body = answer(path, "GET")
    assert b"".join(body)
    getattr(body, "close", lambda: None)()
    status, headers, nothing = answer(path, "HEAD")
    assert list(nothing) == []
    assert status == got_status
    changing = {"X-Request-ID"}
    assert {name: text for name, text in headers.items() if name not in changing} == {
        name: text for name, text in got.items() if name not in changing
    }
