"""Every public page works for a process that holds the reader's connection alone, and asks for no cookie."""

import os
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest

from tests.operations.test_entry_point import serving

OF_EACH_SHAPE = 4  # pages that differ only in a code or a filter's value


@dataclass(frozen=True)
class Answer:
    """What a stranger gets."""

    status: int
    headers: Message
    text: str


@pytest.fixture(scope="module")
def public(starting_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A process with SURFACE=public on the starting register, which knows the reader's address and no other."""
    url = os.environ["REGISTER_DATABASE_URL"].replace("/hdc?", f"/{starting_database}?")
    psycopg.connect(url).close()
    with serving(tmp_path_factory.mktemp("public"), SURFACE="public", REGISTER_DATABASE_URL=url) as address:
        yield address


def get(url: str, cookie: str = "") -> Answer:
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})  # noqa: S310 - our own server's
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, answer.headers, answer.read().decode(errors="replace"))


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}
        self.found += [value for name, value in attrs if name == wanted.get(tag) and value]


def shape(url: str) -> str:
    """An address without its codes and numbers, and with or without a filter: those can be combined without end."""
    parts = urlsplit(url)
    return re.sub(r"[A-Z]+-\d+|\d+", "*", parts.path) + ("?" if parts.query else "")


def walk(start: str) -> dict[str, Answer]:
    """Every page that can be reached, a few of each shape."""
    seen: dict[str, Answer] = {}
    shapes: Counter[str] = Counter()
    queue = [start]
    while queue:
        url = queue.pop(0)
        if url in seen or shapes[shape(url)] >= OF_EACH_SHAPE:
            continue
        shapes[shape(url)] += 1
        seen[url] = get(url)
        if "text/html" in seen[url].headers.get("Content-Type", ""):
            links = [urljoin(url, link).partition("#")[0] for link in Links(seen[url].text).found]
            queue += [link for link in links if link.startswith(start)]
    return seen


@pytest.fixture(scope="module")
def pages(public: str) -> dict[str, Answer]:
    return {url.removeprefix(public): answer for url, answer in walk(f"{public}/").items()}


def test_every_page_that_a_visitor_can_reach_answers(pages: dict[str, Answer]) -> None:
    # No signer works here: a proof is not there before the log is signed, and pages are kept while that happens.
    silent = {url: answer.status for url, answer in pages.items() if answer.status != 200}
    assert {url: status for url, status in silent.items() if not (url.endswith(".tlog-proof") and status == 404)} == {}
    expected = {"/", "/uk/", "/incidents/", "/uk/incidents/", "/sources/", "/investigations/", "/totals/"}
    assert expected | {"/definitions/", "/methodology/", "/corrections/"} <= set(pages)
    assert any(url.startswith("/incidents/HDC-") for url in pages)
    assert any(url.startswith("/uk/sources/S-") for url in pages)


def test_no_public_answer_sets_a_cookie_or_depends_on_one(pages: dict[str, Answer]) -> None:
    for url, answer in pages.items():
        assert answer.headers.get_all("Set-Cookie") is None, url
        assert "cookie" not in answer.headers.get("Vary", "").lower(), url
        assert "accept-language" not in answer.headers.get("Vary", "").lower(), url


def test_a_visitor_with_a_cookie_sees_what_everybody_sees(public: str) -> None:
    for path in ("/", "/uk/", "/incidents/", "/desk/", "/incidents/HDC-9999/"):
        stranger, visitor = get(public + path), get(public + path, cookie="session=abc; csrf=def; messages=ghi")
        assert visitor.status == stranger.status, path
        assert without_request_id(visitor.text) == without_request_id(stranger.text), path


def without_request_id(page: str) -> str:
    """An error page names its own request, and nothing else of it."""
    return re.sub(r"<code>[0-9a-f]{16}</code>", "", page)


def test_every_page_forbids_what_it_does_not_use(pages: dict[str, Answer]) -> None:
    for url, answer in pages.items():
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], url
        assert "unsafe" not in answer.headers["Content-Security-Policy"], url
        assert answer.headers["X-Content-Type-Options"] == "nosniff", url
        assert answer.headers["Permissions-Policy"], url


def test_no_page_loads_anything_from_another_host(public: str, pages: dict[str, Answer]) -> None:
    loaded = re.compile(
        r"""<(?:link|script|img|iframe|source|video|audio|object|embed)\b[^>]*?(?:href|src)=["']([^"']+)"""
    )
    for url, answer in pages.items():
        if "text/html" in answer.headers.get("Content-Type", ""):
            foreign = [link for link in loaded.findall(answer.text) if link.startswith(("http:", "https:", "//"))]
            assert [link for link in foreign if not link.startswith(public)] == [], url


def test_every_page_is_in_the_language_of_its_address(pages: dict[str, Answer]) -> None:
    for url, answer in pages.items():
        if "text/html" in answer.headers.get("Content-Type", ""):
            language = "uk" if url.startswith("/uk/") else "en"
            assert f'<html lang="{language}"' in answer.text, url
            assert answer.headers["Content-Language"] == language, url


@pytest.mark.parametrize("path", ["/desk/", "/admin/", "/accounts/login/", "/uk/desk/", "/desk/incidents/1/"])
def test_the_desk_is_not_there(public: str, path: str) -> None:
    assert get(public + path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/%00", "/incidents/?q=%00", "/incidents/%00/", "/uk/incidents/?%00", "/incidents/?page=%00", "/sources/?q=a%00"],
)
def test_a_null_character_is_answered_with_400_and_a_page(public: str, path: str) -> None:
    answer = get(public + path)
    assert answer.status == 400
    assert "<main" in answer.text


def test_a_query_that_is_too_long_is_answered_with_400_and_a_page(public: str) -> None:
    answer = get(f"{public}/incidents/?q={'a' * 8_050}")
    assert answer.status == 400
    assert "<main" in answer.text


def test_a_null_character_is_explained(public: str) -> None:
    assert "null character" in get(f"{public}/incidents/?q=%00").text


def test_the_data_folder_of_a_public_process_holds_no_database(
    public: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folders = [path for path in Path(tmp_path_factory.getbasetemp()).glob("public*") if path.is_dir()]
    assert folders
    assert not any((folder / "postgres").exists() for folder in folders)
