"""`manage.py freeze normal|read-only|closed`: the emergency switch of the desk."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.models import Freeze, Openness
from people.sessions import end_all_sessions

LONGEST_REASON = 500


class Command(BaseCommand):
    """It never affects the public register, which uses other tables and another role."""

    help = "Opens the desk (normal), lets it only be read (read-only), or closes it and ends all sessions (closed)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The state, and the reason that the refused users see."""
        parser.add_argument("state", choices=Openness.values)
        parser.add_argument("--reason", default="", help="shown to the people of the desk; 500 characters at most")

    def handle(self, *args: Any, **options: Any) -> None:
        """Switch, and print the new state. Raises CommandError if the reason is too long."""
        state, reason = Openness(options["state"]), options["reason"].strip()
        if len(reason) > LONGEST_REASON:
            raise CommandError(f"The reason has {len(reason)} characters; {LONGEST_REASON} are shown at most.")
        freeze = Freeze.switch(state, reason)
        if state == Openness.CLOSED:
            end_all_sessions()
        self.stdout.write(
            f"The desk is {freeze.state} since {freeze.since:%Y-%m-%d %H:%M} UTC. {freeze.reason}".strip()
        )
