"""Addresses are taken at their word: what is hung onto a link is taken off, what a page does not take is refused."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

from incidents.register.filters.page_parameters import refusal
from portal.paths import is_desk

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# What social networks and mailing programs hang onto a link that is shared through them, to follow its reader.
FOLLOWING = re.compile(r"(?:^|&)(?:fbclid|gclid|gbraid|wbraid|yclid|msclkid|twclid|igshid|mc_[ce]id|utm_\w+)=[^&]*")


class StrictAddressMiddleware:
    """No parameter is ignored: a reader would take what is shown for what was asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """A link that was shared leads to the address without the marks that follow its reader."""
        query = request.META.get("QUERY_STRING", "")
        if request.method in ("GET", "HEAD") and FOLLOWING.search(query) and not is_desk(request.path_info):
            rest = FOLLOWING.sub("", query).lstrip("&")
            path = escape_leading_slashes(request.path)
            return HttpResponseRedirect(f"{path}?{rest}" if rest else path)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: list[Any], kwargs: dict[str, Any]) -> None:
        """Raises BadRequest for parameters that a page does not take; lists refuse them themselves."""
        if request.resolver_match and (message := refusal(request.resolver_match.view_name, request.GET)):
            raise BadRequest(message)
