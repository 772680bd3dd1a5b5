"""One public process and one of the desk for all tests of this folder, on the starting register."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.security.processes import Process, running


def on(database: str, name: str) -> str:
    """The address of a role's connection, to another database of the same server."""
    url = os.environ[name]
    before, _, query = url.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{database}?{query}"


@pytest.fixture(scope="session")
def public(starting_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """SURFACE=public with the reader's address and no other."""
    address = on(starting_database, "REGISTER_DATABASE_URL")
    with running(tmp_path_factory.mktemp("public"), SURFACE="public", REGISTER_DATABASE_URL=address) as process:
        yield process


@pytest.fixture(scope="session")
def desk(starting_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Everything on one address, as the desk's role; the secret key is that of the tests."""
    addresses = {
        name: on(starting_database, name) for name in ("OWNER_DATABASE_URL", "DATABASE_URL", "REGISTER_DATABASE_URL")
    }
    with running(
        tmp_path_factory.mktemp("desk"), SURFACE="all", SECRET_KEY=settings.SECRET_KEY, **addresses
    ) as process:
        yield process
