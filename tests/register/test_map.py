"""/map/ shows what the list shows, no place more finely than published, and every region of Ukraine as Ukraine."""

import gzip
import html
import json
import math
import re

import pytest
from django.conf import settings
from django.db import connections
from django.http import QueryDict
from django.templatetags.static import static
from django.test.utils import CaptureQueriesContext

from incidents.gazetteer.models import Boundary, Category, LoadedFile
from incidents.register import outlines
from incidents.register.filters.facet_index import ResultSet, current_index
from incidents.register.filters.filtersets import IncidentFilter
from incidents.register.maps import map_data
from incidents.register.maps.map_data import Picture, picture
from incidents.register.models import RegisterIncident
from tests.answers import listed_at
from tests.map_areas import DISTRICT, outline, outlined_village, place_of
from tests.published import publish

POINT = {"name": {"en": "Udachne", "uk": "Удачне"}, "latitude": 48.24, "longitude": 36.99}


def drawn(query: str = "") -> Picture:
    data = QueryDict(query)
    filterset = IncidentFilter(data, queryset=RegisterIncident.objects.current())
    assert filterset.is_valid()
    return picture(ResultSet(current_index(), filterset), data, "en")


def area(found: Picture, iso: str):
    return next(each for each in found.areas if each.code == iso)


def data(client, query: str = "", language: str = ""):
    response = client.get(f"{language}/map/data.json{query}")
    assert response.status_code == 200
    return json.loads(response.content)


# --- the outlines ----------------------------------------------------------------------------------------------------


def test_every_region_of_ukraine_is_there_crimea_and_the_occupied_ones_too():
    ukrainian = {each.id for each in outlines.outlines() if each.country == "UA"}
    assert len(ukrainian) == 27
    assert ukrainian >= {"UA-KR", "UA-SC", "UA-DT", "UA-LH", "UA-KS", "UA-ZP"}
    assert {each.country for each in outlines.outlines()} == {"UA", "RU", "BY"}


def test_borders_run_without_a_jump():
    """An arc joined in the wrong direction would cross the country."""
    for each in outlines.outlines():
        for ring in each.path.removeprefix("M").removesuffix("Z").split("ZM"):
            points = [tuple(map(float, pair.split(" "))) for pair in ring.split("L")]
            assert max(map(math.dist, points, [*points[1:], points[0]])) < 25, each.id


def contains(path: str, at_x: float, at_y: float) -> bool:
    """Whether a point lies inside of a path's rings (even-odd)."""
    inside = False
    for ring in path.removeprefix("M").removesuffix("Z").split("ZM"):
        points = [tuple(map(float, pair.split(" "))) for pair in ring.split("L")]
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            if (y1 > at_y) != (y2 > at_y) and at_x < (x2 - x1) * (at_y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "region"),
    [
        ("Simferopol", 34.1, 44.95, "UA-KR"),
        ("Donetsk", 37.8, 48.0, "UA-DT"),
        ("Luhansk", 39.3, 48.57, "UA-LH"),
        ("Lviv", 24.03, 49.84, "UA-LV"),
        ("Kyiv", 30.52, 50.45, "UA-KC"),
        ("Kursk", 36.19, 51.73, "RU-KS"),
    ],
)
def test_a_city_lies_in_its_own_region_and_in_no_other(place, longitude, latitude, region):
    at = outlines.x(longitude), outlines.y(latitude)
    assert [each.id for each in outlines.outlines() if contains(each.path, *at)] == [region]


def test_the_drawing_is_in_web_mercator_so_that_leaflet_fits_over_it():
    # A degree of latitude is longer than one of longitude by 1 / cos(latitude).
    ratio = (outlines.y(48.0) - outlines.y(49.0)) / (outlines.x(33.0) - outlines.x(32.0))
    assert ratio == pytest.approx(1 / math.cos(math.radians(48.5)), rel=1e-3)
    assert (outlines.x(outlines.WEST), outlines.y(outlines.NORTH)) == (0, 0)


def test_a_circle_of_25_kilometres_has_that_size_on_the_ground():
    degrees = outlines.radius(25_000, 48.5) / outlines.SCALE
    assert degrees * 111.32 * math.cos(math.radians(48.5)) == pytest.approx(25)


# --- raions and hromadas ---------------------------------------------------------------------------------------------


@pytest.fixture
def village(committed):
    """A village, with the boundaries of its hromada and raion loaded, and a source to cite."""
    with outlined_village() as found:
        publish("source", "S-0001")
        yield found


def counted(found: Picture) -> dict[str, int]:
    return {each.code: each.n for each in found.areas if each.n}


def test_a_place_without_a_point_is_drawn_as_its_hromada(client, village):
    publish("incident", "HDC-0001", place=place_of(village, "locality"))
    assert counted(drawn()) == {village.parent.code: 1}
    page = client.get("/map/").content.decode()
    assert f"Located to hromada: {village.hromada_en}" in page
    assert re.search(rf'<path class="region ukraine counted unit" data-region="{village.parent.code}" d="M', page)
    assert "Boundaries of raions and hromadas are not loaded" not in page
    assert f"Located to hromada: {village.hromada_uk}".split(": ")[1] in client.get("/uk/map/").content.decode()
    (area_,) = data(client)["areas"]
    assert (area_["region"], area_["n"]) == (village.parent.code, 1)
    assert f"{village.hromada_en}: 1 incident located to hromada" in client.get("/embed/map/").content.decode()


def test_a_place_known_by_its_raion_is_drawn_as_that_even_if_the_document_says_more(client, village):
    publish("incident", "HDC-0001", place=place_of(village, "district", hromada_code=""))
    assert counted(drawn()) == {village.raion.code: 1}
    assert f"Located to raion: {village.raion_en}" in client.get("/map/").content.decode()


@pytest.mark.parametrize("precision", ["region", "vague_area", "district", "near", "unknown"])
def test_no_place_is_drawn_finer_than_its_precision_whatever_the_document_holds(village, precision):
    publish("incident", "HDC-0001", place=place_of(village, precision))
    expected = village.raion.code if precision in ("district", "near") else "UA-14"
    assert counted(drawn()) == {expected: 1}


def test_what_has_no_boundary_is_drawn_as_the_next_larger_unit(village):
    Boundary.objects.using("default").filter(place=village.parent).delete()
    publish("incident", "HDC-0001", place=place_of(village, "locality"))
    assert counted(drawn()) == {village.raion.code: 1}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("language", ["", "/uk"])
def test_without_boundaries_the_page_says_that_incidents_are_drawn_as_their_oblast(client, language):
    note = "Межі районів і громад не завантажено" if language else "Boundaries of raions and hromadas are not loaded"
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    for address in ("/map/", "/embed/map/"):
        assert note in client.get(f"{language}{address}").content.decode()
    assert language or "Located to oblast only: Donetsk Oblast" in client.get("/map/").content.decode()


def test_a_unit_has_a_number_in_the_drawing_if_it_counts_several_and_a_key_below_it(client, village):
    publish("incident", "HDC-0001", place=place_of(village, "locality"))
    page = client.get("/map/").content.decode()
    assert "outlined: incidents located to a raion or hromada only" in page
    assert "in-unit" not in page
    assert [each["isUnit"] for each in data(client)["areas"]] == [True]
    publish("incident", "HDC-0002", place=place_of(village, "locality"))
    assert re.search(r'<text class="count-text in-unit sized"[^>]*>2</text>', client.get("/map/").content.decode())


def test_too_many_hromadas_are_counted_on_their_raion(client, village, monkeypatch):
    other = village.raion.children.filter(category=Category.HROMADA).exclude(pk=village.parent_id).first()
    outline(other, west=37.0, size=0.5)
    publish("incident", "HDC-0001", place=place_of(village, "locality"))
    publish("incident", "HDC-0002", place=place_of(village, "locality", hromada_code=other.code))
    assert counted(drawn()) == {village.parent.code: 1, other.code: 1}
    monkeypatch.setattr(map_data, "MOST_UNITS", 1)
    assert counted(drawn()) == {village.raion.code: 2}
    assert client.get("/map/").content.decode().count("Located to raion") == 2


def test_a_boundary_that_was_removed_since_is_not_missed(village):
    publish("incident", "HDC-0001", place=place_of(village, "locality"))
    assert counted(drawn()) == {village.parent.code: 1}
    Boundary.objects.using("default").all().delete()
    assert counted(drawn()) == {"UA-14": 1}


# --- what is drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("precision", "metres"), [("exact", 10), ("vicinity", 100), ("locality", 1_000), ("near", 25_000)]
)
def test_a_place_with_coordinates_is_a_circle_of_its_precision(precision, metres):
    publish("source", "S-0001")
    publish("incident", "HDC-0001", place=DISTRICT | POINT | {"precision": precision})
    found = drawn()
    assert [(each.latitude, each.longitude, each.metres) for each in found.spots] == [(48.24, 36.99, metres)]
    assert area(found, "UA-14").n == 0


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("precision", ["district", "region", "vague_area"])
def test_what_is_known_only_by_its_region_is_never_a_point(client, precision):
    publish("source", "S-0001")
    # Not even where a document holds coordinates that it should not.
    publish("incident", "HDC-0001", place=DISTRICT | POINT | {"precision": precision})
    found = drawn()
    assert found.spots == ()
    assert area(found, "UA-14").n == 1
    assert data(client)["spots"] == []
    assert "36.99" not in client.get("/map/").content.decode()


@pytest.mark.usefixtures("committed")
def test_a_named_place_without_coordinates_counts_on_its_region():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", place=DISTRICT | {"precision": "near", "name": POINT["name"]})
    assert area(drawn(), "UA-14").n == 1


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("place", [{"precision": "unknown"}, {"precision": "country", "country": "UA"}])
def test_an_unknown_place_is_in_the_list_and_said_not_to_be_on_the_map(client, place):
    publish("source", "S-0001")
    publish("incident", "HDC-0001", place={"method": "named_by_source"} | place)
    found = drawn()
    assert (found.spots, found.elsewhere, sum(each.n for each in found.areas)) == ((), 1, 0)
    page = client.get("/map/").content.decode()
    assert "1 incident is not on the map" in page
    assert listed_at(client, "/map/") == ["HDC-0001"]


@pytest.mark.usefixtures("committed")
def test_incidents_at_one_place_share_a_circle():
    publish("source", "S-0001")
    for code in ("HDC-0001", "HDC-0002"):
        publish("incident", code, place=DISTRICT | POINT | {"precision": "near"})
    assert [len(each.incidents) for each in drawn().spots] == [2]


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    "query", ["", "?oblast=UA-14&sort=date", "?q=drone", "?date_from=2024&date_to=2024", "?q=zzzz"]
)
@pytest.mark.parametrize("language", ["", "/uk"])
def test_map_list_and_data_hold_what_the_list_of_incidents_holds(client, query, language):
    codes = listed_at(client, f"{language}/incidents/{query}")
    assert listed_at(client, f"{language}/map/{query}") == codes
    found = data(client, query, language)
    spotted = [incident["code"] for spot in found["spots"] for incident in spot["incidents"]]
    assert set(spotted) <= set(codes)
    assert len(spotted) + sum(each["n"] for each in found["areas"]) + found["elsewhere"] == len(codes)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("query", ["grade=foo", "colour=red", "date_from=2025&date_to=2024", "sort=x", "page=1&page=2"])
def test_page_and_data_refuse_what_the_list_refuses(client, query):
    page = client.get(f"/map/?{query}")
    assert page.status_code == 400
    assert 'action="/map/"' in page.content.decode()
    answer = client.get(f"/map/data.json?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert query.split("=")[0].split("_")[0] in answer.content.decode()


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("language", ["", "/uk"])
def test_the_page_shows_the_map_without_a_script_with_numbers_that_svg_can_read(client, language):
    page = client.get(f"{language}/map/").content.decode()
    drawing = re.search(r'<svg class="map-drawing".*?</svg>', page, flags=re.DOTALL).group()
    assert drawing.count('<use class="region') == 38
    assert "<path" not in drawing
    assert drawing.count('<circle class="spot') == len(data(client)["spots"]) > 3
    numbers = re.findall(r'\s(?:cx|cy|r|x|y|d|viewBox)="([^"]*)"', drawing)
    assert not [number for number in numbers if "," in number or "\xa0" in number]


@pytest.mark.usefixtures("committed")
def test_a_counted_region_leads_to_its_incidents_and_keeps_the_filter(client):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    queries = [each["query"] for each in data(client, "?grade=single_origin&page=1")["areas"]]
    assert "grade=single_origin&oblast=UA-14" in queries
    assert listed_at(client, "/map/?grade=single_origin&oblast=UA-14")


@pytest.mark.usefixtures("starting_register")
def test_every_incident_of_the_starting_register_stands_on_the_map_at_its_point(client):
    found = data(client)
    spotted = [incident["code"] for spot in found["spots"] for incident in spot["incidents"]]
    assert len(spotted) == 16
    assert found["elsewhere"] == 0
    assert not any(each["n"] for each in found["areas"])


@pytest.mark.usefixtures("starting_register")
def test_the_map_names_those_whose_work_it_uses(client):
    page = client.get("/map/").content.decode()
    assert "Natural Earth" in page
    assert "GeoNames, CC BY 4.0" in page


@pytest.mark.usefixtures("committed")
def test_the_map_names_those_whose_points_were_loaded(client):
    publish("source", "S-0001")
    file = LoadedFile.objects.using("default").create(name="table.tsv", credit="A map, ODbL 1.0")
    publish("incident", "HDC-0001")
    pages = [client.get(address).content.decode() for address in ("/map/", "/embed/map/")]
    file.delete()  # `committed` keeps the tables of the gazetteer
    assert all("More coordinates and boundaries: A map, ODbL 1.0." in page for page in pages)


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize(
    ("address", "most"), [("/map/?grade=corroborated", 8), ("/map/data.json?grade=corroborated", 5)]
)
def test_the_map_takes_few_queries_on_the_readers_connection(client, address, most):
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        assert client.get(address).status_code == 200
    assert len(desk) == 0
    assert len(reader) <= most, "\n".join(query["sql"][:200] for query in reader)


@pytest.mark.usefixtures("committed")
def test_more_incidents_at_one_place_than_can_be_named_are_counted(monkeypatch):
    monkeypatch.setattr(map_data, "MOST_AT_ONE_PLACE", 2)
    publish("source", "S-0001")
    for n in range(1, 6):
        publish("incident", f"HDC-{n:04}", place=DISTRICT | POINT | {"precision": "near"})
    (spot,) = drawn().spots
    assert (spot.n, len(spot.incidents), spot.others) == (5, 2, "3 more incidents here")
    assert "3 more incidents here" in spot.said


@pytest.mark.usefixtures("starting_register")
def test_too_many_places_are_counted_by_neighbourhood_and_come_apart_when_looked_at_closely(client, monkeypatch):
    everything = data(client)
    monkeypatch.setattr(map_data, "MOST_NAMED", 2)
    counted = data(client)
    assert counted["spots"] == []
    assert sum(each["n"] for each in counted["clusters"]) == sum(each["n"] for each in everything["spots"])
    assert (counted["areas"], counted["elsewhere"]) == (everything["areas"], everything["elsewhere"])
    page = client.get("/map/").content.decode()
    assert page.count("cluster-disc") == len(counted["clusters"])
    assert "There are too many places to draw one by one" in page
    one = everything["spots"][0]
    south, west = one["at"][0] - 0.01, one["at"][1] - 0.01
    closer = data(client, f"?within={south:.3f},{west:.3f},{south + 0.02:.3f},{west + 0.02:.3f}")
    assert one["at"] in [spot["at"] for spot in closer["spots"]]
    assert closer["clusters"] == []


@pytest.mark.usefixtures("committed")
def test_what_has_no_point_is_in_no_cluster_either(client, monkeypatch):
    monkeypatch.setattr(map_data, "MOST_NAMED", 0)
    publish("source", "S-0001")
    publish("incident", "HDC-0001", place=DISTRICT | POINT | {"precision": "district"})
    publish("incident", "HDC-0002", place=DISTRICT | POINT | {"precision": "near"})
    found = data(client)
    assert [each["n"] for each in found["clusters"]] == [1]
    assert [each["n"] for each in found["areas"]] == [1]


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "50,30,40,40", "1e3,1,2,3", "44,20,50,30&within=44,20,50,31"])
def test_a_part_of_the_map_that_is_none_is_refused(client, box):
    answer = client.get(f"/map/data.json?within={box}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("starting_register")
def test_the_list_says_how_each_incident_is_drawn(client):
    page = client.get("/map/?sort=date").content.decode()
    drawn = re.findall(r'<p class="map-drawn">(.*?) <span class="code">(HDC-\d{4})', page)
    said = {code: words for words, code in drawn}
    assert said["HDC-0002"] == "Near a named place"
    assert said["HDC-0016"] == "Locality"


def test_the_script_has_the_words_for_every_form_of_a_number(client, starting_register):
    holder = client.get("/uk/map/").content.decode()
    forms = json.loads(html.unescape(re.search(r'data-said="([^"]+)"', holder)[1]))
    assert forms["one"] == "{n} випадок у цій місцевості"
    assert forms["few"] == "{n} випадки в цій місцевості"
    assert forms["many"] == "{n} випадків у цій місцевості"
    assert set(json.loads(drawn().cluster_words)) == {"one", "few", "many", "other"}


def test_the_file_of_the_outlines_is_what_the_gazetteer_has():
    assert (settings.BASE_DIR / "static/img/outlines.svg").read_text() == outlines.as_file(), (
        "run manage.py write_outlines"
    )


@pytest.mark.usefixtures("starting_register")
@pytest.mark.parametrize("language", ["", "/uk"])
def test_the_page_takes_its_outlines_from_their_file_and_a_frame_has_simpler_ones_in_itself(client, language):
    page = client.get(f"{language}/map/").content.decode()
    used = re.findall(r'<use class="region[^"]*" data-region="[^"]+" href="([^"#]+)#([^"]+)"', page)
    assert {address for address, _id in used} == {static("img/outlines.svg")}
    assert [each for _address, each in used] == [each.id for each in outlines.outlines()]
    frame = client.get(f"{language}/embed/map/").content.decode()
    assert frame.count('<path class="region') == 38
    assert "<use" not in frame
    assert len(gzip.compress(page.encode())) < 16_000
    assert len(gzip.compress(frame.encode())) < 45_000
