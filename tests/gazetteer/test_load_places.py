"""`manage.py load_places`: points from downloaded files, never for a namesake."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incidents.gazetteer import codifier, points
from incidents.gazetteer.codifier import DATA
from incidents.gazetteer.loading import _write
from incidents.gazetteer.models import Category, Place, PointFile

pytestmark = pytest.mark.usefixtures("gazetteer")


@pytest.fixture
def hromada(db):
    """A hromada with settlements that have no point; one name of them is there once."""
    for hromada in Place.objects.filter(category=Category.HROMADA, region="UA-14").order_by("code"):
        without = list(hromada.children.filter(latitude__isnull=True, category=Category.VILLAGE))
        if len(without) > 1 and len({place.name_uk for place in hromada.children.all()}) == hromada.children.count():
            return hromada, without
    raise AssertionError


def boundaries(tmp_path, code, west=36.0, south=48.0, size=1.0, **properties):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    feature = {
        "type": "Feature",
        "properties": properties or {"katotth": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "boundaries.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def geonames(tmp_path, *places):
    path = tmp_path / "UA.txt"
    lines = [
        "\t".join(["1", "Latin", "Latin", name, str(latitude), str(longitude), "P", "PPL", "UA", *[""] * 10])
        for name, latitude, longitude in places
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def load(**options):
    said = StringIO()
    call_command("load_places", stdout=said, **options)
    return said.getvalue()


def test_a_name_that_is_the_only_one_in_its_hromada_is_placed(tmp_path, hromada):
    unit, (village, other, *_) = hromada
    said = load(
        boundaries=[boundaries(tmp_path, unit.code)],
        geonames=[geonames(tmp_path, (village.name_uk, 48.5, 36.5), (other.name_uk, 50.0, 36.5))],
    )
    village.refresh_from_db()
    other.refresh_from_db()
    assert (village.latitude, village.longitude) == (48.5, 36.5)
    assert other.latitude is None
    assert "UA.txt: 1 placed, 0 had a point already" in said
    assert "1 outside the outlines" in said


def test_the_codes_of_cod_ab_are_the_beginning_of_katotth(tmp_path, hromada):
    unit, (village, *_) = hromada
    path = boundaries(tmp_path, "", ADM3_PCODE=unit.code[:9])
    load(boundaries=[path], geonames=[geonames(tmp_path, (village.name_uk, 48.5, 36.5))])
    village.refresh_from_db()
    assert village.latitude == 48.5


def test_two_points_of_one_name_place_nothing(tmp_path, hromada):
    unit, (village, *_) = hromada
    points = geonames(tmp_path, (village.name_uk, 48.2, 36.2), (village.name_uk, 48.8, 36.8))
    assert "0 placed" in load(boundaries=[boundaries(tmp_path, unit.code)], geonames=[points])
    village.refresh_from_db()
    assert village.latitude is None


def test_a_table_by_code_is_loaded_with_its_credit_and_again_without_a_difference(tmp_path, hromada):
    _unit, (village, *_) = hromada
    table = tmp_path / "table.tsv"
    table.write_text(f"code\tlatitude\tlongitude\n{village.code}\t48.5\t36.5\n", encoding="utf-8")
    for _ in range(2):
        assert "table.tsv: 1 placed" in load(table=[table], credit="A map, CC BY 4.0")
    assert PointFile.objects.get().credit == "A map, CC BY 4.0"
    table.write_text("code\tlatitude\tlongitude\n", encoding="utf-8")
    load(table=[table], credit="A map, CC BY 4.0")
    village.refresh_from_db()
    assert (village.latitude, village.coordinate_source) == (None, "")


def test_a_point_far_from_the_known_one_is_reported_and_not_taken(tmp_path):
    kyiv = Place.objects.get(name_en="Kyiv", category=Category.CAPITAL)
    table = tmp_path / "table.tsv"
    table.write_text(f"code\tlatitude\tlongitude\n{kyiv.code}\t48.5\t36.5\n", encoding="utf-8")
    said = load(table=[table], credit="A map")
    assert "0 placed, 1 had a point already (1 of them more than 5 km away)" in said
    assert kyiv.code in said
    assert Place.objects.get(pk=kyiv.pk).latitude == kyiv.latitude


def test_loaded_points_outlive_a_new_load_of_the_gazetteer(tmp_path, hromada):
    _unit, (village, *_) = hromada
    table = tmp_path / "table.csv"
    table.write_text(f"code,latitude,longitude\n{village.code},48.5,36.5\n", encoding="utf-8")
    load(table=[table], credit="A map")
    _write("default", codifier.read(DATA))
    points.apply_points("default")
    village.refresh_from_db()
    assert village.latitude == 48.5


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"type": "Topology"}'])
def test_an_unreadable_file_is_refused_and_changes_nothing(tmp_path, text):
    path = tmp_path / "boundaries.geojson"
    path.write_text(text, encoding="utf-8")
    bad = tmp_path / "UA.txt"
    bad.write_text("\t".join(["1", "a", "a", "", "north", "east", "P", *[""] * 12]), encoding="utf-8")
    with pytest.raises(CommandError):
        load(boundaries=[path], geonames=[bad])
    assert not PointFile.objects.exists()


def test_tables_need_a_credit_and_names_need_boundaries(tmp_path):
    with pytest.raises(CommandError, match="--credit"):
        load(table=[tmp_path / "x.tsv"])
    with pytest.raises(CommandError, match="--boundaries"):
        load(geonames=[tmp_path / "UA.txt"])
