"""An allowlist of outgoing connections of a web process: its databases and the mail server (ASVS 5.0, 13.2.4 and
13.2.5).

Every connection and DNS query of Python code raises an audit event (PEP 578); an audit hook cannot be removed. Other
code is not covered: libpq, which gets its hosts from the settings only, and binaries that an intruder brings along,
which only a firewall stops (docs/operating.md).
"""

import socket
import sys
import threading
from typing import Any

EVENTS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


class ConnectionRefusedHereError(PermissionError):
    """Raised instead of a connection that is not allowed."""


def named_hosts() -> set[str]:
    """The hosts that the settings name."""
    from django.conf import settings

    databases = {str(each.get("HOST", "")) for each in settings.DATABASES.values()}
    return {host for host in (settings.MAIL_HOST, *databases) if host and not host.startswith("/")}


def allow_only(hosts: set[str]) -> None:
    """Allow connections to these hosts and to Unix sockets only, for the rest of the process's life.

    The addresses that these names resolve to are allowed as well.
    """
    allowed = set(hosts)
    asking = threading.local()  # thread-local, so that a lookup in one thread does not exempt the others

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in EVENTS or getattr(asking, "now", False):
            return
        host = _host(event, arguments)
        if host is None or host in allowed:
            return
        asking.now = True
        try:
            if host not in {each[4][0] for name in hosts for each in socket.getaddrinfo(name, None)}:
                raise ConnectionRefusedHereError("a connection that portal/egress.py does not allow")
        finally:
            asking.now = False
        allowed.add(host)

    sys.addaudithook(hook)


def _host(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The host of a connection or lookup; None for local ones."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return str(arguments[0]) if arguments[0] is not None else None
    address = arguments[1]
    return str(address[0]) if isinstance(address, tuple) else None
