"""`manage.py restore FILE`: restores a backup into an empty database, and prints what was restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from operations.backup import restoring
from operations.backup.container import ContainerError
from operations.backup.programs import MissingProgramError
from operations.roles import RolesError


class Command(BaseCommand):
    """Runs as the owner of the database. Exits with status 1 and one line if anything differs."""

    help = "Checks a backup, restores it into an empty database, sets up the roles and runs `verify`."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the key to decrypt it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the secret key, as age-keygen writes it")
        parser.add_argument("--check", action="store_true", help="only read and check the archive; needs no database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, restore, verify."""
        try:
            keys = restoring.identities(options["identity"])
            if options["check"]:
                manifest = restoring.checked(options["file"], keys)
                self.stdout.write(f"The archive is whole: {len(manifest['members'])} members, made {manifest['made']}.")
                return
            restoring.restore(options["file"], keys, self.stdout.write)
            restoring.verify()
        except (restoring.RestoreError, ContainerError, MissingProgramError, RolesError) as problem:
            raise CommandError(str(problem)) from problem
        except (OSError, Error) as problem:
            raise CommandError(f"The backup could not be restored: {' '.join(str(problem).split())}") from problem
        self.stdout.write("Restored and verified.")
