"""Each change of a state is kept: which, whose, from which state to which, of which revision, with which words."""

import pytest

from incidents.casework import workflow
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish, revise
from tests.outcomes import approve, fresh, newest

pytestmark = pytest.mark.usefixtures("db")


def kept(record):
    return [
        (move.name, move.by, move.from_state, move.to_state, move.revision, move.comment)
        for move in record.moves.order_by("pk")
    ]


def test_the_moves_of_a_source_from_its_draft_to_its_withdrawal():
    author, colleague, reviewer = make_documenter(), make_documenter(), make_reviewer()
    source = make_source(author)
    workflow.share(source, author, colleague)
    workflow.submit(source, colleague, "Please look.")
    workflow.request_changes(source, reviewer, " Which day? ")
    workflow.submit(source, author)
    workflow.reject(source, reviewer, "out_of_scope", "Not an execution.")
    workflow.reopen(source, reviewer, "A mistake.")
    workflow.submit(source, author)
    approve(source, reviewer, "Good.")
    revise(source, author, title="Another title")
    workflow.withdraw(source, reviewer, "It was staged.")

    assert kept(source) == [
        ("created", author, "", "draft", 1, ""),
        ("share", author, "draft", "draft", 1, str(colleague)),
        ("submit", colleague, "draft", "submitted", 1, "Please look."),
        ("request_changes", reviewer, "submitted", "changes_requested", 1, "Which day?"),
        ("submit", author, "changes_requested", "submitted", 1, ""),
        ("reject", reviewer, "submitted", "rejected", 1, "out_of_scope. Not an execution."),
        ("reopen", reviewer, "rejected", "draft", 1, "A mistake."),
        ("submit", author, "draft", "submitted", 1, ""),
        ("approve", reviewer, "submitted", "published", 1, "Good."),
        ("reopened", author, "published", "draft", 2, ""),
        ("withdraw", reviewer, "draft", "withdrawn", 2, "It was staged."),
    ]


def test_a_merge_names_the_other_incident_and_the_reason():
    author, reviewer = make_documenter(), make_reviewer()
    target, incident = publish(make_incident(author), reviewer), publish(make_incident(author), reviewer)

    workflow.merge(incident, reviewer, target, "", "Той самий розстріл.")

    assert kept(incident)[-1] == (
        *("merge", reviewer, "published", "merged", fresh(incident).revision),
        f"{target.code}. Той самий розстріл.",
    )
    assert newest(incident).content["reason"] == {"en": "", "uk": "Той самий розстріл."}


def test_a_reason_in_one_language_leaves_the_other_empty():
    source = publish(make_source(make_documenter()), make_reviewer())

    edition = workflow.withdraw(source, make_reviewer(), "It was staged.")

    assert edition.content["reason"] == {"en": "It was staged.", "uk": ""}
