"""What all tests share: the database, roles and gazetteer, the cast, the starting register, a browser, a site."""

import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from psycopg import sql

from incidents.register.filters import facet_index
from incidents.register.models import Edition
from operations.management.commands.demo_accounts import ADDRESS_OF
from people.audit.acting import COMMAND, name_process
from people.models import Role, User
from tests.copies import load_or_copy
from tests.desk import make_administrator, signed_in
from tests.factories import make_documenter, make_factor, make_reviewer
from tests.postgres import alone_on_the_server, bare_environment, own_database
from tests.prepare import ROOT, STARTING_DATABASE, within_reach
from tests.signer import ORIGIN, Signer

KEPT_APPS = {"gazetteer", "auth", "contenttypes"}  # what migrations and the gazetteer's loader put there, once
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
READY_SECONDS = 300


def pytest_configure() -> None:
    """Tests take static files as they lie in the source, so that a page needs no collecting, and a cheap hasher."""
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2Hasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    name_process(f"{COMMAND}tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come first, so that no process ends with one of them while the other is idle.

    Those of the demonstration and of a browser stand together: the first half of all tests goes to one process, so that
    one alone starts them.
    """
    items.sort(key=lambda item: not (_is_long(item) or "first_run" in getattr(item, "fixturenames", ())))


def _is_long(item: pytest.Item) -> bool:
    return item.path.parent.name in ("browser", "faults", "leaks")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no garbage collection looks at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tells a figure that was measured; all of them are printed at the end."""
    return lambda figure: record_property("figure", figure)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures, whichever process measured them."""
    passed = terminalreporter.stats.get("passed", [])
    figures = [value for report in passed for name, value in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(figures))


def unavailable(reason: str) -> None:
    """Skip what this machine cannot run; a failure where everything has to be there (CI=true)."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{reason} (and CI=true, where nothing may be left out)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for both connections, as `tests/prepare.py` made it, for the whole session.

    pytest-django's own fixture leaves out connections that no mark names, and the reader's is never named in one.
    """
    with own_database() as database:
        with django_db_blocker.unblock(), alone_on_the_server():
            for each in connections.all():
                each.settings_dict["NAME"] = database
            call_command("setup_roles", verbosity=0)
        yield
        close_connections()  # the server itself is thrown away


def load_starting_register(cache: Path) -> None:
    """By its command, written and approved by the demonstration's accounts; or from a copy of what that made."""

    def load() -> None:
        for role, address in ADDRESS_OF.items():
            User.objects.create_user(address).groups.add(Group.objects.get(name=role))
        people = {"documenter": ADDRESS_OF[Role.DOCUMENTER], "reviewer": ADDRESS_OF[Role.REVIEWER]}
        call_command("load_starting_register", **people, stdout=StringIO())

    load_or_copy(cache, changing_tables(), [ROOT / "incidents", ROOT / "people", ROOT / "uv.lock"], load)


def changing_tables() -> list[str]:
    """Every table but those of KEPT_APPS."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in KEPT_APPS
    ]


@pytest.fixture
def gazetteer(db: None) -> None:
    """The gazetteer is there (it always is); tests that rest on it say so."""


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For tests that commit, because the public side reads over a connection of its own. Emptied afterwards."""
    with django_db_blocker.unblock():
        yield
        empty_tables()


def empty_tables() -> None:
    """Empty every table but those of KEPT_APPS; as a replica, because editions refuse to be removed."""
    connections["register"].close()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in changing_tables())
        )


@pytest.fixture
def fresh_limits() -> None:
    """Sign-ins and sign-ups are counted in the cache, a table; one test's must not be another's.

    Named behind `db` or `committed`, which open the database.
    """
    caches["default"].clear()


@pytest.fixture
def documenter() -> User:
    return make_documenter()


@pytest.fixture
def reviewer() -> User:
    return make_reviewer()


@pytest.fixture
def administrator() -> User:
    return make_administrator()


@pytest.fixture
def person() -> Any:
    """A documenter with an authenticator application, whose `secret` is known."""
    made: Any = make_documenter()
    made.secret = make_factor(made)
    return made


@pytest.fixture
def desk(documenter: User) -> Client:
    """A browser in which the documenter has signed in; files about other people have a desk of their own."""
    return signed_in(documenter)


@pytest.fixture
def signer(tmp_path: Path, settings: Any) -> Signer:
    """A signer of the ledger whose key and memory the installation knows."""
    made = Signer(tmp_path / "signer")
    settings.LEDGER_PUBLIC_KEY, settings.LEDGER_ORIGIN = [str(made.key.public)], ORIGIN
    settings.LEDGER_MEMORY = made.memory.folder
    return made


@pytest.fixture
def numbers_from_one(committed: None) -> Iterator[None]:
    """For the synthetic register, which numbers editions from 1 on, as no two registers of one process may do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('register_edition_id_seq')")
        last = cursor.fetchone()[0]
    forget_the_register()
    yield
    forget_the_register()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('register_edition_id_seq', %s)", [last + 1_000])


def forget_the_register() -> None:
    """What the process keeps by an edition's number."""
    facet_index._today._kept.clear()


@pytest.fixture(scope="session")
def starting_database(django_db_setup: None, django_db_blocker: Any, pytestconfig: pytest.Config) -> str:
    """The name of a second database into which the starting register has been loaded by its command."""
    with (
        django_db_blocker.unblock(),
        alone_on_the_server(),
        reading_from(STARTING_DATABASE, "default", "register"),
    ):
        if not Edition.objects.exists():  # another session that shares the server may have loaded it
            call_command("setup_roles", verbosity=0)
            load_starting_register(pytestconfig.cache.mkdir("starting-register"))
    return STARTING_DATABASE


@contextmanager
def reading_from(database: str, *aliases: str) -> Iterator[None]:
    """Point connections at another database of the same server for a while, other threads' new ones as well.

    Those to the starting register stay open: to connect costs more than most tests do.
    """
    before = {alias: connections[alias] for alias in aliases}
    for alias in aliases:
        _use(alias, _to_another(alias, database))
    try:
        yield
    finally:
        for alias, connected in before.items():
            if database != STARTING_DATABASE:
                connections[alias].close()
            _use(alias, connected)


_others: dict[tuple[str, ...], Any] = {}


def _to_another(alias: str, database: str) -> Any:
    given = connections[alias].settings_dict | {"NAME": database}
    key = (alias, *(str(given[name]) for name in ("HOST", "USER", "NAME")))
    if key not in _others:
        connections.settings[alias] = given
        _others[key] = connections.create_connection(alias)
    return _others[key]


def _use(alias: str, connected: Any) -> None:
    connections.settings[alias] = connected.settings_dict
    connections[alias] = connected


def close_connections() -> None:
    """Those of this thread to every database."""
    connections.close_all()
    while _others:
        _others.popitem()[1].close()


@pytest.fixture
def starting_register(starting_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Public pages show the starting register. Shared by the whole session: nothing may write to it."""
    with django_db_blocker.unblock(), reading_from(starting_database, "register"):
        yield


@pytest.fixture
def starting_casework(starting_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The casework of the starting register as well; what a test writes there is rolled back at its end."""
    with django_db_blocker.unblock(), reading_from(starting_database, "default", "register"), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, else Playwright's own."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next((path for path in CHROMIUM if Path(path).exists()), None)
    sync_api.expect.set_options(timeout=30_000)  # as long as Playwright waits for everything else
    with sync_api.sync_playwright() as playwright:
        if program is None and not Path(playwright.chromium.executable_path).exists():
            unavailable("no Chromium: apt-get install chromium")
        running = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.getuid() == 0 else [], timeout=60_000
        )
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Makes pages, each as a browser of its own. Afterwards none may have asked another host or broken its policy."""
    contexts, complaints = [], []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: complaints.append(request.url) if is_foreign(request.url) else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: complaints.append(message.text) if is_violation(message) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A page of a desktop's size."""
    return new_page()


def is_foreign(url: str) -> bool:
    """Whether a request leaves this machine."""
    return url.startswith("http") and not url.startswith(("http://127.0.0.1:", "http://localhost:"))


def is_violation(message: Any) -> bool:
    """Whether the console tells of something that the content security policy refused."""
    return message.type == "error" and "Content Security Policy" in message.text


@dataclass(frozen=True)
class Site:
    """A running demonstration."""

    url: str
    password: str
    data: Path
    process: subprocess.Popen[str]
    lines: list[str]

    documenter = ADDRESS_OF[Role.DOCUMENTER]
    reviewer = ADDRESS_OF[Role.REVIEWER]
    administrator = ADDRESS_OF[Role.ADMINISTRATOR]


@dataclass(frozen=True)
class FirstRun:
    """How the first start on a new data folder went and ended, when it was stopped by Ctrl-C."""

    site: Site
    status: int
    last_words: str
    left_running: list[str]
    spare: Path  # a copy of the data folder that it left, for a test that changes it


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The demonstration on a new data folder, stopped by Ctrl-C."""
    with run_demo(tmp_path_factory.mktemp("demo")) as site:
        site.process.send_signal(signal.SIGINT)
        last_words, _ = site.process.communicate(timeout=60)
    left_running, spare = programs_of(site.data), tmp_path_factory.mktemp("spare") / "data"
    subprocess.run(["cp", "-a", str(site.data), str(spare)], check=True)
    return FirstRun(site, site.process.returncode, last_words, left_running, spare)


@pytest.fixture(scope="session")
def live_site(first_run: FirstRun) -> Generator[Site]:
    """The demonstration as `make demo` starts it the second time, with a PostgreSQL and a gunicorn of its own."""
    with run_demo(first_run.site.data) as site:
        yield site


def programs_of(data: Path) -> list[str]:
    """The command lines of programs that work with a data folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words, environment = process.info["cmdline"] or [], process.info["environ"] or {}
        if environment.get("DATA_DIR") == str(data) or any(str(data) in word for word in words):
            found.append(" ".join(words))
    return found


@contextmanager
def run_demo(data: Path, **environment: str) -> Iterator[Site]:
    """Start `python -m operations.demo` on a free port, wait until it is ready, and stop it at the end."""
    port = free_port()
    process = start_program("operations.demo", DATA_DIR=str(data), PORT=str(port), **environment)
    try:
        lines = lines_until(process, "Ready: ")
        password = next(line.rsplit(" ", 1)[1] for line in lines if "password of all three" in line)
        yield Site(f"http://127.0.0.1:{port}", password, data, process, lines)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def start_program(module: str, **environment: str) -> subprocess.Popen[str]:
    """Start a module of ours as a program in an environment without the tests' own settings."""
    if "DATA_DIR" in environment:
        within_reach(Path(environment["DATA_DIR"]))
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=bare_environment() | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_until(process: subprocess.Popen[str], start: str) -> list[str]:
    """What a program prints, up to the line that starts so; fails with all of it when the program ends before."""
    lines: list[str] = []
    deadline = time.monotonic() + READY_SECONDS
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(start):
            return lines
        assert time.monotonic() < deadline, "\n".join(lines)
    pytest.fail("it ended early:\n" + "\n".join(lines))


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder with a short path, for sockets."""
    with tempfile.TemporaryDirectory(prefix="hdc-") as name:
        within_reach(Path(name))
        yield Path(name)
