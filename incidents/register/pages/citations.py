"""The citation of one edition as a file."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from incidents.register.exports.tables import FOLDERS
from incidents.register.pages.citation_formats import SHAPES, reference
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn
from incidents.register.problems import ProblemError, data_view

KINDS = {folder: kind for kind, folder in FOLDERS.items()}


@data_view
def cite(request: HttpRequest, folder: str, code: str, number: str, shape: str) -> HttpResponse:
    """The citation of an edition; 404 for an unknown format, 410 for a withdrawn record."""
    if shape not in SHAPES:
        formats = ", ".join(SHAPES)
        detail = _("This format is not offered. There are: %(formats)s.") % {"formats": formats}
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    editions = editions_of(KINDS[folder], code)
    edition = edition_in(editions, int(number))
    if is_withdrawn(editions) or edition.is_tombstone:
        tombstone = editions[0] if is_withdrawn(editions) else edition
        raise ProblemError(HTTPStatus.GONE, _("The record was withdrawn."), reason=tombstone.content["reason"])
    content_type, write = SHAPES[shape]
    cited = reference(edition)
    response = HttpResponse(write(cited).encode(), content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{cited.identity}.{shape}"'
    return response
