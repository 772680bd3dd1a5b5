"""`manage.py load_places`: points from downloaded files, never for a namesake, and boundaries."""

import json
import math
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from incidents.gazetteer import codifier, points
from incidents.gazetteer.codifier import DATA
from incidents.gazetteer.loading import _write
from incidents.gazetteer.models import Boundary, Category, LoadedFile, Place, PlaceName
from incidents.gazetteer.outlines import MOST_POINTS, simplified
from incidents.gazetteer.search import find_places

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


def load(credit="A map, ODbL 1.0", **options):
    said = StringIO()
    call_command("load_places", stdout=said, credit=credit, **options)
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
    assert LoadedFile.objects.get().credit == "A map, CC BY 4.0"
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


def names_file(tmp_path, *rows):
    path = tmp_path / "names.txt"
    lines = ["\t".join([str(n), *row, "", "", "", historic, "", ""]) for n, (*row, historic) in enumerate(rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_former_and_foreign_names_find_their_place_and_are_replaced_by_a_newer_file(tmp_path, hromada):
    unit, (village, *_) = hromada
    files = {
        "boundaries": [boundaries(tmp_path, unit.code)],
        "geonames": [geonames(tmp_path, (village.name_uk, 48.5, 36.5))],
    }
    old = names_file(
        tmp_path,
        ("1", "ru", "Жовтнедзержинське", ""),
        ("1", "", "Alt-Zweigendorf", "1"),
        ("1", "link", "https://en.wikipedia.org/wiki/Wrongname", ""),
        ("1", "ja", "ドネツク", ""),
        ("7", "en", "Nowhereville", ""),
    )
    for _ in range(2):
        assert "names.txt: 2 former and foreign names." in load(**files, names=[old])
    assert find_places("Жовтнедзержинське") == [village]
    assert find_places("alt zweigendorf") == [village]
    assert set(village.names.exclude(file=None).values_list("alternate", flat=True)) == {True}
    _write("default", codifier.read(DATA))
    assert find_places("Жовтнедзержинське") == [village]
    load(**files, names=[names_file(tmp_path, ("1", "de", "Neuzweigendorf", ""))])
    assert find_places("Neuzweigendorf") == [village]
    assert not PlaceName.objects.filter(key="жовтнедзержинське").exists()
    assert LoadedFile.objects.get(name="names.txt").credit == points.GEONAMES


def test_a_former_name_that_another_place_of_the_region_has_today_is_left_out(tmp_path, hromada):
    unit, (village, other, *_) = hromada
    files = {
        "boundaries": [boundaries(tmp_path, unit.code)],
        "geonames": [geonames(tmp_path, (village.name_uk, 48.5, 36.5))],
    }
    said = load(**files, names=[names_file(tmp_path, ("1", "ru", other.name_uk, ""), ("1", "uk", village.name_uk, ""))])
    assert "names.txt: 0 former and foreign names." in said


def test_boundaries_are_kept_for_the_map_and_again_without_a_difference(tmp_path, hromada):
    unit, _villages = hromada
    path = boundaries(tmp_path, unit.code)
    for _ in range(2):
        assert "boundaries.geojson: boundaries of 0 raions and 1 hromadas." in load(boundaries=[path])
    boundary = Boundary.objects.get()
    assert boundary.place == unit
    assert boundary.rings == [[[36.0, 48.0], [37.0, 48.0], [37.0, 49.0], [36.0, 49.0], [36.0, 48.0]]]
    assert boundary.file.credit == "A map, ODbL 1.0"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    load(boundaries=[path])
    assert not Boundary.objects.exists()
    assert not LoadedFile.objects.exists()


def test_of_two_files_with_one_boundary_the_later_counts_and_only_that_is_credited(tmp_path, hromada):
    unit, _villages = hromada
    load(boundaries=[boundaries(tmp_path, unit.code)], credit="A map, ODbL 1.0")
    other = boundaries(tmp_path, unit.code, west=35.0).rename(tmp_path / "newer.geojson")
    load(boundaries=[other], credit="Another map")
    assert Boundary.objects.get().rings[0][0] == [35.0, 48.0]
    assert [file.credit for file in LoadedFile.objects.all()] == ["Another map"]


def test_a_boundary_is_simplified_until_it_is_small_and_one_without_an_area_is_left_out():
    circle = [(30 + math.cos(at / 2000), 49 + math.sin(at / 2000) + at % 2 / 20) for at in range(12_566)]
    (ring,) = simplified([circle, [(30, 49), (30.0004, 49), (30.0004, 49.0004), (30, 49)]])
    assert 10 < len(ring) <= MOST_POINTS
    assert ring[0] == ring[-1]
    assert max(x for x, _y in ring) == pytest.approx(31, abs=0.1)
    assert simplified([[(30, 49), (31, 49), (30, 49)]]) == []


def test_the_database_refuses_a_boundary_that_is_too_large(hromada):
    unit, _villages = hromada
    file = LoadedFile.objects.create(name="boundaries.geojson", credit="A map")
    with pytest.raises(IntegrityError, match="gazetteer_boundary_size"):
        Boundary.objects.create(place=unit, file=file, rings=[[[30.123, 49.123]] * 2000])


def test_boundaries_in_metres_are_refused(tmp_path, hromada):
    unit, _villages = hromada
    with pytest.raises(CommandError, match="not in degrees"):
        load(boundaries=[boundaries(tmp_path, unit.code, west=3_600_000)])
    assert not Boundary.objects.exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"type": "Topology"}'])
def test_an_unreadable_file_is_refused_and_changes_nothing(tmp_path, text):
    path = tmp_path / "boundaries.geojson"
    path.write_text(text, encoding="utf-8")
    bad = tmp_path / "UA.txt"
    bad.write_text("\t".join(["1", "a", "a", "", "north", "east", "P", *[""] * 12]), encoding="utf-8")
    with pytest.raises(CommandError):
        load(boundaries=[path], geonames=[bad])
    assert not LoadedFile.objects.exists()


def test_tables_need_a_credit_and_names_need_boundaries(tmp_path):
    with pytest.raises(CommandError, match="--credit"):
        load(table=[tmp_path / "x.tsv"], credit="")
    with pytest.raises(CommandError, match="--credit"):
        load(boundaries=[tmp_path / "x.json"], credit="")
    with pytest.raises(CommandError, match="--boundaries"):
        load(geonames=[tmp_path / "UA.txt"])
