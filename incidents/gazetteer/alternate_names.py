"""Former and foreign names of settlements, from GeoNames' files of alternate names, for the search."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import transaction
from django.db.models import Min

from incidents.gazetteer.models import LoadedFile, Place, PlaceName
from incidents.gazetteer.names import normalise, skeleton
from incidents.gazetteer.points import GEONAMES, forget, forget_unused_files, tab_rows

_LONGEST = 100
# Codes of languages have two or three letters; longer ones mark links, postal codes, airports, identifiers.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?")


def read_alternate_names(path: Path) -> Iterator[tuple[str, str]]:
    """The GeoNames id and the name of each row that is a name in a language, or a historic one, in Latin or Cyrillic
    letters: https://www.geonames.org/export/codes.html, `alternateNamesV2`, 8 columns or more."""
    for row in tab_rows(path):
        if len(row) < 4:
            continue
        geonames_id, language, name = row[1:4]
        is_historic = len(row) > 7 and row[7] == "1" and language == ""
        if (_LANGUAGE.fullmatch(language) or is_historic) and len(name) <= _LONGEST and _is_readable(name):
            yield geonames_id, name


def keep_names(database: str, file_name: str, named: Iterable[tuple[str, str]], places: Mapping[str, Place]) -> int:
    """Keep the names of one file in place of those that a file of this name gave before, and return their number.

    `places` are settlements by their GeoNames id, besides those whose vendored point has one. A name that a place in
    the same region has today is left out: it would mislead.
    """
    with transaction.atomic(using=database):
        forget(database, file_name)
        file = LoadedFile.objects.using(database).create(name=file_name, credit=GEONAMES)
        names = defaultdict[int, dict[str, str]](dict)
        known = _places_of_geonames(database) | {key: place.pk for key, place in places.items()}
        for geonames_id, name in named:
            if geonames_id in known:
                names[known[geonames_id]].setdefault(normalise(name), skeleton(name))
        rows = list(_rows(database, file, names))
        PlaceName.objects.using(database).bulk_create(rows, batch_size=4000)
        forget_unused_files(database)
    return len(rows)


def _places_of_geonames(database: str) -> dict[str, int]:
    places = Place.objects.using(database).filter(coordinate_source__startswith="geonames:")
    return {source.removeprefix("geonames:"): pk for source, pk in places.values_list("coordinate_source", "pk")}


def _rows(database: str, file: LoadedFile, names: Mapping[int, Mapping[str, str]]) -> Iterator[PlaceName]:
    spelt = PlaceName.objects.using(database)
    ranks = dict(spelt.filter(place__in=names).values_list("place").annotate(Min("rank")))
    has: dict[int, set[str]] = defaultdict(set)
    for place, key, loose in spelt.filter(place__in=names).values_list("place", "key", "skeleton"):
        has[place] |= {key, loose}
    regions = dict(Place.objects.using(database).filter(pk__in=names).values_list("pk", "region"))
    present = set(spelt.filter(alternate=False).values_list("place__region", "key"))
    for place, keys in names.items():
        for key, loose in keys.items():
            if place in ranks and key and key not in has[place] and (regions[place], key) not in present:
                # As for the vendored names: a skeleton is stored once for a place.
                once = "" if loose in has[place] else loose
                has[place] |= {key, loose}
                yield PlaceName(place_id=place, key=key, skeleton=once, alternate=True, file=file, rank=ranks[place])


def _is_readable(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(each, "").startswith(("LATIN", "CYRILLIC")) for each in letters)
