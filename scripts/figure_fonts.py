"""Makes the fonts that charts are drawn with as PNG from the vendored Source Sans 3, which resvg cannot read as WOFF2.

Run it after `scripts/vendor.sh` has fetched another version, with a uv that may fetch fontTools for this run alone:

    uv run --no-project --with 'fonttools[woff]' scripts/figure_fonts.py

The licence (SIL OFL 1.1, in the vendored folder) reserves the name "Source" for what Adobe published unchanged, so the
two files have a family name of their own, which nobody but the renderer ever asks for.
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
SUBSETS = ("latin", "cyrillic")
WEIGHTS = {"Regular": 400, "SemiBold": 600}
FAMILY = "Register Figures"
TARGET = ROOT / "incidents" / "register" / "figures" / "fonts"
# What places and shapes letters; the rest is for variation and for other languages.
KEPT = {
    *("GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "prep", "loca", "glyf", "name", "post", "gasp"),
    "GPOS",
}


def static(source: Path, weight: int) -> TTFont:
    """One weight of a variable font, without the tables that a drawing has no use for."""
    font = instantiateVariableFont(TTFont(source), {"wght": weight})
    font.flavor = None
    for table in set(font.keys()) - KEPT:
        del font[table]
    return font


def named(font: TTFont, style: str) -> None:
    """Our own name in place of the reserved one."""
    names = {1: f"{FAMILY} {style}" if style != "Regular" else FAMILY, 2: "Regular", 4: f"{FAMILY} {style}"}
    names |= {6: f"{FAMILY.replace(' ', '')}-{style}", 16: FAMILY, 17: style, 3: f"{FAMILY} {style}"}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (0, 7, 9, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)


def made(folder: Path, style: str, weight: int) -> Path:
    """Both alphabets in one file."""
    vendored = max(folder.glob("source-sans-3-*"))
    with tempfile.TemporaryDirectory() as work:
        parts = []
        for subset in SUBSETS:
            part = Path(work) / f"{subset}.ttf"
            static(vendored / f"source-sans-3-{subset}-wght-normal.woff2", weight).save(part)
            parts.append(str(part))
        font = Merger().merge(parts)
    named(font, style)
    font["OS/2"].usWeightClass = weight
    # A file made twice from the same source is the same file.
    font["head"].created = font["head"].modified = TTFont(vendored / "source-sans-3-latin-wght-normal.woff2")[
        "head"
    ].created
    font.recalcTimestamp = False
    path = TARGET / f"register-figures-{weight}.ttf"
    font.save(path)
    return path


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        path = made(ROOT / "static" / "vendor", style, weight)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")
