"""The lists of sources and of investigations answer the same questions as the list of incidents."""

from io import StringIO
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from incidents.publishing import rebuild
from incidents.records.models import SourceDerivation
from incidents.register.models import RegisterInvestigation, RegisterSearch, RegisterSource, vectors_are_missing
from operations import serve
from operations.backup import restoring
from tests.factories import make_documenter, make_incident, make_reviewer, make_source
from tests.factories import publish as publish_record
from tests.published import INCIDENT, SOURCE, add_edition, publish, withdraw
from tests.redaction.erasing import everywhere
from tests.register.test_as_of import FIRST, SECOND, on


def found(client: Client, kind: str, asked: str, rest: str = "") -> list[str]:
    """The codes that the interface gives, in their order."""
    answer = client.get(f"/api/v1/{kind}?q={quote(asked)}&limit=500{rest}")
    assert answer.status_code == 200, answer.content
    return [each["code"] for each in answer.json()["data"]]


SAME = [
    ("sources", ("execution", "executed", "executions")),
    ("sources", ("військовополонених", "військовополонені", "військовополонений")),
    ("sources", ("Ukrainska Pravda", "ukrainska PRAVDA")),
    ("investigations", ("розслідування", "розслідувань")),
    ("investigations", ("shooting", "shootings")),
]


@pytest.mark.parametrize(("kind", "forms"), SAME)
def test_a_word_is_found_in_its_other_forms_in_every_list(client, starting_register, kind, forms):
    first, *others = [found(client, kind, form) for form in forms]
    assert first
    assert all(other == first for other in others)


@pytest.mark.parametrize(("kind", "word"), [("sources", "CNN"), ("investigations", "Robotyne")])
def test_a_minus_leaves_what_does_not_have_the_word(client, starting_register, kind, word):
    everything = {each["code"] for each in client.get(f"/api/v1/{kind}?limit=500").json()["data"]}
    having, lacking = set(found(client, kind, word)), set(found(client, kind, f"-{word}"))
    assert having
    assert lacking
    assert having | lacking == everything
    assert not having & lacking


@pytest.mark.usefixtures("committed")
def test_phrases_beginnings_and_spellings_are_found_in_every_list(client):
    publish("source", "S-0001", title="Bodies found near Avdiivka", publisher="Gazette")
    publish("source", "S-0002", title="Near the river bodies were found", publisher="Обʼєктив")
    title = {"en": "Inquiry of a shooting", "uk": "Слідство про розстріл"}
    publish("investigation", "I-0001", title=title, body={"en": "Prosecutors", "uk": "Прокуратура Удачного"})
    for marks in ('""', "“”", "«»", "„“"):
        assert found(client, "sources", f"{marks[0]}bodies found{marks[1]}") == ["S-0001"]
    assert found(client, "sources", "bod") == ["S-0001", "S-0002"]
    assert found(client, "sources", 'bodies -"bodies found"') == ["S-0002"]
    assert found(client, "sources", "об'єктиву") == ["S-0002"]
    assert found(client, "investigations", "Udachne") == ["I-0001"]
    assert found(client, "investigations", "розстрілу") == ["I-0001"]


@pytest.mark.usefixtures("committed")
def test_the_words_of_what_was_withdrawn_or_changed_find_nothing(client):
    on(FIRST, publish("source", "S-0001", title="Heron"), publish("investigation", "I-0001", title={"en": "Heron"}))
    publish("source", "S-0001", title="Stork")
    assert found(client, "sources", "heron") == []
    assert found(client, "sources", "stork") == ["S-0001"]
    assert found(client, "sources", "heron", f"&as_of={FIRST}") == ["S-0001"]
    for kind, code in (("source", "S-0001"), ("investigation", "I-0001")):
        withdraw(kind, code, {"en": "An error."})
        for rest in ("", f"&as_of={FIRST}"):
            assert found(client, f"{kind}s", "heron", rest) == found(client, f"{kind}s", "stork", rest) == []
    assert not RegisterSource.objects.exists()


@pytest.mark.usefixtures("committed")
def test_what_a_row_shows_is_all_that_it_is_found_by(client):
    """A note of the document is no part of the row, and finds nothing."""
    add_edition("source", "S-0001", SOURCE | {"note": {"en": "Peregrine"}}, "first")
    assert found(client, "sources", "headline") == ["S-0001"]
    assert found(client, "sources", "peregrine") == []


@pytest.fixture
def emptied(committed):
    """Three days; then what rows were found by is emptied, as a migration does it when the rule changes."""
    on(
        FIRST,
        publish("source", "S-0001", title="Heron"),
        publish("investigation", "I-0001", title={"en": "Heron"}),
        publish("incident", "HDC-0001", title=INCIDENT["title"] | {"en": "Heron"}),
    )
    on(SECOND, publish("source", "S-0001", title="Stork"), publish("incident", "HDC-0001"))
    rebuild()
    before = former()
    with connection.cursor() as cursor:
        for table in ("source", "investigation"):
            cursor.execute(f"UPDATE register_register{table} SET vector = ''")  # noqa: S608 - names of ours
        for table in ("source", "investigation", "search"):
            cursor.execute(f"UPDATE register_register{table}_past SET vector = ''")  # noqa: S608
    return before


def former() -> dict[str, list[tuple[object, ...]]]:
    """What stood when, and by what it was found."""
    return {
        name: sorted(apps.get_model("register", name).objects.using("default").values_list("since", "until", "vector"))
        for name in ("RegisterSourcePast", "RegisterInvestigationPast", "RegisterSearchPast")
    }


def test_what_a_migration_emptied_is_made_again_for_every_day_and_only_then(client, emptied):
    assert vectors_are_missing("register")
    assert former() != emptied
    said = StringIO()
    call_command("rebuild_register", if_needed=True, stdout=said)
    assert "rows made again from 3 current editions" in said.getvalue()
    assert former() == emptied
    assert not vectors_are_missing("register")
    assert found(client, "sources", "heron") == []
    assert found(client, "sources", "heron", f"&as_of={FIRST}") == ["S-0001"]
    assert found(client, "incidents", "heron", f"&as_of={FIRST}") == ["HDC-0001"]
    assert found(client, "investigations", "heron") == ["I-0001"]

    again = StringIO()
    call_command("rebuild_register", if_needed=True, stdout=again)
    assert again.getvalue() == ""


def test_a_start_of_the_desk_makes_them_again_and_a_public_process_waits_for_that(emptied):
    with pytest.raises(OperationalError, match="making the rows of the register again"):
        serve._read_every_public_table()
    (step,) = [step for label, step in serve.standard_steps() if "search has changed" in label]
    step()
    serve._read_every_public_table()
    assert former() == emptied


def test_a_backup_from_before_the_change_is_brought_up_to_date(emptied):
    list(restoring._brought_up_to_date({"made": "earlier"}))
    assert former() == emptied


@pytest.mark.usefixtures("db")
def test_what_a_confidential_source_says_is_in_no_vector():
    author = make_documenter()
    said = {"title": "Nightingale saw it", "publisher": "Kestrel papers", "url": "", "access": "confidential"}
    hidden, shown = make_source(author, **said), make_source(author, title="Goldfinch saw it")
    incident = make_incident(author, sources=(shown, hidden))
    SourceDerivation.objects.create(source=shown, upstream=hidden, how="relays")
    publish_record(incident, make_reviewer())
    rebuild()
    text = " ".join(everywhere()).casefold()
    assert "'goldfinch'" in text
    assert "nightingale" not in text
    assert "kestrel" not in text


@pytest.mark.usefixtures("starting_register")
def test_every_source_and_investigation_of_the_starting_register_can_be_searched():
    assert not vectors_are_missing("register")
    assert RegisterSource.objects.count() == 226
    assert RegisterInvestigation.objects.count() == 25
    assert RegisterSearch.objects.exists()
