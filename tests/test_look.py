"""What holds for every page's look: readable colours, nothing inline, nothing from elsewhere, little to load."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_LINE = 160
STYLES = sorted(CSS.glob("*.css"))
VENDORED = sorted((ROOT / "static" / "vendor").glob("*"))


def tokens(scheme: int) -> dict[str, str]:
    """The colours of tokens.css, of the light scheme (0) or the dark one (1)."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", (CSS / "tokens.css").read_text())
    return {name: colours[scheme] for name, *colours in pairs}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *[(ink, paper, 4.5) for ink in ("ink", "ink-2", "accent") for paper in ("paper", "paper-2", "accent-2")],
        *[("line-strong", paper, 3) for paper in ("paper", "paper-2")],
        ("on-accent", "accent", 4.5),
        ("ink", "line", 4.5),
    ],
)
def test_text_and_borders_stand_out_in_both_schemes(front: str, back: str, least: float, scheme: int) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[back]) >= least


def test_browsers_without_two_schemes_get_the_light_one() -> None:
    fallback = (CSS / "tokens.css").read_text().split("@supports not", 1)[1].split("/*", 1)[0]
    assert dict(re.findall(r"--([\w-]+): (#\w+)", fallback)) == tokens(0)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_only_tokens_name_colours(path: Path) -> None:
    if path.name not in ("tokens.css", "print.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert re.findall(r":[^;{}]*(?:#[0-9a-f]{3,8}\b|rgba?\((?!0 0 0)|hsl)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_script_and_no_style_of_their_own(path: Path) -> None:
    """The content security policy would refuse them, silently."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style\b|javascript:", text)
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_load_nothing_from_another_host(path: Path) -> None:
    assert not re.search(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=\"(?:https?:)?//", path.read_text())


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name.startswith("_")], ids=lambda path: path.name)
def test_every_fragment_and_every_macro_begins_by_naming_its_context(path: Path) -> None:
    text = path.read_text()
    comment = r"(?:{% comment %}.*?{% endcomment %}|{#(?:(?!#}).)*#})"
    macros = re.findall(rf"({comment}\n)?{{% macro (\w+)", text, flags=re.DOTALL)
    head = re.match(comment, text, flags=re.DOTALL)
    heads = macros or [(head and head.group(), path.name)]
    assert [name for said, name in heads if "Context:" not in (said or "")] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_lines_of_templates_are_short_and_hold_no_json(path: Path) -> None:
    text = path.read_text()
    assert [line for line in text.splitlines() if len(line) > LONGEST_LINE] == []
    assert not re.search(r"""["']\{\s*["'][^{}]*["']\s*:""", text), "JSON comes from incidents/htmx.py"


def test_a_public_page_loads_less_than_40_kilobytes_of_styles() -> None:
    shared = sum(
        (CSS / name).stat().st_size
        for name in ("tokens.css", "base.css", "components.css", "register.css", "print.css")
    )
    pages = (("list.css", "views.css"), ("incident.css",))
    page = max(sum((CSS / name).stat().st_size for name in names) for names in pages)
    assert shared + page < 40 * 1024


def test_vendored_files_are_those_that_were_reviewed() -> None:
    done = subprocess.run([ROOT / "scripts" / "vendor.sh", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_vendored_files_come_with_their_licence_and_without_source_maps(folder: Path) -> None:
    assert (folder / "LICENSE").stat().st_size > 100
    texts = [path for path in folder.rglob("*") if path.suffix in (".css", ".js")]
    assert not [path.name for path in texts if "sourceMappingURL" in path.read_text()]
