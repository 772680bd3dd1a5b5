"""Plain HTTP where the site has https: a reader is led on, a program is refused (ASVS 5.0, 4.1.2).

A program that is redirected goes on sending its requests in clear text, and nobody notices. Django's SecurityMiddleware
leads readers on; addresses for programs are exempt from that in the settings, and come to this middleware behind it.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.paths import is_for_programs, language_of


class ProgramsOverHttpsMiddleware:
    """Refuses the interface and the log to whoever asks for them in clear text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the view's stead, or let the request pass."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and is_for_programs(request.path_info):
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponseBase:
    """A problem of RFC 9457."""
    status = HTTPStatus.FORBIDDEN
    with override(language_of(request.path_info)):
        problem = {"title": status.phrase, "status": status, "detail": _("This is answered over https alone.")}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
