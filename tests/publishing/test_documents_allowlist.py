"""Nothing is public that was not named: every text, date and number of casework carries a mark, and marks are hunted.

The fields are read from the models, so that a new one is hunted from its first day; what may be found is listed here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from incidents.casework import workflow
from incidents.gazetteer.models import Place
from incidents.publishing.documents import document_of
from incidents.records.models import Unit
from incidents.register.models import Edition
from incidents.vocabulary import AttributionConfidence, PlacePrecision
from people.models import User
from tests.catalogue import connected
from tests.factories import (
    make_citation,
    make_documenter,
    make_incident,
    make_reviewer,
    make_source,
    publish,
    revise,
)
from tests.leaks.marking import Marks, allowed, mark_everything, seen_in
from tests.outcomes import approve, fresh, newest, publish_again, row
from tests.published import publish as publish_document


@pytest.fixture
def marks(committed: None) -> Marks:
    """A published incident, drafts and accounts, every field of them marked."""
    return mark_everything()


def in_public() -> Iterator[str]:
    """Every value of every table that the public side's role may read, apart from the gazetteer."""
    with connected("REGISTER_DATABASE_URL") as reader:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in ("register", "ledger"):
                for values in reader.execute(f'SELECT * FROM "{model._meta.db_table}"'):  # noqa: S608
                    yield from map(str, values)


def test_every_mark_that_is_public_is_on_the_list_and_no_other(marks):
    found = seen_in(marks, "\n".join(in_public()))

    assert found - allowed() == set(), "public without being allowed"
    assert allowed() - found == set(), "allowed, but not published"


def shape(value: Any, path: str = "") -> set[str]:
    """Every key of a document, with the way to it."""
    if isinstance(value, dict):
        return {path} | {each for key, inner in value.items() for each in shape(inner, f"{path}.{key}".lstrip("."))}
    if isinstance(value, list):
        return {path} | {each for inner in value for each in shape(inner, f"{path}[]")}
    return {path}


def keys(*paths: str) -> set[str]:
    """Paths, each with all that leads to it; `|` separates what stands at one place."""
    found = {""}
    for each in paths:
        stem, _, last = each.rpartition(".")
        for key in last.split("|"):
            path = f"{stem}.{key}".lstrip(".")
            found |= {path, *(path[:at] for at, sign in enumerate(path) if sign in ".[")}
    return found


HEAD = "format|code|edition|published|nonce"
LANGUAGES = "en|uk"
CITATION = (
    "citations[].source|via|stance|facts[]|quote|quote_language",
    *(f"citations[].{name}.{LANGUAGES}" for name in ("translation", "locator")),
    *(f"citations[].{who}.low|high" for who in ("killed", "survived")),
)
SHAPES = {
    "incident": keys(
        HEAD,
        *(f"{name}.{LANGUAGES}" for name in ("title", "summary", "content_warning")),
        *(f"not_known.{language}[]" for language in ("en", "uk")),
        "date.edtf|earliest|latest|basis",
        "place.precision|method|country|oblast|raion_code|latitude|longitude",
        *(f"place.{name}.{LANGUAGES}" for name in ("oblast_name", "raion", "name")),
        *(f"{who}.low|best|high|sources" for who in ("killed", "survived")),
        "conduct[]|protected_status[]|setting|investigations[]|related",
        "grade.code|proposed|rule|signed_by|signed_on",
        f"grade.reason.{LANGUAGES}",
        "attributions[].unit|level|role|confidence|said_by",
        f"attributions[].name.{LANGUAGES}",
        "attributions[].other_names[]",
        *CITATION,
        "observations[].source|at",
        *(f"observations[].{name}.{LANGUAGES}" for name in ("clock", "text")),
    ),
    "source": keys(
        HEAD,
        "kind|distance|access|title|url|archive_url|published_on|language|availability",
        f"publisher.{LANGUAGES}",
        f"note.{LANGUAGES}",
        "derived_from[].source|how|note",
    ),
    "investigation": keys(
        HEAD,
        "body_kind|citations",
        *(f"{name}.{LANGUAGES}" for name in ("title", "body")),
        "steps[].date|status|source",
        f"steps[].note.{LANGUAGES}",
    ),
    "total": keys(
        HEAD, "what|value|qualifier|period|as_of|source", *(f"{name}.{LANGUAGES}" for name in ("body", "scope", "note"))
    ),
}


def test_documents_have_the_keys_that_are_written_here_and_no_others(marks):
    found: dict[str, set[str]] = {}
    for edition in Edition.objects.using("default"):
        found.setdefault(edition.kind, set()).update(shape(edition.content))

    assert found == SHAPES


# Persons.


@pytest.mark.parametrize("confidence", AttributionConfidence.values)
@pytest.mark.parametrize(("level", "unit_level"), [("individual", "individual"), ("unit", "individual")])
def test_an_individual_is_named_from_charged_up_and_not_below(db, confidence, level, unit_level):
    author = make_documenter()
    incident = make_incident(author)
    unit = Unit.objects.create(name_en="Somebody by name", level=unit_level)
    source = incident.citations.get().source
    incident.attributions.create(unit=unit, level=level, confidence=confidence, said_by=source)
    publish(incident, make_reviewer())

    named = confidence in ("established", "admitted", "charged")
    [attribution] = newest(incident).content["attributions"]
    assert ("Somebody by name" in newest(incident).document) is named
    assert (unit.code in newest(incident).document) is named
    assert (attribution["confidence"], attribution["said_by"]) == (confidence, source.code)
    assert row(incident).units == ([unit.code] if named else [])


def test_the_signer_appears_by_role_alone(db):
    reviewer = make_reviewer()
    incident = publish(make_incident(make_documenter()), reviewer)

    assert newest(incident).content["grade"]["signed_by"] == "reviewer"
    assert reviewer.email not in newest(incident).document


# Restricted sources: that they exist is public, what they say is not.


def test_a_restricted_source_has_no_address_and_no_words_in_public(db):
    author = make_documenter()
    copy = "https://archive.ph/2024/https://held-back.example/report"
    source = make_source(author, access="restricted", url="https://held-back.example/report", archive_url=copy)
    incident = make_incident(author, sources=())
    incident.citations.create(
        source=source, facts=["occurrence"], quote="word for word", quote_en="in English", killed_low=3, killed_high=4
    )
    incident.observations.create(source=source, at="05:12", text_en="two shots")
    incident = publish(incident, make_reviewer())

    [citation] = newest(incident).content["citations"]
    assert (citation["quote"], citation["quote_language"], citation["translation"]) == ("", "", {})
    assert citation["killed"] == {"low": None, "high": None}
    assert newest(incident).content["observations"] == []
    assert (newest(source).content["url"], newest(source).content["archive_url"]) == ("", "")
    assert (row(incident).reports, row(incident).origins) == (1, 1)


def test_a_draft_that_opens_a_restricted_source_opens_nothing_until_it_is_published(db):
    author, reviewer = make_documenter(), make_reviewer()
    source = make_source(author, access="restricted")
    publish(source, reviewer)
    revise(fresh(source), author, access="public")
    incident = make_incident(author, sources=())
    make_citation(incident, fresh(source), quote="word for word")
    incident.observations.create(source=source, at="05:12", text_en="two shots")
    incident = publish(incident, reviewer)
    assert newest(incident).content["citations"][0]["quote"] == ""
    assert newest(incident).content["observations"] == []

    workflow.submit(fresh(source), author, change_en="A number was corrected.")
    approve(source, reviewer)
    publish_again(incident, author, reviewer, summary_en="Two were shot.")
    assert newest(incident).content["citations"][0]["quote"] == "word for word"
    assert [each["at"] for each in newest(incident).content["observations"]] == ["05:12"]


# Places.

REGION = {"country", "oblast", "oblast_name"}
RAION = REGION | {"raion", "raion_code"}
NEAR = RAION | {"name", "latitude", "longitude"}
POINT = NEAR | {"hromada_code"}
SHOWN = {
    "exact": POINT,
    "vicinity": POINT,
    "locality": POINT,
    "near": NEAR,
    "district": RAION,
    "region": REGION,
    "vague_area": REGION,
    "country": {"country"},
    "unknown": {"withheld"},
}


def place_of(author: User, **fields: Any) -> dict[str, Any]:
    """The place as the document of an incident has it."""
    given = {"place": Place.objects.filter(region="UA-23", latitude__isnull=False).first(), "precision": "exact"}
    place: dict[str, Any] = document_of(make_incident(author, **given | fields), 1, None)["place"]
    return place


@pytest.mark.parametrize("precision", PlacePrecision.values)
def test_each_public_precision_shows_exactly_what_it_may(db, precision):
    place = place_of(
        make_documenter(), public_precision=precision, latitude="48.18315", longitude="36.92741", place_name_en="A farm"
    )

    assert place.keys() - {"precision", "method"} == SHOWN[precision]
    assert place["precision"] == precision


def test_the_codes_of_raion_and_hromada_are_those_of_the_settlement(db):
    village = Place.objects.filter(region="UA-14", category="C", parent__category="H").first()
    place = place_of(make_documenter(), place=village, public_precision="locality")

    assert place["raion_code"] == village.raion.code
    assert place["hromada_code"] == village.parent.code


@pytest.mark.parametrize(("precision", "shown"), [("exact", 48.18315), ("vicinity", 48.183), ("locality", 48.18)])
def test_coordinates_are_rounded_to_the_public_precision(db, precision, shown):
    place = place_of(make_documenter(), public_precision=precision, latitude="48.18315", longitude="36.92741")

    assert place["latitude"] == shown


def test_near_shows_where_the_named_settlement_is_and_never_what_is_known(db):
    author = make_documenter()
    settlement = Place.objects.filter(region="UA-23", latitude__isnull=False).first()
    known = {"public_precision": "near", "latitude": "48.18315", "longitude": "36.92741"}

    place = place_of(author, place=settlement, **known)
    assert (place["latitude"], place["longitude"]) == (
        round(float(settlement.latitude), 2),
        round(float(settlement.longitude), 2),
    )
    confirmed = place_of(author, place=settlement, precision="near", **known)
    assert (confirmed["latitude"], confirmed["longitude"]) == (48.18, 36.93)
    without = place_of(author, place=None, place_name_en="A farm", **known)
    assert without["name"] == {"en": "A farm"}
    assert without.keys().isdisjoint({"latitude", "longitude"})


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"precision": "unknown", "method": "", "withheld": True}, "The place is not published."),
        ({"precision": "unknown", "method": ""}, "The place is not given in the available reporting."),
        ({"precision": "country", "method": "", "country": "UA"}, "Ukraine"),
    ],
)
@pytest.mark.usefixtures("committed")
def test_the_page_says_whether_a_place_is_withheld_not_given_or_only_a_country(client, place, words):
    publish_document("source", "S-0001")
    publish_document("incident", "HDC-0001", place=place)
    where = client.get("/incidents/HDC-0001/").content.decode().partition("<dt>Where</dt>")[2].partition("</dd>")[0]
    assert f">{words}<" in where
    assert ("The place is not" in where) is (place["precision"] == "unknown")


def test_a_withheld_place_is_published_without_how_it_was_found(db):
    author = make_documenter()
    withheld = place_of(author, public_precision="unknown", place_method="geolocated_imagery")
    assert withheld == {"precision": "unknown", "method": "", "withheld": True}
    not_given = place_of(author, precision="unknown", public_precision="unknown", place=None, place_method="")
    assert not_given == {"precision": "unknown", "method": ""}


def test_what_is_not_public_is_in_no_row_either(db):
    incident = make_incident(
        make_documenter(), precision="exact", public_precision="region", latitude="48.18315", longitude="36.92741"
    )
    incident = publish(incident, make_reviewer())

    assert (row(incident).latitude, row(incident).longitude, row(incident).place_en) == (
        None,
        None,
        "Zaporizhzhia Oblast",
    )


def test_a_document_of_a_confidential_source_cannot_be_made(db):
    with pytest.raises(AssertionError):
        document_of(make_source(make_documenter(), access="confidential", url=""), 1, None)
