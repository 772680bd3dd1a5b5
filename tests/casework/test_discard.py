"""A draft that was never public is discarded by its author, and can be reopened; its code is not used again."""

import pytest

from incidents.casework import workflow
from tests.desk import FormPage, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish, revise
from tests.outcomes import approve, fresh, newest, refusal, submitted, whole

pytestmark = pytest.mark.django_db


def test_the_author_discards_a_draft_and_reopens_it():
    author = make_documenter()
    incident = make_incident(author)
    desk, page = signed_in(author), f"/desk/incidents/{incident.code}/"
    assert "Discard the draft" in said(desk.get(page))

    assert desk.post(f"{page}move/discard/").status_code == 302

    assert fresh(incident).state == "discarded"
    assert desk.get(f"{page}edit/").status_code == 409
    assert make_incident(author).code != incident.code
    assert incident.code in said(desk.get("/desk/")).split("Recently")[1]
    assert desk.post(f"{page}move/reopen/", {"comment": ""}).status_code == 302
    assert fresh(incident).state == "draft"
    assert desk.get(f"{page}edit/").status_code == 200


def test_what_was_ever_public_and_what_others_wrote_is_not_discarded():
    author, colleague = make_documenter(), make_documenter()
    public, draft = publish(make_incident(author), make_reviewer()), make_incident(author)
    revise(public, author, killed_high=4)
    workflow.share(draft, author, colleague)
    before = whole(draft)

    sentence = refusal(lambda: workflow.discard(fresh(public), author))
    assert sentence == "Only a draft that was never public can be discarded."
    for person in (colleague, make_reviewer()):
        sentence = refusal(lambda person=person: workflow.discard(draft, person))
        assert sentence == "Only who created the draft can discard it."
    assert whole(draft) == before


def test_a_discarded_source_is_not_published_along_and_its_address_leads_to_it():
    author = make_documenter()
    source = make_source(author, url="https://news.example/the-video")
    incident = make_incident(author)
    incident.citations.create(source=source, stance="supports", facts=["occurrence"])
    workflow.discard(source, author)
    desk = signed_in(author)
    sent = FormPage(desk.get("/desk/sources/new/")).filled(
        title="The video", url="https://news.example/the-video", source_kind="video", distance="primary"
    )

    answer = desk.post("/desk/sources/new/", sent)

    assert f"{source.code} has this address already and was discarded: it can be reopened on its page." in said(answer)
    approve(submitted(fresh(incident)), make_reviewer())
    assert source.code not in newest(incident).document
