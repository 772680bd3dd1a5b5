"""Confidential sources never leave the casework side, not even as a count; what repeats them stays tied together."""

import pytest

from incidents.casework.corroboration_inputs import corroboration_of
from incidents.casework.services.errors import InvalidContentError
from incidents.casework.services.records import save_record
from incidents.records.models import SourceDerivation
from incidents.register.models import Edition, RegisterSource
from tests.factories import (
    make_attribution,
    make_citation,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    publish,
)
from tests.outcomes import fresh, newest, publish_again, row

pytestmark = pytest.mark.usefixtures("db")


def make_hidden(author, **fields):
    return make_source(author, access="confidential", url="", **fields)


def derived(source) -> list[tuple[str, str]]:
    """What the public document of a source says that it derives from."""
    return [(each["source"], each["how"]) for each in newest(source).content["derived_from"]]


def counts(incident) -> tuple[int, int]:
    """Reports and origins: as the desk counts them, as the reviewer was shown, as the register has them."""
    at_desk, shown, public = corroboration_of(incident), corroboration_of(incident, public=True), row(incident)
    assert (public.reports, public.origins) == (shown.total.reports, shown.total.origins)
    assert (at_desk.total.reports, at_desk.total.origins) == (shown.total.reports, shown.total.origins)
    return public.reports, public.origins


def test_a_citation_of_a_confidential_source_is_not_public_and_does_not_count():
    author = make_documenter()
    hidden = make_hidden(author, distance="primary")
    incident = publish(make_incident(author, sources=(make_source(author), hidden)), make_reviewer())

    assert counts(incident) == (1, 1)
    assert not any(hidden.code in edition.document for edition in Edition.objects.using("default"))
    assert not RegisterSource.objects.using("default").filter(code=hidden.code).exists()
    assert (fresh(hidden).state, fresh(hidden).edition) == ("draft", None)


@pytest.mark.parametrize("how", ["relays", "same_material"])
def test_two_public_repetitions_of_one_confidential_source_are_one_origin_in_public(how):
    author = make_documenter()
    hidden, one, other = make_hidden(author), make_source(author), make_source(author)
    for source in (one, other):
        SourceDerivation.objects.create(source=source, upstream=hidden, how=how)
    incident = publish(make_incident(author, sources=(one, other, hidden)), make_reviewer())

    assert counts(incident) == (2, 1)
    assert (derived(one), derived(other)) == ([], [(one.code, "same_material")])


def test_they_are_one_origin_also_where_the_first_of_them_is_not_cited():
    author, reviewer = make_documenter(), make_reviewer()
    hidden = make_hidden(author)
    first, *reports = (make_source(author, relays=hidden) for _ in range(3))
    publish(first, reviewer)

    assert counts(publish(make_incident(author, sources=tuple(reports)), reviewer)) == (2, 1)


def test_they_are_one_origin_through_several_confidential_ones():
    author = make_documenter()
    root = make_hidden(author)
    reports = tuple(make_source(author, relays=make_hidden(author, relays=root)) for _ in range(2))

    assert counts(publish(make_incident(author, sources=reports), make_reviewer())) == (2, 1)


def test_who_draws_on_a_confidential_source_stays_an_origin_of_its_own():
    author = make_documenter()
    hidden = make_hidden(author)
    reports = tuple(make_source(author, draws_on=hidden) for _ in range(2))

    assert counts(publish(make_incident(author, sources=reports), make_reviewer())) == (2, 2)


@pytest.mark.parametrize(
    ("below", "above", "how"),
    [
        ("relays", "relays", "relays"),
        ("relays", "draws_on", "draws_on"),
        ("draws_on", "relays", "draws_on"),
        ("draws_on", "draws_on", "draws_on"),
    ],
)
def test_a_chain_through_confidential_sources_is_collapsed_to_what_may_be_named(below, above, how):
    author = make_documenter()
    root = make_source(author)
    second = make_hidden(author, **{above: root})
    first = make_hidden(author, relays=second)
    report = make_source(author, **{below: first})
    incident = publish(make_incident(author, sources=(report, root)), make_reviewer())

    assert derived(report) == [(root.code, how)]
    assert counts(incident) == (2, 1 if how == "relays" else 2)


def test_what_a_source_says_itself_goes_before_what_is_seen_through_a_confidential_one():
    author = make_documenter()
    root = make_source(author)
    report = make_source(author, draws_on=make_hidden(author, relays=root))
    SourceDerivation.objects.create(source=report, upstream=root, how="relays", note="in its first line")
    publish(report, make_reviewer())

    assert newest(report).content["derived_from"] == [
        {"source": root.code, "how": "relays", "note": "in its first line"}
    ]


def test_what_is_seen_through_a_confidential_source_is_published_along():
    author = make_documenter()
    root = make_source(author)
    report = make_source(author, relays=make_hidden(author, relays=root))
    publish(make_incident(author, sources=(report,)), make_reviewer())

    assert fresh(root).state == "published"


def test_same_material_never_closes_a_circle():
    author, reviewer = make_documenter(), make_reviewer()
    hidden = make_hidden(author)
    first, second = make_source(author, relays=hidden), make_source(author, relays=hidden)
    publish(second, reviewer)
    publish(first, reviewer)
    assert (derived(first), derived(second)) == ([(second.code, "same_material")], [])

    publish_again(second, author, reviewer, title="Its next edition")
    assert derived(second) == []

    third = make_source(author, relays=hidden)
    SourceDerivation.objects.create(source=second, upstream=third, how="relays")
    publish_again(second, author, reviewer, title="It says where it has it from")
    assert third.code in [code for code, _ in derived(second)]
    assert second.code not in [code for code, _ in derived(third)]


def test_what_repeats_nothing_hidden_is_tied_to_nobody_whenever_it_was_published():
    author, reviewer = make_documenter(), make_reviewer()
    hidden, other = make_hidden(author), publish(make_source(author), reviewer)
    first, second = (publish(make_source(author, relays=hidden), reviewer) for _ in range(2))

    assert derived(second) == [(first.code, "same_material")]
    assert (derived(first), derived(other)) == ([], [])


def test_words_that_come_from_a_confidential_source_by_via_are_one_origin_in_public():
    author = make_documenter()
    hidden = make_hidden(author)
    incident = make_incident(author, sources=())
    reports = [make_source(author) for _ in range(3)]
    for report in reports:
        make_citation(incident, report, via=hidden)
    incident = publish(incident, make_reviewer())

    vias = [each["via"] for each in newest(incident).content["citations"]]
    assert counts(incident) == (3, 1)
    assert vias == [None, reports[0].code, reports[0].code]


def test_via_and_derivation_from_one_confidential_source_are_one_origin_too():
    author = make_documenter()
    hidden = make_hidden(author)
    by_via, by_derivation = make_source(author), make_source(author, relays=hidden)
    incident = make_incident(author, sources=())
    make_citation(incident, by_via, via=hidden)
    make_citation(incident, by_derivation)

    assert counts(publish(incident, make_reviewer())) == (2, 1)


def test_via_a_confidential_source_that_repeats_a_public_one_leads_to_that_one():
    author = make_documenter()
    root = make_source(author)
    incident = make_incident(author, sources=())
    report = make_source(author)
    make_citation(incident, report, via=make_hidden(author, relays=root))
    incident = publish(incident, make_reviewer())

    assert newest(incident).content["citations"][0]["via"] == root.code
    assert fresh(root).state == "published"


def test_an_end_of_a_count_that_rests_on_a_confidential_source_is_not_public():
    author = make_documenter()
    incident = make_incident(author, killed_high=7, killed_high_source=make_hidden(author))
    incident = publish(incident, make_reviewer())

    killed = newest(incident).content["killed"]
    assert killed == {"low": 2, "best": 2, "high": None, "sources": {}}
    assert row(incident).killed_high is None


def test_steps_observations_and_attributions_of_a_confidential_source_are_not_public():
    author = make_documenter()
    hidden = make_hidden(author)
    case = make_investigation(author)
    case.steps.create(date="2025-05-01", status="suspicion_notified", source=hidden)
    case.citations.create(source=hidden, facts=["occurrence"])
    incident = make_incident(author)
    incident.investigations.add(case)
    incident.observations.create(source=hidden, at="05:12", text_en="Two shots are heard.")
    make_attribution(incident, hidden)
    publish(incident, make_reviewer())

    assert [step["status"] for step in newest(case).content["steps"]] == ["registered"]
    assert newest(case).content["citations"] == []
    document = newest(incident).content
    assert (document["observations"], document["attributions"]) == ([], [])


def test_what_is_public_cannot_be_made_confidential_by_an_edit():
    author = make_documenter()
    source = publish(make_source(author), make_reviewer())
    content = {"access": "confidential"}
    with pytest.raises(InvalidContentError) as refused:
        save_record("source", content, author, source.revision, code=source.code)

    assert [error.path for error in refused.value.errors] == [("access",)]
    assert "It is public already" in str(refused.value)
