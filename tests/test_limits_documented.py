"""Every limit that docs/limits.md names is the one that the code sets."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "limits.md"
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([\w.]+):([\w.]+)` \|$", DOCUMENT.read_text(), re.MULTILINE)
OF_THE_PROXY = re.findall(r"^\| ([^|]+) \| (\d[^|]*) \| `([a-z]+_[^`.]+)` \|$", DOCUMENT.read_text(), re.MULTILINE)
PROXY = "\n".join(each.read_text() for each in sorted((DOCUMENT.parents[1] / "deploy" / "nginx").glob("*.template")))


def set_in(module: str, path: str) -> Any:
    """The value of an attribute, or of a key where it is a mapping."""
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return found


@pytest.mark.parametrize(("what", "number", "module", "path"), ROWS, ids=[row[0] for row in ROWS])
def test_a_limit_is_what_the_document_says(what: str, number: str, module: str, path: str) -> None:
    found = set_in(module, path)
    assert number == (
        str(found) if isinstance(found, str) else f"{found:g}" if isinstance(found, float) else str(found)
    )


@pytest.mark.parametrize(("what", "number", "directive"), OF_THE_PROXY, ids=[row[0] for row in OF_THE_PROXY])
def test_a_limit_of_the_proxy_is_what_the_document_says(what: str, number: str, directive: str) -> None:
    assert set(re.findall(rf"^ *{re.escape(directive)} ?([^;]+);", PROXY, re.MULTILINE)) == {number}


def test_every_row_of_the_document_is_read() -> None:
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| ") and "| at most |" not in line]
    assert len(lines) == len(ROWS) + len(OF_THE_PROXY) > 40
