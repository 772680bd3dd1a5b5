"""A preview of the public page: the register's layout with the desk's sources."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from incidents.corroboration.independence import Corroboration
from incidents.records.models import Source, SourceDerivation
from incidents.register.pages.corroboration_layout import Layout
from incidents.register.source_lookup import LINE, Links, SourceLookup
from incidents.vocabulary import RecordKind
from incidents.wording import publisher_of


class DeskSourceLookup(SourceLookup):
    """The sources of casework, published or not. Each links to its page at the desk, since it may have no public
    one."""

    def __init__(self, codes: set[str]) -> None:
        self._lines = {source.code: self._line(source) for source in Source.objects.filter(code__in=codes)}

    def _line(self, source: Source) -> dict[str, Any]:
        line = {name: getattr(source, name, "") for name in LINE} | {"publisher": publisher_of(source)}
        return line | {"href": reverse("desk:record", kwargs={"kind": RecordKind.SOURCE, "code": source.code})}


class DeskLinks(Links):
    """The derivations of casework."""

    def __init__(self, codes: set[str]) -> None:
        rows = SourceDerivation.objects.filter(source__code__in=codes, upstream__code__in=codes)
        found = rows.values_list("source__code", "upstream__code", "how")
        self._how = {(source, upstream): how for source, upstream, how in found}


def layout(document: dict[str, Any], found: Corroboration) -> Layout:
    """The matrix and the tree of a document that is not published."""
    counted = found.summary()
    codes = {each["source"] for each in document["citations"]} | _codes(counted["tree"])
    return Layout(document, counted, DeskSourceLookup(codes), DeskLinks(codes))


def _codes(branches: Any) -> set[str]:
    """The codes of all sources in a tree."""
    codes: set[str] = set()
    for branch in branches:
        codes |= {branch["source"]} if "source" in branch else set()
        codes |= _codes(branch.get("roots", ())) | _codes(branch.get("children", ()))
    return codes
