"""Many at once: two reviewers at one door, and a thousand readers while something is published."""

import asyncio
import re
import resource
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from urllib.parse import urlsplit

import psycopg

from operations.embedded_postgres import OWNER
from tests.faults.installation import Attempt, Installation, words
from tests.servers import Tell

READERS = 1_000
BEFORE, AFTER = "The title before", "The title afterwards"


def test_of_two_approvals_at_the_same_instant_one_publishes_and_the_other_is_told(
    installation: Installation, tell: Tell
) -> None:
    author = installation.documenter()
    code = installation.incident(author)
    reviewers = [installation.reviewer(), installation.reviewer()]
    with psycopg.connect(installation.server.url(OWNER)) as owner:
        owner.execute("SELECT 1 FROM casework_record WHERE code = %s FOR UPDATE", [code])
        attempts = [Attempt(lambda person=person: installation.approve(person, code)) for person in reviewers]
        installation.wait_for_waiting(2)
        owner.rollback()
    answers = [attempt.ended() for attempt in attempts]
    assert sorted(answer[0] for answer in answers if answer) == [200, 409]
    told = next(words(answer) for answer in answers if answer and answer[0] == 409)
    assert "Not done." in told
    assert installation.editions(code) == 1
    installation.verified()
    tell("two approvals at one instant: 1 edition; the other reviewer got 409 and the reason")


async def read(host: str, port: int, path: str) -> tuple[int, str, float]:
    """Status, page and seconds of one request over a connection of its own."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    content = (await reader.read()).decode(errors="replace")
    writer.close()
    return int(content.split(" ", 2)[1]), content, time.monotonic() - began


def in_a_thread[T](work: Callable[[], T]) -> T:
    """For what needs an event loop of its own: the browser of other tests may have left one in this thread."""
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(work).result()


def test_a_thousand_readers_during_a_publication_each_get_one_edition_whole(
    installation: Installation, tell: Tell
) -> None:
    author, reviewer = installation.documenter(), installation.reviewer()
    code = installation.incident(author, title_en=BEFORE)
    assert installation.approve(reviewer, code)[0] == 200
    assert installation.edit(author, code, title_en=AFTER, title_uk="Назва")()[0] == 200
    submitted = author.browser.post(
        f"/desk/incidents/{code}/move/submit/",
        {"note": "Better.", "change_en": "Better."},
        token_from=f"/desk/incidents/{code}/",
    )
    assert submitted[0] == 200
    site = urlsplit(installation.web.url)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * READERS), hard))

    async def one(publishing: Attempt) -> list[tuple[int, str, float]]:
        """Reads again and again, and once more after the publication."""
        found, is_last = [], False
        while not is_last:
            is_last = not publishing.is_alive()
            found.append(await read(str(site.hostname), int(site.port or 80), f"/incidents/{code}/"))
        return found

    async def crowd(publishing: Attempt) -> list[tuple[int, str, float]]:
        return list(chain.from_iterable(await asyncio.gather(*(one(publishing) for _ in range(READERS)))))

    began = time.monotonic()
    publishing = Attempt(lambda: installation.approve(reviewer, code))
    answers = in_a_thread(lambda: asyncio.run(crowd(publishing)))
    seconds = time.monotonic() - began
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    published = publishing.ended()
    assert published is not None
    assert published[0] == 200, words(published)[:500]

    assert Counter(status for status, _page, _seconds in answers) == {200: len(answers)}
    seen = Counter(edition_of(page) for _status, page, _seconds in answers)
    assert seen[2] >= READERS
    assert set(seen) == {1, 2}, "some read before it and all read after it"
    assert edition_of(installation.web.get(f"/incidents/{code}/")[2]) == 2
    installation.verified()
    slowest = sorted(each for _status, _page, each in answers)
    tell(
        f"{READERS} readers at once during a publication: no error, no mixture ({seen[1]} saw edition 1, {seen[2]} "
        f"edition 2); {len(answers) / seconds:.0f} pages a second, median {slowest[len(slowest) // 2]:.1f} s, "
        f"last {slowest[-1]:.1f} s",
    )


def edition_of(page: str) -> int:
    """The edition that a page shows; fails where its parts are of two."""
    number = int(re.search(r'class="kicker">Edition (\d+)', page)[1])  # type: ignore[index]
    title, other = (BEFORE, AFTER) if number == 1 else (AFTER, BEFORE)
    assert f"<h1>{title}" in page
    assert other not in page
    return number
