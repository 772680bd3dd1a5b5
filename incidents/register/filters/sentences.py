"""The active filter as a sentence, and as chips, each with a link that removes its limit.

Every part of the sentence is a translatable phrase of its own, so that each language can word it freely.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from incidents.register.as_of import PARAMETER
from incidents.register.filters.filter_types import Codes
from incidents.register.filters.filtersets import IncidentFilter, StrictFilterSet
from incidents.register.filters.incidents import SORT
from incidents.wording import day


def query(data: QueryDict, *, without: str | None = None, value: str | None = None) -> str:
    """The query string without empty values and the page, and without one parameter or one value of it."""
    kept = [
        (name, each)
        for name, values in data.lists()
        for each in values
        if each and name != "page" and not (name == without and value in (None, each))
    ]
    return urlencode(kept)


def chips(filterset: StrictFilterSet, data: QueryDict) -> list[dict[str, str]]:
    """Each active limit with the query string that removes it; a parameter with several values has a chip for each."""
    found = []
    if filterset.form.cleaned_data.get(PARAMETER):
        label = str(filterset.form.fields[PARAMETER].label)
        found.append(_chip(label, day(filterset.form.cleaned_data[PARAMETER]), query(data, without=PARAMETER)))
    for name, value in filterset.active.items():
        limit = filterset.filters[name]
        if isinstance(limit, Codes):
            pairs = zip(value, limit.labels(value), strict=True)
            found += [_chip(str(limit.label), label, query(data, without=name, value=code)) for code, label in pairs]
        else:
            shown = limit.shown(value, str(filterset.data[name]).strip())
            found.append(_chip(str(limit.label), shown, query(data, without=name)))
    return found


def _chip(label: str, value: str, rest: str) -> dict[str, str]:
    return {"label": label, "value": value, "remove_url": f"?{rest}" if rest else "./"}


def limits_sentence(filterset: IncidentFilter, found: int, total: int) -> str:
    """For instance "5 of 16 incidents: in Donetsk Oblast, graded corroborated.", without the order."""
    said = pgettext("a list in a sentence", "%(sentence)s.") % {"sentence": _limits(filterset, found, total)}
    return _with_day(filterset, said)


def incidents_sentence(filterset: IncidentFilter, found: int, total: int) -> str:
    """For instance "5 of 16 incidents: in Donetsk Oblast, graded corroborated; sorted by date, latest first."."""
    if found < 2:
        return limits_sentence(filterset, found, total)
    said = {"sentence": _limits(filterset, found, total), "order": str(dict(SORT.choices)[filterset.order])}
    return _with_day(filterset, pgettext("a list in a sentence", "%(sentence)s; sorted %(order)s.") % said)


def _with_day(filterset: StrictFilterSet, said: str) -> str:
    """The sentence; if an earlier day is shown, with that day."""
    asked = filterset.form.cleaned_data.get(PARAMETER)
    return said + " " + _("This is the register as of %(day)s.") % {"day": day(asked)} if asked else said


def _limits(filterset: IncidentFilter, found: int, total: int) -> str:
    parts = [part for part in _parts(filterset) if part]
    if not parts:
        return ngettext("%(n)s incident", "All %(n)s incidents", total) % {"n": total}
    numbers = {"found": found, "n": total, "limits": ", ".join(parts)}
    said = ngettext("%(found)s of %(n)s incident: %(limits)s", "%(found)s of %(n)s incidents: %(limits)s", total)
    return said % numbers


def _parts(filterset: IncidentFilter) -> list[str]:
    active = filterset.active
    limits = sorted((filterset.filters[name] for name in active), key=lambda limit: limit.position)
    return [limit.said(active) for limit in limits]


def in_oblast(data: QueryDict, iso: str) -> str:
    """The query string with this region as the only one, on the first page."""
    kept = [(name, each) for name, values in data.lists() for each in values if each and name not in ("page", "oblast")]
    return urlencode([*kept, ("oblast", iso)])
