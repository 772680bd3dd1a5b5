"""The grade that the citations carry: each rule, and what makes a case contested. A person has the last word."""

import pytest
from hypothesis import given, settings

from incidents.casework.corroboration_inputs import corroboration_of
from incidents.corroboration.independence import Corroboration, Node, Report
from incidents.vocabulary import Grade
from tests.corroboration.test_corroboration import cases, says, web
from tests.factories import (
    make_attribution,
    make_citation,
    make_documenter,
    make_incident,
    make_investigation,
    make_reviewer,
    make_source,
    publish,
    revise,
)
from tests.outcomes import fresh, row

ALONE = web(a=[], b=[], c=[], d=[], denies=[], hidden={"confidential": True})


def proposed(*reports: Report, graph: dict[str, Node] | None = None, **more: bool) -> tuple[str, str]:
    proposal = Corroboration(reports, graph or ALONE, **more).proposal
    return proposal.grade.value, proposal.rule.value


def denies(source: str, fact: str = "occurrence", **more: object) -> Report:
    return says(source, "contradicts", frozenset({fact}), **more)


def test_without_a_supporting_report_a_case_is_alleged():
    assert proposed() == ("alleged", "no_origin")
    assert proposed(says("a", "mentions"), denies("b")) == ("alleged", "no_origin")
    assert proposed(says("a", facts=frozenset({"date"}))) == ("alleged", "no_origin")


def test_one_origin_is_one_however_often_it_was_repeated():
    graph = web(a=[], b=["a"], c=["b"])

    assert proposed(says("a"), says("b"), says("c"), graph=graph) == ("single_origin", "one_origin")


def test_two_origins_that_agree_on_the_core_corroborate():
    assert proposed(says("a"), says("b")) == ("corroborated", "independent_origins")


@pytest.mark.parametrize("fact", ["date", "place", "protected_status"])
def test_two_origins_do_not_corroborate_what_only_one_of_them_says(fact):
    facts = frozenset({"occurrence", "date", "place", "protected_status"} - {fact})
    two = says("a", facts=facts), says("b", facts=facts)
    one_more, another = says("c", facts=frozenset({fact})), says("d", facts=frozenset({fact}))

    assert proposed(*two) == ("single_origin", "core_incomplete")
    assert proposed(*two, one_more) == ("single_origin", "core_incomplete")
    assert proposed(*two, one_more, another) == ("corroborated", "independent_origins")


def test_as_many_origins_against_as_for_it_make_a_case_contested():
    assert proposed(says("a"), denies("b")) == ("contested", "conflict")
    assert proposed(says("a"), says("b"), says("c"), denies("d")) == ("corroborated", "independent_origins")


def test_what_weighs_is_the_origins_of_a_denial_and_not_its_repetitions():
    graph = web(a=[], b=[], c=[], denies=[], d=["denies"], e=["denies"])
    reports = (says("a"), says("b"), says("c"), denies("denies"), denies("d"), denies("e"))

    assert proposed(*reports, graph=graph) == ("corroborated", "independent_origins")


def test_one_denial_that_was_rated_credible_makes_a_case_contested():
    assert proposed(says("a"), says("b"), says("c"), denies("d", credible=True)) == ("contested", "conflict")


def test_a_confidential_denial_has_no_part_in_it():
    assert proposed(says("a"), denies("hidden", credible=True)) == ("single_origin", "one_origin")


def test_a_conflict_on_who_did_it_makes_a_case_contested():
    facts = frozenset({"occurrence", "date", "place", "protected_status", "attribution"})
    accuse = says("a", facts=facts), says("b")

    assert proposed(*accuse, denies("c", "attribution")) == ("contested", "conflict")
    assert proposed(*accuse, says("d", facts=facts), denies("c", "attribution"))[0] == "corroborated"
    assert proposed(*accuse, denies("c", "count_killed"))[0] == "corroborated"


def test_a_disputed_attribution_makes_a_case_contested_once_something_supports_it():
    assert proposed(says("a"), says("b"), disputed_perpetrator=True) == ("contested", "conflict")
    assert proposed(disputed_perpetrator=True) == ("alleged", "no_origin")


def test_a_final_judgment_settles_it():
    reports = (says("a"), denies("b", credible=True))

    assert proposed(*reports, final_judgment=True, disputed_perpetrator=True) == (
        "judicially_established",
        "final_judgment",
    )


def test_whether_an_origin_is_primary_is_said_beside_the_grade():
    graph = web(film={"primary": True}, a=["film"], b=[])

    assert Corroboration((says("a"), says("b")), graph).proposal.primary
    assert not Corroboration((says("b"),), graph).proposal.primary


@settings(max_examples=100, deadline=None)
@given(cases())
def test_what_only_a_person_can_find_is_never_proposed(case):
    assert case.proposal.grade not in (Grade.VERIFIED, Grade.UNVERIFIABLE, Grade.DISCOUNTED)


# From the rows of casework.


@pytest.mark.parametrize(("credibility", "grade"), [("1", "contested"), ("3", "contested"), ("4", "corroborated")])
def test_the_credibility_of_a_denial_is_its_rating_at_the_desk(db, credibility, grade):
    author = make_documenter()
    incident = make_incident(author, sources=tuple(make_source(author) for _ in range(3)))
    make_citation(incident, make_source(author), stance="contradicts", credibility=credibility)

    for public in (False, True):
        assert corroboration_of(incident, public=public).proposal.grade == grade


def test_an_attribution_disputes_in_public_only_where_somebody_may_be_named_who_disputes_it(db):
    author = make_documenter()
    incident = make_incident(author)
    disputed = {"confidence": "disputed", "role": "direct_perpetrator"}
    make_attribution(incident, make_source(author, access="confidential", url=""), **disputed)
    assert corroboration_of(incident, public=True).proposal.grade == "single_origin"
    assert corroboration_of(incident).proposal.grade == "contested"

    make_attribution(incident, make_source(author), **disputed)
    assert corroboration_of(incident, public=True).proposal.grade == "contested"


def make_case(author, *statuses: str):
    """An investigation with these steps, a month apart."""
    case = make_investigation(author)
    for month, status in enumerate(statuses, 1):
        case.steps.create(date=f"2025-{month:02}-01", status=status)
    return case


@pytest.mark.parametrize(
    ("statuses", "grade"),
    [
        (("convicted", "final"), "judicially_established"),
        (("convicted", "appeal", "acquitted", "final"), "single_origin"),
        (("acquitted", "final"), "single_origin"),
        (("convicted",), "single_origin"),
    ],
)
def test_a_judgment_is_final_when_no_appeal_can_reverse_it(db, statuses, grade):
    author, reviewer = make_documenter(), make_reviewer()
    incident = make_incident(author)
    incident.investigations.add(make_case(author, *statuses))
    for public in (False, True):
        assert corroboration_of(incident, public=public).proposal.grade == grade

    publish(incident, reviewer)
    assert row(incident).corroboration["proposed"] == grade


def test_a_judgment_that_only_a_confidential_source_reports_is_not_public(db):
    author = make_documenter()
    case = make_case(author, "convicted", "final")
    case.steps.filter(status="final").update(source=make_source(author, access="confidential", url=""))
    incident = make_incident(author)
    incident.investigations.add(case)

    assert corroboration_of(incident, public=True).proposal.grade == "single_origin"


def test_a_judgment_in_an_unreviewed_draft_is_not_public_and_its_edition_returns_the_incident_to_the_queue(db):
    author, reviewer = make_documenter(), make_reviewer()
    case = make_case(author, "convicted")
    incident = make_incident(author)
    incident.investigations.add(case)
    incident = publish(incident, reviewer)

    case.steps.create(date="2025-09-01", status="final")
    revise(case, author, title_en="Criminal case, now final")
    assert corroboration_of(fresh(incident), public=True).proposal.grade == "single_origin"
    assert fresh(incident).state == "published"

    publish(fresh(case), reviewer)
    assert fresh(incident).state == "submitted"
    assert corroboration_of(fresh(incident), public=True).proposal.grade == "judicially_established"
    assert row(incident).corroboration["proposed"] == "judicially_established"
