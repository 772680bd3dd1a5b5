"""The coordinates of an incident: typed as people have them, compared with the place before they are saved."""

import pytest

from incidents.gazetteer.search import find_places
from incidents.records.models import Incident
from tests.desk import FormPage, said

pytestmark = pytest.mark.django_db
NEW = "/desk/incidents/new/"


@pytest.fixture
def selydove():
    (place,) = find_places("Селидове, Донецька область", limit=1)
    return f"[{place.code}]"


def posted(desk, **fields):
    return desk.post(NEW, FormPage(desk.get(NEW)).filled(**{"title_en": "A title"} | fields))


def saved():
    incident = Incident.objects.get()
    return str(incident.latitude), str(incident.longitude)


@pytest.mark.parametrize(
    "fields",
    [
        {"latitude": "48,1465", "longitude": "37,3022"},
        {"latitude": "48.1465, 37.3022"},
        {"longitude": "48.1465, 37.3022"},
        {"latitude": "https://maps.example/@48.1465,37.3022,15z", "longitude": "1"},
        {"latitude": "37.3022° E, 48.1465° N"},
    ],
)
def test_coordinates_are_read_from_either_field(desk, selydove, fields):
    assert posted(desk, place=selydove, **fields).status_code == 302
    assert saved() == ("48.14650", "37.30220")


def test_coordinates_are_kept_with_five_decimals(desk):
    assert posted(desk, latitude="50.069385", longitude="36,123456").status_code == 302
    assert saved() == ("50.06938", "36.12346")


@pytest.mark.parametrize(
    "fields", [{"latitude": "0, 0"}, {"latitude": "0", "longitude": "0"}, {"latitude": "91, 37"}, {"latitude": "here"}]
)
def test_what_is_no_place_is_refused_with_what_was_typed(desk, fields):
    refused = posted(desk, **fields)
    assert refused.status_code == 422
    assert FormPage(refused).fields["latitude"] == [fields["latitude"]]


def test_swapped_coordinates_are_asked_about_and_offered_the_other_way_round(desk, selydove):
    asked = posted(desk, place=selydove, latitude="37.3022, 48.1465")
    assert asked.status_code == 422
    assert "the other way round it is within 1 km of it:" in said(asked)
    assert desk.post(NEW, FormPage(asked).filled(latitude="48.14650, 37.30220")).status_code == 302
    assert saved() == ("48.14650", "37.30220")


def test_a_point_far_from_the_place_is_asked_about_and_kept_if_it_is_meant(desk, selydove):
    asked = posted(desk, place=selydove, latitude="50.45, 30.52")
    assert asked.status_code == 422
    assert "This point is about 550 km from Selydove." in said(asked)
    key = asked.content.decode().partition('name="confirmed" value="')[2].partition('"')[0]
    assert desk.post(NEW, FormPage(asked).filled(confirmed=key)).status_code == 302
    assert saved() == ("50.45000", "30.52000")
    edit = f"/desk/incidents/{Incident.objects.get().code}/edit/"
    assert desk.post(edit, FormPage(desk.get(edit)).filled(title_en="Another")).status_code == 302


def test_without_a_place_a_point_outside_the_area_is_asked_about(desk):
    asked = posted(desk, latitude="37.3022", longitude="48.1465")
    assert asked.status_code == 422
    assert "far outside Ukraine" in said(asked)


def test_the_form_shows_the_point_on_a_map_and_its_distance_from_the_place(desk, selydove):
    address = "/desk/suggestions/point/"
    shown = desk.get(address, {"latitude": "48,2 37,3", "longitude": "", "place": selydove})
    assert "48.20000, 37.30000 6 km from Selydove" in said(shown)
    assert "<svg" in shown.content.decode()
    posted(desk, place=selydove, latitude="48,2 37,3")
    assert "6 km from Selydove" in said(desk.get(f"/desk/incidents/{Incident.objects.get().code}/edit/"))


@pytest.mark.parametrize(
    "query", ["", "latitude=x&longitude=y", "latitude=1", "place=[UA]", "latitude=48&longitude=37&place=%F0"]
)
def test_any_query_for_a_point_is_answered(desk, query):
    assert desk.get(f"/desk/suggestions/point/?{query}").status_code == 200
