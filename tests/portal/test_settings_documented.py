"""Every setting is documented, and nothing is documented that is no setting."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "flag", "number", "words", "one_of"}
DOCUMENTED = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SOURCES = [
    path for folder in ("portal", "operations", "people", "incidents") for path in sorted((ROOT / folder).rglob("*.py"))
]


def settings_read(path: Path) -> set[str]:
    """The names that a module reads through `portal.env`, which reads one itself."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if call.args and _is_reader(call.func, path.name == "env.py")]
    return {argument.value for argument in named if isinstance(argument, ast.Constant) and argument.value.isupper()}


def _is_reader(function: ast.expr, is_env: bool) -> bool:
    """`env.text`; inside `portal/env.py` just `text`."""
    if is_env:
        return isinstance(function, ast.Name) and function.id in READERS
    return isinstance(function, ast.Attribute) and function.attr in READERS and ast.unparse(function.value) == "env"


ALL_READ = {name for path in SOURCES for name in settings_read(path)}
IN_COMPOSE = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def test_every_setting_that_is_read_is_documented() -> None:
    assert not ALL_READ - DOCUMENTED


def test_everything_documented_is_read_by_the_code_or_by_compose() -> None:
    assert not DOCUMENTED - ALL_READ - IN_COMPOSE


def test_every_variable_of_compose_is_documented() -> None:
    assert not IN_COMPOSE - DOCUMENTED


@pytest.mark.parametrize("service", ["desk", "public"])
def test_compose_gives_its_processes_only_settings_that_exist(service: str) -> None:
    assert not set(yaml.safe_load(COMPOSE)["services"][service]["environment"]) - ALL_READ


def test_the_public_process_of_compose_knows_no_address_but_the_readers() -> None:
    given = yaml.safe_load(COMPOSE)["services"]["public"]["environment"]
    assert [name for name in given if name.endswith("DATABASE_URL")] == ["REGISTER_DATABASE_URL"]
    assert given["REGISTER_DATABASE_URL"].startswith("postgresql://register_reader:")


def test_the_environment_is_read_through_the_strict_readers_only() -> None:
    direct = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path.name != "env.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("getenv", "get") and "environ" in ast.unparse(node)
    ]
    assert direct == []
