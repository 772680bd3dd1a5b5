"""Values that are valid but unlikely. A person is asked whether they are meant before they are saved."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.casework.contents import content_fields
from incidents.casework.services.errors import FieldError
from incidents.casework.services.fields import Cleaned
from incidents.dates import parse
from incidents.dates.typed import doubt
from incidents.diff.contents import Content
from incidents.gazetteer.coordinates import Coordinates
from incidents.gazetteer.models import Category, Place
from incidents.records.models import Incident
from incidents.records.models.fields import validate_edtf

FAR_KM = 25  # from the point of a settlement, which stands for the whole of it
FAR_FROM_RAION_KM = 100


def open_questions(cleaned: Cleaned, before: Content, confirmed: Collection[str]) -> list[FieldError]:
    """The questions about the values of a record and its rows that differ from `before` and are not in `confirmed`."""
    asked = list(_about(cleaned, before))
    for name, rows in cleaned.rows.items():
        saved = {row["id"]: row for row in before.get(name, [])}
        for position, row in enumerate(rows):
            asked += [error.under(name, position) for error in _about(row, saved.get(row.content["id"], {}))]
            if row.new_source is not None:
                asked += [error.under(name, position, "new_source") for error in _about(row.new_source, {})]
    questions = [error for error in asked if error.question and error.question not in confirmed]
    paths = [error.path for error in questions]
    return questions + [error for error in asked if not error.question and error.path in paths]


def _about(cleaned: Cleaned, before: Content) -> Iterator[FieldError]:
    for field in content_fields(type(cleaned.instance)):
        name, value = field.name, cleaned.content.get(field.name)
        if validate_edtf not in getattr(field, "validators", ()) or name in cleaned.wrong:
            continue
        unlikely = doubt(parse(value)) if value and value != before.get(name) else ""
        if unlikely:
            yield FieldError((name,), unlikely, question=f"{name}={value}")
    if isinstance(cleaned.instance, Incident):
        yield from _about_point(cleaned, before)


def _about_point(cleaned: Cleaned, before: Content) -> Iterator[FieldError]:
    place, content = cleaned.values.get("place"), cleaned.content
    latitude, longitude = cleaned.values.get("latitude"), cleaned.values.get("longitude")
    asked = ("latitude", "longitude", "place")
    if latitude is None or longitude is None or all(content[name] == before.get(name) for name in asked):
        return
    point = Coordinates(latitude, longitude)
    unlikely, swapped = point_doubt(point, place)
    if unlikely:
        yield FieldError(("latitude",), unlikely, question=f"point={point} {content['place']}")
        if swapped is not None:
            yield FieldError(("latitude",), str(swapped))


def point_doubt(point: Coordinates, place: Place | None) -> tuple[str, Coordinates | None]:
    """Why a point is unlikely for a place, as a sentence, "" if it is not; and the point with its coordinates swapped,
    if that is a likely one."""
    swapped = point.swapped
    if place is None or place.latitude is None or place.longitude is None:
        if point.is_covered:
            return "", None
        likely = swapped if swapped is not None and swapped.is_covered else None
        return _("This point is far outside Ukraine and the regions at its border."), likely
    km = point.km_from(place.latitude, place.longitude)
    far = FAR_FROM_RAION_KM if place.category == Category.RAION else FAR_KM
    if km <= far:
        return "", None
    name = place.name(get_language() or "en")
    near = swapped.km_from(place.latitude, place.longitude) if swapped is not None else math.inf
    if near > far:
        return _("This point is about %(km)s km from %(place)s.") % {"km": rounded_km(km), "place": name}, None
    text = _("This point is about %(km)s km from %(place)s; the other way round it is within %(near)s km of it:")
    return text % {"km": rounded_km(km), "place": name, "near": max(1, math.ceil(near))}, swapped


def rounded_km(km: float) -> int:
    """A distance for a sentence: to the kilometre up to 20, above to two digits."""
    step = 1 if km < 20 else 10 ** (len(str(int(km))) - 2)
    return max(1, round(km / step) * step)
