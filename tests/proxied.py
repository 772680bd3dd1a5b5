"""A real nginx with the configuration of `deploy/`, on loopback ports, as an ordinary process."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import ROOT, free_port, unavailable

DEPLOY = ROOT / "deploy"
TEMPLATES = DEPLOY / "nginx"
PUBLIC_NAME, DESK_NAME = "register.example.org", "desk.example.org"
NAMES = (PUBLIC_NAME, DESK_NAME)
PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin"  # where Debian keeps nginx, which is not on everybody's PATH
SECONDS_TO_START = 10
SECONDS_FOR_AN_ANSWER = 20


@dataclass
class Proxy:
    """An nginx that listens, on 127.0.0.1 alone."""

    http: int
    desk: int
    https: int
    log: Path

    def connect(self, port: int | None = None, *, source: str = "127.0.0.1", reads: int | None = None) -> socket.socket:
        """A connection to a port of it, by default that of the public side, from any address of this machine; of
        somebody who reads no more bytes ahead than said."""
        connection = socket.socket()
        if reads is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, reads)
        connection.settimeout(SECONDS_FOR_AN_ANSWER)
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", port or self.http))
        return connection

    def ask(self, request: bytes, port: int | None = None, *, source: str = "127.0.0.1", name: str = "") -> str:
        """All that comes back until the other side closes; over TLS where a name is given."""
        with self.connect(port or (self.https if name else self.http), source=source) as connection:
            if name:
                connection = any_certificate().wrap_socket(connection, server_hostname=name)
            return asked(connection, request)


def asked(connection: socket.socket, request: bytes) -> str:
    """All that comes back on the connection until the other side closes."""
    answer = b""
    with connection, suppress(ConnectionError):
        connection.sendall(request)
        while part := connection.recv(64 * 1024):
            answer += part
    return answer.decode()


def any_certificate() -> ssl.SSLContext:
    """TLS of somebody who takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def proxied(
    folder: Path, public: int, desk: int, form: str = "plain", own: Mapping[str, str] | None = None
) -> Iterator[Proxy]:
    """In front of the web processes on these ports, with files of the operator's own. Ended by its number."""
    program, fill_in = shutil.which("nginx", path=PATHS), shutil.which("envsubst", path=PATHS)
    if program is None or fill_in is None:
        unavailable("needs nginx, and envsubst (gettext)")
    local = folder / "local"
    local.mkdir(parents=True)
    certify(local)
    for name, text in (own or {}).items():
        (local / name).write_text(text)
    proxy = Proxy(free_port(), free_port(), free_port(), folder / "log")
    values = {
        "PROXY_FORM": form,
        "PROXY_PUBLIC_NAME": PUBLIC_NAME,
        "PROXY_DESK_NAME": DESK_NAME,
        "PROXY_LISTEN_HTTP": f"127.0.0.1:{proxy.http}",
        "PROXY_LISTEN_DESK": f"127.0.0.1:{proxy.desk}",
        "PROXY_LISTEN_HTTPS": f"127.0.0.1:{proxy.https}",
        "PROXY_TO_PUBLIC": f"127.0.0.1:{public}",
        "PROXY_TO_DESK": f"127.0.0.1:{desk}",
        "PROXY_WORK": str(folder),
        "PROXY_PAGES": str(DEPLOY / "pages"),
        "PROXY_LOCAL": str(local),
    }
    rendered(folder, str(fill_in), values)
    command = [str(program), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    check = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    assert "[warn]" not in check.stderr, check.stderr
    with running([*command, "-g", f"daemon off;{' user root;' * (os.getuid() == 0)}"], proxy):
        yield proxy


def rendered(folder: Path, fill_in: str, values: Mapping[str, str]) -> None:
    """The configuration, as the image makes it: every variable that is set is filled in, and no other."""
    names = " ".join(f"${{{name}}}" for name in values)
    for template in TEMPLATES.glob("*.template"):
        done = subprocess.run(
            [fill_in, names], input=template.read_bytes(), env=values, capture_output=True, check=True
        )
        (folder / template.stem).write_bytes(done.stdout)


@contextmanager
def running(command: list[str], proxy: Proxy) -> Iterator[None]:
    """The program, from when it listens to the end of the block."""
    with proxy.log.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not _listens(proxy):
            assert process.poll() is None, proxy.log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(SECONDS_TO_START)


def _listens(proxy: Proxy) -> bool:
    try:
        proxy.connect().close()
    except OSError:
        return False
    return True


def certify(folder: Path) -> None:
    """A certificate for both names, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PUBLIC_NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(PUBLIC_NAME), x509.DNSName(DESK_NAME)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
