"""Which place of GeoNames is which of the codifier's: no database."""

from incidents.gazetteer.codifier import Codifier, GeoName, Unit, read
from incidents.gazetteer.matching import match
from incidents.gazetteer.models import Category

RAION, OTHER_RAION = "UA14160000000095210", "UA14040000000012345"


def make_unit(number, name, parent=RAION, category=Category.VILLAGE):
    """A settlement of Donetsk oblast."""
    return Unit(f"UA1499999999{number:07d}", parent, category, name, "UA-14")


def make_geoname(number, name, cyrillic, latitude=48.2, longitude=37.0):
    """A place of GeoNames in the same oblast."""
    return GeoName(str(number), "UA-14", name, tuple(cyrillic.split("|")), latitude, longitude, None)


def matched(units, geonames):
    """The GeoNames ids that `units` are given, in their order; None for none."""
    raions = [Unit(code, "", Category.RAION, "Районський", "UA-14") for code in (RAION, OTHER_RAION)]
    found = match(Codifier([], [*raions, *units], geonames))
    return [found[unit.code].id if unit.code in found else None for unit in units]


def test_a_name_that_both_have_once_is_a_match():
    assert matched(
        [make_unit(1, "Удачне", category=Category.SETTLEMENT)], [make_geoname(7, "Udachne", "Удачное|Удачне")]
    ) == ["7"]


def test_a_city_keeps_its_point_beside_a_village_of_its_name():
    city, village = make_unit(1, "Львів", category=Category.CITY), make_unit(2, "Львів")
    places = [
        GeoName("7", "UA-14", "Lviv", ("Львов",), 49.8, 24.0, 717_273),
        GeoName("8", "UA-14", "Lviv", ("Львів",), 48.2, 37.0, 300),
    ]
    assert matched([city, village], places)[0] == "7"


def test_a_city_that_does_not_stand_out_by_its_people_has_no_point():
    city, village = make_unit(1, "Вашківці", category=Category.CITY), make_unit(2, "Вашківці")
    places = [
        GeoName(str(number), "UA-14", "Vashkivtsi", ("Вашківці",), 48.2, 37.0, people)
        for number, people in ((7, 3000), (8, 2900))
    ]
    assert matched([city, village], places) == [None, None]


def test_namesakes_are_told_apart_by_the_raions_of_their_neighbours():
    neighbours = [make_unit(number, f"Сусід{number}", parent=RAION) for number in range(3, 6)]
    places = [make_geoname(number, f"Susid{number}", f"Сусід{number}") for number in range(3, 6)]
    namesakes = [make_unit(1, "Роздольне", parent=RAION), make_unit(2, "Роздольне", parent=OTHER_RAION)]
    found = matched([*namesakes, *neighbours], [make_geoname(7, "Rozdolne", "Роздольне"), *places])
    assert found == ["7", None, "3", "4", "5"]


def test_an_apostrophe_of_another_kind_does_not_prevent_a_match():
    unit = make_unit(1, "Словʼянськ", category=Category.CITY)
    assert matched([unit], [make_geoname(7, "Sloviansk", "Слов’янськ|Слов'янськ")]) == ["7"]


def test_two_settlements_of_one_name_are_never_told_apart():
    settlements = [make_unit(number, "Роздольне", category=Category.SETTLEMENT) for number in (1, 2)]
    assert matched(settlements, [make_geoname(7, "Rozdolne", "Роздольне")]) == [None, None]


def test_two_places_of_geonames_are_never_told_apart():
    settlement = make_unit(1, "Роздольне", category=Category.SETTLEMENT)
    places = [make_geoname(number, "Rozdolne", "Роздольне") for number in (7, 8)]
    assert matched([settlement], places) == [None]


def test_the_same_name_in_another_region_is_no_match():
    elsewhere = GeoName("7", "UA-43", "Udachne", ("Удачне",), 45.4, 34.3, None)
    assert matched([make_unit(1, "Удачне", category=Category.SETTLEMENT)], [elsewhere]) == [None]


def test_a_former_name_of_another_place_is_no_match():
    settlement = make_unit(1, "Олексіївка", category=Category.SETTLEMENT)
    assert matched([settlement], [make_geoname(7, "Chystiakove", "Олексіївка|Торез")]) == [None]


def test_a_place_of_geonames_with_the_names_of_two_villages_is_neither():
    villages = [
        make_unit(1, "Дібрівка", category=Category.SETTLEMENT),
        make_unit(2, "Дубрівка", category=Category.SETTLEMENT),
    ]
    assert matched(villages, [make_geoname(7, "Dubrivka", "Дібрівка|Дубрівка")]) == [None, None]


def test_a_village_far_from_its_raion_among_villages_of_another_is_no_match():
    """Терни of Pavlohrad raion is not the Терни that Kryvyi Rih has swallowed."""
    village = make_unit(1, "Терни")
    fellow = make_unit(2, "Удачне", category=Category.SETTLEMENT)
    strangers = [
        make_unit(10 + number, name, OTHER_RAION)
        for number, name in enumerate(("Ада", "Бір", "Вир", "Гай", "Дуб", "Жук"))
    ]
    geonames = [make_geoname(1, "Terny", "Терни", 48.0, 36.0), make_geoname(2, "Udachne", "Удачне", 48.9, 36.9)]
    geonames += [
        make_geoname(10 + number, name, cyrillic, 48.01 + number / 100, 36.0)
        for number, (name, cyrillic) in enumerate(
            {"Ada": "Ада", "Bir": "Бір", "Vyr": "Вир", "Hai": "Гай", "Dub": "Дуб", "Zhuk": "Жук"}.items()
        )
    ]
    assert matched([village, fellow, *strangers], geonames) == [None, "2", "10", "11", "12", "13", "14", "15"]


def test_the_vendored_files_give_the_coordinates_that_the_starting_register_has():
    codifier = read()
    found = match(codifier)
    at = {
        unit.code: (found[unit.code].latitude, found[unit.code].longitude)
        for unit in codifier.units
        if unit.code in found
    }
    assert at["UA14160250010071750"] == (48.24099, 36.99243), "Udachne"
    assert at["UA14020010020021147"] == (48.66282, 38.02217), "Krasna Hora"
    assert at["UA63140010010035757"] == (50.29078, 36.94108), "Vovchansk"
    assert not {unit.code for unit in codifier.units if unit.name == "Роздольне" and unit.region == "UA-14"} & at.keys()
    assert len(at) == 4549
