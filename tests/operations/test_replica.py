"""The public register survives the desk: it reads a streaming replica, and the primary is killed."""

import http.client
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from operations.embedded_postgres import OWNER, READER, EmbeddedServer
from tests.addresses import DATA, PAGES
from tests.running import Running, served
from tests.servers import Tell, copy_server, kill, new_server, server_with_starting_register

CAUGHT_UP_SECONDS = 30


@dataclass
class Installation:
    """A primary with its desk, a replica with its public side."""

    primary: EmbeddedServer
    replica: EmbeddedServer
    desk: Running
    public: Running


@pytest.fixture(scope="module")
def installation(starting_database: str) -> Iterator[Installation]:
    """Each program as it runs in earnest. Ends with the primary dead."""
    with (
        tempfile.TemporaryDirectory(prefix="hdc-") as name,
        server_with_starting_register((folder := Path(name)) / "primary", durable=True) as primary,
    ):
        copy_server(primary, folder / "replica", "--write-recovery-conf")
        with (
            new_server(folder / "replica") as replica,
            served(primary, folder / "desk", SURFACE="desk") as desk,
            served(replica, folder / "public", SURFACE="public") as public,
        ):
            yield Installation(primary, replica, desk, public)


def public_addresses() -> list[str]:
    """One of every kind of page and file, pages in both languages."""
    pages = [address for addresses in PAGES.values() for address in addresses]
    return [*pages, *(f"/uk{page}" for page in pages), *(each for several in DATA.values() for each in several)]


def test_the_replica_streams_and_can_only_be_read(installation: Installation) -> None:
    with psycopg.connect(installation.primary.url(OWNER), autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS streamed (at timestamptz DEFAULT now())")
        position = owner.execute("SELECT pg_current_wal_lsn()").fetchone()
    with psycopg.connect(installation.replica.url(OWNER), autocommit=True) as replica:
        deadline = time.monotonic() + CAUGHT_UP_SECONDS
        while replica.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position).fetchone() != (True,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert replica.execute("SELECT to_regclass('streamed') IS NOT NULL, pg_is_in_recovery()").fetchone() == (
            *(True, True),
        )
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            replica.execute("DROP TABLE streamed")


@pytest.fixture(scope="module")
def killed(installation: Installation) -> dict[str, int]:
    """What every public page answered before the primary was killed. It is dead from then on."""
    expected = {address: installation.public.get(address)[0] for address in public_addresses()}
    assert installation.desk.get("/accounts/login/")[0] == 200
    assert installation.desk.get("/readyz")[:1] == (200,)
    kill(installation.primary)
    return expected


def test_when_the_primary_is_killed_every_public_page_stays_and_the_desk_says_what_happened(
    installation: Installation, killed: dict[str, int], tell: Tell
) -> None:
    began = time.monotonic()
    status, headers, page = installation.desk.get("/desk/")
    noticed = time.monotonic() - began
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert "no-store" in headers["Cache-Control"]
    assert "The database of the desk does not answer" in page
    assert "What was saved before is safe" in page
    assert re.search(r"default-src 'none'", headers["Content-Security-Policy"])
    status, headers, page = installation.desk.get("/uk/accounts/login/")
    assert (status, headers["Content-Language"]) == (503, "uk")
    assert '<html lang="uk">' in page

    ready, _headers, told = installation.desk.get("/readyz")
    assert ready == 503
    assert "the desk's database does not answer" in told
    assert installation.desk.get("/healthz")[0] == 200, "the process itself lives"

    began = time.monotonic()
    found = {address: installation.public.get(address)[0] for address in killed}
    seconds = time.monotonic() - began
    assert found == killed
    assert {status for address, status in found.items() if "nothing" not in address} == {200}
    assert installation.public.get("/readyz")[0::2] == (200, "ready\n")
    tell(
        f"primary killed: the desk said so after {noticed * 1000:.0f} ms; {len(found)} public addresses "
        f"answered as before, from the replica ({seconds / len(found) * 1000:.0f} ms each)",
    )


@pytest.mark.usefixtures("killed")
def test_what_is_sent_to_a_desk_without_its_database_is_answered_with_what_to_do(installation: Installation) -> None:
    site = urlsplit(installation.desk.url)
    connection = http.client.HTTPConnection(str(site.hostname), int(site.port or 80), timeout=30)
    body = "login=somebody%40example.org&password=something"
    connection.request(
        "POST", "/accounts/login/", body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "csrf=a"}
    )
    assert connection.getresponse().status in (403, 503), "refused for its token, or for the database; never an error"


def test_the_reader_of_the_replica_is_behind_the_same_wall(installation: Installation) -> None:
    with (
        psycopg.connect(installation.replica.url(READER)) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("SELECT 1 FROM casework_record")
