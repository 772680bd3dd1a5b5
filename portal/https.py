"""Plain HTTP on a site with HTTPS: browsers are redirected, API clients get an error (ASVS 5.0, 4.1.2).

A redirected client would go on sending its requests in clear text unnoticed. Django's SecurityMiddleware redirects
browsers; URLs for programs are exempt in the settings and handled by this middleware after it.
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
    """Answers 403 to plain HTTP requests of the API and the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Respond instead of the view, or pass the request on."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and is_for_programs(request.path_info):
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponseBase:
    """A problem response (RFC 9457)."""
    status = HTTPStatus.FORBIDDEN
    with override(language_of(request.path_info)):
        problem = {"title": status.phrase, "status": status, "detail": _("This is answered over https alone.")}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
