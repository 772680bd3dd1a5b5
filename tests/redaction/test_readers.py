"""What everybody else sees of an edition that was erased: pages, documents, lists, feeds and the whole package."""

import zipfile
from io import BytesIO

import pytest

from incidents import publishing
from incidents.casework import workflow
from incidents.register.models import Edition, RedactedError, RegisterIncident
from tests.answers import taken
from tests.desk import said
from tests.outcomes import editions, fresh, publish_again
from tests.redaction.erasing import SECRET, erase, traces

pytestmark = pytest.mark.usefixtures("committed")


def test_the_edition_answers_gone_with_the_reason_in_both_languages(client, incident):
    erase(incident, 1)
    for prefix, words in (("", "What stood there could endanger somebody."), ("/uk", "наразити когось")):
        response = client.get(f"{prefix}/incidents/{incident.code}/editions/1/")
        assert response.status_code == 410
        page = said(response)
        assert words in page
        assert editions(incident)[0].digest in page
        assert "baker" not in page


def test_the_document_answers_gone_with_what_is_left_of_it(client, incident):
    erase(incident, 1)
    response = client.get(f"/incidents/{incident.code}/editions/1.json")
    assert response.status_code == 410
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["digest"] == editions(incident)[0].digest
    assert response.json()["reason"] == "safety"


def test_the_current_page_lists_the_erased_edition_and_stays_readable(client, incident):
    assert client.get(f"/incidents/{incident.code}/").status_code == 200
    erase(incident, 1)
    response = client.get(f"/incidents/{incident.code}/")
    assert response.status_code == 200
    assert "erased" in said(response)
    assert "baker" not in response.content.decode()


def test_a_page_that_a_reader_kept_is_not_called_current_any_more(client, incident):
    address = f"/incidents/{incident.code}/editions/1/"
    before = client.get(address)
    erase(incident, 1)
    assert client.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 410


def test_lists_exports_feeds_and_the_interface_go_on(client, incident):
    code = incident.code
    erase(incident, 1)
    for address in (
        *("/", "/incidents/", "/incidents/?q=shot", "/corrections/", "/incidents.csv", "/incidents.json"),
        *("/incidents.geojson", "/incidents.xlsx", "/incidents.atom", "/corrections.atom", "/sitemap.xml"),
        *("/api/v1/incidents", "/api/v1/editions", f"/api/v1/incidents/{code}", f"/incidents/{code}/editions/2/"),
        *("/map/", "/timeline/", "/figures/", "/embed/incidents/", f"/embed/incidents/{code}/", "/sources/"),
        *(f"/incidents/{code}/compare/?from=2&to=3", f"/incidents/{code}/editions/2.json", "/incidents/?q=baker"),
    ):
        assert b"the village" not in taken(client, address), address


def test_comparing_with_an_erased_edition_and_citing_it_answer_gone_or_not_found(client, incident):
    erase(incident, 1)
    compare = f"/incidents/{incident.code}/compare/"
    assert client.get(f"{compare}?from=1&to=2").status_code == 410
    assert client.get(f"{compare}?from=2&to=3").status_code == 200
    assert client.get(f"/incidents/{incident.code}/editions/1/cite.bib").status_code in (404, 410)


def test_the_package_of_the_whole_register_names_the_erased_edition_and_does_not_hold_it(client, incident):
    before = editions(incident)[0]
    erase(incident, 1)
    package = zipfile.ZipFile(BytesIO(b"".join(client.get("/register.zip"))))
    assert f"editions/{incident.code}/1.json" not in package.namelist()
    assert f"editions/{incident.code}/2.json" in package.namelist()
    assert before.digest in package.read("editions.csv").decode()
    assert not [name for name in package.namelist() if b"baker" in package.read(name)]


def test_the_content_of_an_erased_edition_raises_and_readable_leaves_it_out(incident):
    erase(incident, 1)
    with pytest.raises(RedactedError):
        _ = editions(incident)[0].content
    assert [each.number for each in Edition.objects.using("default").of("incident", incident.code).readable()] == [3, 2]


def test_rebuilding_knows_nothing_of_what_was_erased(incident):
    erase(incident, 1)
    before = RegisterIncident.objects.using("default").values().get(code=incident.code)
    publishing.rebuild()
    assert RegisterIncident.objects.using("default").values().get(code=incident.code) == before


def test_notes_of_editions_stay_among_the_corrections_of_a_withdrawn_record_until_they_are_erased(
    client, incident, documenter, reviewer
):
    publish_again(incident, documenter, reviewer, note="The baker asked us to change it.", killed_high=5)
    workflow.withdraw(fresh(incident), reviewer, "It endangered somebody.")
    for address in ("/corrections/", "/corrections.atom"):
        assert "The baker asked us" in client.get(address).content.decode(), address
    for path in ("", "editions/1/", "editions/1.json", "editions/3/"):
        response = client.get(f"/incidents/{incident.code}/{path}")
        assert response.status_code == 410, path
        assert SECRET not in response.content.decode()
    erase(fresh(incident), 1, 3)
    assert traces("baker") == []
