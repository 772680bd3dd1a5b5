"""Two editions of a record side by side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from incidents.register.filters.fields import WholeNumberField, shown
from incidents.register.head import public_page
from incidents.register.models import Edition
from incidents.register.pages.citing import page_of
from incidents.register.pages.edition_differences import parts_of
from incidents.register.pages.presenters import edition_line
from incidents.register.pages.records import edition_in, editions_of, is_withdrawn, to_target, tombstone
from incidents.vocabulary import RecordKind

ENDS = ("from", "to")
# The list of each kind of record, and its label.
LISTS = {
    RecordKind.INCIDENT: ("incidents", gettext_lazy("Incidents")),
    RecordKind.SOURCE: ("sources", gettext_lazy("Sources")),
    RecordKind.INVESTIGATION: ("investigations", gettext_lazy("Investigations")),
    RecordKind.TOTAL: ("totals", gettext_lazy("Reported totals")),
}


@public_page
def compare(request: HttpRequest, kind: RecordKind, code: str) -> HttpResponse:
    """The differences of two editions; by default of the newest and the one before.

    400 for numbers that are not a valid pair, 404 for an edition that does not exist; withdrawn and merged records are
    handled as on their other pages.
    """
    editions = editions_of(kind, code)
    if is_withdrawn(editions):
        return tombstone(request, editions)
    first, last = _asked(request, editions)
    before, after = edition_in(editions, first), edition_in(editions, last)
    if after.is_tombstone:
        return to_target(after)
    return render(request, "register/compare.html", _context(editions, before, after))


def _asked(request: HttpRequest, editions: list[Edition]) -> tuple[int, int]:
    """The numbers of the older and the newer edition. Raises BadRequest, and Http404 for a record with one edition."""
    unknown = sorted(set(request.GET) - set(ENDS))
    if unknown:
        message = _("“%(name)s” is not a parameter of this page. It takes: from, to.")
        raise BadRequest(message % {"name": shown(unknown[0])})
    numbers = [_number(request, name) for name in ENDS]
    readable = [edition.number for edition in editions if not edition.is_tombstone]
    if len(readable) < 2:
        raise Http404(_("This record has one edition only: there is nothing to compare it with."))
    last = numbers[1] or (readable[0] if not numbers[0] or numbers[0] < readable[0] else numbers[0])
    first = numbers[0] or last - 1 or 1
    if first >= last:
        message = _(
            "The first edition has to be older than the second. Give two numbers in order, like from=1 and to=2."
        )
        raise BadRequest(message)
    return first, last


def _number(request: HttpRequest, name: str) -> int | None:
    values = request.GET.getlist(name)
    if len(values) > 1:
        raise BadRequest(f"{name}: {_('This may be given only once.')}")
    try:
        return WholeNumberField(required=False).clean("".join(values))
    except forms.ValidationError as error:
        raise BadRequest(f"{name}: {' '.join(error.messages)}") from error


def _context(editions: list[Edition], before: Edition, after: Edition) -> dict[str, Any]:
    old, new = before.content, after.content
    parts = parts_of(old, new)
    kind = RecordKind(after.kind)
    page, name = LISTS[kind]
    count = ngettext("%(n)s part differs.", "%(n)s parts differ.", len(parts)) % {"n": len(parts)}
    return {
        "before": edition_line(before),
        "after": edition_line(after),
        "between": [edition_line(each) for each in reversed(editions) if before.number < each.number <= after.number],
        "editions": [each for each in editions if not each.is_tombstone],
        "code": after.code,
        "title": new.get("title") or new.get("body"),
        "warning": new.get("content_warning") or old.get("content_warning"),
        "open_parts": [part for part in parts if not part.is_graphic],
        "warned_parts": [part for part in parts if part.is_graphic],
        "sentence": count if parts else _("Nothing that a reader sees differs between these two editions."),
        "trail": [
            {"label": name, "url": reverse(f"register:{page}")},
            {"label": after.code, "url": page_of(kind, after.code)},
            {"label": _("Two editions"), "url": ""},
        ],
    }
