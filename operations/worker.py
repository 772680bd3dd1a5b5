"""gunicorn's threaded worker, with our own responses to requests that it rejects before the application runs.

gunicorn's own error page quotes the request, in English, without a CSP. Ours is in the language of the path if that was
read, else in both; a problem response (RFC 9457) for programs. It quotes nothing of the request. It does not read
Django's settings, because other applications use this configuration too.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple

import gunicorn  # type: ignore[import-untyped]
from django.utils.csp import build_policy
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.http.message import Request  # type: ignore[import-untyped]
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]
from gunicorn.util import http_date  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from portal import env, headers
from portal.paths import is_data, language_of

BEGINNING = 1_000  # bytes of a request that are kept for the error response: its method and its path
# Limits for reading the rest of a rejected request: a client that is still sending would miss the response.
READ_ON_SECONDS, READ_ON_BYTES = 2.0, 4 * 1024 * 1024
STATUSES = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ConfigurationProblem: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}
TARGET = re.compile(rb"[A-Z]{1,20} (/[^ ?#\r\n]*)")
PAGE = """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <title>{title}</title>
  <link rel="stylesheet" href="/static/css/tokens.css">
  <link rel="stylesheet" href="/static/css/base.css">
</head>
<body>
  <main class="page" id="main">
{sections}
  </main>
</body>
</html>
"""
SECTION = """    <section lang="{language}">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p><a href="{home[0]}">{home[1]}</a></p>
    </section>"""
HOME = {"en": ("/", "Home"), "uk": ("/uk/", "Головна")}
logger = logging.getLogger("operations.worker")


class Words(NamedTuple):
    """The title and the advice of an error page."""

    title: str
    detail: str


WORDS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: {
        "en": Words("The address is too long", "Use fewer filters, or shorter ones."),
        "uk": Words("Адреса задовга", "Візьміть менше фільтрів або коротші."),
    },
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: {
        "en": Words(
            "The request has too many or too long header fields",
            "Delete the cookies of this site and try again. Readers’ pages need none.",
        ),
        "uk": Words(
            "Запит має забагато полів заголовка, або вони задовгі",
            "Видаліть файли cookie цього сайту та спробуйте ще раз. Сторінкам для читачів вони не потрібні.",
        ),
    },
    HTTPStatus.BAD_REQUEST: {
        "en": Words(
            "The request could not be understood",
            "It breaks a rule of HTTP. In an address, letters other than a–z have to be percent-encoded, as browsers "
            "do it of themselves.",
        ),
        "uk": Words(
            "Запит не вдалося зрозуміти",
            "Він порушує правила HTTP. Літери, крім латинських, в адресі треба кодувати знаками відсотка, як це самі "
            "роблять браузери.",
        ),
    },
    HTTPStatus.INTERNAL_SERVER_ERROR: {
        "en": Words("Something went wrong on our side", "Try again in a minute."),
        "uk": Words("Щось пішло не так із нашого боку", "Спробуйте ще раз за хвилину."),
    },
}


class BegunRequest(Request):  # type: ignore[misc]
    """A request whose beginning is still known when it is rejected."""

    began = b""

    def parse(self, unreader: Any) -> Any:
        """As gunicorn; its exceptions get the beginning of the request."""
        try:
            return super().parse(unreader)
        except errors.ParseException as refusal:
            refusal.began = self.began
            raise

    def read_into(self, unreader: Any, buf: bytearray, stop: bool = False) -> None:  # noqa: FBT001, FBT002 (gunicorn's)
        """As gunicorn, but keep the beginning, which the parser discards."""
        super().read_into(unreader, buf, stop)
        if len(self.began) < BEGINNING and b"\n" not in self.began:
            self.began = bytes(buf[:BEGINNING])


class Parser(RequestParser):  # type: ignore[misc]
    """The parser for HTTP/1.1, the only version of this configuration."""

    mesg_class = BegunRequest


class Worker(ThreadWorker):  # type: ignore[misc]
    """Serves requests with threads, with our error responses."""

    def handle(self, conn: Any) -> Any:
        """Serve a connection with the parser above."""
        if conn.parser is None:
            conn.parser = Parser(self.cfg, conn.sock, conn.client)
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: object, exc: Exception) -> None:
        """Respond to a request that could not be parsed, or to an exception that the application did not catch."""
        status = next(
            (each for kind, each in STATUSES.items() if isinstance(exc, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
        )
        logger.log(
            logging.ERROR if status == HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO,
            "refused before the portal was asked",
            exc_info=exc if status == HTTPStatus.INTERNAL_SERVER_ERROR else None,
            extra={"facts": {"status": status}},
        )
        began = f"{req.method} {req.uri}".encode() if req is not None else getattr(exc, "began", b"")
        with suppress(OSError):  # the client is gone
            client.sendall(refusal(status, began))
            _read_on(client)


def refusal(status: HTTPStatus, began: bytes) -> bytes:
    """The whole response to a request that begins like this."""
    found = TARGET.match(began.lstrip(b"\r\n"))
    path = found[1].decode(errors="replace") if found else ""
    languages = [language_of(path)] if path else ["en", "uk"]
    words = WORDS.get(status) or WORDS[HTTPStatus.BAD_REQUEST]
    told = {language: words[language] for language in languages}
    for_program = bool(path) and is_data(path)
    body = (_problem(status, told) if for_program else _page(told)).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(for_program, languages, len(body)))
    lines = f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode()
    return lines if began.startswith(b"HEAD ") else lines + body


def _page(told: dict[str, Words]) -> str:
    sections = (
        SECTION.format(language=language, title=words.title, detail=words.detail, home=HOME[language])
        for language, words in told.items()
    )
    title = " · ".join(words.title for words in told.values())
    return PAGE.format(language=next(iter(told)), title=title, sections="\n".join(sections))


def _problem(status: HTTPStatus, told: dict[str, Words]) -> str:
    body = {
        "type": f"{_site()}/api/#problem-{status.value}",
        "title": " · ".join(words.title for words in told.values()),
        "status": status.value,
        "detail": " · ".join(words.detail for words in told.values()),
    }
    return json.dumps(body, ensure_ascii=False)


def _fields(for_program: bool, languages: list[str], length: int) -> Iterator[tuple[str, object]]:  # noqa: FBT001
    """The headers, as the application sets them (portal/middleware.py, the settings of Django's middleware)."""
    yield "Server", gunicorn.SERVER
    yield "Date", http_date()
    yield "Connection", "close"
    yield "Content-Type", "application/problem+json" if for_program else "text/html; charset=utf-8"
    yield "Content-Length", length
    yield "Content-Language", ", ".join(languages)
    yield "Cache-Control", "no-store"
    yield "Content-Security-Policy", build_policy(headers.POLICY)
    yield "Cross-Origin-Opener-Policy", "same-origin"
    yield "Cross-Origin-Resource-Policy", "cross-origin" if for_program else "same-origin"
    yield "Permissions-Policy", headers.PERMISSIONS_POLICY
    yield "Referrer-Policy", "same-origin"
    yield "Reporting-Endpoints", headers.REPORTING_ENDPOINTS
    yield "X-Content-Type-Options", "nosniff"
    yield "X-Frame-Options", "DENY"
    if for_program:
        yield "Access-Control-Allow-Origin", "*"
    if _site().startswith("https://"):
        yield "Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload"


def _site() -> str:
    return env.text("SITE_URL", env.DEFAULT_SITE_URL).rstrip("/")


def _read_on(client: socket.socket) -> None:
    """Read the rest within limits: closing with unread bytes would reset the connection and lose the response (RFC
    9112, 9.6)."""
    client.shutdown(socket.SHUT_WR)
    deadline, left = time.monotonic() + READ_ON_SECONDS, READ_ON_BYTES
    while left > 0 and (seconds := deadline - time.monotonic()) > 0:
        client.settimeout(seconds)
        got = len(client.recv(64 * 1024))
        if not got:
            return
        left -= got
