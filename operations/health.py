"""Liveness and readiness, for health checks and load balancers."""

from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

NEEDED = {"public": ("register",), "desk": ("default", "register"), "all": ("register",)}
NAMES = {"register": "the register's database", "default": "the desk's database"}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process responds."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: the process responds and reaches the databases that it needs; else 503.

    A process with both surfaces stays ready without the desk's database, because the register is still readable; a line
    says that the desk is unavailable.
    """
    silent = list(_silent())
    missing = [alias for alias in silent if alias in NEEDED[settings.SURFACE]]
    lines = [] if missing else ["ready"]
    lines += [f"{NAMES[alias]} does not answer" for alias in silent]
    return HttpResponse(
        "".join(f"{line}\n" for line in lines),
        content_type="text/plain; charset=utf-8",
        status=HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK,
    )


def _silent() -> Iterator[str]:
    """The connections of this surface that do not respond."""
    for alias in ("register",) if settings.SURFACE == "public" else ("register", "default"):
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (Error, ImproperlyConfigured):
            yield alias
