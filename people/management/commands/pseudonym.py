"""`manage.py pseudonym`: the pseudonym of an account or address in the log of refusals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from people.refusals import pseudonym


class Command(BaseCommand):
    """Needs the desk's secret key; a new key changes all pseudonyms."""

    help = "Prints the pseudonym of an e-mail address, or of the network address of a visitor, in the log."

    def add_arguments(self, parser: CommandParser) -> None:
        """The text to look up."""
        parser.add_argument("text", help="an e-mail address, or an IP address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line."""
        kind = "account" if "@" in options["text"] else "address"
        self.stdout.write(f"{kind} {pseudonym(kind, options['text'])}")
