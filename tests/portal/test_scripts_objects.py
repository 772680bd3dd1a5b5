"""Scripts of ours build no object under names that come from outside, so that nobody reaches every object's prototype.

The rule (ASVS 5.0, 15.3.6): nothing is merged into an object, nothing is assigned under a computed name, `in` asks no
object and no prototype is named. Names that are not written in the script are keys of a `Map` or members of a `Set`.
"""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static" / "js"
SCRIPTS = sorted(STATIC.rglob("*.js"))
FORBIDDEN = {
    "a prototype": r"__proto__|\bprototype\b|\bconstructor\s*[\[.]",
    "a merge": r"Object\.assign|structuredClone|\bmerge\(|\bextend\(",
    "a name that is computed": r"[\w)\]]\[[^\]\n]*[A-Za-z_][^\]\n]*\]\s*(?:[-+*/|&?]{0,2})=(?!=|>)",
    "a computed key": r"[{,]\s*\[[^\]\n]+\]\s*:",
    "names of an object": r"for\s*\((?:const|let|var)\s+\w+\s+in\b|Object\.fromEntries",
    "a text that is run": r"\beval\(|new Function\(",
}


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", text, flags=re.DOTALL)


def found(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, without_comments(text))]


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_no_script_of_ours_builds_an_object_under_names_from_outside(script: Path) -> None:
    assert found(script.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "const all = {}; all[answer.name] = 1;",
        "target[key] ||= {};",
        "Object.assign(options, await response.json());",
        "for (const name in data) show(name);",
        "const found = { [name]: 1 };",
        "Object.fromEntries(pairs)",
        "thing.__proto__.admin = true",
    ],
)
def test_the_rule_sees_what_it_forbids(text: str) -> None:
    assert found(text)


def test_it_looks_at_all_of_them() -> None:
    assert {"desk.js", "map.js", "verify.js"} <= {script.name for script in SCRIPTS}
