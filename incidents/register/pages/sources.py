"""The list of sources, and one source: the incidents that cite it, and its derivations in both directions."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.register.as_of import list_of_its_day, record_of_its_day
from incidents.register.filters.filtersets import SourceFilter
from incidents.register.filters.lists import refused, requested_page, without_empty
from incidents.register.filters.sentences import chips, query
from incidents.register.head import public_page
from incidents.register.models import (
    Document,
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSource,
    RegisterTotal,
    names_source,
)
from incidents.register.pages.citing import citable
from incidents.register.pages.corroboration_layout import cell_of
from incidents.register.pages.presenters import edition_lines
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn, tombstone
from incidents.register.source_lookup import SourceLookup
from incidents.vocabulary import Access, Publication, RecordKind
from incidents.wording import texts

PER_PAGE = 50


@public_page
@list_of_its_day
def sources(request: HttpRequest) -> HttpResponse:
    """Sources by filter, the newest first; 400 for an invalid parameter."""
    filterset = SourceFilter(request.GET, queryset=RegisterSource.objects.all())
    if not filterset.is_valid():
        return refused(request, "register/sources.html", filterset)
    if shorter := without_empty(request):
        return shorter
    rows = filterset.ordered.defer("vector").annotate(incidents=Coalesce(Subquery(_n_citing()), 0))
    paginator = Paginator(rows, PER_PAGE)
    page = requested_page(filterset, paginator)
    if page is None:
        return refused(request, "register/sources.html", filterset)
    context = {
        "filterset": filterset,
        "form": filterset.form,
        "page": page,
        "sentence": ngettext("%(n)s source, latest first.", "%(n)s sources, latest first.", paginator.count)
        % {"n": paginator.count},
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:sources"),
        "query": query(request.GET),
    }
    return render(request, "register/sources.html", context)


def _n_citing() -> QuerySet[RegisterCitation, Any]:
    """The number of incidents that cite a source, as a subquery: the views of former rows have no primary key to
    group by."""
    citing = RegisterCitation.objects.filter(source=OuterRef("pk"), incident__state=Publication.PUBLISHED)
    return citing.order_by().values("source").annotate(n=Count("incident", distinct=True)).values("n")


@public_page
@record_of_its_day
def source(request: HttpRequest, code: str) -> HttpResponse:
    """The current edition; 410 with the reason for a withdrawn source."""
    editions = editions_of(RecordKind.SOURCE, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/source.html", _context(editions, editions[0]))


@public_page
def source_edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition, current or not."""
    editions = editions_of(RecordKind.SOURCE, code)
    edition = edition_in(editions, number)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    return render(request, "register/source.html", _context(editions, edition) | {"at_edition": True})


def _context(editions: list[Edition], edition: Edition) -> dict[str, Any]:
    document = edition.content
    lookup = SourceLookup(each["source"] for each in document["derived_from"])
    derived = RegisterDerivation.objects.filter(upstream=edition.code).select_related("source")
    return {
        "at_edition": False,
        "document": document,
        "restricted": document["access"] == Access.RESTRICTED,
        "edition": edition,
        "newest": editions[0],
        "is_current": edition is editions[0],
        "derived_from": [each | {"row": lookup[each["source"]]} for each in document["derived_from"]],
        "derived": sorted(derived, key=lambda each: (each.how, each.source.published, each.source_id)),
        "incidents": _incidents(edition.code),
        "investigations": RegisterInvestigation.objects.filter(names_source(edition.code, "edition__")).defer("vector"),
        "totals": RegisterTotal.objects.filter(source=edition.code),
        "editions": edition_lines(editions),
        "citation": citable(edition, document["title"]),
        "trail": [{"label": _("Sources"), "url": reverse("register:sources")}, {"label": edition.code, "url": ""}],
    }


def _incidents(code: str) -> list[dict[str, Any]]:
    """The incidents that name the source, with its citations there; empty where it is named without being cited."""
    rows = RegisterIncident.objects.citing(code).order_by("code").only("code", "title_en", "title_uk", "date", "grade")
    said: dict[str, list[dict[str, Any]]] = {}
    for citation in RegisterCitation.objects.filter(source=code):
        said.setdefault(citation.incident_id, []).append({"facts": citation.facts, "cell": _cell(citation)})
    return [{"row": row, "said": said.get(row.code, [])} for row in rows]


def _cell(citation: RegisterCitation) -> Document:
    return cell_of(
        {
            "stance": citation.stance,
            "quote": citation.quote,
            "quote_language": citation.quote_language,
            "translation": texts(citation, "quote"),
            "locator": texts(citation, "locator"),
        }
    )
