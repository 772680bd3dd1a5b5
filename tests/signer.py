"""A signer for tests: a key and a memory of its own in a folder, connected as the signer's role."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import conninfo

from incidents.ledger import keys
from incidents.ledger.memory import Memory
from incidents.ledger.signing import Outcome, sign

ORIGIN = "register.example.org/ledger"


class Signer:
    """What `manage.py sign_checkpoint` is made of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = keys.kept(folder / "key", ORIGIN)
        self.memory = Memory(folder / "memory")

    def sign(self, **options: Any) -> Outcome:
        """Sign the log as it is committed."""
        with as_signer() as connected:
            return sign(connected, self.key, self.memory, **options)


def signer_url() -> str:
    """The address of the signer's role in the database of the tests."""
    return conninfo.make_conninfo(os.environ["SIGNER_DATABASE_URL"], dbname=str(connection.settings_dict["NAME"]))


@contextmanager
def as_signer() -> Iterator[psycopg.Connection[Any]]:
    """A connection as the signer has it."""
    with psycopg.connect(signer_url()) as connected:
        yield connected
