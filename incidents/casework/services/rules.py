"""Rules across several fields of a record or row. Each function yields the field ("" for the whole) and the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from incidents.identity.web_addresses import address_key, web_address
from incidents.records.models import (
    Citation,
    Incident,
    Observation,
    Record,
    Source,
    SourceDerivation,
)
from incidents.records.models.incidents import COUNT_ENDS
from incidents.vocabulary import Access, PlacePrecision

type Broken = Iterator[tuple[str, str]]
type Values = dict[str, Any]


def _incident(values: Values, incident: Incident, _record: Record | None) -> Broken:
    for who in ("killed", "survived"):
        given = [(end, values.get(f"{who}_{end}")) for end in COUNT_ENDS]
        present = [(end, number) for end, number in given if number is not None]
        for (_low, smaller), (end, larger) in pairwise(present):
            if smaller > larger:
                yield f"{who}_{end}", _("At least ≤ best estimate ≤ at most: this number is too low.")
    known = {"latitude", "longitude"} <= values.keys()
    if known and (values["latitude"] is None) != (values["longitude"] is None):
        yield "longitude", _("Give both coordinates or neither.")
    if known and values["latitude"] == values["longitude"] == 0:
        yield "latitude", _("0, 0 is a point in the Atlantic. Leave both fields empty where there are no coordinates.")
    inside, outside = values.get("precision"), values.get("public_precision")
    if inside and outside and PlacePrecision(outside).rank < PlacePrecision(inside).rank:
        yield "public_precision", _("What is published may not be finer than what is known inside.")
    if incident.pk and incident in values.get("related", []):
        yield "related", _("An incident is not related to itself.")


def _citation(values: Values, _citation: Citation, _record: Record | None) -> Broken:
    for who in ("killed", "survived"):
        low, high = values.get(f"{who}_low"), values.get(f"{who}_high")
        if low is not None and high is not None and low > high:
            yield f"{who}_high", _("The highest number is lower than the lowest.")
    if values.get("via") is not None and values.get("via") == values.get("source"):
        yield "via", _("A source does not come from itself.")


def _observation(values: Values, _observation: Observation, _record: Record | None) -> Broken:
    if not (values.get("text_en") or values.get("text_uk")):
        yield "", _("Say what is seen or heard, in one language at least.")


def _source(values: Values, source: Source, _record: Record | None) -> Broken:
    if archived := values.get("archive_url"):
        copy = web_address(archived)
        if "url" in values and not values["url"]:
            yield "url", _("Give the address of the original too. If it is not known, the copy's is the address.")
        if not copy.is_copy:
            yield "archive_url", _("This is not an address in a web archive, such as web.archive.org or archive.ph.")
        elif copy.original and values.get("url") and copy.key != address_key(values["url"]):
            yield "archive_url", _("This is a copy of another page: %(address)s") % {"address": copy.original}
    if values.get("access") == Access.CONFIDENTIAL and source.pk and source.is_public:
        yield "access", _("It is public already. A reviewer can withdraw it.")


def _derivation(values: Values, _derivation: SourceDerivation, record: Record | None) -> Broken:
    upstream = values.get("upstream")
    if record is None or upstream is None:
        return
    if record.pk == upstream.pk:
        yield "upstream", _("A source does not derive from itself.")
    elif _leads_back(upstream, record):
        yield (
            "upstream",
            _("%(code)s derives from this source: that would be a circle.") % {"code": upstream.code},
        )


def _leads_back(upstream: Source, source: Record) -> bool:
    """Whether the derivations of `upstream` lead to `source`."""
    waiting, seen = {upstream.pk}, set[int]()
    while waiting:
        if source.pk in waiting:
            return True
        seen |= waiting
        further = SourceDerivation.objects.filter(source__in=waiting).values_list("upstream_id", flat=True)
        waiting = set(further) - seen
    return False


RULES: dict[type[Model], Callable[[Values, Any, Record | None], Broken]] = {
    Incident: _incident,
    Citation: _citation,
    Observation: _observation,
    Source: _source,
    SourceDerivation: _derivation,
}


def broken(model: type[Model], values: Values, instance: Model, record: Record | None) -> Broken:
    """The errors of these values; `record` is the record that a row belongs to, None for a new one."""
    if model in RULES:
        yield from RULES[model](values, instance, record)
