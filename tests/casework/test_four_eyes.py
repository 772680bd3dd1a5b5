"""Four eyes: who wrote or submitted any of it does not approve it. The page, the function and the database refuse."""

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from psycopg import errors

from incidents import publishing
from incidents.casework import workflow
from incidents.records.models import Review
from people.models import Role
from tests.desk import said, signed_in
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_user,
    publish,
    revise,
)
from tests.outcomes import approve, as_desk, fresh, refusal, submitted, whole

WROTE = "You wrote part of it: a second person has to approve it (four eyes)."
SUBMITTED = "You submitted it: a second person has to approve it (four eyes)."
DECIDES = "You wrote or submitted part of it: another reviewer has to decide about it (four eyes)."


def make_both():
    """Somebody who documents and reviews."""
    return make_user(Role.DOCUMENTER, Role.REVIEWER)


def test_who_wrote_it_does_not_approve_it(db):
    author = make_both()
    incident = submitted(make_incident(author))
    before = whole(incident)

    assert refusal(lambda: approve(incident, author)) == WROTE
    assert whole(incident) == before
    assert "approve" not in [move.name for move in workflow.allowed_moves(incident, author)]


def test_who_wrote_an_early_revision_does_not_approve_a_later_one(db):
    author, colleague = make_both(), make_documenter()
    incident = make_incident(author)
    workflow.share(incident, author, colleague)
    revise(incident, colleague, killed_high=3)
    workflow.submit(fresh(incident), colleague)

    assert refusal(lambda: approve(incident, author)) == WROTE


def test_who_wrote_for_an_earlier_edition_does_not_approve_the_next_one(db):
    author, colleague = make_both(), make_documenter()
    incident = publish(make_incident(author), make_reviewer())
    revise(incident, colleague, killed_high=3)
    workflow.submit(fresh(incident), colleague, change_en="A number was corrected.")

    assert refusal(lambda: approve(incident, author)) == WROTE


def test_who_submitted_it_for_somebody_else_does_not_approve_it(db):
    author, colleague = make_documenter(), make_both()
    incident = make_incident(author)
    workflow.share(incident, author, colleague)
    workflow.submit(incident, colleague)
    before = whole(incident)

    assert refusal(lambda: approve(incident, colleague)) == SUBMITTED
    assert whole(incident) == before


def test_who_wrote_a_source_that_would_be_published_along_does_not_approve(db):
    author, reviewer = make_documenter(), make_both()
    upstream = make_source(reviewer)
    report = make_source(author, relays=upstream)
    incident = submitted(make_incident(author, sources=(report,)))
    before = whole(upstream)

    assert refusal(lambda: approve(incident, reviewer)) == WROTE
    assert whole(upstream) == before


def test_who_wrote_an_investigation_or_its_source_that_would_go_along_does_not_approve(db):
    author, wrote_case, wrote_source = make_documenter(), make_both(), make_both()
    investigation = make_investigation(wrote_case)
    investigation.steps.update(source=make_source(wrote_source))
    incident = make_incident(author)
    incident.investigations.add(investigation)
    incident = submitted(incident)

    assert refusal(lambda: approve(incident, wrote_case)) == WROTE
    assert refusal(lambda: approve(incident, wrote_source)) == WROTE
    approve(incident, make_both())


def test_who_submitted_a_source_that_would_be_published_along_does_not_approve(db):
    author, colleague = make_documenter(), make_both()
    source = make_source(author)
    workflow.share(source, author, colleague)
    workflow.submit(source, colleague)
    incident = submitted(make_incident(author, sources=(fresh(source),)))

    assert refusal(lambda: approve(incident, colleague)) == SUBMITTED


def test_a_source_that_is_public_already_hinders_nobody(db):
    author, reviewer = make_documenter(), make_both()
    source = publish(make_source(reviewer), make_reviewer())
    incident = submitted(make_incident(author, sources=(source,)))

    approve(incident, reviewer)
    assert fresh(incident).state == "published"


def test_the_page_refuses_it_too(committed):
    author = make_both()
    incident = submitted(make_incident(author))
    before = whole(incident)

    answer = signed_in(author).post(
        reverse("desk:move", args=["incident", incident.code, "approve"]), {"revision": "1"}
    )

    assert answer.status_code == 409
    assert WROTE in said(answer)
    assert whole(incident) == before


# Every other decision: nobody takes away what they wrote, nor what they set beside their own.


class Written:
    """Records of somebody who reviews as well, and of others."""

    def __init__(self):
        self.author, self.colleague, self.reviewer = make_both(), make_documenter(), make_reviewer()

    def waiting(self):
        return submitted(make_incident(self.author))

    def waiting_by_the_colleague(self):
        """Written by the author in its first revision only, and submitted by a colleague."""
        incident = make_incident(self.author)
        workflow.share(incident, self.author, self.colleague)
        revise(incident, self.colleague, killed_high=3)
        workflow.submit(fresh(incident), self.colleague)
        return fresh(incident)

    def submitted_for_the_colleague(self):
        """Written by a colleague alone, and submitted by the author."""
        incident = make_incident(self.colleague)
        workflow.share(incident, self.colleague, self.author)
        workflow.submit(incident, self.author)
        return fresh(incident)

    def public(self):
        return publish(make_incident(self.author), self.reviewer)


@pytest.mark.parametrize("how", ["waiting", "waiting_by_the_colleague", "submitted_for_the_colleague"])
def test_who_had_a_hand_in_it_neither_rejects_it_nor_asks_for_changes(db, how):
    written = Written()
    incident = getattr(written, how)()
    before = whole(incident)

    assert refusal(lambda: workflow.reject(incident, written.author, "fabricated")) == DECIDES
    assert refusal(lambda: workflow.request_changes(incident, written.author, "Which day?")) == DECIDES
    assert whole(incident) == before
    workflow.reject(incident, written.reviewer, "fabricated")


def test_who_wrote_it_does_not_withdraw_it(db):
    written = Written()
    incident = written.public()
    before = whole(incident)

    assert refusal(lambda: workflow.withdraw(incident, written.author, "It was staged.")) == DECIDES
    assert whole(incident) == before
    workflow.withdraw(incident, written.reviewer, "It was staged.")


def test_who_wrote_either_of_two_incidents_does_not_merge_them(db):
    written = Written()
    mine, theirs = written.public(), publish(make_incident(written.colleague), written.reviewer)
    before = whole(mine), whole(theirs)

    assert refusal(lambda: workflow.merge(mine, written.author, theirs, "The same.")) == DECIDES
    sentence = refusal(lambda: workflow.merge(theirs, written.author, mine, "The same."))
    assert sentence == f"You wrote or submitted part of {mine.code}: another reviewer has to merge them (four eyes)."
    assert (whole(mine), whole(theirs)) == before
    workflow.merge(theirs, written.reviewer, mine, "The same.")


def test_the_page_of_what_they_wrote_says_who_can_withdraw_it(committed):
    written = Written()
    incident = written.public()
    address = reverse("desk:record", args=["incident", incident.code])

    page = said(signed_in(written.author).get(address))
    assert "another reviewer has to withdraw or merge it (four eyes)" in page
    assert "two administrators can have it erased" in page
    assert "another reviewer has to withdraw" not in said(signed_in(written.reviewer).get(address))
    assert "another reviewer has to withdraw" not in said(signed_in(written.colleague).get(address))


@pytest.mark.parametrize(
    ("how", "name", "sent"),
    [
        ("waiting", "reject", {"reject_reason": "fabricated"}),
        ("waiting", "request_changes", {"comment": "Which day?"}),
        ("public", "withdraw", {"reason_en": "It was staged."}),
        ("public", "merge", {"reason_en": "The same.", "target": "{other}"}),
    ],
)
def test_the_page_refuses_every_decision_about_what_they_wrote(committed, how, name, sent):
    written = Written()
    incident, other = getattr(written, how)(), publish(make_incident(written.colleague), written.reviewer)
    before = whole(incident)
    sent = {key: text.replace("{other}", other.code) for key, text in sent.items()}

    answer = signed_in(written.author).post(reverse("desk:move", args=["incident", incident.code, name]), sent)

    assert answer.status_code == 409
    assert DECIDES in said(answer)
    assert whole(incident) == before


# The database: the same, whatever the program says.

APPROVE = """
UPDATE casework_review SET decision = 'approved', decided_by_id = %s, decided_at = now()
WHERE record_id = %s AND decided_at IS NULL
"""
PUBLISH = "UPDATE casework_record SET state = 'published', edition = 1, published_revision = revision WHERE id = %s"
DECIDE = """
UPDATE casework_review SET decision = %s, decided_by_id = %s, decided_at = now()
WHERE record_id = %s AND decided_at IS NULL
"""
CLOSE = """
UPDATE casework_record SET state = %(state)s, reject_reason = 'fabricated', merged_into_id = %(target)s
WHERE id = %(record)s
"""
MOVE = """
INSERT INTO casework_move (record_id, name, from_state, to_state, revision, by_id, at, comment)
VALUES (%s, %s, 'published', 'withdrawn', 1, %s, now(), '')
"""
INSERT_APPROVED = """
INSERT INTO casework_review (record_id, revision, submitted_by_id, submitted_at, decided_by_id, decided_at, decision,
    note, comment, proposed_grade, proposed_rule, grade, grade_reason_en, grade_reason_uk, edition_note_en,
    edition_note_uk)
VALUES (%(record)s, 1, %(submitter)s, now(), %(approver)s, now(), 'approved', '', '', '', '', '', '', '', '', '')
"""


def broken(desk: psycopg.Connection, statement: str, values: object) -> str | None:
    """The rule that the database says a statement breaks."""
    with pytest.raises(errors.CheckViolation) as problem:
        desk.execute(statement, values)
    desk.rollback()
    return problem.value.diag.constraint_name


def test_the_database_refuses_an_author_as_approver(committed):
    author, reviewer = make_both(), make_reviewer()
    incident = submitted(make_incident(author))

    with as_desk() as desk:
        assert broken(desk, APPROVE, [author.pk, incident.pk]) == "casework_review_four_eyes"
        desk.execute(APPROVE, [reviewer.pk, incident.pk])


def test_the_database_refuses_an_author_in_a_review_that_is_inserted_decided(committed):
    author, other = make_both(), make_documenter()
    incident = make_incident(author)
    given = {"record": incident.pk, "submitter": other.pk, "approver": author.pk}

    with as_desk() as desk:
        assert broken(desk, INSERT_APPROVED, given) == "casework_review_four_eyes"
        desk.execute(INSERT_APPROVED, given | {"approver": make_reviewer().pk})


@pytest.mark.parametrize("decision", ["rejected", "changes_requested"])
@pytest.mark.parametrize("how", ["waiting_by_the_colleague", "submitted_for_the_colleague"])
def test_the_database_refuses_any_decision_of_who_had_a_hand_in_it(committed, decision, how):
    written = Written()
    incident = getattr(written, how)()

    with as_desk() as desk:
        values = [decision, written.author.pk, incident.pk]
        assert broken(desk, DECIDE, values) == "casework_review_second_person"
        desk.execute(DECIDE, [decision, written.reviewer.pk, incident.pk])


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "merged"])
def test_the_database_closes_no_record_without_a_second_person(committed, state):
    written = Written()
    incident, target = written.public(), publish(make_incident(written.colleague), written.reviewer)
    given = {"state": state, "record": incident.pk, "target": target.pk if state == "merged" else None}
    named = "SELECT set_config('register.approver', %s, true)"

    with as_desk() as desk:
        assert broken(desk, CLOSE, given) == "casework_record_second_person"
        desk.execute(named, [str(written.author.pk)])
        assert broken(desk, CLOSE, given) == "casework_record_second_person"
        desk.execute(named, [str(written.reviewer.pk)])
        desk.execute(CLOSE, given)


def test_the_database_merges_nothing_into_what_the_same_person_wrote(committed):
    written = Written()
    theirs = publish(make_incident(written.colleague), written.reviewer)
    given = {"state": "merged", "record": theirs.pk, "target": written.public().pk}

    with as_desk() as desk:
        desk.execute("SELECT set_config('register.approver', %s, true)", [str(written.author.pk)])
        assert broken(desk, CLOSE, given) == "casework_record_second_person"


@pytest.mark.parametrize("name", workflow.DECISIONS)
def test_the_database_keeps_no_decision_of_who_wrote_it_in_the_history(committed, name):
    written = Written()
    incident = written.public()

    with as_desk() as desk:
        assert broken(desk, MOVE, [incident.pk, name, written.author.pk]) == "casework_move_second_person"
        desk.execute(MOVE, [incident.pk, name, written.reviewer.pk])


def test_the_database_refuses_the_submitter_as_approver(committed):
    author, colleague = make_documenter(), make_both()
    incident = make_incident(author)
    workflow.share(incident, author, colleague)
    workflow.submit(incident, colleague)

    with as_desk() as desk:
        assert broken(desk, APPROVE, [colleague.pk, incident.pk]) == "casework_review_four_eyes"


def test_the_database_refuses_publishing_without_an_approved_review(committed):
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))

    with as_desk() as desk:
        assert broken(desk, PUBLISH, [incident.pk]) == "casework_record_published_after_review"
        desk.execute(APPROVE, [reviewer.pk, incident.pk])
        desk.execute(PUBLISH, [incident.pk])


def test_the_database_refuses_publishing_another_revision_than_the_approved_one(committed):
    author, reviewer = make_documenter(), make_reviewer()
    incident = publish(make_incident(author), reviewer)
    revise(incident, author, killed_high=3)

    with as_desk() as desk:
        assert broken(desk, PUBLISH, [incident.pk]) == "casework_record_published_after_review"


def test_the_database_refuses_an_edition_without_a_revision(committed):
    incident = submitted(make_incident(make_documenter()))
    statement = "UPDATE casework_record SET state = 'published', edition = 1 WHERE id = %s"

    with as_desk() as desk:
        assert broken(desk, statement, [incident.pk]) == "casework_record_edition_of_a_revision"


def test_the_database_refuses_a_record_that_is_born_published(committed):
    author = make_documenter()
    statement = """
    INSERT INTO casework_record (kind, code, state, revision, published_revision, edition, reject_reason, created_by_id,
        created_at, updated_at) VALUES ('source', 'S-9999', 'published', 1, 1, 1, '', %s, now(), now())
    """

    with as_desk() as desk:
        assert broken(desk, statement, [author.pk]) == "casework_record_published_after_review"


def test_the_database_refuses_to_publish_along_what_the_approver_wrote(committed):
    author, writer = make_documenter(), make_both()
    source = make_source(writer)
    named = "SELECT set_config('register.approver', %s, true)"

    with as_desk() as desk:
        desk.execute(named, [str(writer.pk)])
        assert broken(desk, PUBLISH, [source.pk]) == "casework_record_published_after_review"
        desk.execute(named, [str(author.pk)])
        desk.execute(PUBLISH, [source.pk])


def test_the_database_refuses_an_incident_without_a_review_whoever_is_named(committed):
    incident = make_incident(make_documenter())

    with as_desk() as desk:
        desk.execute("SELECT set_config('register.approver', %s, true)", [str(make_reviewer().pk)])
        assert broken(desk, PUBLISH, [incident.pk]) == "casework_record_published_after_review"


def test_the_function_that_publishes_refuses_a_review_that_is_not_approved_or_of_another_revision(db):
    author, reviewer = make_documenter(), make_reviewer()
    incident = submitted(make_incident(author))
    review = Review.objects.get(record=incident.pk)

    with pytest.raises(ValueError, match="only an approved review"):
        publishing.publish(review, "")
    review.decision, review.decided_by, review.revision = "approved", reviewer, 7
    with pytest.raises(ValueError, match="of the present content"):
        publishing.publish(review, "")


def test_the_program_cannot_get_round_it_by_writing_the_row_itself(db):
    author = make_both()
    incident = submitted(make_incident(author))
    review = Review.objects.get(record=incident.pk)
    review.decision, review.decided_by, review.decided_at = "approved", author, review.submitted_at

    with pytest.raises(IntegrityError), transaction.atomic():
        review.save()
    assert connection.is_usable()
