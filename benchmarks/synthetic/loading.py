"""Writes a synthetic register: the editions and rows that publishing would write, streamed into the tables.

Groups are independent of each other, so that several processes write them side by side.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, transaction
from django.db.models import JSONField, Model
from psycopg import sql

from benchmarks.synthetic.documents import EDITIONS_EACH, GROUP, Draft, Group, Spot
from incidents.gazetteer.models import SETTLEMENTS, Place
from incidents.publishing.documents import Document
from incidents.publishing.row_making import (
    IncidentContext,
    citation_rows,
    derivation_rows,
    incident_row,
    investigation_row,
    node,
    source_row,
    unit_row,
)
from incidents.publishing.rows import WRITE_ALIAS
from incidents.publishing.search_rows import search_row
from incidents.register.models import (
    Edition,
    RegisterCitation,
    RegisterDerivation,
    RegisterIncident,
    RegisterInvestigation,
    RegisterSearch,
    RegisterSource,
    RegisterUnit,
)
from incidents.vocabulary import RecordKind

GROUPS_AT_ONCE = 40  # in a transaction
MOST_SPOTS = 2_000  # settlements in which the incidents are placed
# In this order, each table after those that it refers to.
TABLES: tuple[type[Model], ...] = (
    Edition,
    RegisterSource,
    RegisterDerivation,
    RegisterInvestigation,
    RegisterIncident,
    RegisterCitation,
    RegisterSearch,
)
# Their indexes are made again at the end: a whole index is made faster than it grows.
INDEXED_LATE: tuple[type[Model], ...] = (RegisterSearch, RegisterIncident, RegisterSource, RegisterInvestigation)


class NotEmptyError(Exception):
    """The register has editions, which nothing may stand beside."""


def make_register(incidents: int, seed: int, workers: int, told: Callable[[int], object]) -> int:
    """Write a synthetic register; answers the number of its incidents, rounded up to whole groups.

    `told` hears how many incidents are written. Raises NotEmptyError for a register that has editions.
    """
    if Edition.objects.using(WRITE_ALIAS).exists():
        raise NotEmptyError
    groups = -(-incidents // GROUP)
    spots = _spots()
    _change_late_indexes("remove_index")
    jobs: list[Job] = [(seed, some, spots) for some in batched(range(groups), GROUPS_AT_ONCE, strict=False)]
    for done, texts in enumerate(_worked_off(jobs, workers), 1):
        _write(texts)
        told(min(done * GROUPS_AT_ONCE, groups) * GROUP)
    _finish(groups)
    return groups * GROUP


def _spots() -> list[Spot]:
    """Settlements with coordinates and a district, the same ones for the same gazetteer, all over the regions."""
    known = (
        Place.objects.using(WRITE_ALIAS).filter(category__in=SETTLEMENTS, latitude__isnull=False).exclude(raion_en="")
    )
    codes = list(known.order_by("code").values_list("pk", flat=True))
    chosen = codes[:: len(codes) // MOST_SPOTS + 1]
    return [_spot(place) for place in known.filter(pk__in=chosen).select_related("region").order_by("code")]


def _spot(place: Place) -> Spot:
    region = place.region
    return Spot(
        {"en": place.name_en, "uk": place.name_uk},
        {"en": place.raion_en, "uk": place.raion_uk},
        region.iso,
        {"en": region.name_en, "uk": region.name_uk},
        region.country,
        place.latitude or 0.0,
        place.longitude or 0.0,
    )


type Job = tuple[int, Sequence[int], Sequence[Spot]]
type Texts = list[tuple[type[Model], Sequence[str], str]]


def _worked_off(jobs: list[Job], workers: int) -> Iterator[Texts]:
    """What is to be written, in the order of publication: made by several processes, written by this one."""
    if workers == 1:
        yield from map(_texts_of_groups, jobs)
        return
    connections.close_all()  # a connection must not be shared between processes
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_texts_of_groups, jobs)


def _texts_of_groups(job: Job) -> Texts:
    """The rows of some groups, as COPY reads them. Units are left to the end, because groups share them."""
    seed, places, spots = job
    rows: dict[type[Model], list[Model]] = defaultdict(list)
    for place in places:
        for row in _rows(list(Group(seed, place, spots, settings.CODE_PREFIX).drafts())):
            rows[type(row)].append(row)
    return [_as_text(model, rows[model]) for model in TABLES if rows[model]]


def _write(texts: Texts) -> None:
    """Stream rows into their tables in one transaction, so that the database gives every edition its leaf."""
    with transaction.atomic(WRITE_ALIAS), connections[WRITE_ALIAS].cursor() as cursor:
        for model, columns, text in texts:
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            table = sql.Identifier(model._meta.db_table)
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)) as copy:
                copy.write(text)


def _rows(drafts: list[Draft]) -> Iterator[Model]:
    """The editions of a group, and the rows of those that no other supersedes."""
    editions = [_edition(draft) for draft in drafts]
    yield from editions
    first = {edition.code: edition.published_at for edition in editions if edition.number == 1}
    current = {(edition.kind, edition.code): edition for edition in editions}.values()
    sources = {each.code: source_row(each, first[each.code]) for each in _of(current, RecordKind.SOURCE)}
    cases = {each.code: investigation_row(each, first[each.code]) for each in _of(current, RecordKind.INVESTIGATION)}
    yield from (*sources.values(), *cases.values())
    for each in _of(current, RecordKind.SOURCE):
        yield from derivation_rows(each.content, sources)
    for each in _of(current, RecordKind.INCIDENT):
        yield from _incident_rows(each, sources, cases, first[each.code])


def _incident_rows(
    edition: Edition,
    sources: dict[str, RegisterSource],
    cases: dict[str, RegisterInvestigation],
    first_published_at: datetime,
) -> Iterator[Model]:
    document = edition.content
    named = {each["source"]: sources[each["source"]] for each in document["citations"]}
    judging = {code: cases[code] for code in document["investigations"]}
    graph = {code: node(source.document) for code, source in named.items()}
    newest = max(row.edition_id for row in (*named.values(), *judging.values()))
    row = incident_row(edition, IncidentContext(named, judging, graph, newest), first_published_at)
    yield row
    yield from citation_rows(document)
    yield search_row(row, document, named)


def _of(editions: Iterable[Edition], kind: RecordKind) -> list[Edition]:
    return [edition for edition in editions if edition.kind == kind]


def _edition(draft: Draft) -> Edition:
    text = canonical(draft.document)
    edition = Edition(
        pk=draft.number,
        kind=draft.kind.value,
        code=draft.document["code"],
        number=draft.document["edition"],
        change=draft.change.value,
        document=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        published_at=draft.published_at,
        supersedes_id=draft.supersedes,
    )
    edition.content = draft.document
    return edition


def canonical(document: Document) -> str:
    """RFC 8785 for what is in these documents: keys of ASCII letters, and coordinates, whose decimals are few."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _as_text(model: type[Model], rows: list[Model]) -> tuple[type[Model], Sequence[str], str]:
    """Rows in the text format of COPY. An id that is not given is left to the table."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key and rows[0].pk is None)]
    cells = [(field.attname, _writer(field)) for field in fields]
    lines = ("\t".join([cell(getattr(row, name)) for name, cell in cells]) for row in rows)
    return model, [str(field.column) for field in fields], "\n".join([*lines, ""])


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    if isinstance(field, ArrayField):
        return lambda codes: "{" + ",".join(codes) + "}"  # codes have no sign that an array would take for its own
    if isinstance(field, JSONField):
        return lambda value: _escaped(json.dumps(value, ensure_ascii=False))
    return _cell


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    return _escaped(value) if isinstance(value, str) else str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _finish(groups: int) -> None:
    _change_late_indexes("add_index")
    RegisterUnit.objects.using(WRITE_ALIAS).bulk_create(_units())
    with connections[WRITE_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [Edition._meta.db_table, groups * EDITIONS_EACH]
        )
        if not connections[WRITE_ALIAS].in_atomic_block:
            for model in TABLES:
                cursor.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(model._meta.db_table)))


def _units() -> list[RegisterUnit]:
    """Each unit as the newest edition that names it has it."""
    named = RegisterIncident.objects.using(WRITE_ALIAS).exclude(units=[]).order_by("-edition_id")
    newest: dict[str, int] = {}
    for units, edition in named.values_list("units", "edition_id").iterator():
        for unit in units:
            newest.setdefault(unit, edition)
    editions = Edition.objects.using(WRITE_ALIAS).in_bulk(newest.values())
    return [unit_row(code, editions[edition].content) for code, edition in newest.items()]


def _change_late_indexes(change: str) -> None:
    connection = connections[WRITE_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
    with connection.schema_editor() as editor:
        for model in INDEXED_LATE:
            for index in model._meta.indexes:
                getattr(editor, change)(model, index)


def usual_workers() -> int:
    """As many processes as the machine has processors."""
    return os.cpu_count() or 1
