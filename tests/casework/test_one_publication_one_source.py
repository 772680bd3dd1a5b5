"""One publication is one source: other addresses of it are refused, what looks like it is shown before it is saved."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from incidents.casework.corroboration_inputs import corroboration_of
from incidents.casework.services.errors import InvalidContentError
from incidents.casework.services.records import save_record
from incidents.casework.workflow import reject, submit
from incidents.records.models import Incident, Source
from tests.desk import FormPage, refused, said, signed_in
from tests.factories import make_citation, make_documenter, make_incident, make_reviewer, make_source, publish

pytestmark = pytest.mark.django_db
POST = "https://twitter.com/outlet/status/1500000000000000001"
SAME_POST = "https://x.com/Outlet/status/1500000000000000001?s=20"
COPY = "https://web.archive.org/web/20220227072208/https://x.com/outlet/status/1500000000000000001"
NEW_SOURCE = "/desk/sources/new/"
NEW_INCIDENT = "/desk/incidents/new/"
REPORT = {"source_kind": "social_post", "distance": "secondary", "language": "en"}
DAY = {"published": "2024-11-24"}
ROW = {"new_kind": "social_post", "new_distance": "secondary"}


def source_sent(desk, **fields):
    return desk.post(NEW_SOURCE, FormPage(desk.get(NEW_SOURCE)).filled(**REPORT | fields))


def incident_sent(desk, **fields):
    page = FormPage(desk.get(NEW_INCIDENT))
    return desk.post(NEW_INCIDENT, page.with_row(page.filled(title_en="A title"), "citations", **fields))


def sent_again(desk, response, **fields):
    """What is sent when the page is saved once more with these changes."""
    return desk.post(
        NEW_INCIDENT, FormPage(response).filled(**{f"citations-0-{name}": v for name, v in fields.items()})
    )


# The same address.


def test_the_form_of_a_source_refuses_another_address_of_a_known_one(desk, documenter):
    known = make_source(documenter, url=POST)
    response = source_sent(desk, title="A post", url=SAME_POST)
    assert response.status_code == 422
    assert f"{known.code} has this address already: there is one source for each." in said(response)
    assert Source.objects.get().url == POST


def test_the_address_is_kept_as_it_was_typed(desk):
    assert source_sent(desk, title="A post", url=SAME_POST).status_code == 302
    source = Source.objects.get()
    assert (source.url, source.address_key) == (SAME_POST, "x.com/i/status/1500000000000000001")


def test_the_service_names_the_field_and_the_source_that_has_the_address(documenter):
    known = make_source(documenter, url=POST)
    with pytest.raises(InvalidContentError) as refusal:
        save_record("source", {"title": "A post", "url": SAME_POST, **REPORT}, documenter)
    (error,) = refusal.value.errors
    assert (error.path, error.code, error.existing) == (("url",), "taken", known.code)

    row = {"new_source": {"title": "A post", "url": SAME_POST, **REPORT}}
    with pytest.raises(InvalidContentError) as refusal:
        save_record("incident", {"title_en": "A title", "citations": [row]}, documenter)
    (error,) = refusal.value.errors
    assert (error.path, error.existing) == (("citations", 0, "new_source", "url"), known.code)


def test_the_database_refuses_a_second_source_of_one_publication(documenter):
    make_source(documenter, url=POST)
    with pytest.raises(IntegrityError, match="casework_source_one_per_address"), transaction.atomic():
        make_source(documenter, url=SAME_POST)


def test_a_row_shows_the_known_source_beside_what_was_typed_and_one_click_uses_it(desk, documenter):
    known = make_source(documenter, url=POST, title="What the known one is called", source_kind="video")
    response = incident_sent(desk, new_title="Typed by hand", new_url=SAME_POST, **ROW)
    assert response.status_code == 422
    assert f"{known.code} has this address already" in said(response)
    assert "What the known one is called" in said(response)
    fields = FormPage(response).fields
    assert (fields["citations-0-new_title"], fields["citations-0-new_kind"]) == (["Typed by hand"], ["social_post"])
    assert "citations-0-new_use" not in fields  # nothing is chosen beforehand

    assert sent_again(desk, response, new_use=known.code).status_code == 302
    assert Incident.objects.get().citations.get().source == known
    assert Source.objects.get().title == "What the known one is called"


def test_a_rejected_source_is_not_offered_for_citing(desk, documenter):
    known = make_source(documenter, url=POST)
    submit(known, documenter)
    reject(known, make_reviewer(), "insufficient")
    response = incident_sent(desk, new_title="Typed by hand", new_url=SAME_POST, **ROW)
    assert response.status_code == 422
    assert f"{known.code} has this address already and was rejected" in said(response)
    assert f"Use {known.code} instead" not in said(response)


def test_a_known_address_alone_is_said_to_be_known_too(desk, documenter):
    known = make_source(documenter, url=POST)
    response = incident_sent(desk, new_url=SAME_POST)
    assert response.status_code == 422
    assert set(refused(response)["citations"][0]) == {"new_url"}
    assert f"Use {known.code} instead" in said(response)


def test_a_row_that_says_the_same_of_a_known_address_cites_it(desk, documenter):
    known = make_source(documenter, url=POST, title="A post", source_kind="social_post")
    assert incident_sent(desk, new_title="A post", new_url=SAME_POST, **ROW).status_code == 302
    assert Incident.objects.get().citations.get().source == known


def test_two_rows_that_say_different_things_of_one_address_are_refused(desk):
    page = FormPage(desk.get(NEW_INCIDENT))
    sent = page.with_row(page.filled(title_en="A title"), "citations", new_title="One", new_url=POST, **ROW)
    response = desk.post(NEW_INCIDENT, page.with_row(sent, "citations", new_title="Other", new_url=SAME_POST, **ROW))
    assert response.status_code == 422
    assert "Another row creates a source of this address" in said(response)
    assert not Source.objects.exists()


@pytest.mark.parametrize("access", ["public", "confidential"])
def test_a_source_that_the_author_may_not_open_is_not_described(desk, access):
    hidden = make_source(make_documenter(), url=POST, access=access, title="A hidden title", publisher="Hidden")
    response = incident_sent(desk, new_title="A post", new_url=SAME_POST, **ROW)
    assert response.status_code == 422
    assert "A source of this address exists that you may not open." in said(response)
    fragment = desk.get("/desk/suggestions/known-sources/", {"citations-0-new_url": SAME_POST})
    for page in (said(response), said(fragment)):
        assert not any(text in page for text in (hidden.code, "A hidden title", "Hidden"))
    assert ("Cite it by its address" in said(response)) is (access == "public")


def test_a_draft_of_a_colleague_is_cited_by_its_address(desk):
    hidden = make_source(make_documenter(), url=POST)
    response = incident_sent(desk, new_title="A post", new_url=SAME_POST, **ROW)
    assert sent_again(desk, response, new_use=SAME_POST).status_code == 302
    assert Incident.objects.get().citations.get().source == hidden


def test_an_address_of_the_same_publication_finds_the_source(desk, documenter):
    known = make_source(documenter, url=POST)
    assert known.code in said(desk.get("/desk/suggestions/sources/", {"field": SAME_POST}))
    assert incident_sent(desk, source=SAME_POST).status_code == 302
    assert Incident.objects.get().citations.get().source == known


# Archived copies.


def test_an_archived_copy_of_a_known_source_belongs_to_it(desk, documenter):
    known = make_source(documenter, url=POST)
    response = source_sent(desk, title="A post", url=COPY)
    assert response.status_code == 422
    assert f"{known.code} is the original of this archived copy: add the copy there." in said(response)


def test_an_archived_copy_is_kept_with_its_original_and_is_no_second_origin(desk, documenter):
    assert source_sent(desk, title="A post", url=POST, archive_url=COPY).status_code == 302
    source = Source.objects.get()
    assert (source.url, source.archive_url) == (POST, COPY)
    for address in (COPY, SAME_POST):
        assert source_sent(desk, title="Again", url=address).status_code == 422
    incident = make_incident(documenter, sources=(source,))
    make_citation(incident, source)
    assert corroboration_of(incident).total.origins == 1
    published = publish(incident, make_reviewer())
    assert published.citations.first().source.is_public


@pytest.mark.parametrize(
    ("url", "archive_url", "message"),
    [
        (POST, "https://archive.ph/2022/https://x.com/outlet/status/2", "This is a copy of another page"),
        (POST, "https://news.example/a", "This is not an address in a web archive"),
        ("", COPY, "Give the address of the original too."),
        (POST, "javascript:alert(1)", "Enter a valid URL."),
    ],
)
def test_what_is_no_copy_of_the_source_is_refused(desk, url, archive_url, message):
    response = source_sent(desk, title="A post", url=url, archive_url=archive_url)
    assert response.status_code == 422
    assert message in said(response)


@pytest.mark.parametrize("url", [COPY, "https://archive.ph/AbCdE"])
def test_an_address_in_an_archive_is_advised_to_be_replaced_by_the_original(desk, url):
    assert source_sent(desk, title="A post", url=url).status_code == 302
    page = said(desk.get(f"/desk/sources/{Source.objects.get().code}/"))
    assert "The address of the original; this one is an archived copy." in page


# Much alike.


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ({"url": "https://news.example/a"}, {"url": "https://www.news.example/b?id=1"}),
        (
            {"url": "https://news.example/a", "published": "2024-11-24"},
            {"url": "https://other.example/", "published": "2024-11-24"},
        ),
        ({"url": "", "published": "2024-11-24"}, {"url": "", "published": "2024-11-24"}),
    ],
)
def test_the_same_title_on_one_site_or_day_is_asked_about(desk, documenter, known, typed):
    source = make_source(documenter, title="Про розстріл Полонених", **known)
    row = {f"new_{name}": value for name, value in typed.items()}
    response = incident_sent(desk, new_title=" про розстріл полонених", **row, **ROW)
    assert response.status_code == 422
    assert f"This may be {source.code}. Choose below whether it is." in said(response)
    assert not Incident.objects.exists()

    assert sent_again(desk, response, new_use=source.code).status_code == 302
    assert Incident.objects.get().citations.get().source == source


def test_what_is_another_source_is_saved_as_typed(desk, documenter):
    known = make_source(documenter, title="Statement", url="https://news.example/a")
    response = incident_sent(desk, new_title="Statement", new_url="https://news.example/b", **ROW)
    assert sent_again(desk, response, new_use="another").status_code == 302
    assert Source.objects.exclude(pk=known.pk).get().url == "https://news.example/b"


def test_a_second_click_on_save_does_not_ask_about_what_the_first_created(desk):
    page = FormPage(desk.get(NEW_SOURCE))
    sent = page.filled(**REPORT, title="Statement", **DAY)
    assert desk.post(NEW_SOURCE, sent)["Location"] == desk.post(NEW_SOURCE, sent)["Location"]
    assert Source.objects.count() == 1


def test_the_form_of_a_source_asks_the_same(desk, documenter):
    known = make_source(documenter, title="Statement", url="https://news.example/a")
    response = source_sent(desk, title="Statement", url="https://news.example/b")
    assert response.status_code == 422
    assert f"This may be {known.code}." in said(response)
    assert f"Open {known.code}" in said(response)
    again = FormPage(response)
    assert again.fields["url"] == ["https://news.example/b"]
    assert desk.post(NEW_SOURCE, again.filled(new_use="another")).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "Statement", "url": "https://news.example.org/a", "published": "2024-11-25"},
        {"title": "Another title", "url": "https://news.example/b", "published": "2024-11-24"},
        {"title": "Statement", "url": ""},
    ],
)
def test_what_is_not_alike_is_not_asked_about(desk, documenter, typed):
    make_source(documenter, title="Statement", url="https://news.example/a", published="2024-11-24")
    assert source_sent(desk, **typed).status_code == 302


def test_a_source_that_may_not_be_seen_is_not_alike(desk):
    make_source(make_documenter(), title="Statement", url="https://news.example/a")
    assert source_sent(desk, title="Statement", url="https://news.example/b").status_code == 302


def test_while_typing_the_same_is_said_at_once(desk, documenter):
    known = make_source(documenter, url=POST, title="Statement")
    typed = {"citations-2-new_url": SAME_POST, "citations-2-new_title": "", "citations-2-new_published": ""}
    answer = desk.get("/desk/suggestions/known-sources/", typed)
    assert f"{known.code} has this address already" in said(answer)
    assert f'name="citations-2-new_use" value="{known.code}"' in answer.content.decode()
    assert said(desk.get("/desk/suggestions/known-sources/", {"citations-2-new_url": "https://x"})).strip() == ""
    assert desk.get("/desk/suggestions/known-sources/", {"url": "https://[" + "[" * 500}).status_code == 200


def test_a_reviewer_sees_what_may_be_the_same_before_approving(documenter):
    known = make_source(documenter, title="Statement", url="https://news.example/a")
    source = make_source(documenter, title="Statement", url="https://news.example/b")
    incident = make_incident(documenter, sources=(source,))
    client = signed_in(make_reviewer())
    for address in (f"/desk/sources/{source.code}/review/", f"/desk/incidents/{incident.code}/review/"):
        page = said(client.get(address))
        assert "Possibly the same publication" in page
        assert known.code in page
    assert "Possibly the same publication" not in said(
        client.get(f"/desk/sources/{make_source(documenter).code}/review/")
    )


# Several addresses in one field.


@pytest.mark.parametrize("typed", ["{} {}", "{}\n{}", "{}{}", "{}, {}"])
def test_several_addresses_are_offered_apart(desk, typed):
    one, other = "https://first.example/a", "https://second.example/b"
    response = source_sent(desk, title="A report", url=typed.format(one, other))
    assert response.status_code == 422
    assert list(refused(response)["url"])[1:] == [one, other]
    assert "These are several addresses." in said(response)

    response = incident_sent(desk, new_title="A report", new_url=typed.format(one, other), facts=["date"], **ROW)
    assert response.status_code == 422
    parted = desk.post(NEW_INCIDENT, FormPage(response).filled(part="citations-0"))
    fields = FormPage(parted).fields
    assert [fields[f"citations-{number}-new_url"] for number in (0, 1)] == [[one], [other]]
    assert (fields["citations-0-new_title"], fields["citations-0-facts"]) == (["A report"], ["date"])
    assert fields["citations-TOTAL_FORMS"] == ["2"]


def test_several_addresses_where_a_source_is_named_are_offered_apart(desk):
    response = incident_sent(desk, source="https://first.example/a https://second.example/b")
    assert response.status_code == 422
    named = list(refused(response)["citations"][0]["source"])
    assert named[1:] == ["https://first.example/a", "https://second.example/b"]


# What was saved before there were keys.


def test_keys_of_saved_sources_are_filled_and_later_ones_of_a_publication_are_named(documenter, desk, capsys):
    first, later, copy = (make_source(documenter) for _ in range(3))
    urls = {first: POST, later: SAME_POST, copy: "https://host.example/%"}
    with connection.cursor() as cursor:
        for source, url in urls.items():
            cursor.execute(
                "UPDATE casework_source SET address_key = NULL, url = %s WHERE record_ptr_id = %s", [url, source.pk]
            )
    import_module("incidents.records.migrations.0011_source_address_key").fill_keys(apps, None)

    keys = dict(Source.objects.values_list("code", "address_key"))
    assert keys[first.code] == "x.com/i/status/1500000000000000001"
    assert keys[later.code] is None
    assert f"{later.code} is the same publication as {first.code}: {SAME_POST}" in capsys.readouterr().out
    assert f"has the same address as {first.code}" in said(desk.get(f"/desk/sources/{later.code}/review/"))
