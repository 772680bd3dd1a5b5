"""A source that a citation creates can be named in the same form: by who says it, and by what derives from it."""

import pytest

from incidents.records.models import Incident, Source
from tests.desk import FormPage, refused, signed_in
from tests.factories import make_documenter

pytestmark = pytest.mark.django_db
NEW = "/desk/incidents/new/"
ORIGIN = {
    "new_title": "The statement",
    "new_url": "https://prosecutor.example/1?utm_source=x",
    "new_kind": "prosecutor_statement",
}
REPORT = {"new_title": "The report", "new_url": "https://news.example/2", "new_kind": "ngo_report"}


def sent(desk, *citations, said_by="", **fields):
    page = FormPage(desk.get(NEW))
    form = page.filled(title_en="One event", **fields)
    for citation in citations:
        form = page.with_row(form, "citations", facts=["occurrence"], new_distance="primary", **citation)
    return page.with_row(form, "attributions", new_unit_en="A unit", said_by=said_by) if said_by else form


@pytest.mark.parametrize("said_by", ["The statement", "the statement", "http://www.prosecutor.example/1"])
def test_said_by_names_it_by_title_or_address(said_by):
    desk = signed_in(make_documenter())

    answer = desk.post(NEW, sent(desk, ORIGIN, said_by=said_by))

    assert answer.status_code == 302, refused(answer)
    incident = Incident.objects.get()
    assert incident.attributions.get().said_by == incident.citations.get().source
    source = Source.objects.get()
    assert (source.title, source.revision) == ("The statement", 1)


def test_what_derives_from_it_may_stand_above_it():
    desk = signed_in(make_documenter())
    report = REPORT | {"new_upstream": "The statement", "new_how": "relays"}

    answer = desk.post(NEW, sent(desk, report, ORIGIN))

    assert answer.status_code == 302, refused(answer)
    report, origin = (each.source for each in Incident.objects.get().citations.order_by("pk"))
    assert [each.upstream for each in report.derivations.all()] == [origin]


def test_what_is_refused_leaves_no_source_behind_and_keeps_the_form():
    desk = signed_in(make_documenter())

    answer = desk.post(NEW, sent(desk, ORIGIN, said_by="The statement", killed_low="many"))

    assert answer.status_code == 422
    assert set(refused(answer)) == {"killed_low"}
    assert not Source.objects.exists()
    assert FormPage(answer).fields["citations-0-new_title"] == ["The statement"]


def test_two_that_derive_from_each_other_are_refused():
    desk = signed_in(make_documenter())
    one, other = ORIGIN | {"new_upstream": "The report"}, REPORT | {"new_upstream": "The statement"}

    answer = desk.post(NEW, sent(desk, one, other))

    assert answer.status_code == 422
    assert [set(each) for each in refused(answer)["citations"]] == [{"new_upstream"}, {"new_upstream"}]
    assert not Source.objects.exists()


def test_the_same_request_again_saves_nothing_twice():
    desk = signed_in(make_documenter())
    form = sent(desk, ORIGIN, said_by="The statement")
    assert desk.post(NEW, form)["Location"] == desk.post(NEW, form)["Location"]
    assert (Incident.objects.count(), Source.objects.count()) == (1, 1)
