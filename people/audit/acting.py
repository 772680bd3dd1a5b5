"""The actor of a change: set in every writing transaction, and discarded by the database at its end.

The name is a transaction-local setting (`set_config(…, true)`), never a session one: a persistent or pooled connection
cannot carry one user's name into another's request. Without a name, the trigger of the audit trail refuses the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest
from psycopg.pq import TransactionStatus

PERSON, COMMAND, VISITOR = "person:", "command:", "visitor"
WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "TRUNCATE")
SAY = "SELECT set_config('register.actor', %s, true), set_config('register.request', %s, true)"


class Acting(NamedTuple):
    """`person:7`, `command:migrate`, or `visitor` (not signed in); with the id of the request, if there is one."""

    actor: str
    request: str = ""


_here: ContextVar[Callable[[], Acting] | None] = ContextVar("acting", default=None)
_process: Acting | None = None


def name_process(actor: str) -> None:
    """Set the default actor of this process; a web process has none."""
    global _process
    _process = Acting(actor)


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Set the actor in this block and thread, for work outside of a request."""
    with _in_place(lambda: Acting(actor)):
        yield


@contextmanager
def on_behalf_of(request: HttpRequest) -> Iterator[None]:
    """The signed-in user is the actor. Evaluated on the first write, so that reading does not touch the session."""
    with _in_place(lambda: Acting(_actor_of(request), getattr(request, "id", ""))):
        yield


def current() -> Acting | None:
    """The present actor; None if there is none."""
    here = _here.get()
    return here() if here is not None else _process


@contextmanager
def _in_place(who: Callable[[], Acting]) -> Iterator[None]:
    token = _here.set(who)
    try:
        yield
    finally:
        _here.reset(token)


def _actor_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return f"{PERSON}{user.pk}" if user is not None and user.is_authenticated else VISITOR


class Naming:
    """A Django execute wrapper, one per connection: before the first writing statement of a transaction it sets the
    actor; a statement outside of one gets a transaction, so that the setting ends with it."""

    def __init__(self) -> None:
        self._said: Acting | None = None

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,  # noqa: FBT001
        context: dict[str, Any],
    ) -> Any:
        """Pass the statement on."""
        connection = context["connection"]
        idle = connection.connection.pgconn.transaction_status == TransactionStatus.IDLE
        words = sql.lstrip()[:12].upper() if isinstance(sql, str) else sql.as_string(None).lstrip()[:12].upper()
        if idle or words.startswith("ROLLBACK"):  # also to a savepoint, which undoes the setting
            self._said = None
        if not words.startswith(WRITING):
            return execute(sql, params, many, context)
        who = current()
        if who is None or who == self._said:
            return execute(sql, params, many, context)
        if idle and connection.get_autocommit():
            with transaction.atomic(using=connection.alias):
                self._say(connection, who)
                return execute(sql, params, many, context)
        self._say(connection, who)
        return execute(sql, params, many, context)

    def _say(self, connection: Any, who: Acting) -> None:
        """Bypasses Django's cursor, so that it is not counted as a query of the page."""
        with connection.wrap_database_errors:
            connection.connection.execute(SAY, who)
        self._said = who
