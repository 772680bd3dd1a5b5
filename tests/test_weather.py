"""The weather at the place: typed at the desk, published, shown, filtered, counted, exported."""

import pytest
from django.db import IntegrityError, transaction

from incidents.casework.models import Incident
from tests.answers import csv_rows
from tests.desk import signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, publish
from tests.test_save_incident import form_of, save


def test_it_is_typed_below_the_setting_and_refuses_what_is_no_term(committed):
    author = make_documenter()
    desk, incident = signed_in(author), make_incident(author)
    page = desk.get(f"/desk/incidents/{incident.code}/edit/").content.decode()
    assert page.index('name="setting"') < page.index('name="weather"') < page.index('name="not_known_en"')
    assert save(desk, incident, form_of(desk, incident).filled(weather="snow")).weather == "snow"
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(weather="hail")


def test_it_is_shown_filtered_counted_and_exported(committed, client):
    author, reviewer = make_documenter(), make_reviewer()
    snow, clear = (publish(make_incident(author, weather=code), reviewer).code for code in ("snow", "clear"))
    publish(make_incident(author), reviewer)

    assert "<dt>Weather</dt>" in client.get(f"/incidents/{snow}/").content.decode()
    page = client.get("/incidents/?weather=snow").content.decode()
    assert "1 of 3 incidents: weather: snow." in page
    assert f'href="/incidents/{snow}/"' in page
    assert f'href="/incidents/{clear}/"' not in page
    assert "<legend>Погода</legend>" in client.get("/uk/incidents/").content.decode()
    assert client.get("/incidents/?weather=hail").status_code == 400
    assert [row["weather"] for row in csv_rows(client, "/incidents.csv?weather=clear")] == ["clear"]
    assert client.get("/api/v1/incidents?weather=snow").json()["data"][0]["weather"] == "snow"
    parameters = client.get("/api/v1/openapi.json").json()["paths"]["/incidents"]["get"]["parameters"]
    described = next(each for each in parameters if each["name"] == "weather")
    assert described["schema"]["items"]["enum"] == ["clear", "rain", "snow", "fog", ""]
    assert "Weather" in client.get("/definitions/").content.decode()
