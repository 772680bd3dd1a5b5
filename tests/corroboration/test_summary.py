"""What is stored and shown of the counts, and ways to an origin that lead through sources which nobody cites."""

from incidents.corroboration.independence import Corroboration
from tests.corroboration.test_corroboration import roots, says, web


def test_the_summary_of_two_reports_of_one_origin():
    reports = (says("a", facts=frozenset({"occurrence"})), says("b", facts=frozenset({"occurrence", "date"})))

    assert Corroboration(reports, web(a={"primary": True}, b=["a"])).summary() == {
        "reports": 2,
        "origins": 1,
        "facts": {"occurrence": {"reports": 2, "origins": 1}, "date": {"reports": 1, "origins": 1}},
        "tree": [
            {
                "cited": True,
                "reports": 2,
                "roots": [
                    {
                        "source": "a",
                        "cited": True,
                        "draws_on": [],
                        "children": [{"source": "b", "cited": True, "draws_on": [], "children": []}],
                    }
                ],
            }
        ],
        "proposed": "single_origin",
        "rule": "one_origin",
        "primary": True,
    }


def test_what_leads_to_a_cited_report_through_several_others_counts_before_what_does_not():
    graph = web(end=[], other=[], a=["end"], unseen=["a"], c=["other", "unseen"])

    assert roots(graph, "a", "c") == [("end",)]


def test_of_a_circle_the_cited_source_is_the_origin():
    assert roots(web(a=["b"], b=[]), says("b", via="a")) == [("b",)]
