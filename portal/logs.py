"""What is written to the log: one JSON object a line, for operators, without a word about anybody.

A line has time, level and logger, and within a request its id, method, route name and status. Addresses, queries,
form fields, headers and the texts of exceptions are never written: each of them can hold a name, an e-mail address or
what somebody searched for. The request's id, which every error page shows, ties a complaint to its lines.
"""

import json
import logging
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from portal.paths import is_desk

# Loggers of ours write no data of a request into their texts, so their texts are written whole. Of all others only the
# template stands in the log, and none at all where it was put together beforehand.
OURS = ("portal", "people", "incidents")
OF_THE_SERVER = ("gunicorn",)
FRAMES = 12  # of a traceback, the innermost ones
ID_BYTES = 8

requests = logging.getLogger("portal.request")
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def configuration(level: str) -> dict[str, Any]:
    """For `logging.config`: everything to the error stream, from this level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The view's answer is logged once, by RequestMiddleware; Django's own line would name the address.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }


class LineFormatter(logging.Formatter):
    """A record as one line of JSON. Control characters are escaped, so that nobody can begin a line of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **about_request(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = _frames(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)})


class RequestMiddleware:
    """The first of all: gives the request its id, and writes a line about the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and time it, until the answer begins."""
        request.id = token_hex(ID_BYTES)  # type: ignore[attr-defined]
        token = _request.set(request)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
            facts = {"status": response.status_code, "ms": round((time.monotonic() - began) * 1000)}
            requests.log(_level(request, response.status_code), "answered", extra={"facts": facts})
            return response
        finally:
            _request.reset(token)


def about_request() -> dict[str, str]:
    """What may be said of the request that is being answered: nothing that its sender chose freely."""
    request = _request.get()
    if request is None:
        return {}
    return {
        "request": str(getattr(request, "id", "")),
        "method": request.method if request.method in METHODS else "other",
        "route": request.resolver_match.view_name if request.resolver_match else "",
    }


REFUSED = (403, 413, 429)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def _level(request: HttpRequest, status: int) -> int:
    """What failed is an error; what was refused a warning, at the desk also what could not be understood. Mistakes in
    the address of a reader's page are everyday."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status in REFUSED or (status == 400 and is_desk(request.path_info)) else logging.INFO


def _message(record: logging.LogRecord) -> str:
    area = record.name.partition(".")[0]
    if area in OURS or (area in OF_THE_SERVER and record.levelno < logging.WARNING):
        return record.getMessage()
    # A text that was put together beforehand may hold anything; a template was written by a programmer.
    return record.msg if isinstance(record.msg, str) and record.args else ""


def _frames(problem: BaseException | None) -> list[str]:
    """Where an exception came from; its text is left out, because databases and parsers quote what they refuse."""
    stack = traceback.extract_tb(problem.__traceback__ if problem else None)[-FRAMES:]
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in stack]
