"""Plain HTTP where the site has https: a reader is led on, a program is refused (ASVS 5.0, 4.1.2).

A program that is redirected goes on sending its requests in clear text, and nobody notices.
"""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.paths import is_for_programs, language_of


class HttpsMiddleware(SecurityMiddleware):
    """Django's, with another answer for the interface and the log."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:  # type: ignore[override]
        """None where the request may pass."""
        led_on = super().process_request(request)
        return _refused(request) if led_on is not None and is_for_programs(request.path_info) else led_on


def _refused(request: HttpRequest) -> HttpResponseBase:
    """A problem of RFC 9457."""
    status = HTTPStatus.FORBIDDEN
    with override(language_of(request.path_info)):
        problem = {"title": status.phrase, "status": status, "detail": _("This is answered over https alone.")}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
