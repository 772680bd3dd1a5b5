"""The desk's pages on which an erasure is asked for and agreed to."""

import pytest

from incidents.casework import redactions, workflow
from incidents.records.models import Redaction
from tests.desk import FormPage, make_administrator, said, signed_in
from tests.factories import make_citation, make_incident, make_source, publish
from tests.outcomes import editions, fresh
from tests.redaction.erasing import SECRET, traces

pytestmark = pytest.mark.usefixtures("committed")


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


@pytest.fixture
def quoted(documenter, reviewer):
    """A source, and an incident whose first edition quotes it and whose second does not cite it any more."""
    source, other = make_source(documenter), make_source(documenter)
    incident = make_incident(documenter, sources=(other,))
    make_citation(incident, source, quote=f"I say that {SECRET}")
    incident = publish(incident, reviewer)
    workflow.withdraw(fresh(source), reviewer, "It endangered somebody.")
    return source, fresh(incident)


def test_the_words_of_a_withdrawn_source_stay_in_older_editions_until_these_are_erased_with_it(client, quoted):
    source, incident = quoted
    assert "baker" not in client.get(f"/incidents/{incident.code}/").content.decode()
    assert "baker" in client.get(f"/incidents/{incident.code}/editions/1.json").content.decode()
    one, two = signed_in(make_administrator()), signed_in(make_administrator())
    form = FormPage(one.get("/desk/redactions/", {"code": source.code}))
    assert form.fields["citing"] == [f"{incident.code}:1"]
    assert "with a quote" in said(one.get("/desk/redactions/", {"code": source.code}))
    sent = form.filled(editions="1", reason="safety", explanation="A call.")
    assert one.post(f"/desk/redactions/{source.code}/ask/", sent).status_code == 302
    asked = {each.record.code: each.editions for each in Redaction.objects.select_related("record")}
    assert asked == {source.code: [1], incident.code: [1]}
    for each in Redaction.objects.all():
        assert two.post(f"/desk/redactions/{each.pk}/approve/").status_code == 302
    assert client.get(f"/incidents/{incident.code}/editions/1.json").status_code == 410
    assert traces() == []


def test_editions_that_cite_are_requested_alone_or_all_together_or_not_at_all(quoted):
    source, incident = quoted
    desk = signed_in(make_administrator())
    address, why = f"/desk/redactions/{source.code}/ask/", {"reason": "safety", "explanation": "A call."}
    foreign = desk.post(address, {"citing": ["HDC-9999:1"]} | why)
    assert foreign.status_code == 400
    assert "does not cite this source" in said(foreign)
    refused = desk.post(address, {"editions": "1", "citing": [f"{incident.code}:9"]} | why)
    assert refused.status_code == 409
    assert f"{incident.code}: Choose editions" in said(refused)
    assert not Redaction.objects.exists()
    assert desk.post(address, {"citing": [f"{incident.code}:1"]} | why).status_code == 302
    assert Redaction.objects.get().record.code == incident.code


def test_while_the_newest_edition_cites_the_source_the_page_says_what_to_do_first(documenter, reviewer):
    source = make_source(documenter)
    incident = publish(make_incident(documenter, sources=(source,)), reviewer)
    page = signed_in(make_administrator()).get("/desk/redactions/", {"code": source.code})
    assert f"{incident.code}: its newest edition cites it too" in said(page)
    assert "citing" not in FormPage(page).fields


@pytest.mark.parametrize("number", ["9" * 5_000, "99999999999999999999", "²", "-1", "1.0", "one", ""])
def test_a_number_that_is_none_of_an_edition_is_refused_with_a_sentence(incident, number):
    response = signed_in(make_administrator()).post(
        f"/desk/redactions/{incident.code}/ask/", {"editions": [number], "reason": "safety", "explanation": "A call."}
    )
    assert response.status_code == 400
    assert "An edition is named by its number" in said(response)


def test_the_pages_are_for_administrators(incident, documenter, reviewer, settings):
    settings.SECOND_FACTOR = False
    asked = redactions.request(incident, make_administrator(), [1], "safety", "Why.")
    for person in (documenter, reviewer):
        desk = signed_in(person)
        assert desk.get("/desk/redactions/").status_code == 403
        assert desk.post(f"/desk/redactions/{incident.code}/ask/", {"editions": "1"}).status_code == 403
        assert desk.post(f"/desk/redactions/{asked.pk}/approve/").status_code == 403
