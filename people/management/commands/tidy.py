"""`manage.py tidy`: run at every start of the desk, and daily by a timer."""

from typing import Any

from django.core.management.base import BaseCommand

from people.tidying import tidy


class Command(BaseCommand):
    """Removes nothing from casework, the register or the audit trail."""

    help = "Removes sessions that are over, invitations nobody took up, and lapsed counts of attempts to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many of each were removed."""
        removed = ", ".join(f"{name}: {number}" for name, number in tidy().items())
        if options["verbosity"] > 0:
            self.stdout.write(f"Removed: {removed}.")
