"""A source is written once for each address, says what it derives from, and never derives from itself."""

import pytest

from incidents.records.models import Source
from tests.desk import FormPage, refused, said
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish

pytestmark = pytest.mark.django_db
NEW = "/desk/sources/new/"
REPORT = {
    "title": "A report",
    "publisher": "A gazette",
    "url": "https://gazette.example/report",
    "source_kind": "news_original",
    "distance": "secondary",
    "language": "en",
}


def address(source):
    return f"/desk/sources/{source.code}/edit/"


def new(desk, **fields):
    return desk.post(NEW, FormPage(desk.get(NEW)).filled(**REPORT | fields))


def test_a_source_is_kept_as_typed(desk, documenter):
    upstream = make_source(documenter)
    page = FormPage(desk.get(NEW))
    sent = page.filled(**REPORT, published="2024-11", note_en="One.\nTwo.", internal_note="Inside.", reliability="B")
    response = desk.post(NEW, page.with_row(sent, "derivations", upstream=upstream.url, how="draws_on", note="a quote"))
    assert response.status_code == 302, refused(response)
    source = Source.objects.get(title="A report")
    assert {name: getattr(source, name) for name in REPORT} == REPORT | {"publisher": source.publisher}
    assert source.publisher.name_en == REPORT["publisher"]
    assert (source.published, str(source.published_earliest), source.note_en) == ("2024-11", "2024-11-01", "One.\nTwo.")
    assert (source.access, source.availability, source.reliability) == ("public", "unchecked", "B")
    derivation = source.derivations.get()
    assert (derivation.upstream, derivation.how, derivation.note) == (upstream, "draws_on", "a quote")


def test_kind_and_distance_are_chosen_and_never_taken_from_the_top_of_a_list(desk):
    page = FormPage(desk.get(NEW))
    assert (page.fields["source_kind"], page.fields["distance"]) == ([""], [""])
    response = new(desk, source_kind="", distance="")
    assert response.status_code == 422
    assert {"source_kind", "distance"} <= set(refused(response))


def test_how_a_source_derives_is_chosen_too(desk, documenter):
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(**REPORT), "derivations", upstream=make_source(documenter).code)
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert set(refused(response)["derivations"][0]) == {"how"}


def test_a_blank_derivation_that_was_added_by_mistake_is_none(desk):
    page = FormPage(desk.get(NEW))
    assert desk.post(NEW, page.with_row(page.filled(**REPORT), "derivations")).status_code == 302
    assert Source.objects.get().derivations.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "{}#:~:text=part",
        "  {} ",
        "HTTPS://OUTLET.example/Story?a=1",
        "http://www.outlet.example/Story/?utm_source=tg&a=1",
        "https://amp.outlet.example/Story?a=1&outputType=amp",
    ],
)
def test_a_second_source_of_one_address_is_refused_and_the_first_is_named(desk, documenter, typed):
    known = make_source(documenter, url="https://outlet.example/Story?a=1")
    response = new(desk, url=typed.format(known.url))
    assert response.status_code == 422
    assert f"{known.code} has this address already: there is one source for each." in said(response)
    assert "is violated" not in said(response)
    assert FormPage(response).fields["title"] == ["A report"]


def test_whose_source_holds_the_address_is_not_told_to_who_may_not_see_it(desk):
    hidden = make_source(make_documenter(), access="confidential", title="Hidden title")
    response = new(desk, url=hidden.url)
    assert response.status_code == 422
    assert "A source of this address exists that you may not open." in said(response)
    assert hidden.code not in said(response)
    assert "Hidden title" not in said(response)


def test_a_source_without_an_address_may_exist_many_times(desk):
    assert new(desk, url="").status_code == 302
    assert new(desk, url="").status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "ftp://host.example/file",
        "file:///etc/passwd",
        "https://known.example@other.example/",
        "//no-scheme.example\\@x",
        "https://",
        "https://[::1",
        "https://host.example/\nline",
        "vbscript:x",
        "https://host.example/" + "a" * 1000,
        "https://host.example/" + "a" * 10_000,
        "https://xn--\u00e4.example/",
        "https://host.example/\u202egpj.exe",
    ],
)
def test_an_unsafe_address_is_refused_and_shown_as_text(desk, url):
    response = new(desk, url=url)
    assert response.status_code == 422
    assert "url" in refused(response)
    assert 'href="javascript' not in response.content.decode().lower()
    assert not Source.objects.exists()


def test_an_address_without_a_scheme_is_taken_for_https(desk):
    assert new(desk, url="gazette.example/report").status_code == 302
    assert Source.objects.get().url == "https://gazette.example/report"


# Derivations.


def with_derivation(desk, source, upstream, how="relays"):
    page = FormPage(desk.get(address(source)))
    return desk.post(address(source), page.with_row(page.filled(), "derivations", upstream=upstream.code, how=how))


def test_a_derivation_from_itself_is_refused(desk, documenter):
    source = make_source(documenter)
    response = with_derivation(desk, source, source)
    assert response.status_code == 422
    assert "A source does not derive from itself." in said(response)


def test_a_circle_is_refused_and_says_through_what(desk, documenter):
    first = make_source(documenter)
    second = make_source(documenter, relays=first)
    third = make_source(documenter, draws_on=second)
    response = with_derivation(desk, first, third)
    assert response.status_code == 422
    assert f"{third.code} derives from this source: that would be a circle." in said(response)
    assert first.derivations.count() == 0


def test_the_same_upstream_twice_is_refused(desk, documenter):
    source, upstream = make_source(documenter), make_source(documenter)
    page = FormPage(desk.get(address(source)))
    sent = page.with_row(page.filled(), "derivations", upstream=upstream.code, how="relays")
    response = desk.post(address(source), page.with_row(sent, "derivations", upstream=upstream.code, how="draws_on"))
    assert response.status_code == 422
    assert source.derivations.count() == 0


def test_derivations_are_changed_and_removed(desk, documenter):
    upstreams = [make_source(documenter) for _ in range(2)]
    source = make_source(documenter, relays=upstreams[0], draws_on=upstreams[1])
    sent = FormPage(desk.get(address(source))).filled(
        **{"derivations-0-how": "same_material", "derivations-1-DELETE": "on"}
    )
    assert desk.post(address(source), sent).status_code == 302
    assert [(each.upstream, each.how) for each in source.derivations.all()] == [(upstreams[0], "same_material")]


# Who may see and name what.


def test_a_public_source_cannot_become_confidential_by_an_edit(desk, documenter):
    source = make_source(documenter)
    publish(make_incident(documenter, sources=(source,)), make_reviewer())
    response = desk.post(address(source), FormPage(desk.get(address(source))).filled(access="confidential"))
    assert response.status_code == 422
    assert "It is public already. A reviewer can withdraw it." in said(response)
    assert Source.objects.get(pk=source.pk).access == "public"


def test_a_confidential_source_is_written_and_shown_to_its_author(desk):
    assert new(desk, access="confidential").status_code == 302
    source = Source.objects.get()
    for page in ("", "edit/", "history/", "review/"):
        assert desk.get(f"/desk/sources/{source.code}/{page}").status_code == 200, page


def test_somebody_elses_draft_source_cannot_be_named_by_code_or_title(desk):
    hidden = make_source(make_documenter(), title="A hidden title", publisher="Hidden publisher")
    page = FormPage(desk.get(NEW))
    for typed in (hidden.code, "hidden title", "Hidden publisher"):
        response = desk.post(NEW, page.with_row(page.filled(**REPORT), "derivations", upstream=typed, how="relays"))
        assert response.status_code == 422, typed
        assert "A hidden title" not in said(response)


def test_somebody_elses_draft_source_of_a_public_page_is_named_by_its_exact_address(desk):
    other = make_source(make_documenter())
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(**REPORT), "derivations", upstream=other.url, how="relays")
    assert desk.post(NEW, sent).status_code == 302
    source = Source.objects.get(title="A report")
    assert source.derivations.get().upstream == other
    again = FormPage(desk.get(address(source)))
    assert desk.post(address(source), again.filled(note_en="And saved again.")).status_code == 302


def test_a_confidential_source_is_not_found_by_its_address(desk):
    hidden = make_source(make_documenter(), access="confidential", title="A hidden title")
    page = FormPage(desk.get(NEW))
    sent = page.with_row(page.filled(**REPORT), "derivations", upstream=hidden.url, how="relays")
    response = desk.post(NEW, sent)
    assert response.status_code == 422
    assert "exists that you may not open" in said(response)
    assert "A hidden title" not in said(response)


def test_a_citation_row_does_not_reach_a_confidential_source_by_its_address(desk):
    hidden = make_source(make_documenter(), access="confidential")
    page = FormPage(desk.get("/desk/incidents/new/"))
    fields = {"new_title": "T", "new_url": hidden.url, "new_kind": "video", "new_distance": "primary"}
    response = desk.post("/desk/incidents/new/", page.with_row(page.filled(title_en="A title"), "citations", **fields))
    assert response.status_code == 422
    assert "exists that you may not open" in said(response)
