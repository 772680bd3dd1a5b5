"""What the public page would draw, before it is public: the register's own layout, given the desk's sources."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from incidents.casework.corroboration import Corroboration
from incidents.casework.models import Source, SourceDerivation
from incidents.register.corroborating import Layout
from incidents.register.shelf import Line, Links, Shelf
from incidents.vocabulary import RecordKind

SHOWN = ("code", "publisher", "title", "url", "published", "language", "access", "availability")


class DeskShelf(Shelf):
    """The sources as casework has them, published or not."""

    def __init__(self, codes: set[str]) -> None:
        self._rows = {source.code: source for source in Source.objects.filter(code__in=codes)}  # type: ignore[misc]

    def __getitem__(self, code: str) -> Line:
        """The source, leading to its page at the desk: what is not published yet has no other."""
        source = self._rows.get(code)
        if source is None:
            return {"code": code}
        shown = {name: getattr(source, name) for name in SHOWN}
        return shown | {"href": reverse("desk:record", kwargs={"kind": RecordKind.SOURCE, "code": code})}


class DeskLinks(Links):
    """The derivations as casework has them."""

    def __init__(self, codes: set[str]) -> None:
        rows = SourceDerivation.objects.filter(source__code__in=codes, upstream__code__in=codes)
        found = rows.values_list("source__code", "upstream__code", "how")
        self._how = {(source, upstream): how for source, upstream, how in found}


def layout(document: dict[str, Any], found: Corroboration) -> Layout:
    """The matrix and the tree of a document that is not published yet."""
    counted = found.summary()
    codes = {each["source"] for each in document["citations"]} | _codes(counted["tree"])
    return Layout(document, counted, DeskShelf(codes), DeskLinks(codes))


def _codes(branches: Any) -> set[str]:
    """Every source that stands in a tree."""
    codes: set[str] = set()
    for branch in branches:
        codes |= {branch["source"]} if "source" in branch else set()
        codes |= _codes(branch.get("roots", ())) | _codes(branch.get("children", ()))
    return codes
