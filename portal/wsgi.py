"""The WSGI entry point that gunicorn loads."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_answers = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's response; for HEAD without its body (RFC 9110, section 9.3.2), which Django leaves to the server."""
    answer: Iterable[bytes] = _answers(environ, start_response)
    if environ["REQUEST_METHOD"] != "HEAD":
        return answer
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return []
