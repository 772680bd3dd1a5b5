"""`manage.py load_places`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from incidents.gazetteer import points
from incidents.gazetteer.models import SETTLEMENTS, Category, Place
from incidents.gazetteer.outlines import read_outlines

READERS = {"geonames": points.geonames_country, "postal": points.geonames_postal, "table": points.table_by_code}


class Command(BaseCommand):
    """Load points of settlements from downloaded files. A file replaces what one of its name gave before."""

    help = "Give settlements their points, from GeoNames and tables by code; see docs/operating.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files by their kind."""
        parser.add_argument(
            "--boundaries", nargs="+", type=Path, default=[], help="Raions and hromadas: GeoJSON, TopoJSON."
        )
        parser.add_argument(
            "--geonames", nargs="+", type=Path, default=[], help="GeoNames' country files, or their zips."
        )
        parser.add_argument("--postal", nargs="+", type=Path, default=[], help="GeoNames' files of postal codes.")
        parser.add_argument("--table", nargs="+", type=Path, default=[], help="Tables with code, latitude, longitude.")
        parser.add_argument("--credit", default="", help="The source and licence of the tables, shown on the map.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections))

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each file, and print what became of its points. Raises CommandError for a file that cannot be read."""
        if options["table"] and not options["credit"]:
            raise CommandError("Name the source and licence of the tables with --credit.")
        if (options["geonames"] or options["postal"]) and not options["boundaries"]:
            raise CommandError("GeoNames has no codes: its places are told apart by --boundaries.")
        database = options["database"]
        units = Place.objects.using(database).filter(category__in=(Category.RAION, Category.HROMADA))
        try:
            outlines = read_outlines(options["boundaries"], units.values_list("code", flat=True))
            placing = points.Placing(database, outlines)
            for kind, read in READERS.items():
                for path in options[kind]:
                    credit = options["credit"] if kind == "table" else points.GEONAMES
                    self._say(path.name, placing.load(path.name, read(path), credit, self.stdout.write))
        except (OSError, ValueError, KeyError, StopIteration) as problem:
            raise CommandError(f"A file cannot be read: {problem!r}") from problem
        located = Place.objects.using(database).filter(category__in=SETTLEMENTS, latitude__isnull=False)
        self.stdout.write(f"{located.filter(region__country='UA').count():,} settlements of Ukraine have a point.")

    def _say(self, name: str, report: points.Report) -> None:
        self.stdout.write(
            f"{name}: {report.placed:,} placed, {report.known:,} had a point already "
            f"({len(report.contradicting):,} of them more than {points.CONTRADICTION_KM} km away), "
            f"{report.ambiguous:,} ambiguous, {report.outside:,} outside the outlines, "
            f"{report.nameless:,} of no settlement."
        )
        if report.contradicting:
            self.stdout.write("More than 5 km away: " + ", ".join(report.contradicting[:20]))
