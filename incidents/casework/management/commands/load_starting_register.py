"""`manage.py load_starting_register`: the sixteen incidents of the starting register, written and published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from incidents.casework.starting_register import StartingRegister
from incidents.records.models import Record
from people.audit.acting import COMMAND, acting
from people.models import User


class Command(BaseCommand):
    """Loads the starting register once; a second call does nothing."""

    help = "Load the starting register, written by one account and approved by another."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two accounts."""
        parser.add_argument("--documenter", required=True, help="e-mail address of the account that writes")
        parser.add_argument("--reviewer", required=True, help="e-mail address of the account that approves")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load in one transaction, so that an interrupted load writes nothing."""
        if Record.objects.exists():
            self.stdout.write("Starting register: there are records already; nothing loaded.")
            return
        documenter, reviewer = self._account(options["documenter"]), self._account(options["reviewer"])
        with acting(f"{COMMAND}load_starting_register"), transaction.atomic():
            StartingRegister(documenter, reviewer, self._progress).load()

    def _progress(self, text: str) -> None:
        self.stdout.write(f"Starting register: {text}")

    def _account(self, email: str) -> User:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"There is no account {email}.")
        return user
