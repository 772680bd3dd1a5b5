"""The language of a page is part of its address and of nothing else."""

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import translation

from portal.middleware import LanguageFromPathMiddleware
from portal.paths import in_language, is_desk, without_language


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "en"),
        ("/uk/", "uk"),
        ("/uk", "uk"),
        ("/uk/incidents/", "uk"),
        ("/ukraine/", "en"),
        ("/incidents/uk/", "en"),
    ],
)
def test_the_language_is_that_of_the_path(rf: RequestFactory, path: str, language: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(translation.get_language())

    response = LanguageFromPathMiddleware(view)(rf.get(path, headers={"accept-language": "uk, pl", "cookie": "l=uk"}))
    assert response.content.decode() == language
    assert response["Content-Language"] == language
    assert not response.has_header("Vary")


def test_what_is_streamed_is_in_the_language_of_its_address(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(translation.get_language() or "" for _ in range(2))

    response = LanguageFromPathMiddleware(view)(rf.get("/uk/incidents.csv"))
    assert list(response) == [b"uk", b"uk"]
    assert translation.get_language() == "en"


@pytest.mark.parametrize(("english", "ukrainian"), [("/", "/uk/"), ("/incidents/HDC-0001/", "/uk/incidents/HDC-0001/")])
def test_every_page_has_the_same_path_in_the_other_language(english: str, ukrainian: str) -> None:
    assert in_language(english, "uk") == ukrainian
    assert in_language(ukrainian, "en") == english
    assert in_language(ukrainian, "uk") == ukrainian
    assert without_language("/uk") == "/"


@pytest.mark.parametrize("path", ["/desk/", "/uk/desk/sources/", "/accounts/login/", "/admin/", "/desk"])
def test_pages_for_people_who_sign_in_are_known_by_their_path(path: str) -> None:
    assert is_desk(path)


@pytest.mark.parametrize("path", ["/", "/uk/", "/incidents/desk/", "/desktop/", "/healthz", "//desk/"])
def test_every_other_page_is_public(path: str) -> None:
    assert not is_desk(path)
