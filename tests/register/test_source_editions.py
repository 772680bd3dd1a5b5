"""A new edition of a source is counted at once wherever it is cited; a grade that changes by it is looked at again."""

import pytest

from incidents.records.models import SourceDerivation
from incidents.register.models import RegisterDerivation, RegisterSearch, RegisterSource
from tests.factories import make_documenter, make_incident, make_reviewer, make_source, publish, revise
from tests.outcomes import approve, editions, fresh, publish_again, refusal, row

pytestmark = pytest.mark.usefixtures("db")


def says_where_it_has_it_from(source, upstream, reviewer, how="relays"):
    """The next edition of a source, in which it derives from another one."""
    SourceDerivation.objects.create(source=source, upstream=upstream, how=how)
    return publish_again(source, source.created_by, reviewer, note_en=f"It repeats {upstream.code}.")


def test_counts_of_the_citing_incident_change_in_the_same_transaction():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(3))
    incident = publish(make_incident(author, sources=sources), reviewer)
    assert (row(incident).reports, row(incident).origins) == (3, 3)

    says_where_it_has_it_from(sources[2], sources[0], reviewer)

    assert (row(incident).reports, row(incident).origins) == (3, 2)
    assert row(incident).corroboration["facts"]["occurrence"] == {"reports": 3, "origins": 2}
    assert len(editions(incident)) == 1, "the incident itself says nothing new"
    assert fresh(incident).state == "published"


def test_an_unreviewed_derivation_counts_nowhere_in_public():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(2))
    incident = publish(make_incident(author, sources=sources), reviewer)
    SourceDerivation.objects.create(source=sources[1], upstream=sources[0], how="relays")
    revise(sources[1], author, note_en="It repeats the other one.")
    publish_again(incident, author, reviewer, killed_high=3)

    assert editions(incident)[1].content["grade"]["proposed"] == "corroborated"
    assert row(incident).origins == 2


def test_an_incident_whose_proposed_grade_changes_returns_to_the_queue_with_the_reason():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(2))
    incident = publish(make_incident(author, sources=sources), reviewer)
    other = publish(make_incident(author), reviewer)

    says_where_it_has_it_from(sources[1], sources[0], reviewer)

    review = incident.reviews.get(decided_at__isnull=True)
    assert (fresh(incident).state, fresh(other).state) == ("submitted", "published")
    assert review.note == f"{sources[1].code}: corroborated → single_origin"
    move = incident.moves.latest("pk")
    assert (move.name, move.by, move.from_state, move.comment) == ("returned_to_review", None, "published", review.note)

    edition = approve(incident, reviewer)
    assert (edition.number, edition.content["grade"]["code"]) == (2, "single_origin")


def test_a_reviewer_who_keeps_the_old_grade_gives_a_reason():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(2))
    incident = publish(make_incident(author, sources=sources), reviewer)
    says_where_it_has_it_from(sources[1], sources[0], reviewer)

    assert "needs a reason" in refusal(lambda: approve(incident, reviewer, grade="corroborated"))
    approve(incident, reviewer, grade="corroborated", reason_en="It also reported from the place itself.")
    assert row(incident).grade == "corroborated"


def test_the_change_reaches_incidents_that_cite_only_what_derives_from_the_source():
    author, reviewer = make_documenter(), make_reviewer()
    root, other = make_source(author), make_source(author)
    report = make_source(author, relays=make_source(author, relays=root))
    incident = publish(make_incident(author, sources=(report, make_source(author, relays=other))), reviewer)
    assert row(incident).origins == 2

    says_where_it_has_it_from(root, other, reviewer)

    assert row(incident).origins == 1
    assert fresh(incident).state == "submitted"


def test_a_draft_of_an_incident_is_left_to_its_author():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(2))
    incident = publish(make_incident(author, sources=sources), reviewer)
    revise(incident, author, killed_high=3)

    says_where_it_has_it_from(sources[1], sources[0], reviewer)

    assert (fresh(incident).state, row(incident).origins) == ("draft", 1)
    assert not incident.reviews.filter(decided_at__isnull=True).exists()


def test_a_source_that_draws_on_another_stays_an_origin_of_its_own():
    author, reviewer = make_documenter(), make_reviewer()
    sources = tuple(make_source(author) for _ in range(2))
    incident = publish(make_incident(author, sources=sources), reviewer)

    says_where_it_has_it_from(sources[1], sources[0], reviewer, how="draws_on")

    assert (row(incident).origins, fresh(incident).state) == (2, "published")
    assert RegisterDerivation.objects.using("default").get().how == "draws_on"


def test_what_it_newly_derives_from_is_published_along():
    author, reviewer = make_documenter(), make_reviewer()
    source = publish(make_source(author), reviewer)
    upstream = make_source(author, relays=make_source(author))

    says_where_it_has_it_from(source, upstream, reviewer)

    assert RegisterSource.objects.using("default").count() == 3
    assert fresh(upstream).state == "published"


def test_a_new_title_is_found_by_the_incidents_that_cite_it():
    author, reviewer = make_documenter(), make_reviewer()
    source = make_source(author)
    incident = publish(make_incident(author, sources=(source,)), reviewer)
    publish_again(source, author, reviewer, title="Unmistakable headline")

    assert "'unmistakable'" in RegisterSearch.objects.using("default").get(incident=row(incident)).vector
    assert [edition.change for edition in editions(source)] == ["first", "updated"]
