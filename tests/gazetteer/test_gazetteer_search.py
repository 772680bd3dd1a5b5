"""Finding a place by a part of its name, in either script and any usual spelling."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.gazetteer.models import OFFERED, Category, Place
from incidents.gazetteer.search import MAX_HITS, find_by_code, find_places

pytestmark = pytest.mark.usefixtures("gazetteer")


def labels(text, language="uk", **options):
    """The labels of the hits, best first."""
    return [place.label(language) for place in find_places(text, **options)]


@pytest.mark.parametrize(
    ("text", "label"),
    {
        "Новодарівка": "Новодарівка, Пологівський район, Запорізька область",
        "Удачне": "Удачне, Покровський район, Донецька область",
        "Новопіль": "Новопіль, Волноваський район, Донецька область",
        "Глушково": "Глушково, Курська область",
        "Київ": "Київ",
        "П'ятихатки, Василівський район": "Пʼятихатки, Василівський район, Запорізька область",
        "Покровський район": "Покровський район, Донецька область",
    }.items(),
)
def test_the_places_of_the_starting_register_are_the_first_hit(text, label):
    assert labels(text)[0] == label


@pytest.mark.parametrize(
    "text", ["Hlushkovo", "Glushkovo", "Глушково", "ГЛУШКОВО", "  glushkovo ", "Hlushkovo (Glushkovo)"]
)
def test_either_romanisation_finds_a_place_in_russia(text):
    assert labels(text, "en")[0] == "Glushkovo, Kursk Oblast"


@pytest.mark.parametrize("text", ["Udachne", "Udachnoe", "Удачное", "удачне", "Uda\u0301chne"])
def test_a_russian_spelling_finds_the_ukrainian_place(text):
    assert labels(text, "en")[0] == "Udachne, Pokrovskyi raion, Donetsk Oblast"


@pytest.mark.parametrize("text", ["Новодаровка", "Novodarovka", "Novodarivka", "Новодарiвка"])
def test_ov_and_iv_are_the_same_and_so_is_a_latin_i_among_cyrillic_letters(text):
    assert "Новодарівка, Пологівський район, Запорізька область" in labels(text)[:3]


@pytest.mark.parametrize("text", ["Пʼятихатки", "П'ятихатки", "П’ятихатки", "пятихатки", "Pyatikhatki"])
def test_no_apostrophe_is_in_the_way(text):
    assert "Пʼятихатки, Василівський район, Запорізька область" in labels(text, limit=50)


def test_all_twelve_settlements_of_one_name_are_found_before_any_other():
    hits = find_places("Роздольне")
    assert [place.name_uk for place in hits] == ["Роздольне"] * 12
    assert len({place.label("uk") for place in hits}) == len({place.label("en") for place in hits}) == 12


def test_two_settlements_of_one_name_in_one_raion_are_told_apart_by_their_hromada():
    chuhuiv = [label for label in labels("Роздольне") if "Чугуївський" in label]
    assert chuhuiv == [
        "Роздольне, Новопокровська громада, Чугуївський район, Харківська область",
        "Роздольне, Зміївська громада, Чугуївський район, Харківська область",
    ]


def test_an_exact_name_comes_before_one_that_begins_so_and_that_before_one_that_contains_it():
    names = [place.name_uk for place in find_places("Бахмут")]
    assert names[0] == "Бахмут"
    assert names[1:].index("Бахмутське") < names[1:].index("Новобахмутівка")


def test_settlements_come_before_raions():
    categories = [
        place.category for place in find_places("Бахмут", limit=MAX_HITS) if place.name_uk.startswith("Бахмут")
    ]
    assert categories[-1] == Category.RAION
    assert Category.RAION not in categories[:-1]


def test_the_larger_settlement_comes_first():
    populations = [place.population for place in find_places("вка") if place.population]
    assert populations == sorted(populations, reverse=True)
    assert len(populations) > 5


def test_a_region_narrows_the_hits():
    assert labels("Роздольне", region="UA-14") == [
        "Роздольне, Волноваський район, Донецька область",
        "Роздольне, Кальміуський район, Донецька область",
    ]
    assert find_places("Удачне", region="RU-KRS") == []


@pytest.mark.parametrize("region", ["", "\0", "UA-14' OR 1=1", "ua-14", "UA-99"])
def test_an_impossible_region_finds_nothing_or_does_not_narrow(region):
    assert find_places("Роздольне", region=region) == ([] if region else find_places("Роздольне"))


def test_what_follows_a_comma_lifts_the_hits_that_lie_there():
    assert labels("Роздольне, Скадовський район")[0] == "Роздольне, Скадовський район, Херсонська область"
    assert labels("Rozdolne, Chernihiv")[0] == "Роздольне, Ніжинський район, Чернігівська область"
    assert len(labels("Роздольне, Скадовський район")) == 12


@pytest.mark.parametrize(
    "text", ["Pokrovsk raion", "Pokrovsk district", "Pokrovskyi raion", "Покровский район", "покровський"]
)
def test_a_raion_is_found_by_what_reports_call_it(text):
    assert "Pokrovskyi raion, Donetsk Oblast" in labels(text, "en")


def test_a_former_name_finds_the_city():
    assert labels("Артемівськ")[0] == "Бахмут, Бахмутський район, Донецька область"


def test_a_former_name_that_another_place_has_now_finds_only_that_place():
    """Melitopol was Новоолександрівка once."""
    assert all(place.name_uk != "Мелітополь" for place in find_places("Новоолександрівка", region="UA-23", limit=50))


def test_hromadas_and_city_districts_are_not_offered():
    assert find_places("Удачненська громада") == []
    assert {place.category for place in find_places("Шевченківськ", limit=50)} <= set(OFFERED)


def test_every_label_finds_its_own_place_alone():
    offered = list(Place.objects.filter(category__in=OFFERED).select_related("region"))
    hardest = [place for place in offered if place.distinction >= Place.Distinction.KIND][::8]
    for place in [*offered[::500], *hardest]:
        for language in ("uk", "en"):
            label = place.label(language)
            hits = find_places(label)
            assert hits[0] == place, label
            assert hits == [place] or "," not in label, label


def test_a_code_finds_its_place_wherever_it_stands():
    assert labels("UA14160250010071750") == ["Удачне, Покровський район, Донецька область"]
    assert labels("Удачне [ua14160250010071750]") == ["Удачне, Покровський район, Донецька область"]
    assert labels("G560995", "en") == ["Glushkovo, Kursk Oblast"]


def test_find_by_code_knows_every_category_and_nothing_else():
    hromada = Place.objects.filter(category=Category.HROMADA).first()
    assert find_by_code(hromada.code) == hromada
    for nonsense in ("", "UA", "UA00000000000000000", "G0", "G١٢٣", "UA1416025001007175\0", "x" * 1_000_000):
        assert find_by_code(nonsense) is None


def test_a_city_district_names_its_city():
    district = Place.objects.filter(category=Category.DISTRICT, region="UA-30").order_by("name_uk").first()
    assert district.label("uk") == "Голосіївський район, Київ"
    assert district.label("en") == "Holosiivskyi district, Kyiv"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "я",
        "\0",
        "'",
        "(",
        ",,,",
        "%",
        "_",
        "\\",
        "ъ",
        "\u202e",
        "\ud800",
        "и́",
        "x" * 1_000_000,
        "№" * 300,
    ],
)
def test_nothing_to_go_by_finds_nothing(text):
    assert find_places(text) == []


def test_the_signs_of_a_pattern_are_not_one():
    assert find_places("%%%%") == find_places("____") == []
    assert find_places("Уда%") == find_places("Уда")


def test_nul_and_direction_overrides_inside_a_name_do_not_hide_it():
    assert labels("\u202eУдач\0не\u202c")[0] == "Удачне, Покровський район, Донецька область"


@pytest.mark.parametrize(("limit", "hits"), [(-1, 0), (0, 0), (1, 1), (3, 3), (10**9, MAX_HITS)])
def test_a_limit_is_kept_within_bounds(limit, hits):
    assert len(find_places("вка", limit=limit)) == hits


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=310), st.sampled_from([None, "UA-14", "RU-KRS", "UA-00"]))
def test_no_text_ever_fails(text, region):
    assert len(find_places(text, region=region)) <= 12


def test_a_search_takes_three_queries_at_most(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert [place.label("uk") for place in find_places("Новодарівка")]


def test_a_prefix_is_looked_up_in_the_indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT place_id FROM gazetteer_placename WHERE key LIKE 'роздольн%' OR skeleton LIKE 'razdaln%'"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "gazetteer_placename_key" in plan
    assert "gazetteer_placename_skeleton" in plan
