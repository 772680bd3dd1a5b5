"""The command `python -m benchmarks.synthetic --incidents N --seed S`."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from benchmarks.synthetic.loading import NotEmptyError, make_register, usual_workers


class Command(BaseCommand):
    """Writes a synthetic register. Raises CommandError unless the database has no editions."""

    help = "Write a synthetic register into an empty database: the editions and rows that publishing would write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The same number and seed give the same documents."""
        parser.add_argument("--incidents", type=int, required=True, help="how many, rounded up to groups of five")
        parser.add_argument("--seed", type=int, required=True, help="of the random choices")
        parser.add_argument("--workers", type=int, default=usual_workers(), help="processes that write side by side")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many incidents there are and how long it took."""
        if options["incidents"] < 1 or options["workers"] < 1:
            raise CommandError("A register has at least one incident, and at least one process writes it.")
        began = time.monotonic()
        try:
            made = make_register(options["incidents"], options["seed"], options["workers"], self._told)
        except NotEmptyError:
            raise CommandError(
                "This register has editions. A synthetic one is written into an empty database only: "
                "invented incidents must never stand beside reported ones."
            ) from None
        self.stdout.write(f"Synthetic register: {made} incidents in {time.monotonic() - began:.0f} s.")

    def _told(self, written: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{written} incidents written", ending="")
            self.stdout.flush()
