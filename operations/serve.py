"""`python -m operations.serve`: the production server. Prepares the database if this process is its owner, then serves.

With SURFACE=public nothing is prepared: the process waits until the desk's process has migrated. See docs/operating.md.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from urllib.parse import urlsplit

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from operations.generated_secrets import keep_secrets
from people.audit.acting import COMMAND, acting
from portal import env

Step = tuple[str, Callable[[], object]]

WAIT_SECONDS = 180
# Settings that only the desk's processes, the owner's commands and the signer need.
OTHER_CREDENTIALS = {
    *("DATABASE_URL", "OWNER_DATABASE_URL", "SIGNER_DATABASE_URL", "CONNECT_AS"),
    *("FACTOR_KEYS", "EMAIL_USER", "EMAIL_PASSWORD", "DEMO_PASSWORD"),
}
PREPARING_LOCK = 0x68646370  # an arbitrary constant: the key of an advisory lock


class StartError(Exception):
    """The start failed; the message is one line with the reason and what to do."""


PROBLEMS = (StartError, env.SettingError, CommandError, SystemCheckError, ImproperlyConfigured, psycopg.Error, OSError)


def main() -> None:
    """Prepare, then exec gunicorn; on failure print one line and exit with status 1."""
    try:
        surface = env.one_of("SURFACE", ("all", "public", "desk"), "all")
        if surface == "public":
            let_go_of_other_credentials()
        keep_secrets()
        if surface == "public":
            wait_for_tables()
        else:
            prepare(standard_steps())
    except PROBLEMS as problem:
        say(one_line(problem))
        sys.exit(1)
    os.chdir(env.BASE_DIR)
    os.execve(sys.executable, gunicorn_command(), web_environment())


def let_go_of_other_credentials() -> None:
    """Remove credentials that a public process does not need, in case it is compromised."""
    for name in sorted(OTHER_CREDENTIALS & os.environ.keys()):
        if os.environ.pop(name):
            say(f"{name} is nothing for SURFACE=public: this process goes on without it.")


def say(line: str, *, end: str = "\n") -> None:
    """Print for the person or the log that watches the start."""
    sys.stdout.write(line + end)
    sys.stdout.flush()


@contextmanager
def progress(label: str) -> Iterator[None]:
    """Print what is being done and how long it took."""
    say(f"{label} … ", end="")
    began = time.monotonic()
    try:
        yield
    except Exception:
        say("failed")
        raise
    say(f"done ({time.monotonic() - began:.1f} s)")


def quietly(command: str, **options: object) -> None:
    """Run a management command without its normal output. The audit trail names it as the actor."""
    with acting(f"{COMMAND}{command}"):
        call_command(command, verbosity=0, stdout=StringIO(), **options)


def one_line(problem: BaseException) -> str:
    """An error in one line, except for system checks, which have hints."""
    text = str(problem).strip()
    return text if isinstance(problem, SystemCheckError) else " ".join(text.split())


def prepare(steps: Sequence[Step]) -> None:
    """Run the steps as the owner of the database, one process at a time, and print the progress.

    Raises what a step raises.
    """
    name = "OWNER_DATABASE_URL" if env.text("OWNER_DATABASE_URL") else "DATABASE_URL"
    owner = env.text(name)
    if not owner:
        raise StartError("DATABASE_URL is not set: postgresql://user:password@host:5432/database is expected.")
    env.database(name, owner)
    os.environ["CONNECT_AS"] = "owner"
    with _one_at_a_time(owner):
        _set_up_django()
        for label, step in steps:
            with progress(label):
                step()
        django.db.connections.close_all()


def standard_steps() -> list[Step]:
    """The steps of every start; each is fast if nothing has changed."""
    return [
        ("Checking the settings", check_settings),
        ("Bringing the tables up to date", lambda: quietly("migrate", interactive=False)),
        ("Making the table that counts attempts to sign in", lambda: quietly("createcachetable")),
        ("Giving the roles their rights", lambda: quietly("setup_roles")),
        ("Making rows again whose search has changed", lambda: quietly("rebuild_register", if_needed=True)),
        ("Removing what is past its time", lambda: quietly("tidy")),
        ("Loading the gazetteer", lambda: quietly("load_gazetteer")),
        ("Collecting the static files", collect_static),
    ]


def check_settings() -> None:
    """Django's checks and ours; those for deployment only if the site is not on a loopback address."""
    from django.conf import settings

    deployed = not env.is_loopback(urlsplit(settings.SITE_URL).hostname or "")
    quietly("check", deploy=deployed, fail_level="ERROR")


def collect_static() -> None:
    """Collect and compress the static files, unless they are unchanged."""
    from django.conf import settings

    mark = settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.collected")
    fingerprint = _fingerprint_of_static_files()
    if mark.exists() and mark.read_text() == fingerprint:
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    quietly("collectstatic", interactive=False)
    mark.write_text(fingerprint)


def wait_for_tables() -> None:
    """Wait until the desk's process has migrated every table that the public side reads. Raises StartError."""
    _set_up_django()
    check_settings()
    with progress("Waiting for the register's tables"):
        _wait_until(_read_every_public_table)
    django.db.connections.close_all()
    collect_static()


def gunicorn_command() -> list[str]:
    """The command line of the web server; its configuration is `operations/gunicorn.py`."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:operations.gunicorn"]


def web_environment() -> dict[str, str]:
    """The environment of the web processes, without the URLs of the owner and the signer."""
    theirs = ("OWNER_DATABASE_URL", "SIGNER_DATABASE_URL", "CONNECT_AS")
    return {name: value for name, value in os.environ.items() if name not in theirs}


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()


@contextmanager
def _one_at_a_time(owner: str) -> Iterator[None]:
    """An advisory lock: if several desk processes start at once, the first one prepares and the others wait."""
    with progress("Reaching the database"):
        connection = _wait_until(lambda: psycopg.connect(owner, connect_timeout=5, autocommit=True))
    with connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING_LOCK])
        yield


def _wait_until[Result](attempt: Callable[[], Result]) -> Result:
    """Retry once a second on database errors; raises StartError with the last one after WAIT_SECONDS."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return attempt()
        except (psycopg.Error, django.db.Error) as problem:
            if time.monotonic() > deadline:
                raise StartError(
                    f"The database was not usable for {WAIT_SECONDS} seconds: {one_line(problem)}"
                ) from problem
            time.sleep(1)


def _read_every_public_table() -> None:
    """Select every column, so that an older schema raises an error, as empty search vectors do."""
    from django.apps import apps

    from incidents.register.models import vectors_are_missing
    from portal.routers import PUBLIC_APPS

    for model in apps.get_models():
        if model._meta.app_label in PUBLIC_APPS:
            model._base_manager.using("register").values().first()
    if vectors_are_missing("register"):
        raise django.db.OperationalError("the desk is making the rows of the register again")


def _fingerprint_of_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
