"""A chart's sheet as PNG, rendered by resvg: one at a time, of bounded size, cached per process."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

import resvg_py

FONTS = sorted((Path(__file__).parent / "fonts").glob("*.ttf"))
FAMILY = "Register Figures"
ZOOM = 2
MOST_KEPT = 48  # pictures of about 100 KB in the LRU cache of a process
LONGEST = 600_000  # characters of a sheet; real ones have at most a quarter of that

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def png(sheet: str) -> bytes:
    """The sheet at two pixels per unit. The cache key is the text of the sheet, which names its head.

    Raises ValueError for a sheet longer than LONGEST.
    """
    if len(sheet) > LONGEST:
        raise ValueError("the drawing is too large for a picture")
    with _lock:
        if sheet not in _kept:
            _kept[sheet] = _rendered(sheet)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(sheet)
        return _kept[sheet]


def _rendered(sheet: str) -> bytes:
    """Render without system fonts, so that the picture is the same everywhere."""
    drawn = resvg_py.svg_to_bytes(
        svg_string=sheet,
        skip_system_fonts=True,
        font_files=[str(path) for path in FONTS],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        zoom=ZOOM,
    )
    return bytes(drawn)
