"""`make demo`: the whole register on this machine, with embedded PostgreSQL, real cases and three accounts.

The same preparation and web server as `operations/serve.py`, with the embedded database, the starting register, the
accounts, and a clean shutdown on Ctrl-C.
"""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from django.core.management import CommandError, call_command

from incidents.ledger import keys
from incidents.ledger.notes import NoteError
from operations import serve
from operations.embedded_postgres import EmbeddedError, EmbeddedServer
from operations.generated_secrets import keep_secrets, kept_secret
from operations.serve import StartError, say
from portal import env

READY_SECONDS = 60
STOP_SECONDS = 15
PASSWORD_BYTES = 12
SIGN_SECONDS = 15
PROBLEMS = (*serve.PROBLEMS, EmbeddedError, NoteError)


def main() -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit status: 0 after a stop signal, 1 after an error."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _demonstrate()
    except KeyboardInterrupt:
        say("Stopped. The data is kept; `make demo` starts again with it.")
        return 0
    except PROBLEMS as problem:
        say(serve.one_line(problem))
        return 1
    return 1


def _demonstrate() -> None:
    host, port = env.text("HOST", "127.0.0.1").strip("[]"), env.number("PORT", 8000)
    _refuse_other_machines(host)
    _refuse_busy_port(host, port)
    data = _writable(env.data_dir())
    _configure(host, port, data)
    with _database(data):
        serve.prepare([*serve.standard_steps(), *_demo_steps()])
        with _web_server() as web, _signer():
            _wait_until_it_answers(web, host, port)
            _introduce(_site(host, port))
            web.wait()
            raise StartError(f"The web server stopped by itself (exit status {web.returncode}).")


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Shut down once; further signals are ignored until that is done."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    say("\nStopping …")
    raise KeyboardInterrupt


def _refuse_other_machines(host: str) -> None:
    if not env.is_loopback(host):
        raise StartError(
            f"HOST={host}: the demonstration serves this machine only (127.0.0.1). "
            "To serve others, see `python -m operations.serve` in docs/operating.md."
        )


def _refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise StartError(
                    f"Port {port} is in use by another program. Stop that, or choose another: PORT={port + 1} make demo"
                ) from None
            raise StartError(f"Port {port} cannot be used: {problem.strerror}. Try: PORT=8000 make demo") from None
        except OverflowError:
            raise StartError(f"PORT={port} is no port: 1 to 65535 are.") from None


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise StartError(
            f"The data folder {folder} cannot be written: {problem.strerror}. Choose another: DATA_DIR=… make demo"
        ) from None
    return folder


def _configure(host: str, port: int, data: Path) -> None:
    """Set the environment for settings, preparation and web server."""
    os.environ |= {"DEMO": "1", "HOST": host, "PORT": str(port), "DATA_DIR": str(data), "SURFACE": "all"}
    os.environ.setdefault("SITE_URL", _site(host, port))
    keep_secrets()
    _keep_ledger_key(data)
    if not env.text("DEMO_PASSWORD"):
        os.environ["DEMO_PASSWORD"] = kept_secret(data / "demo-password", length=PASSWORD_BYTES)


def _keep_ledger_key(data: Path) -> None:
    """The demo signs its own ledger; in production the key is on another machine."""
    key = keys.kept(data / "ledger" / "key", env.text("LEDGER_ORIGIN") or "demonstration.invalid/ledger")
    os.environ |= {"LEDGER_ORIGIN": key.name, "LEDGER_PUBLIC_KEY": str(key.public)}


def _site(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _database(data: Path) -> Iterator[None]:
    """The embedded server, unless DATABASE_URL is set."""
    if env.text("DATABASE_URL"):
        yield
        return
    server = EmbeddedServer(data / "postgres")
    with serve.progress("Starting the embedded PostgreSQL"):
        server.join()
    try:
        os.environ.update(server.settings())
        yield
    finally:
        server.leave()


def _demo_steps() -> list[serve.Step]:
    return [
        ("Making the accounts", lambda: serve.quietly("demo_accounts")),
        ("Loading the starting register", _load_starting_register),
        ("Making invented records of every state", lambda: serve.quietly("demo_records")),
        ("Signing the ledger", lambda: serve.quietly("sign_checkpoint")),
    ]


def _load_starting_register() -> None:
    """Written by one account and approved by another, under the usual rules."""
    from operations.management.commands.demo_accounts import ADDRESS_OF
    from people.models import Role

    say("")
    people = {"documenter": ADDRESS_OF[Role.DOCUMENTER], "reviewer": ADDRESS_OF[Role.REVIEWER]}
    call_command("load_starting_register", **people)


@contextmanager
def _signer() -> Iterator[None]:
    """Signs checkpoints while the demo runs; stops with a message if signing is refused."""
    over = threading.Event()

    def sign() -> None:
        while not over.wait(SIGN_SECONDS):
            try:
                serve.quietly("sign_checkpoint")
            except CommandError as problem:
                if not over.is_set():
                    say(serve.one_line(problem))
                return

    signing = threading.Thread(target=sign, name="signer", daemon=True)
    signing.start()
    try:
        yield
    finally:
        over.set()
        signing.join(STOP_SECONDS)


@contextmanager
def _web_server() -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn in a session of its own, so that Ctrl-C reaches it through this process only; it also ends if this
    process is killed."""
    web = subprocess.Popen(
        serve.gunicorn_command(),
        env=serve.web_environment() | {"STOP_WITH_STDIN": "1"},
        cwd=env.BASE_DIR,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield web
    finally:
        web.terminate()
        try:
            web.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(web.pid, signal.SIGKILL)
            web.wait()


def _wait_until_it_answers(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise StartError(f"The web server did not start (exit status {web.returncode}); its lines above say why.")
        if _answers(host, port):
            return
        time.sleep(0.1)
    raise StartError(f"The web server did not answer within {READY_SECONDS} seconds.")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _introduce(site: str) -> None:
    from operations.management.commands.demo_accounts import ADDRESS_OF

    say("")
    for role, address in ADDRESS_OF.items():
        say(f"  {address:<26} {role}")
    say(f"  password of all three:     {os.environ['DEMO_PASSWORD']}")
    say("")
    say(f"Ready: {site}/   (Ctrl-C stops everything)")


if __name__ == "__main__":
    sys.exit(main())
