"""Older editions stay readable, withdrawn ones leave a reason, merged ones lead on; documents are served unchanged."""

import hashlib
import json
from copy import deepcopy

import pytest

from incidents.publishing.rows import write_incident
from incidents.register.models import Edition
from tests.answers import words
from tests.published import CITATION, INCIDENT, merge, publish, withdraw

pytestmark = pytest.mark.usefixtures("committed")

REASON = {"en": "The material was shown to be staged.", "uk": "Доведено, що матеріал постановочний."}


@pytest.fixture
def incident(committed):
    publish("source", "S-0001")
    return publish("incident", "HDC-0001")


def test_an_older_edition_says_so_and_leads_to_the_current_one(client, incident):
    publish("incident", "HDC-0001", note={"en": "A second report was found."}, title={"en": "A better title"})
    response = client.get("/incidents/HDC-0001/editions/1/")
    assert response.status_code == 200
    assert "You are reading edition 1 of 2" in words(response)
    assert "<h1>An invented case</h1>" in response.content.decode()
    assert 'href="/incidents/HDC-0001/"' in response.content.decode()
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_the_current_page_shows_the_newest_with_what_changed(client, incident):
    publish("incident", "HDC-0001", note={"en": "A second report was found."}, title={"en": "A better title"})
    response = client.get("/incidents/HDC-0001/")
    assert "<h1>A better title</h1>" in response.content.decode()
    assert "A second report was found." in words(response)
    assert "Changed since the previous edition: title." in words(response)
    assert "You are reading edition" not in words(response)


def test_the_address_of_the_current_edition_says_that_it_is_the_current_one(client, incident):
    assert "the current one" in words(client.get("/incidents/HDC-0001/editions/1/"))


def test_an_older_edition_keeps_its_reports_and_their_count(client, incident):
    publish("incident", "HDC-0001", citations=[])
    response = client.get("/incidents/HDC-0001/editions/1/")
    assert "Example Gazette" in words(response)
    assert "1 report, 1 independent origin" in words(response)
    assert "0 reports" in words(client.get("/incidents/HDC-0001/"))


def test_in_an_older_edition_a_report_stands_with_those_that_repeat_it(client, committed):
    publish("source", "S-0001")
    for number in (2, 3):
        relays = [{"source": f"S-000{number - 1}", "how": "relays", "note": ""}]
        publish("source", f"S-000{number}", publisher=f"Gazette {number}", derived_from=relays)
    publish("incident", "HDC-0001", citations=[CITATION | {"source": f"S-000{number}"} for number in (3, 1, 2)])
    publish("incident", "HDC-0001", citations=[])
    matrix = client.get("/incidents/HDC-0001/editions/1/").content.decode().split("<thead>", 2)[2].split("</thead>")[0]
    assert matrix.count('scope="col"') == 2
    assert "Example Gazette" in matrix


def test_the_document_is_served_to_the_byte(client, incident):
    response = client.get("/incidents/HDC-0001/editions/1.json")
    assert response.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == incident.digest
    assert json.loads(response.content)["title"] == INCIDENT["title"]
    assert incident.digest in client.get("/incidents/HDC-0001/").content.decode()


def test_a_withdrawn_incident_leaves_its_reason_with_status_410(client, incident):
    withdraw("incident", "HDC-0001", REASON)
    for address in ("/incidents/HDC-0001/", "/incidents/HDC-0001/editions/1/", "/incidents/HDC-0001/editions/2/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "The material was shown to be staged." in words(response)
        assert "Two people were reportedly killed." not in words(response)
        assert incident.digest in words(response)
        assert "ETag" not in response.headers
    assert "Доведено, що матеріал постановочний." in words(client.get("/uk/incidents/HDC-0001/"))


def test_a_withdrawn_document_is_not_given_out_but_its_tombstone_is(client, incident):
    tombstone = withdraw("incident", "HDC-0001", REASON)
    first, second = (client.get(f"/incidents/HDC-0001/editions/{number}.json") for number in (1, 2))
    assert (first.status_code, second.status_code) == (410, 200)
    assert first.content == second.content == tombstone.document.encode()


def test_a_withdrawn_incident_is_in_no_list_and_in_the_corrections(client, incident):
    withdraw("incident", "HDC-0001", REASON)
    assert "An invented case" not in words(client.get("/incidents/"))
    assert "An invented case" not in words(client.get("/sources/S-0001/"))
    assert "Nothing has been published yet." in words(client.get("/"))
    assert "The material was shown to be staged." in words(client.get("/corrections/"))


def test_a_merged_incident_leads_to_the_one_it_became_part_of(client, incident):
    publish("incident", "HDC-0002", title={"en": "The other case"})
    merge("HDC-0001", "HDC-0002", {"en": "The same event."})
    for language in ("", "/uk"):
        response = client.get(f"{language}/incidents/HDC-0001/")
        assert response.status_code == 301
        assert response.headers["Location"] == f"{language}/incidents/HDC-0002/"
        assert response.headers["Cache-Control"] == "public, no-cache"
    assert "HDC-0001" in words(client.get("/incidents/HDC-0002/"))


def test_what_was_merged_and_then_withdrawn_is_read_nowhere_and_leads_nowhere(client, incident):
    publish("incident", "HDC-0002")
    merge("HDC-0001", "HDC-0002", {"en": "The same event."})
    withdraw("incident", "HDC-0001", REASON)
    for number in ("", "editions/1/", "editions/2/", "editions/3/"):
        response = client.get(f"/incidents/HDC-0001/{number}")
        assert response.status_code == 410
        assert "The material was shown to be staged." in words(response)
        assert "Two people were reportedly killed." not in words(response)
    assert client.get("/incidents/HDC-0001/editions/1.json").status_code == 410
    assert client.get("/incidents/HDC-0002/").status_code == 200


def test_the_editions_of_a_merged_incident_stay_readable(client, incident):
    publish("incident", "HDC-0002")
    merge("HDC-0001", "HDC-0002", {"en": "The same event."})
    response = client.get("/incidents/HDC-0001/editions/1/")
    assert response.status_code == 200
    assert "has since become part of another one" in words(response)
    assert client.get("/incidents/HDC-0001/editions/2/").status_code == 301


def test_every_change_is_a_correction_and_a_first_edition_is_none(client, incident):
    assert "No entry has been changed" in words(client.get("/corrections/"))
    publish("incident", "HDC-0001", note={"en": "The date was corrected."})
    assert "The date was corrected." in words(client.get("/corrections/"))
    assert "The date was corrected." in words(client.get("/"))


def test_a_new_edition_makes_every_page_new(client, incident):
    before = {
        page: client.get(page).headers["ETag"] for page in ("/", "/incidents/", "/incidents/HDC-0001/", "/totals/")
    }
    publish("incident", "HDC-0001")
    for page, version in before.items():
        response = client.get(page, headers={"If-None-Match": version})
        assert response.status_code == 200


def test_a_text_that_exists_in_one_language_only_is_shown_in_it_and_said_so(client, committed):
    publish("source", "S-0001")
    publish(
        "incident", "HDC-0001", title={"uk": "Лише українською"}, summary={"uk": "Опис."}, not_known={"uk": ["Хто."]}
    )
    page = client.get("/incidents/HDC-0001/").content.decode()
    assert '<h1><span lang="uk">Лише українською</span></h1>' in page
    assert '<span lang="uk">Опис.</span>' in page
    assert page.count("This text exists in Ukrainian only.") == 2
    assert 'lang="uk"><li>Хто.</li>' in page
    ukrainian = client.get("/uk/incidents/HDC-0001/").content.decode()
    assert "<h1>Лише українською</h1>" in ukrainian
    assert (
        '<a href="/incidents/HDC-0001/"><span lang="uk">Лише українською</span></a>'
        in client.get("/incidents/").content.decode()
    )


def test_a_grade_that_a_reviewer_chose_against_the_rule_says_both(client, committed):
    publish("source", "S-0001")
    grade = INCIDENT["grade"] | {"code": "verified", "reason": {"en": "Two further witnesses were heard."}}
    publish("incident", "HDC-0001", grade=grade)
    assert "The rule proposed “Single origin”. A reviewer, who wrote no part of the entry, chose “Verified”" in words(
        client.get("/incidents/HDC-0001/")
    )
    assert "Two further witnesses were heard." in words(client.get("/incidents/HDC-0001/"))


def test_a_count_that_changed_since_the_edition_is_the_one_shown(client, committed):
    for number in (1, 2):
        publish("source", f"S-000{number}", publisher=f"Gazette {number}")
    publish("incident", "HDC-0001", citations=[CITATION, CITATION | {"source": "S-0002"}])
    assert "2 reports, 2 independent origins" in words(client.get("/incidents/HDC-0001/"))
    relays = [{"source": "S-0001", "how": "relays", "note": ""}]
    edition = publish("source", "S-0002", publisher="Gazette 2", derived_from=relays)
    write_incident(Edition.objects.get(kind="incident", code="HDC-0001"))
    page = words(client.get("/incidents/HDC-0001/"))
    assert edition.number == 2
    assert "2 reports, 1 independent origin" in page


def test_a_source_that_was_withdrawn_is_still_named_by_its_code_in_an_older_edition(client, committed):
    publish("source", "S-0001")
    publish("source", "S-0002")
    publish("incident", "HDC-0001", citations=[CITATION, CITATION | {"source": "S-0002"}])
    publish("incident", "HDC-0001")
    withdraw("source", "S-0002", REASON)
    response = client.get("/incidents/HDC-0001/editions/1/")
    assert response.status_code == 200
    assert "S-0002" in words(response)
    assert client.get("/sources/S-0002/").status_code == 410


def test_an_unnamed_individual_is_called_nobody(client, committed):
    publish("source", "S-0001")
    attribution = {
        "unit": None,
        "name": {},
        "level": "individual",
        "role": "ordered",
        "confidence": "suspected",
        "said_by": "S-0001",
    }
    publish("incident", "HDC-0001", attributions=[attribution])
    assert "One person, not named here: nobody has been charged" in words(client.get("/incidents/HDC-0001/"))


def test_hostile_words_stay_words(client, committed):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    publish("source", "S-0001", title=evil, publisher=evil, url="javascript:alert(1)", note={"en": evil})
    document = deepcopy(INCIDENT) | {"title": {"en": evil}, "summary": {"en": evil}, "content_warning": {"en": evil}}
    document["citations"] = [CITATION | {"quote": evil, "translation": {"uk": evil}, "locator": {"en": evil}}]
    publish("incident", "HDC-0001", **document)
    for page in (
        "/",
        "/incidents/",
        "/incidents/HDC-0001/",
        "/sources/",
        "/sources/S-0001/",
        "/uk/incidents/HDC-0001/",
    ):
        text = client.get(page).content.decode()
        assert "<script>" not in text
        assert "<img" not in text
        assert "javascript:" not in text
