"""The URLs of the log, the same in every language. The page for people is `register:ledger`."""

import re

from django.urls import path, register_converter

from incidents.ledger import views


class LevelConverter:
    """The level of a tile: 0 to 63 without leading zeros."""

    regex = "[0-9]|[1-5][0-9]|6[0-3]"
    to_python = int
    to_url = str


class TileConverter:
    """A tile's number in the format of C2SP tlog-tiles: 1234067 is `x001/x234/067`."""

    regex = "(?:x[0-9]{3}/){0,4}[0-9]{3}"

    def to_python(self, value: str) -> int:
        """The number. Raises ValueError, so that the URL does not match, for superfluous digits."""
        number = int(re.sub("[x/]", "", value))
        if self.to_url(number) != value:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        """Three digits per element, all but the last with an x before them."""
        digits = str(value)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        elements = [digits[place : place + 3] for place in range(0, len(digits), 3)]
        return "/".join([*(f"x{each}" for each in elements[:-1]), elements[-1]])


class WidthConverter:
    """The number of hashes in a partial tile: 1 to 255."""

    regex = "[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]"
    to_python = int
    to_url = str


class SizeConverter:
    """A size of the log, without leading zeros."""

    regex = "0|[1-9][0-9]{0,15}"
    to_python = int
    to_url = str


register_converter(LevelConverter, "level")
register_converter(TileConverter, "tile")
register_converter(WidthConverter, "width")
register_converter(SizeConverter, "size")

app_name = "ledger"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("checkpoint/<size:size>", views.kept_checkpoint, name="kept_checkpoint"),
    path("consistency/<size:old>-<size:new>", views.consistency, name="consistency"),
    path("tile/entries/<tile:number>", views.entries, name="entries"),
    path("tile/entries/<tile:number>.p/<width:width>", views.entries, name="partial_entries"),
    path("tile/<level:level>/<tile:number>", views.tile, name="tile"),
    path("tile/<level:level>/<tile:number>.p/<width:width>", views.tile, name="partial_tile"),
    path("key", views.key, name="key"),
    path("verify.py", views.verify_program, name="verify"),
]
