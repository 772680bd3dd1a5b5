"""Middleware of every request: response headers, the language of the URL, invalid input."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.register.problems import shared
from portal.headers import PERMISSIONS_POLICY, REPORTING_ENDPOINTS
from portal.paths import is_data, is_desk, language_of, without_language
from portal.views import content_too_large, method_not_allowed

GetResponse = Callable[[HttpRequest], HttpResponseBase]

LONGEST_ADDRESS = 8_000  # bytes of path and query; gunicorn's limit for the request line is 8,190
READING = ("GET", "HEAD")
SIGN_OUT = "/accounts/logout/"


class HeadersMiddleware:
    """Sets headers that Django does not set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and add the headers."""
        response = self.get_response(request)
        if settings.SURFACE != "desk" and is_data(request.path_info):
            shared(response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Reporting-Endpoints", REPORTING_ENDPOINTS)
        if is_desk(request.path_info):
            # Neither a proxy nor the browser cache may store pages of signed-in users.
            response.headers["Cache-Control"] = "no-store, private"
            if request.method == "POST" and without_language(request.path_info) == SIGN_OUT:
                response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class CookielessMiddleware:
    """Public pages ignore cookies, so that the response is the same for everyone and sets none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Remove the Cookie header, except at the desk."""
        if not is_desk(request.path_info):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class LanguageFromPathMiddleware:
    """The language of a page comes from its URL, not from a cookie or Accept-Language, so that caches may store it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate the language of the path, and set Content-Language."""
        language = language_of(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _in_language(language, cast("Iterable[bytes]", response.streaming_content))
        response.headers.setdefault("Content-Language", language)
        return response


class ReadOnlyMiddleware:
    """Public pages answer 405 to anything but GET and HEAD, rather than 403 for a missing CSRF token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """405 instead of the view, unless the view is CSRF-exempt and so handles methods itself."""
        takes_more = is_desk(request.path_info) or getattr(view, "csrf_exempt", False)
        return None if takes_more or request.method in READING else method_not_allowed(request, READING)


class CleanInputMiddleware:
    """Rejects input that PostgreSQL or a log cannot handle, before a view reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises BadRequest, which Django answers with status 400; a body that is too large is not read."""
        if _body_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return content_too_large(request)
        if len(request.path.encode()) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            raise BadRequest(_("The address is too long. Use fewer filters, or shorter ones."))
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "") or _has_nul(request):
            raise BadRequest(_("The address or the form contains a null character, which no text can contain."))
        return self.get_response(request)


def _body_length(request: HttpRequest) -> int:
    """The Content-Length; 0 if it is missing, as in Django."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    # Python's int() rejects more than 4,300 digits; 18 digits are beyond any limit already.
    return int(length[:18]) if length.isdecimal() else 0


def _in_language(language: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """A stream is read after the view has returned, so the language is activated again."""
    with translation.override(language):
        yield from parts


def _has_nul(request: HttpRequest) -> bool:
    """Whether a parameter or field, or the name of one, contains U+0000.

    POST data of the desk is left to its forms, which show the field and keep the rest.
    """
    written = without_language(request.path_info).startswith("/desk/")
    return any(
        "\0" in text
        for fields in ((request.GET,) if written else (request.GET, request.POST))
        for name, values in fields.lists()
        for text in (name, *values)
        if isinstance(text, str)
    )
