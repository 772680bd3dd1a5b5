"""`python -m benchmarks`: builds the registers where they are not there yet, measures, and prints one table."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.client import fetch
from benchmarks.figures import FULL, QUICK, SEEN, Bench, Effort, Figure, Unseen, table
from benchmarks.registers import ROOT, Register, built, collect_static, kept_server
from benchmarks.servers import datasette, has_datasette, minimal, ours
from benchmarks.sqlite import as_sqlite

SMALL, LARGE = 10_000, 100_000
QUICK_SMALL, QUICK_LARGE = 100, 200


def main(arguments: Sequence[str]) -> None:
    """Build, measure, and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small registers and short runs: shows that it works")
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / ".data", help="where registers are kept")
    options = parser.parse_args(arguments)
    folder: Path = options.data.resolve()
    with kept_server(folder) as server:
        sizes = (QUICK_SMALL, QUICK_LARGE) if options.quick else (SMALL, LARGE)
        small, large = (built(server, folder, size) for size in sizes)
        for register in (small, large):
            say(f"register of {register.incidents:,} incidents, built in {register.build_seconds:.0f} s")
        say(table(measured(small, large, QUICK if options.quick else FULL)))


def measured(small: Register, large: Register, effort: Effort) -> list[Figure]:
    """Start everything, measure, stop everything."""
    collect_static(large)
    with ExitStack() as running:
        our_large = running.enter_context(ours(large))
        our_small = running.enter_context(ours(small))
        size = fetch(our_large.site, SEEN).size
        smallest = running.enter_context(minimal(large, size))
        other = running.enter_context(datasette(as_sqlite(large))) if has_datasette() else None
        if other is None:
            say("Datasette is not installed (uv sync --group bench): its figures are left out.")
        bench = Bench(our_large, our_small, smallest, other, large.owner, large.incidents, effort, Unseen())
        bench.warm()
        found = []
        for figure in bench.figures():
            say(f"{figure.page}: {figure.ours} against {figure.theirs}, {figure.ratio:.2f}")
            found.append(figure)
    return found


def say(line: str) -> None:
    """Print progress."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.chdir(ROOT)
    main(sys.argv[1:])
