"""What a filter leaves, as a map may show it: never more finely than the public precision of each place.

A place with coordinates is a circle of the size within which it is known. What is known only by district or region, or
has no coordinates, is counted on the region's outline. The rest is not on the map, and the list beside it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.gazetteer.models import Region
from incidents.register import outlines
from incidents.register.citing import page_of
from incidents.register.models import RegisterIncident
from incidents.templatetags.register_tags import edtf_plainly, pick
from incidents.vocabulary import PlacePrecision, RecordKind

SHOWN = ("code", "title_en", "title_uk", "date", "latitude", "longitude", "precision", "oblast")
LEAST_RADIUS = 4.0


@dataclass(frozen=True)
class Spot:
    """A circle: within `metres` of the point lies all that its incidents' sources tell of the place."""

    latitude: float
    longitude: float
    precision: PlacePrecision
    incidents: list[RegisterIncident] = field(default_factory=list)

    @property
    def metres(self) -> int:
        """The circle's radius."""
        return _metres(self.precision)

    @property
    def x(self) -> str:
        """Where it stands in the drawing."""
        return outlines.units(outlines.x(self.longitude))

    @property
    def y(self) -> str:
        """Where it stands in the drawing."""
        return outlines.units(outlines.y(self.latitude))

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
        titles = "; ".join(str(pick(row.title)) for row in self.incidents)
        return f"{titles} ({PlacePrecision(self.precision).label})"


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
            "%(region)s: %(n)s incident that no point can stand for",
            "%(region)s: %(n)s incidents that no point can stand for",
            self.n,
        ) % {"region": self.name, "n": self.n}


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn, and the number of incidents that cannot be."""

    areas: tuple[Area, ...]
    spots: tuple[Spot, ...]
    elsewhere: int
    width: str = outlines.units(outlines.WIDTH)
    height: str = outlines.units(outlines.height())
    bounds: str = f"{outlines.SOUTH},{outlines.WEST},{outlines.NORTH},{outlines.EAST}"


def _metres(precision: PlacePrecision) -> int:
    return int(precision.details[0]) if precision.details else 0


def has_spot(row: RegisterIncident) -> bool:
    """Whether the row may be drawn as a circle."""
    known = row.latitude is not None and row.longitude is not None
    return known and row.precision in PlacePrecision.values and _metres(PlacePrecision(row.precision)) > 0


def picture(queryset: QuerySet[RegisterIncident], data: QueryDict, language: str) -> Picture:
    """The rows of a queryset on the map. Links keep the rest of the address's filter. Two queries."""
    areas = {area.iso: area for area in _areas(data, language)}
    spots: dict[tuple[float, float, str], Spot] = {}
    elsewhere = 0
    for row in queryset.only(*SHOWN):
        if has_spot(row):
            assert row.latitude is not None
            assert row.longitude is not None
            key = (float(row.latitude), float(row.longitude), row.precision)
            spots.setdefault(key, Spot(key[0], key[1], PlacePrecision(key[2]))).incidents.append(row)
        elif row.oblast in areas:
            areas[row.oblast].n += 1
        else:
            elsewhere += 1
    # Wide circles first, so that none hides a smaller one.
    return Picture(
        tuple(sorted(areas.values(), key=lambda area: area.is_ukraine)),
        tuple(sorted(spots.values(), key=lambda spot: -spot.metres)),
        elsewhere,
    )


def _areas(data: QueryDict, language: str) -> Iterator[Area]:
    """Every outline; Belarusian regions are in no list of ours and so have no name and no incidents."""
    regions = {region.outline_id: region for region in Region.objects.using("register")}
    for outline in outlines.outlines():
        region = regions.get(outline.id)
        if region:
            yield Area(outline, region.iso, region.name(language), in_oblast(data, region.iso))
        else:
            yield Area(outline, outline.id, "", "")


def in_oblast(data: QueryDict, iso: str) -> str:
    """The address's parameters with this region as the only one, and back on the first page."""
    kept = [(name, each) for name, values in data.lists() for each in values if each and name not in ("page", "oblast")]
    return urlencode([*kept, ("oblast", iso)])


def how_drawn(row: RegisterIncident, names: Mapping[str, str]) -> str:
    """What of the map stands for a row, in words for the list beside it."""
    if has_spot(row):
        return str(PlacePrecision(row.precision).label)
    if row.oblast in names:
        return _("On the map only by its region: %(region)s") % {"region": names[row.oblast]}
    return _("Not on the map")


def as_json(drawn: Picture) -> dict[str, Any]:
    """The circles and the counted regions as Leaflet is given them."""
    return {
        "spots": [
            {
                "at": [spot.latitude, spot.longitude],
                "metres": spot.metres,
                "precision": str(PlacePrecision(spot.precision).label),
                "incidents": list(_links(spot.incidents)),
            }
            for spot in drawn.spots
        ],
        "areas": [
            {"at": [area.outline.label[1], area.outline.label[0]], "n": area.n, "said": area.said, "query": area.query}
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
