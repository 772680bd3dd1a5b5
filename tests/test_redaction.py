"""Erasing what must be erased: two administrators, nothing else, and everything that reads editions survives it."""

import zipfile
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from incidents import publishing
from incidents.casework import redactions, workflow
from incidents.casework.models import Redaction
from incidents.publishing.door import edition_from
from incidents.publishing.redaction import in_ranges, note_of, redact
from incidents.register.models import Edition, RedactedError, RegisterCitation, RegisterIncident, RegisterSource
from people.models import Role
from tests.desk import make_administrator, said, signed_in
from tests.factories import (
    make_attribution,
    make_documenter,
    make_incident,
    make_reviewer,
    make_source,
    make_user,
    publish,
    revise,
)
from tests.ledger import ORIGIN, Signer
from tests.outcomes import approve, as_desk, editions, fresh, newest, refusal, row

pytestmark = pytest.mark.usefixtures("committed")
SECRET = "the baker of the village saw it"


@pytest.fixture
def author():
    return make_documenter()


@pytest.fixture
def reviewer():
    return make_reviewer()


@pytest.fixture
def incident(author, reviewer):
    """Two editions: the first says who saw it, the second does not any more."""
    published = publish(make_incident(author, summary_en=f"Two were shot; {SECRET}."), reviewer)
    revise(published, author, summary_en="Two were shot.")
    workflow.submit(fresh(published), author)
    approve(published, reviewer, note_en="Left out who saw it.")
    return fresh(published)


def erase(record, *numbers, reason="safety"):
    """Asked for by one administrator, agreed to by another."""
    asked = redactions.request(record, make_administrator(), numbers, reason, "A relative telephoned.")
    return redactions.approve(asked, make_administrator())


def everywhere():
    """Every text in every table that the public side can read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('register_reader', oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(each)::text FROM {table} AS each")  # noqa: S608
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found


def traces(words="baker"):
    return [text[:120] for text in everywhere() if words in text]


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


def test_what_waited_for_a_review_waits_no_longer_when_the_record_goes(incident, author):
    revise(incident, author, killed_high=5)
    workflow.submit(fresh(incident), author)
    erase(incident, 1, 2)
    assert not fresh(incident).reviews.filter(decided_at__isnull=True).exists()
    assert fresh(incident).moves.get(name="redact").to_state == "withdrawn"


def test_the_reason_of_a_withdrawal_can_be_erased_too(incident, reviewer):
    workflow.withdraw(fresh(incident), reviewer, f"Because {SECRET}.")
    edition = erase(fresh(incident), 1, 2, 3)
    assert (edition.number, edition.change) == (4, "withdrawn")
    assert traces() == []


def test_a_merged_record_stays_merged(incident, author, reviewer):
    target = publish(make_incident(author), reviewer)
    workflow.merge(fresh(incident), reviewer, target, "One event.")
    edition = erase(fresh(incident), 1)
    assert edition.change == "merged"
    assert edition.content["merged_into"] == target.code


def test_a_source_that_is_erased_is_taken_out_and_still_ties_together_what_repeats_it(author, reviewer):
    origin = make_source(author, title=f"A report of which {SECRET}", distance="primary")
    relays = [make_source(author, relays=origin) for _ in range(2)]
    found = publish(make_incident(author, sources=(origin, *relays)), reviewer)
    assert row(found).origins == 1
    erase(fresh(origin), 1)

    assert not RegisterSource.objects.using("default").filter(code=origin.code).exists()
    assert not RegisterCitation.objects.using("default").filter(source_id=origin.code).exists()
    assert row(found).origins == 1
    assert row(found).reports == 2
    publishing.rebuild()
    assert row(found).origins == 1


@pytest.mark.parametrize("is_cited", [True, False])
def test_the_words_of_an_erased_source_are_found_in_no_incident_that_named_it_on_any_day(author, reviewer, is_cited):
    source = make_source(author, title=f"A report of which {SECRET}")
    incident = make_incident(author, sources=(source,) if is_cited else None)
    if not is_cited:
        make_attribution(incident, source, confidence="suspected")
    publish(fresh(incident), reviewer)
    revise(fresh(source), author, title="A report")
    workflow.submit(fresh(source), author)
    approve(source, reviewer, note_en="Left out who saw it.")
    assert traces()
    erase(fresh(source), 1)
    assert traces() == []


def test_the_name_of_a_unit_goes_with_the_edition_that_gave_it(author, reviewer):
    source = make_source(author)
    incident = make_incident(author, sources=(source,))
    unit = make_attribution(incident, source, unit="The baker's battalion", confidence="suspected").unit
    published = publish(fresh(incident), reviewer)
    unit.name_en = "Another battalion"
    unit.save()
    revise(published, author, summary_en="Two were shot.")
    workflow.submit(fresh(published), author)
    approve(published, reviewer)
    assert traces()
    erase(fresh(published), 1)
    assert traces() == []


def test_verify_passes_and_knows_an_erasure_from_a_loss(incident, tmp_path, settings):
    signer = Signer(tmp_path)
    settings.LEDGER_PUBLIC_KEY, settings.LEDGER_ORIGIN = [str(signer.key.public)], ORIGIN
    settings.LEDGER_MEMORY = signer.memory.folder
    signer.sign()
    erase(incident, 1)
    signer.sign()
    words = StringIO()
    call_command("verify", stdout=words)
    assert "Nothing was found." in words.getvalue()


# --- Who may --------------------------------------------------------------------------------------------------------


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


def test_what_makes_no_sense_is_refused(incident, author):
    administrator = make_administrator()

    def asked(*numbers, reason="safety", explanation="Why.", record=incident):
        return refusal(lambda: redactions.request(record, administrator, numbers, reason, explanation))

    assert "Choose editions" in asked()
    assert "Choose editions" in asked(9)
    assert "Choose the reason" in asked(1, reason="whim")
    assert "Explain it" in asked(1, explanation=" ")
    assert "Only what has been published" in asked(1, record=make_incident(author))
    redactions.request(incident, administrator, [1], "safety", "Why.")
    assert "An erasure has been requested for this record already" in asked(2)


def test_it_is_asked_for_again_when_an_edition_was_published_meanwhile(incident, author, reviewer):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    revise(incident, author, killed_high=5)
    workflow.submit(fresh(incident), author)
    approve(incident, reviewer)
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


def test_an_unapproved_redaction_erases_nothing_whoever_calls(incident):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    with pytest.raises(ValueError, match="only an approved redaction"):
        redact(asked)


# --- What the database allows ----------------------------------------------------------------------------------------


def broken(statement, *values, as_role=None):
    """The rule that refuses a statement of the owner, or of the desk."""
    with transaction.atomic(), connection.cursor() as cursor:
        if as_role:
            cursor.execute(f"SET LOCAL ROLE {as_role}")
        with pytest.raises(Error) as problem:
            cursor.execute(statement, values)
        transaction.set_rollback(True)
    return problem.value.__cause__.diag.constraint_name or str(problem.value).splitlines()[0]


ERASE = (
    "UPDATE register_edition SET document = '', note_en = '', note_uk = '', redacted_at = now(), redacted_for = %s"
    " WHERE id = %s"
)


def test_without_the_agreement_of_two_administrators_no_document_goes_even_for_the_owner(incident):
    pk = editions(incident)[0].pk
    assert broken(ERASE, "safety", pk) == "editions are only added"
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    assert broken(ERASE, "safety", pk) == "editions are only added"
    assert broken("SELECT register_redact(%s, 'safety')", pk, as_role="register_desk") == "editions are only added"
    redactions.refuse(asked, make_administrator())
    assert broken(ERASE, "safety", pk) == "editions are only added"


def test_an_agreement_lets_just_this_edition_go_for_just_this_reason_and_nothing_else_of_it_change(incident):
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    administrator = make_administrator()
    Redaction.objects.filter(pk=asked.pk).update(
        decision="approved", decided_by=administrator, decided_at=timezone.now()
    )
    first, second = editions(incident)
    assert broken(ERASE, "safety", first.pk) == "editions are only added", "nobody was told"
    with transaction.atomic():
        edition_from(fresh(incident), second, second.content, note_of(Redaction.objects.get(pk=asked.pk)))
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


def test_an_announcement_serves_the_editions_that_it_names_and_no_others(incident, author, reviewer):
    erase(incident, 1)
    asked = redactions.request(fresh(incident), make_administrator(), [2], "safety", "Why.")
    administrator = make_administrator()
    Redaction.objects.filter(pk=asked.pk).update(
        decision="approved", decided_by=administrator, decided_at=timezone.now()
    )
    silently = broken("SELECT register_redact(%s, 'safety')", editions(incident)[1].pk, as_role="register_desk")
    assert silently == "editions are only added"
    assert editions(incident)[1].document


@pytest.mark.parametrize("numbers", [[1], [1, 2], [3, 1, 2, 5], [2, 4, 6], [7, 7, 8, 10, 11, 12]])
def test_the_database_names_editions_as_the_note_does(numbers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT register_in_ranges(%s)", [numbers])
        assert cursor.fetchone() == (in_ranges(numbers),)


def test_the_newest_edition_never_goes_so_that_no_list_is_made_from_nothing(incident):
    asked = redactions.request(incident, make_administrator(), [2], "safety", "Why.")
    administrator = make_administrator()
    Redaction.objects.filter(pk=asked.pk).update(
        decision="approved", decided_by=administrator, decided_at=timezone.now()
    )
    assert broken(ERASE, "safety", newest(incident).pk) == "editions are only added"


def test_the_database_holds_requests_to_two_different_administrators(incident, author):
    administrator = make_administrator()
    asked = redactions.request(incident, administrator, [1], "safety", "Why.")
    decide = "UPDATE casework_redaction SET decision = 'approved', decided_at = now(), decided_by_id = %s WHERE id = %s"
    assert broken(decide, administrator.pk, asked.pk) == "casework_redaction_four_eyes"
    assert broken(decide, author.pk, asked.pk) == "casework_redaction_by_administrators"
    asleep = make_administrator()
    type(asleep).objects.filter(pk=asleep.pk).update(is_active=False)
    assert broken(decide, asleep.pk, asked.pk) == "casework_redaction_by_administrators"
    assert "does not change afterwards" in broken("UPDATE casework_redaction SET editions = '{1,2}'")
    assert broken("DELETE FROM casework_redaction") == "history is only added to"
    born = """INSERT INTO casework_redaction (record_id, editions, at_edition, reason, explanation, requested_by_id,
        requested_at, decision) SELECT record_id, '{1}', 1, 'safety', '', %s, now(), '' FROM casework_redaction"""
    redactions.refuse(asked, make_administrator())
    assert broken(born, author.pk) == "casework_redaction_by_administrators"
    assert broken("UPDATE casework_redaction SET decision = 'approved'") == "history is only added to"


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


# --- What everybody else sees -----------------------------------------------------------------------------------------


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
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200, address
        assert b"the village" not in body, address


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


# --- The desk's pages -------------------------------------------------------------------------------------------------


def test_one_administrator_asks_and_a_second_one_agrees_on_the_page(incident, settings):
    settings.SECOND_FACTOR = False
    one, two = signed_in(make_administrator()), signed_in(make_administrator())
    form = one.get("/desk/redactions/", {"code": incident.code.lower()})
    assert "Edition 2" in said(form)
    assert "the record will be withdrawn with it" in said(form)
    asked = one.post(
        f"/desk/redactions/{incident.code}/ask/", {"editions": "1", "reason": "safety", "explanation": "A call."}
    )
    assert asked.status_code == 302
    pk = Redaction.objects.get().pk
    assert "Withdraw the request" in said(one.get("/desk/redactions/"))
    assert one.post(f"/desk/redactions/{pk}/approve/").status_code == 409
    assert "Agree: erase it now" in said(two.get("/desk/redactions/"))
    assert two.post(f"/desk/redactions/{pk}/approve/").status_code == 302
    assert editions(incident)[0].is_redacted
    assert "approved" in said(one.get("/desk/redactions/"))


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(incident, settings):
    settings.SECOND_FACTOR = False
    desk = signed_in(make_administrator())
    assert desk.get("/desk/redactions/", {"code": "HDC-9999"}).status_code == 404
    response = desk.post(f"/desk/redactions/{incident.code}/ask/", {"editions": "1", "explanation": "A call."})
    assert response.status_code == 409
    assert "Choose the reason." in said(response)
    assert "A call." in response.content.decode()
    assert "checked" in response.content.decode()


def test_the_pages_are_for_administrators(incident, author, reviewer, settings):
    settings.SECOND_FACTOR = False
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    for person in (author, reviewer):
        desk = signed_in(person)
        assert desk.get("/desk/redactions/").status_code == 403
        assert desk.post(f"/desk/redactions/{incident.code}/ask/", {"editions": "1"}).status_code == 403
        assert desk.post(f"/desk/redactions/{asked.pk}/approve/").status_code == 403


def test_numbers_are_told_in_runs():
    assert in_ranges([5, 1, 2, 3, 9, 8]) == "1–3, 5, 8–9"
