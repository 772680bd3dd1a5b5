"""What the public lists share: the requested page, and the response to invalid parameters."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.filters.facet_forms import facets, number_fields
from incidents.register.filters.filtersets import IncidentFilter, StrictFilterSet
from incidents.register.filters.sentences import query

# Context variables that a list's template needs even if nothing is listed.
NOTHING_LISTED: dict[str, object] = {"sentence": "", "chips": (), "query": ""}


def requested_page(filterset: StrictFilterSet, paginator: Paginator[Any]) -> Page[Any] | None:
    """The requested page; None, with an error in the form, if the list has fewer pages."""
    try:
        return paginator.page(filterset.page_number)
    except EmptyPage:
        message = ngettext("This list has %(n)s page only.", "This list has %(n)s pages only.", paginator.num_pages)
        filterset.form.add_error("page", message % {"n": paginator.num_pages})
        return None


def refused(request: HttpRequest, template: str, filterset: StrictFilterSet, **context: object) -> HttpResponse:
    """Status 400: the invalid parameters and what is accepted, above the form as it was filled in."""
    form = filterset.form
    problems = [{"name": "", "message": message} for message in form.non_field_errors()]
    problems += [
        {"name": name, "label": form.fields[name].label, "message": message}
        for name, messages in form.errors.items()
        if name in form.fields
        for message in messages
    ]
    context = (
        NOTHING_LISTED
        | context
        | {
            "filterset": filterset,
            "form": form,
            "problems": problems,
            "clear_url": request.path,
            "first_page_url": f"{request.path}?{query(request.GET)}" if list(form.errors) == ["page"] else "",
            "refusal": _("Nothing is listed, because a part of the address is not understood."),
        }
    )
    return render(request, template, context, status=HTTPStatus.BAD_REQUEST)


def refused_incidents(request: HttpRequest, filterset: IncidentFilter) -> HttpResponse:
    """The same for the list of incidents and its other views: nothing is counted."""
    fields = {"facets": facets(filterset, None, {}), "numbers": number_fields(filterset, {})}
    return refused(request, "register/incidents.html", filterset, **fields)


def without_empty(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the same URL without the empty values that a form submits; None if there are none. It makes shared
    URLs short and unique."""
    given = [(name, value) for name, values in request.GET.lists() for value in values]
    kept = [(name, value) for name, value in given if value]
    if kept == given:
        return None
    return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path)
