"""Names of places as letters: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.gazetteer.names import APOSTROPHES, normalise, skeleton, transliterate, ukrainian_sort_key
from incidents.gazetteer.russian import ukrainian_from_russian, ukrainian_name

# The examples of the resolution's own table.
OFFICIAL = {
    "Алушта": "Alushta",
    "Борщагівка": "Borshchahivka",
    "Вишгород": "Vyshhorod",
    "Гадяч": "Hadiach",
    "Згорани": "Zghorany",
    "Розгон": "Rozghon",
    "Ґалаґан": "Galagan",
    "Донецьк": "Donetsk",
    "Єнакієве": "Yenakiieve",
    "Гаєвич": "Haievych",
    "Житомир": "Zhytomyr",
    "Закарпаття": "Zakarpattia",
    "Медвин": "Medvyn",
    "Їжакевич": "Yizhakevych",
    "Кадиївка": "Kadyivka",
    "Марʼїне": "Marine",
    "Йосипівка": "Yosypivka",
    "Стрий": "Stryi",
    "Олексій": "Oleksii",
    "Щербухи": "Shcherbukhy",
    "Гоща": "Hoshcha",
    "Юрій": "Yurii",
    "Корюківка": "Koriukivka",
    "Яготин": "Yahotyn",
    "Костянтин": "Kostiantyn",
    "Знамʼянка": "Znamianka",
    "Феодосія": "Feodosiia",
}


@pytest.mark.parametrize(("ukrainian", "latin"), OFFICIAL.items())
def test_transliteration_follows_the_table_of_2010(ukrainian, latin):
    assert transliterate(ukrainian) == latin


def test_each_part_of_a_hyphenated_name_begins_a_word():
    assert transliterate("Нью-Йорк") == "Niu-York"
    assert transliterate("Камʼянець-Подільський район") == "Kamianets-Podilskyi raion"


def test_transliteration_keeps_case():
    assert transliterate("ЩАСТЯ") == "SHCHASTIA"
    assert transliterate("Щастя") == "Shchastia"
    assert transliterate("щастя") == "shchastia"
    assert transliterate("Я") == "Ya"


def test_a_letter_written_as_two_characters_is_one_letter():
    assert transliterate("Ки\u0438\u0306в") == transliterate("Кийв")
    assert normalise("Ки\u0456\u0308в") == normalise("Київ")


@given(st.text())
def test_transliteration_never_fails_and_leaves_no_ukrainian_letter(text):
    assert not set(transliterate(text)) & set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_is_the_same(apostrophe):
    assert normalise(f"П{apostrophe}ятихатки") == normalise("Пятихатки") == "пятихатки"


def test_stress_marks_case_hyphens_and_spaces_do_not_count():
    assert normalise("  Іва́но—Франкі́вськ ") == normalise("івано франківськ") == "івано франківськ"


def test_й_and_ї_are_not_taken_for_stressed_letters():
    assert normalise("Йосипівка Їжаків") == "йосипівка їжаків"


def test_nul_and_direction_overrides_vanish():
    assert normalise("Удач\0не\u202e\u200b\ufeff") == "удачне"
    assert normalise("Удачне\ud800") == "удачне"


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_a_skeleton_is_plain_ascii(text):
    assert set(skeleton(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@pytest.mark.parametrize(
    "spellings",
    [
        "Глушково|Hlushkovo|Glushkovo",
        "Харків|Харьков|Kharkiv|Kharkov|Harkiv",
        "Роздольне|Раздольное|Rozdolne|Razdol'noye",
        "Удачне|Удачное|Udachne|Udachnoye",
        "Новопіль|Новополь|Novopil|Novopol",
        "Привілля|Приволье|Pryvillia|Privolye",
        "Пʼятихатки|Пятихатки|Piatykhatky|Pyatikhatki",
        "Олексіївка|Алексеевка|Oleksiivka|Alexeyevka",
        "Миколаївка|Николаевка|Mykolaivka|Nikolayevka",
        "Запоріжжя|Запорожье|Zaporizhzhia|Zaporozhye",
        "Київ|Киев|Kyiv|Kiev|Kiew",
        "Щастя|Счастье|Shchastia|Schastye",
        "Красна Гора|Красная Гора|Krasna Hora|Krasnaya Gora",
        "Новодарівка|Новодаровка|Novodarivka|Новодарiвка",
    ],
)
def test_the_spellings_of_one_name_share_a_skeleton(spellings):
    assert len({skeleton(spelling) for spelling in spellings.split("|")}) == 1


def test_different_consonants_make_different_skeletons():
    assert skeleton("Роздольне") != skeleton("Привольне")
    assert skeleton("Жовте") != skeleton("Шовте")
    assert skeleton("Цілина") != skeleton("Силина")


def test_ukrainian_letters_sort_where_the_alphabet_has_them():
    assert (
        "".join(sorted("яюьщшчцхфутсрпонмлкйїізжєедґгвбаи", key=ukrainian_sort_key))
        == "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
    )


def test_names_sort_as_in_a_ukrainian_list():
    names = ["Ізюм", "Єланець", "Ейск", "Жмеринка", "Ирій", "Їжаки", "Йосипівка", "Ґалаґани", "Гайсин", "Дубно"]
    ordered = ["Гайсин", "Ґалаґани", "Дубно", "Ейск", "Єланець", "Жмеринка", "Ирій", "Ізюм", "Їжаки", "Йосипівка"]
    assert sorted(names, key=ukrainian_sort_key) == ordered


def test_a_name_sorts_before_the_longer_one_that_begins_with_it():
    assert ukrainian_sort_key("Красна") < ukrainian_sort_key("Красна Гора") < ukrainian_sort_key("Краснагора")


@given(st.text())
def test_sort_keys_are_digits_which_every_collation_sorts_alike(text):
    assert set(ukrainian_sort_key(text)) <= set("0123456789")


@pytest.mark.parametrize(
    ("russian", "ukrainian"),
    {
        "Рыльск": "Рильськ",
        "Алексеевка": "Алексєєвка",
        "Белореченск": "Бєлореченськ",
        "Верхний Мамон": "Верхній Мамон",
        "Ильич": "Ільич",
        "Троицкая": "Троїцька",
        "Мостовской": "Мостовський",
        "Гулёвка": "Гульовка",
        "Эртиль": "Ертіль",
        "Белогорье": "Бєлогорʼє",
    }.items(),
)
def test_a_russian_name_is_written_as_ukrainian_readers_know_it(russian, ukrainian):
    assert ukrainian_from_russian(russian) == ukrainian


def test_a_ukrainian_variant_goes_before_a_transcription():
    assert ukrainian_name("Belgorod", ["Белгарад", "Белгород", "Бєлгород", "Белгород балһсн"]) == "Бєлгород"


def test_a_belarusian_variant_is_not_taken_for_a_ukrainian_one():
    assert ukrainian_name("Semiluki", ["Семилуки", "Сямілукі"]) == "Семілуки"


def test_a_place_without_a_cyrillic_name_of_its_own_keeps_its_latin_one():
    assert ukrainian_name("Yuzhnyy", []) == "Yuzhnyy"
    assert ukrainian_name("Imeni Chkalova", ["Чкаловский"]) == "Imeni Chkalova"
