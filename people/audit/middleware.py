"""The signed-in user is the actor of the changes in a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from people.audit.acting import on_behalf_of


class ActingMiddleware:
    """Must come after the authentication middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on with its user as the actor."""
        with on_behalf_of(request):
            return self.get_response(request)
