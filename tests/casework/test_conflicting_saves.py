"""Two people save the same record: the second sees what the first changed, and neither loses a word."""

import pytest

from incidents.casework import workflow
from incidents.records.models import Incident, Record
from tests.desk import FormPage, posted, refused, said, signed_in
from tests.factories import (
    make_citation,
    make_documenter,
    make_incident,
    make_reviewer,
    make_source,
    publish,
    revise,
)

pytestmark = pytest.mark.django_db


class Two:
    """Two documenters with the same record open in its form; `first` saves before `second`."""

    def __init__(self, **fields):
        self.owner, self.colleague = make_documenter(), make_documenter()
        self.incident = make_incident(self.owner, **fields)
        self.incident.shared_with.add(self.colleague)
        self.first, self.second = signed_in(self.owner), signed_in(self.colleague)
        self.address = f"/desk/incidents/{self.incident.code}/edit/"
        self.open()

    def open(self):
        self.first_page, self.second_page = (FormPage(desk.get(self.address)) for desk in (self.first, self.second))

    def first_saves(self, sent=None, **values):
        response = self.first.post(self.address, sent or self.first_page.filled(**values))
        assert response.status_code == 302, refused(response)

    def second_saves(self, sent=None, **values):
        return self.second.post(self.address, sent or self.second_page.filled(**values))

    def saved(self):
        return Incident.objects.get(pk=self.incident.pk)


def test_the_second_is_told_who_saved_and_what_changed_and_nothing_is_saved_yet():
    two = Two()
    two.first_saves(killed_high="5")
    response = two.second_saves(title_en="From the second")
    assert response.status_code == 409
    assert f"{two.owner} saved this record" in said(response)
    assert "Killed, at most" in said(response)
    assert two.saved().title_en != "From the second"


def test_what_only_the_first_changed_is_taken_over_and_what_the_second_wrote_stays():
    two = Two()
    two.first_saves(killed_high="5", date="2024-12", conduct=["mutilation"])
    page = FormPage(two.second_saves(title_en="From the second"))
    assert page.fields["title_en"] == ["From the second"]
    assert (page.fields["killed_high"], page.fields["date"], page.fields["conduct"]) == (
        ["5"],
        ["2024-12"],
        ["mutilation"],
    )


def test_saving_again_succeeds_and_keeps_what_both_wrote():
    two = Two()
    two.first_saves(killed_high="5")
    page = FormPage(two.second_saves(title_en="From the second"))
    assert two.second.post(two.address, page.filled()).status_code == 302
    saved = two.saved()
    assert (saved.title_en, saved.killed_high, saved.revision) == ("From the second", 5, 3)
    assert [each.author for each in saved.revisions.all()] == [two.owner, two.owner, two.colleague]


def test_what_both_changed_is_listed_and_the_form_keeps_the_second_ones_words():
    two = Two()
    two.first_saves(summary_en="The first one's words.")
    response = two.second_saves(summary_en="The second one's words.")
    assert [change.field for change in response.context["conflict"].both] == ["summary_en"]
    assert "You both changed this" in said(response)
    assert "The first one's words." in said(response)
    assert FormPage(response).fields["summary_en"] == ["The second one's words."]


def test_what_both_wrote_alike_is_no_contradiction():
    two = Two()
    two.first_saves(title_en="The same words")
    response = two.second_saves(title_en="The same words", killed_low="1")
    assert response.status_code == 409
    assert response.context["conflict"].both == []


def test_what_nobody_touched_is_never_called_changed():
    two = Two(latitude="47.85000", longitude="35.10000", not_known_en="One.\nTwo.", safety_note="A note.\n\nMore.")
    two.first_saves(title_en="Another title")
    response = two.second_saves(title_uk="Інша назва")
    assert [change.field for change in response.context["conflict"].theirs] == ["title_en"]
    assert response.context["conflict"].both == []


def test_nonsense_of_the_second_is_kept_and_refused_beside_the_conflict():
    two = Two()
    two.first_saves(date="2024-12")
    response = two.second_saves(date="2025-13-45")
    assert response.status_code == 409
    assert FormPage(response).fields["date"] == ["2025-13-45"]
    assert [change.field for change in response.context["conflict"].both] == ["date"]


def test_a_row_that_the_first_added_is_carried_into_the_second_ones_form():
    two = Two()
    source = make_source(two.owner)
    two.first_saves(two.first_page.with_row(two.first_page.filled(), "citations", source=source.code, quote="added"))
    page = FormPage(two.second_saves(title_en="From the second"))
    assert page.fields["citations-INITIAL_FORMS"] == ["2"]
    assert two.second.post(two.address, page.filled()).status_code == 302
    assert [each.quote for each in two.saved().citations.all()][1:] == ["added"]


def test_rows_that_both_added_are_both_kept():
    two = Two()
    mine, theirs = make_source(two.colleague), make_source(two.owner)
    two.first_saves(two.first_page.with_row(two.first_page.filled(), "citations", source=theirs.code))
    sent = two.second_page.with_row(two.second_page.filled(), "citations", source=mine.code, facts=["date"])
    page = FormPage(two.second_saves(sent))
    response = two.second.post(two.address, page.filled())
    assert response.status_code == 302, refused(response)
    assert {each.source for each in two.saved().citations.all()} >= {mine, theirs}
    assert two.saved().citations.count() == 3


def test_a_row_that_the_first_removed_goes_if_the_second_left_it_alone():
    two = Two()
    two.first_saves(**{"citations-0-DELETE": "on"})
    page = FormPage(two.second_saves(title_en="From the second"))
    assert page.fields["citations-TOTAL_FORMS"] == ["0"]
    assert two.second.post(two.address, page.filled()).status_code == 302
    assert two.saved().citations.count() == 0


def test_a_row_that_the_first_removed_and_the_second_changed_comes_back_as_a_new_one():
    two = Two()
    two.first_saves(**{"citations-0-DELETE": "on"})
    response = two.second_saves(**{"citations-0-quote": "a longer quote"})
    assert response.status_code == 409
    assert len(response.context["conflict"].both) == 1
    assert two.second.post(two.address, FormPage(response).filled()).status_code == 302
    assert two.saved().citations.get().quote == "a longer quote"


def test_a_row_that_the_first_changed_and_the_second_removed_is_listed_as_changed_by_both():
    two = Two()
    two.first_saves(**{"citations-0-quote": "a longer quote"})
    response = two.second_saves(**{"citations-0-DELETE": "on"})
    assert [change.field for change in response.context["conflict"].both] == ["quote"]
    assert FormPage(response).fields["citations-0-DELETE"] == ["on"]


def test_different_fields_of_one_row_are_joined():
    two = Two()
    two.first_saves(**{"citations-0-stance": "contradicts"})
    page = FormPage(two.second_saves(**{"citations-0-quote": "a longer quote", "citations-0-facts": ["date"]}))
    assert two.second.post(two.address, page.filled()).status_code == 302
    citation = two.saved().citations.get()
    assert (citation.stance, citation.quote, citation.facts) == ("contradicts", "a longer quote", ["date"])


def test_the_same_field_of_one_row_is_listed_and_stays_as_the_second_wrote_it():
    two = Two()
    make_citation(two.incident, make_source(two.owner))
    workflow.save_draft(Record.objects.get(pk=two.incident.pk), two.owner)
    two.open()
    two.first_saves(**{"citations-1-quote": "first"})
    response = two.second_saves(**{"citations-1-quote": "second"})
    assert [(change.rows, change.field) for change in response.context["conflict"].both] == [("citations", "quote")]
    assert FormPage(response).fields["citations-1-quote"] == ["second"]


def test_places_units_and_sources_of_the_first_are_taken_over():
    two = Two()
    source = make_source(two.owner)
    place = "Новодарівка, Пологівський район, Запорізька область"
    sent = two.first_page.filled(place=place, killed_low_source=source.code)
    two.first_saves(two.first_page.with_row(sent, "attributions", new_unit_en="A regiment", said_by=source.code))
    page = FormPage(two.second_saves(title_en="From the second"))
    response = two.second.post(two.address, page.filled())
    assert response.status_code == 302, refused(response)
    saved = two.saved()
    assert saved.place.name_uk == "Новодарівка"
    assert saved.killed_low_source == source
    assert saved.attributions.get().unit.name_en == "A regiment"


def test_two_windows_of_one_person_meet_the_same_way():
    two = Two()
    other_window = FormPage(two.first.get(two.address))
    two.first_saves(title_en="First window")
    response = two.first.post(two.address, other_window.filled(title_uk="Друге вікно"))
    assert response.status_code == 409
    assert two.first.post(two.address, FormPage(response).filled()).status_code == 302
    assert (two.saved().title_en, two.saved().title_uk) == ("First window", "Друге вікно")


def test_a_second_click_on_save_does_not_double_the_rows():
    two = Two()
    source = make_source(two.owner)
    sent = two.first_page.with_row(two.first_page.filled(), "citations", source=source.code, facts=["date"], quote="q")
    sent = two.first_page.with_row(
        sent, "citations", new_title="New", new_url="https://new.example/", new_kind="video", new_distance="primary"
    )
    two.first_saves(sent)
    assert two.first.post(two.address, sent).status_code == 302
    assert two.saved().citations.count() == 3
    assert two.saved().revision == 2


def test_the_same_rows_sent_twice_without_a_key_are_not_doubled_either():
    two = Two()
    source = make_source(two.owner)
    sent = two.first_page.with_row(two.first_page.filled(), "citations", source=source.code, facts=["date"], quote="q")
    two.first_saves(sent | {"key": [""]})
    response = two.first.post(two.address, sent | {"key": [""]})
    assert response.status_code == 409
    assert two.first.post(two.address, FormPage(response).filled()).status_code == 302
    assert two.saved().citations.count() == 2


def test_a_third_save_in_between_meets_again():
    two = Two()
    two.first_saves(killed_high="5")
    page = FormPage(two.second_saves(title_en="From the second"))
    two.open()
    two.first_saves(killed_high="6")
    response = two.second.post(two.address, page.filled())
    assert response.status_code == 409
    assert FormPage(response).fields["killed_high"] == ["6"]
    assert FormPage(response).fields["title_en"] == ["From the second"]


@pytest.mark.parametrize("revision", ["garbage", "", "-1", "0", "99999999", "9" * 5000, "٣", "1.0", "\0"])
def test_a_revision_that_is_none_overwrites_nothing_unseen(revision):
    two = Two()
    two.first_saves(title_en="From the first")
    response = two.second_saves(revision=revision, summary_en="Mine.")
    assert response.status_code == 409
    assert two.saved().title_en == "From the first"


def test_what_was_submitted_meanwhile_is_not_saved_and_the_text_is_kept():
    two = Two()
    workflow.submit(two.incident, two.owner)
    response = two.second_saves(title_en="From the second")
    assert response.status_code == 409
    assert "It was submitted or closed after you opened this form" in said(response)
    assert FormPage(response).fields["title_en"] == ["From the second"]
    assert two.saved().title_en != "From the second"


def test_of_two_documenters_who_opened_what_is_published_the_second_is_shared_in_or_stays_out():
    """Nobody becomes an author by a conflict: a number in a posted form would do. The first shares the draft."""
    incident = publish(make_incident(make_documenter()), make_reviewer())
    people = make_documenter(), make_documenter()
    first, second = (signed_in(person) for person in people)
    address = f"/desk/incidents/{incident.code}/edit/"
    pages = [FormPage(desk.get(address)) for desk in (first, second)]
    assert first.post(address, pages[0].filled(killed_high="5")).status_code == 302
    sent = pages[1].filled(title_en="From the second")
    for data in (sent, sent | {"revision": ["1"]}, sent | {"revision": ["2"]}, {"add": "citations"}):
        response = second.post(address, data)
        assert response.status_code == 403
        assert "your browser still holds what you typed" in said(response)
    assert not incident.shared_with.filter(pk=people[1].pk).exists()
    assert second.post(f"/desk/incidents/{incident.code}/move/submit/").status_code == 409

    workflow.share(Record.objects.get(pk=incident.pk), *people)
    page = FormPage(second.post(address, sent))
    assert (page.fields["killed_high"], page.fields["title_en"]) == (["5"], ["From the second"])
    assert second.post(address, page.filled()).status_code == 302
    saved = Incident.objects.get(pk=incident.pk)
    assert (saved.killed_high, saved.title_en, saved.edition) == (5, "From the second", 1)


def test_who_loses_the_race_for_the_next_edition_becomes_no_author_either():
    """As when the other saves between a documenter's request and its lock."""
    from django.core.exceptions import PermissionDenied

    from incidents.casework.forms.editor import Editor

    incident = publish(make_incident(make_documenter()), make_reviewer())
    late = make_documenter()
    page = FormPage(signed_in(late).get(f"/desk/incidents/{incident.code}/edit/"))
    read_before = Record.objects.get(pk=incident.pk)
    editor = Editor("incident", late, read_before, posted(page.filled(title_en="Late")))
    revise(incident, make_documenter(), killed_high=5)
    with pytest.raises(PermissionDenied):
        editor.save()
    assert not incident.shared_with.filter(pk=late.pk).exists()


def test_somebody_who_never_could_write_it_gets_nothing_by_posting():
    owner, stranger = make_documenter(), make_documenter()
    incident = make_incident(owner, internal_note="Internal words.")
    workflow.submit(incident, owner)
    response = signed_in(stranger).post(f"/desk/incidents/{incident.code}/edit/", {"add": "citations"})
    assert response.status_code == 403
    assert "Internal words." not in response.content.decode()


def test_a_state_that_changed_between_reading_and_locking_is_not_undone():
    """As when an approval passes between a documenter's request and its lock: the edition must not be forgotten."""
    from incidents.casework.forms.editor import Editor

    owner = make_documenter()
    incident = make_incident(owner)
    page = FormPage(signed_in(owner).get(f"/desk/incidents/{incident.code}/edit/"))
    read_before = Record.objects.get(pk=incident.pk)
    editor = Editor("incident", owner, read_before, posted(page.filled(title_en="Changed")))
    publish(incident, make_reviewer())
    saved = editor.save()
    assert saved is not None
    fresh = Record.objects.get(pk=incident.pk)
    assert (fresh.edition, fresh.published_revision, fresh.state) == (1, 1, "draft")
