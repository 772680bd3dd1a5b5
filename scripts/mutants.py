"""`make mutants`: how many small changes to the code do the tests notice? (MUTANTS="ledger filters", SAMPLE=5)

Runs mutmut on each area below with the area's own tests, against one PostgreSQL. Prints how many mutants of each module
were killed, and every survivor that scripts/mutants.toml does not explain. SAMPLE=5 takes every fifth mutant, NAMES the
ones that mutmut names so, CHILDREN=1 one at a time. Mutants that differ in a sentence only (a text of the interface, a
message, SQL) are not run. mutmut makes none of decorated functions, properties among them, and of declarations.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "scripts" / "mutants.toml"

# What runs or reads a program of its own, and so without mutants.
ALONE = "--deselect=tests/ledger/test_verify_program.py::test_it_needs_nothing_but_the_standard_library_of_python_3_9"

CASEWORK = """allowed_moves approve confidential_sources drafts four_eyes merge recorded_moves reject reopen
request_changes submit withdraw"""
PUBLISHING = "approve confidential_sources merge withdraw"
REGISTER = """api_lists facets filter_types histogram list_filters list_orders list_pages list_refusals
search_other_lists timeline two_engines"""

# Area: what is mutated, and the tests that have to notice.
AREAS = {
    "ledger": ("incidents/ledger/", ["tests/ledger", ALONE]),
    "corroboration": ("incidents/corroboration/", ["tests/corroboration"]),
    "dates": ("incidents/dates/", ["tests/dates"]),
    "identity": ("incidents/identity/", ["tests/identity"]),
    "workflow": ("incidents/casework/workflow.py", [f"tests/casework/test_{name}.py" for name in CASEWORK.split()]),
    "redaction": ("incidents/casework/redactions.py", ["tests/redaction"]),
    "publishing": (
        "incidents/publishing/",
        [
            *("tests/publishing", "tests/redaction", "tests/register/test_as_of.py"),
            *(f"tests/casework/test_{name}.py" for name in PUBLISHING.split()),
        ],
    ),
    "filters": ("incidents/register/filters/", [f"tests/register/test_{name}.py" for name in REGISTER.split()]),
}
# Sentences: what is translated, what is raised, and whatever has three words.
TEXT = re.compile(r'\b(?:_|gettext|raise \w+)\(\s*(?:None|f?"[^"]*"|_\("[^"]*"\))\s*\)')
STRING = re.compile(r'"[^"]*"')
SENTENCE = re.compile(r'(?:f?"[^"]* [^"]* [^"]*"\s*)+,?')


@dataclass(frozen=True)
class Mutant:
    """One changed expression. `name` is mutmut's: module, function, number."""

    name: str
    path: Path
    diff: str
    status: str

    @cached_property
    def function(self) -> str:
        mangled = self.name.rpartition("__mutmut_")[0].rpartition(".")[2]
        return mangled[2:].replace("ǁ", ".")

    @cached_property
    def before(self) -> str:
        return self._lines("-")

    @cached_property
    def after(self) -> str:
        return self._lines("+")

    @property
    def key(self) -> str:
        """Names the change as long as its line stays what it is."""
        return f"{self.path.as_posix()} {self.function}: {self.before} -> {self.after}"

    @property
    def place(self) -> str:
        """File and line."""
        source = self.path.read_text()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name == self.function.rpartition(".")[2]:
                for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    if self.before.startswith(source.splitlines()[number - 1].strip() or "\0"):
                        return f"{self.path}:{number}"
        return str(self.path)

    @property
    def is_killed(self) -> bool:
        return self.status in ("killed", "timeout")

    @property
    def is_text_only(self) -> bool:
        """Whether it changes only a sentence: a text of the interface, the message of an error, or SQL."""
        if self.after.rstrip(",") == "None" and SENTENCE.fullmatch(self.before):
            return True
        return _without_sentences(self.before) == _without_sentences(self.after)

    def _lines(self, sign: str) -> str:
        changed = [line[1:].strip() for line in self.diff.splitlines()[2:] if line.startswith(sign)]
        return " ".join(changed)


def _without_sentences(code: str) -> str:
    return STRING.sub(lambda found: "" if found[0].count(" ") > 1 else found[0], TEXT.sub("", code))


def main(areas: list[str]) -> int:
    """Each area in a process of its own, because mutmut keeps what it is configured for; all in one new copy."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    with _server() as folder:
        for area in areas:
            done = subprocess.run(
                [sys.executable, __file__, "--run", area], cwd=ROOT, env=os.environ | {"SHARED_SERVER": str(folder)}
            )
            if done.returncode:
                return done.returncode
    return _report(areas)


@contextmanager
def _server() -> Iterator[Path]:
    """The folder of a running PostgreSQL as the tests prepare it."""
    from operations.embedded_postgres import EmbeddedServer
    from tests.prepare import copy_prepared, within_reach

    with tempfile.TemporaryDirectory(prefix="hdc-mutants-") as made:
        within_reach(Path(made))
        server = EmbeddedServer(Path(made) / "postgres", durable=False)
        copy_prepared(server.folder)
        server.join()
        try:
            yield server.given
        finally:
            server.leave()


def _run(area: str) -> None:
    """Make the mutants and run the area's tests on each that is taken."""
    from mutmut import __main__ as mutmut
    from mutmut.configuration import config

    config().pytest_add_cli_args_test_selection = AREAS[area][1]
    mutmut.set_mutant_under_test("mutant_generation")
    (ROOT / "mutants").mkdir(exist_ok=True)
    with mutmut.CatchOutput():
        mutmut.copy_src_dir()
        mutmut.copy_also_copy_files()
        mutmut.create_mutants(1)
    sample = [each for each in _mutants(area) if not each.is_text_only][:: int(os.environ.get("SAMPLE") or 1)]
    names = os.environ.get("NAMES", "").split() or [each.name for each in sample]
    try:
        mutmut._run(names, int(os.environ.get("CHILDREN", "2")))
    finally:
        results = _results(area) | {each.name: each.status for each in _mutants(area) if each.name in names}
        _results_file(area).write_text(json.dumps(results))


def _results_file(area: str) -> Path:
    return ROOT / "mutants" / f"{area}.json"


def _results(area: str) -> dict[str, str]:
    """What became of the area's mutants. mutmut itself forgets them when another area's tests are chosen."""
    file = _results_file(area)
    return json.loads(file.read_text()) if file.exists() else {}


def _mutants(area: str) -> Iterator[Mutant]:
    """All of the area's mutants, in the order of the code."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    for path in sorted(walk_mutatable_files()):
        if path.as_posix().startswith(AREAS[area][0]):
            data = SourceFileMutationData(path=path)
            data.load()
            for name, code in data.exit_code_by_key.items():
                yield Mutant(name, path, get_diff_for_mutant(name, path=path), status_by_exit_code[code])


def _report(areas: list[str]) -> int:
    """Print the table and the survivors nobody has explained; 1 if there are any."""
    explained = {key for group in tomllib.loads(EXPLAINED.read_text())["survivors"] for key in group["mutants"]}
    taken = []
    for area in areas:
        results = _results(area)
        taken += [replace(each, status=results[each.name]) for each in _mutants(area) if each.name in results]
    print(f"\n{'module':52}{'mutants':>9}{'killed':>9}{'survived':>9}{'share':>9}")
    for path, each in groupby(taken, key=lambda mutant: mutant.path.as_posix()):
        _row(path, list(each))
    _row("all", taken)
    unexplained = [each for each in taken if not each.is_killed and each.key not in explained]
    for each in unexplained:
        print(f"\n{each.place} {each.function} ({each.status}) {each.name}\n- {each.before}\n+ {each.after}")
    return 1 if unexplained else 0


def _row(name: str, mutants: list[Mutant]) -> None:
    killed = sum(each.is_killed for each in mutants)
    share = f"{killed / len(mutants):.0%}" if mutants else ""
    print(f"{name:52}{len(mutants):>9}{killed:>9}{len(mutants) - killed:>9}{share:>9}")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--run"]:
        _run(sys.argv[2])
    elif sys.argv[1:2] == ["--report"]:
        sys.exit(_report(sys.argv[2:]))
    else:
        sys.exit(main(sys.argv[1:] or list(AREAS)))
