"""What a filter leaves, as a map may show it: never more finely than the public precision of each place.

A place with coordinates is a circle of the size within which it is known. What is known only by district or region, or
has no coordinates, is counted on the region's outline. The rest is not on the map, and the list beside it says so.
Where there are too many circles to be told apart, those of one neighbourhood are drawn as their number; who looks more
closely (`Box`) is given the circles again. So no answer grows with the register.
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

from incidents.gazetteer.models import Region
from incidents.register import outlines
from incidents.register.filters.facet_index import ResultSet
from incidents.register.filters.incidents import latest_first
from incidents.register.filters.sentences import in_oblast
from incidents.register.location_precision import RADII, Whereabouts, whereabouts
from incidents.register.models import RegisterIncident
from incidents.register.pages.citing import page_of
from incidents.vocabulary import PlacePrecision, RecordKind
from incidents.wording import edtf_plainly, pick

SHOWN = ("edition_id", "code", "title_en", "title_uk", "date", "latitude", "longitude", "precision", "oblast")
LEAST_RADIUS = 4.0
MOST_NAMED = 1_000  # incidents that are named on one map
MOST_AT_ONE_PLACE = 50  # of them at the same place
ACROSS = 22  # neighbourhoods across a map
# A number of each category that `Intl.PluralRules` knows in our languages; `other` is that of fractions in Ukrainian.
PLURALS = {"one": 1, "few": 2, "many": 5, "other": 5}


class Box(NamedTuple):
    """What somebody looks at, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, at: Whereabouts) -> bool:
        """Whether the middle of a circle lies in it."""
        return self.south <= at.latitude <= self.north and self.west <= at.longitude <= self.east


EVERYWHERE = Box(-90, -180, 90, 180)
DRAWN = Box(outlines.SOUTH, outlines.WEST, outlines.NORTH, outlines.EAST)


def box_from(text: str) -> Box | None:
    """South, west, north and east with commas between; None for what is no such text."""
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?(,-?[0-9]{1,3}(\.[0-9]{1,6})?){3}", text):
        return None
    box = Box(*map(float, text.split(",")))
    return box if box.south < box.north and box.west < box.east else None


@dataclass(frozen=True)
class Point:
    """A point on the ground, in degrees, and where it stands in the drawing."""

    latitude: float
    longitude: float

    @property
    def x(self) -> str:
        """From the left, in units of the drawing."""
        return outlines.units(outlines.x(self.longitude))

    @property
    def y(self) -> str:
        """From above, in units of the drawing."""
        return outlines.units(outlines.y(self.latitude))


@dataclass(frozen=True)
class Spot(Point):
    """A circle: within `metres` of the point lies all that its incidents' sources tell of the place.

    `n` counts its incidents, of which only so many are in `incidents` as can be named.
    """

    precision: str
    n: int
    incidents: list[RegisterIncident] = field(default_factory=list)

    @property
    def metres(self) -> int:
        """The circle's radius."""
        return RADII[self.precision]

    @property
    def radius(self) -> str:
        """The circle in the drawing; a small one is drawn large enough to be seen."""
        return outlines.units(max(outlines.radius(self.metres, self.latitude), LEAST_RADIUS))

    @property
    def is_point(self) -> bool:
        """Whether the circle is smaller than a drawing of the whole country can show."""
        return self.precision != PlacePrecision.NEAR

    @property
    def said(self) -> str:
        """The titles of its incidents and how closely the place is known."""
        titles = "; ".join([*(str(pick(row.title)) for row in self.incidents), *filter(None, [self.others])])
        return f"{titles} ({PlacePrecision(self.precision).label})"

    @property
    def others(self) -> str:
        """How many more there are than are named, in words; empty where all are."""
        n = self.n - len(self.incidents)
        return ngettext("%(n)s more incident here", "%(n)s more incidents here", n) % {"n": n} if n else ""


@dataclass(frozen=True)
class Cluster(Point):
    """Circles of one neighbourhood as their number, at the middle of them. It claims no place for any of them."""

    n: int
    box: Box

    @property
    def radius(self) -> str:
        """Larger for more, and never so large that it hides its neighbours."""
        return outlines.units(7 + 2 * math.log10(self.n))

    @property
    def said(self) -> str:
        """What it stands for, in words."""
        return _in_this_area(self.n) % {"n": self.n}


def _in_this_area(n: int) -> str:
    return ngettext("%(n)s incident in this area", "%(n)s incidents in this area", n)


@dataclass
class Area:
    """A region. `n` counts what is known no more finely than the region, or has no coordinates."""

    outline: outlines.Outline
    iso: str
    name: str
    query: str
    n: int = 0

    @property
    def x(self) -> str:
        """Where its count stands."""
        return outlines.units(outlines.x(self.outline.label[0]))

    @property
    def y(self) -> str:
        """Where its count stands."""
        return outlines.units(outlines.y(self.outline.label[1]))

    @property
    def is_ukraine(self) -> bool:
        """Neighbouring countries are drawn lighter."""
        return self.outline.country == outlines.UKRAINE

    @property
    def said(self) -> str:
        """The region and its count in words."""
        if not self.n:
            return self.name
        return ngettext(
            "%(region)s: %(n)s incident shown only by its region",
            "%(region)s: %(n)s incidents shown only by their region",
            self.n,
        ) % {"region": self.name, "n": self.n}


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, and the number of incidents that cannot be. Either spots or clusters are empty."""

    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    clusters: tuple[Cluster, ...]
    elsewhere: int
    width: str = outlines.units(outlines.WIDTH)
    height: str = outlines.units(outlines.height())
    bounds: str = f"{outlines.SOUTH},{outlines.WEST},{outlines.NORTH},{outlines.EAST}"

    @property
    def cluster_words(self) -> str:
        """What a script says of clusters: JSON, by the plural categories of CLDR; `{n}` is the number."""
        return json.dumps({category: _in_this_area(n) % {"n": "{n}"} for category, n in PLURALS.items()})


def has_spot(row: RegisterIncident) -> bool:
    """Whether the row may be drawn as a circle."""
    return whereabouts(row.latitude, row.longitude, row.precision) is not None


def picture(chosen: ResultSet, data: QueryDict, language: str, box: Box | None = None, tolerance: float = 0) -> Picture:
    """What a filter leaves, on the map; of the circles only those in a box. Links keep the rest of the address.

    By the tolerance, in units of the drawing, borders may be simpler than they are.
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
        # Wide circles first, so that none hides a smaller one.
        tuple(sorted(_spots(chosen, places), key=lambda spot: -spot.metres)) if few else (),
        () if few else tuple(_clusters(places, box or DRAWN)),
        elsewhere,
    )


def _places(chosen: ResultSet, box: Box) -> Iterator[tuple[Whereabouts, int]]:
    """The circles in a box with the number of their incidents that the filter leaves."""
    everything = len(chosen.matching) == len(chosen.held.everything)
    for where, has in chosen.held.values("spot").items():
        if box.holds(where):
            n = len(has) if everything else has.intersection_cardinality(chosen.matching)
            if n:
                yield where, n


def _spots(chosen: ResultSet, places: Mapping[Whereabouts, int]) -> list[Spot]:
    """The circles one by one, with the latest of their incidents."""
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
    """Neighbourhoods are the cells of a grid over the box, nearly square on the ground."""
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
    """Every outline; Belarusian regions are in no list of ours and so have no name and no incidents."""
    regions = {region.outline_id: region for region in Region.objects.using("register")}
    for outline in outlines.outlines(tolerance):
        region = regions.get(outline.id)
        if region:
            yield Area(outline, region.iso, region.name(language), in_oblast(data, region.iso))
        else:
            yield Area(outline, outline.id, "", "")


def how_drawn(row: RegisterIncident, names: Mapping[str, str]) -> str:
    """What of the map stands for a row, in words for the list beside it."""
    if has_spot(row):
        return str(PlacePrecision(row.precision).label)
    if row.oblast in names:
        return _("On the map only by its region: %(region)s") % {"region": names[row.oblast]}
    return _("Not on the map")


def as_json(drawn: Picture) -> dict[str, Any]:
    """The circles or their clusters, and the counted regions, as Leaflet is given them."""
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
