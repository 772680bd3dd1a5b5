"""Whatever an address holds, it is answered: refused with a clear message in its language, never with a fault of ours.

The addresses are all there are, by `tests/addresses.py`: pages say what is wrong as pages, data as problem details.
"""

import re
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from portal.paths import as_text, language_of
from portal.views import server_error
from tests.addresses import DATA, DESK, PAGES, all_of, in_both

PUBLIC = in_both([address for address in [*all_of(PAGES), *all_of(DATA)] if address != "/api/v1/nothing"])
LISTS = in_both(
    [
        *(
            "/incidents/",
            "/map/",
            "/timeline/",
            "/map/data.json",
            "/incidents.atom",
            "/incidents.csv",
            "/incidents.xlsx",
        ),
        *(
            "/incidents.json",
            "/incidents.geojson",
            "/incidents.csv-metadata.json",
            "/citations.csv",
            "/api/v1/incidents",
        ),
    ]
)
LETTERS = {"en": re.compile("[A-Za-z]{3}"), "uk": re.compile("[а-яіїєґ]{3}")}


def with_more(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def refusal(client: Client, address: str, status: int = 400) -> str:
    """What is said at an address that is refused, after a look at whether it is said properly."""
    response = client.get(address)
    assert response.status_code == status, f"{address[:200]} gave {response.status_code}"
    assert "set-cookie" not in response.headers
    language = language_of(address)
    assert response.headers["Content-Language"] == language
    if response.headers["Content-Type"] == "application/problem+json":
        told = response.json()
        assert told["status"] == status
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        said = f"{told['title']} {told['detail']}"
        assert told["detail"]
    else:
        page = response.content.decode()
        assert f'<html lang="{language}">' in page
        said = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main>", 1)[0])
    assert LETTERS[language].search(said), f"{address[:200]} says {said!r}"
    return said


@pytest.fixture
def refuses(client: Client, starting_register: None):
    return lambda address, status=400: refusal(client, address, status)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_parameter_that_nobody_knows_is_refused_by_name(refuses, address):
    assert "nobody" in refuses(with_more(address, "nobody=1"))


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize(
    "query",
    ["q=%00", "%00=1", "q=" + "a" * 9_000, "&".join(["q=1"] * 3_000)],
    ids=["null", "null in a name", "long", "many"],
)
def test_what_no_address_can_hold_is_refused_everywhere(refuses, address, query):
    refuses(with_more(address, query))


@pytest.mark.parametrize("address", in_both(all_of(DESK[None])))
def test_pages_of_accounts_refuse_the_same(client, starting_casework, address):
    assert client.get(with_more(address, "q=%00")).status_code == 400
    assert client.get(with_more(address, "q=" + "a" * 9_000)).status_code == 400


@pytest.mark.parametrize("address", PUBLIC)
def test_a_path_with_a_null_character_or_without_an_end_is_refused(refuses, address):
    path = urlsplit(address).path
    refuses(f"{path}%00")
    refuses(f"{path}{'a' * 9_000}/")


@pytest.mark.parametrize("address", LISTS)
def test_a_reversed_range_is_refused_everywhere_with_the_right_one(refuses, address):
    assert "2024" in refuses(f"{address}?date_from=2025&date_to=2024")


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("query", ["sort=date&sort=date", "date_from=2024&date_from=2025", "killed_min=1&killed_min=1"])
def test_what_may_be_given_once_is_refused_twice(refuses, address, query):
    refuses(f"{address}?{query}")


@pytest.mark.parametrize("address", in_both(["/incidents/", "/sources/", "/investigations/", "/corrections/", "/map/"]))
@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "1e3", "٣", "1&page=1"])
def test_a_page_that_is_not_there_is_refused(refuses, address, page):
    refuses(f"{address}?page={page}")


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "%2e%2e", "A" * 401, "WzEsMl0", "💥"])
@pytest.mark.parametrize("address", in_both([f"/api/v1/{name}" for name in ("incidents", "sources", "editions")]))
def test_a_broken_cursor_is_refused(refuses, address, cursor):
    refuses(f"{address}?cursor={quote(cursor, safe='%')}")


@pytest.mark.parametrize(
    "address",
    in_both(
        [
            *("/incidents.pdf", "/sources.CSV", "/totals.geojson", "/incidents.csv-metadata.xml", "/incidents.tar.gz"),
            *("/incidents/HDC-0001/editions/1.xml", "/incidents/HDC-0001/editions/1/cite.docx", "/map/data.xml"),
        ]
    ),
)
def test_a_format_that_nobody_offers_is_not_there(refuses, address):
    refuses(address, 404)


@pytest.mark.parametrize(
    "code", ["HDC-9999", "hdc-0001", "HDC-0001'", "../etc", "%E2%80%AE", "💥", "%ff%fe", "HDC-0001%2F..", "a" * 5_000]
)
@pytest.mark.parametrize("folder", ["/incidents/", "/sources/", "/investigations/", "/totals/", "/api/v1/incidents/"])
def test_a_code_that_was_never_given_is_not_there(refuses, folder, code):
    for prefix in ("", "/uk"):
        end = "" if "api" in folder else "/"
        refuses(f"{prefix}{folder}{quote(code, safe='%')}{end}", 404)


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "1.5"])
def test_an_edition_that_was_never_made_is_not_there(refuses, number):
    for prefix in ("", "/uk"):
        refuses(f"{prefix}/incidents/HDC-0001/editions/{number}/", 404)


@pytest.mark.parametrize("mark", ["fbclid=IwAR0", "utm_source=x&utm_medium=y", "gclid=1&fbclid=2"])
@pytest.mark.parametrize(
    "address", ["/uk/incidents/?grade=contested", "/incidents/HDC-0001/", "/uk/incidents.csv", "/"]
)
def test_what_a_network_hangs_onto_a_link_to_follow_its_reader_is_taken_off(client, starting_register, address, mark):
    response = client.get(with_more(address, mark))
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_word_that_only_looks_like_such_a_mark_is_searched_for(client, starting_register):
    assert client.get("/incidents/?q=utm_source%3D1").status_code == 200


def test_a_shared_link_to_a_text_stays_a_text(client, starting_register):
    response = client.get("/uk/text/incidents/?grade=contested&fbclid=1")
    assert response.headers["Location"] == "/uk/text/incidents/?grade=contested"


@pytest.mark.parametrize("address", in_both(all_of(PAGES)))
def test_a_page_as_text_refuses_what_the_page_refuses(refuses, address):
    refuses(with_more(as_text(address), "nobody=1"))
    refuses(with_more(as_text(address), "q=%00"))


@pytest.mark.parametrize("path", ["/api/v1/incidents", "/uk/incidents.csv"])
def test_our_own_fault_is_told_to_programs_as_a_problem(rf, path):
    response = server_error(rf.get(path))
    assert (response.status_code, response.headers["Content-Type"]) == (500, "application/problem+json")
