"""Of libraries, product code and tests use what is public."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("benchmarks", "incidents", "operations", "people", "portal", "tests")


def imported(path: Path) -> Iterator[str]:
    """The dotted names of the modules and objects that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_imports_the_internals_of_a_library(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    assert [f"{path}: {name}" for path in files for name in imported(path) if "internal" in name.split(".")] == []
