"""What erasing takes out, and what it keeps of editions, records, sources and units."""

from io import StringIO

import pytest
from django.core.management import call_command

from incidents import publishing
from incidents.casework import workflow
from incidents.register.models import RegisterCitation, RegisterSource
from tests.factories import make_attribution, make_incident, make_source, publish, revise
from tests.outcomes import editions, fresh, publish_again, row
from tests.redaction.erasing import SECRET, erase, traces

pytestmark = pytest.mark.usefixtures("committed")


def test_an_older_edition_loses_its_text_and_keeps_digest_and_leaf(incident):
    before = editions(incident)[0]
    assert traces()
    erase(incident, 1, 2)
    after = editions(incident)[0]

    assert (after.document, after.note_en, after.note_uk) == ("", "", "")
    assert editions(incident)[1].note_en == ""
    assert (after.digest, after.published_at, after.change) == (before.digest, before.published_at, before.change)
    assert after.redacted_for == "safety"
    assert after.redacted_at is not None
    assert traces() == []


def test_of_a_record_that_stays_the_older_edition_alone_goes_and_a_new_edition_says_so(incident):
    before = row(incident)
    edition = erase(incident, 1)

    assert (edition.number, edition.change) == (3, "corrected")
    assert edition.note_en == "Erased: edition 1. Reason: Someone's safety."
    assert "Причина: Безпека людини" in edition.note_uk
    assert editions(incident)[1].content["summary"] == edition.content["summary"]
    assert row(incident).summary_en == before.summary_en
    assert row(incident).state == "published"
    assert fresh(incident).edition == 3


def test_the_current_edition_goes_with_the_record(incident):
    edition = erase(incident, 1, 2, reason="court_order")
    assert edition.change == "withdrawn"
    assert edition.content["reason"]["en"] == "Erased: edition 1–2. Reason: Court order."
    assert row(incident).state == "withdrawn"
    assert fresh(incident).state == "withdrawn"
    assert traces() == []


def test_what_waited_for_a_review_waits_no_longer_when_the_record_goes(incident, documenter):
    revise(incident, documenter, killed_high=5)
    workflow.submit(fresh(incident), documenter, change_en="A number was corrected.")
    erase(incident, 1, 2)
    assert not fresh(incident).reviews.filter(decided_at__isnull=True).exists()
    assert fresh(incident).moves.get(name="redact").to_state == "withdrawn"


def test_the_reason_of_a_withdrawal_can_be_erased_too(incident, reviewer):
    workflow.withdraw(fresh(incident), reviewer, f"Because {SECRET}.")
    edition = erase(fresh(incident), 1, 2, 3)
    assert (edition.number, edition.change) == (4, "withdrawn")
    assert traces() == []
    tombstone = editions(incident)[-1]
    assert (tombstone.content["code"], tombstone.content["edition"]) == (incident.code, tombstone.number)
    assert fresh(incident).edition == tombstone.number
    assert len(tombstone.content["nonce"]) == 32


def test_a_merged_record_stays_merged(incident, documenter, reviewer):
    target = publish(make_incident(documenter), reviewer)
    workflow.merge(fresh(incident), reviewer, target, "One event.")
    edition = erase(fresh(incident), 1)
    assert edition.change == "merged"
    assert edition.content["merged_into"] == target.code


def test_a_source_that_is_erased_is_taken_out_and_still_ties_together_what_repeats_it(documenter, reviewer):
    origin = make_source(documenter, title=f"A report of which {SECRET}", distance="primary")
    relays = [make_source(documenter, relays=origin) for _ in range(2)]
    found = publish(make_incident(documenter, sources=(origin, *relays)), reviewer)
    assert row(found).origins == 1
    erase(fresh(origin), 1)

    assert not RegisterSource.objects.using("default").filter(code=origin.code).exists()
    assert not RegisterCitation.objects.using("default").filter(source_id=origin.code).exists()
    assert row(found).origins == 1
    assert row(found).reports == 2
    publishing.rebuild()
    assert row(found).origins == 1


@pytest.mark.parametrize("is_cited", [True, False])
def test_the_words_of_an_erased_source_are_found_in_no_incident_that_named_it_on_any_day(
    documenter, reviewer, is_cited
):
    source = make_source(documenter, title=f"A report of which {SECRET}")
    incident = make_incident(documenter, sources=(source,) if is_cited else None)
    if not is_cited:
        make_attribution(incident, source, confidence="suspected")
    publish(fresh(incident), reviewer)
    publish_again(source, documenter, reviewer, note="Left out who saw it.", title="A report")
    assert traces()
    erase(fresh(source), 1)
    assert traces() == []


def test_the_name_of_a_unit_goes_with_the_edition_that_gave_it(documenter, reviewer):
    source = make_source(documenter)
    incident = make_incident(documenter, sources=(source,))
    unit = make_attribution(incident, source, unit="The baker's battalion", confidence="suspected").unit
    published = publish(fresh(incident), reviewer)
    unit.name_en = "Another battalion"
    unit.save()
    publish_again(published, documenter, reviewer, summary_en="Two were shot.")
    assert traces()
    erase(fresh(published), 1)
    assert traces() == []


def test_verify_passes_and_knows_an_erasure_from_a_loss(incident, signer):
    signer.sign()
    erase(incident, 1)
    signer.sign()
    words = StringIO()
    call_command("verify", stdout=words)
    assert "Nothing was found." in words.getvalue()
