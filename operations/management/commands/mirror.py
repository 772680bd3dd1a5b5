"""`manage.py mirror DIR`: the public register as files for any web server; `--check` checks such a copy."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.ledger.checkpoints import public_keys
from incidents.ledger.notes import NoteError
from operations.mirror.folder import MirrorError, findings, is_signed
from operations.mirror.making import Outcome, make

TELL_EVERY = 500
MOST_NAMED = 50


class Command(BaseCommand):
    """Uses the public side's connection only, and so can run in a process without any other."""

    help = "Writes the public register as static files, only what changed; with --check, checks such a folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and the option to check only."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--check", action="store_true", help="check files, signature and documents; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check the mirror. Raises CommandError after printing each finding."""
        try:
            if options["check"]:
                self._check(options["folder"])
            else:
                self._tell(make(options["folder"].resolve(), self._progress))
        except (MirrorError, NoteError, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def _check(self, folder: Path) -> None:
        found = list(findings(folder, public_keys()))
        for finding in found[:MOST_NAMED]:
            self.stdout.write(f"FOUND {finding}")
        if found:
            raise CommandError(f"{len(found)} finding{'s' if len(found) > 1 else ''}.")
        by = "signed with the ledger's key" if is_signed(folder) else "not signed; the checkpoint in it is"
        self.stdout.write(f"The mirror is as it says, its documents are those of the log ({by}).")

    def _tell(self, done: Outcome) -> None:
        if not done.statement:
            self.stdout.write(f"Nothing has changed: {done.files:,} files stay as they are.")
            return
        each = done.seconds / max(1, done.answers) * 1000
        self.stdout.write(
            f"{done.files:,} files, {done.size:,} bytes; {done.written:,} written, {done.removed:,} removed. "
            f"{done.answers:,} pages and files asked for in {done.seconds:.1f} s, {each:.1f} ms each. "
            f"{'Signed with the key of the ledger.' if done.is_signed else 'Not signed: the key is not here.'}"
        )
        for address in done.unanswered[:MOST_NAMED]:
            self.stdout.write(f"Left out: {address}")

    def _progress(self, count: int) -> None:
        if count % TELL_EVERY == 0:
            self.stdout.write(f"{count:,} …")
