"""Decorator and response for embeds: small pages without script, the only ones that other sites may frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

# The CSP of every page, with framing allowed, and without scripts and forms.
POLICY = cast("dict[str, list[str]]", settings.SECURE_CSP) | {
    "script-src": [str(CSP.NONE)],
    "form-action": [str(CSP.NONE)],
    "frame-ancestors": ["*"],
}


def embeddable[**P](view: View[P]) -> View[P]:
    """A decorator: any site may frame this page, error pages included."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as missing:
            response = state(request, HTTPStatus.NOT_FOUND, str(missing.args[0]) if missing.args else "")
        except BadRequest as error:
            response = state(request, HTTPStatus.BAD_REQUEST, str(error))
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return cast("View[P]", csp_override(POLICY)(xframe_options_exempt(answer)))


def state(request: HttpRequest, status: HTTPStatus, message: str, **context: object) -> HttpResponse:
    """A small page that explains why there is nothing to show."""
    return render(request, "embed/state.html", context | {"status": int(status), "message": message}, status=status)
