"""Boundaries of raions and hromadas from files that an operator downloads, kept in a form for the map."""

from collections.abc import Mapping

from django.db import transaction

from incidents.gazetteer.models import Boundary, LoadedFile, Place
from incidents.gazetteer.outlines import Ring, simplified
from incidents.gazetteer.points import forget, forget_unused_files


def keep_boundaries(database: str, name: str, credit: str, outlines: Mapping[str, list[Ring]]) -> dict[str, int]:
    """Keep the outlines of one file, by the codes of their places, in place of those that a file of this name gave
    before; of two files with the same place the later counts. Returns how many were kept of each category."""
    places = Place.objects.using(database).in_bulk(outlines, field_name="code")
    drawn = {places[code]: simplified(rings) for code, rings in outlines.items()}
    with transaction.atomic(using=database):
        forget(database, name)
        file = LoadedFile.objects.using(database).create(name=name, credit=credit)
        Boundary.objects.using(database).bulk_create(
            [Boundary(place=place, file=file, rings=rings) for place, rings in drawn.items() if rings],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["place"],
            update_fields=["file", "rings"],
        )
        forget_unused_files(database)
    kept = [place.category for place, rings in drawn.items() if rings]
    return {category: kept.count(category) for category in kept}
