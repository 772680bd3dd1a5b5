"""A date that is typed in words is shown as it is read before it is kept; an unlikely one is asked about."""

import pytest

from incidents.records.models import Incident, Source
from tests.desk import FormPage, said

pytestmark = pytest.mark.django_db
NEW = "/desk/incidents/new/"


def posted(desk, address=NEW, **fields):
    return desk.post(address, FormPage(desk.get(address)).filled(**{"title_en": "A title"} | fields))


def test_a_date_in_words_is_shown_as_it_is_read_and_saved_by_the_next_click(desk):
    shown = posted(desk, date="24 травня 2025 року")
    assert shown.status_code == 422
    assert "This is read as 24 May 2025. Save again to keep it so, or correct it." in said(shown)
    assert FormPage(shown).fields["date"] == ["2025-05-24"]
    assert not Incident.objects.exists()
    assert desk.post(NEW, FormPage(shown).fields).status_code == 302
    assert Incident.objects.get().date == "2025-05-24"


def test_both_meanings_are_offered_and_either_line_can_be_copied_into_the_field(desk):
    shown = posted(desk, date="05/06/2025")
    assert shown.status_code == 422
    line = "2025-06-05 · 5 June 2025"
    assert "2025-05-06 · 6 May 2025" in said(shown)
    assert line in said(shown)
    assert FormPage(shown).fields["date"] == ["05/06/2025"]
    assert desk.post(NEW, FormPage(shown).filled(date=line)).status_code == 302
    assert Incident.objects.get().date == "2025-06-05"


def test_a_refusal_proposes_dates(desk):
    assert "2023-02-28 · 28 February 2023" in said(posted(desk, date="2023-02-29"))


def test_the_form_says_in_words_what_is_saved(desk):
    posted(desk, date="2024-11-23~")
    assert "about 23 November 2024" in said(desk.get(f"/desk/incidents/{Incident.objects.get().code}/edit/"))


@pytest.mark.parametrize("date", ["2030-01-01", "1941-06-22"])
def test_an_unlikely_date_is_asked_about_once(desk, date):
    asked = posted(desk, date=date)
    assert asked.status_code == 422
    assert "It is meant so" in said(asked)
    page = FormPage(asked)
    confirmed = page.filled(confirmed=f"date={date}")
    assert desk.post(NEW, confirmed).status_code == 302
    incident = Incident.objects.get()
    assert incident.date == date
    edit = f"/desk/incidents/{incident.code}/edit/"
    assert desk.post(edit, FormPage(desk.get(edit)).filled(title_en="Another title")).status_code == 302


def test_an_answer_holds_for_the_value_that_was_asked_about_only(desk):
    asked = FormPage(posted(desk, date="2030-01-01"))
    assert desk.post(NEW, asked.filled(confirmed="date=2030-01-01", date="2031-01-01")).status_code == 422


def test_an_answer_outlives_another_refusal(desk):
    refused = desk.post(
        NEW, FormPage(desk.get(NEW)).filled(date="2030-01-01", confirmed="date=2030-01-01", killed_low="x")
    )
    assert refused.status_code == 422
    assert FormPage(refused).fields["confirmed"] == ["date=2030-01-01"]


def test_the_date_of_a_source_that_a_row_creates_is_read_in_its_row(desk):
    page = FormPage(desk.get(NEW))
    row = {
        "new_title": "A report",
        "new_kind": "news_original",
        "new_distance": "secondary",
        "new_published": "24.05.2025",
    }
    shown = desk.post(NEW, page.with_row(page.filled(title_en="A title"), "citations", **row))
    assert shown.status_code == 422
    assert FormPage(shown).fields["citations-0-new_published"] == ["2025-05-24"]
    assert not Source.objects.exists()
