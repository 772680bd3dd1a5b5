"""Feeds of the lists and of the corrections, the sitemap, and robots.txt."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.register.as_of import list_of_its_day
from incidents.register.exports.choices import CHOICES
from incidents.register.feeds import sitemaps
from incidents.register.feeds.syndication import (
    Entry,
    as_atom,
    citation_entry,
    correction_entry,
    incident_entry,
    investigation_entry,
    source_entry,
    total_entry,
)
from incidents.register.filters.filtersets import CorrectionFilter, StrictFilterSet
from incidents.register.filters.sentences import chips, query
from incidents.register.head import public_page
from incidents.register.pages.citing import absolute
from incidents.register.pages.corrections import correction_line
from incidents.register.pages.corrections import corrections as corrected
from incidents.register.pages.home import title_in, titles_of
from incidents.register.problems import ProblemError, check, data_view
from incidents.register.tables.about import read_head

PER_FEED = 50
ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
RECORDS: dict[str, tuple[Any, Callable[[Any], Entry]]] = {
    "sources": (gettext_lazy("Sources"), source_entry),
    "investigations": (gettext_lazy("Investigations"), investigation_entry),
    "totals": (gettext_lazy("Reported totals"), total_entry),
}
# Relations to fetch for the entries of a feed, and columns to defer.
READ = {
    "incidents": (("edition",), ("corroboration",)),
    "citations": (("incident", "source"), ("incident__corroboration", "quote", "quote_en", "quote_uk")),
}


@data_view
@list_of_its_day
def incidents(request: HttpRequest) -> HttpResponse:
    """The incidents that match a filter, the latest publication first by default."""
    return _of_incidents(request, "incidents", _("Incidents"), incident_entry)


@data_view
@list_of_its_day
def citations(request: HttpRequest) -> HttpResponse:
    """The citations of the incidents that match a filter, in the order of the feed of incidents."""
    return _of_incidents(request, "citations", _("Citations"), citation_entry)


def _of_incidents(request: HttpRequest, name: str, title: str, entry: Callable[[Any], Entry]) -> HttpResponse:
    choice = CHOICES[name]
    filterset = choice.asked(_latest_first(request.GET))
    check(filterset)
    related, unread = READ[name]
    page = _requested(filterset, choice.ordered(filterset).select_related(*related).defer(*unread))
    links = _links(request, page, reverse("register:incidents"))
    return _feed(request, title, filterset, choice.words(filterset), links, [entry(row) for row in page])


def _latest_first(data: QueryDict) -> QueryDict:
    asked = data.copy()
    if asked.getlist("sort") in ([], [""]):
        asked["sort"] = "-published"
    return asked


@data_view
@list_of_its_day
def records(request: HttpRequest, name: str) -> HttpResponse:
    """The sources, investigations or totals that match a filter, the latest publication first."""
    title, entry = RECORDS[name]
    choice = CHOICES[name]
    filterset = choice.asked(request.GET)
    check(filterset)
    page = _requested(filterset, choice.ordered(filterset).order_by("-published_at", "code"))
    links = _links(request, page, reverse(f"register:{name}"))
    return _feed(request, str(title), filterset, choice.words(filterset) + ".", links, [entry(row) for row in page])


@data_view
@list_of_its_day
def corrections(request: HttpRequest) -> HttpResponse:
    """Every edition after the first of its record, the newest first."""
    filterset = CorrectionFilter(request.GET, queryset=corrected())
    check(filterset)
    page = _requested(filterset, filterset.qs)
    titles = titles_of(page)
    entries = [correction_entry(each, title_in(titles, each), correction_line(each)) for each in page]
    subtitle = _("Every change to something published: updated, corrected, withdrawn or merged, with the reason.")
    links = _links(request, page, reverse("register:corrections"))
    return _feed(request, _("Corrections"), filterset, subtitle, links, entries)


def _feed(
    request: HttpRequest,
    name: str,
    filterset: StrictFilterSet,
    subtitle: str,
    links: dict[str, str],
    entries: list[Entry],
) -> HttpResponse:
    """The feed. Its subtitle names the filter and the state of the register."""
    head = read_head()
    words = (_title(name, filterset, request.GET), f"{subtitle} {head.words}")
    response = HttpResponse(as_atom(*words, links, entries, head.published_at), content_type=ATOM)
    response.headers["X-Register-Head"] = f"{head.number} {head.digest}".strip()
    return response


def _title(name: str, filterset: StrictFilterSet, data: QueryDict) -> str:
    """The title in a feed reader: register, list and filter."""
    limits = "; ".join(f"{chip['label']}: {chip['value']}" for chip in chips(filterset, data))
    title = f"{settings.REGISTER_NAME}: {name}"
    return f"{title} ({limits})" if limits else title


def _requested(filterset: StrictFilterSet, rows: Any) -> Page[Any]:
    try:
        return Paginator(rows, PER_FEED).page(filterset.page_number)
    except EmptyPage:
        detail = _("This list has fewer pages than that.")
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail, errors=[{"parameter": "page", "detail": detail}]) from None


def _links(request: HttpRequest, page: Page[Any], alternate: str) -> dict[str, str]:
    """The feed's own URL, the list's, and the previous and next pages (RFC 5005)."""
    asked = query(request.GET)

    def at(path: str, number: int = 1) -> str:
        parameters = [each for each in (asked, f"page={number}" if number > 1 else "") if each]
        return f"{path}?{'&'.join(parameters)}" if parameters else path

    links = {"self": at(request.path, page.number), "alternate": at(alternate), "first": at(request.path)}
    if page.has_previous():
        links["previous"] = at(request.path, page.number - 1)
    if page.has_next():
        links["next"] = at(request.path, page.number + 1)
    return links


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of sitemaps."""
    addresses = [absolute(reverse("register:sitemap_part", args=part)) for part in sitemaps.parts()]
    return render(request, "register/sitemap_index.xml", {"addresses": addresses}, content_type=XML)


@public_page
def sitemap_part(request: HttpRequest, kind: str, part: int) -> HttpResponse:
    """One map: pages in both languages, each beside the other."""
    urls = sitemaps.urls_of(kind, part)
    if not urls:
        raise Http404(_("There is no such map."))
    return render(request, "register/sitemap.xml", {"urls": urls}, content_type=XML)


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: everything public is allowed; desk, accounts and admin are not."""
    private = [f"Disallow: {prefix}/{section}/" for prefix in ("", "/uk") for section in ("desk", "accounts", "admin")]
    lines = ["User-agent: *", *private, "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
