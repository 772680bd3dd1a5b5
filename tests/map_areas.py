"""A village whose raion and hromada have boundaries, for tests of the map."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from incidents.gazetteer.models import Boundary, Category, LoadedFile, Place
from tests.published import INCIDENT

DISTRICT = INCIDENT["place"]


@contextmanager
def outlined_village() -> Iterator[Place]:
    """A village of the Donetsk region; the boundaries of its hromada and raion are loaded until the end."""
    villages = Place.objects.filter(region="UA-14", category=Category.VILLAGE, parent__category=Category.HROMADA)
    found = villages.select_related("parent", "raion").first()
    assert found is not None
    outline(found.parent, west=36.0, size=0.5)
    outline(found.raion, west=36.0, size=2.0)
    try:
        yield found
    finally:  # `committed` keeps the tables of the gazetteer
        LoadedFile.objects.using("default").all().delete()


def outline(place: Any, west: float, size: float, south: float = 47.5) -> Boundary:
    """A square as the boundary of a raion or hromada; west, south and size in degrees."""
    file, _created = LoadedFile.objects.using("default").get_or_create(name="units.json", credit="A map, ODbL 1.0")
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return Boundary.objects.using("default").create(place=place, file=file, rings=[ring])


def place_of(village: Place, precision: str, **changes: Any) -> dict[str, Any]:
    """The place of a document, without a point, with all codes whatever the precision."""
    names = {"name": {"en": village.name_en, "uk": village.name_uk}}
    codes = {"raion_code": village.raion.code, "hromada_code": village.parent.code}
    return DISTRICT | names | codes | {"precision": precision} | changes
