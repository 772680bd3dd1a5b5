"""Under https a reader who comes over plain HTTP is led on; a program is refused, so that somebody notices."""

import json

import pytest

from portal.paths import is_for_programs
from tests.addresses import DATA, LOG
from tests.security.processes import Process

PROGRAMS = [path for paths in (*DATA.values(), *LOG.values()) for path in paths if is_for_programs(path)]


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/incidents?limit=1", "/uk/api/v1/incidents/HDC-0001", "/ledger/checkpoint"]
)
def test_the_interface_is_refused_over_plain_http(public: Process, path: str) -> None:
    answer = public.ask(path, secure=False)
    assert answer.status == 403
    assert "Location" not in answer.headers
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "https" in json.loads(answer.body)["detail"]
    assert public.ask(path).status in (200, 404)


def test_every_address_of_the_interface_and_of_the_log_counts_as_one_for_programs(public: Process) -> None:
    assert len(PROGRAMS) > 8
    for path in PROGRAMS:
        assert public.ask(path, secure=False).status == 403, path


@pytest.mark.parametrize("path", ["/", "/incidents/", "/uk/api/", "/ledger/"])
def test_a_page_leads_its_reader_to_https(public: Process, path: str) -> None:
    answer = public.ask(path, secure=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://register.example.org{path}")
