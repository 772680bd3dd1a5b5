"""The active filter as a sentence, and as chips that each take themselves away.

Every part of the sentence is a phrase of its own, so that a translation may word it as its language needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from incidents.register.as_of import PARAMETER
from incidents.register.filters.filtersets import IncidentFilter, StrictFilterSet
from incidents.templatetags.register_tags import day
from incidents.vocabulary import StepStatus


def either(words: Iterable[object]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = [str(word) for word in words]
    if not most:
        return last
    return _("%(most)s or %(last)s") % {"most": ", ".join(most), "last": last}


def labels(filterset: StrictFilterSet, name: str, codes: Iterable[str]) -> list[str]:
    """The labels of codes that a field offers."""
    offered = {str(code): str(label) for code, label in filterset.form.fields[name].choices}
    return [offered[code] for code in codes]


def query(data: QueryDict, *, without: str | None = None, value: str | None = None) -> str:
    """The address's parameters without the empty ones and the page, and without one parameter or one value of it."""
    kept = [
        (name, each)
        for name, values in data.lists()
        for each in values
        if each and name != "page" and not (name == without and value in (None, each))
    ]
    return urlencode(kept)


def chips(filterset: StrictFilterSet, data: QueryDict) -> list[dict[str, str]]:
    """Each active limit with its address without it; a field that takes several values has a chip for each."""
    found = []
    if filterset.form.cleaned_data.get(PARAMETER):
        label = str(filterset.form.fields[PARAMETER].label)
        found.append(_chip(label, day(filterset.form.cleaned_data[PARAMETER]), query(data, without=PARAMETER)))
    for name, value in filterset.active.items():
        field = filterset.form.fields[name]
        if isinstance(value, list):
            pairs = zip(value, labels(filterset, name, value), strict=True)
            found += [_chip(str(field.label), label, query(data, without=name, value=code)) for code, label in pairs]
        else:
            found.append(_chip(str(field.label), _shown(filterset, name, value), query(data, without=name)))
    return found


def _chip(label: str, value: str, rest: str) -> dict[str, str]:
    return {"label": label, "value": value, "remove_url": f"?{rest}" if rest else "./"}


def _shown(filterset: StrictFilterSet, name: str, value: object) -> str:
    if isinstance(value, date):
        return day(value)
    if hasattr(filterset.form.fields[name], "choices"):
        return labels(filterset, name, [str(value)])[0]
    return str(filterset.data[name]).strip()


def limits_sentence(filterset: IncidentFilter, found: int, total: int) -> str:
    """For instance "5 of 16 incidents: in Donetsk Oblast, graded corroborated.", whatever their order."""
    said = pgettext("a list in a sentence", "%(sentence)s.") % {"sentence": _limits(filterset, found, total)}
    return _with_day(filterset, said)


def incidents_sentence(filterset: IncidentFilter, found: int, total: int) -> str:
    """For instance "5 of 16 incidents: in Donetsk Oblast, graded corroborated; sorted by date, latest first."."""
    if found < 2:
        return limits_sentence(filterset, found, total)
    said = {"sentence": _limits(filterset, found, total), "order": labels(filterset, "sort", [filterset.order])[0]}
    return _with_day(filterset, pgettext("a list in a sentence", "%(sentence)s; sorted %(order)s.") % said)


def _with_day(filterset: StrictFilterSet, said: str) -> str:
    """What is said of today's register as it is; of another day's, that it is that day's."""
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

    def said(name: str) -> str:
        value = active[name]
        return either(labels(filterset, name, value if isinstance(value, list) else [value]))

    phrases: Mapping[str, Any] = {
        "oblast": lambda: _("in %(oblasts)s") % {"oblasts": said("oblast")},
        "grade": lambda: _("graded %(grades)s") % {"grades": said("grade").lower()},
        "conduct": lambda: _("conduct: %(conduct)s") % {"conduct": said("conduct").lower()},
        "setting": lambda: _("setting: %(settings)s") % {"settings": said("setting").lower()},
        "killed_min": lambda: _killed(active["killed_min"]),
        "origins_min": lambda: _origins(active["origins_min"]),
        "year": lambda: _("that may have happened in %(years)s") % {"years": said("year")},
        "investigation": lambda: _investigations(filterset, active["investigation"]),
        "unit": lambda: _("ascribed to: %(unit)s") % {"unit": said("unit")},
        "source_kind": lambda: _("citing a source of the kind “%(kind)s”") % {"kind": said("source_kind")},
        "q": lambda: _("containing the words “%(words)s”") % {"words": filterset.data["q"].strip()},
    }
    dated = _dated(active.get("date_from"), active.get("date_to"))
    return [*(phrases[name]() for name in phrases if name in active), dated]


def _killed(n: int) -> str:
    return ngettext("with at least %(n)s killed", "with at least %(n)s killed", n) % {"n": n}


def _origins(n: int) -> str:
    return ngettext("with at least %(n)s independent origin", "with at least %(n)s independent origins", n) % {"n": n}


def _investigations(filterset: IncidentFilter, codes: list[str]) -> str:
    named = dict(zip(codes, labels(filterset, "investigation", codes), strict=True))
    statuses = [label for code, label in named.items() if code in StepStatus.values]
    said = [label for code, label in named.items() if code not in StepStatus.values]
    if statuses:
        said.append(_("with an investigation whose current status is “%(status)s”") % {"status": either(statuses)})
    return either(said)


def _dated(first: date | None, last: date | None) -> str:
    days = {"first": day(first), "last": day(last)}
    if first and first == last:
        return _("that may have happened on %(first)s") % days
    if first and last:
        return _("that may have happened between %(first)s and %(last)s") % days
    if first:
        return _("that may have happened on or after %(first)s") % days
    return _("that may have happened on or before %(last)s") % days if last else ""
