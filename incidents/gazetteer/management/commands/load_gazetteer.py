"""`manage.py load_gazetteer`"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from incidents.gazetteer import loading


class Command(BaseCommand):
    """Fill the gazetteer from the files in incidents/gazetteer/data. Safe to repeat: unchanged data are left alone."""

    help = "Load regions, raions and settlements from the vendored codifiers. Does nothing if they are loaded already."

    def add_arguments(self, parser: CommandParser) -> None:
        """--database as in Django's own commands."""
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="The connection to write to."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say in one line what is there now. Raises CommandError for data files that can't be read."""
        started = time.monotonic()
        try:
            load, written = loading.load(options["database"])
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(f"The gazetteer's data files can't be read: {problem!r}") from problem
        did = f"loaded in {time.monotonic() - started:.1f} s" if written else "unchanged"
        if options["verbosity"]:
            self.stdout.write(f"Gazetteer: {load.places:,} places, {load.with_coordinates:,} with coordinates; {did}.")
