"""Requests that lie: about their host, their origin, their next page, their length, and about what a form may send."""

import gzip
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from incidents.records.models import Incident, Record
from people.models import Invitation, Role, User
from tests.answers import body
from tests.conftest import ROOT
from tests.desk import FormPage, make_administrator, signed_in, signs_in
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish

EVIL = "evil.example"


# Hosts and addresses.


@pytest.mark.parametrize(
    "host", [EVIL, "testserver.evil.example", "testserver@evil.example", "testserver:80:80", "te st"]
)
@pytest.mark.parametrize("path", ["/", "/incidents/", "/accounts/login/", "/accounts/password/reset/", "/desk/"])
def test_a_host_that_is_not_ours_is_refused(client: Client, starting_register: None, path: str, host: str) -> None:
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == 400
    assert EVIL not in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": EVIL},
        {"x-forwarded-server": EVIL},
        {"x-original-url": "/desk/people/"},
        {"x-rewrite-url": "/desk/people/"},
        {"x-forwarded-prefix": "/evil"},
        {"x-http-method-override": "DELETE"},
        {"forwarded": f"host={EVIL}"},
        {"x-forwarded-port": "81"},
        {"x-forwarded-for": "127.0.0.1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_is_said_to_be_forwarded_changes_no_page(
    client: Client, starting_register: None, headers: dict[str, str]
) -> None:
    for path in ("/", "/incidents.atom", "/sitemap.xml", "/incidents/HDC-0001/"):
        plain, forged = client.get(path), client.get(path, headers=headers)
        assert (forged.status_code, text(forged)) == (plain.status_code, text(plain)), path


def text(answer: Any) -> str:
    return re.sub(r"\d{2}:\d{2}:\d{2}[^<]*", "", body(answer).decode())


def test_an_invitation_leads_to_our_own_host(committed: None, settings: Any) -> None:
    client = signed_in(make_administrator())
    settings.SECOND_FACTOR = False
    sent = {"email": "new@example.org", "roles": ["reviewer"]}
    answer = client.post("/desk/people/", sent, headers={"x-forwarded-host": EVIL})
    assert answer.status_code == 200
    assert EVIL not in answer.content.decode()
    assert client.post("/desk/people/", sent, headers={"host": EVIL}).status_code == 400


# Forms that come from elsewhere.

ARGUMENTS = {
    "code": "HDC-0001",
    "kind": "incidents",
    "name": "submit",
    "token": "none",
    "key": "none",
    "uidb36": "1",
    "pk": "1",
    "object_id": "1",
    "app_label": "people",
    "content_type_id": "1",
    "url": "x",
    "path": "x",
    "number": "1",
    "shape": "csv",
    "part": "1",
    "folder": "incidents",
}
# Nobody's cookie takes part in it: what a browser reports about a policy.
WITHOUT_TOKEN = {"/csp-report"}


def routes() -> Iterator[str]:
    """An address of every route of the desk, the accounts and the administration."""
    yield from dict.fromkeys(_addresses(get_resolver(), ""))


def _addresses(resolver: URLResolver, before: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        pattern = before + _example(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _addresses(each, pattern)
        elif isinstance(each, URLPattern):
            yield "/" + pattern.lstrip("/")


def _example(pattern: str) -> str:
    """A route's pattern with an argument in each place; Django's own regular expressions too."""
    filled = re.sub(
        r"<(?:\w+:)?(\w+)>", lambda found: ARGUMENTS.get(found[1], "1"), re.sub(r"\(\?P(<\w+>)[^)]*\)+", r"\1", pattern)
    )
    return re.sub(r"[\^$\\?]|\(\.\*\)", "", filled)


def posted_to() -> list[str]:
    """The addresses that might do something when they are posted to."""
    return [each for each in routes() if each.split("/")[1] in ("desk", "accounts", "admin", "csp-report")]


def checking(person: User) -> Client:
    """A browser in which this person has signed in, at a server that checks tokens as in production."""
    client = signed_in(person)
    client.handler.enforce_csrf_checks = True
    return client


def test_there_are_routes_to_ask() -> None:
    assert len(posted_to()) > 50
    assert {"/desk/incidents/new/", "/accounts/login/", "/admin/login/", "/csp-report"} <= set(posted_to())


def test_no_form_is_accepted_without_its_token(committed: None) -> None:
    person = make_administrator(Role.DOCUMENTER, Role.REVIEWER)
    client = checking(person)
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    before = everything()
    accepted = {}
    for address in posted_to():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for each in (client, stranger):
                answer = each.generic(method, address, "a=b", content_type="application/x-www-form-urlencoded")
                # 404 and 405 come from routes that do not take the method, or lead nowhere with these arguments.
                refused = answer.status_code in (403, 404, 405) or to_signing_in(answer)
                if not refused and address not in WITHOUT_TOKEN:
                    accepted[f"{method} {address}"] = answer.status_code
    assert accepted == {}
    assert everything() == before


def to_signing_in(answer: Any) -> bool:
    """A stranger is sent to sign in before any form of theirs is looked at."""
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


def everything() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ("casework", "people", "account", "mfa", "auth")
    }


@pytest.mark.parametrize("address", ["/desk/incidents/new/", "/accounts/login/"])
def test_a_form_of_another_site_is_refused_even_with_a_token(committed: None, address: str) -> None:
    client = checking(make_documenter())
    page = client.get("/accounts/logout/")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    for origin in (f"https://{EVIL}", "null", "http://testserver.evil.example"):
        sent = client.post(address, {"csrfmiddlewaretoken": token[1]}, headers={"origin": origin})
        assert sent.status_code == 403, origin


# Headers and redirects.


@pytest.mark.parametrize(
    "path",
    [
        "/incidents/?q=%0d%0aSet-Cookie:%20a=b",
        "/incidents/?page=%0d%0aX-Injected:%20yes",
        "/%0d%0aX-Injected:%20yes",
        "/incidents%0d%0aX-Injected:yes/",
        "/incidents.csv?q=%0aX-Injected:%20yes",
        "/incidents/HDC-0001%0d%0aX-Injected:%20yes/",
        "/accounts/login/?next=/desk/%0d%0aX-Injected:%20yes",
        "/incidents?%0d%0aX-Injected:%20yes",
    ],
)
def test_no_line_break_reaches_a_header(client: Client, starting_register: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code != 500
    assert not any("\n" in value or "\r" in value for value in answer.headers.values())
    assert answer.headers.get("X-Injected") is None
    assert not answer.cookies.get("a")


NEXT = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"https:{EVIL}",
    "javascript:alert(1)",
    "data:text/html,x",
    f"/%09/{EVIL}",
    f"\t//{EVIL}",
    f"http://testserver@{EVIL}/",
    f"https://testserver.{EVIL}/",
]


@pytest.mark.parametrize("target", NEXT)
def test_signing_in_and_out_leads_nowhere_else(committed: None, client: Client, target: str) -> None:
    person = make_documenter()
    answer = client.post(
        f"/accounts/login/?next={target}", {"login": person.email, "password": "a long enough password", "next": target}
    )
    assert answer.status_code == 302
    assert is_ours(answer.headers["Location"]), answer.headers["Location"]
    out = signed_in(person).post("/accounts/logout/", {"next": target})
    assert out.status_code == 302
    assert is_ours(out.headers["Location"])


@pytest.mark.parametrize(
    "path",
    [
        *(f"//{EVIL}/", f"//{EVIL}/incidents", f"/\\{EVIL}/incidents", f"//{EVIL}/%2e%2e", "//uk//evil.example"),
        *(f"/text//{EVIL}", f"/uk/text//{EVIL}", f"/text//{EVIL}/incidents/", f"//{EVIL}/?utm_source=a"),
        *(f"/uk//{EVIL}/?utm_source=a", f"//{EVIL}/incidents/?fbclid=1"),
    ],
)
def test_an_address_with_a_host_in_its_path_leads_nowhere_else(
    client: Client, starting_register: None, path: str
) -> None:
    answer = client.get(path)
    assert is_ours(answer.headers.get("Location", "/"))
    assert not re.search(rf"""(?:href|action)=["']//{EVIL}""", answer.content.decode())


def is_ours(location: str) -> bool:
    return location.startswith("/") and not location.startswith(("//", "/\\"))


# Fields that a form does not show.


def extra(model: type[models.Model], person: User) -> dict[str, str]:
    """A value for every field of a model, and for its columns, that its form does not ask for."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.editable and not field.primary_key and field.name not in ("state",):
            continue
        value = {"state": "published", "code": "HDC-6666", "kind": "source", "edition": "9"}.get(
            field.name, str(person.pk)
        )
        values |= {field.name: value, field.column or field.name: value}
    return values | {
        "pk": "1",
        "id": "1",
        "is_superuser": "on",
        "is_staff": "on",
        "groups": "1",
        "shared_with": str(person.pk),
    }


@pytest.mark.parametrize("kind", ["incidents", "sources", "investigations", "totals"])
def test_a_form_sets_nothing_that_it_does_not_show(committed: None, kind: str) -> None:
    author, other = make_documenter(), make_reviewer()
    client = signed_in(author)
    names = {"incidents": "title_en", "sources": "title", "investigations": "title_en", "totals": "body_en"}
    page = FormPage(client.get(f"/desk/{kind}/new/"))
    more = {"title": "A title"} if kind == "sources" else {}
    source = make_source(author)
    if kind == "totals":
        more = {"value": "3", "what": "cases", "as_of": "2025", "said_by": source.code}
    hidden = {name: value for model in (Record, Incident) for name, value in extra(model, other).items()}
    sent = page.filled(**{names[kind]: "A title"} | more)
    client.post(f"/desk/{kind}/new/", sent | {name: [value] for name, value in hidden.items() if name not in sent})
    made = Record.objects.order_by("pk").last()
    assert made is not None
    assert made.created_by_id == author.pk
    assert (made.state, made.edition, made.published_revision) == ("draft", None, None)
    assert made.code != "HDC-6666"
    assert list(made.shared_with.all()) == []
    assert made.submitted_at is None


def test_whoever_signs_up_gets_the_invited_address_and_roles_and_no_other(committed: None, client: Client) -> None:
    _invitation, token = Invitation.invite("new@example.org", ["documenter"], make_administrator())
    client.get(f"/accounts/invitation/{token}/")
    client.post(
        "/accounts/signup/",
        {
            "email": "other@example.org",
            "password1": "another long password",
            "password2": "another long password",
            **extra(User, make_reviewer()),
            "roles": "administrator",
            "is_active": "on",
        },
    )
    made = User.objects.get(email="new@example.org")
    assert not User.objects.filter(email="other@example.org").exists()
    assert (made.is_superuser, made.is_staff, set(made.roles)) == (False, False, {"documenter"})


def test_signing_in_changes_nothing_of_the_account_but_when_it_was(committed: None, client: Client) -> None:
    person = make_documenter()
    signs_in(client, person.email, **extra(User, make_reviewer()) | {"pseudonym": "forged"})
    again = User.objects.get(pk=person.pk)
    assert (again.is_superuser, again.is_staff, again.pseudonym) == (False, False, "")


# Records of others.


def test_a_draft_of_somebody_else_is_not_there_whatever_is_asked_of_it(committed: None) -> None:
    draft = make_incident(make_documenter())
    client = signed_in(make_documenter())
    for page in ("", "edit/", "history/", "review/"):
        assert client.get(f"/desk/incidents/{draft.code}/{page}").status_code in (403, 404), page
    for move in ("submit", "share", "approve", "withdraw", "merge", "reject", "reopen", "request_changes"):
        answer = client.post(f"/desk/incidents/{draft.code}/move/{move}/", {"with": "x", "comment": "x"})
        assert answer.status_code in (403, 404), move
    assert client.post(f"/desk/incidents/{draft.code}/edit/", {"title_en": "Stolen"}).status_code in (403, 404)
    again = Incident.objects.get(pk=draft.pk)
    assert (again.title_en, again.state, again.revision) == (draft.title_en, "draft", draft.revision)


def test_a_kind_that_is_not_the_records_own_does_not_open_it(committed: None) -> None:
    author = make_documenter()
    draft = make_incident(author)
    for kind in ("sources", "investigations", "totals"):
        assert signed_in(author).get(f"/desk/{kind}/{draft.code}/").status_code == 404


def test_nothing_of_a_draft_is_told_by_suggestions_or_by_naming_it(committed: None) -> None:
    hidden = make_source(make_documenter(), title="Held-back title", access="confidential", url="")
    client = signed_in(make_documenter())
    answer = client.get("/desk/suggestions/sources/", {"q": "Held-back", "source": "Held-back"})
    assert "Held-back title" not in answer.content.decode()
    assert client.get("/desk/search/?q=Held-back").content.decode().count("Held-back title") == 0
    assert hidden.title == "Held-back title"


# Bodies that grow, and trees that never end.

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;">]><lolz>&lol3;<x>&file;</x></lolz>"""
PARSERS = re.compile(
    r"fromstring|iterparse|XMLParser|XMLPullParser|minidom|expat|xml\.sax(?!\.saxutils)|lxml|html5lib|unpack_archive|tarfile\.open"
    r"|ZipFile\([^)]*\)\.(?:read|extract)|gzip\.decompress|zlib\.decompress|bz2|lzma|pickle|marshal\b|shelve|yaml"
)
# What writes archives or packs our own answers, and reads nothing that a stranger sent.
WRITERS = {"package.py", "mirror.py", "backup", "backup.py", "restore.py", "page_cache.py", "textonly.py"}


@pytest.mark.parametrize("path", ["/desk/incidents/new/", "/accounts/login/", "/csp-report", "/", "/api/v1/incidents"])
@pytest.mark.parametrize(
    "kind", ["application/xml", "text/xml", "application/zip", "application/json", "image/svg+xml"]
)
def test_a_bomb_is_a_body_like_any_other(committed: None, path: str, kind: str) -> None:
    client = signed_in(make_documenter())
    answer = client.generic("POST", path, BOMB, content_type=kind)
    assert answer.status_code in (200, 204, 302, 400, 403, 404, 405, 422)
    assert b"lollol" not in getattr(answer, "content", b"")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_packed_body_is_not_unpacked(committed: None, encoding: str) -> None:
    large = b"title_en=" + b"a" * 3_000_000_0
    packed = {"gzip": gzip.compress(large), "deflate": zlib.compress(large), "br": zlib.compress(large)}[encoding]
    client = signed_in(make_documenter())
    answer = client.generic(
        "POST",
        "/desk/incidents/new/",
        packed,
        content_type="application/x-www-form-urlencoded",
        headers={"content-encoding": encoding},
    )
    assert answer.status_code in (302, 400, 413, 422)
    assert not Incident.objects.filter(title_en__startswith="aaa").exists()


def test_no_module_that_serves_parses_xml_or_opens_an_archive() -> None:
    """Feeds and sitemaps are written, never read; a backup is opened by a command alone."""
    for path in [
        path for package in ("incidents", "operations", "people", "portal") for path in (ROOT / package).rglob("*.py")
    ]:
        found = PARSERS.findall(path.read_text("utf-8"))
        assert not found or {path.name, *(each.name for each in path.parents)} & WRITERS, (path, found)


@pytest.mark.parametrize("path", ["/accounts/login/", "/desk/incidents/new/", "/incidents/", "/admin/login/"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(committed: None, path: str) -> None:
    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    client = signed_in(make_documenter())
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
        answer = client.generic(
            "POST", path, b"", content_type=kind, CONTENT_LENGTH="5000000000", **{"wsgi.input": Unread()}
        )
        assert answer.status_code == 413, kind
        assert "<main" in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "٣", "9" * 400, "9" * 5_000, "0x10", ""])
def test_a_length_that_is_none_is_answered(committed: None, length: str) -> None:
    for path in ("/accounts/login/", "/csp-report"):
        answer = signed_in(make_documenter()).generic("POST", path, b"a=b", CONTENT_LENGTH=length)
        assert answer.status_code in (200, 204, 302, 400, 413), path


def test_publishing_is_no_matter_of_a_forged_address(committed: None) -> None:
    """Not even who may do everything publishes their own record by asking for the move directly."""
    person = make_administrator(Role.DOCUMENTER, Role.REVIEWER)
    incident = make_incident(person)
    client = signed_in(person)
    client.post(f"/desk/incidents/{incident.code}/move/submit/", {"revision": incident.revision})
    client.post(f"/desk/incidents/{incident.code}/move/approve/", {"revision": incident.revision, "grade": "verified"})
    assert Record.objects.get(pk=incident.pk).edition is None
    assert publish(make_incident(make_documenter()), make_reviewer()).edition == 1
