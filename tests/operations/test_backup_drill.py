"""The drill: a register is backed up, put back into an empty place by its command, and everything about it holds."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client, override_settings
from psycopg import errors, sql

from incidents.register.models import Edition
from operations.backup.container import ContainerError
from operations.backup.programs import MissingProgramError, program
from operations.backup.restoring import checked, identities
from operations.embedded_postgres import DATABASE, DESK, READER, EmbeddedServer
from people import factors
from people.models import User
from tests.conftest import ROOT, empty_tables, reading_from
from tests.desk import said, signs_in
from tests.factories import make_documenter, make_factor, make_incident, make_reviewer, make_source, publish
from tests.factors import code_of
from tests.postgres import bare_environment
from tests.prepare import within_reach
from tests.servers import Tell, led_to, new_server
from tests.signer import ORIGIN, Signer

CONFIDENTIAL = "the-witness-met-us-at-the-mill"
FLIPS = 40


@dataclass
class Drill:
    """What was saved, where, and how it came back."""

    folder: Path
    archive: Path
    key: Path
    told: str
    seconds: float
    secret: str
    email: str
    editions: list[tuple[str, int, str]]
    restored: subprocess.CompletedProcess[str]
    restore_seconds: float
    signer: Signer
    session: str

    @property
    def data(self) -> Path:
        return self.folder / "elsewhere"


def new_key(path: Path) -> str:
    """A key of age in a file, as `age-keygen` writes it; its public half."""
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def command(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` as a program of its own, on the embedded server of a data folder."""
    within_reach(data)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=bare_environment() | {"DATA_DIR": str(data)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def settings_of(signer: Signer, **more: Any) -> Iterator[None]:
    """The ledger's settings, as an installation has them that signs."""
    with override_settings(
        LEDGER_ORIGIN=ORIGIN, LEDGER_PUBLIC_KEY=[str(signer.key.public)], LEDGER_MEMORY=signer.memory.folder, **more
    ):
        yield


def a_register(signer: Signer) -> tuple[User, str]:
    """Published, unpublished and confidential records, two checkpoints, and a documenter with a second factor."""
    author, reviewer = make_documenter(), make_reviewer()
    publish(make_incident(author), reviewer)
    signer.sign()
    hidden = make_source(author, access="confidential", title=CONFIDENTIAL, url="")
    publish(make_incident(author, sources=(make_source(author), hidden)), reviewer)
    make_incident(author, title_en="A draft that nobody has seen")
    signer.sign()
    return author, make_factor(author)


@pytest.fixture(scope="module")
def drill(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """Save the register of the tests' database, and restore it with the command into a server that was not there."""
    folder = Path(tmp_path_factory.mktemp("drill"))
    signer = Signer(folder / "signer")
    public, out = new_key(folder / "key.txt"), StringIO()
    with django_db_blocker.unblock(), settings_of(signer, BACKUP_RECIPIENTS=[public]):
        author, secret = a_register(signer)
        editions = list(Edition.objects.using("default").values_list("code", "number", "digest"))
        (client := Client()).force_login(author)  # a session that no archive may hold
        began = time.monotonic()
        call_command("backup", str(folder / "backups"), stdout=out)
        seconds = time.monotonic() - began
        session = str(client.session.session_key)
        empty_tables()
    (archive,) = (folder / "backups").iterdir()
    began = time.monotonic()
    restored = command(
        folder / "elsewhere",
        *("restore", str(archive), "--identity", str(folder / "key.txt")),
        LEDGER_ORIGIN=ORIGIN,
        LEDGER_PUBLIC_KEY=str(signer.key.public),
    )
    return Drill(
        *(folder, archive, folder / "key.txt", out.getvalue(), seconds, secret, author.email, editions, restored),
        restore_seconds=time.monotonic() - began,
        signer=signer,
        session=session,
    )


@pytest.fixture
def restored(drill: Drill) -> Iterator[EmbeddedServer]:
    """The restored server, running."""
    assert drill.restored.returncode == 0, drill.restored.stdout + drill.restored.stderr
    with new_server(drill.data / "postgres") as server:
        yield server


@pytest.fixture
def empty_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database without anything in it, to which the owner's connection leads."""
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS hdc_empty WITH (FORCE)")
        owner.execute("CREATE DATABASE hdc_empty")
        with django_db_blocker.unblock(), reading_from("hdc_empty", "default", "register"):
            yield "hdc_empty"
        owner.execute("DROP DATABASE hdc_empty WITH (FORCE)")


def refused(*arguments: str) -> str:
    """The one line with which `restore` ends, and its status is that of every CommandError: 1."""
    with pytest.raises(CommandError) as problem:
        call_command("restore", *arguments, stdout=StringIO())
    assert "\n" not in str(problem.value)
    return str(problem.value)


def relations() -> int:
    """How many tables, views and sequences the owner's database has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return int(cursor.fetchone()[0])


def test_the_command_restores_verifies_and_says_what_came_back(drill: Drill, tell: Tell) -> None:
    told = drill.restored.stdout
    assert drill.restored.returncode == 0, told + drill.restored.stderr
    size = drill.archive.stat().st_size
    tell(f"backup: {size:,} bytes in {drill.seconds:.1f} s; restore, verify: {drill.restore_seconds:.1f} s")
    assert "The archive is whole" in told
    assert f"The register has {len(drill.editions)} editions" in told
    assert "signer-memory: 2 files came back" in told
    assert "second factors go on working" in told
    assert "Nothing was found." in told
    assert told.rstrip().endswith("Restored and verified.")


def test_every_edition_came_back_byte_for_byte(drill: Drill, restored: EmbeddedServer) -> None:
    with psycopg.connect(restored.url(READER)) as reader:
        rows = reader.execute("SELECT code, number, digest FROM register_edition ORDER BY id").fetchall()
        assert rows == drill.editions
        assert reader.execute(
            "SELECT count(*) FROM register_edition WHERE encode(sha256(convert_to(document, 'UTF8')), 'hex') <> digest"
        ).fetchone() == (0,)


def test_the_walls_stand_in_the_restored_database(restored: EmbeddedServer) -> None:
    for table in ("casework_source", "people_user", "mfa_authenticator", "django_session"):
        with psycopg.connect(restored.url(READER)) as reader, pytest.raises(errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))
    with psycopg.connect(restored.url(DESK)) as desk, pytest.raises(errors.InsufficientPrivilege):
        desk.execute("UPDATE register_edition SET document = ''")
    with psycopg.connect(restored.url(READER)) as reader:
        assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)


def test_people_sign_in_again_with_their_second_factor(
    drill: Drill, restored: EmbeddedServer, django_db_blocker: Any
) -> None:
    keys = (drill.data / "factor-keys").read_text().split(",")
    assert (drill.data / "factor-keys").stat().st_mode & 0o777 == 0o600
    try:
        with django_db_blocker.unblock(), led_to(restored), override_settings(FACTOR_KEYS=keys):
            factors._box.cache_clear()
            cache.clear()
            client = Client(raise_request_exception=False)
            assert signs_in(client, drill.email)["Location"] == "/accounts/2fa/authenticate/"
            assert client.post("/accounts/2fa/authenticate/", {"code": code_of(drill.secret)})["Location"] == "/desk/"
            assert "A draft that nobody has seen" in said(client.get("/desk/"))
    finally:
        factors._box.cache_clear()


def test_who_was_signed_in_is_not_in_the_archive(drill: Drill, restored: EmbeddedServer) -> None:
    with psycopg.connect(restored.url(DESK)) as desk:
        rows = desk.execute("SELECT count(*) FROM django_session WHERE session_key = %s", [drill.session]).fetchone()
        assert rows == (0,)


def test_the_archive_is_written_for_its_owner_and_the_holder_of_the_key_alone(drill: Drill) -> None:
    assert drill.archive.stat().st_mode & 0o777 == 0o600
    assert not list(drill.archive.parent.glob(".*")), "nothing unfinished stays behind"
    content = drill.archive.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert CONFIDENTIAL.encode() not in content
    names = checked(drill.archive, identities(drill.key))["members"]
    assert {"roles.json", "secrets/factor-keys", "database/000000"} <= set(names)
    assert not [name for name in names if "secret-key" in name], "what signs sessions stays where it is"


def test_the_signer_goes_on_from_the_memory_that_came_back(drill: Drill, restored: EmbeddedServer) -> None:
    key = drill.folder / "signer" / "key"
    signed = command(drill.data, "sign_checkpoint", "-v2", LEDGER_ORIGIN=ORIGIN, LEDGER_KEY_FILE=str(key))
    assert signed.returncode == 0, signed.stderr
    assert "are signed already" in signed.stdout


def test_one_flipped_byte_anywhere_is_found_and_nothing_is_restored(
    drill: Drill, empty_database: str, tmp_path: Path
) -> None:
    content = drill.archive.read_bytes()
    places = {0, 25, 60, 120, 200, len(content) - 1, *range(300, len(content), len(content) // FLIPS)}
    damaged = tmp_path / "damaged.backup.age"
    for place in sorted(places):
        damaged.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        line = refused(str(damaged), "--identity", str(drill.key))
        assert "changed" in line or "cannot be opened" in line or "cannot be read" in line, (place, line)
        assert relations() == 0, place


def test_a_truncated_archive_is_refused(drill: Drill, empty_database: str, tmp_path: Path) -> None:
    content, cut = drill.archive.read_bytes(), tmp_path / "cut.backup.age"
    for length in (0, 10, 150, 3_000, len(content) // 2, len(content) - 1):
        cut.write_bytes(content[:length])
        line = refused(str(cut), "--identity", str(drill.key))
        assert "changed" in line or "cut off" in line, (length, line)
        assert relations() == 0


def test_a_wrong_key_opens_nothing_and_the_program_ends_with_status_1(drill: Drill, tmp_path: Path) -> None:
    new_key(tmp_path / "other.txt")
    ended = command(tmp_path / "data", "restore", str(drill.archive), "--identity", str(tmp_path / "other.txt"))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "cannot be opened with this key" in ended.stderr


def test_no_key_a_missing_file_and_what_is_no_key_each_get_a_line(drill: Drill, empty_database: str) -> None:
    assert "--identity" in refused(str(drill.archive))
    assert "holds no secret key" in refused(str(drill.archive), "--identity", str(drill.archive))
    assert "No such file" in refused(str(drill.folder / "nothing"), "--identity", str(drill.key))


def test_a_database_that_holds_anything_is_left_alone(drill: Drill, empty_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")
    line = refused(str(drill.archive), "--identity", str(drill.key))
    assert "not empty: it holds public.mine" in line
    assert relations() == 1


def test_an_archive_of_a_newer_program_is_refused(
    drill: Drill, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.migrations.loader import MigrationLoader

    load = MigrationLoader.load_disk

    def without_the_newest(loader: MigrationLoader) -> None:
        load(loader)
        loader.disk_migrations.pop(max(key for key in loader.disk_migrations if key[0] == "casework"))

    monkeypatch.setattr(MigrationLoader, "load_disk", without_the_newest)
    assert "newer version of this program" in refused(str(drill.archive), "--identity", str(drill.key))
    assert relations() == 0


def test_without_a_recipient_nothing_is_written(committed: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="BACKUP_RECIPIENTS is not set"):
        call_command("backup", str(tmp_path / "backups"))
    assert not (tmp_path / "backups").exists()


def test_what_is_asked_for_in_the_open_is_as_well_protected_against_changes(
    committed: None, empty_database: str, tmp_path: Path
) -> None:
    with reading_from(connections["default"].settings_dict["TEST"]["NAME"] or f"test_{DATABASE}", "default"):
        call_command("backup", str(tmp_path), "--unencrypted", stdout=StringIO())
    (archive,) = tmp_path.glob("*.backup")
    assert archive.stat().st_mode & 0o777 == 0o600
    content = archive.read_bytes()
    by_hand = f"tar -xf {archive} && cat database/* | {program('pg_restore', 18)} --list"
    listed = subprocess.run(["sh", "-c", by_hand], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "TABLE DATA public register_edition" in listed, "as docs/operating.md says, nothing of ours is needed"
    for place in (
        0,
        300,
        1_000,
        len(content) - 1,
        len(content) - 40,
        *range(2_000, len(content), len(content) // 9),
    ):
        archive.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(ContainerError):
            checked(archive, [])


def test_a_missing_program_is_named_with_what_to_do() -> None:
    with pytest.raises(MissingProgramError, match=r"pg_dump of version 11.*POSTGRES_PROGRAMS"):
        program("pg_dump", 11)
    assert program("pg_dump", 18).name == "pg_dump"


def test_a_dump_that_fails_leaves_no_file(committed: None, tmp_path: Path, settings: Any) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    fake = programs / "pg_dump"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 18.0" && exit\necho half\nexit 1\n')
    fake.chmod(0o755)
    settings.POSTGRES_PROGRAMS = str(programs)
    with pytest.raises(CommandError, match="pg_dump failed"):
        call_command("backup", str(tmp_path / "backups"), "--unencrypted")
    assert list((tmp_path / "backups").iterdir()) == []
