"""Origins counted instead of links: the rule of the vocabulary clause by clause, and what must hold for any reports."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.corroboration.independence import Corroboration, Count, Node, Report, is_convicted, origins_of
from incidents.vocabulary import Fact, Stance

FACTS = frozenset({"occurrence", "date", "place", "protected_status"})


def web(**sources: object) -> dict[str, Node]:
    """Sources and what they repeat; a mapping says more of one."""
    return {
        code: Node(code, **said) if isinstance(said, Mapping) else Node(code, repeats=tuple(said))
        for code, said in sources.items()
    }


def says(source: str, stance: str = "supports", facts: frozenset[str] = FACTS, **more: object) -> Report:
    return Report(source, stance, facts, **more)


def roots(graph: dict[str, Node], *reports: Report | str) -> list[tuple[str, ...]]:
    """The roots of the origins that reports go back to."""
    cited = [says(each) if isinstance(each, str) else each for each in reports]
    return sorted(origin.roots for origin in origins_of(cited, graph))


def count(graph: dict[str, Node], *reports: Report) -> Count:
    return Corroboration(reports, graph).total


# The rule, clause by clause.


def test_a_source_that_derives_from_nothing_is_an_origin():
    assert roots(web(a=[], b=[]), "a", "b") == [("a",), ("b",)]


def test_a_source_that_the_graph_does_not_know_is_an_origin():
    assert roots({}, "a") == [("a",)]


def test_reports_that_relay_a_cited_report_share_its_origin_however_indirectly():
    assert roots(web(a=[], b=["a"], c=["b"]), "a", "b", "c") == [("a",)]


def test_the_way_to_an_origin_may_lead_through_sources_that_the_incident_does_not_cite():
    assert roots(web(a=[], unseen=["a"], c=["unseen"]), "a", "c") == [("a",)]


def test_an_uncited_intermediary_that_only_draws_on_a_cited_source_is_no_origin():
    graph = web(film=[], office={"draws_on": ("film",)}, a=["office"], b=["office"])

    assert roots(graph, "film", "a", "b") == [("film",)]
    assert count(graph, says("film"), says("a"), says("b")) == Count(3, 1)


def test_the_drawing_may_lead_to_the_cited_source_through_further_uncited_ones():
    graph = web(film=[], copy=["film"], office={"draws_on": ("copy",)}, agency={"draws_on": ("office",)}, a=["agency"])

    assert roots(graph, "film", "a") == [("film",)]


def test_an_uncited_intermediary_that_draws_on_nothing_cited_is_the_origin():
    assert roots(web(film=[], office={"draws_on": ("film",)}, a=["office"], b=["office"]), "a", "b") == [("office",)]


def test_a_cited_report_that_draws_on_a_cited_source_is_an_origin_of_its_own():
    assert roots(web(film=[], a={"draws_on": ("film",)}), "film", "a") == [("a",), ("film",)]


def test_an_intermediary_is_none_for_one_fact_either_where_the_source_is_cited_for_another():
    graph = web(film=[], office={"draws_on": ("film",)}, mission={"draws_on": ("film",)}, a=["office"], b=["mission"])
    place = frozenset({"place"})
    reports = says("film", facts=frozenset({"occurrence"})), says("a", facts=place), says("b", facts=place)

    assert Corroboration(reports, graph).for_fact("place") == Count(2, 1)


def test_two_statements_of_one_body_are_one_origin():
    graph = web(
        first={"body": "office"}, reply={"body": "office"}, mission={"body": "mission"}, a=["first"], b=["reply"]
    )

    assert roots(graph, "a", "b", "mission") == [("first",), ("mission",)]
    assert roots(graph, "first", "reply") == [("first",)]
    assert count(graph, says("a"), says("b"), says("reply")) == Count(3, 1)


def test_a_later_statement_of_a_body_adds_no_origin_whatever_it_draws_on():
    graph = web(film=[], first={"body": "office"}, interview={"body": "office", "draws_on": ("film",)})

    assert roots(graph, "first", "interview") == [("first",)]


def test_a_statement_that_relays_another_bodys_goes_back_to_that_body():
    graph = web(mission={"body": "mission"}, a={"body": "office", "repeats": ("mission",)}, b={"body": "office"})

    assert roots(graph, "a") == [("mission",)]
    assert roots(graph, "a", "b", "mission") == [("b",), ("mission",)]


def test_of_several_upstreams_those_count_that_lead_to_a_cited_source():
    assert roots(web(a=[], other=[], c=["other", "a"]), "a", "c") == [("a",)]


def test_a_report_that_relays_two_cited_reports_adds_no_origin_and_stands_behind_both():
    origins = origins_of([says("a"), says("b"), says("c")], web(a=[], b=[], c=["a", "b"]))

    assert {origin.roots: origin.reports for origin in origins} == {("a",): ("a", "c"), ("b",): ("b", "c")}


def test_the_uncited_ends_of_one_report_are_one_origin_together():
    assert roots(web(x=[], y=[], c=["x", "y"]), "c") == [("x", "y")]


def test_reports_that_share_an_uncited_end_share_that_origin():
    assert roots(web(x=[], b=["x"], c=["x"]), "b", "c") == [("x",)]


def test_a_report_with_two_uncited_ends_ties_the_reports_behind_each_of_them_together():
    assert roots(web(x=[], y=[], b=["x"], c=["y"], d=["x", "y"]), "b", "c", "d") == [("x", "y")]


def test_reports_of_different_uncited_ends_are_independent():
    assert roots(web(x=[], y=[], b=["x"], c=["y"]), "b", "c") == [("x",), ("y",)]


def test_a_source_that_draws_on_others_is_an_origin_of_its_own_beside_them():
    assert roots(web(a=[], b={"draws_on": ("a",)}), "a", "b") == [("a",), ("b",)]


def test_an_upstream_that_is_only_drawn_on_counts_where_the_incident_cites_it_and_not_otherwise():
    assert roots(web(a=[], b={"draws_on": ("a",)}), "b") == [("b",)]


def test_a_report_that_relays_one_and_draws_on_another_goes_back_to_itself_and_to_what_it_relays():
    graph = web(a=[], z=[], b={"repeats": ("a",), "draws_on": ("z",)}, c=["b"])

    assert roots(graph, "a", "b", "c") == [("a",), ("b",)]


def test_via_says_from_which_upstream_the_words_come():
    graph = web(a=[], b=[], c=["a", "b"])

    origins = origins_of([says("a"), says("b"), says("c", via="b")], graph)

    assert {origin.roots: origin.reports for origin in origins} == {("a",): ("a",), ("b",): ("b", "c")}


def test_via_may_name_a_source_that_the_general_derivations_do_not():
    assert roots(web(a=[], c=[]), "a", says("c", via="a")) == [("a",)]


def test_reports_that_name_the_same_uncited_source_by_via_share_that_origin():
    assert roots(web(x=[], b=[], c=[]), says("b", via="x"), says("c", via="x")) == [("x",)]


def test_a_source_that_draws_on_others_adds_nothing_where_every_citation_says_where_its_words_come_from():
    graph = web(a=[], b={"draws_on": ("a",)})

    assert roots(graph, "a", says("b", via="a")) == [("a",)]
    assert roots(graph, "a", says("b", via="a"), "b") == [("a",), ("b",)]


def test_a_circle_that_citations_close_is_one_origin_whichever_way_it_is_read():
    graph = web(a=[], b=["a"])

    assert roots(graph, says("a", via="b"), says("b")) == [("a",)]
    assert roots(graph, says("b"), says("a", via="b")) == [("a",)]


def test_a_circle_that_something_leads_out_of_is_no_origin():
    graph = web(a=["root"], b=["a"], root=[])

    assert roots(graph, says("a", via="b"), says("a"), says("b"), says("root")) == [("root",)]


def test_a_source_that_is_cited_twice_is_one_report():
    assert count(web(a=[]), says("a"), says("a", "supports_in_part")) == Count(1, 1)


@pytest.mark.parametrize("stance", [each for each in Stance.values if not each.startswith("supports")])
def test_only_citations_that_support_count(stance):
    assert count(web(a=[], b=[]), says("a"), says("b", stance)) == Count(1, 1)


def test_a_confidential_source_is_neither_a_report_nor_an_origin():
    graph = web(a=[], hidden={"confidential": True, "primary": True})

    assert count(graph, says("a"), says("hidden")) == Count(1, 1)
    assert Corroboration((says("hidden"),), graph).proposal.grade == "alleged"


def test_two_repetitions_of_one_confidential_source_are_one_origin():
    graph = web(hidden={"confidential": True}, a=["hidden"], b=["hidden"])

    assert count(graph, says("a"), says("b")) == Count(2, 1)


def test_per_fact_the_rule_runs_over_the_citations_that_support_that_fact():
    graph = web(a=[], b=["a"], c=[])
    reports = (
        says("a", facts=frozenset({"occurrence"})),
        says("b", facts=frozenset({"occurrence", "count_killed"})),
        says("c", facts=frozenset({"count_killed"})),
        says("c", "contradicts", facts=frozenset({"occurrence"})),
    )
    found = Corroboration(reports, graph)

    assert found.total == Count(3, 2)
    assert found.facts == {"occurrence": Count(2, 1), "count_killed": Count(2, 2)}
    assert [report.source for report in found.against("occurrence")] == ["c"]


def test_a_chain_of_a_thousand_relays_is_followed_to_its_end():
    graph = web(**{f"s{n}": [f"s{n - 1}"] if n else [] for n in range(1500)})

    assert roots(graph, "s0", "s1499") == [("s0",)]


# The tree.


def places(branches: list[dict[str, object]]) -> Iterator[tuple[str, bool]]:
    for branch in branches:
        yield branch["source"], branch["cited"]
        yield from places(branch["children"])


def test_relays_stand_folded_under_what_they_repeat():
    graph = web(a=[], unseen=["a"], c=["unseen"], d={"draws_on": ("a",)})
    tree = Corroboration(tuple(says(code) for code in "acd"), graph).tree()

    assert tree == [
        {
            "cited": True,
            "reports": 2,
            "roots": [
                {
                    "source": "a",
                    "cited": True,
                    "draws_on": [],
                    "children": [
                        {
                            "source": "unseen",
                            "cited": False,
                            "draws_on": [],
                            "children": [{"source": "c", "cited": True, "draws_on": [], "children": []}],
                        }
                    ],
                }
            ],
        },
        {
            "cited": True,
            "reports": 1,
            "roots": [{"source": "d", "cited": True, "draws_on": ["a"], "children": []}],
        },
    ]


# What must hold for any reports on any derivations.


# Made once: to make a strategy costs more than to draw from it.
STANCES = st.sampled_from(["supports"] * 6 + ["supports_in_part", "contradicts", "mentions"])
FACTS = st.frozensets(st.sampled_from(["occurrence", "date", "place"]), max_size=3)
UP_TO_TEN, YES_OR_NO, ONE_IN_TEN = st.integers(1, 10), st.booleans(), st.integers(0, 9).map(lambda n: n == 0)


@st.composite
def derivations(draw: st.DrawFn) -> dict[str, Node]:
    """Up to ten sources, each deriving from earlier ones only: there are no circles."""
    codes = [f"s{n}" for n in range(draw(UP_TO_TEN))]
    graph = {}
    for n, code in enumerate(codes):
        upstream = draw(st.dictionaries(st.sampled_from(codes[:n]), YES_OR_NO, max_size=3)) if n else {}
        graph[code] = Node(
            code,
            repeats=tuple(other for other, repeats in upstream.items() if repeats),
            draws_on=tuple(other for other, repeats in upstream.items() if not repeats),
            primary=draw(YES_OR_NO),
            confidential=draw(ONE_IN_TEN),
        )
    return graph


@st.composite
def citations(draw: st.DrawFn, graph: Mapping[str, Node], *, via: bool = True) -> list[Report]:
    """Citations of some of the sources; most support, and some say from where their words come, be it in a circle."""
    codes = sorted(graph)
    named = st.none() | st.sampled_from(codes) if via else st.none()
    reports = draw(
        st.lists(st.builds(Report, st.sampled_from(codes), STANCES, FACTS, named, YES_OR_NO), min_size=1, max_size=9)
    )
    return [report for report in reports if report.via != report.source]


@st.composite
def cases(draw: st.DrawFn, *, via: bool = True) -> Corroboration:
    graph = draw(derivations())
    return Corroboration(tuple(draw(citations(graph, via=via))), graph)


def counts(case: Corroboration) -> list[int]:
    """The count of origins overall and by fact."""
    return [case.total.origins, *(case.for_fact(fact).origins for fact in Fact.values)]


quick = settings(max_examples=80, deadline=None)


@quick
@given(cases(), st.data())
def test_a_report_that_relays_one_that_counts_never_raises_a_count(case, data):
    counting = sorted({report.source for report in case.supporting})
    if not counting:
        return
    repeated = data.draw(st.lists(st.sampled_from(counting), min_size=1, max_size=3, unique=True))
    other = data.draw(st.lists(st.sampled_from(sorted(case.graph)), max_size=2))
    graph = {**case.graph, "new": Node("new", repeats=tuple({*repeated, *other}))}
    before, relay = Corroboration(case.reports, graph), says("new", facts=frozenset())
    after = Corroboration((*case.reports, relay), graph)

    assert after.total.origins <= before.total.origins
    assert after.total.reports == before.total.reports + 1


@quick
@given(cases(), st.data())
def test_citing_a_source_that_is_known_to_relay_one_that_counts_never_raises_the_count(case, data):
    counting = {report.source for report in case.supporting}
    relays = [
        (code, upstream)
        for code, node in sorted(case.graph.items())
        if code not in counting and not node.draws_on
        for upstream in node.repeats
        if upstream in counting
    ]
    if not relays:
        return
    code, upstream = data.draw(st.sampled_from(relays))
    via = data.draw(st.sampled_from([None, upstream]))

    assert Corroboration((*case.reports, says(code, via=via)), case.graph).total.origins <= case.total.origins


@quick
@given(cases(), st.sampled_from(Stance.values), st.data())
def test_confidential_sources_never_raise_a_count(case, stance, data):
    upstream = data.draw(st.lists(st.sampled_from(sorted(case.graph)), max_size=2, unique=True))
    how = data.draw(st.sampled_from(["repeats", "draws_on"]))
    graph = {**case.graph, "hidden": Node("hidden", **{how: tuple(upstream)}, primary=True, confidential=True)}
    hidden = says("hidden", stance, frozenset(Fact.values), credible=True)

    with_it, without = Corroboration((*case.reports, hidden), graph), case
    assert counts(with_it) == counts(without)
    assert with_it.proposal == without.proposal
    assert with_it.tree() == without.tree()


@quick
@given(cases(), st.randoms(use_true_random=False))
def test_order_never_matters(case, random):
    reports, graph = list(case.reports), {}
    random.shuffle(reports)
    for code in random.sample(sorted(case.graph), len(case.graph)):
        node = case.graph[code]
        repeats, draws_on = (random.sample(each, len(each)) for each in (node.repeats, node.draws_on))
        graph[code] = Node(code, tuple(repeats), tuple(draws_on), node.primary, node.confidential)
    shuffled = Corroboration(tuple(reports), graph)

    assert shuffled.origins == case.origins
    assert counts(shuffled) == counts(case)
    assert shuffled.proposal == case.proposal


@quick
@given(cases())
def test_every_report_stands_at_exactly_one_place_in_the_tree(case):
    tree = case.tree()
    stands = [each for origin in tree for each in places(origin["roots"])]

    assert len(stands) == len({source for source, _ in stands})
    assert {source for source, cited in stands if cited} == {report.source for report in case.supporting}
    assert len(tree) == case.total.origins


@quick
@given(cases())
def test_there_are_never_more_origins_than_reports_and_none_without(case):
    for found in [case.total, *case.facts.values()]:
        assert found.origins <= found.reports
        assert (found.origins == 0) == (found.reports == 0)
    assert {source for origin in case.origins for source in origin.reports} == {
        report.source for report in case.supporting
    }


def by_the_words_of_the_rule(graph: Mapping[str, Node], cited: set[str]) -> int:
    """The sentences of the methodology, told again without any cleverness; without `via` and bodies."""

    def passed_on(code: str) -> list[str]:
        """What it repeats; what an uncited one draws on, where that leads to a cited source."""
        closed = code in cited or graph[code].confidential
        drawn_on = [] if closed else [each for each in graph[code].draws_on if leads(each)]
        return [*graph[code].repeats, *drawn_on]

    def leads(code: str) -> bool:
        return code in cited or any(leads(upstream) for upstream in passed_on(code))

    def ends(code: str) -> set[str]:
        upstream = [each for each in passed_on(code) if leads(each)] or passed_on(code)
        own = {code} if graph[code].draws_on or not upstream else set()
        return own.union(*map(ends, upstream))

    of_each = [ends(code) for code in cited]
    uncited = [found for found in of_each if not found & cited]
    alone = {frozenset(found) for found in uncited}
    while pair := next(((a, b) for a, b in combinations(alone, 2) if a & b), None):
        alone = alone - set(pair) | {pair[0] | pair[1]}
    return len(set().union(*of_each) & cited) + len(alone)


@quick
@given(cases(via=False))
def test_the_count_is_that_of_the_rule_as_it_is_worded(case):
    assert case.total.origins == by_the_words_of_the_rule(case.graph, {report.source for report in case.supporting})


@pytest.mark.parametrize(
    ("steps", "convicted"),
    [
        ("indicted trial convicted final", True),
        ("convicted final evidence_transferred", True),
        ("convicted appeal convicted final", True),
        ("convicted appeal acquitted final", False),
        ("acquitted appeal convicted final", True),
        ("convicted", False),
        ("convicted appeal", False),
        ("final", False),
        ("final convicted", False),
        ("", False),
    ],
)
def test_a_judgment_counts_when_the_last_verdict_before_it_became_final_convicts(steps, convicted):
    assert is_convicted(steps.split()) is convicted
