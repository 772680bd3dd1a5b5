"""Whatever is posted to the desk: a clear message, the right status, nothing half saved, nothing lost, never a 500."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.casework import workflow
from incidents.casework.services.cleaning import MOST_ROWS
from incidents.records.models import Citation, Incident, Investigation, Record, ReportedTotal, Source, Unit
from people.models import Role
from tests.desk import SAFE, FormPage, refused, said, signed_in
from tests.factories import (
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    make_total,
    make_user,
    publish,
)

pytestmark = pytest.mark.django_db

MEGABYTE = "a" * 1_000_000
TEXTS = {
    "nul": "before\0after",
    "megabyte": MEGABYTE,
    "direction": "abc\u202efed\u2066",
    "control": "bell\x07escape\x1b",
}
FORMS = {
    "incidents": (
        "title_en",
        "summary_uk",
        "date",
        "place",
        "place_name_en",
        "not_known_en",
        "internal_note",
        "related",
    ),
    "sources": ("title", "publisher", "url", "published", "language", "note_en", "internal_note"),
    "investigations": ("title_en", "body_uk", "internal_note"),
    "totals": ("body_en", "as_of", "period", "scope_uk", "said_by", "value"),
}
ROW_FIELDS = {
    "citations": ("source", "quote", "quote_language", "locator_en", "new_title", "new_url", "new_published", "via"),
    "attributions": ("unit", "new_unit_en", "said_by"),
    "observations": ("source", "at", "clock_en", "text_en"),
    "victims": ("private_name", "private_note"),
}
CHOICES = {
    "incidents": ("date_basis", "precision", "public_precision", "place_method", "setting", "region", "conduct"),
    "sources": ("source_kind", "distance", "access", "availability", "reliability"),
    "investigations": ("body_kind",),
    "totals": ("what", "qualifier"),
}


def fit(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    """As many of the fields as a form of 4 MB holds."""
    return names[:3] if len(text) == len(MEGABYTE) else names


def counts() -> list[int]:
    return [model.objects.count() for model in (Record, Source, Unit, Citation, Incident, Investigation, ReportedTotal)]


def page_of(desk: Any, kind: str) -> FormPage:
    return FormPage(desk.get(f"/desk/{kind}/new/"))


def post(desk: Any, kind: str, sent: dict[str, Any]) -> Any:
    return desk.post(f"/desk/{kind}/new/", sent)


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_text_of_a_form_is_refused_at_its_field_and_everything_is_kept(desk, kind, text):
    before, names = counts(), fit(FORMS[kind], text)
    response = post(desk, kind, page_of(desk, kind).filled(**dict.fromkeys(names, text)))
    assert response.status_code == 422
    assert set(names) <= set(refused(response))
    again = FormPage(response).fields
    assert all(again[name] == [text] for name in names)
    assert counts() == before


@pytest.mark.parametrize("rows", ROW_FIELDS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_text_of_a_row_is_refused_at_its_field_and_everything_is_kept(desk, rows, text):
    before, names = counts(), fit(ROW_FIELDS[rows], text)
    page = page_of(desk, "incidents")
    response = post(desk, "incidents", page.with_row(page.filled(title_en="Kept"), rows, **dict.fromkeys(names, text)))
    assert response.status_code == 422
    assert set(names) <= set(refused(response)[rows][0])
    again = FormPage(response).fields
    assert all(again[f"{rows}-0-{name}"] == [text] for name in names)
    assert again["title_en"] == ["Kept"]
    assert counts() == before


@pytest.mark.parametrize("kind", CHOICES)
@pytest.mark.parametrize(
    "code", ["garbage", "\0", "killing' OR 1=1", MEGABYTE, "\u202e"], ids=["garbage", "nul", "sql", "1MB", "rtl"]
)
def test_a_term_that_no_list_has_is_refused_at_its_list(desk, kind, code):
    before, names = counts(), fit(CHOICES[kind], code)
    response = post(desk, kind, page_of(desk, kind).filled(**dict.fromkeys(names, code)))
    assert response.status_code == 422
    assert set(names) <= set(refused(response))
    assert counts() == before


def test_markup_is_text_wherever_it_is_shown(desk):
    evil = "<script>alert(1)</script>"
    fields = dict.fromkeys(("title_en", "summary_en", "place_name_en", "not_known_en", "safety_note"), evil)
    page = page_of(desk, "incidents")
    sent = page.with_row(page.filled(**fields), "citations", new_title=evil, new_kind="video", new_distance="primary")
    assert post(desk, "incidents", sent).status_code == 302
    incident = Incident.objects.get()
    for address in ("", "edit/", "review/", "history/"):
        assert "<script>alert" not in desk.get(f"/desk/incidents/{incident.code}/{address}").content.decode()
    for address in ("", "incidents/", "sources/", "search/?q=script"):
        assert "<script>alert" not in desk.get(f"/desk/{address}").content.decode()


# The forms that count the rows.

TAMPERED = ["1000000000", str(MOST_ROWS + 1), "abc", "", "-1", "1e3", "٣", "\0", "9" * 5000, None]


@pytest.mark.parametrize("count", ["TOTAL_FORMS", "INITIAL_FORMS"])
@pytest.mark.parametrize("number", TAMPERED, ids=lambda value: str(value)[:12])
def test_a_number_of_rows_that_cannot_be_is_refused_and_saves_nothing(desk, count, number):
    page = page_of(desk, "incidents")
    sent = page.filled(title_en="Kept")
    sent |= {f"citations-{count}": [number]} if number is not None else {}
    if number is None:
        del sent[f"citations-{count}"]
    response = post(desk, "incidents", sent)
    assert response.status_code in (302, 422)
    assert Incident.objects.count() == (1 if response.status_code == 302 else 0)
    if response.status_code == 422:
        assert FormPage(response).fields["title_en"] == ["Kept"]


def test_without_any_count_of_rows_nothing_is_saved(desk):
    sent = {
        name: value
        for name, value in page_of(desk, "incidents").filled(title_en="Kept").items()
        if "_FORMS" not in name
    }
    assert post(desk, "incidents", sent).status_code == 422
    assert not Incident.objects.exists()


def test_more_rows_than_there_can_be_are_refused_and_kept(desk):
    page = page_of(desk, "incidents")
    sent = page.filled(title_en="Kept", **{"victims-TOTAL_FORMS": MOST_ROWS + 1})
    sent |= {f"victims-{n}-private_note": ["A note."] for n in range(MOST_ROWS + 1)}
    response = post(desk, "incidents", sent)
    assert response.status_code == 422
    assert FormPage(response).fields[f"victims-{MOST_ROWS - 1}-private_note"] == ["A note."]


@pytest.mark.parametrize("given", ["garbage", "0", "-1", "9" * 30, "9" * 5000, "²", "\0", "", "1.5"])
def test_a_row_that_is_none_of_this_record_changes_nothing(desk, documenter, given):
    other = make_incident(documenter)
    incident = make_incident(documenter)
    address = f"/desk/incidents/{incident.code}/edit/"
    for number in (given, str(other.citations.get().pk)):
        sent = FormPage(desk.get(address)).filled(**{"citations-0-id": number, "citations-0-quote": "Stolen"})
        response = desk.post(address, sent)
        assert response.status_code == 422
        assert "citations" in refused(response)
        for sent_again in (sent | {"revision": ["0"]}, sent | {"add": ["citations"]}):
            assert desk.post(address, sent_again).status_code in (200, 409)
    assert not Citation.objects.filter(quote="Stolen").exists()


def test_the_row_of_another_record_is_not_removed(desk, documenter):
    other, incident = make_incident(documenter), make_incident(documenter)
    address = f"/desk/incidents/{incident.code}/edit/"
    sent = FormPage(desk.get(address)).filled(
        **{"citations-0-id": str(other.citations.get().pk), "citations-0-DELETE": "on"}
    )
    assert desk.post(address, sent).status_code in SAFE
    assert (other.citations.count(), incident.citations.count()) == (1, 1)


def test_a_message_stands_beside_a_row_that_is_not_of_this_record(desk, documenter):
    other, incident = make_incident(documenter), make_incident(documenter)
    address = f"/desk/incidents/{incident.code}/edit/"
    sent = FormPage(desk.get(address)).filled(**{"citations-0-id": str(other.citations.get().pk)})
    assert "This row is no part of the record, or no more." in said(desk.post(address, sent))


def test_a_form_that_is_too_large_is_refused_with_a_page(desk):
    response = post(desk, "incidents", {"title_en": "a" * 5_000_000})
    assert response.status_code in (400, 413)
    response = post(desk, "incidents", {f"field-{n}": "x" for n in range(30_000)})
    assert response.status_code in (400, 413)
    assert not Record.objects.exists()


def test_unknown_fields_and_fields_of_the_workflow_are_ignored(desk):
    sent = page_of(desk, "incidents").filled(
        title_en="A title", state="published", code="HDC-6666", edition="9", created_by="1", kind="source", id="7"
    )
    assert post(desk, "incidents", sent).status_code == 302
    incident = Incident.objects.get()
    assert (incident.state, incident.edition, incident.kind) == ("draft", None, "incident")
    assert incident.code != "HDC-6666"


def test_files_and_other_encodings_are_answered(desk):
    address = "/desk/incidents/new/"
    for body, kind in (
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"\xff\xfe%ZZ&=&&a", "application/x-www-form-urlencoded"),
        (b"title_en=%ED%A0%80%F0", "application/x-www-form-urlencoded"),
        (b"x", "text/plain"),
    ):
        assert desk.generic("POST", address, body, content_type=kind).status_code in SAFE, kind
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        assert desk.generic(method, address).status_code in SAFE, method
    assert not Record.objects.exists()


# Whatever comes to Hypothesis's mind.

NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *("", "0", "1", "-1", "²", "10000000000000", "NaN", "on", "2024-11", "2025-13-45", "../..", "[UA", "[G1]"),
            *(
                "HDC-0001",
                "S-0001",
                "I-0001",
                "U-0001",
                "S-99999999999",
                "javascript:alert(1)",
                "https://[::1",
                "http://",
            ),
            *("https://outlet.example/", "\0", "\u202e", "Роздольне", "video", "primary", "supports", "occurrence"),
            *("killing_in_custody", "region", "exact", "UA-14", "citations", "state", "\ud7ff", "%00", "a" * 2000),
        ]
    ),
)
KNOWN = [
    *(
        "title_en",
        "conduct",
        "date",
        "place",
        "region",
        "latitude",
        "longitude",
        "precision",
        "public_precision",
        "setting",
    ),
    *(
        "killed_low",
        "killed_best",
        "killed_high",
        "killed_low_source",
        "investigations",
        "related",
        "revision",
        "add",
        "stay",
    ),
    *("protected_status", "date_basis", "place_method", "safety_note"),
]
ROW_NAMES = [
    *(f"{rows}-{count}" for rows in ROW_FIELDS for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")),
    *(f"{rows}-{n}-{name}" for rows, names in ROW_FIELDS.items() for n in (0, 1) for name in (*names, "id", "DELETE")),
    *(
        f"citations-{n}-{name}"
        for n in (0, 1)
        for name in ("stance", "facts", "killed_low", "new_kind", "new_distance")
    ),
]
POSTED = st.dictionaries(
    st.one_of(st.sampled_from(KNOWN), st.sampled_from(ROW_NAMES), st.text(max_size=10)),
    st.one_of(NASTY, st.lists(NASTY, max_size=3)),
    max_size=12,
)
THOROUGH = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@THOROUGH
@given(changed=POSTED)
def test_a_new_incident_answers_whatever_is_posted(desk, changed):
    sent = page_once(desk, "/desk/incidents/new/").filled() | changed
    assert desk.post("/desk/incidents/new/", sent).status_code in SAFE


@THOROUGH
@given(changed=POSTED)
def test_an_incident_answers_whatever_is_posted(desk, documenter, changed):
    incident = Incident.objects.first() or publish(make_incident(documenter), make_reviewer())
    address = f"/desk/incidents/{incident.code}/edit/"
    sent = page_once(desk, address).filled() | changed
    assert desk.post(address, sent).status_code in SAFE


@settings(THOROUGH, max_examples=30)
@given(kind=st.sampled_from(["sources", "investigations", "totals"]), data=st.data())
def test_the_other_forms_answer_whatever_is_posted(desk, kind, data):
    page = page_once(desk, f"/desk/{kind}/new/")
    changed = data.draw(st.dictionaries(st.sampled_from([*page.fields, *list(page.blank)]), NASTY, max_size=8))
    assert desk.post(f"/desk/{kind}/new/", page.filled() | changed).status_code in SAFE


@settings(THOROUGH, max_examples=50)
@given(
    kind=st.sampled_from(["incidents", "sources", "investigations", "totals"]),
    name=st.sampled_from(
        ["submit", "approve", "request_changes", "reject", "reopen", "withdraw", "merge", "share", "publish", "\0"]
    ),
    sent=st.dictionaries(
        st.sampled_from(
            [
                "note",
                "revision",
                "grade",
                "reason_en",
                "reason_uk",
                "note_en",
                "comment",
                "reject_reason",
                "target",
                "colleague",
            ]
        ),
        st.one_of(NASTY, st.sampled_from(["1", "2", "verified", "duplicate", "single_origin", "A reason."])),
    ),
)
def test_every_move_answers_whatever_is_posted(people, kind, name, sent):
    author, reviewer = people
    source = make_source(author)
    record = {
        "incidents": lambda: make_incident(author, sources=(source,)),
        "sources": lambda: source,
        "investigations": lambda: make_investigation(author),
        "totals": lambda: make_total(author, source),
    }[kind]()
    for who in (author, reviewer):
        assert signed_in(who).post(f"/desk/{kind}/{record.code}/move/{name}/", sent).status_code in SAFE
    assert Record.objects.get(pk=record.pk).state in ("draft", "submitted", "merged")


@settings(THOROUGH, max_examples=40)
@given(
    name=st.sampled_from(["approve", "request_changes", "reject", "reopen", "withdraw", "merge"]),
    sent=st.fixed_dictionaries(
        {},
        optional={
            "revision": st.sampled_from(["1", "2", "x"]),
            "grade": st.one_of(NASTY, st.sampled_from(["verified", "single_origin", "contested", "discounted"])),
            "reason_en": st.one_of(NASTY, st.just("A reason.")),
            "reason_uk": NASTY,
            "note_en": NASTY,
            "comment": st.one_of(NASTY, st.just("A comment.")),
            "reject_reason": st.one_of(NASTY, st.sampled_from(["duplicate", "safety"])),
            "target": st.one_of(NASTY, st.just("{public}")),
        },
    ),
)
def test_every_decision_answers_whatever_is_posted(people, public_incident, name, sent):
    author, reviewer = people
    incident = make_incident(author)
    workflow.submit(incident, author)
    sent = {key: text.replace("{public}", public_incident.code) for key, text in sent.items()}
    assert signed_in(reviewer).post(f"/desk/incidents/{incident.code}/move/{name}/", sent).status_code in SAFE


@pytest.fixture
def people():
    return make_documenter(), make_user(Role.DOCUMENTER, Role.REVIEWER)


@pytest.fixture
def public_incident(people):
    return publish(make_incident(people[0]), make_reviewer())


PAGES: dict[tuple[int, str], FormPage] = {}


def page_once(desk: Any, address: str) -> FormPage:
    """The form as it was opened once: Hypothesis posts it many times, stale revisions and all."""
    key = (id(desk), address)
    if key not in PAGES:
        PAGES[key] = FormPage(desk.get(address))
    return PAGES[key]
