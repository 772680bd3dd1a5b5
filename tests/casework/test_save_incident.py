"""A documenter writes an incident on one page: everything is kept as typed, and nothing is half saved."""

import re

import pytest

from incidents.records.models import Incident, Record, Revision, Source, Unit
from incidents.register.models import Edition
from tests.desk import FormPage, refused, said, signed_in
from tests.factories import (
    make_citation,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_unit,
    publish,
)

pytestmark = pytest.mark.django_db
NEW = "/desk/incidents/new/"


def edit_address(record: Record) -> str:
    return f"/desk/{record.kind}s/{record.code}/edit/"


def form_of(desk, record: Record) -> FormPage:
    return FormPage(desk.get(edit_address(record)))


def save(desk, record: Record, sent: dict) -> Incident:
    """Save, and expect it to be accepted."""
    response = desk.post(edit_address(record), sent)
    assert response.status_code == 302, refused(response)
    return Incident.objects.get(pk=record.pk)


def created(desk, sent: dict) -> Incident:
    before = set(Incident.objects.values_list("pk", flat=True))
    response = desk.post(NEW, sent)
    assert response.status_code == 302, refused(response)
    return Incident.objects.exclude(pk__in=before).get()


EVERYTHING = {
    "title_en": "Two soldiers reportedly shot",
    "title_uk": "За повідомленнями, розстріляно двох військових",
    "summary_en": "First line.\nSecond line.",
    "summary_uk": "Перший рядок.",
    "conduct": ["killing_in_custody", "no_quarter_order"],
    "date": "2024-09/2024-10",
    "date_basis": "filmed",
    "place_name_en": "a tree line",
    "region": "UA-23",
    "latitude": "47.85",
    "longitude": "35.1",
    "precision": "vicinity",
    "public_precision": "district",
    "place_method": "geolocated_imagery",
    "killed_low": "2",
    "killed_best": "2",
    "killed_high": "3",
    "survived_low": "0",
    "protected_status": ["incapacitated"],
    "setting": "on_capture",
    "not_known_en": "The unit is not known.",
    "content_warning_en": "Footage of a killing.",
    "safety_note": "Relatives live under occupation.",
    "internal_note": "Ask again in spring.",
}


def test_everything_typed_is_kept(desk, documenter):
    investigation, other = make_investigation(documenter), make_incident(documenter)
    source = make_source(documenter)
    page = FormPage(desk.get(NEW))
    sent = page.filled(
        **EVERYTHING,
        investigations=investigation.code,
        related=other.code,
        killed_low_source=source.code,
        survived_low_source=source.url,
    )
    sent = page.with_row(sent, "citations", source=source.code, facts=["occurrence", "date"], quote="they were shot")
    sent = page.with_row(sent, "attributions", new_unit_en="A motor rifle regiment", said_by=source.code)
    sent = page.with_row(sent, "observations", source=source.code, at="12:04", text_en="Two figures stand.")
    sent = page.with_row(sent, "victims", outcome="killed_reported", private_note="Private.")
    incident = created(desk, sent)

    for name, value in EVERYTHING.items():
        kept = getattr(incident, name)
        assert str(kept) == value or kept == value or value in (str(kept).rstrip("0"), incident.region_id), name
    assert [incident.killed_low_source, incident.survived_low_source] == [source, source]
    assert list(incident.investigations.all()) == [investigation]
    assert list(incident.related.values_list("code", flat=True)) == [other.code]
    citation = incident.citations.get()
    assert (citation.source, citation.facts, citation.quote) == (source, ["occurrence", "date"], "they were shot")
    assert incident.attributions.get().unit.name_en == "A motor rifle regiment"
    assert incident.observations.get().at == "12:04"
    assert incident.victims.get().private_note == "Private."
    assert (incident.state, incident.revision, incident.created_by) == ("draft", 1, documenter)


@pytest.mark.parametrize(
    ("address", "first", "abroad"),
    [
        (NEW, "Autonomous Republic of Crimea", "Belgorod Oblast"),
        (f"/uk{NEW}", "Автономна Республіка Крим", "Бєлгородська область"),
    ],
)
def test_regions_are_named_and_sorted_in_the_language_of_the_page(desk, address, first, abroad):
    listed = re.search(r'name="region".*?</select>', desk.get(address).content.decode(), re.DOTALL)[0]
    names = re.findall(r"<option[^>]*>([^<]+)</option>", listed)
    assert names[1] == first
    assert abroad in names[-8:]


def test_one_save_is_one_revision_with_its_author(desk, documenter):
    incident = created(desk, FormPage(desk.get(NEW)).filled(title_en="A title"))
    assert [(each.number, each.author) for each in incident.revisions.all()] == [(1, documenter)]
    assert incident.revisions.get().content["title_en"] == "A title"


def test_a_draft_may_be_almost_empty(desk):
    assert created(desk, FormPage(desk.get(NEW)).filled(title_uk="Лише назва")).title_uk == "Лише назва"


def test_the_number_of_the_record_and_of_its_revision_is_said(desk):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title"), follow=True)
    incident = Incident.objects.get()
    assert f"{incident.code} is saved as revision 1." in said(response)


def test_dates_are_kept_in_the_standard_form(desk):
    incident = created(desk, FormPage(desk.get(NEW)).filled(title_en="A title", date=" 2024-11/2024-11 "))
    assert incident.date == "2024-11"
    assert [str(incident.date_earliest), str(incident.date_latest)] == ["2024-11-01", "2024-11-30"]


@pytest.mark.parametrize("date", ["2025-13-45", "yesterday", "2024-10/2024-09", "1066", "../..", "2" * 65])
def test_a_date_that_cannot_be_read_is_refused_with_an_example(desk, date):
    page = FormPage(desk.get(NEW))
    response = desk.post(NEW, page.filled(title_en="Kept title", date=date))
    assert response.status_code == 422
    assert "2025-05-22" in said(response) or "2024-09/2024-10" in said(response)
    assert FormPage(response).fields["date"] == [date]
    assert FormPage(response).fields["title_en"] == ["Kept title"]
    assert not Incident.objects.exists()


def test_saving_what_did_not_change_adds_no_revision(desk, documenter):
    incident = make_incident(documenter, summary_en="One.\nTwo.")
    page = form_of(desk, incident)
    assert save(desk, incident, page.filled()).revision == 1
    assert Incident.objects.get(pk=incident.pk).summary_en == "One.\nTwo."


def test_a_new_record_saved_again_unchanged_adds_no_revision(desk):
    page = FormPage(desk.get(NEW))
    incident = created(desk, page.filled(title_en="A title", latitude="47.85", longitude="35.1", summary_en="1\n2"))
    assert save(desk, incident, form_of(desk, incident).filled()).revision == 1


# Places.


def test_a_place_brings_its_region_along(desk):
    incident = created(
        desk,
        FormPage(desk.get(NEW)).filled(
            title_en="A title", place="Новодарівка, Пологівський район, Запорізька область", region="UA-05"
        ),
    )
    assert incident.place.name_en == "Novodarivka"
    assert incident.region_id == "UA-23"


def test_a_name_that_many_places_share_is_refused_with_their_raions_oblasts_and_codes(desk):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title", place="Роздольне"))
    assert response.status_code == 422
    words = said(response)
    assert "More than 8 places match." in words
    assert words.count("[UA") >= 2
    assert "Oblast" in words
    assert FormPage(response).fields["place"] == ["Роздольне"]


def test_a_place_is_chosen_by_the_code_in_brackets(desk):
    response = desk.get("/desk/suggestions/places/", {"place": "Роздольне"})
    choice = said(response).split("]")[0].strip() + "]"
    incident = created(desk, FormPage(desk.get(NEW)).filled(title_en="A title", place=choice))
    assert choice.endswith(f"[{incident.place.code}]")
    assert form_of(desk, incident).fields["place"] == [choice]


def test_a_place_that_is_not_in_the_gazetteer_is_refused(desk):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title", place="Nowhereville"))
    assert response.status_code == 422
    assert "No place of this name is in the gazetteer" in said(response)


def test_a_region_alone_and_coordinates_alone_are_enough(desk):
    sent = FormPage(desk.get(NEW)).filled(title_en="A title", region="UA-14")
    assert created(desk, sent).region_id == "UA-14"
    incident = created(desk, FormPage(desk.get(NEW)).filled(title_en="A title", latitude="48.5", longitude="37.25"))
    assert (float(incident.latitude), float(incident.longitude)) == (48.5, 37.25)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("95", "30"), ("48", ""), ("", "30"), ("48.5.1", "37"), ("NaN", "1"), ("1e400", "1")]
)
def test_coordinates_that_are_none_are_refused(desk, latitude, longitude):
    sent = FormPage(desk.get(NEW)).filled(title_en="A title", latitude=latitude, longitude=longitude)
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert FormPage(response).fields["latitude"] == [latitude]
    assert not Incident.objects.exists()


def test_one_coordinate_that_is_wrong_brings_one_message(desk):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title", latitude="95", longitude="30"))
    assert "Give both coordinates" not in said(response)


def test_what_is_published_is_never_finer_than_what_is_known(desk):
    sent = FormPage(desk.get(NEW)).filled(title_en="A title", precision="region", public_precision="exact")
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert "What is published may not be finer than what is known inside." in said(response)


# Counts.


@pytest.mark.parametrize(
    "counts",
    [
        {"killed_low": "3", "killed_best": "2"},
        {"killed_low": "3", "killed_high": "2"},
        {"survived_best": "3", "survived_high": "1"},
        {"killed_low": "-1"},
        {"killed_high": "1000000000000"},
        {"killed_high": "9" * 5000},
        {"killed_low": "two"},
        {"killed_low": "2.5"},
    ],
)
def test_counts_out_of_order_or_reason_are_refused(desk, counts):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title", **counts))
    assert response.status_code == 422
    assert {name: FormPage(response).fields[name][0] for name in counts} == counts
    assert "is violated" not in said(response)
    assert not Incident.objects.exists()


# Rows.


def test_a_source_is_created_in_the_row_that_cites_it(desk, documenter):
    upstream = make_source(documenter)
    page = FormPage(desk.get(NEW))
    sent = page.with_row(
        page.filled(title_en="A title"),
        "citations",
        new_title="An invented report",
        new_publisher="A gazette",
        new_url="HTTPS://Gazette.example/Report#top",
        new_kind="news_original",
        new_distance="secondary",
        new_published="2024-11-25",
        new_language="en",
        new_upstream=upstream.code,
        new_how="relays",
        facts=["occurrence"],
    )
    source = created(desk, sent).citations.get().source
    assert (source.title, source.url) == ("An invented report", "https://Gazette.example/Report#top")
    assert (source.state, source.revision, source.created_by) == ("draft", 1, documenter)
    assert [(each.upstream, each.how) for each in source.derivations.all()] == [(upstream, "relays")]
    assert source.revisions.get().content["derivations"][0]["upstream"] == upstream.code


def test_two_rows_may_create_the_same_source(desk):
    page = FormPage(desk.get(NEW))
    fields = {"new_title": "New", "new_url": "https://new.example/", "new_kind": "video", "new_distance": "primary"}
    sent = page.with_row(page.filled(title_en="A title"), "citations", **fields, facts=["date"])
    incident = created(desk, page.with_row(sent, "citations", **fields, facts=["place"]))
    assert incident.citations.count() == 2
    assert Source.objects.count() == 1


def test_a_new_source_needs_its_kind_and_distance(desk):
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(title_en="A title"), "citations", new_title="New")
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert said(response).count("A new source needs this.") >= 2
    assert FormPage(response).fields["citations-0-new_title"] == ["New"]
    assert not Source.objects.exists()


def test_a_source_is_found_by_code_address_and_part_of_its_title(desk, documenter):
    source = make_source(documenter, title="A quite singular headline", url="https://outlet.example/story?id=1")
    for typed in (
        source.code,
        source.code.lower(),
        f"{source.code} · whatever follows",
        source.url,
        "HTTPS://m.Outlet.example/story/?id=1&fbclid=IwAR0",
        "singular headline",
    ):
        page = FormPage(desk.get(NEW))
        incident = created(desk, page.with_row(page.filled(title_en="A title"), "citations", source=typed))
        assert incident.citations.get().source == source, typed


def test_an_exact_address_is_found_among_many_that_begin_with_it(desk, documenter):
    for number in range(10):
        make_source(documenter, url=f"https://channel.example/1{number}")
    wanted = make_source(documenter, url="https://channel.example/1")
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(title_en="A title"), "citations", source=wanted.url)
    assert created(desk, sent).citations.get().source == wanted


def test_a_title_that_several_sources_share_is_refused_with_their_codes(desk, documenter):
    sources = [make_source(documenter, title=f"Statement of the day {n}") for n in (1, 2)]
    page = FormPage(desk.get(NEW))
    response = desk.post(
        NEW, page.with_row(page.filled(title_en="A title"), "citations", source="Statement of the day")
    )
    assert response.status_code == 422
    assert all(source.code in said(response) for source in sources)
    assert FormPage(response).fields["citations-0-source"] == ["Statement of the day"]


def test_a_unit_named_in_two_rows_is_created_once(desk, documenter):
    sources = [make_source(documenter), make_source(documenter)]
    page, sent = FormPage(desk.get(NEW)), FormPage(desk.get(NEW)).filled(title_en="A title")
    for source in sources:
        sent = page.with_row(sent, "attributions", new_unit_en="A regiment", said_by=source.code)
    incident = created(desk, sent)
    assert Unit.objects.count() == 1
    assert incident.attributions.count() == 2


def test_the_same_attribution_twice_is_refused_and_nothing_is_saved(desk, documenter):
    source = make_source(documenter)
    page, sent = FormPage(desk.get(NEW)), FormPage(desk.get(NEW)).filled(title_en="A title")
    for _ in range(2):
        sent = page.with_row(sent, "attributions", new_unit_en="A regiment", said_by=source.code)
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert FormPage(response).fields["attributions-1-new_unit_en"] == ["A regiment"]
    assert not Incident.objects.exists()
    assert not Unit.objects.exists()


def test_a_unit_that_is_chosen_and_named_anew_at_once_is_asked_about(desk, documenter):
    source = make_source(documenter)
    unit = make_unit(name_en="Known")
    page = FormPage(desk.get(NEW))
    sent = page.with_row(
        page.filled(title_en="A title"), "attributions", unit=unit.code, new_unit_en="Another", said_by=source.code
    )
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert "or name a new one, not both" in said(response)


def test_a_blank_row_that_was_added_by_mistake_is_no_row(desk):
    page, sent = FormPage(desk.get(NEW)), FormPage(desk.get(NEW)).filled(title_en="A title")
    for rows in ("citations", "attributions", "observations", "victims"):
        sent = page.with_row(sent, rows)
    incident = created(desk, sent)
    assert [getattr(incident, name).count() for name in incident.ROWS] == [0, 0, 0, 0]


def test_rows_are_removed_changed_and_added_in_one_save(desk, documenter):
    sources = [make_source(documenter) for _ in range(3)]
    incident = make_incident(documenter, sources=tuple(sources[:2]))
    first, second = incident.citations.all()
    page = form_of(desk, incident)
    sent = page.filled(**{"citations-0-DELETE": "on", "citations-1-quote": "another wording"})
    sent = page.with_row(sent, "citations", source=sources[2].code, stance="contradicts", facts=["date"])
    save(desk, incident, sent)
    assert [(each.source, each.quote) for each in incident.citations.all()] == [
        (second.source, "another wording"),
        (sources[2], ""),
    ]
    assert not incident.citations.filter(pk=first.pk).exists()


def test_the_history_says_which_fields_and_rows_changed_from_what_to_what(desk, documenter):
    incident = make_incident(documenter)
    page = form_of(desk, incident)
    sent = page.filled(killed_high="4", **{"citations-0-stance": "contradicts"})
    save(
        desk,
        incident,
        page.with_row(sent, "observations", source=incident.citations.get().source.code, text_en="Seen."),
    )
    words = said(desk.get(f"/desk/incidents/{incident.code}/history/"))
    assert "Killed, at most" in words
    assert "Seen." in words
    assert "Revision 2" in words
    content = Revision.objects.get(record=incident, number=2).content
    assert (content["killed_high"], content["citations"][0]["stance"]) == (4, "contradicts")


def test_the_order_of_boxes_is_no_change(desk, documenter):
    incident = make_incident(documenter)
    first = form_of(desk, incident)
    save(desk, incident, first.filled(conduct=["no_quarter_order", "killing_in_custody"]))
    assert save(desk, incident, form_of(desk, incident).filled()).revision == 2


# Without script.


def test_without_script_a_row_is_added_by_the_server_and_nothing_is_saved(desk):
    page = FormPage(desk.get(NEW))
    response = desk.post(NEW, page.filled(title_en="Typed", date="nonsense", add="citations"))
    assert response.status_code == 200
    again = FormPage(response)
    assert (again.fields["title_en"], again.fields["date"]) == (["Typed"], ["nonsense"])
    assert again.fields["citations-TOTAL_FORMS"] == ["1"]
    assert 'class="field-error"' not in response.content.decode()
    assert not Incident.objects.exists()


def test_without_script_rows_can_be_added_to_rows(desk, documenter):
    incident = make_incident(documenter)
    answer = desk.post(edit_address(incident), form_of(desk, incident).filled(add="citations", title_en="Typed"))
    answer = desk.post(edit_address(incident), FormPage(answer).filled(**{"citations-1-quote": "kept"}, add="victims"))
    assert answer.status_code == 200
    again = FormPage(answer)
    assert again.fields["citations-1-quote"] == ["kept"]
    assert again.fields["title_en"] == ["Typed"]
    assert again.fields["victims-TOTAL_FORMS"] == ["1"]
    assert Incident.objects.get(pk=incident.pk).revision == 1


def test_without_script_an_added_row_begins_like_one_that_a_script_adds(desk):
    page = FormPage(desk.get(NEW))
    answer = page.filled(title_en="A title")
    for rows in ("citations", "attributions", "observations", "victims"):
        answer = FormPage(desk.post(NEW, answer | {"add": rows})).filled()
    for rows, blank in page.blank.items():
        for name, value in blank.items():
            assert answer.get(name.replace("__prefix__", "0"), []) == value, (rows, name)
    assert created(desk, answer).victims.count() == 0


def test_adding_a_row_keeps_the_revision_that_the_form_was_opened_on(desk, documenter):
    incident = make_incident(documenter)
    page = form_of(desk, incident)
    save(desk, incident, form_of(desk, incident).filled(title_en="Saved in another tab"))
    again = FormPage(desk.post(edit_address(incident), page.filled(title_uk="Мій", add="citations")))
    assert desk.post(edit_address(incident), again.filled()).status_code == 409


@pytest.mark.parametrize("rows", ["", "nothing", "citations-TOTAL_FORMS", "\0", "revision"])
def test_asking_for_rows_that_do_not_exist_saves_nothing_unseen(desk, rows):
    response = desk.post(NEW, FormPage(desk.get(NEW)).filled(title_en="A title", date="nonsense", add=rows))
    assert response.status_code in (200, 422)
    assert FormPage(response).fields["title_en"] == ["A title"]


# Refusals keep everything.


def test_a_refusal_keeps_every_field_and_every_row(desk, documenter):
    source = make_source(documenter)
    page = FormPage(desk.get(NEW))
    sent = page.filled(**EVERYTHING | {"date": "no date"})
    sent = page.with_row(sent, "citations", source=source.code, facts=["occurrence", "place"], quote="word for word")
    sent = page.with_row(sent, "attributions", new_unit_en="New unit", said_by=source.code)
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    again = FormPage(response).filled()
    assert {name: values for name, values in sent.items() if again.get(name) != values} == {}
    assert not Incident.objects.exists()
    assert not Unit.objects.exists()


def test_an_error_in_one_row_saves_no_other_row(desk, documenter):
    incident = make_incident(documenter)
    page = form_of(desk, incident)
    sent = page.with_row(page.filled(title_en="Changed"), "observations", source="S-9999", text_en="Seen.")
    response = desk.post(edit_address(incident), sent)
    assert response.status_code == 422
    assert "No source has the code S-9999" in said(response)
    assert Incident.objects.get(pk=incident.pk).title_en != "Changed"


def test_unknown_codes_are_named(desk):
    sent = FormPage(desk.get(NEW)).filled(title_en="A title", investigations="I-9999, I-9998", related="HDC-9999")
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert "I-9999, I-9998" in said(response)
    assert "HDC-9999" in said(response)


def test_an_incident_is_not_related_to_itself(desk, documenter):
    incident = make_incident(documenter)
    response = desk.post(edit_address(incident), form_of(desk, incident).filled(related=incident.code))
    assert response.status_code == 422
    assert "not related to itself" in said(response)


# The next edition.


def test_editing_what_is_published_starts_a_draft_and_leaves_the_public_page(desk, documenter):
    incident = publish(make_incident(documenter), make_reviewer())
    before = list(Edition.objects.using("default").values_list("digest", flat=True))
    saved = save(desk, incident, form_of(desk, incident).filled(title_en="A better title"))
    assert (saved.state, saved.edition, saved.revision, saved.published_revision) == ("draft", 1, 2, 1)
    assert list(Edition.objects.using("default").values_list("digest", flat=True)) == before
    assert "Opened for the next edition" in said(desk.get(f"/desk/incidents/{incident.code}/history/"))


def test_opening_the_form_of_what_is_published_starts_nothing(desk, documenter):
    incident = publish(make_incident(documenter), make_reviewer())
    page = form_of(desk, incident)
    assert save(desk, incident, page.filled()).state == "published"


def test_any_documenter_may_prepare_the_next_edition_of_what_is_published(documenter):
    incident = publish(make_incident(documenter), make_reviewer())
    other = make_documenter()
    saved = save(signed_in(other), incident, form_of(signed_in(other), incident).filled(title_en="From a colleague"))
    assert saved.state == "draft"
    assert other in saved.shared_with.all()


def test_the_form_of_what_waits_for_review_is_closed(desk, documenter):
    from incidents.casework import workflow

    incident = make_incident(documenter)
    workflow.submit(incident, documenter)
    assert desk.get(edit_address(incident)).status_code == 409


def test_the_numbers_of_a_citation_are_in_order(desk, documenter):
    incident = make_incident(documenter)
    sent = form_of(desk, incident).filled(**{"citations-0-killed_low": "5", "citations-0-killed_high": "2"})
    response = desk.post(edit_address(incident), sent)
    assert response.status_code == 422
    assert "The highest number is lower than the lowest." in said(response)


def test_information_does_not_come_from_the_source_itself(desk, documenter):
    source = make_source(documenter)
    incident = make_incident(documenter, sources=(source,))
    response = desk.post(edit_address(incident), form_of(desk, incident).filled(**{"citations-0-via": source.code}))
    assert response.status_code == 422
    assert "A source does not come from itself." in said(response)


def test_a_citation_that_was_removed_may_be_wrong(desk, documenter):
    incident = make_incident(documenter)
    make_citation(incident, make_source(documenter))
    sent = form_of(desk, incident).filled(**{"citations-0-DELETE": "on", "citations-0-killed_low": "-1"})
    save(desk, incident, sent)
    assert incident.citations.count() == 1
