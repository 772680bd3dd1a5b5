"""Who acts: said to the database in every transaction that writes, and forgotten by it when the transaction ends.

The name is a setting of the transaction (`set_config(…, true)`), never of the session: a connection that is kept, or
shared through a pool, cannot carry one person's name into another's request. Where nobody is named, the trail's trigger
refuses the change.
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
    """`person:7`, `command:migrate`, `visitor` (nobody has signed in yet); with the id of the request, if it is one."""

    actor: str
    request: str = ""


_here: ContextVar[Callable[[], Acting] | None] = ContextVar("acting", default=None)
_process: Acting | None = None


def name_process(actor: str) -> None:
    """Who acts in this process where nothing else says so; a web process has no such name."""
    global _process
    _process = Acting(actor)


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Name who acts in this block and thread, for work that no request asked for."""
    with _in_place(lambda: Acting(actor)):
        yield


@contextmanager
def on_behalf_of(request: HttpRequest) -> Iterator[None]:
    """Whoever is signed in acts. Asked only when something is written, so that reading touches no session."""
    with _in_place(lambda: Acting(_actor_of(request), getattr(request, "id", ""))):
        yield


def current() -> Acting | None:
    """Who acts now, None where nobody was named."""
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
    """An execute wrapper of Django's, one for each connection: the first statement of a transaction that could write is
    preceded by who acts; a statement outside of one gets a transaction of its own, so that the name ends with it."""

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
        if idle or words.startswith("ROLLBACK"):  # to a savepoint: what was said since is unsaid
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
        """Past Django's own cursor: this is no query of the page's, and must not be counted as one."""
        with connection.wrap_database_errors:
            connection.connection.execute(SAY, who)
        self._said = who
