"""`manage.py verify`: detects any change, removal, addition or move in the register that left no trace."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from incidents.publishing import verification
from operations import catalogue

TELL_EVERY = 5.0  # seconds


class Command(BaseCommand):
    """Runs as the owner of the database. Prints each finding, and exits with status 1 if there are any."""

    help = "Check editions, leaves, checkpoints, read rows, roles and triggers against each other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A selection of checks."""
        parser.add_argument("--only", nargs="+", metavar="CHECK", choices=[*self._checks()], default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks, and print the findings."""
        with verification.one_snapshot():
            if options["verbosity"] > 0:
                self.stdout.write(f"Verifying as {self._role()}.")
            found = 0
            for name, check in self._checks().items():
                if not options["only"] or name in options["only"]:
                    found += self._make(name, check, options["verbosity"])
            remark = verification.unsigned(settings.LEDGER_MEMORY)
        if remark:
            self.stdout.write(f"Note: {remark}")
        if found:
            raise CommandError(f"{found} finding{'s' if found > 1 else ''}.")
        if options["verbosity"] > 0:
            self.stdout.write("Nothing was found.")

    def _checks(self) -> dict[str, verification.Check]:
        return {
            **verification.checks(settings.LEDGER_MEMORY),
            "roles": lambda _told: catalogue.roles(),
            "triggers": lambda _told: catalogue.triggers(),
        }

    def _make(self, name: str, check: verification.Check, verbosity: int) -> int:
        began, counted = time.monotonic(), 0
        for finding in check(self._progress(name, verbosity)):
            counted += 1
            if counted <= verification.MOST_NAMED:
                self.stdout.write(f"FOUND {name}: {finding}")
        if counted > verification.MOST_NAMED:
            self.stdout.write(f"FOUND {name}: {counted - verification.MOST_NAMED} more.")
        if verbosity > 0:
            words = "ok" if not counted else f"{counted} found"
            self.stdout.write(f"{name}: {words} ({time.monotonic() - began:.1f} s)")
        return counted

    def _progress(self, name: str, verbosity: int) -> Callable[[int, int], object]:
        """A callback that prints the progress of a long check every few seconds."""
        last = time.monotonic()

        def told(done: int, total: int) -> None:
            nonlocal last
            if verbosity > 0 and time.monotonic() - last > TELL_EVERY:
                last = time.monotonic()
                self.stdout.write(f"{name}: {done} of {total} …")

        return told

    def _role(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])
