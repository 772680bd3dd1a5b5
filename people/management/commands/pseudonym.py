"""`manage.py pseudonym`: under which name an account or an address stands in the log's lines of refusals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from people.refusals import pseudonym


class Command(BaseCommand):
    """Needs the secret key that the desk has; after an exchange of the key all pseudonyms are others."""

    help = "Prints the pseudonym of an e-mail address, or of the network address of a visitor, in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to look for."""
        parser.add_argument("text", help="an e-mail address, or an IP address")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line."""
        kind = "account" if "@" in options["text"] else "address"
        self.stdout.write(f"{kind} {pseudonym(kind, options['text'])}")
