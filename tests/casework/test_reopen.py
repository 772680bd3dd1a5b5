"""What was rejected becomes a draft again: its address and its code are had by no other, so it must not stay shut."""

import pytest

from incidents.casework import workflow
from incidents.records.models import Record, Source
from people.models import Role
from tests.desk import FormPage, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, make_user
from tests.outcomes import approve, editions, fresh, newest, refusal, submitted, whole

pytestmark = pytest.mark.django_db

ADDRESS = "https://news.example/the-video"


def rejected(record, reviewer=None):
    waiting = submitted(record)
    workflow.reject(waiting, reviewer or make_reviewer(), "out_of_scope")
    return fresh(record)


def enter(person, address=ADDRESS):
    """The answer to somebody who enters a new source of this address."""
    desk = signed_in(person)
    sent = FormPage(desk.get("/desk/sources/new/")).filled(
        title="The video", url=address, source_kind="video", distance="primary", access="public"
    )
    return desk.post("/desk/sources/new/", sent)


def test_it_is_a_draft_of_who_wrote_it_and_the_history_keeps_both():
    author, reviewer = make_documenter(), make_reviewer()
    source = rejected(make_source(author), reviewer)

    workflow.reopen(source, reviewer, "The archive has the original.")

    reopened = fresh(source)
    assert (reopened.state, reopened.reject_reason) == ("draft", "")
    assert reopened.may_be_edited_by(author)
    assert [move.name for move in source.moves.all()] == ["created", "submit", "reject", "reopen"]
    assert source.moves.get(name="reopen").comment == "The archive has the original."
    assert source.reviews.get().decision == "rejected"
    history = said(signed_in(author).get(f"/desk/sources/{source.code}/history/"))
    assert "Reopened as a draft" in history


def test_it_is_approved_by_another_review_and_by_no_author():
    author, reviewer = make_user(Role.DOCUMENTER, Role.REVIEWER), make_reviewer()
    source = rejected(make_source(author), reviewer)
    workflow.reopen(source, reviewer)
    waiting = submitted(fresh(source))

    assert "four eyes" in refusal(lambda: approve(waiting, author))
    approve(waiting, reviewer)
    assert [edition.change for edition in editions(source)] == ["first"]


def test_its_author_reopens_it_with_the_comment_of_the_reviewer_in_sight():
    author, reviewer = make_documenter(), make_reviewer()
    source = submitted(make_source(author))
    workflow.reject(source, reviewer, "insufficient", "Which frame shows the date?")
    desk, page = signed_in(author), f"/desk/sources/{source.code}/"
    assert "Which frame shows the date?" in said(desk.get(page)).split("History")[0]

    answer = desk.post(f"{page}move/reopen/", {"comment": ""})

    assert answer.status_code == 302
    assert fresh(source).state == "draft"
    for address in (page, f"{page}edit/"):
        assert "Which frame shows the date?" in said(desk.get(address)).split("History")[0], address


def test_nobody_else_reopens_it_and_nothing_that_was_not_closed_is_reopened():
    source, draft = rejected(make_source(make_documenter())), make_source(make_documenter())
    before = whole(source)

    assert refusal(lambda: workflow.reopen(source, make_documenter())) == "Only its author or a reviewer reopens it."
    sentence = refusal(lambda: workflow.reopen(draft, make_reviewer()))
    assert sentence == "Only what was rejected or discarded can be reopened."
    assert whole(source) == before


def test_the_page_of_what_was_rejected_offers_it():
    author, reviewer = make_documenter(), make_reviewer()
    source = rejected(make_source(author))
    desk = signed_in(reviewer)
    for person in (author, reviewer):
        assert "Reopen as a draft" in said(signed_in(person).get(f"/desk/sources/{source.code}/"))

    answer = desk.post(f"/desk/sources/{source.code}/move/reopen/", {"comment": "A mistake."})

    assert answer.status_code == 302
    assert f"{source.code} is a draft again." in said(desk.get(answer["Location"]))
    again = desk.post(f"/desk/sources/{source.code}/move/reopen/", {"comment": "Kept words"})
    assert again.status_code == 409
    assert "Only what was rejected or discarded can be reopened." in said(again)


def test_who_enters_the_address_of_a_rejected_source_again_is_told_what_can_be_done():
    author = make_documenter()
    source = rejected(make_source(author, url=ADDRESS))

    answer = enter(author)

    assert answer.status_code == 422
    sentence = f"{source.code} has this address already and was rejected: it can be reopened on its page."
    assert said(answer).count(sentence) == 2, "beside the field and above the form"
    link = f'<a href="/desk/sources/{source.code}/">{source.code}</a>'
    assert answer.content.decode().count(link) == 2


@pytest.mark.parametrize("how", ["rejected", "confidential"])
def test_who_may_not_see_it_learns_no_more_than_before_and_a_reviewer_finds_it_by_the_address(how):
    author, other, reviewer = make_documenter(), make_documenter(), make_reviewer()
    source = make_source(author, url=ADDRESS, title="Private words", access=how if how == "confidential" else "public")
    if how == "rejected":
        source = rejected(source)

    answer = enter(other)

    assert answer.status_code == 422
    assert "A source of this address exists that you may not open. Ask a reviewer" in said(answer)
    for told in (source.code, "Private words", "rejected", "reopen", "confidential source of"):
        assert told not in said(answer), told
    found = signed_in(reviewer).get("/desk/search/", {"q": ADDRESS})
    assert f"/desk/sources/{source.code}/" in found.content.decode()
    both = make_user(Role.DOCUMENTER, Role.REVIEWER)
    assert f'<a href="/desk/sources/{source.code}/">' in enter(both).content.decode()


def test_after_it_anybody_cites_it_by_its_address_and_it_is_published():
    author, other, reviewer = make_documenter(), make_documenter(), make_reviewer()
    source = rejected(make_source(author, url=ADDRESS), reviewer)
    workflow.reopen(source, reviewer)
    incident = make_incident(other)
    desk, address = signed_in(other), f"/desk/incidents/{incident.code}/edit/"
    page = FormPage(desk.get(address))
    sent = page.with_row(page.filled(), "citations", source=ADDRESS, stance="supports", facts=["occurrence"])
    assert desk.post(address, sent).status_code == 302

    approve(submitted(fresh(incident)), reviewer)

    assert source.code in [each["source"] for each in newest(incident).content["citations"]]
    assert Record.objects.get(pk=source.pk).state == "published"
    assert Source.objects.filter(url=ADDRESS).count() == 1
