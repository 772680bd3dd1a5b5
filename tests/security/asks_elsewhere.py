"""Served by `test_outgoing.py`: opens a connection to the port that it was reached on, as broken code would."""

import socket
from collections.abc import Callable
from typing import Any

from portal.egress import ConnectionRefusedHereError


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """One word: whether it was let."""
    try:
        socket.create_connection(("127.0.0.1", int(environ["SERVER_PORT"])), timeout=2).close()
        said = b"passed"
    except ConnectionRefusedHereError:
        said = b"refused"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
