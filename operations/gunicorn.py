"""gunicorn's configuration, for the demo and for docker compose."""

import gc
import os
import signal
import socket
import struct
import threading
from typing import Any

import gunicorn  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from portal import env, logs
from portal.egress import allow_only, named_hosts

wsgi_app = "portal.wsgi:application"
_host = env.text("HOST", "127.0.0.1").strip("[]")
bind = f"[{_host}]:{env.number('PORT', 8000)}" if ":" in _host else f"{_host}:{env.number('PORT', 8000)}"
workers = env.number("WEB_WORKERS", 2)
threads = env.number("WEB_THREADS", 4)
worker_class = "gthread"
worker_connections = 400  # of each worker, which is below a limit of 1,024 open files
keepalive = 5  # seconds; the proxy (deploy/nginx) keeps its connections for 3, so that none is closed under a request
preload_app = True
timeout = 60
graceful_timeout = 5
limit_request_line = 8190
limit_request_fields = 64
forwarder_headers = ""  # no header of a request becomes SCRIPT_NAME or PATH_INFO
loglevel = env.text("LOG_LEVEL", "WARNING").lower()
logger_class = "operations.gunicorn.ServerLogger"
logconfig_dict = logs.configuration(loglevel.upper())
control_socket_disable = True
proc_name = "hors-de-combat"
gunicorn.SERVER = "hors-de-combat"  # the Server header, instead of the program's name

# Thresholds of the garbage collector: with Python's defaults it takes an eighth of the time of a list page, and finds
# almost nothing.
COLLECTING = (50_000, 20, 50)
PATIENCE = 10  # seconds without a byte before a connection is closed; a proxy in front absorbs slow clients


class ServerLogger(Logger):  # type: ignore[misc]
    """gunicorn's own messages. `portal.logs.RequestMiddleware` logs the responses."""

    access_log_enabled = False  # otherwise each line would be formatted and then discarded


def when_ready(server: Any) -> None:
    """Set socket timeouts, and stop when stdin closes: it is a pipe from the demo, which may be killed."""
    bound = struct.pack("ll", PATIENCE, 0)
    gc.freeze()  # loaded objects are permanent: the GC skips them, and they stay shared after fork
    for listener in server.LISTENERS:
        # Accepted connections inherit it from the listener; gunicorn's `timeout` is for its workers only.
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, bound)
    if env.flag("STOP_WITH_STDIN"):
        threading.Thread(target=_stop_with_stdin, daemon=True).start()


def post_worker_init(_worker: Any) -> None:
    """In each worker: tune the garbage collector, and restrict outgoing connections."""
    gc.set_threshold(*COLLECTING)
    allow_only(named_hosts())


def _stop_with_stdin() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
