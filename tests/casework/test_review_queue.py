"""The review queue: what waits for a second person, the longest waiting first, with what it lacks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.casework import workflow
from incidents.records.models import Record
from people.models import Role
from tests.desk import said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, make_user, publish, revise

pytestmark = pytest.mark.django_db


def submitted(author, hours=0, **fields):
    incident = make_incident(author, **fields)
    workflow.submit(incident, author)
    Record.objects.filter(pk=incident.pk).update(submitted_at=timezone.now() - timedelta(hours=hours))
    return incident


def queue(person):
    return said(signed_in(person).get("/desk/queue/"))


def test_the_longest_waiting_comes_first(documenter):
    recent, oldest, middle = submitted(documenter, 1), submitted(documenter, 30), submitted(documenter, 5)
    words = queue(make_reviewer())
    assert words.index(oldest.code) < words.index(middle.code) < words.index(recent.code)


def test_only_what_was_submitted_waits(documenter):
    draft, waiting = make_incident(documenter), submitted(documenter)
    public = publish(make_incident(documenter), make_reviewer())
    words = queue(make_reviewer())
    assert waiting.code in words
    assert draft.code not in words
    assert public.code not in words


def test_all_kinds_wait_in_one_queue(documenter):
    source = make_source(documenter)
    workflow.submit(source, documenter)
    incident = submitted(documenter)
    assert all(record.code in queue(make_reviewer()) for record in (source, incident))


def test_an_entry_says_what_it_lacks_and_who_submitted_it_when(documenter):
    submitted(documenter, place_method="")
    words = queue(make_reviewer())
    assert "complete" in words
    assert str(documenter) in words


def test_documenters_see_the_queue_too(documenter):
    incident = submitted(make_documenter())
    assert incident.code in queue(documenter)


def test_an_empty_queue_says_so():
    assert "Nothing is waiting." in queue(make_reviewer())


def test_what_was_decided_leaves_the_queue(documenter):
    incident = submitted(documenter)
    reviewer = make_reviewer()
    workflow.request_changes(incident, reviewer, "Please.")
    assert incident.code not in queue(reviewer)


def test_the_navigation_counts_what_waits_for_a_reviewer(documenter):
    submitted(documenter)
    submitted(documenter)
    assert "Review queue 2" in queue(make_reviewer())


@pytest.mark.parametrize("page", ["2", "0", "-1", "garbage", "9" * 500, ""])
def test_any_page_number_leads_to_a_page(documenter, page):
    submitted(documenter)
    assert signed_in(make_reviewer()).get("/desk/queue/", {"page": page}).status_code == 200


def test_a_long_queue_has_pages(documenter, monkeypatch):
    from incidents.casework.views import lists

    monkeypatch.setattr(lists, "PAGE", 1)
    first, second = submitted(documenter, 2), submitted(documenter, 1)
    reviewer = signed_in(make_reviewer())
    assert first.code in said(reviewer.get("/desk/queue/"))
    words = said(reviewer.get("/desk/queue/?page=2"))
    assert second.code in words
    assert first.code not in words


def test_the_next_record_is_one_click_after_a_decision(documenter):
    first, second, third = (submitted(documenter, hours, title_en=f"Case {hours}") for hours in (30, 20, 10))
    reviewer = make_user(Role.DOCUMENTER, Role.REVIEWER)
    workflow.recall(second, documenter)
    second.shared_with.add(reviewer)
    revise(second, reviewer, killed_high=5)
    workflow.submit(Record.objects.get(pk=second.pk), documenter)
    desk = signed_in(reviewer)

    answer = desk.post(f"/desk/incidents/{first.code}/move/request_changes/", {"comment": "Which day?"}, follow=True)

    assert f"Next in the review queue: {third.code} Case 10" in said(answer), "not what the reviewer wrote a part of"
    assert f'href="/desk/incidents/{third.code}/review/"' in answer.content.decode()
    assert "Next in the review queue" not in said(signed_in(documenter).get(f"/desk/incidents/{first.code}/"))


def test_the_second_of_two_reviewers_reads_who_was_first(documenter):
    incident, first, second = submitted(documenter), make_reviewer(), make_reviewer()
    workflow.reject(incident, first, "insufficient")

    answer = signed_in(second).post(f"/desk/incidents/{incident.code}/move/request_changes/", {"comment": "Which day?"})

    assert answer.status_code == 409
    assert f"{first} decided first, on " in said(answer)


def test_the_form_of_a_submitted_record_says_that_it_is_submitted(documenter):
    incident = submitted(documenter)
    for person in (documenter, make_documenter()):
        answer = signed_in(person).get(f"/desk/incidents/{incident.code}/edit/")
        assert answer.status_code == 409
        assert "It is submitted: while it waits for a reviewer it cannot be edited." in said(answer)
