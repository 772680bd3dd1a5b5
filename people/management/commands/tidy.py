"""`manage.py tidy`: run by every start of the desk, and once a day by a timer."""

from typing import Any

from django.core.management.base import BaseCommand

from people.tidying import tidy


class Command(BaseCommand):
    """Removes nothing that belongs to casework, to the register or to the trail."""

    help = "Removes sessions that are over, invitations nobody took up, and lapsed counts of attempts to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how much of each."""
        removed = ", ".join(f"{name}: {number}" for name, number in tidy().items())
        if options["verbosity"] > 0:
            self.stdout.write(f"Removed: {removed}.")
