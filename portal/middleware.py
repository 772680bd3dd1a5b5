"""What every request passes: headers of the answer, the language of the address, input that no view should see."""

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

LONGEST_ADDRESS = 8_000  # bytes of path and query; gunicorn refuses a request line of more than 8,190
READING = ("GET", "HEAD")
SIGN_OUT = "/accounts/logout/"


class HeadersMiddleware:
    """Headers that Django does not set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and complete the answer."""
        response = self.get_response(request)
        if settings.SURFACE != "desk" and is_data(request.path_info):
            shared(response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Reporting-Endpoints", REPORTING_ENDPOINTS)
        if is_desk(request.path_info):
            # Neither a proxy nor the browser's own cache keeps what somebody saw after signing in.
            response.headers["Cache-Control"] = "no-store, private"
            if request.method == "POST" and without_language(request.path_info) == SIGN_OUT:
                response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class CookielessMiddleware:
    """Readers' pages know no cookie, also where a browser sends one: the same answer for all, and none is ever set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Forget what was sent, except at the desk."""
        if not is_desk(request.path_info):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class LanguageFromPathMiddleware:
    """The language of a page is that of its address: no cookie and no guess from the browser, so caches may keep it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Work in the language of the path, and say so in the answer."""
        language = language_of(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _in_language(language, cast("Iterable[bytes]", response.streaming_content))
        response.headers.setdefault("Content-Language", language)
        return response


class ReadOnlyMiddleware:
    """Readers' addresses are only read, and who sends something is told so, rather than of a token that was missing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """405 in the view's stead, unless it has an answer of its own to whatever is sent."""
        takes_more = is_desk(request.path_info) or getattr(view, "csrf_exempt", False)
        return None if takes_more or request.method in READING else method_not_allowed(request, READING)


class CleanInputMiddleware:
    """Turns away what PostgreSQL or a log could choke on, with a message, before any view reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises BadRequest, which Django turns into the page of status 400; a body that is too large is not read."""
        if _body_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return content_too_large(request)
        if len(request.path.encode()) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            raise BadRequest(_("The address is too long. Use fewer filters, or shorter ones."))
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "") or _has_nul(request):
            raise BadRequest(_("The address or the form contains a null character, which no text can contain."))
        return self.get_response(request)


def _body_length(request: HttpRequest) -> int:
    """Bytes that the sender announces; a body without a length is none to Django."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    # Python reads no number of more than 4,300 digits; one of eighteen is too large a body already.
    return int(length[:18]) if length.isdecimal() else 0


def _in_language(language: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """What is streamed is written after the view has returned, and still in its language."""
    with translation.override(language):
        yield from parts


def _has_nul(request: HttpRequest) -> bool:
    """Whether any parameter or field, or the name of one, contains U+0000.

    What a documenter wrote is left to the form, which says where it is and keeps the rest.
    """
    written = without_language(request.path_info).startswith("/desk/")
    return any(
        "\0" in text
        for fields in ((request.GET,) if written else (request.GET, request.POST))
        for name, values in fields.lists()
        for text in (name, *values)
        if isinstance(text, str)
    )
