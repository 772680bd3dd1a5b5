"""The lists as files: the same URL with a file extension, the same filter, the same rows in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.register.as_of import list_of_its_day
from incidents.register.exports.choices import CHOICES, Choice
from incidents.register.exports.copying import copied
from incidents.register.exports.package import package
from incidents.register.exports.tables import TABLES
from incidents.register.exports.workbook import MOST_ROWS, as_workbook
from incidents.register.filters.sentences import query
from incidents.register.head import public_page
from incidents.register.problems import ProblemError, check, data_view
from incidents.register.tables.about import LICENCE_NAME, LICENCE_URL, About, about, read_head
from incidents.register.tables.writing import as_geojson, as_json, csv_metadata

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSVW = "-metadata.json"  # the suffix of a file's metadata in "CSV on the Web"

type Writer = Callable[[Choice, About, QuerySet[Any]], HttpResponseBase]


def _csv(choice: Choice, told: About, rows: QuerySet[Any]) -> HttpResponseBase:
    response = _streamed("text/csv; charset=utf-8; header=present", copied(choice.table, rows))
    path = told.address.split("?")[0] + CSVW + (f"?{told.query}" if told.query else "")
    response.headers["Link"] = f'<{path}>; rel="describedby"; type="application/csvm+json"'
    return response


def _json(choice: Choice, told: About, rows: QuerySet[Any]) -> HttpResponseBase:
    return _streamed("application/json", as_json(told, choice.table.records(rows)))


def _geojson(choice: Choice, told: About, rows: QuerySet[Any]) -> HttpResponseBase:
    return _streamed("application/geo+json", as_geojson(told, choice.table.records(rows)))


def _xlsx(choice: Choice, told: About, rows: QuerySet[Any]) -> HttpResponseBase:
    if rows.count() > MOST_ROWS:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, _("A sheet cannot hold so many rows. Narrow the filter, or take CSV.")
        )
    return FileResponse(as_workbook(choice.table, told, choice.table.rows(rows)), content_type=XLSX)


WRITERS: dict[str, Writer] = {"csv": _csv, "json": _json, "xlsx": _xlsx}
SHAPES: dict[str, dict[str, Writer]] = dict.fromkeys(CHOICES, WRITERS) | {"incidents": WRITERS | {"geojson": _geojson}}


def _streamed(content_type: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    return StreamingHttpResponse(_at_one_moment(pieces), content_type=content_type)


def _at_one_moment(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Stream in one transaction: a server-side cursor then yields rows as they are found."""
    with transaction.atomic(using="register"):
        yield from pieces


@data_view
@list_of_its_day
def table(request: HttpRequest, name: str, shape: str) -> HttpResponseBase:
    """One table in one format; 400 for an invalid filter, 404 for a format that is not offered."""
    writer = SHAPES[name].get(shape)
    if writer is None:
        formats = ", ".join([*SHAPES[name], "atom"])
        detail = _("This format is not offered. There are: %(formats)s.") % {"formats": formats}
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    choice, told, rows = _chosen(request, name)
    response = writer(choice, told, rows)
    response.headers["Content-Disposition"] = f'attachment; filename="{told.file_name(name, shape)}"'
    response.headers["X-Register-Head"] = f"{told.head.number} {told.head.digest}".strip()
    links = [response.headers.get("Link", ""), f'<{LICENCE_URL}>; rel="license"']
    response.headers["Link"] = ", ".join(link for link in links if link)
    return response


@data_view
@list_of_its_day
def metadata(request: HttpRequest, name: str) -> HttpResponse:
    """The CSV on the Web metadata of the file with the same filter: time, head, filter, licence, columns."""
    choice, told, _rows = _chosen(request, name)
    address = told.address.replace(f".csv{CSVW}", ".csv", 1)
    body = csv_metadata(choice.table, told, address)
    return JsonResponse(body, content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False})


def _chosen(request: HttpRequest, name: str) -> tuple[Choice, About, QuerySet[Any]]:
    choice = CHOICES[name]
    filterset = choice.asked(request.GET)
    check(filterset)
    return choice, about(request, query(request.GET), choice.words(filterset)), choice.ordered(filterset)


@data_view
def whole_register(request: HttpRequest) -> StreamingHttpResponse:
    """The whole register as a data package; 400 for any parameter, since there is no filtered package."""
    if request.GET:
        raise ProblemError(HTTPStatus.BAD_REQUEST, _("This file is always the whole register: it takes no parameters."))
    head = read_head()
    response = StreamingHttpResponse(package(), content_type="application/zip")
    stem = "-".join(part for part in ("register", f"head-{head.number}", head.digest[:8]) if part)
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.zip"'
    response.headers["X-Register-Head"] = f"{head.number} {head.digest}".strip()
    response.headers["Link"] = f'<{LICENCE_URL}>; rel="license"'
    return response


@public_page
def documentation(request: HttpRequest) -> HttpResponse:
    """The documentation of the exports: formats, columns, errors."""
    files = [
        {
            "name": name,
            "meaning": choice.table.meaning,
            "shapes": [(shape, file_of(name, shape)) for shape in SHAPES[name]],
        }
        for name, choice in CHOICES.items()
    ]
    context = {"files": files, "tables": TABLES, "licence_url": LICENCE_URL, "licence": LICENCE_NAME}
    return render(request, "register/exports/documentation.html", context)


def file_of(name: str, shape: str) -> str:
    """The URL of a table in one format, in the active language."""
    return reverse("register:file", kwargs={"name": name, "shape": shape})
