"""An approval publishes: who may, what is signed, what goes along, and what two people at one door do to each other."""

import json
import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, connections
from django.urls import reverse

from incidents.casework import workflow
from incidents.casework.review_packet import review_packet
from incidents.casework.workflow import Refused, Unread
from incidents.publishing.publication import PUBLICATION_LOCK
from incidents.records.models import SourceDerivation, Unit
from incidents.register.models import Edition, RegisterDerivation, RegisterSource
from people.models import Role
from tests.desk import FormPage, make_administrator, said, signed_in
from tests.factories import (
    make_attribution,
    make_citation,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    publish,
    revise,
)
from tests.outcomes import approve, editions, fresh, newest, publish_again, refusal, row, submitted, whole


@pytest.mark.parametrize("make", [make_incident, make_source, make_investigation])
def test_every_kind_of_record_is_published_as_its_first_edition(db, make):
    record = publish(make(make_documenter()), make_reviewer())
    [edition] = editions(record)

    assert (record.state, record.edition, record.published_revision) == ("published", 1, 1)
    assert (edition.kind, edition.code, edition.change, edition.supersedes) == (record.kind, record.code, "first", None)
    assert edition.content["format"] == f"hors-de-combat/{record.kind}/1"


def test_a_total_is_published_with_the_source_that_gives_it(db):
    author = make_documenter()
    source = make_source(author)
    total = publish(make_total(author, source), make_reviewer())

    assert newest(total).content["source"] == source.code
    assert fresh(source).state == "published"


def test_a_revision_that_the_reviewer_did_not_read_is_refused(db):
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    workflow.request_changes(incident, reviewer, "Which day?")
    revise(incident, author, date="2024-11-23")
    workflow.submit(incident, author)
    before = whole(incident)

    read = review_packet(incident).digest
    sentence = refusal(lambda: workflow.approve(fresh(incident), reviewer, 1, read=read))
    assert "changed while you were reading" in sentence
    assert whole(incident) == before


def test_a_published_record_that_is_edited_becomes_its_next_edition_with_a_note(db):
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    reopened = revise(incident, author, killed_high=3)
    assert (reopened.state, reopened.edition, newest(incident).number) == ("draft", 1, 1)

    workflow.submit(reopened, author, change_en="A number was corrected.")
    approve(incident, reviewer, note_en="A third person died in hospital.", note_uk="Третя особа померла.")

    first, second = editions(incident)
    assert (second.number, second.change, second.supersedes_id) == (2, "updated", first.pk)
    assert (second.note_en, second.note_uk) == ("A third person died in hospital.", "Третя особа померла.")
    assert (first.content["killed"]["high"], second.content["killed"]["high"]) == (2, 3)
    assert row(incident).killed_high == 3
    assert row(incident).first_published_at == first.published_at
    assert first.content["nonce"] != second.content["nonce"]


def test_a_grade_other_than_the_proposed_one_needs_a_reason(db):
    reviewer = make_reviewer()
    incident = submitted(make_incident(make_documenter()))
    before = whole(incident)

    assert "needs a reason" in refusal(lambda: approve(incident, reviewer, grade="alleged", reason_en="  "))
    assert "Choose a grade" in refusal(lambda: approve(incident, reviewer, grade="certain", reason_en="So."))
    assert whole(incident) == before

    approve(incident, reviewer, grade="unverifiable", reason_uk="Доступу немає.")
    signed = newest(incident).content["grade"]
    assert (signed["code"], signed["proposed"], signed["rule"]) == ("unverifiable", "single_origin", "one_origin")
    assert (signed["reason"], signed["signed_by"]) == ({"uk": "Доступу немає."}, "reviewer")
    assert row(incident).grade == "unverifiable"


def test_verified_is_given_by_a_person_alone(db):
    author = make_documenter()
    sources = (make_source(author, distance="primary"), make_source(author, distance="primary"))
    incident = submitted(make_incident(author, sources=sources))

    approve(incident, make_reviewer(), grade="verified", reason_en="Both videos were seen whole.")
    assert newest(incident).content["grade"]["proposed"] == "corroborated"
    assert row(incident).grade == "verified"


def test_what_the_record_needs_is_published_along_upstreams_first(db):
    author = make_documenter()
    upstream = make_source(author)
    report, named = make_source(author, relays=upstream), make_source(author)
    behind = make_source(author)
    investigation = make_investigation(author)
    investigation.steps.update(source=behind)
    incident = make_incident(author, sources=(report,), killed_high_source=named)
    incident.investigations.add(investigation)
    publish(incident, make_reviewer())

    order = list(Edition.objects.using("default").order_by("pk").values_list("code", flat=True))
    assert order == [each.code for each in (behind, investigation, upstream, report, named, incident)]
    for record in (behind, investigation, upstream, report, named):
        assert fresh(record).state == "published"
        assert fresh(record).moves.get(name="published_along").from_state == "draft"
    assert RegisterDerivation.objects.using("default").get().upstream_id == upstream.code


def test_what_waits_for_a_review_of_its_own_and_goes_along_is_decided_by_the_same_person(db):
    author, reviewer = make_documenter(), make_reviewer()
    source = submitted(make_source(author))
    publish(make_incident(author, sources=(fresh(source),)), reviewer)

    review = source.reviews.get()
    assert (review.decision, review.decided_by, fresh(source).state) == ("approved", reviewer, "published")
    revise(source, author, title="Another headline")
    workflow.submit(source, author, change_en="A number was corrected.")
    approve(source, reviewer)
    assert [edition.change for edition in editions(source)] == ["first", "updated"]


def test_an_unreviewed_draft_of_a_public_source_publishes_nothing_along(db):
    author, reviewer = make_documenter(), make_reviewer()
    source = make_source(author)
    publish(make_incident(author, sources=(source,)), reviewer)
    unseen = make_source(author)
    SourceDerivation.objects.create(source=source, upstream=unseen, how="relays")
    revise(source, author, title="Not reviewed")

    other = publish(make_incident(author, sources=(fresh(source),)), reviewer)

    assert fresh(unseen).state == "draft"
    assert RegisterSource.objects.using("default").get(code=source.code).title == source.title
    assert row(other).corroboration["tree"][0]["roots"][0]["source"] == source.code


def test_rejected_sources_and_investigations_stay_out_of_the_document(db):
    author, reviewer = make_documenter(), make_reviewer()
    told, forged, case = make_source(author), submitted(make_source(author)), submitted(make_investigation(author))
    workflow.reject(forged, reviewer, "fabricated")
    workflow.reject(case, reviewer, "out_of_scope")
    incident = make_incident(author, sources=(told, fresh(forged)), killed_high_source=fresh(forged))
    incident.investigations.add(case.pk)
    publish(incident, reviewer)

    document = newest(incident).document
    assert forged.code not in document
    assert case.code not in document
    assert (fresh(forged).state, fresh(case).state) == ("rejected", "rejected")
    assert (row(incident).reports, row(incident).origins) == (1, 1)


def test_the_grade_that_is_proposed_is_the_one_that_the_register_counts(db):
    author, reviewer = make_documenter(), make_reviewer()
    hidden = make_source(author, access="confidential", url="")
    reports = tuple(make_source(author, relays=hidden) for _ in range(2))
    incident = publish(make_incident(author, sources=(*reports, hidden)), reviewer)

    assert newest(incident).content["grade"]["proposed"] == row(incident).corroboration["proposed"] == "single_origin"


def test_comments_are_kept_with_the_decision(db):
    reviewer = make_reviewer()
    incident = submitted(make_incident(make_documenter()))
    approve(incident, reviewer, "Seen both videos.")

    review = incident.reviews.get()
    assert (review.decision, review.comment, review.decided_by) == ("approved", "Seen both videos.", reviewer)
    assert incident.moves.get(name="approve").comment == "Seen both videos."


def test_a_page_that_was_read_before_the_last_change_says_so_and_keeps_what_was_typed(committed):
    incident = submitted(make_incident(make_documenter()))
    before = whole(incident)
    address = reverse("desk:move", args=["incident", incident.code, "approve"])

    answer = signed_in(make_reviewer()).post(address, {"revision": "0", "reason_en": "Both videos were seen."})

    assert answer.status_code == 409
    assert "It was changed while you were reading" in said(answer)
    assert "Both videos were seen." in answer.content.decode()
    assert whole(incident) == before


def together(*moves: Callable[[], object]) -> list[object]:
    """What each move answers, or the exception that it raises, when all of them are made at one instant."""
    answers: list[object] = [None] * len(moves)
    start = threading.Barrier(len(moves))

    def make(position: int, move: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[position] = move()
        except Exception as problem:
            answers[position] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=make, args=each) for each in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_of_two_reviewers_who_approve_at_the_same_instant_one_wins(committed):
    incident = submitted(make_incident(make_documenter()))
    reviewers = make_reviewer(), make_reviewer()

    answers = together(*(lambda each=each: approve(incident, each) for each in reviewers))

    assert {type(answer) for answer in answers} == {Edition, Refused}
    _edition, refused = sorted(answers, key=lambda each: isinstance(each, Refused))
    first = incident.reviews.get().decided_by
    assert str(refused).startswith(f"{first} decided first, on ")
    assert len(editions(incident)) == 1
    assert incident.reviews.get().decision == "approved"


class HeldDoor:
    """The door, held by a connection of its own, so that the order in which others come to it is known."""

    def __enter__(self) -> "HeldDoor":
        self.holder = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
        self.holder.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLICATION_LOCK])
        return self

    def wait_for(self, number: int) -> None:
        """Until so many others wait."""
        pause = threading.Event()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        while self.holder.execute(waiting, [PUBLICATION_LOCK]).fetchone() != (number,):
            pause.wait(0.02)

    def open(self) -> None:
        self.holder.rollback()

    def __exit__(self, *_: object) -> None:
        self.holder.close()


def test_an_approval_and_a_withdrawal_that_need_each_others_records_wait_for_each_other(committed):
    """The approver has read a document that names the source: they are told, and approve what is left of it."""
    author, reviewer = make_documenter(), make_reviewer()
    source = make_source(author)
    incident = publish(make_incident(author, sources=(source, make_source(author))), reviewer)
    revise(incident, author, killed_high=3)
    workflow.submit(incident, author, change_en="A number was corrected.")

    with HeldDoor() as door:
        answers: list[object] = []
        first = threading.Thread(
            target=lambda: answers.extend(together(lambda: workflow.withdraw(source, reviewer, "It was retracted.")))
        )
        first.start()
        door.wait_for(1)
        second = threading.Thread(target=lambda: answers.extend(together(lambda: approve(incident, reviewer))))
        second.start()
        door.wait_for(2)
        door.open()
        first.join(timeout=60)
        second.join(timeout=60)

    assert [type(answer) for answer in answers] == [Edition, Unread], answers
    approve(incident, reviewer)
    assert [edition.change for edition in editions(incident)] == ["first", "corrected", "updated"]
    assert source.code not in newest(incident).document


def test_a_report_of_an_incident_that_is_cited_twice_is_one_report(db):
    author = make_documenter()
    source = make_source(author)
    incident = make_incident(author, sources=(source,))
    make_citation(incident, source, stance="supports_in_part", facts=["conduct"])
    publish(incident, make_reviewer())

    assert (row(incident).reports, row(incident).origins) == (1, 1)
    assert len(json.loads(newest(incident).document)["citations"]) == 2


# What was read is what is published, with everything that goes along.

UNREAD = "Something that would be published with it has changed since you read it"


class Reader:
    """A reviewer who has the page of a submitted incident open, and approves what it shows."""

    def __init__(self, incident):
        self.incident, self.browser = incident, signed_in(make_reviewer())
        self.form = self.form_of(self.browser.get(f"/desk/incidents/{incident.code}/review/"))

    @staticmethod
    def form_of(page):
        return next(form for form in FormPage(page).forms if "read" in form)

    def approves(self, **typed):
        return self.browser.post(f"/desk/incidents/{self.incident.code}/move/approve/", self.form | typed)


def test_a_source_that_is_saved_while_the_page_is_read_is_not_published_unread(committed):
    """Before, it went along as it was saved last, which nobody but its author had seen."""
    author = make_documenter()
    source, other = make_source(author), make_source(author)
    reader = Reader(submitted(make_incident(author, sources=(source, other))))
    before = whole(reader.incident)
    revise(source, author, title="Nobody has read this", distance="primary")

    answer = reader.approves(note_en="Kept words")

    assert answer.status_code == 409
    assert f"{UNREAD}: {source.code}. Read it again before approving." in said(answer)
    assert other.code not in said(answer).partition(UNREAD)[2].partition(".")[0]
    assert (whole(reader.incident), editions(source)) == (before, [])
    assert "Nobody has read this" in said(answer), "the page is shown anew"

    reader.form = reader.form_of(answer)
    assert reader.approves().status_code == 302
    assert newest(source).content["title"] == "Nobody has read this"


def test_a_confidential_source_that_is_opened_while_the_page_is_read_stays_unpublished(committed):
    author = make_documenter()
    told = make_source(author)
    secret = make_source(author, access="confidential", title="A witness of the village", url="", relays=told)
    incident = make_incident(author, sources=(told,))
    make_citation(incident, secret, quote="I saw it from my window")
    reader = Reader(submitted(incident))
    revise(secret, author, access="public")

    answer = reader.approves()

    assert answer.status_code == 409
    assert secret.code in said(answer).partition(UNREAD)[2].partition(".")[0]
    assert (editions(incident), editions(secret)) == ([], [])


def test_a_public_source_that_is_hidden_while_the_page_is_read_does_not_drop_out_unread(committed):
    author = make_documenter()
    denial = publish(make_source(author), make_reviewer())
    incident = make_incident(author)
    make_citation(incident, denial, stance="contradicts")
    reader = Reader(submitted(incident))
    revise(denial, make_documenter(), access="confidential")

    answer = reader.approves()

    assert answer.status_code == 409
    assert f"{UNREAD}: {incident.code}" in said(answer)
    assert editions(incident) == []


def test_a_unit_that_is_renamed_while_the_page_is_read_is_not_published_unread(committed):
    author = make_documenter()
    incident = make_incident(author)
    unit = make_attribution(incident, incident.citations.get().source).unit
    reader = Reader(submitted(incident))
    administrator = signed_in(make_administrator(Role.REVIEWER))
    renamed = {"name_en": "Another brigade", "name_uk": "", "level": "unit", "parent": ""}
    assert administrator.post(f"/admin/casework/unit/{unit.pk}/change/", renamed).status_code == 302
    assert Unit.objects.get(pk=unit.pk).name_en == "Another brigade"

    answer = reader.approves()

    assert answer.status_code == 409
    assert f"{UNREAD}: {incident.code}." in said(answer)
    assert editions(incident) == []


def test_a_proposed_grade_that_changes_while_the_page_is_read_is_not_signed_unread(committed):
    author, reviewer = make_documenter(), make_reviewer()
    upstream = publish(make_source(author), reviewer)
    one = publish(make_source(author, relays=upstream), reviewer)
    other = publish(make_source(author), reviewer)
    reader = Reader(submitted(make_incident(author, sources=(one, other))))
    SourceDerivation.objects.create(source=other, upstream=upstream, how="relays")
    publish_again(other, author, reviewer, title="It says now where it has it from")

    answer = reader.approves()

    assert answer.status_code == 409
    assert f"{UNREAD}: the proposed grade." in said(answer)
    assert editions(reader.incident) == []


def test_what_came_or_went_since_it_was_read_is_named(db):
    author, reviewer = make_documenter(), make_reviewer()
    gone, upstream = submitted(make_source(author)), make_source(author)
    report = make_source(author)
    incident = submitted(make_incident(author, sources=(report, fresh(gone))))
    read = review_packet(fresh(incident)).digest
    workflow.reject(gone, reviewer, "fabricated")
    SourceDerivation.objects.create(source=report, upstream=upstream, how="relays")

    sentence = refusal(lambda: workflow.approve(incident, reviewer, 1, read=read))

    assert {gone.code, upstream.code, report.code, incident.code} <= set(
        sentence.replace(",", " ").replace(".", " ").split()
    )


@pytest.mark.parametrize("read", ["", "garbage", ":", "grade:", "\0", "a:b:c " * 1000])
def test_without_what_was_read_nothing_is_approved(committed, read):
    reader = Reader(submitted(make_incident(make_documenter())))
    assert reader.approves(read=read).status_code == 409
    assert editions(reader.incident) == []


def test_a_refusal_for_something_else_does_not_pass_for_having_read_it_again(committed):
    author = make_documenter()
    source = make_source(author)
    reader = Reader(submitted(make_incident(author, sources=(source,))))
    revise(source, author, title="Nobody has read this")

    answer = reader.approves(note_en="a" * 501)
    assert "longer than 500 characters" in said(answer)

    reader.form = reader.form_of(answer) | {"note_en": ""}
    assert UNREAD in said(reader.approves())
    assert editions(source) == []


def test_what_is_published_is_what_the_page_showed_for_each_that_goes_along(committed):
    """Two reports of one confidential source are published as the same material, in the order in which they go."""
    author = make_documenter()
    secret = make_source(author, access="confidential", url="")
    reports = tuple(make_source(author, relays=secret) for _ in range(2))
    incident = submitted(make_incident(author, sources=reports))
    shown = review_packet(fresh(incident))

    approve(incident, make_reviewer())

    told = [(each.code, document["derived_from"]) for each, document in shown.along]
    assert told == [(each.code, newest(each).content["derived_from"]) for each in reports]
    assert [len(links) for _code, links in told] == [0, 1]
