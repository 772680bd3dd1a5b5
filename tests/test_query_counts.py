"""How many queries a page costs, pinned: a query more in a list is a query for every reader."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from incidents.register.pages import cards
from tests.answers import taken

pytestmark = pytest.mark.usefixtures("starting_register")

# On a page not seen before, of a process that has been asked something else since the last publication.
QUERIES = [
    ("/incidents/?grade=corroborated", 1 + 1),  # the head; the rows whose cards are not drawn yet
    ("/incidents/?q=drone+soldiers", 1 + 1 + 1 + 1),  # the head; the hits; ranks; rows
    ("/incidents/HDC-0002/", 8),
    ("/sources/?kind=video", 1 + 1 + 1),  # the head; a count; rows
    ("/map/data.json?grade=corroborated", 1 + 1 + 1),  # the head; regions; rows
    ("/incidents.csv?grade=corroborated", 1 + 1 + 4),  # the head, with its date; BEGIN, a bound in time, COPY, COMMIT
]


@pytest.mark.parametrize(("address", "expected"), QUERIES)
def test_a_page_costs_so_many_queries(client, address, expected):
    client.get("/incidents/?q=soldiers+drone")  # makes the sets, reads the choices of the form, learns the stems
    cards._kept.clear()
    with (
        CaptureQueriesContext(connections["register"]) as reader,
        CaptureQueriesContext(connections["default"]) as desk,
    ):
        taken(client, address)
    assert len(desk) == 0
    assert len(reader) == expected, "\n".join(query["sql"][:160] for query in reader)


def test_a_list_whose_cards_are_drawn_asks_for_the_head_and_nothing_else(client):
    client.get("/incidents/?grade=corroborated")
    with CaptureQueriesContext(connections["register"]) as reader:
        client.get("/incidents/?grade=corroborated&sort=killed")
    assert len(reader) == 1
