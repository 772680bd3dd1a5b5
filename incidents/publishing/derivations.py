"""Public derivations of sources. A hidden source is left out; what it repeats takes its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Q

from incidents.records.models import SET_ASIDE, Citation, Source, SourceDerivation
from incidents.register.models import Edition, RegisterSource
from incidents.vocabulary import REPEATS, Access, Derivation, Publication, RecordKind


def is_hidden(source: Source) -> bool:
    """Whether a source is never named in public: it is confidential, rejected or discarded."""
    return source.is_confidential or source.state in SET_ASIDE


def is_citable(source: Source) -> bool:
    """Whether a source may be cited in public: it is neither hidden nor withdrawn."""
    return not is_hidden(source) and source.state != Publication.WITHDRAWN


def quotable(sources: Iterable[Source]) -> set[int]:
    """The primary keys of sources whose content may be public: access is public, and so is it in the published edition
    where there is one. A draft cannot open a restricted source."""
    opened = [source for source in sources if source.access == Access.PUBLIC]
    known = [source.code for source in opened if source.is_public]
    rows = RegisterSource.objects.using("default").filter(code__in=known, access=Access.PUBLIC)
    public = set(rows.values_list("code", flat=True))
    return {source.pk for source in opened if not source.is_public or source.code in public}


def public_code(source: Source | None) -> str | None:
    """The code of a source that may be named in public, else None. The page of a withdrawn one gives the reason."""
    return source.code if source is not None and not is_hidden(source) else None


@dataclass(frozen=True)
class Link:
    """One public derivation."""

    upstream: Source
    how: str
    note: str = ""


class Derivations:
    """The derivations of some sources and of all their upstreams. One query for each level."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources: dict[int, Source] = {}
        self._rows: dict[int, list[SourceDerivation]] = {}
        self._read(sources)

    def _read(self, sources: Iterable[Source]) -> None:
        self._sources |= {source.pk: source for source in sources}
        waiting = self._sources.keys() - self._rows.keys()
        while waiting:
            self._rows |= {pk: [] for pk in waiting}
            rows = SourceDerivation.objects.filter(source__in=waiting).select_related("upstream__publisher")
            for row in rows.order_by("pk"):
                self._rows[row.source_id].append(row)
                self._sources.setdefault(row.upstream_id, row.upstream)
            waiting = self._sources.keys() - self._rows.keys()

    def everything(self) -> Iterator[tuple[Source, list[SourceDerivation]]]:
        """Every source that was read, hidden ones included, with its derivations. For the desk only."""
        return ((source, self._rows[pk]) for pk, source in self._sources.items())

    def links(self, source: Source) -> list[Link]:
        """The public derivations of a source. Its own come before those that replace a hidden upstream."""
        found: dict[str, Link] = {}
        for row in sorted(self._rows[source.pk], key=lambda row: is_hidden(row.upstream)):
            for link in self._through(row):
                found.setdefault(link.upstream.code, link)
        found.pop(source.code, None)
        return [found[code] for code in sorted(found)]

    def public(self, source: Source, earlier: Iterable[Source] = ()) -> list[Link]:
        """The links, and those for a common hidden origin. `earlier` are sources published before this one."""
        found = {link.upstream.code: link for link in (*self._siblings(source, earlier), *self.links(source))}
        return [found[code] for code in sorted(found)]

    def hidden_ends(self, source: Source) -> frozenset[str]:
        """The codes of the hidden sources that a source ultimately repeats."""
        ends = frozenset[str]()
        for row in self._rows[source.pk]:
            if row.how in REPEATS and is_hidden(row.upstream):
                ends |= self.hidden_ends(row.upstream) or {row.upstream.code}
        return ends

    def _through(self, row: SourceDerivation) -> Iterator[Link]:
        """The upstream, or what takes its place where it is hidden."""
        if not is_hidden(row.upstream):
            yield Link(row.upstream, row.how, row.note)
            return
        for further in self._rows[row.upstream_id]:
            for link in self._through(further):
                repeats = row.how in REPEATS and link.how in REPEATS
                yield replace(link, how=(Derivation.RELAYS if repeats else Derivation.DRAWS_ON).value, note="")

    def _siblings(self, source: Source, earlier: Iterable[Source]) -> Iterator[Link]:
        """For each hidden end, the first public source that repeats it as well: in public both are the same material.

        Otherwise two repetitions of one hidden source would count as two independent origins. Who was public first
        points to nobody, so that this closes no circle.
        """
        ends = self.hidden_ends(source)
        if not ends:
            return
        others = [each for each in (*_public_before(source), *earlier) if each.pk != source.pk]
        self._read(others)
        for end in sorted(ends):
            for other in others:
                if end in self.hidden_ends(other) and not self._leads_to(other, source):
                    yield Link(other, Derivation.SAME_MATERIAL.value)
                    break

    def _leads_to(self, source: Source, other: Source) -> bool:
        found = [source.pk]
        for pk in found:
            found += [row.upstream_id for row in self._rows[pk] if row.upstream_id not in found]
        return other.pk in found


def _public_before(source: Source) -> list[Source]:
    """The public sources that repeat a hidden one and were published before this one, in order of publication."""
    hidden = Q(derivations__upstream__access=Access.CONFIDENTIAL) | Q(derivations__upstream__state__in=SET_ASIDE)
    found = {
        each.code: each
        for each in Source.objects.filter(hidden, derivations__how__in=REPEATS, edition__isnull=False)
        if is_citable(each)
    }
    first = Edition.objects.using("default").filter(kind=RecordKind.SOURCE, number=1, code__in={*found, source.code})
    codes = list(first.order_by("pk").values_list("code", flat=True))
    before = codes[: codes.index(source.code)] if source.code in codes else codes
    return [found[code] for code in before]


def public_vias(citations: Collection[Citation]) -> dict[int, str | None]:
    """For each citation's primary key, the code of the source that its words come from, where that may be public.

    In place of a hidden source stands what that one repeats, else another report of the same hidden words: two of them
    are one origin in public too.
    """
    vias = {citation.pk: public_code(citation.via) for citation in citations}
    behind = [each for each in citations if each.via is not None and is_hidden(each.via)]
    if not behind:
        return vias
    known = Derivations([*(each.source for each in citations), *(each.via for each in behind if each.via)])
    cited = {each.source.code for each in citations}
    seen = [each for each in citations if each.via is None]
    for citation in behind:
        assert citation.via is not None
        repeated = repeated_by_hidden(citation.via, known)
        codes = sorted((each.code for each in repeated), key=lambda code: (code not in cited, code))
        codes += [each.source.code for each in seen if _same_hidden_words(each, citation, known)]
        vias[citation.pk] = next((code for code in codes if code != citation.source.code), None)
        seen.append(citation)
    return vias


def repeated_by_hidden(source: Source, known: Derivations) -> list[Source]:
    """The sources that take the place of a hidden one whose words are repeated."""
    return [link.upstream for link in known.links(source) if link.how in REPEATS]


def _same_hidden_words(one: Citation, other: Citation, known: Derivations) -> bool:
    return bool(_hidden_words(one, known) & _hidden_words(other, known))


def _hidden_words(citation: Citation, known: Derivations) -> frozenset[str]:
    if citation.via is None:
        return known.hidden_ends(citation.source)
    if not is_hidden(citation.via):
        return frozenset()
    return known.hidden_ends(citation.via) or frozenset({citation.via.code})
