"""Charts of the filtered list: all of them on a page, and each as an image or as a table of its numbers."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.register.as_of import list_of_its_day
from incidents.register.charts.catalogue import FIGURES
from incidents.register.charts.figure import Asked, Figure
from incidents.register.charts.picture import png
from incidents.register.charts.sheet import inline, standalone
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.filters.lists import refused_incidents
from incidents.register.filters.sentences import chips, limits_sentence, query
from incidents.register.head import public_page
from incidents.register.models import RegisterIncident
from incidents.register.problems import ProblemError, check, data_view
from incidents.register.tables.about import LICENCE_URL, About, about
from incidents.register.tables.writing import as_csv, csv_metadata

SHAPES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8; header=present"}
CSVW = "csv-metadata.json"


@public_page
@list_of_its_day
def figures(request: HttpRequest) -> HttpResponse:
    """All charts of the filtered list. An invalid filter is answered like that of the list."""
    filterset = _filterset(request)
    if not filterset.is_valid():
        return refused_incidents(request, filterset)
    asked = _asked(request, filterset)
    made = [make(asked) for make in FIGURES.values()]
    context = {
        "figures": [inline(figure) for figure in made if not figure.is_empty],
        "shapes": list(SHAPES),
        "sentence": _sentence(filterset),
        "chips": chips(filterset, request.GET),
        "clear_url": reverse("register:figures"),
        "query": query(request.GET),
    }
    return render(request, "register/figures.html", context)


@data_view
@list_of_its_day
def figure_file(request: HttpRequest, name: str, shape: str) -> HttpResponse:
    """One chart as SVG, PNG or CSV; 404 for an unknown chart or format."""
    if name not in FIGURES or shape not in (*SHAPES, CSVW):
        known = {"names": ", ".join(FIGURES), "formats": ", ".join(SHAPES)}
        detail = _("There is no such chart or format. Charts: %(names)s. Formats: %(formats)s.") % known
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    filterset = _filterset(request)
    check(filterset)
    told = about(request, query(request.GET), _sentence(filterset))
    figure = FIGURES[name](_asked(request, filterset))
    if shape == CSVW:
        return _metadata(figure, told)
    response = HttpResponse(_body(figure, told, shape), content_type=SHAPES[shape])
    response.headers["Content-Disposition"] = f'attachment; filename="{told.file_name(figure.table.name, shape)}"'
    response.headers["X-Register-Head"] = f"{told.head.number} {told.head.digest}".strip()
    response.headers["Link"] = _links(told, shape)
    return response


def _filterset(request: HttpRequest) -> IncidentFilter:
    return IncidentFilter(request.GET, queryset=RegisterIncident.objects.current())


def _asked(request: HttpRequest, filterset: IncidentFilter) -> Asked:
    return Asked(filterset, request.GET, get_language() or "en")


def _sentence(filterset: IncidentFilter) -> str:
    """The filter as a sentence, without its order: a chart has its own."""
    return limits_sentence(filterset, filterset.qs.count(), filterset.queryset.count())


def _body(figure: Figure, told: About, shape: str) -> bytes:
    if shape == "csv":
        return b"".join(as_csv(figure.table, figure.rows))
    sheet = standalone(figure, told)
    return png(sheet) if shape == "png" else sheet.encode()


def _metadata(figure: Figure, told: About) -> JsonResponse:
    body = csv_metadata(figure.table, told, told.address.replace(f".{CSVW}", ".csv", 1))
    return JsonResponse(body, content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False})


def _links(told: About, shape: str) -> str:
    """The `Link` header: the licence and, for CSV, the metadata."""
    licence = f'<{LICENCE_URL}>; rel="license"'
    if shape != "csv":
        return licence
    path, mark, asked = told.address.partition("?")
    described = f"{path.removesuffix('csv')}{CSVW}{mark}{asked}"
    return f'<{described}>; rel="describedby"; type="application/csvm+json", {licence}'
