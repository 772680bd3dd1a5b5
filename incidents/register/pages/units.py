"""The units that attributions name, and one unit with what is ascribed to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.gazetteer.names import ukrainian_sort_key
from incidents.register.as_of import record_of_its_day
from incidents.register.filters.facet_index import current_index
from incidents.register.head import public_page
from incidents.register.models import RegisterIncident, RegisterUnit
from incidents.register.pages.presenters import card
from incidents.register.source_lookup import SourceLookup
from incidents.wording import pick, texts

MOST_INCIDENTS = 100  # on one page; the list of incidents has them all


@public_page
@record_of_its_day
def units(request: HttpRequest) -> HttpResponse:
    """All units in alphabetical order, each with the number of its incidents."""
    naming = current_index().values("unit")
    lines = [{"unit": unit, "incidents": len(naming.get(unit.code, ()))} for unit in RegisterUnit.objects.all()]
    lines.sort(key=lambda line: ukrainian_sort_key(str(pick(texts(line["unit"], "name")))))
    return render(request, "register/units.html", {"lines": lines})


@public_page
@record_of_its_day
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: in which incidents it is named, by whom, and with which confidence. 404 for one that none names."""
    found = RegisterUnit.objects.filter(code=code).first()
    if found is None:
        raise Http404
    naming = RegisterIncident.objects.current().filter(units__contains=[code]).select_related("edition")
    rows = list(naming.order_by("-sort_date", "code")[: MOST_INCIDENTS + 1])
    name = texts(found, "name")
    context = {
        "unit": found,
        "name": name,
        "incidents": list(_incidents(rows[:MOST_INCIDENTS], code)),
        "has_more": len(rows) > MOST_INCIDENTS,
        "list_url": f"{reverse('register:incidents')}?unit={code}",
        "trail": [{"label": _("Units"), "url": reverse("register:units")}, {"label": code, "url": ""}],
    }
    return render(request, "register/unit.html", context)


def _incidents(rows: list[RegisterIncident], code: str) -> Iterator[dict[str, Any]]:
    """The incidents that name a unit, each with what it ascribes to it."""
    ascribed = {
        row.code: [each for each in row.edition.content["attributions"] if each["unit"] == code] for row in rows
    }
    lookup = SourceLookup(each["said_by"] for attributions in ascribed.values() for each in attributions)
    for row in rows:
        attributions = [each | {"sources": lookup.refs([each["said_by"]])} for each in ascribed[row.code]]
        yield {"card": card(row), "attributions": attributions}
