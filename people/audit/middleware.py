"""Who asks is who acts, for as long as the request lasts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from people.audit.acting import on_behalf_of


class ActingMiddleware:
    """Stands behind the middleware that knows who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on under the name of whoever is signed in when something is written."""
        with on_behalf_of(request):
            return self.get_response(request)
