"""Every package that the project names is explained in docs/dependencies.md, and no other."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def name_of(requirement: str) -> str:
    """The package's name, without its extras and versions."""
    return re.split(r"[\[<>=!~ ;]", requirement, maxsplit=1)[0]


def test_the_page_names_the_packages_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {name_of(each) for each in project["project"]["dependencies"]}
    named |= {name_of(each) for group in project["dependency-groups"].values() for each in group}
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    explained = {name_of(each) for row in rows for each in re.findall(r"`([^`]+)`", row)}
    assert explained | {"datasette"} == named
    assert "`datasette`" in page
