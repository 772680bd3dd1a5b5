"""The pictures of the README and of docs/pages.md: there, described, and light."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PAGES = (ROOT / "README.md", ROOT / "docs" / "pages.md")
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def shown() -> list[tuple[str, Path]]:
    """Every picture with its description."""
    return [(said, page.parent / path) for page in PAGES for said, path in SHOWN.findall(page.read_text())]


def test_every_picture_that_is_shown_is_there_and_described():
    for said, path in shown():
        assert path.is_file(), path
        assert len(said.split()) >= 4, path


def test_no_picture_lies_there_unseen():
    assert {path.resolve() for _, path in shown()} == set(PICTURES.iterdir())


def test_the_pictures_stay_light():
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert max(sizes.values()) <= 120 * 1024
    assert sum(sizes.values()) <= 1024 * 1024
