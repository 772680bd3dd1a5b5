"""Reading the coordinates that people type or paste: decimal degrees, degrees and minutes, links to a map. WGS 84."""

import math
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext

PLACES = Decimal("0.00001")  # five decimals, about one metre
LONGEST = 500  # characters; links to maps are long
KM_PER_DEGREE = 111.2

_NUMBER = r"-?[0-9]{1,3}[.][0-9]+"
# In links, the latitude first. A pin goes before the centre of the map.
_IN_LINKS = tuple(
    re.compile(pattern.replace("N", f"({_NUMBER})"))
    for pattern in (
        r"!3dN!4dN",
        r"[?&]mlat=N&mlon=N",
        r"[?&](?:q|query|ll|daddr|destination|cbll)=(?:loc:)?N,[ +]?N",
        r"[?&#](?:lat|latitude)=N&(?:lon|lng|longitude)=N",
        r"/(?:place|search|dir)/(?:[^/@]*/)?N,[ +]*N",
        r"@N,N",
        r"#map=[0-9.]+/N/N",
        r"geo:N,N",
    )
)
_LONGITUDE_FIRST = re.compile(r"yandex\.|2gis\.")
_WORDS = (
    (r"пн\.? ?ш\.?|північн\w* широт\w*|с\.? ?ш\.?|north|\bпн\b\.?", "N"),
    (r"пд\.? ?ш\.?|південн\w* широт\w*|ю\.? ?ш\.?|south|\bпд\b\.?", "S"),
    (r"сх\.? ?д\.?|східн\w* довгот\w*|в\.? ?д\.?|east|\bсх\b\.?", "E"),
    (r"зх\.? ?д\.?|західн\w* довгот\w*|з\.? ?д\.?|west|\bзх\b\.?", "W"),
    (r"\b(?:latitude|lat|широта)\b[.:=]*", "N"),
    (r"\b(?:longitude|long|lon|lng|довгота|долгота)\b[.:=]*", "E"),
    (r"\b(?:degrees|deg|градус\w*)\b\.?", "°"),
)
_TOKEN = re.compile(r"(?P<number>[-+]?[0-9]{1,12}(?:[.,][0-9]+)?)|(?P<side>[NSEW])|(?P<degree>°)|(?P<other>\S)")
_MARKS = "°'\",;/|()[]+"


class CoordinatesError(ValueError):
    """A text that is not a pair of coordinates. The message is for readers."""


class Coordinates(NamedTuple):
    """A point in degrees, WGS 84, with five decimals."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"

    @property
    def swapped(self) -> "Coordinates | None":
        """The other way round, if that is a point."""
        return Coordinates(self.longitude, self.latitude) if abs(self.longitude) <= 90 else None

    @property
    def is_covered(self) -> bool:
        """Whether it is in or near Ukraine or one of the regions at its border."""
        return 43 <= self.latitude <= 55 and 21 <= self.longitude <= 45

    def km_from(self, latitude: float, longitude: float) -> float:
        """The great-circle distance in km."""
        here, there = math.radians(self.latitude), math.radians(latitude)
        east = math.radians(float(self.longitude) - longitude)
        haversine = math.sin((here - there) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
        return 2 * math.degrees(math.asin(math.sqrt(haversine))) * KM_PER_DEGREE


def read_coordinates(text: str) -> Coordinates:
    """The point from a text with both coordinates, or a link to a map. The latitude comes first, unless letters say
    otherwise. Raises CoordinatesError."""
    if "://" in text or text.startswith("geo:"):
        return _from_link(unquote(text[:LONGEST]))
    axes = _axes(text)
    if len(axes) != 2:
        raise CoordinatesError(_unreadable())
    (first, side), (second, other) = axes
    if {side, other} not in ({None}, {"NS", "EW"}):
        raise CoordinatesError(_unreadable())
    return _checked(second, first) if side == "EW" else _checked(first, second)


def read_angle(text: str, axis: str) -> Decimal:
    """One coordinate; `axis` is "NS" for the latitude, "EW" for the longitude. Raises CoordinatesError."""
    axes = _axes(text)
    if len(axes) != 1 or axes[0][1] not in (None, axis):
        raise CoordinatesError(_unreadable())
    angle = axes[0][0].quantize(PLACES, ROUND_HALF_EVEN)
    if abs(angle) > (90 if axis == "NS" else 180):
        raise CoordinatesError(_impossible())
    return angle


def is_pair(text: str) -> bool:
    """Whether a text holds both coordinates, readable or not."""
    return "://" in text or text.startswith("geo:") or len(_groups(_tokens(text))) > 1


def _from_link(link: str) -> Coordinates:
    for pattern in _IN_LINKS:
        if match := pattern.search(link):
            first, second = Decimal(match[1]), Decimal(match[2])
            by_longitude = _LONGITUDE_FIRST.search(link.partition("?")[0])
            return _checked(second, first) if by_longitude else _checked(first, second)
    raise CoordinatesError(
        gettext("This link shows no coordinates. Open the map, choose the point, and copy its coordinates.")
    )


def _checked(latitude: Decimal, longitude: Decimal) -> Coordinates:
    point = Coordinates(*(angle.quantize(PLACES, ROUND_HALF_EVEN) for angle in (latitude, longitude)))
    if abs(point.latitude) > 90 or abs(point.longitude) > 180:
        raise CoordinatesError(_impossible())
    if not point.latitude and not point.longitude:
        raise CoordinatesError(
            gettext("0, 0 is a point in the Atlantic. Leave both fields empty where there are no coordinates.")
        )
    return point


def _axes(text: str) -> list[tuple[Decimal, str | None]]:
    """Each coordinate with its axis, "NS" or "EW", if a letter gives it. Empty if the text is not readable."""
    axes = [_angle(group) for group in _groups(_tokens(text))]
    return [axis for axis in axes if axis is not None] if None not in axes else []


def _tokens(text: str) -> list[tuple[str, str]]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("º", "°").replace("−", "-")
    plain = re.sub("[′’ʼ‘`´]{2}|[″”“]", '"', plain)
    plain = re.sub("[′’ʼ‘`´]", "'", plain)
    for words, sign in _WORDS:
        plain = re.sub(words, f" {sign} ", plain, flags=re.IGNORECASE)
    return [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(plain.upper())]


def _groups(tokens: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The tokens of each coordinate. Letters or degree signs divide them, else an even number of numbers does."""
    if any(kind == "other" and sign not in _MARKS for kind, sign in tokens):
        return []
    kinds = [kind for kind, _sign in tokens]
    sides, degrees, numbers = (
        [at for at, kind in enumerate(kinds) if kind == wanted] for wanted in ("side", "degree", "number")
    )
    if len(sides) == 2 and numbers:
        cut = sides[1] if sides[0] < numbers[0] else sides[0] + 1
    elif len(degrees) == 2:
        cut = max([at for at in numbers if at < degrees[1]], default=0)
    elif not sides and len(degrees) < 2 and len(numbers) in (2, 4, 6) and not (degrees and len(numbers) == 2):
        cut = numbers[len(numbers) // 2]
    else:
        return [tokens] if numbers else []
    return [tokens[:cut], tokens[cut:]]


def _angle(tokens: list[tuple[str, str]]) -> tuple[Decimal, str | None] | None:
    """Degrees, minutes and seconds as degrees; None if they are none."""
    parts = [Decimal(sign.replace(",", ".")) for kind, sign in tokens if kind == "number"]
    sides = [sign for kind, sign in tokens if kind == "side"]
    whole = all(part == int(part) for part in parts[:-1])
    if not 1 <= len(parts) <= 3 or len(sides) > 1 or not whole or any(not 0 <= part < 60 for part in parts[1:]):
        return None
    negative = any(kind == "number" and sign.startswith("-") for kind, sign in tokens[:2]) or sides in (["S"], ["W"])
    size = sum((abs(part) / 60**power for power, part in enumerate(parts)), Decimal(0))
    axis = ("NS" if sides[0] in "NS" else "EW") if sides else None
    return (-size if negative else size), axis


def _unreadable() -> str:
    return gettext(
        "These coordinates cannot be read. Write them like 48.1465, 37.3022 or 48°08′47″N 37°18′08″E, or paste the "
        "link of a map."
    )


def _impossible() -> str:
    return gettext("A latitude is at most 90 degrees, a longitude at most 180.")
