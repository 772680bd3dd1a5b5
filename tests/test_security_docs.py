"""What docs/security.md and docs/asvs.md claim: each test that they name exists, each requirement has its one line."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECURITY, ASVS = ROOT / "docs" / "security.md", ROOT / "docs" / "asvs.md"
NAMED = re.compile(r"`(?:([\w/]+\.py)?::)?(test_\w+)`")
VERDICTS = ("test", "configuration", "not applicable", "NOT met")

# OWASP ASVS 5.0.0: how many requirements of level 1 and 2 each section has. They come before those of level 3 in every
# section, so that the number says which they are; sections of level 3 alone are left out.
LEVEL_2 = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
REQUIREMENTS = [f"V{section}.{number}" for section, many in LEVEL_2.items() for number in range(1, many + 1)]


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests that a file under tests/ defines."""
    path = ROOT / "tests" / file
    if not path.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def named(document: Path) -> list[tuple[str, str]]:
    """File and test of every mention; `::test_…` without a file is of the file that was named before it in its line."""
    found = []
    for line in document.read_text().splitlines():
        file = ""
        for match in NAMED.finditer(line):
            file = match[1] or file
            found.append((file, match[2]))
    return found


def rows() -> list[tuple[list[str], str, str]]:
    """Requirements, verdict and words of each line of the tables of ASVS."""
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in ASVS.read_text().splitlines()]
    return [(re.findall(r"V[\d.]+\d", each[0]), each[1], each[2]) for each in cells if re.match(r"V\d", each[0])]


@pytest.mark.parametrize("document", [SECURITY, ASVS], ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document):
    mentions = named(document)
    assert len(mentions) > 50
    assert [f"{file}::{name}" for file, name in mentions if name not in defined_in(file)] == []


def test_every_requirement_of_level_2_stands_exactly_once():
    assert len(REQUIREMENTS) == 253  # 70 of level 1, 183 of level 2
    counted = Counter(name for names, _, _ in rows() for name in names)
    assert sorted(counted) == sorted(REQUIREMENTS)
    assert [name for name, many in counted.items() if many > 1] == []


def test_every_requirement_has_a_verdict_with_its_ground():
    for names, verdict, words in rows():
        assert verdict in VERDICTS, names
        assert words, names
        assert verdict != "test" or NAMED.search(words), names


def test_the_numbers_that_are_told_are_those_of_the_table():
    counted = Counter()
    for names, verdict, _ in rows():
        counted[verdict] += len(names)
    told = re.search(r"Of 253: (\d+) test, (\d+) configuration, (\d+) not applicable, (\d+) NOT met", ASVS.read_text())
    assert told is not None
    assert [int(each) for each in told.groups()] == [counted[verdict] for verdict in VERDICTS]


@pytest.mark.parametrize("document", [SECURITY, ASVS], ids=lambda path: path.name)
def test_every_path_that_is_named_exists(document):
    paths = re.findall(r"`((?:portal|people|incidents|scripts|docs|static)/[\w/.-]+)`", document.read_text())
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
