"""The database keeps its rules whatever a program says: raw statements, as the desk's role where it has the right."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import CheckConstraint, UniqueConstraint
from psycopg import errors, sql

from incidents.records.models import Incident, Source
from incidents.records.models.incidents import MOST_PEOPLE
from tests.factories import make_documenter, make_incident, make_investigation, make_reviewer, make_source, publish
from tests.outcomes import as_desk, newest, submitted


@pytest.fixture
def incident(committed: None) -> Incident:
    """An incident with one citation, and further sources beside it."""
    return make_incident(make_documenter())


@pytest.fixture
def desk(incident: Incident) -> Iterator[psycopg.Connection[Any]]:
    with as_desk() as connected:
        yield connected


def update(table: str, **values: object) -> sql.Composed:
    """All rows of a table get the values."""
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in values.items()]
    return sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), sql.SQL(", ").join(pairs))


def breaks(desk: psycopg.Connection[Any], rule: str, statement: str | sql.Composed, *values: object) -> None:
    """The statement breaks just this rule."""
    with pytest.raises(errors.IntegrityError) as problem:
        desk.execute(statement, values or None)
    assert problem.value.diag.constraint_name == rule
    desk.rollback()


@pytest.mark.parametrize("who", ["killed", "survived"])
@pytest.mark.parametrize(
    "ends",
    [
        {"low": 3, "best": 2, "high": 4},
        {"low": 1, "best": 5, "high": 4},
        {"low": 3, "best": None, "high": 2},
        {"low": 3, "best": 2, "high": None},
        {"low": -1, "best": None, "high": None},
        {"low": None, "best": -1, "high": None},
        {"low": None, "best": None, "high": MOST_PEOPLE + 1},
    ],
)
def test_low_is_at_most_best_is_at_most_high_and_none_is_absurd(desk, incident, who, ends):
    counts = {f"{who}_{end}": value for end, value in ends.items()}

    breaks(desk, f"casework_incident_{who}_low_best_high", update("casework_incident", **counts))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("public_precision", "exact", "public_precision_never_finer"),
        ("public_precision", "nonsense", "public_precision_never_finer"),
        ("precision", "nonsense", "public_precision_never_finer"),
        ("latitude", 48.1, "coordinates_both_or_none"),
        ("longitude", 36.9, "coordinates_both_or_none"),
        ("conduct", ["nonsense"], "conduct"),
        ("protected_status", ["registered_pow", "nonsense"], "protected_status"),
        ("setting", "nonsense", "setting"),
        ("date_basis", "nonsense", "date_basis"),
        ("place_method", "nonsense", "place_method"),
        ("date_latest", "1999-01-01", "earliest_before_latest"),
    ],
)
def test_an_incident_holds_only_what_the_vocabulary_and_its_own_precision_allow(desk, incident, column, value, rule):
    breaks(desk, f"casework_incident_{rule}", update("casework_incident", **{column: value}))


def test_coordinates_lie_on_the_globe(desk, incident):
    statement = "UPDATE casework_incident SET latitude = %s, longitude = %s"

    breaks(desk, "casework_incident_coordinates_both_or_none", statement, 90.1, 0)
    breaks(desk, "casework_incident_coordinates_both_or_none", statement, 0, -180.1)
    desk.execute(statement, [48.1, 36.9])


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("facts", ["date", "nonsense"], "facts"),
        ("stance", "nonsense", "stance"),
        ("credibility", "7", "credibility"),
        ("incident_id", None, "on_one_thing"),
        ("killed_low", -1, "killed_low_high"),
        ("killed_high", MOST_PEOPLE + 1, "killed_low_high"),
        ("survived_high", -1, "survived_low_high"),
    ],
)
def test_a_citation_is_about_facts_of_the_vocabulary_on_one_thing(desk, incident, column, value, rule):
    breaks(desk, f"casework_citation_{rule}", update("casework_citation", **{column: value}))


def test_a_citation_is_not_on_two_things_nor_from_its_own_source_nor_upside_down(desk, incident):
    case = make_investigation(incident.created_by)
    statement = "UPDATE casework_citation SET investigation_id = %s"

    breaks(desk, "casework_citation_on_one_thing", statement, case.pk)
    breaks(desk, "casework_citation_via", "UPDATE casework_citation SET via_id = source_id")
    breaks(desk, "casework_citation_killed_low_high", "UPDATE casework_citation SET killed_low = 3, killed_high = 2")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("access", "secret", "access"),
        ("source_kind", "nonsense", "kind"),
        ("distance", "nonsense", "distance"),
        ("reliability", "G", "reliability"),
        ("availability", "nonsense", "availability"),
        ("url", "javascript:alert(1)", "url_is_web"),
        ("url", "ftp://archive.example/", "url_is_web"),
    ],
)
def test_a_source_has_terms_of_the_vocabulary_and_an_address_of_the_web(desk, incident, column, value, rule):
    breaks(desk, f"casework_source_{rule}", update("casework_source", **{column: value}))


def test_there_is_one_source_for_an_address_and_any_number_without_one(desk, incident):
    author = incident.created_by
    one, other = make_source(author), make_source(author)
    statement = "UPDATE casework_source SET address_key = %s WHERE record_ptr_id = %s"

    breaks(desk, "casework_source_one_per_address", statement, one.address_key, other.pk)
    desk.execute("UPDATE casework_source SET address_key = NULL, url = ''")


def test_a_key_and_an_archived_copy_belong_to_an_address(desk, incident):
    source = make_source(incident.created_by)
    statement = "UPDATE casework_source SET {} WHERE record_ptr_id = %s"

    breaks(desk, "casework_source_key_of_an_address", statement.format("url = ''"), source.pk)
    copied = "url = '', address_key = NULL, archive_url = 'https://archive.ph/AbCdE'"
    breaks(desk, "casework_source_archive_url_of_an_address", statement.format(copied), source.pk)
    breaks(desk, "casework_source_archive_url_is_web", statement.format("archive_url = 'ftp://x.example/'"), source.pk)


# Circles of derivation.

DERIVES = "INSERT INTO casework_sourcederivation (source_id, upstream_id, how, note) VALUES (%s, %s, %s, '')"


@pytest.fixture
def chain(incident: Incident) -> list[Source]:
    """Three sources, each of which derives from the one before."""
    first = make_source(incident.created_by)
    second = make_source(incident.created_by, relays=first)
    return [first, second, make_source(incident.created_by, draws_on=second)]


def test_a_source_does_not_derive_from_itself(desk, chain):
    with pytest.raises(errors.CheckViolation):
        desk.execute(DERIVES, [chain[0].pk, chain[0].pk, "relays"])


@pytest.mark.parametrize("how", ["relays", "draws_on", "same_material"])
@pytest.mark.parametrize("position", [1, 2])
def test_a_source_does_not_derive_from_itself_however_indirectly(desk, chain, position, how):
    breaks(desk, "casework_derivation_no_circles", DERIVES, chain[0].pk, chain[position].pk, how)
    moved = "UPDATE casework_sourcederivation SET upstream_id = %s WHERE source_id = %s"
    breaks(desk, "casework_derivation_no_circles", moved, chain[2].pk, chain[1].pk)


def test_two_people_do_not_close_a_circle_each_with_a_half_of_it(desk, incident):
    author = incident.created_by
    one, other = make_source(author), make_source(author)
    found: list[object] = []

    def add_the_other_half() -> None:
        with as_desk() as second:
            try:
                second.execute(DERIVES, [other.pk, one.pk, "relays"])
            except errors.CheckViolation as problem:
                found.append(problem.diag.constraint_name)

    desk.execute(DERIVES, [one.pk, other.pk, "relays"])
    thread = threading.Thread(target=add_the_other_half)
    thread.start()
    wait_until(waiting_for_a_lock, thread)
    desk.commit()
    thread.join(timeout=30)

    assert found == ["casework_derivation_no_circles"]


def wait_until(holds: Callable[[], bool], thread: threading.Thread) -> None:
    """Until it holds or the thread is done."""
    while thread.is_alive() and not holds():
        threading.Event().wait(0.02)


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_derivation_is_said_once_and_in_a_term_of_the_vocabulary(desk, chain):
    breaks(desk, "casework_derivation_once", DERIVES, chain[1].pk, chain[0].pk, "draws_on")
    breaks(desk, "casework_derivation_how", DERIVES, chain[2].pk, chain[0].pk, "copies")


# Records, reviews and histories.


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "nonsense"}, "state"),
        ({"kind": "rumour"}, "kind"),
        ({"state": "rejected"}, "rejected_with_reason"),
        ({"state": "merged"}, "merged_names_target"),
        ({"state": "published"}, "published_has_edition"),
        ({"edition": 1}, "edition_of_a_revision"),
    ],
)
def test_a_record_is_in_a_state_that_can_be(desk, incident, change, rule):
    desk.execute("SELECT set_config('register.approver', %s, false)", [str(make_reviewer().pk)])
    breaks(desk, f"casework_record_{rule}", update("casework_record", **change))


def test_a_record_is_not_merged_into_itself(desk, incident):
    breaks(desk, "casework_record_not_merged_into_itself", "UPDATE casework_record SET merged_into_id = id")


def test_codes_and_revision_numbers_are_given_once(desk, incident):
    other = make_incident(incident.created_by)
    revision = """
    INSERT INTO casework_revision (record_id, number, author_id, at, content)
    SELECT record_id, number, author_id, at, content FROM casework_revision WHERE record_id = %s
    """

    breaks(
        desk,
        "casework_record_code_key",
        "UPDATE casework_record SET code = %s WHERE id = %s",
        incident.code,
        other.pk,
    )
    breaks(desk, "casework_revision_number_once", revision, incident.pk)


def test_one_review_is_open_at_a_time(desk, incident):
    submitted(incident)
    again = """
    INSERT INTO casework_review (record_id, revision, submitted_by_id, submitted_at, decision, note, comment,
        proposed_grade, proposed_rule, grade, grade_reason_en, grade_reason_uk, edition_note_en, edition_note_uk)
    SELECT record_id, revision, submitted_by_id, submitted_at, '', '', '', '', '', '', '', '', '', ''
    FROM casework_review WHERE record_id = %s
    """

    breaks(desk, "casework_review_one_open", again, incident.pk)


def test_a_review_is_decided_whole_and_another_grade_has_a_reason(desk, incident):
    submitted(incident)
    reviewer = make_reviewer()

    breaks(desk, "casework_review_decided_whole", "UPDATE casework_review SET decision = 'approved'")
    breaks(desk, "casework_review_decided_whole", "UPDATE casework_review SET decided_by_id = %s", reviewer.pk)
    grades = "UPDATE casework_review SET proposed_grade = 'alleged', grade = 'verified'"
    breaks(desk, "casework_review_override_has_reason", grades)


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["casework_revision", "casework_move", "casework_review", "register_edition"])
def test_not_even_the_owner_changes_what_was_done(db, table, verb):
    publish(make_incident(make_documenter()), make_reviewer())
    statement = sql.SQL(verb).format(sql.Identifier(table))

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or PostgreSQL has another reason not to empty a table
        with pytest.raises(DatabaseError, match=r"history is only added to|editions are only added|is on the trail"):
            cursor.execute(statement)


def test_a_review_that_is_open_can_be_decided_once(desk, incident):
    submitted(incident)
    decide = "UPDATE casework_review SET decision = 'rejected', decided_by_id = %s, decided_at = now()"
    desk.execute(decide, [make_reviewer().pk])

    with pytest.raises(errors.RestrictViolation):
        desk.execute(decide, [make_reviewer().pk])


# Editions.

ADD = """
INSERT INTO register_edition (kind, code, number, change, document, digest, note_en, note_uk, published_at,
    supersedes_id) VALUES ('incident', %s, %s, %s, %s, %s, '', '', now(), %s)
"""


def test_an_edition_is_what_its_digest_says(desk, incident):
    document = '{"title":"Зникла людина"}'
    digest = hashlib.sha256(document.encode()).hexdigest()

    breaks(desk, "register_edition_digest_of_document", ADD, "HDC-9999", 1, "first", document, "0" * 64, None)
    breaks(desk, "register_edition_digest_of_document", ADD, "HDC-9999", 1, "first", document + " ", digest, None)
    desk.execute(ADD, ["HDC-9999", 1, "first", document, digest, None])


def test_editions_follow_each_other(desk, incident):
    edition = newest(publish(incident, make_reviewer()))
    given = edition.document, edition.digest

    breaks(desk, "register_edition_number_once", ADD, incident.code, 1, "first", *given, None)
    breaks(desk, "register_edition_supersedes_the_one_before", ADD, incident.code, 2, "updated", *given, None)
    breaks(desk, "register_edition_supersedes_the_one_before", ADD, "HDC-9999", 1, "first", *given, edition.pk)
    breaks(desk, "register_edition_change", ADD, incident.code, 2, "improved", *given, edition.pk)
    desk.execute(ADD, [incident.code, 2, "updated", *given, edition.pk])
    with pytest.raises(errors.UniqueViolation):
        desk.execute(ADD, [incident.code, 3, "updated", *given, edition.pk])


def test_a_confidential_source_has_no_row_in_the_register(desk, incident):
    publish(incident, make_reviewer())

    breaks(desk, "register_source_never_confidential", "UPDATE register_registersource SET access = 'confidential'")


def test_every_rule_of_casework_and_register_is_in_the_database(db):
    declared = {
        constraint.name
        for label in ("casework", "register")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'")
        present = {name for (name,) in cursor.fetchall()}
    assert declared - present == set()
