"""`save_record` writes a record from plain data: one transaction, one revision, and every refusal has its name."""

import pytest
from django.core.exceptions import PermissionDenied

from incidents.casework import workflow
from incidents.casework.contents import content_of
from incidents.casework.services.errors import (
    EditConflictError,
    InvalidContentError,
    RecordClosedError,
)
from incidents.casework.services.records import save_record
from incidents.records.models import Incident, Record, Source, Unit
from tests.desk import FormPage
from tests.factories import make_citation, make_documenter, make_incident, make_reviewer, make_source, make_total

pytestmark = pytest.mark.django_db
KEY = "a-key-of-one-request"
REPORT = {"title": "A report", "source_kind": "video", "distance": "primary", "url": "https://Outlet.example/a"}


def refused(kind, content, author, **options):
    """The paths and messages of what is not accepted."""
    with pytest.raises(InvalidContentError) as refusal:
        save_record(kind, content, author, **options)
    return {str(error).partition(": ")[0]: error.message for error in refusal.value.errors}


def test_a_content_that_is_read_and_saved_again_is_no_revision(documenter):
    incident = make_incident(documenter, latitude="47.85000", longitude="35.10000", summary_en="One.\nTwo.")
    saved = save_record("incident", content_of(incident), documenter, incident.revision, code=incident.code)
    assert (saved.pk, saved.revision) == (incident.pk, 1)


def test_what_is_not_given_keeps_its_value(documenter):
    incident = make_incident(documenter)
    saved = save_record("incident", {"title_en": "Another"}, documenter, 1, code=incident.code)
    assert (saved.title_en, saved.title_uk, saved.citations.count()) == ("Another", incident.title_uk, 1)


def test_numbers_texts_and_lists_of_plain_data_are_taken(documenter):
    source = make_source(documenter)
    content = {
        "title_en": "A title",
        "killed_low": 2,
        "latitude": 47.85,
        "longitude": "35.1",
        "conduct": ["killing_in_custody"],
        "region": "UA-23",
        "citations": [{"source": source.code, "facts": ["date"], "killed_low": 1}],
    }
    incident = save_record("incident", content, documenter)
    assert (incident.killed_low, str(incident.latitude), incident.region_id) == (2, "47.85000", "UA-23")
    assert incident.citations.get().source == source


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ({"title_en": "x" * 301}, {"title_en"}),
        ({"title_en": {"a": 1}}, {"title_en"}),
        ({"title_en": ["a"]}, {"title_en"}),
        ({"killed_low": True}, {"killed_low"}),
        ({"conduct": "killing_in_custody"}, {"conduct"}),
        ({"conduct": 5}, {"conduct"}),
        ({"conduct": [{"a": 1}]}, {"conduct"}),
        ({"colour": "red"}, {"colour"}),
        ({"code": "HDC-0099"}, {"code"}),
        ({"state": "published"}, {"state"}),
        ({"citations": "S-0001"}, {"citations"}),
        ({"citations": ["S-0001"]}, {"citations"}),
        ({"citations": [{"source": "S-9999"}]}, {"citations[0].source"}),
        ({"citations": [{}]}, {"citations[0].source"}),
        ({"citations": [{"new_source": "a title"}]}, {"citations[0].new_source"}),
        ({"citations": [{"id": 999, "new_source": REPORT}]}, {"citations[0].id"}),
        ({"citations": [{"id": "x", "new_source": REPORT}]}, {"citations[0].id"}),
        ({"citations": [{"new_source": {"title": "A"}}]}, {
            "citations[0].new_source.source_kind", "citations[0].new_source.distance",
        }),
        ({"attributions": [{"new_unit": {"name_en": "x" * 301}}]}, {"attributions[0].new_unit.name_en"}),
        ({"related": ["HDC-9999"]}, {"related"}),
        ({"place": "Nowhereville", "date": "2025-13-45"}, {"place", "date"}),
    ],
)  # fmt: skip
def test_every_value_that_is_not_accepted_is_named_by_its_path_and_nothing_is_saved(documenter, content, paths):
    assert set(refused("incident", {"title_en": "A title", **content}, documenter)) == paths
    assert not Record.objects.exists()


def test_a_required_value_that_is_missing_is_named(documenter):
    assert set(refused("source", {"title": "A report"}, documenter)) == {"source_kind", "distance"}


def test_the_path_of_a_row_counts_rows_as_they_were_given(documenter):
    rows = [{"new_source": REPORT}, {"new_source": REPORT, "quote": "x\x00y"}]
    assert set(refused("incident", {"title_en": "A", "citations": rows}, documenter)) == {"citations[1].quote"}


def test_new_sources_and_units_are_created_in_the_same_save(documenter):
    rows = {
        "citations": [{"new_source": REPORT | {"derivations": []}}],
        "attributions": [
            {"new_unit": {"name_en": "A regiment"}},
            {"new_unit": {"name_en": "A regiment"}, "role": "ordered"},
        ],
    }
    incident = save_record("incident", {"title_en": "A title", **rows}, documenter)
    assert incident.citations.get().source.url == "https://Outlet.example/a"
    assert Unit.objects.count() == 1
    assert Source.objects.get().revisions.get().author == documenter


def test_only_documenters_save(documenter):
    with pytest.raises(PermissionDenied):
        save_record("incident", {"title_en": "A title"}, make_reviewer())


@pytest.mark.parametrize("code", ["HDC-9999", "S-0001", "\x01"])
def test_a_record_that_does_not_exist_is_no_new_one(documenter, code):
    with pytest.raises(PermissionDenied):
        save_record("incident", {"title_en": "A title"}, documenter, 1, code=code)


def test_what_was_saved_since_is_a_conflict_with_both_changes(documenter):
    incident = make_incident(documenter)
    save_record("incident", {"title_en": "Theirs", "killed_high": 5}, documenter, 1, code=incident.code)
    with pytest.raises(EditConflictError) as conflict:
        save_record("incident", {"title_en": "Mine", "title_uk": "Моє"}, documenter, 1, code=incident.code)
    assert conflict.value.merged["title_en"] == "Mine"
    assert [change.field for change in conflict.value.both] == ["title_en"]
    assert {change.field for change in conflict.value.theirs} == {"title_en", "killed_high"}
    assert Incident.objects.get().title_en == "Theirs"


def test_what_was_submitted_since_is_closed(documenter):
    incident = make_incident(documenter)
    workflow.submit(incident, documenter)
    with pytest.raises(RecordClosedError):
        save_record("incident", {"title_en": "Late"}, documenter, 1, code=incident.code)


# The key of a request.


def test_the_same_request_twice_makes_one_record_and_answers_with_it(documenter):
    content = {"title_en": "A title", "citations": [{"new_source": REPORT}]}
    first = save_record("incident", content, documenter, key=KEY)
    second = save_record("incident", content, documenter, key=KEY)
    assert (second.pk, second.revision) == (first.pk, 1)
    assert (Incident.objects.count(), Source.objects.count(), second.citations.count()) == (1, 1, 1)


def test_the_same_request_is_answered_after_the_record_was_changed_or_submitted(documenter):
    first = save_record("source", REPORT, documenter, key=KEY)
    save_record("source", {"title": "Corrected"}, documenter, 1, code=first.code)
    assert save_record("source", REPORT, documenter, key=KEY).title == "Corrected"
    workflow.submit(Record.objects.get(pk=first.pk), documenter)
    assert save_record("source", REPORT, documenter, key=KEY).pk == first.pk


def test_going_back_and_saving_something_else_is_the_next_revision_of_the_same_record(documenter):
    rows = [{"new_source": REPORT, "quote": "one"}, {"new_source": REPORT, "quote": "two"}]
    first = save_record("incident", {"title_en": "A title", "citations": rows}, documenter, key=KEY)
    kept = set(first.citations.values_list("pk", flat=True))
    rows[1]["quote"] = "another"
    second = save_record("incident", {"title_en": "Better", "citations": rows}, documenter, key=KEY)
    assert (second.pk, second.revision, second.title_en) == (first.pk, 2, "Better")
    assert set(second.citations.values_list("pk", flat=True)) == kept
    assert [each.quote for each in second.citations.all()] == ["one", "another"]


def test_one_persons_key_is_nobody_elses(documenter):
    first = save_record("source", REPORT, documenter, key=KEY)
    other = save_record("source", REPORT | {"url": ""}, make_documenter(), key=KEY)
    assert other.pk != first.pk


def test_a_key_names_one_record(documenter):
    save_record("source", REPORT, documenter, key=KEY)
    total = make_total(documenter, make_source(documenter))
    assert refused("total", {"value": 7}, documenter, base_revision=1, code=total.code, key=KEY)


@pytest.mark.parametrize("key", ["", "k" * 65, "a\nb"])
def test_a_key_that_is_none_is_refused(documenter, key):
    assert refused("source", REPORT, documenter, key=key)


def test_a_double_click_makes_one_record(desk):
    sent = FormPage(desk.get("/desk/incidents/new/")).filled(title_en="A title")
    answers = [desk.post("/desk/incidents/new/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Incident.objects.count() == 1


def test_two_new_forms_make_two_records(desk):
    for _ in range(2):
        desk.post("/desk/incidents/new/", FormPage(desk.get("/desk/incidents/new/")).filled(title_en="A title"))
    assert Incident.objects.count() == 2


def test_rows_that_swap_what_they_say_keep_their_ids(documenter):
    incident = make_incident(documenter)
    make_citation(incident, make_source(documenter), quote="second")
    workflow.save_draft(Record.objects.get(pk=incident.pk), documenter)
    first, second = content_of(Incident.objects.get())["citations"]
    content = {"citations": [second, first | {"quote": "changed"}]}
    saved = save_record("incident", content, documenter, 2, code=incident.code)
    assert dict(saved.citations.values_list("pk", "quote")) == {first["id"]: "changed", second["id"]: "second"}
