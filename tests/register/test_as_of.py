"""The register as of a day: what was published then, counted as it was then, through the one filter of the lists."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from incidents.casework import workflow
from incidents.publishing.rows import write_incident
from incidents.records.models import Record
from incidents.register.as_of import Moment, register_at
from incidents.register.models import Edition, RegisterIncident
from tests.answers import listed, taken, words
from tests.factories import make_incident, make_source, revise
from tests.factories import publish as publish_through_the_door
from tests.published import CITATION, merge, publish, withdraw
from tests.redaction.erasing import everywhere as texts_of_the_public_side

pytestmark = pytest.mark.usefixtures("committed")

REASON = {"en": "The material was shown to be staged."}
FIRST, SECOND, THIRD = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)


def on(day, *editions):
    """Date editions back: as a replica, because editions refuse to be changed."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for edition in editions:
            cursor.execute("UPDATE register_edition SET published_at = %s WHERE id = %s", [moment, edition.pk])
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def grown(committed):
    """A source and two incidents on the first day; a second source and a better title on the second; on the third the
    second source turns out to repeat the first."""
    on(FIRST, publish("source", "S-0001"), publish("incident", "HDC-0001"), publish("incident", "HDC-0002"))
    on(
        SECOND,
        publish("source", "S-0002", publisher="Gazette 2"),
        publish(
            "incident",
            "HDC-0001",
            title={"en": "A better title"},
            grade=publish_grade("corroborated"),
            citations=[CITATION, CITATION | {"source": "S-0002"}],
        ),
    )
    relays = [{"source": "S-0001", "how": "relays", "note": ""}]
    on(THIRD, publish("source", "S-0002", publisher="Gazette 2", derived_from=relays))
    write_incident(Edition.objects.get(kind="incident", code="HDC-0001", superseded_by=None))


def publish_grade(code):
    from tests.published import INCIDENT

    return INCIDENT["grade"] | {"code": code, "proposed": code}


def test_rows_are_those_of_the_edition_at_the_head(grown):
    heads = Edition.objects.order_by("pk").values_list("pk", flat=True)
    seen = []
    for head in heads:
        with register_at(Moment(head)):
            seen.append([(r.code, r.title_en, r.reports, r.origins) for r in RegisterIncident.objects.order_by("code")])
    first = ("HDC-0001", "An invented case", 1, 1)
    other = ("HDC-0002", "An invented case", 1, 1)
    assert seen == [
        [],
        [first],
        [first, other],
        [first, other],
        [("HDC-0001", "A better title", 2, 2), other],
        [("HDC-0001", "A better title", 2, 1), other],
    ]


@pytest.mark.parametrize(
    ("day", "title", "count"),
    [
        ("2025-05-31", "An invented case", "1 report, 1 independent origin"),
        ("2025-06-01", "A better title", "2 reports, 2 independent origins"),
        ("2025-09-01", "A better title", "2 reports, 1 independent origin"),
    ],
)
def test_an_incident_stands_in_list_and_page_as_it_stood_and_was_counted_that_day(client, grown, day, title, count):
    for address in (f"/incidents/?as_of={day}", f"/incidents/HDC-0001/?as_of={day}"):
        text = words(client.get(address))
        assert title in text
        assert count in text
        assert "The register as of" in text
    assert f'href="/incidents/HDC-0001/?as_of={day}"' in client.get(f"/incidents/?as_of={day}").content.decode()
    assert 'href="/incidents/?q=case"' in client.get(f"/incidents/?q=case&as_of={day}").content.decode()


@pytest.mark.parametrize("prefix", ["", "/uk"])
def test_the_way_back_to_the_list_keeps_the_day(client, grown, prefix):
    for name, code in (("incidents", "HDC-0001"), ("sources", "S-0001")):
        page = client.get(f"{prefix}/{name}/{code}/?as_of=2025-06-01").content.decode()
        trail = re.search(r'<nav class="breadcrumbs".*?</nav>', page, flags=re.DOTALL)[0]
        assert f'href="{prefix}/{name}/?as_of=2025-06-01"' in trail
        now = client.get(f"{prefix}/{name}/{code}/").content.decode()
        assert f'<a href="{prefix}/{name}/">' in now


def test_every_shape_of_the_list_shows_the_same_day(client, grown):
    asked = "as_of=2025-06-01&grade=corroborated"
    assert "A better title" in words(client.get(f"/incidents/?{asked}"))
    for shape in ("csv", "json", "geojson", "atom"):
        text = taken(client, f"/incidents.{shape}?{asked}").decode()
        assert "A better title" in text, shape
        assert "HDC-0002" not in text, shape
    for page in ("map/", "timeline/", "api/v1/incidents"):
        text = client.get(f"/{page}?{asked}").content.decode()
        assert "HDC-0001" in text
        assert "HDC-0002" not in text
    then = client.get("/incidents/?as_of=2025-05-31&grade=corroborated")
    assert then.status_code == 200
    assert "No incident in the register fits" in words(then)


def test_the_api_gives_a_record_as_it_was_on_the_day(client, grown):
    now, then = (client.get(f"/api/v1/incidents/HDC-0001{asked}").json() for asked in ("", "?as_of=2025-05-31"))
    assert now["document"]["title"] == {"en": "A better title"}
    assert then["document"]["title"]["en"] == then["data"]["title_en"] == "An invented case"
    assert [len(each["editions"]) for each in (now, then)] == [2, 1]
    assert client.get("/api/v1/sources/S-0002?as_of=2025-05-31").status_code == 404


def test_the_head_of_a_file_is_that_of_its_day(client, grown):
    head = Edition.objects.get(kind="incident", code="HDC-0002").pk
    assert client.get("/incidents.csv?as_of=2025-05-31").headers["X-Register-Head"].startswith(f"{head} ")


def test_the_day_is_said_in_words_and_the_rest_of_the_page_is_of_it_too(client, grown):
    page = client.get("/incidents/?as_of=2025-05-31")
    assert "This is the register as of 31 May 2025." in words(page)
    assert "Gazette 2" not in words(client.get("/sources/?as_of=2025-05-31"))
    assert "Gazette 2" in words(client.get("/sources/?as_of=2025-06-01"))
    assert client.get("/sources/S-0002/?as_of=2025-05-31").status_code == 404


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2999-01-01", "This day is still to come."),
        ("2025-02-28", "The register began on 2025-03-01."),
        ("2025-13-01", "This is not a day of the calendar."),
        ("2025", "This is not a day of the calendar."),
        ("yesterday", "This is not a day of the calendar."),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_on_every_page(client, grown, day, said):
    for address in ("/incidents/", "/incidents/HDC-0001/", "/map/", "/timeline/", "/sources/", "/totals/"):
        response = client.get(f"{address}?as_of={day}")
        assert response.status_code == 400, address
        assert said in words(response), address
    for address in ("/api/v1/incidents", "/api/v1/incidents/HDC-0001", "/incidents.csv", "/incidents.atom"):
        response = client.get(f"{address}?as_of={day}")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"
        assert said in response.json()["detail"]


def test_a_day_given_twice_is_refused(client, grown):
    for address in ("/incidents/", "/incidents/HDC-0001/"):
        assert client.get(f"{address}?as_of=2025-05-31&as_of=2025-06-01").status_code == 400


def test_a_refusal_speaks_the_language_of_the_address(client, grown):
    assert client.get("/uk/incidents/?as_of=2999-01-01").status_code == 400


def test_an_empty_register_has_no_days(client, committed):
    response = client.get("/incidents/?as_of=2025-01-01")
    assert response.status_code == 400
    assert "Nothing has been published yet." in words(response)


def test_what_was_withdrawn_since_is_shown_as_of_no_day(client, grown):
    withdraw("incident", "HDC-0002", REASON)
    withdraw("source", "S-0002", REASON)
    listed = words(client.get("/incidents/?as_of=2025-06-01"))
    assert "HDC-0002" not in listed
    assert "HDC-0001" in listed
    page = client.get("/incidents/HDC-0002/?as_of=2025-06-01")
    assert page.status_code == 410
    assert "shown to be staged" in words(page)
    assert "Gazette 2" not in words(client.get("/sources/?as_of=2025-06-01"))
    assert b"S-0002" not in taken(client, "/citations.csv?as_of=2025-06-01")


def test_an_incident_is_found_as_of_no_day_by_the_words_of_a_source_that_was_withdrawn_since(
    client, documenter, reviewer
):
    kept, gone = (
        make_source(documenter),
        make_source(documenter, title="A baker's diary", publisher="Zarechnaya Gazeta"),
    )
    incident = publish_through_the_door(make_incident(documenter, sources=(kept, gone)), reviewer)
    on(FIRST, *Edition.objects.using("default").all())
    publish_through_the_door(revise(incident, documenter, title_en="A better title"), reviewer)
    on(SECOND, Edition.objects.using("default").latest("pk"))

    def found():
        return [
            listed(client.get(f"/incidents/?as_of={day}&q={word}").content.decode())
            for word in ("baker", "Zarechnaya", "Outlet")
            for day in (FIRST, SECOND)
        ]

    everywhere = [[incident.code]] * 2
    assert found() == everywhere * 3
    workflow.withdraw(Record.objects.get(pk=gone.pk), reviewer, "It endangered somebody.")
    assert found() == [[], [], [], [], *everywhere]
    call_command("rebuild_register", stdout=StringIO())
    vectors = [text for text in texts_of_the_public_side() if text.startswith("register_registersearch_past")]
    assert len(vectors) == 3
    assert [text for text in vectors if "baker" in text or "zarechnaya" in text] == []


def test_what_was_merged_since_stands_where_it_stood(client, grown):
    on(THIRD, merge("HDC-0002", "HDC-0001", {"en": "The same event."}))
    assert "HDC-0002" in words(client.get("/incidents/?as_of=2025-08-31"))
    assert client.get("/incidents/HDC-0002/?as_of=2025-08-31").status_code == 200
    assert "HDC-0002" not in words(client.get("/incidents/?as_of=2025-09-01"))
    assert client.get("/incidents/HDC-0002/?as_of=2025-09-01").status_code == 301


def test_today_is_as_the_page_without_a_day(client, grown):
    today = timezone.now().date()
    codes = [re.findall(r"HDC-\d+", words(client.get(f"/incidents/{query}"))) for query in ("", f"?as_of={today}")]
    assert codes[0] == codes[1]
    assert client.get(f"/incidents/?as_of={today + timedelta(days=1)}").status_code == 400


def test_an_older_edition_is_counted_as_it_stood_when_it_was_replaced(client, grown):
    page = words(client.get("/incidents/HDC-0001/editions/1/"))
    assert "1 report, 1 independent origin" in page
    assert "Counted as it stood when the next edition replaced this one." in page
    publish("incident", "HDC-0001", title={"en": "The third"})
    assert "2 reports, 1 independent origin" in words(client.get("/incidents/HDC-0001/editions/2/"))


def test_todays_register_is_shown_again_after_another_day(client, grown):
    before = words(client.get("/incidents/HDC-0001/"))
    client.get("/incidents/HDC-0001/?as_of=2025-05-31")
    taken(client, "/incidents.csv?as_of=2025-05-31")
    assert words(client.get("/incidents/HDC-0001/")) == before
    assert "The register as of" not in before


def test_the_views_have_the_columns_of_the_tables(db):
    """A column that a migration adds has to be in the former rows and in the views: setup_roles draws them anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, array_agg(column_name::text ORDER BY column_name) "
            "FROM information_schema.columns WHERE table_schema IN ('public', 'register_then') GROUP BY 1, 2"
        )
        columns = {(schema, table): names for schema, table, names in cursor.fetchall()}
    views = [table for schema, table in columns if schema == "register_then"]
    assert len(views) == 9
    for table in views:
        assert columns["register_then", table] == columns["public", table]


def test_rebuilding_changes_no_day(client, grown):
    call_command("rebuild_register", stdout=StringIO())  # editions were dated back behind their rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(until) FROM register_registerincident_past")
        before = cursor.fetchone()
        call_command("rebuild_register", stdout=StringIO())
        cursor.execute("SELECT count(*), count(until) FROM register_registerincident_past")
        assert cursor.fetchone() == before
    assert "1 report, 1 independent origin" in words(client.get("/incidents/HDC-0001/?as_of=2025-05-31"))


def test_rebuilding_makes_the_search_of_former_days_again(committed):
    publish("source", "S-0001", url="https://news.example/first")
    publish("investigation", "I-0001")
    publish("incident", "HDC-0001")
    publish("source", "S-0001", url="https://news.example/another")
    publish("incident", "HDC-0001", title={"en": "A better title"})
    before = vectors_of_former_rows()
    assert [len(vectors) for vectors in before.values()] == [2, 2, 1]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in before:
            cursor.execute(f"UPDATE {table} SET vector = 'garbled'")  # noqa: S608
        cursor.execute("SET session_replication_role = origin")

    call_command("rebuild_register", stdout=StringIO())

    assert vectors_of_former_rows() == before


def vectors_of_former_rows():
    kinds = ("search", "source", "investigation")
    with connection.cursor() as cursor:
        found = {}
        for table in (f"register_register{kind}_past" for kind in kinds):
            cursor.execute(f"SELECT vector::text FROM {table} ORDER BY 1")  # noqa: S608
            found[table] = cursor.fetchall()
    return found
