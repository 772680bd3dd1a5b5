"""What docker compose runs, against a PostgreSQL that is given by address: Debian's, of an older version than ours."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.conftest import free_port, start_program, unavailable

WAIT_SECONDS = 240


@dataclass(frozen=True)
class Cluster:
    """A server of Debian's that asks for passwords, with a database whose owner is no superuser."""

    port: int

    def url(self, role: str, password: str, database: str = "hdc") -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "OWNER_DATABASE_URL": self.url("owner", "owner-password"),
            "DATABASE_URL": self.url("register_desk", "desk:pass/word").replace("desk:pass/word", "desk%3Apass%2Fword"),
            "REGISTER_DATABASE_URL": self.url("register_reader", "reader-password"),
        }


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of the newest PostgreSQL that Debian installed here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        unavailable("no PostgreSQL of Debian's: apt-get install postgresql")
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="hdc-debian-"))
    port = free_port()
    as_user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "nobody")

    def run(*arguments: str) -> None:
        subprocess.run(arguments, check=True, cwd="/", stdout=subprocess.DEVNULL, **as_user)

    password = folder / "password"
    password.write_text("superuser-password")
    password.chmod(0o644)
    data, options = str(folder / "data"), f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    run(*(str(programs / "initdb"), "-D", data, "-U", "super", "--auth=scram-sha-256", f"--pwfile={password}"))
    run(*(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"))
    try:
        made = Cluster(port)
        with psycopg.connect(made.url("super", "superuser-password", "postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE owner LOGIN CREATEROLE PASSWORD 'owner-password'")
            connection.execute("CREATE DATABASE hdc OWNER owner")
        yield made
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder)


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[str]:
    """`python -m operations.serve` on a free port, stopped at the end; gives its address when it is ready."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = start_program("operations.serve", DATA_DIR=str(data), PORT=str(port), SITE_URL=url, **environment)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while status(f"{url}/readyz") != 200:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=60)


def status(url: str) -> int:
    """The status of an answer, 0 where nothing answers; redirects are not followed."""
    try:
        return int(OPENER.open(url, timeout=30).status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Lets a redirect be seen."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirects)


def test_desk_and_public_processes_share_a_database_that_is_given_by_address(cluster: Cluster, tmp_path: Path) -> None:
    reader_alone = {"REGISTER_DATABASE_URL": cluster.addresses["REGISTER_DATABASE_URL"]}
    with (
        serving(tmp_path / "desk", SURFACE="desk", **cluster.addresses) as desk,
        serving(tmp_path / "public", SURFACE="public", **reader_alone) as public,
    ):
        assert status(f"{desk}/healthz") == status(f"{public}/healthz") == 200
        assert status(f"{public}/incidents/") == status(f"{public}/uk/incidents/") == 200
        assert status(f"{public}/desk/") == status(f"{public}/accounts/login/") == status(f"{public}/admin/") == 404
        assert status(f"{desk}/accounts/login/") == 200
        assert status(f"{desk}/desk/") == 302
        assert status(f"{desk}/incidents/") == 404
    with psycopg.connect(cluster.addresses["REGISTER_DATABASE_URL"]) as reader:
        assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SELECT 1 FROM casework_record")


def test_the_demonstrations_accounts_do_not_exist_in_production(cluster: Cluster, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "desk", SURFACE="desk", **cluster.addresses),
        psycopg.connect(cluster.addresses["OWNER_DATABASE_URL"]) as owner,
    ):
        assert owner.execute("SELECT count(*) FROM people_user").fetchone() == (0,)
        assert owner.execute("SELECT count(*) FROM casework_record").fetchone() == (0,)


def test_one_address_for_everything_works_with_the_readers_rights_on_the_public_side(
    cluster: Cluster, tmp_path: Path
) -> None:
    owner = cluster.addresses["OWNER_DATABASE_URL"]
    with serving(tmp_path, DATABASE_URL=owner) as both:
        assert status(f"{both}/incidents/") == 200
        assert status(f"{both}/accounts/login/") == 200


def test_a_public_process_waits_until_the_desk_has_made_the_tables(cluster: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(cluster.url("super", "superuser-password", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE later OWNER owner")
    addresses = {name: url.replace("/hdc", "/later") for name, url in cluster.addresses.items()}
    port = free_port()
    waiting = start_program(
        "operations.serve",
        DATA_DIR=str(tmp_path / "public"),
        PORT=str(port),
        SITE_URL=f"http://127.0.0.1:{port}",
        SURFACE="public",
        REGISTER_DATABASE_URL=addresses["REGISTER_DATABASE_URL"],
    )
    try:
        said = ""
        while "Waiting for the register's tables" not in said:
            said += waiting.stdout.read(1)  # type: ignore[union-attr]
            assert waiting.poll() is None, said
        time.sleep(2)  # as long as a web server that did not wait would need to answer
        assert waiting.poll() is None
        assert status(f"http://127.0.0.1:{port}/healthz") == 0
        with serving(tmp_path / "desk", SURFACE="desk", **addresses):
            deadline = time.monotonic() + WAIT_SECONDS
            while status(f"http://127.0.0.1:{port}/incidents/") != 200:
                assert waiting.poll() is None, waiting.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.3)
    finally:
        waiting.terminate()
        waiting.communicate(timeout=60)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:///hdc"}, "DATABASE_URL must start with postgresql://"),
        ({"DATABASE_URL": "postgresql://a@127.0.0.1/b", "SURFACE": "both"}, "SURFACE='both' is not one of"),
    ],
)
def test_a_start_that_cannot_go_on_says_why_in_one_line(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    process = start_program("operations.serve", DATA_DIR=str(tmp_path), **environment)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(output.splitlines()) == 1, output
    assert said in output


def test_the_published_passwords_are_refused_in_public(cluster: Cluster, tmp_path: Path) -> None:
    process = start_program(
        "operations.serve",
        DATA_DIR=str(tmp_path),
        SITE_URL="https://register.example.org",
        OWNER_DATABASE_URL=cluster.addresses["OWNER_DATABASE_URL"],
        DATABASE_URL=cluster.url("register_desk", "development-only"),
    )
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The database has the password of docker-compose.yml" in output


def test_the_probe_of_the_container_tells_a_ready_server_from_none(cluster: Cluster, tmp_path: Path) -> None:
    def probe(url: str) -> int:
        environment = os.environ | {"PORT": url.rsplit(":", 1)[1], "SITE_URL": url, "ALLOWED_HOSTS": ""}
        return subprocess.run([sys.executable, "-m", "operations.probe"], env=environment).returncode

    with serving(tmp_path, SURFACE="desk", **cluster.addresses) as desk:
        assert probe(desk) == 0
    assert probe(desk) == 1
