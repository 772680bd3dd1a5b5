"""CSP violation reports of browsers (CSP level 3, section 5; Reporting API).

A report quotes URLs and script fragments, so only two words from closed lists are logged. Anyone can post here: the
size of a body and the number of lines per minute are limited.
"""

import json
import logging
import threading
import time
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

LARGEST_REPORT = 16 * 1024  # bytes
LINES_A_MINUTE = 20  # per process
DIRECTIVES = {
    *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
    *("style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src", "child-src"),
    *("worker-src", "manifest-src", "form-action", "base-uri", "frame-ancestors"),
}
BLOCKED = ("inline", "eval", "wasm-eval", "data", "blob", "trusted-types-policy", "trusted-types-sink")
logger = logging.getLogger("portal.reports")


class Allowance:
    """A rate limit per minute, shared by all threads of a process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._lock = threading.Lock()
        self._minute, self._used = 0, 0

    def take(self) -> bool:
        """Whether the limit of this minute is not exceeded."""
        with self._lock:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                self._minute, self._used = minute, 0
            self._used += 1
            return self._used <= self.number


allowance = Allowance(LINES_A_MINUTE)


@csrf_exempt  # browsers send reports without cookies and without a form
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """204 whatever was sent, which reveals nothing; 413 for a body larger than any browser sends."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length[:18]) > LARGEST_REPORT:
        return HttpResponse(status=HTTPStatus.CONTENT_TOO_LARGE)
    found = _violation(request.body)
    if found is not None and allowance.take():
        logger.warning("a page tried what its policy forbids: %s, %s", *found)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _violation(body: bytes) -> tuple[str, str] | None:
    """The directive and what was blocked, each as a word from a closed list; None if the body is not a report."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    report = _report(sent)
    directive = str(report.get("effectiveDirective") or report.get("effective-directive") or "")
    if not directive:
        directive = str(report.get("violated-directive") or "").partition(" ")[0]
    blocked = str(report.get("blockedURL") or report.get("blocked-uri") or "")
    return (directive, _blocked(blocked)) if directive in DIRECTIVES else None


def _report(sent: Any) -> dict[str, Any]:
    """The report in either format: `report-uri` sends one, `report-to` a list."""
    first = sent[0] if isinstance(sent, list) and sent else sent
    if not isinstance(first, dict):
        return {}
    inner = first.get("csp-report") or first.get("body")
    return inner if isinstance(inner, dict) else {}


def _blocked(text: str) -> str:
    word = text.partition(":")[0]
    return word if word in BLOCKED else "an address"
