"""How gunicorn serves, whether the demonstration or docker compose starts it."""

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
worker_class = "operations.worker.Worker"  # threads; what it refuses, it refuses in our words
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
gunicorn.SERVER = "hors-de-combat"  # what answers say, instead of the program's name

# How many objects are made before unreachable ones are looked for, and how often before older ones are looked through
# as well: by Python's own numbers that takes an eighth of the time of a list, and finds next to nothing.
COLLECTING = (50_000, 20, 50)
PATIENCE = 10  # seconds without a byte, after which a connection is given up; a proxy in front keeps slow ones from us


class ServerLogger(Logger):  # type: ignore[misc]
    """What the server has to say for itself. `portal.logs.RequestMiddleware` writes the line about an answer."""

    access_log_enabled = False  # else each line is put together, header by header, before nobody takes it


def when_ready(server: Any) -> None:
    """Set bounds on silent clients. A demonstration that is killed leaves nobody to stop us: when the pipe from it
    closes, stop of our own accord."""
    bound = struct.pack("ll", PATIENCE, 0)
    gc.freeze()  # what is loaded by now stays as long as the processes do: neither looked through nor copied again
    for listener in server.LISTENERS:
        # Connections inherit it from the socket that accepts them; gunicorn's own timeout is for its workers alone.
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, bound)
    if env.flag("STOP_WITH_STDIN"):
        threading.Thread(target=_stop_with_stdin, daemon=True).start()


def post_worker_init(_worker: Any) -> None:
    """In a process that serves: from here it connects to nobody unasked for."""
    gc.set_threshold(*COLLECTING)
    allow_only(named_hosts())


def _stop_with_stdin() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
