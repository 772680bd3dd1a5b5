"""The home page, the definitions, the methodology and the corrections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext

from incidents.people_counts import SUMS, KilledSum
from incidents.register.as_of import list_of_its_day
from incidents.register.filters.filtersets import CorrectionFilter
from incidents.register.filters.lists import refused, requested_page
from incidents.register.filters.sentences import chips, query
from incidents.register.head import public_page
from incidents.register.models import Edition, RegisterIncident, RegisterInvestigation, RegisterSource, RegisterTotal
from incidents.register.pages import linked_data
from incidents.register.pages.corrections import correction_line
from incidents.register.pages.corrections import corrections as corrected
from incidents.register.pages.presenters import edition_line
from incidents.vocabulary import PUBLISHED_TERMS, Grade, RecordKind
from incidents.wording import term_anchor

LATEST = 6
PER_PAGE = 50


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The home page: what the register is, its figures, the latest changes."""
    editions = Edition.objects.defer("document").newest_first()
    latest = list(editions.filter(kind=RecordKind.INCIDENT)[:LATEST])
    changed = list(editions.corrections()[:LATEST])
    titles = titles_of([*latest, *changed])
    context = {
        "is_home": True,
        "held": _held(),
        "latest": [titled_line(edition, titles) for edition in latest],
        "corrected": [titled_line(edition, titles) for edition in changed],
        "grades": _grades(),
        "linked_data": linked_data.as_script(linked_data.register()),
    }
    return render(request, "register/home.html", context)


def _held() -> dict[str, Any]:
    """The register in figures. The ends of the range are sums over incidents, each with its own ends."""
    held = RegisterIncident.objects.current().aggregate(
        **SUMS, reports=Sum("reports"), origins=Sum("origins"), first=Min("earliest"), last=Max("latest")
    )
    first, last = held["first"], held["last"]
    years = (str(first.year), str(last.year)) if first and last and first.year < last.year else None
    killed = KilledSum(*(held[name] for name in SUMS))
    return {"killed": killed, "reports": held["reports"], "origins": held["origins"], "years": years}


def _grades() -> list[dict[str, Any]]:
    """The number of incidents by grade, in the order of the vocabulary, without grades that do not occur."""
    counts = dict(
        RegisterIncident.objects.current()
        .order_by()
        .values_list("grade")
        .annotate(n=Count("pk"))
        .values_list("grade", "n")
    )
    return [{"code": grade.value, "n": counts[grade.value]} for grade in Grade if grade.value in counts]


def titles_of(editions: Iterable[Edition]) -> dict[tuple[str, str], Any]:
    """The current titles of the records of some editions, by kind and code."""
    codes: dict[str, set[str]] = {}
    for edition in editions:
        codes.setdefault(edition.kind, set()).add(edition.code)
    titles: dict[tuple[str, str], Any] = {}
    for kind, (model, names) in TITLED.items():
        rows = model.objects.filter(code__in=codes[kind]).values("code", *names) if kind in codes else ()
        for row in rows:
            titles[kind, row["code"]] = _title(row, names)
    return titles


TITLED: dict[str, tuple[Any, tuple[str, ...]]] = {
    RecordKind.INCIDENT: (RegisterIncident, ("title_en", "title_uk")),
    RecordKind.SOURCE: (RegisterSource, ("title",)),
    RecordKind.INVESTIGATION: (RegisterInvestigation, ("title_en", "title_uk")),
    RecordKind.TOTAL: (RegisterTotal, ("body_en", "body_uk")),
}


def _title(row: dict[str, str], names: tuple[str, ...]) -> object:
    if len(names) == 1:
        return row[names[0]]
    return {language: row[name] for language, name in zip(("en", "uk"), names, strict=True) if row[name]}


def titled_line(edition: Edition, titles: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """One edition for `records.edition_line`; a record without a title is named by its code."""
    return edition_line(edition) | {"title": title_in(titles, edition)}


def title_in(titles: dict[tuple[str, str], Any], edition: Edition) -> Any:
    """The current title of an edition's record, else its code."""
    return titles.get((edition.kind, edition.code)) or edition.code


@public_page
def definitions(request: HttpRequest) -> HttpResponse:
    """The definition of every term that a public page uses."""
    groups = [
        {"kind": kind, "anchor": term_anchor(kind, "").rstrip("-"), "terms": terms, "members": list(terms)}
        for kind, terms in ((terms.__name__, terms) for terms in PUBLISHED_TERMS)
    ]
    return render(request, "register/definitions.html", {"groups": groups})


@public_page
def methodology(request: HttpRequest) -> HttpResponse:
    """How an entry is made, in the page's language."""
    language = "uk" if (get_language() or "").startswith("uk") else "en"
    return render(request, "register/methodology.html", {"text": f"register/_methodology_{language}.html"})


@public_page
@list_of_its_day
def corrections(request: HttpRequest) -> HttpResponse:
    """Every edition after the first of its record, the newest first."""
    filterset = CorrectionFilter(request.GET, queryset=corrected())
    if not filterset.is_valid():
        return refused(request, "register/corrections.html", filterset)
    page = requested_page(filterset, Paginator(filterset.qs, PER_PAGE))
    if page is None:
        return refused(request, "register/corrections.html", filterset)
    titles = titles_of(page)
    context = {
        "filterset": filterset,
        "form": filterset.form,
        "page": page,
        "lines": [correction_line(edition) | {"title": title_in(titles, edition)} for edition in page],
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:corrections"),
        "query": query(request.GET),
        "sentence": ngettext("%(n)s change, latest first.", "%(n)s changes, latest first.", page.paginator.count)
        % {"n": page.paginator.count},
    }
    return render(request, "register/corrections.html", context)
