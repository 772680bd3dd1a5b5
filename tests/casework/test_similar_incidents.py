"""While an incident is written, those that may be the same are shown: of its days and region, or of its source."""

import pytest

from incidents.casework import workflow
from tests.desk import FormPage, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish

pytestmark = pytest.mark.django_db
FRAGMENT, NEW = "/desk/suggestions/similar-incidents/", "/desk/incidents/new/"


@pytest.fixture
def known():
    source = make_source(make_documenter(), url="https://news.example/the-report")
    incident = make_incident(
        source.created_by, sources=(source,), date="2024-05-24", title_en="Shooting of two soldiers"
    )
    return publish(incident, make_reviewer())


def shown(person, **typed):
    return said(signed_in(person).post(FRAGMENT, {name.replace("__", "-"): text for name, text in typed.items()}))


def test_the_same_days_in_one_region_and_a_shared_source_each_show_it(known):
    person, region = make_documenter(), known.region_id
    code = known.citations.get().source.code
    for typed in (
        {"date": "24.05.2024", "region": region},
        {"date": "2024-05", "region": region},
        {"date": "2024-05-24", "place": known.place.code if known.place else known.region_id, "region": region},
        {"citations__0__source": code},
        {"citations__3__new_url": "http://www.news.example/the-report?utm_source=x"},
    ):
        assert f"{known.code} Shooting of two soldiers" in shown(person, **typed), typed
    assert code in shown(person, citations__0__source=code)


def test_what_rests_on_a_confidential_source_of_others_is_not_told_by_its_address_or_code():
    author = make_documenter()
    hidden = make_source(author, url="https://hidden.example/a", access="confidential")
    incident = publish(make_incident(author, sources=(make_source(author), hidden)), make_reviewer())
    for typed in ({"citations__0__source": hidden.code}, {"citations__0__new_url": hidden.url}):
        assert incident.code not in shown(make_documenter(), **typed), typed
        assert incident.code in shown(author, **typed), typed


def test_another_region_another_month_and_half_a_match_show_nothing(known):
    person, region = make_documenter(), known.region_id
    other = "UA-46" if region != "UA-46" else "UA-18"
    for typed in (
        {"date": "2024-05-24", "region": other},
        {"date": "2024-06", "region": region},
        {"date": "2024-05-24"},
        {"region": region},
        {"date": "no date", "place": "\0", "region": "x" * 10_000},
        {},
    ):
        assert known.code not in shown(person, **typed), typed


def test_a_draft_of_somebody_else_and_what_is_closed_are_not_shown(known):
    author, person = make_documenter(), make_documenter()
    draft = make_incident(author, date="2024-05-24")
    discarded = make_incident(person, date="2024-05-24")
    workflow.discard(discarded, person)

    words = shown(person, date="2024-05-24", region=known.region_id)

    assert known.code in words
    assert draft.code not in words
    assert discarded.code not in words


def test_the_form_shows_it_after_a_refusal_and_never_the_record_itself(known):
    person = make_documenter()
    desk = signed_in(person)
    source = known.citations.get().source
    page = FormPage(desk.get(NEW))
    answer = desk.post(NEW, page.with_row(page.filled(killed_low="many"), "citations", source=source.code))
    assert answer.status_code == 422
    assert "Is it one of these?" in said(answer)
    own = make_incident(person, sources=(source,))
    words = said(desk.get(f"/desk/incidents/{own.code}/edit/")).split("Is it one of these?")[1][:300]
    assert known.code in words
    assert own.code not in words
