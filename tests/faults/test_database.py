"""The database is gone for ten seconds, or its disk is full."""

import os
import time

import pytest

from tests.faults.installation import Installation, words
from tests.servers import Tell, kill

GONE_SECONDS = 10
MOST_SAVES = 200
LEFT_BYTES = 64 * 1024
LONG = "Reported in many words. " * 800


def test_the_database_gone_for_ten_seconds_pages_say_so_and_recover_without_a_restart(
    installation: Installation, tell: Tell
) -> None:
    author = installation.documenter()
    code = installation.incident(author, submitted=False)
    send = installation.edit(author, code, title_en="Sent while the database was away")
    process = installation.web.process.pid
    revision = installation.revision(code)

    kill(installation.server)
    gone = time.monotonic()
    asked, slowest = 0, 0.0
    while time.monotonic() - gone < GONE_SECONDS:
        for address, sentence in (
            ("/incidents/", "The register cannot be read for the moment"),
            ("/uk/sources/", ""),
            ("/desk/", "The desk cannot be used for the moment"),
        ):
            began = time.monotonic()
            status, headers, page = installation.web.get(address)
            slowest, asked = max(slowest, time.monotonic() - began), asked + 1
            assert (status, headers["Retry-After"]) == (503, "30"), address
            assert sentence in page
        assert installation.web.get("/incidents.csv")[1]["Content-Type"] == "application/problem+json"
        assert installation.web.get("/readyz")[0] == 503
        time.sleep(0.5)
    status, _headers, page = send()
    assert status == 503
    assert "your browser still holds what you typed" in page

    installation.server._start()
    back = time.monotonic()
    installation.web.wait("/readyz")
    recovered = time.monotonic() - back
    assert installation.web.process.pid == process
    assert installation.web.get("/incidents/")[0] == 200
    assert installation.revision(code) == revision
    assert send()[0] == 200
    assert installation.revision(code) == revision + 1
    installation.verified()
    tell(
        f"database gone for {GONE_SECONDS} s: {asked} pages said so, none later than {slowest:.1f} s; "
        f"ready {recovered:.1f} s after it was back, without a restart",
    )


def test_on_a_full_disk_nothing_is_half_saved_and_what_was_acknowledged_stays(
    installation: Installation, tell: Tell
) -> None:
    if installation.disk is None:
        # Not even under CI=true a failure: no package gives a container the right to mount.
        pytest.skip("a disk can only be filled where a small one can be mounted: run this as root")
    author = installation.documenter()
    code = installation.incident(author, submitted=False)
    ballast = installation.disk / "ballast"
    free = os.statvfs(installation.disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT_BYTES)
    acknowledged, said = 0, ""
    try:
        while acknowledged < MOST_SAVES:
            send = installation.edit(author, code, title_en=f"Save {acknowledged + 1}", summary_en=LONG)
            status, _headers, said = send()
            if status != 200:
                break
            acknowledged += 1
        assert status == 503, said[:1000]
    except AssertionError as problem:  # the form itself was not given any more, which is as good an answer
        said = str(problem)
        assert "503" in said or "cannot be used" in said
    finally:
        ballast.unlink()
    if not installation.server._is_running():
        installation.server._start()
    installation.web.wait("/readyz")
    title = "SELECT title_en FROM casework_incident JOIN casework_record ON id = record_ptr_id WHERE code = %s"
    [(found,)] = installation.ask(title, code)
    assert found == f"Save {acknowledged}" if acknowledged else found.startswith("Reported killing")
    assert installation.edit(author, code, title_en="Room again", summary_en="Short.")()[0] == 200
    installation.verified()
    tell(
        f"disk full: {acknowledged} saves acknowledged and kept, the next one refused with 503 "
        f"({'no space left' if 'no space left' in words((503, {}, said)) else 'does not answer'}); "
        "saving works when there is room",
    )
