"""A publisher is one record with its names, not a text of each source."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from incidents.casework.contents import content_of
from incidents.casework.corroboration_inputs import corroboration_of
from incidents.casework.services.errors import InvalidContentError
from incidents.casework.services.records import save_record
from incidents.casework.services.references import References
from incidents.records.models import Publisher, Source
from people.models import Role
from tests.desk import FormPage, refused, said, signed_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, make_user, publish
from tests.outcomes import newest

pytestmark = pytest.mark.usefixtures("committed")
SOURCE = {"title": "A headline", "source_kind": "news_original", "distance": "secondary", "language": "en"}


@pytest.fixture
def documenter():
    return make_documenter()


def saved(documenter, **fields):
    return Source.objects.get(pk=save_record("source", SOURCE | fields, documenter).pk)


@pytest.mark.parametrize(("name", "language"), [("The Gazette", "en"), ("Вісник", "uk"), ("112.ua", "en")])
def test_a_new_name_makes_a_publisher_named_in_the_language_of_its_letters(documenter, name, language):
    publisher = saved(documenter, publisher=name).publisher
    assert publisher.code.startswith("P-")
    assert {"en": publisher.name_en, "uk": publisher.name_uk} == {"en": "", "uk": ""} | {language: name}


def test_every_name_of_a_publisher_whatever_its_case_and_its_code_give_the_one_publisher(documenter):
    publisher = Publisher.objects.create(name_en="Herald", name_uk="Вісник", other_names="Old Herald\nДавній Вісник")
    make_source(documenter, publisher="Herald")
    for name in (
        "Herald",
        "HERALD",
        "Вісник",
        "old herald",
        "Давній Вісник",
        publisher.code,
        f"{publisher.code} · Herald",
    ):
        assert saved(documenter, publisher=name).publisher == publisher, name
    assert Publisher.objects.count() == 1


def test_a_part_of_a_name_is_another_name(documenter):
    Publisher.objects.create(name_en="Herald", other_names="Old Herald")
    for name in ("Her", "Old"):
        assert saved(documenter, publisher=name).publisher.name_en == name


def test_both_names_can_be_given_and_one_of_them_finds_it(documenter):
    made = saved(documenter, publisher={"name_en": "Herald", "name_uk": "Вісник"}).publisher
    assert (made.name_en, made.name_uk) == ("Herald", "Вісник")
    assert saved(documenter, publisher={"name_en": "Herald", "name_uk": ""}).publisher == made
    assert saved(documenter, publisher={"name_en": "The Herald", "name_uk": "Вісник"}).publisher == made
    assert saved(documenter, publisher={}).publisher is None


def test_a_source_of_a_known_host_has_its_publisher_unless_another_is_typed(documenter):
    publisher = Publisher.objects.create(name_en="Herald", web_hosts="herald.example\nherald.test")
    assert saved(documenter, url="https://www.herald.example/1").publisher == publisher
    assert saved(documenter, url="https://herald.test/1").publisher == publisher
    assert saved(documenter, url="https://herald.example/2", publisher="Copyist").publisher.name_en == "Copyist"
    assert saved(documenter, url="https://herald.example.org/2").publisher is None


def test_a_host_of_two_publishers_tells_nothing(documenter):
    for name in ("Herald", "Courier"):
        Publisher.objects.create(name_en=name, web_hosts="herald.example")
    assert saved(documenter, url="https://herald.example/1").publisher is None


@pytest.mark.parametrize("said", ["a" * 301, "a\x07b", "\u202eesrever", ["a"], {"name_en": "a" * 301}, "P-9999"])
def test_a_name_that_is_no_name_is_refused_and_makes_nothing(documenter, said):
    with pytest.raises(InvalidContentError) as refusal:
        saved(documenter, publisher=said)
    assert {error.path for error in refusal.value.errors} == {("publisher",)}
    assert not Publisher.objects.exists()


def test_the_content_of_a_revision_names_the_code(documenter):
    source = saved(documenter, publisher="Herald")
    assert content_of(source)["publisher"] == source.publisher.code
    assert source.revisions.get().content["publisher"] == source.publisher.code


def test_two_new_sources_of_one_new_publisher_make_it_once(documenter):
    incident = make_incident(documenter, sources=())
    rows = [
        {"stance": "supports", "facts": [], "new_source": SOURCE | {"title": title, "publisher": name}}
        for title, name in (("One", "Herald"), ("Two", "herald"))
    ]
    save_record("incident", {"citations": rows}, documenter, incident.revision, code=incident.code)
    assert [source.publisher.name_en for source in Source.objects.order_by("pk")] == ["Herald", "Herald"]


def test_a_publisher_that_only_a_draft_names_is_seen_by_whoever_sees_the_draft(documenter):
    make_source(documenter, publisher="Herald")
    publisher, other, reviewer = Publisher.objects.get(), make_documenter(), make_reviewer()
    administrator = make_user(Role.ADMINISTRATOR)
    assert [
        publisher in Publisher.objects.visible_to(each) for each in (documenter, reviewer, other, administrator)
    ] == [*(True, True, False, False)]
    with pytest.raises(ValidationError, match="No publisher has the code"):
        References(other, None).publisher(publisher.code)
    assert References(other, None).publisher("Herald") == publisher


def test_the_publisher_of_a_public_source_is_seen_by_everybody_at_the_desk(documenter):
    publish(make_source(documenter, publisher="Herald"), make_reviewer())
    for person in (make_documenter(), make_user(Role.ADMINISTRATOR)):
        assert Publisher.objects.visible_to(person).get().name_en == "Herald"


def test_a_name_is_kept_where_a_second_save_repeats_the_first(documenter):
    content = SOURCE | {"publisher": "Herald"}
    codes = {save_record("source", content, documenter, key="k" * 20).code for _ in range(2)}
    assert len(codes) == 1
    assert Source.objects.get().revision == 1


# The forms.


def test_the_form_shows_the_publisher_by_code_and_name_and_saves_nothing_if_nothing_is_changed(documenter):
    source, desk = make_source(documenter, publisher="Herald"), signed_in(documenter)
    address = f"/desk/sources/{source.code}/edit/"
    page = FormPage(desk.get(address))
    assert page.fields["publisher"] == [f"{source.publisher.code} · Herald"]
    assert desk.post(address, page.filled()).status_code == 302
    assert Source.objects.get().revision == 1


def test_a_publisher_is_suggested_by_a_part_of_any_name_to_whom_may_see_it(documenter):
    publisher = Publisher.objects.create(name_en="Herald", name_uk="Вісник", other_names="Morning paper")
    make_source(documenter, publisher="Herald")
    for person, found in ((documenter, True), (make_documenter(), False)):
        desk = signed_in(person)
        for typed in ("eral", "існик", "orning", publisher.code):
            shown = said(desk.get("/desk/suggestions/publishers/", {"publisher": typed}))
            assert (f"{publisher.code} · Herald" in shown) is found, (typed, shown)


def test_a_citation_names_the_publisher_of_its_new_source(documenter):
    desk = signed_in(documenter)
    page = FormPage(desk.get("/desk/incidents/new/"))
    row = {"new_title": "A report", "new_publisher": "Herald", "new_kind": "news_original", "new_distance": "secondary"}
    response = desk.post("/desk/incidents/new/", page.with_row(page.filled(title_en="A title"), "citations", **row))
    assert response.status_code == 302, refused(response)
    assert Source.objects.get().publisher.name_en == "Herald"


def test_the_history_says_the_name_beside_the_code(documenter):
    source = make_source(documenter, publisher="Herald")
    save_record("source", {"publisher": "Courier"}, documenter, source.revision, code=source.code)
    shown = said(signed_in(documenter).get(f"/desk/sources/{source.code}/history/")).replace("P- ", "P-")
    for publisher in Publisher.objects.all():
        assert f"{publisher.code} {publisher.name_en}" in shown


def test_the_desk_finds_sources_by_any_name_of_their_publisher(documenter):
    Publisher.objects.create(name_en="Herald", name_uk="Вісник", other_names="Morning paper")
    source, desk = make_source(documenter, publisher="Herald"), signed_in(documenter)
    for words in ("Herald", "Вісник", "Morning"):
        assert source.code in said(desk.get("/desk/search/", {"q": words})), words


# What the public reads.


def test_a_document_has_the_names_of_the_publisher_and_nothing_else_of_it(documenter):
    Publisher.objects.create(
        name_en="Herald", name_uk="Вісник", other_names="Morning paper", web_hosts="herald.example", country="UA"
    )
    source = publish(make_source(documenter, publisher="Herald"), make_reviewer())
    assert newest(source).content["publisher"] == {"en": "Herald", "uk": "Вісник"}


def test_a_source_without_publisher_has_no_names_in_its_document(documenter):
    source = publish(make_source(documenter, publisher=""), make_reviewer())
    assert newest(source).content["publisher"] == {}


@pytest.mark.parametrize("names", [{"name_en": "Prosecutors", "name_uk": "Прокуратура"}, {"name_uk": "Прокуратура"}])
@pytest.mark.parametrize("language", ["en", "uk"])
def test_desk_and_public_count_the_statements_of_one_body_as_one_origin_in_every_language(documenter, names, language):
    Publisher.objects.create(**names)
    said_twice = {"publisher": "Прокуратура", "source_kind": "prosecutor_statement", "distance": "primary"}
    first, second = (make_source(documenter, **said_twice) for _ in range(2))
    incident = make_incident(documenter, sources=(first, second))
    with override(language):
        counted = [corroboration_of(incident, public=public).total.origins for public in (False, True)]
        publish(first, make_reviewer())
        counted += [corroboration_of(incident, public=public).total.origins for public in (False, True)]
    assert counted == [1, 1, 1, 1]
