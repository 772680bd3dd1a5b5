"""`manage.py rebuild_register`: rebuild the read rows from the editions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from incidents import publishing
from incidents.publishing.rows import WRITE_ALIAS
from incidents.register.models import vectors_are_missing


class Command(BaseCommand):
    """Changes no edition. Every start of the desk runs it with `--if-needed`."""

    help = "Make the register's read rows again from its editions, in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The option `--if-needed`."""
        parser.add_argument(
            "--if-needed", action="store_true", help="only where a release has changed what is found by a search"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many editions were read."""
        if options["if_needed"] and not vectors_are_missing(WRITE_ALIAS):
            return
        self.stdout.write(f"Register: rows made again from {publishing.rebuild()} current editions.")
