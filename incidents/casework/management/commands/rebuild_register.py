"""`manage.py rebuild_register`: the rows that filters read, made again from the editions."""

from typing import Any

from django.core.management.base import BaseCommand

from incidents import publishing


class Command(BaseCommand):
    """Needed after a release that adds a column to the rows; changes no edition."""

    help = "Make the register's read rows again from its editions, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many editions were read."""
        self.stdout.write(f"Register: rows made again from {publishing.rebuild()} current editions.")
