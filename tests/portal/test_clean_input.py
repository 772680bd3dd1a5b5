"""What no text can contain is turned away before a view reads it, with status 400; and every answer has its headers."""

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.logs import RequestMiddleware
from portal.middleware import CleanInputMiddleware, HeadersMiddleware


def passes(request: HttpRequest) -> bool:
    try:
        CleanInputMiddleware(lambda _request: HttpResponse("seen"))(request)
    except BadRequest:
        return False
    return True


@pytest.mark.parametrize(
    "path", ["/incidents/?q=%00", "/incidents/?q=a%00b", "/incidents/?%00=a", "/incidents/HDC%00/"]
)
def test_a_null_character_in_the_address_is_refused(rf: RequestFactory, path: str) -> None:
    assert not passes(rf.get(path))


@pytest.mark.parametrize("fields", [{"title": "a\0b"}, {"a\0": "b"}, {"title": ["good", "\0"]}])
def test_a_null_character_in_a_form_is_refused(rf: RequestFactory, fields: dict[str, str]) -> None:
    assert not passes(rf.post("/accounts/login/", fields))


@pytest.mark.parametrize("path", ["/desk/incidents/new/", "/uk/desk/incidents/new/"])
def test_what_a_documenter_wrote_reaches_the_form_which_keeps_it_and_says_where_it_is(rf: RequestFactory, path: str):
    assert passes(rf.post(path, {"title_en": "a\0b"}))
    assert not passes(rf.post(path + "?q=%00", {"title_en": "a"}))


def test_a_null_character_in_a_multipart_form_or_an_encoded_one_is_refused(rf: RequestFactory) -> None:
    assert not passes(rf.post("/admin/", "title=a%00", content_type="application/x-www-form-urlencoded"))


@pytest.mark.parametrize(
    "path", ["/incidents/?q=Удачне", "/incidents/?q=%2500", "/incidents/?q=%E2%80%AE", "/?q=%ED%A0%80"]
)
def test_strange_but_possible_texts_pass(rf: RequestFactory, path: str) -> None:
    assert passes(rf.get(path))


def test_a_query_that_is_too_long_is_refused(rf: RequestFactory) -> None:
    assert passes(rf.get("/incidents/?q=" + "a" * 7_000))
    assert not passes(rf.get("/incidents/?q=" + "a" * 9_000))


def test_a_long_form_passes(rf: RequestFactory) -> None:
    assert passes(rf.post("/desk/", {"summary": "a" * 1_000_000}))


def test_every_answer_names_what_a_browser_may_not_do_and_has_an_id(rf: RequestFactory) -> None:
    answer = RequestMiddleware(HeadersMiddleware(lambda _request: HttpResponse()))
    answers = [answer(rf.get("/")) for _ in range(2)]
    assert "camera=()" in answers[0]["Permissions-Policy"]
    assert answers[0]["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answers[0]["X-Request-ID"] != answers[1]["X-Request-ID"]
