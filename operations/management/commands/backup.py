"""`manage.py backup FOLDER`: one encrypted file with all data that cannot be generated again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from operations.backup.making import BackupError, Made, make, recipients
from operations.backup.programs import MissingProgramError


class Command(BaseCommand):
    """Runs as the owner of the database; register and desk stay available meanwhile."""

    help = "Writes a backup of database, roles, factor keys and files, encrypted to BACKUP_RECIPIENTS."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and the option for an unencrypted file."""
        parser.add_argument("folder", type=Path, help="where the file is written, under a name with the time")
        parser.add_argument(
            "--unencrypted", action="store_true", help="without BACKUP_RECIPIENTS: whoever gets the file can read it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the backup, and print what it contains and lacks."""
        try:
            to = recipients()
            if bool(to) == options["unencrypted"]:
                raise BackupError(
                    "BACKUP_RECIPIENTS is set, and --unencrypted asks for the opposite. Nothing was written."
                    if to
                    else "BACKUP_RECIPIENTS is not set: the backup would hold confidential sources in the open. "
                    "Nothing was written. Set it to a public key of age (docs/operating.md), or ask for --unencrypted."
                )
            made = make(options["folder"].resolve(), to)
        except (BackupError, MissingProgramError) as problem:
            raise CommandError(str(problem)) from problem
        except (OSError, Error) as problem:
            raise CommandError(f"No backup was made: {' '.join(str(problem).split())}") from problem
        if options["verbosity"] > 0:
            self._tell(made, len(to))

    def _tell(self, made: Made, keys: int) -> None:
        readers = f"encrypted to {keys} key{'s' if keys > 1 else ''}" if keys else "NOT ENCRYPTED"
        self.stdout.write(f"{made.path} ({made.size:,} bytes, {len(made.members)} members, {readers})")
        self.stdout.write(
            f"Head: {made.head['editions']} editions, {made.head['leaves']} leaves, "
            f"{made.head['checkpoints']} checkpoints."
        )
        for line in made.without:
            self.stdout.write(line)
