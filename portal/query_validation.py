"""Strict query strings: tracking parameters are removed, unknown ones rejected."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

from incidents.register.filters.page_parameters import refusal
from portal.paths import is_desk

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Tracking parameters that social networks and mailing tools add to shared links.
FOLLOWING = re.compile(r"(?:^|&)(?:fbclid|gclid|gbraid|wbraid|yclid|msclkid|twclid|igshid|mc_[ce]id|utm_\w+)=[^&]*")


class StrictAddressMiddleware:
    """No parameter is ignored, because a reader would take the result for what was asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Redirect a link with tracking parameters to the URL without them."""
        query = request.META.get("QUERY_STRING", "")
        if request.method in ("GET", "HEAD") and FOLLOWING.search(query) and not is_desk(request.path_info):
            rest = FOLLOWING.sub("", query).lstrip("&")
            path = escape_leading_slashes(request.path)
            return HttpResponseRedirect(f"{path}?{rest}" if rest else path)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: list[Any], kwargs: dict[str, Any]) -> None:
        """Raises BadRequest for parameters that a page does not take; lists reject them in their forms."""
        if request.resolver_match and (message := refusal(request.resolver_match.view_name, request.GET)):
            raise BadRequest(message)
