"""What the tests of faults share: people at the desk, a hold on a transaction, and the questions asked afterwards."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
from django.core.management import call_command
from psycopg import sql

from incidents.casework import workflow
from incidents.records.models import Record
from operations.embedded_postgres import OWNER, EmbeddedServer
from tests.desk import FormPage, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer
from tests.running import Browser, Running
from tests.servers import led_to

DISK_MEGABYTES = 1_500
PATIENCE_SECONDS = 60
Answer = tuple[int, Mapping[str, str], str]


@dataclass
class Person:
    """Somebody at the desk, in a browser of their own."""

    user: Any
    browser: Browser


@dataclass
class Installation:
    """A PostgreSQL and a web server, and the disk if it can be filled."""

    server: EmbeddedServer
    web: Running
    disk: Path | None

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This process works on the installation's database, as its owner."""
        with led_to(self.server, desk=OWNER):
            yield

    def person(self, make: Callable[[], Any]) -> Person:
        """Signed in, with a second factor just now."""
        with self.inside():
            user = make()
            cookie = signed_in(user).cookies["session"].value
        return Person(user, Browser(self.web.url, cookie=cookie))

    def reviewer(self) -> Person:
        return self.person(make_reviewer)

    def documenter(self) -> Person:
        return self.person(make_documenter)

    def incident(self, author: Person, *, submitted: bool = True, **fields: Any) -> str:
        """The code of a new incident of theirs."""
        with self.inside():
            incident = make_incident(author.user, **fields)
            if submitted:
                workflow.submit(incident, author.user)
            return str(incident.code)

    def revision(self, code: str) -> int:
        with self.inside():
            return int(Record.objects.get(code=code).revision)

    def approve(self, person: Person, code: str) -> Answer:
        """The answer to the button of the review page."""
        sent = FormPage(page(person.browser.get(f"/desk/incidents/{code}/review/"))).fields
        read = {name: sent[name] for name in ("grade", "read") if sent.get(name)}
        return person.browser.post(
            f"/desk/incidents/{code}/move/approve/",
            {"revision": self.revision(code), **read},
            token_from=f"/desk/incidents/{code}/review/",
        )

    def edit(self, person: Person, code: str, **values: Any) -> Callable[[], Answer]:
        """What sends the record's form with other values, as often as it is called."""
        address = f"/desk/incidents/{code}/edit/"
        form = FormPage(page(person.browser.get(address)))
        sent = form.filled(**values)
        return lambda: person.browser.post(address, sent)

    def ask(self, question: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows, as the owner of the database sees them."""
        with psycopg.connect(self.server.url(OWNER), autocommit=True) as owner:
            return owner.execute(question.encode(), parameters or None).fetchall()

    def editions(self, code: str) -> int:
        return int(self.ask("SELECT count(*) FROM register_edition WHERE code = %s", code)[0][0])

    def verified(self) -> str:
        """`manage.py verify` on the installation; fails with what it found."""
        with self.inside():
            out = StringIO()
            call_command("verify", stdout=out)
        assert "Nothing was found." in out.getvalue()
        return out.getvalue()

    @contextmanager
    def held(self, table: str, mode: str = "SHARE ROW EXCLUSIVE") -> Iterator[None]:
        """Whoever writes to the table waits, in the middle of the transaction, until the block ends."""
        with psycopg.connect(self.server.url(OWNER)) as owner:
            owner.execute(sql.SQL("LOCK TABLE {} IN {} MODE").format(sql.Identifier(table), sql.SQL(mode)))
            yield
            owner.rollback()

    def wait_for(self, question: str, expected: Callable[[int], bool]) -> None:
        """Until the number that the question asks for is as expected."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not expected(int(self.ask(question)[0][0])):
            assert time.monotonic() < deadline, question
            time.sleep(0.05)

    def wait_for_waiting(self, count: int = 1) -> None:
        """Until so many transactions wait for a lock."""
        self.wait_for(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", lambda found: found >= count
        )

    def restarted(self) -> float:
        """Start the web server again once the database has rolled back; seconds until it answers."""
        self.wait_for(
            "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'register_%' AND state <> 'idle'",
            lambda found: found == 0,
        )
        began = time.monotonic()
        self.web.start()
        return time.monotonic() - began


def page(answer: Answer) -> Any:
    """As `FormPage` reads it."""
    assert answer[0] == 200, answer[2][:2000]
    return SimpleNamespace(content=answer[2].encode())


def words(answer: Answer) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer[2]))


class Attempt(threading.Thread):
    """A request that is under way; `answer` is None where it never came."""

    def __init__(self, request: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self._request = request
        self.answer: Answer | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._request()
        except (OSError, http.client.HTTPException):
            self.answer = None

    def ended(self) -> Answer | None:
        """The answer, when there is one or there will be none."""
        self.join(PATIENCE_SECONDS)
        assert not self.is_alive()
        return self.answer
