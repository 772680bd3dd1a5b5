"""Where a web process may open connections to: its databases and the mail server (ASVS 5.0, 13.2.4 and 13.2.5).

Every connection and every question for a name that Python code makes passes the interpreter's audit hook (PEP 578),
which cannot be taken out again. Code that is not Python passes by it: PostgreSQL's library, which gets its addresses
from the settings alone, and whatever a break-in brings along, which only a firewall stops (docs/operating.md).
"""

import socket
import sys
import threading
from typing import Any

EVENTS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


class ConnectionRefusedHereError(PermissionError):
    """Raised in place of a connection that is not on the list."""


def named_hosts() -> set[str]:
    """The hosts that the settings name."""
    from django.conf import settings

    databases = {str(each.get("HOST", "")) for each in settings.DATABASES.values()}
    return {host for host in (settings.MAIL_HOST, *databases) if host and not host.startswith("/")}


def allow_only(hosts: set[str]) -> None:
    """From now on, and for as long as the process lives: connections to these hosts alone, and to sockets of files.

    Addresses that the names of these hosts were answered with are allowed as well.
    """
    allowed = set(hosts)
    asking = threading.local()  # of each thread, so that none passes while another one asks for a name

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
    """The host of a connection or a question; None for what leaves no machine."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        return str(arguments[0]) if arguments[0] is not None else None
    address = arguments[1]
    return str(address[0]) if isinstance(address, tuple) else None
