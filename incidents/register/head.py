"""The register's head: the newest edition. With the program itself it is the version of every public page.

A public page depends on its address and on these two alone, so that they are its ETag, and any cache may keep it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, wraps
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Concatenate, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from incidents.register.models import Edition

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

PROGRAM = {".py", ".html", ".css", ".mo", ".tsv", ".json"}


def head() -> int:
    """The number of the newest edition in the order of publication; 0 for an empty register."""
    return Edition.objects.newest_first().values_list("pk", flat=True).first() or 0


@cache
def program() -> str:
    """A digest of everything but the register that a page is made of: templates, styles, translations, code, settings.

    Without it a reader's browser would keep the page of an older version, whose style sheets are gone.
    """
    digest = sha256(repr((settings.SITE_URL, settings.DEMO, settings.SURFACE, settings.CODE_PREFIX)).encode())
    for path in _files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    folders = [settings.BASE_DIR / "incidents", settings.BASE_DIR / "portal", *settings.STATICFILES_DIRS]
    folders += [*settings.TEMPLATES[0]["DIRS"], *settings.LOCALE_PATHS]
    for folder in folders:
        yield from sorted(
            path for path in Path(folder).rglob("*") if path.suffix in PROGRAM and "data" not in path.parts
        )


def etag(request: HttpRequest, *args: object, **kwargs: object) -> str | None:
    """The version of the page at this address. None under DEBUG, where templates change between two requests."""
    if settings.DEBUG:
        return None
    version = f"{head()} {program()} {request.get_full_path()}"
    return f'"{sha256(version.encode()).hexdigest()[:32]}"'


def public_page[**P](view: View[P]) -> View[P]:
    """A page of the register: read-only, 304 for who has the current version, kept by caches that ask each time."""
    conditional = condition(etag_func=etag)(view)

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = conditional(request, *args, **kwargs)
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            del response["ETag"]
        patch_cache_control(response, public=True, no_cache=True)
        return response

    return cast("View[P]", answer)
