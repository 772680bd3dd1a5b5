"""Map data of the filtered incidents, never finer than the public precision of each place.

A place with coordinates is a circle with the radius of its precision. A place known only by district or region, or
without coordinates, is counted on the region's outline. The rest is not on the map; the list beside it says so. If
there are too many circles, those of one grid cell are drawn as a cluster with their number; a smaller `Box` returns the
circles. So the size of a response does not grow with the register.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.gazetteer.models import PointFile, Region
from incidents.gazetteer.points import GEONAMES
from incidents.register import outlines
from incidents.register.filters.facet_index import ResultSet
from incidents.register.filters.incidents import latest_first
from incidents.register.filters.sentences import in_oblast
from incidents.register.head import cached_per_head
from incidents.register.location_precision import RADII, Whereabouts, whereabouts
from incidents.register.models import RegisterIncident
from incidents.register.pages.citing import page_of
from incidents.vocabulary import PlacePrecision, RecordKind
from incidents.wording import edtf_plainly, pick

SHOWN = ("edition_id", "code", "title_en", "title_uk", "date", "latitude", "longitude", "precision", "oblast")
LEAST_RADIUS = 4.0
MOST_NAMED = 1_000  # incidents with a title on one map
MOST_AT_ONE_PLACE = 50  # of them at the same place
ACROSS = 22  # columns of the cluster grid
# An example number of each `Intl.PluralRules` category in our languages; `other` is for fractions in Ukrainian.
PLURALS = {"one": 1, "few": 2, "many": 5, "other": 5}


class Box(NamedTuple):
    """The requested part of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, at: Whereabouts) -> bool:
        """Whether the centre of a circle is in the box."""
        return self.south <= at.latitude <= self.north and self.west <= at.longitude <= self.east


EVERYWHERE = Box(-90, -180, 90, 180)
DRAWN = Box(outlines.SOUTH, outlines.WEST, outlines.NORTH, outlines.EAST)


def box_from(text: str) -> Box | None:
    """The box from "south,west,north,east"; None if the text is not valid."""
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?(,-?[0-9]{1,3}(\.[0-9]{1,6})?){3}", text):
        return None
    box = Box(*map(float, text.split(",")))
    return box if box.south < box.north and box.west < box.east else None


@dataclass(frozen=True)
class Point:
    """A point on the ground, in degrees, and in the drawing."""

    latitude: float
    longitude: float

    @property
    def x(self) -> str:
        """The distance from the left, in units of the drawing."""
        return outlines.units(outlines.x(self.longitude))

    @property
    def y(self) -> str:
        """The distance from the top, in units of the drawing."""
        return outlines.units(outlines.y(self.latitude))


@dataclass(frozen=True)
class Spot(Point):
    """A circle of `metres` around the point, which contains the reported place.

    `n` is the number of its incidents; `incidents` is limited to MOST_AT_ONE_PLACE.
    """

    precision: str
    n: int
    incidents: list[RegisterIncident] = field(default_factory=list)

    @property
    def metres(self) -> int:
        """The radius in metres."""
        return RADII[self.precision]

    @property
    def radius(self) -> str:
        """The radius in units of the drawing; at least LEAST_RADIUS, so that it is visible."""
        return outlines.units(max(outlines.radius(self.metres, self.latitude), LEAST_RADIUS))

    @property
    def is_point(self) -> bool:
        """Whether the circle is too small to be visible on a map of the whole country."""
        return self.precision != PlacePrecision.NEAR

    @property
    def said(self) -> str:
        """The titles of its incidents and the precision of the place."""
        titles = "; ".join([*(str(pick(row.title)) for row in self.incidents), *filter(None, [self.others])])
        return f"{titles} ({PlacePrecision(self.precision).label})"

    @property
    def others(self) -> str:
        """The number of incidents without a title, as text; "" if there are none."""
        n = self.n - len(self.incidents)
        return ngettext("%(n)s more incident here", "%(n)s more incidents here", n) % {"n": n} if n else ""


@dataclass(frozen=True)
class Cluster(Point):
    """The circles of one grid cell as their number, at their centre. It is not the place of any of them."""

    n: int
    box: Box

    @property
    def radius(self) -> str:
        """The radius grows with the logarithm of the number, so that it does not hide its neighbours."""
        return outlines.units(7 + 2 * math.log10(self.n))

    @property
    def said(self) -> str:
        """The number, as text."""
        return _in_this_area(self.n) % {"n": self.n}


@cached_per_head
def _loaded_credits() -> list[str]:
    return list(
        PointFile.objects.exclude(credit=GEONAMES).order_by("credit").values_list("credit", flat=True).distinct()
    )


def _in_this_area(n: int) -> str:
    return ngettext("%(n)s incident in this area", "%(n)s incidents in this area", n)


@dataclass
class Area:
    """A region. `n` counts incidents that are known by region only or have no coordinates."""

    outline: outlines.Outline
    iso: str
    name: str
    query: str
    n: int = 0

    @property
    def x(self) -> str:
        """The x coordinate of its count."""
        return outlines.units(outlines.x(self.outline.label[0]))

    @property
    def y(self) -> str:
        """The y coordinate of its count."""
        return outlines.units(outlines.y(self.outline.label[1]))

    @property
    def is_ukraine(self) -> bool:
        """Whether it is in Ukraine; neighbouring countries are drawn lighter."""
        return self.outline.country == outlines.UKRAINE

    @property
    def said(self) -> str:
        """The region and its count, as text."""
        if not self.n:
            return self.name
        return ngettext(
            "%(region)s: %(n)s incident shown only by its region",
            "%(region)s: %(n)s incidents shown only by their region",
            self.n,
        ) % {"region": self.name, "n": self.n}


@dataclass(frozen=True)
class Picture:
    """All parts of the map, and the number of incidents that are not on it. Either spots or clusters are empty."""

    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    clusters: tuple[Cluster, ...]
    elsewhere: int
    width: str = outlines.units(outlines.WIDTH)
    height: str = outlines.units(outlines.height())
    bounds: str = f"{outlines.SOUTH},{outlines.WEST},{outlines.NORTH},{outlines.EAST}"

    @property
    def credits(self) -> str:
        """Those whose points were loaded besides the vendored ones: "A map, CC BY 4.0; …"."""
        return "; ".join(_loaded_credits())

    @property
    def cluster_words(self) -> str:
        """The text of clusters for the script: JSON by the plural categories of CLDR; `{n}` is the number."""
        return json.dumps({category: _in_this_area(n) % {"n": "{n}"} for category, n in PLURALS.items()})


def has_spot(row: RegisterIncident) -> bool:
    """Whether the row can be drawn as a circle."""
    return whereabouts(row.latitude, row.longitude, row.precision) is not None


def picture(chosen: ResultSet, data: QueryDict, language: str, box: Box | None = None, tolerance: float = 0) -> Picture:
    """The map of the filtered incidents, with the circles in a box. Links keep the rest of the query string.

    `tolerance`, in units of the drawing, simplifies the borders.
    """
    areas = {area.iso: area for area in _areas(data, language, tolerance)}
    elsewhere = 0
    for oblast, has in chosen.held.values("area").items():
        n = has.intersection_cardinality(chosen.matching)
        if oblast in areas:
            areas[oblast].n = n
        else:
            elsewhere += n
    places = dict(_places(chosen, box or EVERYWHERE))
    few = sum(min(n, MOST_AT_ONE_PLACE) for n in places.values()) <= MOST_NAMED
    return Picture(
        tuple(sorted(areas.values(), key=lambda area: area.is_ukraine)),
        # Large circles first, so that none hides a smaller one.
        tuple(sorted(_spots(chosen, places), key=lambda spot: -spot.metres)) if few else (),
        () if few else tuple(_clusters(places, box or DRAWN)),
        elsewhere,
    )


def _places(chosen: ResultSet, box: Box) -> Iterator[tuple[Whereabouts, int]]:
    """The circles in a box, each with the number of its incidents that match the filter."""
    everything = len(chosen.matching) == len(chosen.held.everything)
    for where, has in chosen.held.values("spot").items():
        if box.holds(where):
            n = len(has) if everything else has.intersection_cardinality(chosen.matching)
            if n:
                yield where, n


def _spots(chosen: ResultSet, places: Mapping[Whereabouts, int]) -> list[Spot]:
    """The circles, each with the latest of its incidents."""
    sets, facts = chosen.held.values("spot"), chosen.held.facts
    named = {where: latest_first(sets[where] & chosen.matching, facts)[:MOST_AT_ONE_PLACE] for where in places}
    numbers = [number for latest in named.values() for number in latest]
    found = RegisterIncident.objects.filter(edition_id__in=numbers).order_by().only(*SHOWN) if numbers else ()
    rows = {row.edition_id: row for row in found}
    return [
        Spot(*where, places[where], [rows[number] for number in latest if number in rows])
        for where, latest in named.items()
    ]


def _clusters(places: Mapping[Whereabouts, int], box: Box) -> Iterator[Cluster]:
    """One cluster for each cell of a grid over the box. The cells are nearly square on the ground."""
    step = (box.east - box.west) / ACROSS
    middle = math.radians((box.south + box.north) / 2)
    cells: dict[tuple[int, int], list[Whereabouts]] = defaultdict(list)
    for where in places:
        row = math.floor((where.latitude - box.south) / (step * math.cos(middle)))
        cells[math.floor((where.longitude - box.west) / step), row].append(where)
    for members in cells.values():
        yield _cluster(members, places)


def _cluster(members: Sequence[Whereabouts], places: Mapping[Whereabouts, int]) -> Cluster:
    n = sum(places[where] for where in members)
    latitudes, longitudes = [where.latitude for where in members], [where.longitude for where in members]
    return Cluster(
        round(sum(where.latitude * places[where] for where in members) / n, 3),
        round(sum(where.longitude * places[where] for where in members) / n, 3),
        n,
        Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes)),
    )


def _areas(data: QueryDict, language: str, tolerance: float) -> Iterator[Area]:
    """Every outline; Belarusian regions are not in the gazetteer and so have no name and no incidents."""
    regions = {region.outline_id: region for region in Region.objects.using("register")}
    for outline in outlines.outlines(tolerance):
        region = regions.get(outline.id)
        if region:
            yield Area(outline, region.iso, region.name(language), in_oblast(data, region.iso))
        else:
            yield Area(outline, outline.id, "", "")


def how_drawn(row: RegisterIncident, names: Mapping[str, str]) -> str:
    """How a row is shown on the map, as text for the list beside it."""
    if has_spot(row):
        return str(PlacePrecision(row.precision).label)
    if row.oblast in names:
        return _("On the map only by its region: %(region)s") % {"region": names[row.oblast]}
    return _("Not on the map")


def as_json(drawn: Picture) -> dict[str, Any]:
    """The circles or clusters, and the regions with a count, as JSON for Leaflet."""
    return {
        "spots": [
            {
                "at": [spot.latitude, spot.longitude],
                "metres": spot.metres,
                "n": spot.n,
                "others": spot.others,
                "precision": str(PlacePrecision(spot.precision).label),
                "incidents": list(_links(spot.incidents)),
            }
            for spot in drawn.spots
        ],
        "clusters": [
            {"at": [each.latitude, each.longitude], "n": each.n, "said": each.said, "box": each.box}
            for each in drawn.clusters
        ],
        "areas": [
            {
                "at": [area.outline.label[1], area.outline.label[0]],
                "n": area.n,
                "said": area.said,
                "query": area.query,
                "region": area.iso,
            }
            for area in drawn.areas
            if area.n
        ],
        "elsewhere": drawn.elsewhere,
    }


def _links(rows: Iterable[RegisterIncident]) -> Iterator[dict[str, str]]:
    for row in rows:
        title = pick(row.title)
        yield {
            "code": row.code,
            "title": title.value,
            "language": title.language,
            "date": edtf_plainly(row.date),
            "url": page_of(RecordKind.INCIDENT, row.code),
        }
