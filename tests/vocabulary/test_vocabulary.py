"""The vocabulary is complete in both languages and is what the design says."""

import re

import pytest
from django.db.migrations.writer import MigrationWriter
from django.utils import translation

from incidents import vocabulary
from incidents.vocabulary import (
    PUBLISHED_TERMS,
    Conduct,
    Credibility,
    Grade,
    PlacePrecision,
    RejectReason,
    Reliability,
    Term,
)

ALL_TERMS = [v for v in vars(vocabulary).values() if isinstance(v, type) and issubclass(v, Term) and v is not Term]
CYRILLIC = re.compile("[А-Яа-яІіЇїЄєҐґ]")


def texts(terms: type[Term]) -> list[str]:
    lazy = [terms.heading, terms.explanation, *(t for m in terms for t in (m.label, m.definition))]
    return [str(text) for text in lazy]


@pytest.mark.parametrize("terms", ALL_TERMS)
def test_every_term_reads_in_english(terms):
    with translation.override("en"):
        for text in texts(terms):
            assert text
            assert not CYRILLIC.search(text)


@pytest.mark.parametrize("terms", ALL_TERMS)
def test_every_term_reads_in_ukrainian_with_the_letter_apostrophe(terms):
    with translation.override("uk"):
        for text in texts(terms):
            assert CYRILLIC.search(text), text
            assert not re.search("['\u2019`ыэъёЫЭЪЁ]", text), text


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("terms", ALL_TERMS)
def test_every_definition_is_one_sentence(terms, language):
    with translation.override(language):
        for member in terms:
            assert str(member.definition).endswith("."), member
            assert not re.search(r"[.!?] [A-ZА-ЯІЇЄ]", re.sub(r"\b(art|ст)\. ", "", str(member.definition))), member


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("terms", ALL_TERMS)
def test_no_two_terms_of_a_class_share_a_label(terms, language):
    with translation.override(language):
        labels = [str(label) for label in terms.labels]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("terms", ALL_TERMS)
def test_codes_fit_a_column_of_32_characters_and_an_address(terms):
    assert all(re.fullmatch("[a-z_]{1,32}|[A-F]|[1-6]", code) for code in terms.values)


def test_a_label_follows_the_active_language():
    with translation.override("uk"):
        assert Grade("verified").label == "Верифіковано"
        assert dict(Grade.choices)["verified"] == "Верифіковано"
    with translation.override("en"):
        assert Grade("verified").label == "Verified"


def test_migrations_carry_the_english_label_whoever_writes_them():
    with translation.override(None, deactivate=True):
        written, _imports = MigrationWriter.serialize(Grade.choices)
    assert "('verified', 'Verified')" in written


def test_place_precision_is_ordered_from_fine_to_coarse():
    assert PlacePrecision.EXACT.rank == 0
    assert (
        PlacePrecision.LOCALITY.rank
        < PlacePrecision.NEAR.rank
        < PlacePrecision.REGION.rank
        < PlacePrecision.UNKNOWN.rank
    )
    radii = [p.radius_m for p in PlacePrecision if p.radius_m is not None]
    assert radii == sorted(radii) == [10, 100, 1_000, 25_000]


def test_every_conduct_names_the_provision_that_prohibits_it():
    with translation.override("en"):
        assert all(str(provision) for conduct in Conduct for provision in conduct.provisions)
        assert all(conduct.provisions for conduct in Conduct)
        assert "AP I art. 40" in Conduct.NO_QUARTER_ORDER.provisions
    with translation.override("uk"):
        assert "ДП I, ст. 40" in Conduct.NO_QUARTER_ORDER.provisions


def test_everything_but_the_internal_ratings_is_on_the_definitions_page():
    assert set(ALL_TERMS) - set(PUBLISHED_TERMS) == {Reliability, Credibility, RejectReason}
    assert len(PUBLISHED_TERMS) == len(set(PUBLISHED_TERMS))


def test_a_vocabulary_is_explained_in_templates_through_its_class():
    assert Grade.ALLEGED.heading == Grade.heading
