"""Search finds what a reader means: word forms of both languages, either script, phrases, and what must not occur."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.publishing import rebuild
from incidents.register.models import RegisterIncident, RegisterSearch
from incidents.register.search.questions import Field, highlighted, prepare, question, snippet, vector
from tests.answers import listed_at
from tests.published import CITATION, INCIDENT, add_edition, publish

ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=60)
OPERATORS = st.text(st.sampled_from("ab єї'’\\\"-&|!():*<>~=%_ 1"), max_size=40)
anything = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def finds(text: str, asked: str, **kwargs: bool) -> bool:
    """Whether a question finds a text, as PostgreSQL sees it."""
    lexemes = question(asked).tsquery("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector([Field(text, "A", **kwargs)], "default"), lexemes])
        return cursor.fetchone()[0]


def found(client: Client, asked: str, rest: str = "") -> list[str]:
    return listed_at(client, f"/incidents/?q={quote(asked)}{rest}")


def marked(text: str, asked: str) -> str:
    prepare([text], question(asked), "default")
    return str(highlighted(text, question(asked)))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("The execution of a prisoner", "executed"),
        ("two soldiers executed", "executions"),
        ("Військовополонені на подвір'ї", "військовополонений"),
        ("страта військовополоненого", "військовополонені"),
        ("село Удачне", "Удачного"),
        ("поблизу Удачного", "удачне"),
        ("розстріляли двох", "розстріляв"),
        ("п’ятьох", "п'ятьох"),
        ("про обʼєкти", "об'єкта"),
        ("про обʼєкти", "обєкт"),
        ("Новода\u0301рівка", "Новодарівка"),
        ("drone footage", "dro"),
        ("Івано-Франківськ", "Івано-Франківськ"),
        ("155-мм снаряд", "155"),
    ],
)
@pytest.mark.django_db
def test_a_word_is_found_in_its_other_forms(text, asked):
    assert finds(text, asked)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Удачне", "Udachne"),
        ("Удачне", "Udachnoye"),
        ("Глушкове", "Hlushkovo"),
        ("Глушкове", "Glushkovo"),
        ("Hlushkovo", "Глушково"),
        ("Kharkiv", "Харьков"),
        ("Новодарівка", "Novodar"),
    ],
)
@pytest.mark.django_db
def test_a_name_is_found_in_either_script_and_any_usual_spelling(name, asked):
    assert finds(name, asked, is_name=True)
    assert "<mark>" in marked(name, asked)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Execution between Mykolaivka and Sukhyi Yar", "Mykolayivka"),
        ("Execution between Mykolaivka and Sukhyi Yar", "Николаевка"),
        ("Поблизу Миколаївки бачили двох", "Mykolaivka"),
        ("Two bodies near Avdiivka", "Avdeevka"),
        ("Тіла знайшли в Авдіївці", "Avdeevka"),
        ("Prisoners from Sievierodonetsk", "Северодонецк"),
        ("У м. Сєвєродонецьк утримували", "Severodonetsk"),
        ("The regional court in Kharkiv", "Kharkov"),
        ("“They were near Avdiivka,” he said", "Авдеевка"),
    ],
)
@pytest.mark.django_db
def test_a_name_in_a_running_text_is_found_in_other_spellings(text, asked):
    assert finds(text, asked)
    assert marked(text, asked).count("<mark>") == 1


@pytest.mark.parametrize(
    ("right", "mixed"),
    [
        ("військовополонений", "вiйськовополонений"),
        ("Оленівка", "Оленiвка"),
        ("Покровськ", "Покровcьк"),
        ("ОЛЕНІВКА", "OЛEНIBKA"),
        ("Udachne", "Udасhnе"),
        ("Kharkiv", "Кharkiv"),
        ("п'ятьох", "п'ятьox"),
        ("Новода\u0301рівка", "Нoвода\u0301рiвка"),
    ],
)
@pytest.mark.django_db
def test_a_word_with_look_alike_letters_of_the_other_script_is_the_word_it_looks_like(right, mixed):
    assert right != mixed
    assert finds(f"the {right} of", mixed)
    assert finds(f"the {mixed} of", right)
    assert finds(f"the {mixed} of", right[:4])
    assert marked(f"the {mixed} of", right) == f"the <mark>{mixed}</mark> of".replace("'", "&#x27;")


@pytest.mark.django_db
def test_a_word_that_no_script_could_have_is_left_as_it_is():
    assert finds("модель Xж7f", "Xж7f")
    assert not finds("модель Xж7f", "Хж7f")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("He called them", "killed"),
        ("Called back. Killed at noon", "culled"),
        ("Russian Troops Killed Soldiers Who Called Back To Base", "culled"),
        ("a state and the State", "стати"),
        ("a Red line", "read"),
        ("The Prosecutor of Donetsk", "press"),
        ("the Kremlin", "crime"),
        ("Reports from Kyiv", "cow"),
    ],
)
@pytest.mark.django_db
def test_words_that_only_sound_alike_are_not_found(text, asked):
    assert not finds(text, asked)


@pytest.mark.django_db
def test_a_newspaper_is_found_in_either_script():
    assert finds("Ukrainska Pravda", "Українська правда", is_title=True)
    assert finds("Українська правда", '"Ukrainska Pravda"', is_title=True)
    assert not finds("The Kyiv Independent", "they", is_title=True)


@pytest.mark.parametrize(
    ("text", "asked", "is_found"),
    [
        ("hands in the air", '"in the air"', True),
        ("hands in the air", '"the hands"', False),
        ("hands in the air", "“hands in”", True),
        ("вбито двох полонених", '"двох полонених"', True),
        ("вбито двох полонених", '"полонених двох"', False),
        ("drones and soldiers", "drone -soldier", False),
        ("drones and civilians", "drone -soldier", True),
        ("drones and soldiers", "drone soldier", True),
        ("drones and civilians", "drone soldier", False),
        ("hands in the air", '-"in the air"', False),
        ("hands in the sea air", '-"in the air"', True),
        ("drone", "dr", True),
        ("drone", "d", True),
        ("drone", "r", False),
        ("drone", '"dr"', False),
        ("drone", "-dr", True),
        ("hands in the air", '"in the a', True),
        ("hands in the air", "in the a", True),
        ("hands in the air", '"in a', False),
        ("drones and soldiers", "d soldiers", True),
        ("soldiers dropped arms", "dro arms", True),
        ("drones and soldiers", "sold dron", True),
        ("hands of soldiers", "in hands", True),
        ("hands of soldiers", '"in" hands', False),
        ("hands in the air", "in", True),
        ("well-known", "well-known", True),
        ("known well", "well-known", False),
    ],
)
@pytest.mark.django_db
def test_words_are_and_phrases_are_adjacent_and_a_minus_takes_away(text, asked, is_found):
    assert finds(text, asked) is is_found


@pytest.mark.parametrize("asked", ['"', "“", "-", "- ", '-"', "%", "…", "'", '" -'])
def test_what_has_no_letter_and_no_digit_asks_nothing_and_claims_nothing(starting_register, client, asked):
    everything = listed_at(client, "/incidents/")
    assert len(everything) == 16
    response = client.get(f"/incidents/?q={quote(asked)}&grade=corroborated")
    page = response.content.decode()
    assert response.status_code == 200
    assert "containing the words" not in page
    assert "sorted by relevance" not in page
    assert "Words: <strong>" not in page
    assert found(client, asked) == everything
    for kind in ("sources", "investigations"):
        answers = [client.get(f"/api/v1/{kind}{rest}") for rest in (f"?q={quote(asked)}", "")]
        assert answers[0].json()["data"] == answers[1].json()["data"]


def test_every_beginning_of_a_word_finds_what_the_word_finds(starting_register, client):
    """While somebody types, nothing that the whole word finds is ever said not to be there."""
    for word in ("розстріляли", "executed", "Удачне", "Robotyne"):
        whole = set(found(client, word))
        assert whole
        for end in range(1, len(word)):
            assert found(client, word[:end])
        assert whole <= set(found(client, word[:2]))


@pytest.mark.django_db
def test_a_phrase_does_not_reach_from_one_text_into_the_next():
    with connection.cursor() as cursor:
        both = vector([Field("hands up", "A"), Field("they surrendered", "A")], "default")
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [both, question('"up they"').tsquery("default")])
        assert cursor.fetchone()[0] is False


@pytest.mark.django_db
@anything
@given(text=ANY_TEXT | OPERATORS, asked=ANY_TEXT | OPERATORS)
def test_every_string_is_a_question_and_every_text_can_be_found(text, asked):
    lexemes = question(asked).tsquery("default")
    with connection.cursor() as cursor:
        if lexemes:
            cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector([Field(text, "A")], "default"), lexemes])
    prepare([text], question(asked), "default")
    for shown in (highlighted(text, question(asked)), snippet(text, question(asked))):
        assert set(re.findall("<[^>]*>", shown)) <= {"<mark>", "</mark>"}


@pytest.mark.django_db
@anything
@given(text=ANY_TEXT | OPERATORS)
def test_every_text_finds_itself_as_a_phrase(text):
    plain = text.replace('"', " ").replace("\u201c", " ")
    if question(f'"{plain}"').terms:
        assert finds(plain, f'"{plain}"')


@pytest.mark.django_db
def test_a_text_of_any_length_has_a_vector():
    long = " ".join(f"слово{n}їх" for n in range(30_000))
    assert finds(long, "слово1їх")


@pytest.mark.django_db
def test_hits_are_marked_in_the_words_of_the_text_and_all_else_is_escaped():
    assert marked("The <b>execution</b> of two", "executed") == "The &lt;b&gt;<mark>execution</mark>&lt;/b&gt; of two"
    assert marked("Біля Удачного", "удачне") == "Біля <mark>Удачного</mark>"
    assert marked("the air, in the air", '"in the air"') == (
        "the air, <mark>in</mark> <mark>the</mark> <mark>air</mark>"
    )
    assert marked("drone and sea", "drone -sea") == "<mark>drone</mark> and sea"


@pytest.mark.django_db
def test_a_snippet_is_the_surroundings_of_the_first_hit():
    text = " ".join(["before"] * 60 + ["drone"] + ["after"] * 60)
    prepare([text], question("drone"), "default")
    shown = snippet(text, question("drone"))
    assert shown.startswith("… before")
    assert shown.endswith("after …")
    assert shown.count("<mark>drone</mark>") == 1
    assert len(shown.split()) < 40
    assert snippet(text, question("nothing")) == ""


@pytest.mark.usefixtures("committed")
def test_what_is_published_is_found_and_what_is_withdrawn_is_not():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", summary={"en": "A drone filmed it."})
    assert found(Client(), "drones") == ["HDC-0001"]
    publish("incident", "HDC-0001", summary={"en": "A tank stood there."})
    assert found(Client(), "drones") == []
    assert found(Client(), "tanks") == ["HDC-0001"]
    add_edition("incident", "HDC-0001", {"reason": {"en": "An error."}}, "withdrawn")
    assert not RegisterSearch.objects.exists()


@pytest.mark.usefixtures("committed")
def test_title_weighs_more_than_summary_and_summary_more_than_quotes():
    publish("source", "S-0001")
    publish("incident", "HDC-0001", citations=[CITATION | {"quote": "a drone"}])
    publish("incident", "HDC-0002", summary=INCIDENT["summary"] | {"en": "A drone was there."})
    publish("incident", "HDC-0003", title=INCIDENT["title"] | {"en": "A drone"})
    assert found(Client(), "drone") == ["HDC-0003", "HDC-0002", "HDC-0001"]
    assert found(Client(), "drone", "&sort=-published") == ["HDC-0003", "HDC-0002", "HDC-0001"]
    assert found(Client(), "drone", "&sort=published") == ["HDC-0001", "HDC-0002", "HDC-0003"]


@pytest.mark.usefixtures("committed")
def test_rebuilding_gives_the_same_rows():
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    before = list(RegisterSearch.objects.values_list("incident", "number", "vector"))
    assert before
    rebuild()
    assert list(RegisterSearch.objects.values_list("incident", "number", "vector")) == before


@pytest.mark.usefixtures("starting_register")
def test_every_incident_of_the_starting_register_can_be_searched(client):
    assert RegisterSearch.objects.count() == RegisterIncident.objects.current().count() == 16
    assert found(client, "Удачного") == found(client, "Udachne") != []
    assert set(found(client, "військовополонений")) >= set(found(client, '"військовополонених"'))


@pytest.mark.usefixtures("starting_register")
def test_the_list_shows_where_the_words_are(client):
    page = client.get("/incidents/?q=Robotyne+assault").content.decode()
    assert "<mark>Robotyne</mark>" in page
    assert '<p class="incident-snippet"' in page
    assert "sorted by relevance to the words" in client.get("/incidents/?q=Robotyne").content.decode()
