"""Erasing takes two administrators, and the database holds everybody to that, its owner too."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incidents.casework import redactions
from incidents.publishing.publication import edition_from
from incidents.publishing.redaction import in_ranges, note_of, redact
from incidents.records.models import Redaction
from incidents.register.models import Edition
from people.models import Invitation, Role, RoleGrant
from tests.catalogue import broken
from tests.desk import make_administrator, said, signed_in
from tests.factories import make_incident, make_investigation, make_source, make_user, publish
from tests.outcomes import as_desk, editions, fresh, newest, publish_again, refusal
from tests.redaction.erasing import erase

pytestmark = pytest.mark.usefixtures("committed")


# --- Who asks and agrees ----------------------------------------------------------------------------------------------


def test_nobody_agrees_to_what_they_asked_for(incident):
    administrator = make_administrator()
    asked = redactions.request(incident, administrator, [1], "safety", "Why.")
    assert "a second administrator has to agree" in refusal(lambda: redactions.approve(asked, administrator))
    assert editions(incident)[0].document


@pytest.mark.parametrize("role", [Role.DOCUMENTER, Role.REVIEWER])
def test_only_administrators_ask_and_agree(incident, role):
    person = make_user(role)
    assert "Only an administrator" in refusal(lambda: redactions.request(incident, person, [1], "safety", "Why."))
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    assert "Only an administrator" in refusal(lambda: redactions.approve(asked, person))


def test_what_makes_no_sense_is_refused(incident, documenter):
    administrator = make_administrator()

    def asked(*numbers, reason="safety", explanation="Why.", record=incident):
        return refusal(lambda: redactions.request(record, administrator, numbers, reason, explanation))

    assert "Choose editions" in asked()
    assert "Choose editions" in asked(9)
    assert "Choose the reason" in asked(1, reason="whim")
    assert "Explain it" in asked(1, explanation=" ")
    assert "Only what has been published" in asked(1, record=make_incident(documenter))
    redactions.request(incident, administrator, [1], "safety", "Why.")
    assert "An erasure has been requested for this record already" in asked(2)


def test_it_is_asked_for_again_when_an_edition_was_published_meanwhile(incident, documenter, reviewer):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    publish_again(incident, documenter, reviewer, killed_high=5)
    assert "A newer edition has been published" in refusal(lambda: redactions.approve(asked, make_administrator()))


def test_a_refused_request_erases_nothing_and_is_decided_once(incident):
    administrator, other = make_administrator(), make_administrator()
    asked = redactions.request(incident, administrator, [1], "safety", "Why.")
    redactions.refuse(asked, other)
    assert Redaction.objects.get().decision == "refused"
    assert "It is decided already" in refusal(lambda: redactions.approve(asked, other))
    again = redactions.request(incident, administrator, [1], "safety", "Why.")
    redactions.refuse(again, administrator)
    assert Redaction.objects.get(pk=again.pk).decision == "cancelled"
    assert editions(incident)[0].document


def test_only_an_administrator_refuses_and_only_once(incident, documenter):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    sentence = "Only an administrator decides, and only once."
    assert refusal(lambda: redactions.refuse(asked, documenter)) == sentence
    redactions.refuse(asked, make_administrator())
    assert refusal(lambda: redactions.refuse(asked, make_administrator())) == sentence


def test_the_request_keeps_the_reason_and_the_history_tells_who_agreed_to_what(incident):
    asker, other = make_administrator(), make_administrator()
    asked = redactions.request(incident, asker, [2, 1], "safety", " A relative telephoned. ")
    assert (asked.requested_by, asked.editions, asked.at_edition) == (asker, [1, 2], 2)
    assert (asked.reason, asked.explanation) == ("safety", "A relative telephoned.")

    redactions.approve(asked, other)

    move = incident.moves.get(name="redact")
    assert (move.by, move.from_state, move.to_state, move.comment) == (other, "published", "withdrawn", "safety: 1, 2")
    assert move.revision == fresh(incident).revision


def test_editions_can_be_chosen_in_the_transaction_that_adds_them(incident, documenter, reviewer):
    with transaction.atomic():
        publish_again(incident, documenter, reviewer, killed_high=5)
        assert [edition.number for edition in redactions.editions_of(fresh(incident))] == [3, 2, 1]


def test_an_investigation_that_names_a_source_is_said_to_hold_no_quote_of_it(documenter, reviewer):
    source, investigation = make_source(documenter), make_investigation(documenter)
    investigation.steps.update(source=source)
    publish(investigation, reviewer)
    publish_again(investigation, documenter, reviewer, title_en="Another title")

    [found] = redactions.citing(source)

    assert (found.record.code, found.older, found.newest_too) == (investigation.code, [(1, False)], True)


def test_an_unapproved_redaction_erases_nothing_whoever_calls(incident):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    with pytest.raises(ValueError, match="only an approved redaction"):
        redact(asked)


# --- What the database allows -----------------------------------------------------------------------------------------


AGREE = "UPDATE casework_redaction SET decision = 'approved', decided_at = now(), decided_by_id = %s WHERE id = %s"
ERASE = (
    "UPDATE register_edition SET document = '', note_en = '', note_uk = '', redacted_at = now(), redacted_for = %s"
    " WHERE id = %s"
)


def agreed(record, *numbers):
    """A request that a second administrator agreed to, of which no edition tells yet."""
    asked = redactions.request(record, make_administrator(), numbers, "safety", "Why.")
    with connection.cursor() as cursor:
        cursor.execute(AGREE, [make_administrator().pk, asked.pk])
    return Redaction.objects.get(pk=asked.pk)


def test_without_the_agreement_of_two_administrators_no_document_goes_even_for_the_owner(incident):
    pk = editions(incident)[0].pk
    assert broken(ERASE, "safety", pk) == "editions are only added"
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    assert broken(ERASE, "safety", pk) == "editions are only added"
    assert broken("SELECT register_redact(%s, 'safety')", pk, as_role="register_desk") == "editions are only added"
    redactions.refuse(asked, make_administrator())
    assert broken(ERASE, "safety", pk) == "editions are only added"


def test_an_agreement_lets_just_this_edition_go_for_just_this_reason_and_nothing_else_of_it_change(incident):
    redaction = agreed(incident, 1)
    first, second = editions(incident)
    assert broken(ERASE, "safety", first.pk) == "editions are only added", "nobody was told"
    with transaction.atomic():
        edition_from(fresh(incident), second, second.content, note_of(redaction))
    assert broken(ERASE, "safety", second.pk) == "editions are only added"
    assert broken(ERASE, "court_order", first.pk) == "editions are only added"
    for change in ("digest = repeat('0', 64)", "number = 9", "published_at = now()", "change = 'updated'"):
        assert broken(ERASE.replace("document = ''", f"document = '', {change}"), "safety", first.pk), change
    assert broken(ERASE.replace("document = ''", "document = 'x'"), "safety", first.pk) == (
        "register_edition_redacted_whole"
    )
    with connection.cursor() as cursor:
        cursor.execute(ERASE, ["safety", first.pk])
    assert broken(ERASE, "safety", first.pk) == "editions are only added"


def test_an_announcement_serves_the_editions_that_it_names_and_no_others(incident, documenter, reviewer):
    erase(incident, 1)
    agreed(fresh(incident), 2)
    silently = broken("SELECT register_redact(%s, 'safety')", editions(incident)[1].pk, as_role="register_desk")
    assert silently == "editions are only added"
    assert editions(incident)[1].document


def test_numbers_are_told_in_runs():
    assert in_ranges([5, 1, 2, 3, 9, 8]) == "1–3, 5, 8–9"


@pytest.mark.parametrize("numbers", [[1], [1, 2], [3, 1, 2, 5], [2, 4, 6], [7, 7, 8, 10, 11, 12]])
def test_the_database_names_editions_as_the_note_does(numbers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT register_in_ranges(%s)", [numbers])
        assert cursor.fetchone() == (in_ranges(numbers),)


def test_the_newest_edition_never_goes_so_that_no_list_is_made_from_nothing(incident):
    agreed(incident, 2)
    assert broken(ERASE, "safety", newest(incident).pk) == "editions are only added"


def test_the_database_holds_requests_to_two_different_administrators(incident, documenter):
    administrator = make_administrator()
    asked = redactions.request(incident, administrator, [1], "safety", "Why.")
    assert broken(AGREE, administrator.pk, asked.pk) == "casework_redaction_four_eyes"
    assert broken(AGREE, documenter.pk, asked.pk) == "casework_redaction_by_administrators"
    asleep = make_administrator()
    type(asleep).objects.filter(pk=asleep.pk).update(is_active=False)
    assert broken(AGREE, asleep.pk, asked.pk) == "casework_redaction_by_administrators"
    assert "does not change afterwards" in broken("UPDATE casework_redaction SET editions = '{1,2}'")
    assert broken("DELETE FROM casework_redaction") == "history is only added to"
    born = """INSERT INTO casework_redaction (record_id, editions, at_edition, reason, explanation, requested_by_id,
        requested_at, decision) SELECT record_id, '{1}', 1, 'safety', '', %s, now(), '' FROM casework_redaction"""
    redactions.refuse(asked, make_administrator())
    assert broken(born, documenter.pk) == "casework_redaction_by_administrators"
    assert broken("UPDATE casework_redaction SET decision = 'approved'") == "history is only added to"


def test_who_invited_the_other_or_asked_for_their_roles_is_no_second_administrator(incident):
    asker, sock, puppet = make_administrator(), make_administrator(), make_administrator()
    Invitation.objects.create(email="sock@example.org", invited_by=asker, account=sock, token_digest="x")
    RoleGrant.objects.create(
        person=puppet, roles=["administrator"], asked_by=asker, decision="alone", decided_at=timezone.now()
    )
    for one, other in ((asker, sock), (sock, asker), (asker, puppet), (puppet, asker)):
        asked = redactions.request(incident, one, [1], "safety", "Why.")
        assert "One of you invited the other" in refusal(lambda: redactions.approve(asked, other))  # noqa: B023
        assert broken(AGREE, other.pk, asked.pk) == "casework_redaction_independent"
        page = said(signed_in(other).get("/desk/redactions/"))
        assert "One of you invited the other" in page
        assert "Agree: erase it now" not in page
        redactions.refuse(asked, other)
    redactions.approve(redactions.request(incident, sock, [1], "safety", "Why."), puppet)
    assert editions(incident)[0].is_redacted


def test_an_edition_is_never_added_without_its_document(incident):
    with pytest.raises(IntegrityError, match="added with its document"), transaction.atomic():
        Edition.objects.using("default").create(
            kind="total",
            code="T-1",
            number=1,
            change="first",
            document="",
            digest="0" * 64,
            published_at=timezone.now(),
            redacted_at=timezone.now(),
            redacted_for="safety",
        )


def test_the_desk_still_may_not_change_an_edition_in_any_other_way(incident):
    with as_desk() as desk, pytest.raises(Exception, match="permission denied"):
        desk.execute("UPDATE register_edition SET document = ''")
