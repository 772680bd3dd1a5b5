"""What people type as a place that is not one of the gazetteer: parts of cities, islands, forests."""

import csv
from functools import cache
from typing import NamedTuple

from incidents.gazetteer.codifier import DATA
from incidents.gazetteer.models import Category, Place
from incidents.gazetteer.names import normalise, skeleton
from incidents.gazetteer.search import find_by_code
from incidents.gazetteer.typed import bare_name


class Hint(NamedTuple):
    """A part of a city, or a place that is no settlement (`city` is None), by its name as typed."""

    name: str
    city: Place | None


def find_hint(text: str) -> Hint | None:
    """What a text names that is no place of the gazetteer; None if it is nothing known. A city may follow a comma."""
    if not 2 < len(text) <= 100:
        return None
    name, _, city = (part.strip() for part in text.partition(","))
    known = _parts().get(skeleton(bare_name(normalise(name))))
    if known is not None:
        return Hint(name, find_by_code(known) if known else None)
    owner = _city_of_district(skeleton(name), skeleton(city)) if city else None
    return Hint(name, owner) if owner is not None else None


def _city_of_district(district: str, city: str) -> Place | None:
    """The city of this skeleton that has a district whose name begins with that one."""
    districts = Place.objects.filter(category=Category.DISTRICT).select_related("region", "parent__region")
    for each in districts:
        alike = any(skeleton(name).startswith(district) for name in (each.name_uk, each.name_en))
        if alike and each.parent is not None and skeleton(each.parent.name_uk) == city:
            return each.parent
    return None


@cache
def _parts() -> dict[str, str]:
    """The code of the city, or "", by the skeleton of each name of a part."""
    with (DATA / "city_parts.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {skeleton(normalise(name)): row["code"] for row in rows for name in row["names"].split("|")}
