"""The log: one JSON object per line, for operators, without personal data.

A line has time, level and logger, and within a request its id, method, route name and status. IP addresses, queries,
form fields, headers and exception messages are never logged: each can contain a name, an e-mail address or a search
term. The request id, which every error page shows, relates a complaint to its lines.
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

# Our loggers put no request data into messages, so these are logged in full. Of other loggers only the format string is
# logged, and nothing if the message was formatted beforehand.
OURS = ("portal", "people", "incidents")
OF_THE_SERVER = ("gunicorn",)
FRAMES = 12  # innermost frames of a traceback that are logged
ID_BYTES = 8

requests = logging.getLogger("portal.request")
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def configuration(level: str) -> dict[str, Any]:
    """The configuration for `logging.config`: everything from this level on to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # RequestMiddleware logs the response; Django's own line would contain the path.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }


class LineFormatter(logging.Formatter):
    """Formats a record as one line of JSON. Control characters are escaped, which prevents log injection."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
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
    """The first middleware: sets the request id, and logs the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and measure the time until the response."""
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
    """The loggable fields of the current request: none that the client chooses freely."""
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
    """ERROR for failures; WARNING for refusals, at the desk also for bad requests. Invalid URLs of public pages are
    common, so they are INFO."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status in REFUSED or (status == 400 and is_desk(request.path_info)) else logging.INFO


def _message(record: logging.LogRecord) -> str:
    area = record.name.partition(".")[0]
    if area in OURS or (area in OF_THE_SERVER and record.levelno < logging.WARNING):
        return record.getMessage()
    # A preformatted message may contain data; a format string is a constant in the code.
    return record.msg if isinstance(record.msg, str) and record.args else ""


def _frames(problem: BaseException | None) -> list[str]:
    """The frames of an exception, without its message, because databases and parsers quote their input."""
    stack = traceback.extract_tb(problem.__traceback__ if problem else None)[-FRAMES:]
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in stack]
