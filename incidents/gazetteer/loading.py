"""Loads the gazetteer's tables from its data files, in one transaction, unless they are up to date."""

from pathlib import Path
from typing import NamedTuple

from django.db import connections, transaction

from incidents.gazetteer import codifier
from incidents.gazetteer.assembly import Assembly, regions
from incidents.gazetteer.models import Category, GazetteerLoad, Place, PlaceName, Region
from incidents.gazetteer.points import apply_points

_BATCH = 4000
# Parents first: a place needs its parent's primary key.
_LEVELS = (
    {Category.RAION, Category.CAPITAL},
    {Category.HROMADA},
    {Category.CITY, Category.SETTLEMENT, Category.VILLAGE, Category.POPULATED},
    {Category.DISTRICT},
)
# An arbitrary constant: the key of the advisory lock that serialises concurrent loads.
_LOCK = 55_2010_1


class Result(NamedTuple):
    """The present load, and whether this call wrote it."""

    load: GazetteerLoad
    written: bool


def load(database: str, folder: Path = codifier.DATA) -> Result:
    """Bring the tables of the connection `database` up to date with the data files. Primary keys are stable, and
    places that the data no longer list are kept. Raises what `codifier.read` raises, before any write."""
    digest = codifier.digest(folder)
    with transaction.atomic(using=database):
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        latest = GazetteerLoad.objects.using(database).first()
        if latest and latest.digest == digest:
            return Result(latest, written=False)
        places = _write(database, codifier.read(folder))
        apply_points(database)
        located = sum(place.latitude is not None for place in places)
        row = GazetteerLoad(digest=digest, places=len(places), with_coordinates=located)
        row.save(using=database)
        return Result(row, written=True)


def _write(database: str, data: codifier.Codifier) -> list[Place]:
    all_regions = regions(data)
    assembly = Assembly(data, all_regions)
    _upsert(database, Region, "iso", all_regions)
    places = list(assembly.places.values())
    for level in _LEVELS:
        _upsert(database, Place, "code", [place for place in places if place.category in level])
    names = PlaceName.objects.using(database)
    names.all().delete()
    names.bulk_create(assembly.spellings(), batch_size=_BATCH)
    with connections[database].cursor() as cursor:
        cursor.execute(f'ANALYZE "{PlaceName._meta.db_table}", "{Place._meta.db_table}"')
    return places


def _upsert[Row: (Region, Place)](database: str, model: type[Row], key: str, rows: list[Row]) -> None:
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name != key]
    model._default_manager.using(database).bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=[key], update_fields=fields
    )
