"""The hunt: every private field carries a mark, and everything that the public side gives away is searched for them."""

import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from psycopg import sql

from incidents.casework import workflow
from incidents.records.models import Incident, Record
from incidents.register.models import Edition
from people.models import User
from portal.views import server_error
from tests.addresses import DATA, LOG, MISTAKES, PAGES, all_of, decided, in_both, routes
from tests.factories import make_documenter, make_incident, make_reviewer, publish
from tests.leaks.marking import Marks, allowed, mark_everything, private_models, seen_in, text_fields
from tests.operations.test_roles_public_pages import Links, shape

OF_EACH_SHAPE = 1
WITHOUT_A_MARK = {
    "Record.code": "is public when the record is",
    "Record.kind": "a word of ours",
    "Source.address_key": "made of the address, with its mark",
    "Publisher.code": "a number of ours",
    "Publisher.country": "two letters, too few for a mark",
    "Unit.code": "is public when the unit is named",
    "Revision.content": "the marks of the record, all of them",
    "Move.name": "a word of ours",
    "Review.proposed_rule": "a word of ours",
    "Incident.conduct": "terms of the vocabulary",
    "Incident.protected_status": "terms of the vocabulary",
    "Citation.facts": "terms of the vocabulary",
}


@pytest.fixture
def marks(committed: None) -> Marks:
    return mark_everything()


def test_every_text_of_every_private_model_carries_a_mark_or_is_listed_with_a_reason(marks: Marks) -> None:
    marked = {re.sub(r" \(.*?\)", "", label) for label in marks.of}
    for model in private_models():
        if model._meta.app_label in ("audit", "contenttypes") or model._meta.label in ("auth.Permission", "auth.Group"):
            continue  # filled by the trigger with the marks of the others; lists of Django's and of ours
        named = {f"{model.__name__}.{field.name}" for field in text_fields(model)}
        assert named - marked - WITHOUT_A_MARK.keys() == set(), model


def test_the_trail_holds_the_marks_so_that_its_own_leaking_would_be_seen(marks: Marks) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(after::text, ' '), '') FROM audit_entry")
        found = marks.found_in(cursor.fetchone()[0])
    assert {"Victim.private_name", "Incident.internal_note", "User (0).email", "Review.comment"} <= found
    assert not {label for label in found if label.endswith(("password", "token_digest", ".key"))}


# Everything that is served.


def everything(start: list[str]) -> Iterator[tuple[str, Any]]:
    """The answers at these addresses and at all that pages lead to, a few of each shape."""
    client = Client(raise_request_exception=False)
    shapes: Counter[str] = Counter()
    seen: set[str] = set()
    queue = list(start)
    while queue:
        address = queue.pop(0)
        listed = address in start
        if address in seen or (not listed and shapes[shape(address)] >= OF_EACH_SHAPE):
            continue
        seen.add(address)
        shapes[shape(address)] += 1
        response = client.get(address)
        yield address, response
        if "text/html" in response.headers.get("Content-Type", ""):
            links = [urljoin(f"http://testserver{address}", link) for link in Links(text_of(response)).found]
            local = [urlsplit(link) for link in links if urlsplit(link).netloc in ("testserver", "127.0.0.1:8000")]
            queue += [link.path + (f"?{link.query}" if link.query else "") for link in local if _is_ours(link.path)]


def _is_ours(path: str) -> bool:
    return not path.startswith(("/static/", "/desk/", "/uk/desk/", "/admin/", "/accounts/"))


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def text_of(response: Any) -> str:
    """Headers and body; a zip file or workbook as the texts of its members."""
    if not hasattr(response, "read_as_text"):
        body = body_of(response)
        parts = [body.decode(errors="replace")]
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                members = [packed.read(name) for name in packed.namelist()]
            for name in members:
                parts.append(name.decode(errors="replace"))
                if name.startswith(b"PK"):
                    with zipfile.ZipFile(io.BytesIO(name)) as inner:
                        parts += [inner.read(each).decode(errors="replace") for each in inner.namelist()]
        head = "\n".join(f"{key}: {value}" for key, value in response.headers.items())
        response.read_as_text = "\n".join([head, str(response.cookies), *parts])
    return str(response.read_as_text)


def test_every_route_has_an_example_that_is_asked_for() -> None:
    public = {route for route in routes() if route.startswith(("register:", "ledger:"))}
    assert public - decided() == set(), "give an example of it in tests/addresses.py"


def test_nothing_that_is_served_to_the_public_carries_a_private_mark(marks: Marks) -> None:
    editions = Edition.objects.using("default").order_by("pk")
    codes = {edition.code.partition("-")[0]: edition.code for edition in editions}
    start = [
        re.sub(r"\b(HDC|S|I|T)-000\d", lambda found: codes[found[1]], address)
        for address in in_both([*all_of(PAGES), *all_of(DATA), *all_of(LOG), *MISTAKES])
    ]
    start += [f"/incidents/?q={mark}" for label, mark in marks.of.items() if label.endswith("title_en")]
    leaks: dict[str, set[str]] = {}
    statuses: Counter[int] = Counter()
    for address, response in everything(start):
        statuses[response.status_code] += 1
        assert response.status_code != 500, address
        searched = text_of(response).replace(address, "")
        found = seen_in(marks, searched) - allowed() - asked_for(marks, address)
        if found:
            leaks[address] = found
    assert leaks == {}
    assert statuses[200] > 100
    assert statuses[404] > 0


def asked_for(marks: Marks, address: str) -> set[str]:
    """A search repeats the word that was searched for, and tells nothing by it."""
    return {label for label, mark in marks.of.items() if mark in address}


def test_of_an_incident_that_was_withdrawn_nothing_is_served_any_more_on_any_day(marks: Marks) -> None:
    incident = Record.objects.get(kind="incident", edition__isnull=False)
    workflow.withdraw(incident, make_reviewer(), "It was not as reported.", "Було не так.")
    of_it = {label for label in allowed() if label.startswith(("Incident.", "Citation ", "Observation ", "Unit."))}
    of_it |= {label for label in allowed() if label.startswith("Review.grade_reason")}
    assert len(of_it) > 20
    today = timezone.now().date()
    codes = {edition.code.partition("-")[0]: edition.code for edition in Edition.objects.using("default")}
    start = [
        re.sub(r"\b(HDC|S|I|T)-000\d", lambda found: codes[found[1]], address)
        for address in in_both([*all_of(PAGES), *all_of(DATA)])
    ]
    start += [
        f"{page}?as_of={today}" for page in ("/incidents/", "/uk/incidents/", "/incidents.json", "/map/", "/units.json")
    ]
    leaks = {}
    for address, response in everything(start):
        found = seen_in(marks, text_of(response).replace(address, "")) & of_it - asked_for(marks, address)
        if found:
            leaks[address] = found
    assert leaks == {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('register.head', (max(id) - 1)::text, false) FROM register_edition")
        for view in ("registerincident", "registersearch", "registercitation", "registerunit"):
            cursor.execute(f"SELECT count(*) FROM register_then.register_{view}")  # noqa: S608 - names of ours
            assert cursor.fetchone() == (0,), view


def test_no_refusal_and_no_error_page_carries_a_private_mark(marks: Marks) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    draft = Incident.objects.filter(edition__isnull=True).order_by("pk").last()
    assert draft is not None
    confidential = Record.objects.filter(source__access="confidential").first()
    assert confidential is not None
    reviewer = make_reviewer()
    withdrawn = publish(make_incident(make_documenter()), reviewer)
    workflow.withdraw(Record.objects.get(pk=withdrawn.pk), reviewer, "A reason.", "Причина.")
    answers = [
        client.get(f"/incidents/{withdrawn.code}/"),
        client.get(f"/incidents/{draft.code}/"),
        client.get(f"/sources/{confidential.code}/"),
        client.get(f"/api/v1/incidents/{draft.code}"),
        client.get(f"/api/v1/sources/{confidential.code}"),
        client.get("/incidents/?q=%00"),
        client.get("/incidents/?grade=nonsense"),
        client.get("/incidents/HDC-9999/"),
        client.post("/incidents/"),
        Client().post("/incidents/"),
        client.post("/accounts/login/", {"login": User.objects.first().email}),
        client.get(f"/desk/incidents/{draft.code}/"),
        client.get("/admin/"),
        server_error(RequestFactory().get("/incidents/")),
    ]
    assert {answer.status_code for answer in answers} >= {302, 400, 403, 404, 405, 410, 500}
    for answer in answers:
        assert seen_in(marks, text_of(answer)) - allowed() == set()


# Everything that the role may read.

OURS = {"public", "register_then"}
READABLE = """
SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND has_schema_privilege(pg_namespace.oid, 'USAGE')
    AND has_table_privilege(pg_class.oid, 'SELECT') ORDER BY 1, 2
"""


def test_nothing_that_the_readers_role_can_select_carries_a_private_mark(marks: Marks) -> None:
    name = connection.settings_dict["NAME"]
    leaks: dict[str, set[str]] = {}
    with psycopg.connect(os.environ["REGISTER_DATABASE_URL"], dbname=name, autocommit=True) as reader:
        # The former days: as the register stood before its newest edition.
        reader.execute("SELECT set_config('register.head', (max(id) - 1)::text, false) FROM register_edition")
        relations = reader.execute(READABLE).fetchall()
        for schema, relation in relations:
            query = sql.SQL("SELECT each::text FROM {} AS each").format(sql.Identifier(schema, relation))
            try:
                text = "\n".join(value or "" for (value,) in reader.execute(query))
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState):
                assert schema in ("pg_catalog", "information_schema")  # what cannot be read after all tells nothing
                continue
            found = seen_in(marks, text) if schema in OURS else text_marks(marks, text)
            if found - allowed():
                leaks[f"{schema}.{relation}"] = found - allowed()
    assert leaks == {}
    names = {relation for _schema, relation in relations}
    assert {schema for schema, _relation in relations} >= OURS
    assert {"register_edition", "pg_stats", "pg_stat_activity", "pg_description", "pg_settings"} <= names


def text_marks(marks: Marks, text: str) -> set[str]:
    """In the catalogue numbers are numbers of its own: words are looked for."""
    return {label for label, mark in marks.of.items() if mark.startswith("zq") and mark in text}
