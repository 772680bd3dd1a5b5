"""Builds places from the data files: names in two languages, coordinates, and the spellings for the search."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from incidents.gazetteer.codifier import Codifier, GeoName, Unit
from incidents.gazetteer.matching import match, raions_by_unit
from incidents.gazetteer.models import KINDS_UK, OFFERED, Category, Place, PlaceName, Region
from incidents.gazetteer.names import normalise, skeleton, transliterate, ukrainian_sort_key
from incidents.gazetteer.russian import cyrillic_names, ukrainian_name

_NOUNS = {
    Category.RAION: ("район", "raion"),
    Category.HROMADA: ("громада", "hromada"),
    Category.DISTRICT: ("район", "district"),
}
_UKRAINE = "UA"


def regions(codifier: Codifier) -> list[Region]:
    """The regions, unsaved."""
    return [
        Region(
            iso=row["iso_3166_2"],
            katottg=row["katottg"],
            country=row["country"],
            geonames_admin1=row["geonames_admin1"],
            outline_id=row["outline_id"],
            name_uk=row["name_uk"],
            name_en=row["name_en"],
            # A city with special status is sorted by its name, without "місто".
            sort_uk=ukrainian_sort_key(row["name_uk"].removeprefix("місто ")),
            sort_en=ukrainian_sort_key(row["name_en"]),
        )
        for row in codifier.regions
    ]


class Assembly:
    """The places of a codifier, unsaved, and the spellings of those that the search offers."""

    def __init__(self, codifier: Codifier, regions: Iterable[Region]) -> None:
        self._regions = {region.iso: region for region in regions}
        self._geonames = match(codifier)
        self._raions = raions_by_unit(codifier.units)
        self.places: dict[str, Place] = {}
        for unit in codifier.units:
            self.places[unit.code] = self._from_unit(unit)
        for geoname in codifier.geonames:
            if self._regions[geoname.region].country != _UKRAINE:
                place = self._from_geoname(geoname)
                self._geonames[place.code] = geoname
                self.places[place.code] = place
        self.offered = [place for place in self.places.values() if place.category in OFFERED]
        _distinguish(self.offered)
        for place in self.places.values():
            place.area = _area(place)

    def spellings(self) -> Iterator[PlaceName]:
        """The rows for the search, each place's own names first. Population orders hits that are equally close."""
        known = {(place.region_id, normalise(place.name_uk)) for place in self.offered}
        for rank, place in enumerate(sorted(self.offered, key=_importance)):
            own = [(name, False) for name in _own_names(place)]
            others = [(name, True) for name in _other_names(place, self._geonames.get(place.code))]
            # A former name that is another place's present name would be misleading.
            clear = [(name, True) for name, _ in others if (place.region_id, normalise(name)) not in known]
            yield from _rows(place, rank, own + clear)

    def _from_unit(self, unit: Unit) -> Place:
        parent = self.places.get(unit.parent)
        geoname = self._geonames.get(unit.code)
        place = Place(
            code=unit.code,
            category=unit.category,
            region=self._regions[unit.region],
            parent=parent,
            name_uk=_with_noun(unit.name, unit.category, 0),
            name_en=_with_noun(transliterate(unit.name), unit.category, 1),
        )
        raion = self.places.get(self._raions[unit.code])
        if raion:
            place.raion, place.raion_uk, place.raion_en = raion, raion.name_uk, raion.name_en
        if parent and parent.category == Category.HROMADA:
            place.hromada_uk, place.hromada_en = parent.name_uk, parent.name_en
        elif parent:
            place.hromada_uk, place.hromada_en = parent.hromada_uk, parent.hromada_en
        return _located(place, geoname)

    def _from_geoname(self, geoname: GeoName) -> Place:
        place = Place(
            code=f"G{geoname.id}",
            category=Category.POPULATED,
            region=self._regions[geoname.region],
            name_uk=ukrainian_name(geoname.name, geoname.names),
            name_en=geoname.name,
        )
        return _located(place, geoname)


def _rows(place: Place, rank: int, names: Iterable[tuple[str, bool]]) -> Iterator[PlaceName]:
    keys, skeletons = {""}, {""}
    for name, alternate in names:
        key, loose = normalise(name), skeleton(name)
        if key not in keys:
            # Both scripts usually share a skeleton; storing it once halves a full scan.
            loose = "" if loose in skeletons else loose
            yield PlaceName(place=place, key=key, skeleton=loose, alternate=alternate, rank=rank)
            keys.add(key)
            skeletons.add(loose)


def _with_noun(name: str, category: Category, language: int) -> str:
    return f"{name} {_NOUNS[category][language]}" if category in _NOUNS else name


def _located(place: Place, geoname: GeoName | None) -> Place:
    if geoname:
        place.latitude, place.longitude = geoname.latitude, geoname.longitude
        place.coordinate_source = f"geonames:{geoname.id}"
        place.population = geoname.population
    return place


def _distinguish(places: Iterable[Place]) -> None:
    """Set each label's `distinction` to the lowest level that makes it unique, in both languages."""
    alike = list(places)
    for level in (Place.Distinction.HROMADA, Place.Distinction.KIND, Place.Distinction.CODE):
        labels = [{place.label("uk"), place.label("en")} for place in alike]
        times = Counter(label for both in labels for label in both)
        alike = [place for place, both in zip(alike, labels, strict=True) if any(times[label] > 1 for label in both)]
        for place in alike:
            place.distinction = level


def _area(place: Place) -> str:
    region = place.region
    parts = [
        KINDS_UK[Category(place.category)],
        Category(place.category).label,
        place.hromada_uk,
        place.hromada_en,
        place.raion_uk,
        place.raion_en,
        region.name_uk,
        region.name_en,
    ]
    return "|" + "|".join(dict.fromkeys(_area_skeleton(part) for part in parts if part)) + "|"


# Cached: thousands of places share a hromada, a raion, a region.
_area_skeleton = cache(skeleton)


def _own_names(place: Place) -> list[str]:
    names = [place.name_uk, place.name_en, transliterate(place.name_uk)]
    if place.category == Category.RAION:
        names += [name.rpartition(" ")[0] for name in names[:2]]
    return names


def _other_names(place: Place, geoname: GeoName | None) -> list[str]:
    if place.category == Category.RAION:
        # The forms in English reporting: Pokrovsk district, Bakhmut raion.
        adjective = place.name_en.removesuffix(" raion")
        stem = adjective.removesuffix("yi")
        return [
            f"{name} {noun}" for name in (stem, stem.removesuffix("sk"), adjective) for noun in ("raion", "district")
        ]
    return [geoname.name, *cyrillic_names(geoname.names)] if geoname else []


def _importance(place: Place) -> tuple[int, int, str, str, str]:
    kind = OFFERED.index(Category(place.category))
    return -(place.population or 0), kind, place.region.sort_en, place.raion_en, place.code
