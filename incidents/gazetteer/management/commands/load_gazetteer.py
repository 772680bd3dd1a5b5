"""`manage.py load_gazetteer`"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from incidents.gazetteer import loading


class Command(BaseCommand):
    """Load the gazetteer from incidents/gazetteer/data. Idempotent: does nothing if the data are unchanged."""

    help = "Load regions, raions and settlements from the vendored codifiers. Does nothing if they are loaded already."

    def add_arguments(self, parser: CommandParser) -> None:
        """--database as in Django's own commands."""
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="The connection to write to."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print one line about the tables. Raises CommandError for unreadable data files."""
        started = time.monotonic()
        try:
            load, written = loading.load(options["database"])
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(f"The gazetteer's data files can't be read: {problem!r}") from problem
        did = f"loaded in {time.monotonic() - started:.1f} s" if written else "unchanged"
        if options["verbosity"]:
            self.stdout.write(f"Gazetteer: {load.places:,} places, {load.with_coordinates:,} with coordinates; {did}.")
