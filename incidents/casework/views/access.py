"""Access control for the views of the desk."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.records.models import Record
from people.models import Role, User


class DeskRequest(HttpRequest):
    """A request of a signed-in user."""

    user: User


READ = ("GET", "HEAD")
FORM = (*READ, "POST")


def desk(*roles: Role, methods: Sequence[str] = READ) -> Callable[[Callable[..., HttpResponse]], Callable[..., Any]]:
    """A decorator: only signed-in users with one of the roles (any role if none is named), and only these methods."""

    def decorate(view: Callable[Concatenate[DeskRequest, ...], HttpResponse]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.roles & set(roles or Role.values):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return require_http_methods(methods)(never_cache(login_required(guarded)))

    return decorate


def visible_record(user: User, kind: str, code: str) -> Record:
    """The record, if the user may see it; otherwise 404, whether or not it exists."""
    record = Record.objects.visible_to(user).filter(kind=kind, code=code.upper()[:20]).first()
    if record is None:
        raise Http404
    return record
