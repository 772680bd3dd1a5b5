"""Loading the gazetteer from its data files."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from incidents.gazetteer import codifier, loading
from incidents.gazetteer.models import Category, GazetteerLoad, Place, PlaceName, Region
from incidents.gazetteer.search import find_by_code, find_places

pytestmark = pytest.mark.usefixtures("gazetteer")
UDACHNE = "UA14160250010071750"
HEADERS = {
    "katottg.tsv": "code\tparent\tcategory\tname_uk",
    "places.tsv": "geonames_id\tregion\tname\tnames_cyrillic\tlatitude\tlongitude\tpopulation",
}


@pytest.fixture
def edition(tmp_path):
    """A folder of data files with all regions and nothing else, to write lines to."""
    (tmp_path / "regions.csv").write_bytes((codifier.DATA / "regions.csv").read_bytes())
    for name, header in HEADERS.items():
        (tmp_path / name).write_text(f"{header}\n", encoding="utf-8")
    return tmp_path


def add(folder, name, *cells):
    """Add a line to a data file."""
    with (folder / name).open("a", encoding="utf-8") as lines:
        lines.write("\t".join(cells) + "\n")


def test_everything_in_the_data_files_is_there():
    assert Region.objects.count() == 33
    assert Place.objects.exclude(category=Category.POPULATED).count() == 31_744 - 25
    assert Place.objects.filter(category=Category.POPULATED).count() == 587
    assert set(Place.objects.filter(category=Category.POPULATED).values_list("region__country", flat=True)) == {"RU"}


def test_a_settlement_knows_its_hromada_raion_and_region_in_both_languages():
    place = Place.objects.get(code=UDACHNE)
    assert (place.name_uk, place.name_en) == ("Удачне", "Udachne")
    assert (place.hromada_uk, place.hromada_en) == ("Удачненська громада", "Udachnenska hromada")
    assert (place.raion_uk, place.raion_en) == ("Покровський район", "Pokrovskyi raion")
    assert place.raion.category == Category.RAION
    assert place.parent.category == Category.HROMADA
    assert place.region_id == "UA-14"


def test_a_settlement_without_a_raion_goes_without():
    chornobyl = Place.objects.get(name_uk="Чорнобиль", category=Category.CITY)
    assert chornobyl.raion is None
    assert chornobyl.label("uk") == "Чорнобиль, Київська область"


def test_a_place_in_crimea_has_a_ukrainian_name_in_english_too():
    place = Place.objects.get(name_uk="Удачне", region="UA-43")
    assert place.name_en == "Udachne"
    assert place.label("en") == "Udachne, Kurmanskyi raion, Autonomous Republic of Crimea"


def test_an_ambiguous_name_gets_no_coordinates():
    assert not Place.objects.filter(name_uk="Роздольне", region="UA-14", latitude__isnull=False).exists()


def test_coordinates_name_their_source():
    place = Place.objects.get(code=UDACHNE)
    assert (place.latitude, place.longitude, place.coordinate_source) == (48.24099, 36.99243, "geonames:690841")


def test_regions_sort_by_the_alphabet_of_either_language():
    ukraine = Region.objects.filter(country="UA")
    ukrainian = list(ukraine.order_by("sort_uk").values_list("name_uk", flat=True))
    assert ukrainian[:3] == ["Автономна Республіка Крим", "Вінницька область", "Волинська область"]
    assert ukrainian.index("Запорізька область") < ukrainian.index("Івано-Франківська область")
    assert ukrainian.index("місто Київ") + 1 == ukrainian.index("Київська область")
    assert list(ukraine.values_list("name_en", flat=True))[:2] == ["Autonomous Republic of Crimea", "Cherkasy Oblast"]


def test_loading_again_changes_nothing_and_says_so(django_assert_max_num_queries):
    before = GazetteerLoad.objects.count()
    out = StringIO()
    with django_assert_max_num_queries(5):
        call_command("load_gazetteer", stdout=out)
    assert out.getvalue() == "Gazetteer: 32,306 places, 5,136 with coordinates; unchanged.\n"
    assert GazetteerLoad.objects.count() == before


def test_another_edition_renames_a_place_and_keeps_its_key(edition):
    before = Place.objects.get(code=UDACHNE)
    add(edition, "katottg.tsv", "UA14000000000091971", "", "O", "Донецька")
    add(edition, "katottg.tsv", UDACHNE, "UA14000000000091971", "X", "Новоудачне")
    assert loading.load("default", edition).written
    after = Place.objects.get(code=UDACHNE)
    assert (after.pk, after.name_uk, after.name_en) == (before.pk, "Новоудачне", "Novoudachne")
    assert (after.latitude, after.coordinate_source) == (None, "")
    assert find_places("Новоудачне") == [after]


def test_a_place_that_another_edition_drops_stays_but_is_not_offered(edition):
    add(edition, "places.tsv", "1", "RU-KRS", "Novoye", "Новое", "51.5", "35.5", "0")
    loading.load("default", edition)
    assert find_by_code(UDACHNE) is not None
    assert find_places("Удачне") == []
    assert [place.code for place in find_places("Нове")] == ["G1"]


def test_a_damaged_file_leaves_everything_as_it_was(edition, monkeypatch):
    add(edition, "katottg.tsv", UDACHNE, "", "Z", "Удачне")
    names = PlaceName.objects.count()
    monkeypatch.setattr(loading.load, "__defaults__", (edition,))
    with pytest.raises(CommandError, match="data files can't be read"):
        call_command("load_gazetteer")
    assert PlaceName.objects.count() == names


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"latitude": None}, "gazetteer_place_coordinates"),
        ({"longitude": None}, "gazetteer_place_coordinates"),
        ({"latitude": 90.5}, "gazetteer_place_coordinates"),
        ({"longitude": -181}, "gazetteer_place_coordinates"),
        ({"coordinate_source": ""}, "gazetteer_place_coordinates"),
        ({"category": "Z"}, "gazetteer_place_category"),
        ({"name_en": ""}, "gazetteer_place_named"),
    ],
)
def test_the_database_refuses_a_place_that_cannot_be(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.filter(code=UDACHNE).update(**changes)


def test_the_database_refuses_a_region_under_another_countrys_code():
    with pytest.raises(IntegrityError, match="gazetteer_region_iso_in_country"), transaction.atomic():
        Region.objects.filter(iso="UA-14").update(country="RU")
