"""What the documentation tells people to type exists, with the options that it names."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
COMMAND = re.compile(r"manage\.py ([a-z_]+)((?: (?!manage\.py)(?:\"[^\"]*\"|[^\s`]+))*)")


def named() -> set[tuple[str, str, str]]:
    """Document, command and the words behind it, wherever one is named."""
    return {
        (path.name, found[1], found[2])
        for path in DOCUMENTS
        if path.exists()
        for found in COMMAND.finditer(path.read_text())
    }


def test_every_command_that_the_documentation_names_exists() -> None:
    assert len(named()) > 15
    assert {(document, command) for document, command, _words in named() if command not in get_commands()} == set()


@pytest.mark.parametrize(("document", "command", "words"), sorted(named()))
def test_every_option_that_it_names_is_one_of_the_commands(document: str, command: str, words: str) -> None:
    made = load_command_class(str(get_commands()[command]), command)
    known = set(made.create_parser("manage.py", command)._option_string_actions)
    assert set(re.findall(r"--[a-z-]+", words)) <= known


@pytest.mark.parametrize("command", ["backup", "restore", "mirror", "freeze", "verify", "setup_roles"])
def test_what_is_needed_at_three_in_the_morning_is_in_the_operating_manual(command: str) -> None:
    assert f"manage.py {command}" in (ROOT / "docs" / "operating.md").read_text()
