"""`manage.py make_ledger_key`: create the key that signs checkpoints, for the signer only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from incidents.ledger import keys
from incidents.ledger.notes import NoteError


class Command(BaseCommand):
    """Needs no database. Never overwrites a key."""

    help = "Make the Ed25519 key that signs the log's checkpoints (LEDGER_KEY_FILE), and print its public half."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the key file with mode 0600; the public half is written beside it and printed."""
        path = settings.LEDGER_KEY_FILE
        try:
            key = keys.make(path, settings.LEDGER_ORIGIN)
        except FileExistsError:
            raise CommandError(f"{path} is there already. docs/ledger.md says how a log changes its key.") from None
        except (OSError, NoteError) as problem:
            raise CommandError(f"The key could not be made: {problem}") from problem
        if options["verbosity"] > 0:
            self.stdout.write(f"The key is in {path}. Give this to the web processes and to readers:")
        self.stdout.write(f"LEDGER_PUBLIC_KEY={key.public}")
