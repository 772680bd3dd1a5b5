"""Pages are kept until the head moves, for everybody alike, and nothing personal is ever among them."""

import gzip
import os
import tracemalloc

import psycopg
import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from incidents.casework import workflow
from incidents.register import head
from incidents.register.head import Head, public_page
from incidents.register.page_cache import Page, PageCacheMiddleware, Pages
from people.models import User
from tests.factories import make_documenter, make_incident, make_reviewer, revise
from tests.factories import publish as publish_through_the_door
from tests.published import publish

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def reader():
    """A client of a process that keeps pages."""
    with override_settings(PAGE_CACHE_MB=1):
        yield Client()


def queries(client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connections["register"]) as captured:
        assert client.get(address, headers=headers).status_code in (200, 304)
    return len(captured)


@pytest.fixture
def patient(monkeypatch):
    """A process that answers from the head that it has read for as long as nobody would wait unless told to."""
    monkeypatch.setattr(head, "HELD_SECONDS", 1)


def test_a_page_seen_before_is_the_same(reader):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    first = reader.get("/incidents/?grade=single_origin")
    second = reader.get("/incidents/?grade=single_origin")
    assert second.content == first.content
    changing = {"X-Request-ID"}
    assert {name: value for name, value in second.headers.items() if name not in changing} == {
        name: value for name, value in first.headers.items() if name not in changing
    }
    assert second["X-Request-ID"] != first["X-Request-ID"]


def test_a_page_seen_before_costs_one_question_for_the_head_and_none_while_its_answer_is_held(reader, monkeypatch):
    publish("source", "S-0001")
    reader.get("/incidents/")
    monkeypatch.setattr(head, "HELD_SECONDS", 0)
    assert queries(reader, "/incidents/") == 1
    monkeypatch.setattr(head, "HELD_SECONDS", 60)
    assert [queries(reader, "/incidents/") for _again in range(3)] == [0, 0, 0]


@pytest.mark.usefixtures("patient")
def test_whoever_publishes_or_withdraws_hears_of_it_when_nobody_is_answered_from_before(reader):
    reviewer = make_reviewer()
    incident = publish_through_the_door(make_incident(make_documenter()), reviewer)
    address = f"/incidents/{incident.code}/"
    assert [queries(reader, address) for _again in range(3)][1:] == [1, 0]

    revised = publish_through_the_door(revise(incident, incident.created_by, title_en="Another title"), reviewer)
    assert "Another title" in reader.get(address).content.decode()
    assert [queries(reader, address) for _again in range(2)][-1] == 0

    workflow.withdraw(revised, reviewer, "It was about something else.", "Це стосувалося іншого.")
    assert reader.get(address).status_code == 410


def test_a_kept_page_is_answered_although_the_server_let_go_of_the_kept_connection(reader):
    publish("source", "S-0001")
    first = reader.get("/sources/")
    lost = connections["register"].connection.info.backend_pid
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    second = reader.get("/sources/")
    assert (second.status_code, second.content) == (200, first.content)
    assert connections["register"].connection.info.backend_pid != lost


def test_a_publication_ends_it(reader):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    reader.get("/incidents/")
    publish("incident", "HDC-0001", title={"en": "Another title"})
    assert "Another title" in reader.get("/incidents/").content.decode()


def test_language_and_compression_are_kept_apart(reader):
    publish("source", "S-0001")
    publish("incident", "HDC-0001")
    for _again in range(2):
        english, ukrainian = reader.get("/incidents/"), reader.get("/uk/incidents/")
        assert (english["Content-Language"], ukrainian["Content-Language"]) == ("en", "uk")
        packed = reader.get("/incidents/", headers={"accept-encoding": "gzip"})
        assert gzip.decompress(packed.content).decode() == english.content.decode()
        assert "Content-Encoding" not in english


def test_who_has_the_page_gets_304_from_the_cache_too(reader):
    publish("source", "S-0001")
    version = reader.get("/incidents/")["ETag"]
    answer = reader.get("/incidents/", headers={"if-none-match": version})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", version)


def test_a_request_that_says_who_asks_neither_fills_the_cache_nor_is_answered_from_it(reader):
    publish("source", "S-0001")
    personal = {"authorization": "Basic abc"}
    reader.get("/sources/", headers=personal)
    assert kept_addresses(reader) == []
    reader.get("/sources/")
    assert kept_addresses(reader) == ["/sources/"]
    assert queries(reader, "/sources/", **personal) > 1


def test_a_cookie_makes_no_difference_and_none_is_set(reader):
    publish("source", "S-0001")
    without = reader.get("/sources/")
    with_one = reader.get("/sources/", headers={"cookie": "session=abc; csrf=1; messages=x"})
    assert with_one.content == without.content
    assert (len(with_one.cookies), "Cookie" in with_one.headers.get("Vary", "")) == (0, False)
    assert kept_addresses(reader) == ["/sources/"]


@pytest.mark.parametrize(
    "address", ["/incidents/?colour=red", "/incidents/HDC-9999/", "/incidents.csv", "/desk/", "/healthz"]
)
def test_refusals_missing_pages_files_and_the_desk_are_not_kept(reader, address):
    publish("source", "S-0001")
    reader.get(address)
    assert kept_addresses(reader) == []


def kept_addresses(reader) -> list[str]:
    """What the page cache among a client's middlewares holds."""
    layer = reader.handler._middleware_chain
    while not hasattr(layer, "pages"):
        layer = layer.get_response if hasattr(layer, "get_response") else layer.__wrapped__
    return [address for _database, address, _compressed in layer.pages._kept]


def test_a_foreign_host_is_refused_though_the_page_is_kept(reader):
    publish("source", "S-0001")
    reader.get("/incidents/")
    assert reader.get("/incidents/", headers={"host": "evil.example"}).status_code == 400


def test_public_pages_are_the_same_for_who_is_signed_in(reader, client):
    publish("source", "S-0001")
    client.force_login(User.objects.create_user("someone@example.org"))
    assert client.get("/incidents/").content == reader.get("/incidents/").content


def test_many_long_addresses_of_small_pages_cost_no_more_memory_than_the_bound():
    @public_page
    def small(request):
        return HttpResponse("small", headers={f"X-{number}": f"{request.get_full_path()[-20:]}" for number in range(5)})

    def ask(first, last):
        for number in range(first, last):
            pages(requests.get("/incidents/", {"q": f"{number:05}" + "ш" * 600}))

    requests = RequestFactory(headers={"Accept-Encoding": "gzip"})
    with override_settings(PAGE_CACHE_MB=1):
        pages = PageCacheMiddleware(small)
    ask(0, 20)  # what is made once is not of the pages
    pages.pages.clear()
    tracemalloc.start()
    try:
        ask(20, 800)
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 100 < len(pages.pages) < 700
    assert grown < 1.15 * 1024 * 1024


def test_the_cache_never_outgrows_its_bound_and_forgets_the_oldest_first():
    kept, at = Pages(100), Head(1, "")

    def put(name: str, body: bytes, size: int) -> None:
        kept.put(("database", name, False), Page(at, body, ()), size)

    def body(name: str) -> bytes | None:
        found = kept.get(("database", name, False))
        return found.body if found else None

    for name in "abc":
        put(name, name.encode(), 40)
    assert (body("a"), body("b"), body("c"), kept.size) == (None, b"b", b"c", 80)
    body("b")
    put("d", b"d", 40)
    assert (body("b"), body("c")) == (b"b", None)
    put("e", b"e", 101)
    assert (body("e"), kept.size <= 100) == (None, True)
    put("b", b"b2", 10)
    assert (body("b"), kept.size) == (b"b2", 50)
