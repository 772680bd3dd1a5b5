"""`python -m benchmarks.synthetic` writes what the door would write, and never beside a real register."""

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from benchmarks.synthetic.command import Command
from benchmarks.synthetic.documents import Group, Spot
from benchmarks.synthetic.loading import canonical as quickly
from incidents.publishing import rebuild
from incidents.publishing.documents import canonical
from incidents.register.models import Edition, RegisterIncident, RegisterSearch, RegisterSource
from tests.outcomes import register_rows
from tests.published import publish

pytestmark = pytest.mark.usefixtures("committed", "numbers_from_one")


def make(n: int = 10, seed: int = 7) -> None:
    call_command(Command(), incidents=n, seed=seed, workers=1, stdout=StringIO())


def test_its_documents_are_canonical_and_are_what_their_digests_say():
    make()
    editions = Edition.objects.using("default").order_by("pk")
    assert len(editions) == 54
    for edition in editions:
        assert canonical(json.loads(edition.document)) == edition.document == quickly(json.loads(edition.document))
        assert hashlib.sha256(edition.document.encode()).hexdigest() == edition.digest
    assert {edition.change for edition in editions} == {"first", "updated"}


def test_its_rows_are_those_that_the_door_makes_of_the_same_documents():
    make()
    before, found = register_rows(), found_by()
    rebuild()
    assert register_rows() == before
    assert found_by() == found


def found_by() -> list[tuple[str, int, str]]:
    return sorted(RegisterSearch.objects.using("default").values_list("incident_id", "number", "vector"))


def test_an_incident_has_long_texts_in_both_languages_and_four_sources_of_its_own():
    make()
    incidents = RegisterIncident.objects.using("default").order_by("code")
    assert len(incidents) == 10
    for incident in incidents:
        assert 100 <= len(incident.summary_en.split()) <= 200
        assert 100 <= len(incident.summary_uk.split()) <= 200
        assert len(incident.sources) == 4
        assert 1 <= incident.origins <= incident.reports <= 4 or incident.reports == 0
    assert RegisterSource.objects.using("default").count() == 40


def test_the_same_seed_gives_the_same_documents_and_another_seed_others():
    spot = Spot(
        {"en": "A", "uk": "А"}, {}, "UA-14", {"en": "Donetsk Oblast", "uk": "Донецька область"}, "UA", 48.0, 37.0
    )
    first, again, other = ([draft.document for draft in Group(seed, 3, [spot], "HDC").drafts()] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_kind_of_public_page_shows_it(client):
    make(5)
    for address in (
        "/",
        "/incidents/?q=drone",
        "/incidents/HDC-0001/",
        "/incidents/HDC-0001/editions/1/",
        "/sources/",
        "/sources/S-0002/",
        "/investigations/I-0001/",
        "/map/",
        "/timeline/",
        "/uk/incidents/HDC-0003/",
    ):
        assert client.get(address).status_code == 200, address


def test_a_register_that_has_editions_is_left_alone():
    publish("source", "S-0001")
    with pytest.raises(CommandError, match="never stand beside"):
        make()
    assert Edition.objects.using("default").count() == 1


@pytest.mark.parametrize("n", [0, -5])
def test_a_register_of_nothing_is_refused(n):
    with pytest.raises(CommandError, match="at least one"):
        make(n)
