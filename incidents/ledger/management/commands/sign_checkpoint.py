"""`manage.py sign_checkpoint`: signs the present log, unless it is inconsistent with what was signed before."""

import time
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from incidents.ledger import keys
from incidents.ledger.memory import Memory
from incidents.ledger.notes import NoteError, SigningKey
from incidents.ledger.signing import Outcome, RefusalError, sign


class Command(BaseCommand):
    """Run by a timer, as a process of its own that has the key. Exits with status 1 if it refuses."""

    help = "Sign a checkpoint over the ledger, after a proof that it continues the last one."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two options."""
        parser.add_argument(
            "--adopt-from-database",
            action="store_true",
            help="the signer's memory was lost: take the database's newest checkpoint for the last one",
        )
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="go on signing until it refuses")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign once, or every so many seconds."""
        key, memory = _key(), Memory(settings.LEDGER_MEMORY)
        while True:
            self._say(_signed(key, memory, adopt=options["adopt_from_database"]), options["verbosity"])
            if not options["every"]:
                return
            time.sleep(options["every"])

    def _say(self, outcome: Outcome, verbosity: int) -> None:
        if verbosity > 0 and outcome.is_new:
            self.stdout.write(f"Signed: {outcome.head.size} leaves, root {outcome.head.root.hex()}.")
        elif verbosity > 1:
            self.stdout.write(f"Nothing new: {outcome.head.size} leaves are signed already.")


def _key() -> SigningKey:
    path = settings.LEDGER_KEY_FILE
    try:
        key = keys.read(path)
    except OSError as problem:
        raise CommandError(
            f"LEDGER_KEY_FILE={path} cannot be read: {problem.strerror}. `make_ledger_key` makes one."
        ) from problem
    except NoteError as problem:
        raise CommandError(f"LEDGER_KEY_FILE={path}: {problem}") from problem
    if key.name != settings.LEDGER_ORIGIN:
        raise CommandError(
            f"The key is that of {key.name}, the log is called {settings.LEDGER_ORIGIN} (LEDGER_ORIGIN)."
        )
    return key


def _signed(key: SigningKey, memory: Memory, *, adopt: bool) -> Outcome:
    url, role = settings.SIGNER_DATABASE_URL, settings.SIGNER_TAKES_ROLE
    if not url:
        raise CommandError("SIGNER_DATABASE_URL is not set: the role that reads the log and adds checkpoints.")
    try:
        with psycopg.connect(url, connect_timeout=10, options=f"-c role={role}" if role else None) as connection:
            return sign(connection, key, memory, adopt=adopt)
    except BlockingIOError:
        raise CommandError(f"Another signer works with {memory.folder}.") from None
    except RefusalError as refusal:
        raise CommandError(f"Refused: {refusal}") from refusal
    except (psycopg.Error, OSError) as problem:
        raise CommandError(f"The checkpoint could not be signed: {problem}") from problem
