"""The sources of a page, fetched in one query and looked up by code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from incidents.register.models import Document, RegisterDerivation, RegisterSource
from incidents.vocabulary import Derivation
from incidents.wording import publisher_of, value_of

# A source for `citing.source_line`.
type Line = Mapping[str, Any]
LINE = ("code", "publisher", "publisher_uk", "title", "url", "published", "language", "access", "availability")
NO_LINE = dict.fromkeys(LINE, "")


def called(source: object) -> str | dict[str, str]:
    """The short name of a row or line: its publisher, else its title, else its code."""
    return publisher_of(source) or str(value_of(source, "title") or value_of(source, "code") or "")


class SourceLookup:
    """The sources of one page. A withdrawn one has only its code."""

    def __init__(self, codes: Iterable[str]) -> None:
        rows = RegisterSource.objects.filter(code__in={code for code in codes if code})
        self._lines: dict[str, Line] = {line["code"]: line for line in rows.values(*LINE)}

    def __getitem__(self, code: str) -> Line:
        return self._lines.get(code) or NO_LINE | {"code": code}

    def __contains__(self, code: str) -> bool:
        return code in self._lines

    def known(self, codes: Iterable[str]) -> list[Line]:
        """Those that are still public, without duplicates."""
        return [self._lines[code] for code in dict.fromkeys(codes) if code in self._lines]

    def refs(self, codes: Iterable[str | None]) -> list[Line]:
        """The sources for `citing.source_refs`, without duplicates."""
        return [self[code] for code in dict.fromkeys(codes) if code]

    def label(self, code: str) -> str | dict[str, str]:
        """The name of the source in headings."""
        return called(self[code])


class Links:
    """The derivations between the sources of one page."""

    def __init__(self, codes: Iterable[str]) -> None:
        codes = set(codes)
        rows = RegisterDerivation.objects.filter(source__in=codes, upstream__in=codes)
        self._how = {
            (source, upstream): how for source, upstream, how in rows.values_list("source_id", "upstream_id", "how")
        }

    def how(self, source: str, upstream: str) -> str:
        """The Derivation code between a report and its parent in the tree; a citation that names it (`via`) relays
        it."""
        how = self._how.get((source, upstream), Derivation.RELAYS)
        return Derivation.RELAYS if how == Derivation.DRAWS_ON else how

    def repeats(self, source: str) -> bool:
        """Whether the source repeats another one of the page."""
        return bool(self._repeated(source))

    def upstream(self, source: str) -> list[str]:
        """The sources of the page that a source repeats, from the nearest to the farthest."""
        found = [source]
        for code in found:
            found += [upstream for upstream in self._repeated(code) if upstream not in found]
        return found[1:]

    def _repeated(self, source: str) -> list[str]:
        return sorted(
            upstream for (first, upstream), how in self._how.items() if first == source and how != Derivation.DRAWS_ON
        )


def sources_of(document: Document) -> set[str]:
    """The codes of all sources that the document of an incident or investigation names."""
    named = {each["source"] for each in document["citations"]} | {each["via"] for each in document["citations"]}
    named |= {each["said_by"] for each in document.get("attributions", ())}
    named |= {each["source"] for name in ("observations", "steps") for each in document.get(name, ())}
    named |= {code for who in ("killed", "survived") for code in document.get(who, {}).get("sources", {}).values()}
    return named - {None}
