"""The web server is killed, with SIGKILL, in the middle of publishing, of saving and of an export."""

import http.client
import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.installation import Attempt, Installation
from tests.servers import Tell

# Held one after another, these stop a publication before its edition, between edition and rows, and before its end.
POINTS = ("register_edition", "register_registerincident", "casework_move")


@pytest.mark.parametrize("table", POINTS)
def test_killed_while_publishing_nothing_is_published_and_the_same_approval_works_afterwards(
    installation: Installation, table: str, tell: Tell
) -> None:
    author, reviewer = installation.documenter(), installation.reviewer()
    code = installation.incident(author)
    with installation.held(table):
        attempt = Attempt(lambda: installation.approve(reviewer, code))
        installation.wait_for_waiting()
        installation.web.kill()
    assert attempt.ended() is None, "the reviewer was told nothing"
    seconds = installation.restarted()
    assert installation.editions(code) == 0
    assert installation.web.get(f"/incidents/{code}/")[0] == 404
    installation.verified()

    assert installation.approve(reviewer, code)[0] == 200
    assert installation.editions(code) == 1
    assert installation.web.get(f"/incidents/{code}/")[0] == 200
    installation.verified()
    tell(f"killed while publishing (at {table}): 0 editions, then 1; answering again after {seconds:.1f} s")


def test_killed_while_saving_the_last_acknowledged_save_stands_and_the_form_can_be_sent_again(
    installation: Installation,
) -> None:
    author = installation.documenter()
    code = installation.incident(author, submitted=False)
    assert installation.edit(author, code, title_en="Acknowledged before")()[0] == 200
    revision = installation.revision(code)
    send = installation.edit(author, code, title_en="Sent when it was killed")
    with installation.held("casework_revision"):
        attempt = Attempt(send)
        installation.wait_for_waiting()
        installation.web.kill()
    assert attempt.ended() is None
    installation.restarted()
    title = "SELECT title_en FROM casework_incident JOIN casework_record ON id = record_ptr_id WHERE code = %s"
    assert installation.ask(title, code) == [("Acknowledged before",)]
    assert installation.revision(code) == revision
    assert send()[0] == 200
    assert installation.ask(title, code) == [("Sent when it was killed",)]
    assert installation.revision(code) == revision + 1
    installation.verified()


def test_killed_during_an_export_the_reader_sees_that_it_is_not_whole_and_can_ask_again(
    installation: Installation,
) -> None:
    site = urlsplit(installation.web.url)
    connection = http.client.HTTPConnection(str(site.hostname), int(site.port or 80), timeout=60)

    def fetch() -> Any:
        connection.request("GET", "/register.zip")
        return 200, {}, connection.getresponse().read().decode("latin-1")

    with installation.held("register_registertotal", "ACCESS EXCLUSIVE"):
        attempt = Attempt(fetch)
        installation.wait_for_waiting()
        installation.web.kill()
    assert attempt.ended() is None, "a file that breaks off is an error for whoever fetches it"
    installation.restarted()
    connection.close()
    connection.request("GET", "/register.zip")
    assert zipfile.ZipFile(io.BytesIO(connection.getresponse().read())).testzip() is None
